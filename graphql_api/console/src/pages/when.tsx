/** The time of a search: a choice of usual ones, or from and to on the clock of the reader's zone, by the second. */
import { zone } from "../state/preferences";
import { changed, go } from "../state/place";
import { parse, withOnly } from "../words/search";
import { absolute, instantIn } from "../words/times";

const USUAL: [string, string][] = [
  ["1h", "Last hour"],
  ["24h", "Last 24 hours"],
  ["7d", "Last 7 days"],
  ["30d", "Last 30 days"],
];

export function When({ search }: { search: string }) {
  const value = (key: string) => (parse(search) ?? []).find((term) => term.key === key && !term.negated)?.values[0];
  const [after, before] = [value("after"), value("before")];
  const usual = before === undefined && USUAL.some(([time]) => time === after);
  const at = (from: string | undefined, to: string | undefined) =>
    changed({ q: withOnly(withOnly(search, "after", from), "before", to), after: undefined, before: undefined });
  return (
    <section class="when" aria-labelledby="facet-when">
      <h2 id="facet-when">Last event</h2>
      <ul>
        {USUAL.map(([time, title]) => {
          const isChosen = usual && time === after;
          return (
            <li key={time} class={isChosen ? "chosen" : ""}>
              <a
                class="value"
                data-page
                href={at(isChosen ? undefined : time, undefined)}
                aria-current={isChosen ? "true" : undefined}
              >
                {title}
              </a>
            </li>
          );
        })}
      </ul>
      <details open={!usual && (after ?? before) !== undefined}>
        <summary>From, to</summary>
        <Range key={`${after} ${before} ${zone.value}`} after={after} before={before} at={at} />
      </details>
    </section>
  );
}

interface Of {
  after: string | undefined;
  before: string | undefined;
  at: (after: string | undefined, before: string | undefined) => string;
}

function Range({ after, before, at }: Of) {
  const submit = (event: Event) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    go(at(written(given.get("from")), written(given.get("to"))));
  };
  const clock = (name: string, title: string, value: string | undefined) => (
    <label>
      {title}
      <input type="datetime-local" step="1" name={name} defaultValue={face(value)} />
    </label>
  );
  return (
    <form onSubmit={submit}>
      {clock("from", "From", after)}
      {clock("to", "To, not included", before)}
      <span class="quiet small">Times of {zone.value.replaceAll("_", " ")}</span>
      <button type="submit">Show</button>
    </form>
  );
}

/** What the clock shows of a search's time; nothing of a relative one. */
function face(value: string | undefined): string {
  const at = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(at) ? "" : absolute(at, zone.value).replace(" ", "T");
}

function written(clock: FormDataEntryValue | null): string | undefined {
  const at = typeof clock === "string" ? instantIn(zone.peek(), clock) : undefined;
  return at === undefined ? undefined : new Date(at).toISOString().replace(".000", "");
}
