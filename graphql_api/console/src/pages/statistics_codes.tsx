/** One domain's refusals by their code, and the events behind a code. */
import { useAnswer } from "../api/answer";
import { READ_MAX, useEventsOfCode } from "../api/events_of_code";
import { StatisticsByCodeDocument } from "../api/generated/graphql";
import { Loading, Trouble } from "../parts/states";
import { changed, place } from "../state/place";
import { wanted } from "../state/token";
import { during } from "../words/buckets";
import { parse, write } from "../words/search";
import { EventRows } from "./rows";
import type { Asked } from "./statistics";
import { refusing } from "./statistics_crossed";
import { named } from "./statistics_reasons";

const FIRST = 30;
const ROWS_MAX = 12_000;
const SHOWN = 50;

export function Codes({ asked: { search, where, interval, buckets }, since, until }: { asked: Asked; since: string; until: string }) {
  const first = Math.max(5, Math.min(FIRST, Math.floor(ROWS_MAX / buckets)));
  const { data, problem, again } = useAnswer(StatisticsByCodeDocument, wanted.value ? null : { where, interval, first });
  const codes = data?.statistics.breakdown ?? [];
  const most = Math.max(...codes.map(({ totals }) => totals.bounced + totals.deferred), 1);
  const chosen = place.value.query["code"];
  return (
    <section aria-labelledby="by-code">
      <div class="section-bar">
        <h2 id="by-code">
          By code <span class="quiet">at {where.recipientDomain}{where.category != null && `: ${named(where.category)}`}</span>
        </h2>
      </div>
      {problem && !data ? (
        <Trouble problem={problem} again={again} />
      ) : !data ? (
        <Loading rows={3} />
      ) : codes.length === 0 ? (
        <p class="quiet">Nothing bounced, and nothing was deferred.</p>
      ) : (
        <table class="breakdown codes">
          <thead>
            <tr>
              <th scope="col">Code</th>
              <th scope="col" class="number">Bounced</th>
              <th scope="col" class="number">Deferred</th>
              <th scope="col">
                <span class="unseen">Share</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {codes.map(({ value, totals }) => (
              <tr key={value}>
                <th scope="row">
                  <a data-page href={changed({ code: chosen === (value ?? "none") ? undefined : (value ?? "none") })} aria-expanded={chosen === (value ?? "none")}>
                    {value ?? "without a code"}
                  </a>
                </th>
                <td class="number">{totals.bounced.toLocaleString("en")}</td>
                <td class="number">{totals.deferred.toLocaleString("en")}</td>
                <td>
                  <svg class="both" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="filled bounced" width={(totals.bounced / most) * 100} height="8" />
                    <rect class="filled deferred" x={(totals.bounced / most) * 100} width={(totals.deferred / most) * 100} height="8" />
                  </svg>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {chosen !== undefined && <Behind code={chosen} search={refusedBy(search, refusing(where.kinds as never), since, until)} />}
    </section>
  );
}

function Behind({ code, search }: { code: string; search: string }) {
  const { found, problem, again } = useEventsOfCode(wanted.value ? null : search, code === "none" ? "" : code);
  return (
    <section aria-labelledby="behind" class="behind">
      <div class="section-bar">
        <h3 id="behind">
          Events {code === "none" ? "without a code" : <>with {code}</>}{" "}
          {found && (
            <span class="quiet">
              {found.events.length > SHOWN ? `the newest ${SHOWN} of ${found.events.length.toLocaleString("en")}` : found.events.length.toLocaleString("en")}
              {found.more && ` among the newest ${READ_MAX.toLocaleString("en")} refusals there`}, for whichever reason
            </span>
          )}
        </h3>
        <a class="button" data-page href={changed({ code: undefined })}>
          Close
        </a>
      </div>
      {problem ? (
        <Trouble problem={problem} again={again} />
      ) : found === null ? (
        <Loading rows={3} />
      ) : found.events.length === 0 ? (
        <p class="quiet">None of them {found.more ? "is among the newest: choose a shorter time" : "is in the history any more"}.</p>
      ) : (
        <EventRows rows={found.events.slice(0, SHOWN)} />
      )}
    </section>
  );
}

/** The search for the domain's events of these kinds in this time. Events are not searched by their reason. */
function refusedBy(search: string, kinds: string[], since: string, until: string): string {
  const kept = (parse(search) ?? []).filter(({ key, negated }) => !negated && (key === "domain" || key === "sender"));
  return during(write([...kept, { key: "status", values: kinds.map((kind) => kind.toLowerCase()), negated: false }]), Date.parse(since), Date.parse(until));
}
