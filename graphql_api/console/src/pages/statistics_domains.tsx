/** Which provider refuses: the recipients' domains with what came of their mail. */
import { useAnswer } from "../api/answer";
import { StatisticsByDomainDocument, type StatisticsByDomainQuery } from "../api/generated/graphql";
import { Loading, Trouble } from "../parts/states";
import { changed, href, place } from "../state/place";
import { wanted } from "../state/token";
import { percent } from "../words/buckets";
import { withOnly } from "../words/search";
import type { Asked } from "./statistics";

/** A store reads at most so many rows for one question. */
const ROWS_MAX = 12_000;
const SHOWN = 12;
/** Below so many outcomes a ratio says little. */
const OUTCOMES_MIN = 10;

type Domain = StatisticsByDomainQuery["statistics"]["breakdown"][number];
const SORTS: Record<string, string> = { bounced: "Most bounces", ratio: "Highest ratio", mail: "Most mail" };

export function Domains({ asked: { search, where, interval, buckets } }: { asked: Asked }) {
  const { query } = place.value;
  const sort = query["sort"] && query["sort"] in SORTS ? query["sort"] : "bounced";
  const first = Math.max(5, Math.min(100, Math.floor(ROWS_MAX / buckets)));
  const crossed = where.category != null && where.recipientDomain == null;
  const { data, problem, again } = useAnswer(StatisticsByDomainDocument, wanted.value || crossed ? null : { where, interval, first });
  const domains = data?.statistics.breakdown ?? [];
  const sorted = domains.filter(({ totals }) => outcomes(totals) + totals.deferred > 0).toSorted(order(sort));
  const shown = query["domains"] === "all" ? sorted : sorted.slice(0, SHOWN);
  return (
    <section aria-labelledby="by-domain">
      <div class="section-bar">
        <h2 id="by-domain">Who refuses</h2>
        <div class="segments" role="group" aria-label="Order of the domains">
          {Object.entries(SORTS).map(([name, title]) => (
            <a key={name} data-page href={changed({ sort: name === "bounced" ? undefined : name })} aria-current={sort === name ? "true" : undefined}>
              {title}
            </a>
          ))}
        </div>
      </div>
      {crossed ? (
        <p class="quiet">
          The domains that refuse for this reason are below, with how often they did. <a data-page href={changed({ q: withOnly(search, "category", undefined) })}>Drop the reason</a>
        </p>
      ) : problem && !data ? (
        <Trouble problem={problem} again={again} />
      ) : !data ? (
        <Loading rows={5} />
      ) : (
        <>
          <Table domains={shown} search={search} refused={where.category != null} />
          {sorted.length > shown.length && (
            <a class="button" data-page href={changed({ domains: "all" })}>
              All {sorted.length}
            </a>
          )}
          {domains.length === first && <p class="quiet small">The {first} domains with the most events are compared.</p>}
        </>
      )}
    </section>
  );
}

function Table({ domains, search, refused }: { domains: Domain[]; search: string; refused: boolean }) {
  return (
    <table class="breakdown">
      <thead>
        <tr>
          <th scope="col">Domain</th>
          <th scope="col" class="number">Delivered</th>
          <th scope="col" class="number">Bounced</th>
          <th scope="col">Bounced of outcomes</th>
          <th scope="col" class="number">Deferred</th>
        </tr>
      </thead>
      <tbody>
        {domains.map(({ value, totals }) => {
          const narrowed = withOnly(search, "domain", value ?? undefined);
          const cell = (status: string, count: number) =>
            count > 0 && value != null ? (
              <a data-page href={href("", { q: withOnly(narrowed, "status", status) })} aria-label={`${count} ${status} at ${value}`}>
                {count.toLocaleString("en")}
              </a>
            ) : (
              count.toLocaleString("en")
            );
          return (
            <tr key={value}>
              <th scope="row" class="cut">
                {value == null ? <i>no recipient named</i> : <a data-page href={changed({ q: narrowed })}>{value}</a>}
              </th>
              <td class="number">{refused ? "–" : cell("delivered", totals.delivered)}</td>
              <td class="number">{cell("bounced", totals.bounced)}</td>
              <td>
                <Share of={totals.bounceRate} />
              </td>
              <td class="number">{cell("deferred", totals.deferred)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Share({ of }: { of: number | null | undefined }) {
  return (
    <span class="share">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="whole" width="100" height="8" />
        <rect class="part" width={(of ?? 0) * 100} height="8" />
      </svg>
      {percent(of)}
    </span>
  );
}

function outcomes({ delivered, bounced }: Domain["totals"]): number {
  return delivered + bounced;
}

function order(sort: string): (one: Domain, other: Domain) => number {
  if (sort === "mail") return (one, other) => outcomes(other.totals) - outcomes(one.totals);
  if (sort === "bounced") return (one, other) => other.totals.bounced - one.totals.bounced;
  const ratio = ({ totals }: Domain) => (outcomes(totals) < OUTCOMES_MIN ? -1 : (totals.bounceRate ?? -1));
  return (one, other) => ratio(other) - ratio(one);
}
