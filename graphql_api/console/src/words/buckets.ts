/** Statistics over time: which kinds are drawn, how times of buckets are written, and ranges of buckets as terms of a search. */
import type { EventKind, Interval, KindCountsFragment } from "../api/generated/graphql";
import { withOnly } from "./search";
import { KINDS } from "./statistics_filter";
import { absolute } from "./times";

export type KindName = (typeof KINDS)[number];

export interface Bucket {
  startsAt: string;
  counts: KindCountsFragment;
}

/** From the ground up: what went wrong stands on the line, so that it can be compared. */
export const STACK: KindName[] = ["bounced", "complained", "unsubscribed", "deferred", "delivered", "queued", "opened", "clicked", "unknown"];
export const USUAL: KindName[] = ["bounced", "complained", "deferred", "delivered"];
export const SPAN_MS: Record<Interval, number> = { HOUR: 3_600_000, DAY: 86_400_000 };

export function kind(name: KindName): EventKind {
  return name.toUpperCase() as EventKind;
}

export function sum(counts: KindCountsFragment, kinds: KindName[]): number {
  return kinds.reduce((total, name) => total + counts[name], 0);
}

/** When a bucket begins: "22 Nov 10:00" in the zone; a day is one of UTC, and told so. */
export function bucketName(startsAt: string, interval: Interval, zone: string): string {
  const at = Date.parse(startsAt);
  return interval === "DAY" ? absolute(at, "UTC").slice(0, 10) : absolute(at, zone).slice(0, 16);
}

/** "bounced 3, delivered 20": what a bucket holds, in words. */
export function told(counts: KindCountsFragment, kinds: KindName[]): string {
  const parts = kinds.filter((name) => counts[name] > 0).map((name) => `${counts[name].toLocaleString("en")} ${name}`);
  return parts.join(", ") || "nothing";
}

/** The search with this time alone. */
export function during(search: string, from: number, to: number): string {
  return withOnly(withOnly(search, "after", written(from)), "before", written(to));
}

function written(at: number): string {
  return new Date(at).toISOString().replace(".000", "");
}

/** A round number at which an axis may end, not below the greatest count. */
export function roundedUp(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  const steps = power === 1 ? [2, 4, 6, 8, 10] : [1, 2, 3, 4, 5, 6, 8, 10]; // its half is a whole number
  return (steps.find((step) => step * power >= most) ?? 10) * power;
}

/** "12.3%", "0.04%"; a dash where there is no ratio. */
export function percent(ratio: number | null | undefined): string {
  if (ratio == null) return "–";
  const percents = ratio * 100;
  return `${percents === 0 || percents >= 10 ? Math.round(percents) : +percents.toPrecision(2)}%`;
}
