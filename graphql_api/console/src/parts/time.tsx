/** A time as the reader likes it; the other way, and exactly in UTC, stands in its title. */
import { now } from "../state/clock";
import { times, zone } from "../state/preferences";
import { absolute, ago } from "../words/times";

export function Time({ at, form = times.value }: { at: string; form?: "relative" | "absolute" }) {
  const instant = Date.parse(at);
  const chosen = zone.value;
  const shown = form === "relative" ? ago(instant, now.value) : absolute(instant, chosen);
  return (
    <time dateTime={at} title={`${absolute(instant, chosen, true)}\n${at}`}>
      {shown}
    </time>
  );
}
