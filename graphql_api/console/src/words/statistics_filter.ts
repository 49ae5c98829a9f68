/** A search as a filter of the statistics. What these can't be filtered by, such as an address, is left out. */
import type { EventKind, StatisticsFilter } from "../api/generated/graphql";
import type { Term } from "./search";

const UNITS_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
export const KINDS = [
  "delivered",
  "deferred",
  "bounced",
  "queued",
  "opened",
  "clicked",
  "complained",
  "unsubscribed",
  "unknown",
] as const;
type Key = "status" | "domain" | "category" | "sender" | "source";

/** The filter by these keys of the search, and by its times. A source is not kept crossed with domains and categories. */
export function statisticsFilter(terms: Term[], keys: Key[], now: number): StatisticsFilter {
  const values = (key: string) => terms.find((term) => term.key === key && !term.negated)?.values ?? [];
  const chosen = (key: Key) => (keys.includes(key) ? values(key) : []);
  const kinds = chosen("status").map((value) => value.toUpperCase() as EventKind);
  const [domain, category, source] = [chosen("domain"), chosen("category"), chosen("source")];
  const senders = chosen("sender").filter((value) => /^-?\d+$/.test(value));
  const [gte, lt] = [instant(values("after")[0], now), instant(values("before")[0], now)];
  return {
    ...(kinds.length > 0 && { kinds }),
    ...(domain.length === 1 && { recipientDomain: domain[0] ?? null }),
    ...(category.length === 1 && { category: category[0] ?? null }),
    ...(source.length === 1 && { source: source[0] ?? null }),
    ...(senders.length > 0 && { senderIds: senders.map(Number) }),
    ...((gte || lt) && { occurredAt: { ...(gte && { gte }), ...(lt && { lt }) } }),
  };
}

/** The time that a search names, in RFC 3339; undefined for what is none. Relative times are cut to minutes, so that they stay equal. */
export function instant(text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined;
  const relative = /^(\d{1,9})([smhdw])$/.exec(text);
  const minute = Math.floor(now / 60_000) * 60_000;
  const at = relative ? minute - Number(relative[1]) * (UNITS_MS[relative[2] ?? "s"] ?? 0) : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(Math.max(at, 0)).toISOString();
}
