/** A search as what a subscription can be asked for, and the rest of it as a test of each event that comes. */
import type { EventFilter, EventKind, EventRowFragment } from "../api/generated/graphql";
import { givenTwice, severalTimes, unknownKey } from "./refused";
import { parse, type Term } from "./search";
import { instant, KINDS } from "./statistics_filter";

export interface LiveFilter {
  where: EventFilter;
  /** Exclusions, and several addresses or domains: a subscription's filter has no place for them. */
  admits: (event: EventRowFragment) => boolean;
}

/** The filter; a text says why the search can't be followed. */
export function liveFilter(search: string, now: number): LiveFilter | string {
  const terms = parse(search);
  if (terms === null) return "A term is not key:value, or a quote in it has no end.";
  const refused = refusal(terms, now);
  if (refused !== undefined) return refused;
  const asked = terms.filter(isAsked);
  const rest = terms.filter((term) => !isAsked(term));
  return {
    where: where(asked, now),
    admits: (event) => rest.every((term) => matches(term, event, now) !== term.negated),
  };
}

/** Why lists refuse these terms, in their words, or a subscription does. */
function refusal(terms: Term[], now: number): string | undefined {
  const given = new Set<string>();
  for (const term of terms) {
    const { key, values, negated } = term;
    const said = unknownKey(term) ?? (!negated && given.has(key) ? givenTwice(term) : undefined);
    if (said !== undefined) return said;
    if (!negated) given.add(key);
    if (key === "category" || key === "class") return "Events have no category of their own: follow them by status: and domain:.";
    const odd = key === "status" && values.find((value) => !(KINDS as readonly string[]).includes(value.toLowerCase()));
    if (odd) return `“${odd}” is not one of ${KINDS.join(", ")}.`;
    if ((key === "sender" || key === "code") && values.some((value) => !/^-?\d+$/.test(value))) return `${key}: takes whole numbers.`;
    if (key !== "after" && key !== "before") continue;
    if (values.length > 1) return severalTimes(term);
    if (instant(values[0], now) === undefined) return `“${values[0]}” is no time.`;
  }
  return undefined;
}

function isAsked({ key, values, negated }: Term): boolean {
  return !negated && (values.length === 1 || !["to", "domain"].includes(key));
}

function where(terms: Term[], now: number): EventFilter {
  const values = (...keys: string[]) => terms.filter(({ key }) => keys.includes(key)).flatMap((term) => term.values);
  const [to, domain] = [values("to")[0], values("domain")[0]];
  const [ids, kinds, codes] = [values("id", "msgid"), values("status"), values("code")];
  const [senders, sources] = [values("sender"), values("source")];
  const [gte, lt] = [instant(values("after")[0], now), instant(values("before")[0], now)];
  return {
    ...(to !== undefined && { recipient: to }),
    ...(domain !== undefined && { recipientDomain: domain }),
    ...(ids.length > 0 && { trackingIds: ids }),
    ...(kinds.length > 0 && { kinds: kinds.map((kind) => kind.toUpperCase() as EventKind) }),
    ...(codes.length > 0 && { eventCodes: codes.map(Number) }),
    ...(senders.length > 0 && { senderIds: senders.map(Number) }),
    ...(sources.length > 0 && { sources }),
    ...((gte || lt) && { occurredAt: { ...(gte && { gte }), ...(lt && { lt }) } }),
  };
}

function matches({ key, values }: Term, event: EventRowFragment, now: number): boolean {
  const recipient = event.recipient?.toLowerCase() ?? "";
  return values.some((value) => {
    switch (key) {
      case "to":
        return recipient === address(value);
      case "domain":
        return recipient.endsWith(`@${value.trim().toLowerCase().replace(/^@+/, "")}`);
      case "status":
        return event.kind === value.toUpperCase();
      case "code":
        return event.eventCode === Number(value);
      case "sender":
        return event.senderId === Number(value);
      case "source":
        return event.source === value;
      case "after":
        return Date.parse(event.occurredAt) >= Date.parse(instant(value, now) ?? "");
      case "before":
        return Date.parse(event.occurredAt) < Date.parse(instant(value, now) ?? "");
      default:
        return event.trackingId === value;
    }
  });
}

/** As the views have it: delivery/views.py. */
function address(text: string): string {
  return text.trim().replace(/^[<>]+|[<>]+$/g, "").trim().toLowerCase();
}
