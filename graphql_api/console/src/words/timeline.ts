/** What a list of events tells beside each event: the gap to the one before it, and what was odd about its arrival. */
import type { MessageEventFragment } from "../api/generated/graphql";
import { duration } from "./times";

const LATE_MS = 60_000;
const ONCE = ["QUEUED", "DELIVERED", "BOUNCED"];

export interface TimelineStep {
  event: MessageEventFragment;
  /** Since the event before it, as "4 m 12 s"; null for the first and where both happened at once. */
  gap: string | null;
  oddities: { name: string; says: string }[];
}

/** The steps in the events' own order, which is `newest` first or oldest first. */
export function steps(events: MessageEventFragment[], newest: boolean): TimelineStep[] {
  const ordered = newest ? events.toReversed() : events;
  const early = arrivedBehindLater(ordered);
  const seen = new Map<string, MessageEventFragment>();
  const found = ordered.map((event, index): TimelineStep => {
    const before = ordered[index - 1];
    const passed = before ? Date.parse(event.occurredAt) - Date.parse(before.occurredAt) : 0;
    return {
      event,
      gap: passed > 0 ? duration(passed) : null,
      oddities: [...late(event), ...outOfOrder(early.has(event)), ...repeated(event, seen)],
    };
  });
  return newest ? found.reverse() : found;
}

function late(event: MessageEventFragment) {
  const after = Date.parse(event.receivedAt) - Date.parse(event.occurredAt);
  return after < LATE_MS ? [] : [{ name: `${duration(after)} late`, says: "So long after it happened it arrived" }];
}

function outOfOrder(early: boolean) {
  return early ? [{ name: "out of order", says: "Events that happened later had arrived before it" }] : [];
}

/** Those events that arrived behind one that happened later. Offsets tell: a message's events are in one partition. */
function arrivedBehindLater(ordered: MessageEventFragment[]): Set<MessageEventFragment> {
  const found = new Set<MessageEventFragment>();
  const least = new Map<number, number>();
  for (const event of ordered.toReversed()) {
    const known = least.get(event.partition) ?? Infinity;
    if (known < event.offset) found.add(event);
    least.set(event.partition, Math.min(known, event.offset));
  }
  return found;
}

/** The very same content is one event and never shown twice; this is the same report in other words, or with another time. */
function repeated(event: MessageEventFragment, seen: Map<string, MessageEventFragment>) {
  const retry = event.kind === "DEFERRED" ? ` ${event.tries} ${event.respMsg}` : "";
  if (retry === "" && !ONCE.includes(event.kind)) return [];
  const key = `${event.kind} ${event.recipient}${retry}`;
  if (seen.has(key)) return [{ name: "duplicate", says: "The same was reported before for this recipient" }];
  seen.set(key, event);
  return [];
}
