/** Beside a list: what its rows are, counted, and when they were. */
import type { ComponentChildren } from "preact";
import { useAnswer } from "../api/answer";
import { FacetsDocument, StatusFacetDocument, type FacetsQuery } from "../api/generated/graphql";
import { Facet, type Entry } from "../parts/facet";
import { Icon, type IconName } from "../parts/icon";
import { fitting } from "../parts/list_bar";
import { href } from "../state/place";
import { wanted } from "../state/token";
import type { TotalCount } from "../words/counts";
import { parse, withOnly, write, type Term } from "../words/search";
import { KINDS, statisticsFilter } from "../words/statistics_filter";
import { When } from "./when";

const PHASES = ["delivered", "deferred", "bounced", "queued", "unknown"] as const;
const VALUES = 8;
const WIDE = matchMedia("(min-width: 64rem)");
const EVERY_MS = 30_000;

export function Facets({ search, events }: { search: string; events: boolean }) {
  const terms = parse(search) ?? [];
  const { data } = useAnswer(FacetsDocument, wanted.value ? null : filters(terms), { everyMs: EVERY_MS });
  return (
    <aside class="facets" aria-label="Filters">
      <details open={WIDE.matches}>
        <summary>Filters</summary>
        {!events && <StatusFacet search={search} terms={terms} />}
        {events && data && <KindFacet search={search} totals={data.kinds.totals} />}
        {data && <Breakdowns search={search} events={events} data={data} />}
        <When search={search} />
        {data && data.domains.breakdown.length > 0 && (
          <p class="quiet small">
            {events ? "All counts are" : "Domains, reasons, senders and sources count"} events from {data.kinds.since.slice(0, 10)} up to{" "}
            {data.kinds.until.slice(0, 10)} (UTC). Shift-click excludes.
          </p>
        )}
      </details>
    </aside>
  );
}

function KindFacet({ search, totals }: { search: string; totals: FacetsQuery["kinds"]["totals"] }) {
  const entries = KINDS.map((kind) => ({ value: kind, shown: marked(kind), total: exactly(totals[kind]) }));
  return <Facet name="status" title="Kind" search={search} entries={entries} />;
}

function Breakdowns({ search, events, data }: { search: string; events: boolean; data: FacetsQuery }) {
  const reasons = entriesOf(data.categories.breakdown).map((entry) => ({ ...entry, shown: entry.value.replaceAll("_", " ") }));
  return (
    <>
      <Facet name="domain" title="Domain" search={search} entries={entriesOf(data.domains.breakdown)} />
      {!events && <Facet name="category" title="Reason" search={search} entries={reasons} />}
      <Facet name="sender" title="Sender" search={search} entries={entriesOf(data.senders.breakdown)} />
      <Facet
        name="source"
        title="Source"
        search={search}
        entries={entriesOf(data.sources.breakdown)}
        {...(!events && { elsewhere: { to: (value) => eventsOf(search, value), says: "Who posted it. Mail may have several: these lead to their events." } })}
      />
    </>
  );
}

function eventsOf(search: string, source: string): string {
  return href("", { q: withOnly(fitting(search, "events"), "source", source), in: "events" });
}

function entriesOf(parts: { value?: string | null; totals: { total: number; bounceRate?: number | null } }[]): Entry[] {
  return parts.flatMap(({ value, totals }) =>
    value == null ? [] : [{ value, total: exactly(totals.total), title: bounces(totals.bounceRate) }],
  );
}

function filters(terms: Term[]) {
  const of = (...keys: ("status" | "domain" | "category" | "sender" | "source")[]) => statisticsFilter(terms, keys, Date.now());
  const named = (["domain", "source"] as const).find((name) => terms.some(({ key, negated }) => key === name && !negated));
  return {
    kinds: of(named ?? "category", "sender"),
    domains: of("status", "sender"),
    categories: of("status", "sender"),
    senders: of("status"),
    sources: of("status", "sender"),
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
