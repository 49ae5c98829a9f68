/** Dead letters sent on: first a dry run over all that are asked for, then exactly those that it found good. */
import { ask, pageOf, Problem } from "./client";
import { RequeueDeadLettersDocument, type DeadLetterFilter, type RequeueDeadLettersMutation, type RequeueDeadLettersMutationVariables } from "./generated/graphql";

const PAGE = 100;
/** One dry run looks at so many letters at most. */
export const LETTERS_MAX = 10_000;

export type Letter = RequeueDeadLettersMutation["requeueDeadLetters"]["letters"][number];
export type Which = { ids: string[] } | { where: DeadLetterFilter };

export interface Found {
  letters: Letter[];
  /** Whether there are more than were looked at. */
  more: boolean;
}

export function isGood({ outcome }: Letter): boolean {
  return outcome === "REQUEUED" || outcome === "PARTLY";
}

/** What would become of the letters; nothing is changed. */
export async function dryRun(which: Which, again: boolean, step: (letters: number) => void, signal: AbortSignal): Promise<Found> {
  if ("ids" in which) return { letters: (await requeue({ ...which, dryRun: true, again }, signal)).letters, more: false };
  const letters: Letter[] = [];
  let after: string | null = null;
  let more = true;
  while (more && letters.length < LETTERS_MAX) {
    const page = await requeue({ ...which, dryRun: true, again, first: PAGE, after }, signal);
    letters.push(...page.letters);
    step(letters.length);
    more = page.pageInfo.hasNextPage;
    after = page.pageInfo.endCursor ?? null;
  }
  return { letters, more };
}

/** Sends these on; returns what became of them. */
export async function sendOn(ids: string[], again: boolean, step: (letters: number) => void, signal: AbortSignal): Promise<Letter[]> {
  const letters: Letter[] = [];
  const page = pageOf(PAGE); // the dry run has learned it
  for (let start = 0; start < ids.length; start += page) {
    letters.push(...(await requeue({ ids: ids.slice(start, start + page), dryRun: false, again }, signal)).letters);
    step(letters.length);
  }
  return letters;
}

async function requeue(variables: RequeueDeadLettersMutationVariables, signal: AbortSignal): Promise<RequeueDeadLettersMutation["requeueDeadLetters"]> {
  const { requeueDeadLetters } = await ask(RequeueDeadLettersDocument, variables, signal);
  const [refused] = requeueDeadLetters.userErrors;
  if (refused) throw new Problem(refused.message, refused.code);
  return requeueDeadLetters;
}
