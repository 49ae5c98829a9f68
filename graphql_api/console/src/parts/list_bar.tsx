/** Above a list: what kind of rows, how many, in which order, the search's terms, each to be dropped by itself, and the export. */
import type { ComponentChildren } from "preact";
import { changed, place } from "../state/place";
import { count, type TotalCount } from "../words/counts";
import { parse, withoutValue, write } from "../words/search";
import { Export } from "./export";
import { Icon } from "./icon";

const PHASES = ["delivered", "deferred", "bounced", "queued", "unknown"];
/** What lists of events alone can be searched by. */
export const EVENTS_ALONE = ["code", "source"];
const FIRST_PAGE = { after: undefined, before: undefined };

interface Of {
  events: boolean;
  total: TotalCount | undefined;
  loading: boolean;
  children?: ComponentChildren;
}

export function ListBar({ events, total, loading, children }: Of) {
  const { query } = place.value;
  const search = query["q"] ?? "";
  const oldest = query["order"] === "oldest";
  const kind = (name: string | undefined, title: string, current: boolean) => (
    <a data-page href={changed({ ...FIRST_PAGE, in: name, q: fitting(search, name) })} aria-current={current ? "true" : undefined}>
      {title}
    </a>
  );
  return (
    <div class="list-bar">
      <div class="segments" role="group" aria-label="Rows">
        {kind(undefined, "Mail", !events)}
        {kind("events", "Events", events)}
      </div>
      <Chips search={search} />
      {children}
      <span class="total" role="status" aria-busy={loading}>
        {total && `${count(total)} ${noun(events, total.count)}`}
      </span>
      <a class="button" data-page href={changed({ ...FIRST_PAGE, order: oldest ? undefined : "oldest" })}>
        {oldest ? "↑ Oldest first" : "↓ Newest first"}
      </a>
      <Export key={`${search} ${events}`} search={search} events={events} oldest={oldest} />
    </div>
  );
}

/** The search without what the other list alone can be searched by. */
export function fitting(search: string, list: string | undefined): string {
  const terms = parse(search);
  if (terms === null) return search;
  if (list === "events") return write(terms.filter(({ key }) => key !== "category" && key !== "class"));
  const isPhase = (value: string) => PHASES.includes(value.toLowerCase());
  return write(terms.filter(({ key, values }) => !EVENTS_ALONE.includes(key) && !(key === "status" && !values.every(isPhase))));
}

function noun(events: boolean, rows: number): string {
  if (events) return rows === 1 ? "event" : "events";
  return rows === 1 ? "recipient" : "recipients";
}

export function Chips({ search }: { search: string }) {
  const terms = parse(search) ?? [];
  if (terms.length === 0) return null;
  return (
    <ul class="chips" aria-label="Terms of the search">
      {terms.flatMap(({ key, values, negated }) =>
        values.map((value) => (
          <li key={`${negated}${key}:${value}`}>
            <span>
              {negated && "not "}
              {key} <b>{value}</b>
            </span>
            <a
              data-page
              href={changed({ ...FIRST_PAGE, q: withoutValue(search, key, value, negated) })}
              aria-label={`Drop ${negated ? "-" : ""}${key}:${value}`}
            >
              <Icon name="close" />
            </a>
          </li>
        )),
      )}
    </ul>
  );
}
