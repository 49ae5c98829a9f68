/** Who refuses, and why: the domains that refuse most by their commonest reasons. Each number leads to its codes. */
import { useAnswer } from "../api/answer";
import { CrossedDocument, RefusingDomainsDocument, type CrossedQuery, type EventKind, type Interval, type StatisticsFilter } from "../api/generated/graphql";
import { Loading, Trouble } from "../parts/states";
import { changed } from "../state/place";
import { wanted } from "../state/token";
import { withOnly } from "../words/search";
import type { Asked } from "./statistics";
import { named } from "./statistics_reasons";

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;
const REASONS = 12;
const SHOWN = 6;
/** A store reads at most so many rows for one question: a row for each domain, reason and bucket. */
const BUCKETS_MAX = Math.floor(12_000 / (NAMES.length * REASONS));

interface Row {
  domain: string;
  /** How much was refused, by reason. */
  reasons: Map<string, number>;
  total: number;
}

export function Crossed({ asked: { search, where, interval, buckets } }: { asked: Asked }) {
  const kinds = refusing(where.kinds as EventKind[] | null | undefined);
  const bars: Interval = buckets <= BUCKETS_MAX ? interval : "DAY";
  const refused = { ...where, category: null, kinds };
  const top = useAnswer(RefusingDomainsDocument, wanted.value ? null : { where: refused, interval: bars, first: NAMES.length });
  const domains = top.data?.statistics.breakdown.flatMap(({ value }) => (value == null ? [] : [value])) ?? [];
  const crossed = useAnswer(CrossedDocument, wanted.value || domains.length === 0 ? null : variables(domains, { ...where, kinds }, bars));
  const problem = top.problem ?? crossed.problem;
  const again = () => (top.problem ? top.again() : crossed.again());
  return (
    <section aria-labelledby="crossed" class="crossed">
      <div class="section-bar">
        <h2 id="crossed">
          Domains by reason <span class="quiet">bounces and deferrals{bars !== interval && ", of whole days"}</span>
        </h2>
      </div>
      {problem && !crossed.data ? (
        <Trouble problem={problem} again={again} />
      ) : top.data && domains.length === 0 ? (
        <p class="quiet">Nothing bounced, and nothing was deferred.</p>
      ) : !crossed.data ? (
        <Loading rows={5} />
      ) : (
        <Table rows={rowsOf(domains, crossed.data)} search={search} />
      )}
    </section>
  );
}

function Table({ rows, search }: { rows: Row[]; search: string }) {
  const totals = new Map<string, number>();
  for (const { reasons } of rows) for (const [reason, count] of reasons) totals.set(reason, (totals.get(reason) ?? 0) + count);
  const sorted = [...totals].toSorted(([, one], [, other]) => other - one).map(([reason]) => reason);
  const shown = sorted.slice(0, SHOWN);
  const most = Math.max(...rows.flatMap(({ reasons }) => [...reasons.values()]), 1);
  const narrowed = (domain: string, reason?: string) => changed({ q: withOnly(withOnly(search, "domain", domain), "category", reason), code: undefined });
  if (sorted.length === 0) return <p class="quiet">None of it is counted by domain and reason: such counts begin with this version, or with a rebuild.</p>;
  return (
    <div class="scroll" role="region" tabindex={0} aria-label="The table of domains by reason">
      <table class="breakdown">
        <thead>
          <tr>
            <th scope="col">Domain</th>
            {shown.map((reason) => (
              <th key={reason} scope="col" class="number">
                {named(reason)}
              </th>
            ))}
            {sorted.length > shown.length && (
              <th scope="col" class="number">
                other
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ domain, reasons, total }) => {
            const other = total - shown.reduce((sum, reason) => sum + (reasons.get(reason) ?? 0), 0);
            return (
              <tr key={domain}>
                <th scope="row" class="cut">
                  <a data-page href={narrowed(domain)}>
                    {domain}
                  </a>
                </th>
                {shown.map((reason) => {
                  const count = reasons.get(reason) ?? 0;
                  return (
                    <td key={reason} class="number heat" style={{ "--heat": count / most }}>
                      {count > 0 ? (
                        <a data-page href={narrowed(domain, reason)} aria-label={`${count} at ${domain}: ${named(reason)}`}>
                          {count.toLocaleString("en")}
                        </a>
                      ) : (
                        <span class="quiet">0</span>
                      )}
                    </td>
                  );
                })}
                {sorted.length > shown.length && <td class="number">{other.toLocaleString("en")}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Those of the wanted kinds that are refusals; both where none is. */
export function refusing(kinds: EventKind[] | null | undefined): EventKind[] {
  const kept = (kinds ?? []).filter((kind) => kind === "BOUNCED" || kind === "DEFERRED");
  return kept.length > 0 ? kept : ["BOUNCED", "DEFERRED"];
}

function variables(domains: string[], where: StatisticsFilter, interval: Interval) {
  const of = (place: number): StatisticsFilter | null => {
    const recipientDomain = domains[place];
    return recipientDomain === undefined ? null : { ...where, recipientDomain };
  };
  const [a, b, c, d, e, f, g, h] = NAMES.map((_, place) => of(place));
  const has = (place: number) => domains.length > place;
  return {
    interval, first: REASONS,
    a: a!, b: b!, c: c!, d: d!, e: e!, f: f!, g: g!, h: h!,
    hasB: has(1), hasC: has(2), hasD: has(3), hasE: has(4), hasF: has(5), hasG: has(6), hasH: has(7),
  }; // prettier-ignore
}

function rowsOf(domains: string[], data: CrossedQuery): Row[] {
  return domains
    .map((domain, place) => {
      const parts = data[NAMES[place]!]?.breakdown ?? [];
      const reasons = new Map(parts.map(({ value, totals }) => [value ?? "", totals.bounced + totals.deferred]));
      return { domain, reasons, total: [...reasons.values()].reduce((sum, count) => sum + count, 0) };
    })
    .toSorted((one, other) => other.total - one.total);
}
