/** What graphql_api/search.py says of a search that it refuses, in the same words: for pages that don't ask it. */
import { write, type Term } from "./search";

const KEYS = ["to", "domain", "id", "msgid", "status", "code", "category", "class", "sender", "source", "after", "before"];
const SHOWN = 100;

export function unknownKey(term: Term): string | undefined {
  if (KEYS.includes(term.key)) return undefined;
  return `search: ${shown(write([term]))}: there is no key '${term.key}'; known are ${KEYS.join(", ")}`;
}

export function givenTwice(term: Term): string {
  const advice = isTime(term) ? "one time is enough" : `write ${term.key}:one,other for either of them`;
  return `search: ${shown(write([term]))}: ${term.key} is given twice; ${advice}`;
}

export function severalTimes(term: Term): string {
  return `search: ${shown(write([term]))}: one time is enough`;
}

function isTime({ key }: Term): boolean {
  return key === "after" || key === "before";
}

function shown(text: string): string {
  const cut = text.slice(0, SHOWN);
  return cut.includes("'") && !cut.includes('"') ? `"${cut}"` : `'${cut}'`;
}
