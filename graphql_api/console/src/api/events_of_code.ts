/** The latest refusals in a search that have a code, as the statistics name it. */
import { useEffect, useState } from "preact/hooks";
import { token } from "../state/token";
import { ask, Problem } from "./client";
import { EventsDocument, type EventRowFragment, type EventsQuery } from "./generated/graphql";

export const READ_MAX = 1_000;
const PAGE = 200;
/** As delivery/classification.py reads it: at the start of the reply, or behind its code. */
const ENHANCED = /^\s*(?:[245]\d\d[ -]+)?([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)/;

export interface Found {
  events: EventRowFragment[];
  /** Whether there are refusals that were not read. */
  more: boolean;
}

/** Null while nothing is known. */
export function useEventsOfCode(search: string | null, code: string): { found: Found | null; problem: Problem | undefined; again: () => void } {
  const [held, hold] = useState<{ found: Found | null; problem?: Problem }>({ found: null });
  const [round, setRound] = useState(0);
  const bearer = token.value;
  useEffect(() => {
    if (search === null) return undefined;
    const ending = new AbortController();
    hold({ found: null });
    read(search, code, ending.signal)
      .then((found) => hold({ found }))
      .catch((problem: unknown) => {
        if (ending.signal.aborted) return;
        if (!(problem instanceof Problem)) throw problem;
        hold({ found: null, problem });
      });
    return () => ending.abort();
  }, [search, code, bearer, round]);
  return { found: held.found, problem: held.problem, again: () => setRound((before) => before + 1) };
}

async function read(search: string, code: string, signal: AbortSignal): Promise<Found> {
  const events: EventRowFragment[] = [];
  let after: string | null = null;
  let more = true;
  let seen = 0;
  while (more && seen < READ_MAX) {
    const { rows }: EventsQuery = await ask(EventsDocument, { search, direction: "DESC", first: PAGE, after }, signal);
    seen += rows.nodes.length;
    events.push(...rows.nodes.filter((event) => codeOf(event) === code));
    more = rows.pageInfo.hasNextPage;
    after = rows.pageInfo.endCursor ?? null;
  }
  return { events, more };
}

function codeOf({ respMsg, respCode, eventCode }: EventRowFragment): string {
  return String(ENHANCED.exec(respMsg ?? "")?.[1] ?? respCode ?? eventCode ?? "");
}
