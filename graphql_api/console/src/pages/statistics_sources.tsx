/** Who posts the events, as the gateway names them, and what comes of their mail. */
import { useAnswer } from "../api/answer";
import { StatisticsBySourceDocument } from "../api/generated/graphql";
import { Loading, Trouble } from "../parts/states";
import { changed, href } from "../state/place";
import { wanted } from "../state/token";
import { percent } from "../words/buckets";
import { parse, withOnly, withValue, write } from "../words/search";
import type { Asked } from "./statistics";

const FIRST = 20;
const ROWS_MAX = 12_000;

export function Sources({ asked: { search, where, interval, buckets } }: { asked: Asked }) {
  const kept = where.recipientDomain == null && where.category == null;
  const first = Math.max(5, Math.min(FIRST, Math.floor(ROWS_MAX / buckets)));
  const { data, problem, again } = useAnswer(StatisticsBySourceDocument, wanted.value || !kept ? null : { where, interval, first });
  if (!kept) return null;
  const sources = data?.statistics.breakdown ?? [];
  return (
    <section aria-labelledby="by-source">
      <div class="section-bar">
        <h2 id="by-source">Who posts</h2>
      </div>
      {problem && !data ? (
        <Trouble problem={problem} again={again} />
      ) : !data ? (
        <Loading rows={2} />
      ) : sources.length === 0 ? (
        <p class="quiet">Nothing of this time is counted by source: such counts begin with this version, or with a rebuild.</p>
      ) : (
        <table class="breakdown">
          <thead>
            <tr>
              <th scope="col">Source</th>
              <th scope="col" class="number">Events</th>
              <th scope="col" class="number">Delivered</th>
              <th scope="col" class="number">Bounced</th>
              <th scope="col" class="number">Of outcomes</th>
              <th scope="col" class="number">Deferred</th>
            </tr>
          </thead>
          <tbody>
            {sources.map(({ value, totals }) => (
              <tr key={value}>
                <th scope="row" class="cut">
                  {value == null ? <i>no source named</i> : <a data-page href={changed({ q: withOnly(search, "source", value) })}>{value}</a>}
                </th>
                <td class="number">
                  {value == null ? (
                    totals.total.toLocaleString("en")
                  ) : (
                    <a data-page href={href("", { q: eventsOf(search, value), in: "events" })} aria-label={`${totals.total} events from ${value}`}>
                      {totals.total.toLocaleString("en")}
                    </a>
                  )}
                </td>
                <td class="number">{totals.delivered.toLocaleString("en")}</td>
                <td class="number">{totals.bounced.toLocaleString("en")}</td>
                <td class="number">{percent(totals.bounceRate)}</td>
                <td class="number">{totals.deferred.toLocaleString("en")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** As far as events can be searched by it; the time that is meant where none is named. */
function eventsOf(search: string, source: string): string {
  const kept = write((parse(search) ?? []).filter(({ key }) => key !== "category" && key !== "class"));
  const timed = /(^|\s)after:/.test(kept) ? kept : withValue(kept, "after", "24h");
  return withOnly(timed, "source", source);
}
