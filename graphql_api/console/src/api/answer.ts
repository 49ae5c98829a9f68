/** A question as a part of a page: asked again when its variables change, with the last answer shown meanwhile. */
import { useEffect, useState } from "preact/hooks";
import { token } from "../state/token";
import { ask, Problem, type Document } from "./client";

export interface Answer<Result> {
  /** The newest answer; undefined before the first. While `loading` it may be the one to the question before. */
  data: Result | undefined;
  problem: Problem | undefined;
  loading: boolean;
  /** Asks the same again. */
  again: () => void;
}

interface Held<Result> {
  data?: Result;
  problem?: Problem;
  of?: string;
}

export interface Asking {
  /** Asked again after each such pause. */
  everyMs?: number;
  /** Asked again when it changes: what is asked for is known to be another by then. */
  version?: unknown;
}

/** The answer to these variables; null asks nothing. */
export function useAnswer<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables | null,
  { everyMs, version }: Asking = {},
): Answer<Result> {
  const [held, hold] = useState<Held<Result>>({});
  const [round, setRound] = useState(0);
  const bearer = token.value;
  const key = variables === null ? null : JSON.stringify([variables, bearer, round, version]);

  useEffect(() => {
    if (variables === null || key === null) return undefined;
    const ending = new AbortController();
    let timer = 0;
    const seen = () => {
      // A tab that nobody sees asks nothing; once it is seen, it asks at once.
      if (window.document.hidden) window.document.addEventListener("visibilitychange", seen, { once: true, signal: ending.signal });
      else setRound((before) => before + 1);
    };
    ask(document, variables, ending.signal)
      .then((data) => hold({ data, of: key }))
      .catch((reason: unknown) => {
        if (ending.signal.aborted) return;
        if (!(reason instanceof Problem)) throw reason;
        hold((before) => ({ ...before, problem: reason, of: key }));
      })
      .finally(() => {
        if (everyMs !== undefined && !ending.signal.aborted) timer = window.setTimeout(seen, everyMs);
      });
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [document, key, everyMs]);

  return {
    data: held.data,
    problem: held.problem,
    loading: key !== null && held.of !== key,
    again: () => setRound((before) => before + 1),
  };
}
