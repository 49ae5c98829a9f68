/** Times in words. Everything on the wire is RFC 3339 in UTC. */
const STEPS: [string, number][] = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
];
const formats = new Map<string, Intl.DateTimeFormat>();

/** How long, in its two greatest units: "4 m 12 s", "3 d 2 h", "0.25 s". */
export function duration(ms: number): string {
  if (ms < 10_000) return `${+(ms / 1000).toPrecision(2)} s`;
  let left = Math.round(ms / 1000);
  const first = STEPS.findIndex(([, seconds]) => left >= seconds);
  const parts: string[] = [];
  for (const [unit, seconds] of STEPS.slice(first, first + 2)) {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(" ");
}

/** "12 s ago", "in 3 h": the greatest unit alone. */
export function ago(at: number, now: number): string {
  const seconds = Math.round(Math.abs(now - at) / 1000);
  if (seconds < 1) return "now";
  const [unit, size] = STEPS.find(([, each]) => seconds >= each) ?? ["s", 1];
  const length = `${Math.floor(seconds / size)} ${unit}`;
  return at <= now ? `${length} ago` : `in ${length}`;
}

/** "2026-11-22 10:00:00" in this zone; with milliseconds and the zone's name where `exact`. */
export function absolute(at: number, zone: string, exact = false): string {
  const parts = Object.fromEntries(
    format(zone, exact)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const day = `${parts["year"]}-${parts["month"]}-${parts["day"]}`;
  const time = `${parts["hour"]}:${parts["minute"]}:${parts["second"]}`;
  return exact ? `${day} ${time}.${parts["fractionalSecond"]} ${parts["timeZoneName"]}` : `${day} ${time}`;
}

/** The instant of a clock's face, "2026-11-22T10:00" or with seconds, in this zone; undefined for what is none. */
export function instantIn(zone: string, face: string): number | undefined {
  const asUtc = Date.parse(`${face}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const offset = (at: number) => Date.parse(`${absolute(at, zone).replace(" ", "T")}Z`) - at;
  const whole = Math.floor(asUtc / 1000) * 1000;
  const first = whole - offset(whole);
  return whole - offset(first); // the offset may be another there, as summer time begins or ends between them
}

function format(zone: string, exact: boolean): Intl.DateTimeFormat {
  const key = `${zone} ${exact}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      ...(exact && { fractionalSecondDigits: 3, timeZoneName: "short" }),
    });
    formats.set(key, found);
  }
  return found;
}
