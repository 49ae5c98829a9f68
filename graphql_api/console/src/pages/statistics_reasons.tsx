/** Why mail was refused: bounces and deferrals by their reason. */
import { useAnswer } from "../api/answer";
import { StatisticsByCategoryDocument } from "../api/generated/graphql";
import { Loading, Trouble } from "../parts/states";
import { changed, href } from "../state/place";
import { wanted } from "../state/token";
import { withOnly } from "../words/search";
import type { Asked } from "./statistics";

const FIRST = 30;
const ROWS_MAX = 12_000;

export function Reasons({ asked: { search, where, interval, buckets } }: { asked: Asked }) {
  const first = Math.max(5, Math.min(FIRST, Math.floor(ROWS_MAX / buckets)));
  const { data, problem, again } = useAnswer(StatisticsByCategoryDocument, wanted.value ? null : { where, interval, first });
  const reasons = (data?.statistics.breakdown ?? []).toSorted((one, other) => other.totals.bounced - one.totals.bounced);
  const most = Math.max(...reasons.map(({ totals }) => totals.bounced + totals.deferred), 1);
  return (
    <section aria-labelledby="by-reason">
      <div class="section-bar">
        <h2 id="by-reason">Why</h2>
      </div>
      {problem && !data ? (
        <Trouble problem={problem} again={again} />
      ) : !data ? (
        <Loading rows={5} />
      ) : reasons.length === 0 ? (
        <p class="quiet">Nothing bounced, and nothing was deferred.</p>
      ) : (
        <table class="breakdown">
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col" class="number">Bounced</th>
              <th scope="col" class="number">Deferred</th>
              <th scope="col">
                <span class="unseen">Share</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {reasons.map(({ value, totals }) => {
              const narrowed = withOnly(search, "category", value ?? undefined);
              const cell = (status: string, count: number) =>
                count > 0 ? (
                  <a data-page href={href("", { q: withOnly(narrowed, "status", status) })} aria-label={`${count} ${status}: ${named(value)}`}>
                    {count.toLocaleString("en")}
                  </a>
                ) : (
                  "0"
                );
              return (
                <tr key={value}>
                  <th scope="row" class="cut">
                    <a data-page href={changed({ q: narrowed })}>
                      {named(value)}
                    </a>
                  </th>
                  <td class="number">{cell("bounced", totals.bounced)}</td>
                  <td class="number">{cell("deferred", totals.deferred)}</td>
                  <td>
                    <svg class="both" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                      <rect class="filled bounced" width={(totals.bounced / most) * 100} height="8" />
                      <rect class="filled deferred" x={(totals.bounced / most) * 100} width={(totals.deferred / most) * 100} height="8" />
                    </svg>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function named(value: string | null | undefined): string {
  return value?.replaceAll("_", " ") ?? "no reason known";
}
