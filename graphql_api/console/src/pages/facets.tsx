/** Beside a list: what its rows are, counted. A click filters, another one takes that back; shift-click, or −, excludes. */
import type { ComponentChildren } from "preact";
import { useAnswer } from "../api/answer";
import { FacetsDocument, StatusFacetDocument } from "../api/generated/graphql";
import { Icon, type IconName } from "../parts/icon";
import { changed, go } from "../state/place";
import { wanted } from "../state/token";
import { count, type TotalCount } from "../words/counts";
import { bounded, parse, withoutValue, withValue, write, type Term } from "../words/search";
import { KINDS, statisticsFilter } from "../words/statistics_filter";

const PHASES = ["delivered", "deferred", "bounced", "queued", "unknown"] as const;
const VALUES = 8;
const WIDE = matchMedia("(min-width: 64rem)");
const EVERY_MS = 30_000;

interface Entry {
  value: string;
  shown?: ComponentChildren;
  total: TotalCount;
  title?: string | undefined;
}

export function Facets({ search, events }: { search: string; events: boolean }) {
  const terms = parse(search) ?? [];
  const { data } = useAnswer(FacetsDocument, wanted.value ? null : filters(terms), { everyMs: EVERY_MS });
  if (!data) return <aside class="facets" aria-label="Filters" />;
  const entries = (parts: { value?: string | null; totals: { total: number; bounceRate?: number | null } }[]) =>
    parts.flatMap(({ value, totals }): Entry[] =>
      value == null ? [] : [{ value, total: exactly(totals.total), title: bounces(totals.bounceRate) }],
    );
  const { since, until, totals } = data.kinds;
  return (
    <aside class="facets" aria-label="Filters">
      <details open={WIDE.matches}>
        <summary>Filters</summary>
      {events ? (
        <Facet
          name="status"
          title="Kind"
          search={search}
          entries={KINDS.map((kind) => ({ value: kind, shown: marked(kind), total: exactly(totals[kind]) }))}
        />
      ) : (
        <StatusFacet search={search} terms={terms} />
      )}
      <Facet name="domain" title="Domain" search={search} entries={entries(data.domains.breakdown)} />
      {!events && (
        <Facet
          name="category"
          title="Reason"
          search={search}
          entries={entries(data.categories.breakdown).map((entry) => ({ ...entry, shown: entry.value.replaceAll("_", " ") }))}
        />
      )}
      <Facet name="sender" title="Sender" search={search} entries={entries(data.senders.breakdown)} />
      <p class="quiet small">
        {events ? "All counts are" : "Domains, reasons and senders count"} events from {since.slice(0, 10)} up to {until.slice(0, 10)} (UTC).
        Shift-click excludes.
      </p>
      </details>
    </aside>
  );
}

function filters(terms: Term[]) {
  const of = (...keys: ("status" | "domain" | "category" | "sender")[]) => statisticsFilter(terms, keys, Date.now());
  return {
    kinds: terms.some(({ key, negated }) => key === "domain" && !negated) ? of("domain", "sender") : of("category", "sender"),
    domains: of("status", "sender"),
    categories: of("status", "sender"),
    senders: of("status"),
    first: VALUES,
  };
}

function StatusFacet({ search, terms }: { search: string; terms: Term[] }) {
  const others = terms.filter(({ key, negated }) => key !== "status" || negated);
  const asked = Object.fromEntries(
    PHASES.map((phase) => [phase, write([...others, { key: "status", values: [phase], negated: false }])]),
  ) as Record<(typeof PHASES)[number], string>;
  const { data } = useAnswer(StatusFacetDocument, wanted.value ? null : asked, { everyMs: EVERY_MS });
  if (!data) return null;
  const entries = PHASES.map((phase) => ({ value: phase, shown: marked(phase), total: data[phase].totalCount }));
  return <Facet name="status" title="Status" search={search} entries={entries} />;
}

function Facet({ name, title, search, entries }: { name: string; title: string; search: string; entries: Entry[] }) {
  const terms = (parse(search) ?? []).filter((term) => term.key === name && !term.negated);
  const chosen = terms.flatMap(({ values }) => values);
  const listed = entries.filter(({ total, value }) => total.count > 0 || chosen.includes(value));
  if (listed.length === 0) return null;
  const at = (q: string) => changed({ q: bounded(q), after: undefined, before: undefined });
  return (
    <section aria-labelledby={`facet-${name}`}>
      <h2 id={`facet-${name}`}>{title}</h2>
      <ul>
        {listed.map(({ value, shown, total, title: hint }) => {
          const isChosen = chosen.includes(value);
          const excluded = at(withValue(withoutValue(search, name, value), name, value, true));
          const exclude = (event: MouseEvent) => {
            if (!event.shiftKey) return;
            event.preventDefault();
            go(excluded);
          };
          return (
            <li key={value} class={isChosen ? "chosen" : ""}>
              <a
                class="value"
                data-page
                href={at(isChosen ? withoutValue(search, name, value) : withValue(search, name, value))}
                aria-current={isChosen ? "true" : undefined}
                title={hint}
                onClick={exclude}
              >
                <span class="cut">{shown ?? value}</span>
                <span class="count">{count(total)}</span>
              </a>
              <a class="exclude" data-page href={excluded} aria-label={`Exclude ${name} ${value}`} title={`Exclude ${value}`}>
                −
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function marked(kind: string): ComponentChildren {
  return (
    <span class={`mark ${kind}`}>
      <Icon name={kind as IconName} />
      {kind.charAt(0).toUpperCase() + kind.slice(1)}
    </span>
  );
}

function exactly(rows: number): TotalCount {
  return { count: rows, precision: "EXACT" };
}

function bounces(rate: number | null | undefined): string | undefined {
  return rate == null ? undefined : `${(rate * 100).toFixed(1)} % of its outcomes are bounces`;
}
