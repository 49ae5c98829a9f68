/** The latest refusals in a search, gathered by class, reason, domain and reply. Statistics don't keep these crossed; lists have them. */
import { useEffect, useState } from "preact/hooks";
import { token } from "../state/token";
import { ask, Problem } from "./client";
import { RefusalsDocument, type RefusalsQuery } from "./generated/graphql";

export const READ_MAX = 1_000;
const PAGE = 200;

type Delivery = RefusalsQuery["deliveries"]["nodes"][number];

/** Refusals of one class, for one reason, with one reply. */
export interface Refusal {
  key: string;
  kind: string;
  category: string;
  code: string;
  /** One of the texts. */
  message: string;
  count: number;
  bounced: number;
  /** How many at each domain, the most first. */
  domains: [string, number][];
}

export interface Refusals {
  groups: Refusal[];
  /** How many were read, the newest ones. */
  read: number;
  /** Whether there are more. */
  more: boolean;
}

/** Null while nothing is known. */
export function useRefusals(search: string | null): { refusals: Refusals | null; problem: Problem | undefined; again: () => void } {
  const [held, hold] = useState<{ refusals: Refusals | null; problem?: Problem }>({ refusals: null });
  const [round, setRound] = useState(0);
  const bearer = token.value;
  useEffect(() => {
    if (search === null) return undefined;
    const ending = new AbortController();
    read(search, ending.signal)
      .then((refusals) => hold({ refusals }))
      .catch((problem: unknown) => {
        if (ending.signal.aborted) return;
        if (!(problem instanceof Problem)) throw problem;
        hold({ refusals: null, problem });
      });
    return () => ending.abort();
  }, [search, bearer, round]);
  return { refusals: held.refusals, problem: held.problem, again: () => setRound((before) => before + 1) };
}

async function read(search: string, signal: AbortSignal): Promise<Refusals> {
  const found: Delivery[] = [];
  let after: string | null = null;
  let more = true;
  while (more && found.length < READ_MAX) {
    const { deliveries }: RefusalsQuery = await ask(RefusalsDocument, { search, first: PAGE, after }, signal);
    found.push(...deliveries.nodes);
    more = deliveries.pageInfo.hasNextPage;
    after = deliveries.pageInfo.endCursor ?? null;
  }
  return { groups: gathered(found), read: found.length, more };
}

function gathered(deliveries: Delivery[]): Refusal[] {
  const groups = new Map<string, Refusal & { at: Map<string, number> }>();
  for (const { classification, lastResponse, phase, recipientDomain } of deliveries) {
    const kind = classification?.kind.toLowerCase() ?? "undetermined";
    const category = classification?.category ?? "";
    const code = [lastResponse?.code, lastResponse?.enhancedCode].filter(Boolean).join(" ");
    const key = [kind, category, code].join("|");
    let group = groups.get(key);
    if (group === undefined) {
      group = { key, kind, category, code, message: lastResponse?.message ?? "", count: 0, bounced: 0, domains: [], at: new Map() };
      groups.set(key, group);
    }
    group.count += 1;
    if (phase === "BOUNCED") group.bounced += 1;
    if (recipientDomain != null) group.at.set(recipientDomain, (group.at.get(recipientDomain) ?? 0) + 1);
  }
  for (const group of groups.values()) group.domains = [...group.at].toSorted(([, one], [, other]) => other - one);
  return [...groups.values()].toSorted((one, other) => other.count - one.count);
}
