/** Dead letters: which ones the URL asks for, the same as options of the command line, and their bytes as text. */
import type { DeadLetterFilter, DeadLetterPart, DeadLetterState, LetterRowFragment } from "../api/generated/graphql";
import type { Query } from "../state/place";
import { instant } from "./statistics_filter";

export const STATES: Record<string, { title: string; states: DeadLetterState[] | null }> = {
  open: { title: "Open", states: ["OPEN", "PARTLY"] },
  requeued: { title: "Sent on", states: ["REQUEUED"] },
  all: { title: "All", states: null },
};
export const REASONS: Record<string, string> = {
  invalid: "Invalid",
  unsupported: "Unsupported",
  too_large: "Too large",
  no_event: "No event",
};
export const PARTS: Record<string, string> = { body: "Whole bodies", row: "Rows", record: "Records" };
export const TIMES: Record<string, string> = { "1h": "Last hour", "24h": "Last 24 hours", "7d": "Last 7 days" };

export function stateOf(query: Query): string {
  return query["state"] !== undefined && query["state"] in STATES ? query["state"] : "open";
}

export function letterFilter(query: Query, now: number): DeadLetterFilter {
  const { states } = STATES[stateOf(query)]!;
  const { reason, part, source, member, since } = query;
  const gte = instant(since, now);
  return {
    ...(states && { states }),
    ...(reason && { reasons: [reason] }),
    ...(part && part in PARTS && { parts: [part.toUpperCase() as DeadLetterPart] }),
    ...(source && { sources: [source] }),
    ...(member && { member }),
    ...(gte && { receivedAt: { gte } }),
  };
}

/** The command that does the same; what was sent on before it passes over by itself. */
export function command(query: Query): string {
  const quoted = (text: string) => (/^[\w.:@/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const options = ["reason", "source", "part", "member", "since"].flatMap((name) => {
    const value = query[name];
    return value ? [`--${name} ${quoted(value)}`] : [];
  });
  if (stateOf(query) === "requeued") options.push("--state requeued --again");
  return `eds dead-letters requeue ${options.join(" ") || "--all"}`;
}

/** The first thing that is wrong, and how many more there are. */
export function firstError({ errors, problem, reason }: Pick<LetterRowFragment, "errors" | "problem" | "reason">): { path: string; says: string; more: number } {
  const told = errors.map(({ path, reasons }) => ({ path, says: reasons.join(" ") }));
  if (problem != null) told.unshift({ path: "", says: problem });
  const [first = { path: "", says: reason.replaceAll("_", " ") }] = told;
  return { ...first, more: Math.max(told.length - 1, 0) };
}

/** The member's name without its place in the body: `tries` of `[3].tries`. */
export function memberOf(path: string): string {
  return path.replace(/^\[\d+\]\.?/, "");
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Sixteen bytes a line: where they are, the bytes, and those of them that are letters. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0"));
    const halves = `${hex.slice(0, 8).join(" ").padEnd(23)}  ${hex.slice(8).join(" ").padEnd(23)}`;
    const letters = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${halves}  ${letters}`);
  }
  return lines.join("\n");
}
