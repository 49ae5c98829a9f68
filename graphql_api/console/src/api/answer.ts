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

const REMEMBERED = 40;
const AGAIN_MS = 3_000; // what has changed is asked for until it is answered: nothing else would bring it
const remembered = new Map<string, unknown>();

/** The newest answers of this tab: a page that was seen before is there at once, and asked for again. */
function remember(key: string, data: unknown): void {
  remembered.delete(key);
  remembered.set(key, data);
  const oldest = remembered.size > REMEMBERED ? remembered.keys().next().value : undefined;
  if (oldest !== undefined) remembered.delete(oldest);
}

interface Held<Result> {
  data?: Result;
  problem?: Problem;
  /** What `data` answers, and at which asking. */
  question?: string;
  of?: string;
}

function recalled<Result>(question: string): Held<Result> {
  return remembered.has(question) ? { data: remembered.get(question) as Result, question } : {};
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
  const bearer = token.value;
  const question = variables === null ? "" : JSON.stringify([document.toString(), variables, bearer]);
  const [held, hold] = useState<Held<Result>>(() => recalled(question));
  const [round, setRound] = useState(0);
  const key = variables === null ? null : JSON.stringify([question, round, version]);

  useEffect(() => {
    if (variables === null || key === null) return undefined;
    const ending = new AbortController();
    if (remembered.has(question)) hold((before) => (before.question === question ? before : recalled(question)));
    let timer = 0;
    const seen = () => {
      // A tab that nobody sees asks nothing; once it is seen, it asks at once.
      if (window.document.hidden) window.document.addEventListener("visibilitychange", seen, { once: true, signal: ending.signal });
      else setRound((before) => before + 1);
    };
    let pauseMs = everyMs;
    ask(document, variables, ending.signal)
      .then((data) => {
        remember(question, data);
        hold({ data, question, of: key });
      })
      .catch((reason: unknown) => {
        if (ending.signal.aborted) return;
        if (!(reason instanceof Problem)) throw reason;
        hold((before) => ({ ...before, problem: reason, of: key }));
        if (version !== undefined) pauseMs ??= AGAIN_MS;
      })
      .finally(() => {
        if (pauseMs !== undefined && !ending.signal.aborted) timer = window.setTimeout(seen, pauseMs);
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
