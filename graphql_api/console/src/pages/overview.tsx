/** Above a list: when the events of its mail happened. A time is chosen by dragging over it, or by the keyboard. */
import { useAnswer } from "../api/answer";
import { StatisticsDocument } from "../api/generated/graphql";
import { Histogram } from "../parts/histogram";
import { now } from "../state/clock";
import { changed, go, href } from "../state/place";
import { wanted } from "../state/token";
import { during, STACK, USUAL } from "../words/buckets";
import { parse, type Term } from "../words/search";
import { statisticsFilter } from "../words/statistics_filter";

const LOOK_EVERY_MS = 30_000;
const COUNTED = ["domain", "category", "sender", "status", "after", "before"];

/** Nothing where the counts would be of other mail than the list's: they are kept by few things, and one at a time. */
export function Overview({ search }: { search: string }) {
  const terms = parse(search);
  return terms !== null && isCounted(terms) ? <Counted search={search} terms={terms} /> : null;
}

function isCounted(terms: Term[]): boolean {
  const named = (key: string) => terms.find((term) => term.key === key)?.values.length ?? 0;
  return terms.every(({ key, negated }) => !negated && COUNTED.includes(key)) && named("domain") + named("category") <= 1;
}

function Counted({ search, terms }: { search: string; terms: Term[] }) {
  const minute = Math.floor(now.value / 60_000) * 60_000;
  const where = statisticsFilter(terms, ["status", "domain", "category", "sender"], minute);
  const { data, problem } = useAnswer(StatisticsDocument, wanted.value ? null : { where, interval: null }, { everyMs: LOOK_EVERY_MS });
  const searched = terms.find(({ key }) => key === "status")?.values;
  const kinds = searched === undefined ? USUAL : STACK.filter((name) => searched.includes(name));
  if (problem) return null; // the list says what is wrong, or the time is too long to be counted at once
  if (!data) return <div class="overview waiting" />;
  const { buckets, interval, totals } = data.statistics;
  if (totals.total === 0) return null;
  const timed = /(^|\s)(after|before):/.test(search);
  return (
    <div class="overview">
      <p class="quiet small">
        {timed ? "Events" : "Events of the last 24 hours"}
        <span class="links">
          <a data-page href={href("statistics", { q: search })}>
            Statistics
          </a>
          <a data-page href={href("live", { q: search })}>
            Follow live
          </a>
        </span>
      </p>
      <Histogram
        low
        buckets={buckets}
        interval={interval}
        kinds={kinds.length > 0 ? kinds : USUAL}
        label="Events over time"
        choose={(from, to) => go(changed({ q: during(search, from, to), after: undefined, before: undefined }))}
      />
    </div>
  );
}
