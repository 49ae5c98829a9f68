/** What happened over time, to which domains, and for which reasons; by the same search as the lists, all of it in the URL. */
import { useAnswer } from "../api/answer";
import { StatisticsDocument, type Interval, type StatisticsFilter, type StatisticsQuery } from "../api/generated/graphql";
import { Histogram, HistogramTable } from "../parts/histogram";
import { Chips } from "../parts/list_bar";
import { Loading, Notice, Trouble } from "../parts/states";
import { Icon, type IconName } from "../parts/icon";
import { word } from "../parts/mark";
import { useTitle } from "../parts/title";
import { now } from "../state/clock";
import { changed, go, href, place } from "../state/place";
import { zone } from "../state/preferences";
import { wanted } from "../state/token";
import { bucketName, during, kind, percent, SPAN_MS, STACK, USUAL, type KindName } from "../words/buckets";
import { parse, withOnly, withValue } from "../words/search";
import { KINDS, statisticsFilter } from "../words/statistics_filter";
import { Codes } from "./statistics_codes";
import { Crossed } from "./statistics_crossed";
import { Domains } from "./statistics_domains";
import { Reasons } from "./statistics_reasons";
import { Refusals } from "./statistics_refusals";
import { Sources } from "./statistics_sources";

const LOOK_EVERY_MS = 15_000;
/** Up to here the API counts by the hour unless it is told otherwise. */
const HOURLY_UP_TO_MS = 3 * SPAN_MS.DAY;
const TIMES: [string | undefined, string][] = [
  [undefined, "24 hours"],
  ["3d", "3 days"],
  ["7d", "7 days"],
  ["30d", "30 days"],
  ["90d", "90 days"],
];
const KNOWN = ["domain", "category", "class", "sender", "source", "status", "after", "before"];
const ONE = ["domain", "category", "source"];

export interface Asked {
  search: string;
  where: StatisticsFilter;
  interval: Interval;
  buckets: number;
}

type Answered = StatisticsQuery["statistics"];

export function StatisticsPage() {
  useTitle("Statistics");
  const { query } = place.value;
  const search = query["q"] ?? "";
  const terms = parse(search) ?? [];
  const minute = Math.floor(now.value / 60_000) * 60_000;
  const named = (...keys: string[]) => terms.some(({ key, negated }) => keys.includes(key) && !negated);
  const narrowed = named("domain", "category", "class"); // with which sources are not kept
  const where = statisticsFilter(terms, ["domain", "category", "sender", ...(narrowed ? [] : (["source"] as const))], minute);
  const every = query["every"] === "hour" ? "HOUR" : query["every"] === "day" ? "DAY" : null;
  const { data, problem, loading, again } = useAnswer(StatisticsDocument, wanted.value ? null : { where, interval: every }, {
    everyMs: LOOK_EVERY_MS,
  });
  const answer = data?.statistics;
  const left = terms.filter(
    ({ key, values, negated }) => negated || !KNOWN.includes(key) || (ONE.includes(key) && values.length > 1) || (key === "source" && narrowed),
  );
  return (
    <section class="statistics" aria-label="Statistics">
      <h1 class="unseen">Statistics</h1>
      <Bar search={search} interval={answer?.interval ?? null} every={every} />
      {left.length > 0 && (
        <p class="break-line warn">
          <Icon name="warning" />
          <span>
            Counts are kept by sender, and by one domain with its reasons, one reason, or one source: {left.map(({ key }) => `${key}:`).join(" ")} is left out here.
          </span>
        </p>
      )}
      {problem && (!answer || !loading) ? (
        <Trouble problem={problem} again={again} />
      ) : answer === undefined ? (
        <Loading />
      ) : (
        <>
          <Totals totals={answer.totals} search={search} refused={where.category != null} />
          <Over answer={answer} search={search} />
          <Told asked={{ search, where, interval: answer.interval, buckets: answer.buckets.length }} answer={answer} />
        </>
      )}
    </section>
  );
}

function Bar({ search, interval, every }: { search: string; interval: Interval | null; every: Interval | null }) {
  const terms = parse(search) ?? [];
  const value = (key: string) => terms.find((term) => term.key === key && !term.negated)?.values[0];
  const [after, before] = [value("after"), value("before")];
  const others = withOnly(withOnly(search, "after", undefined), "before", undefined);
  return (
    <div class="list-bar">
      <div class="segments" role="group" aria-label="Time">
        {TIMES.map(([time, title]) => (
          <a
            key={title}
            data-page
            href={changed({ q: withOnly(others, "after", time), every: undefined })}
            aria-current={before === undefined && after === time ? "true" : undefined}
          >
            {title}
          </a>
        ))}
      </div>
      <div class="segments" role="group" aria-label="Bars">
        {(["HOUR", "DAY"] as const).map((each) => (
          <a
            key={each}
            data-page
            href={changed({ every: each.toLowerCase() })}
            aria-current={(every ?? interval) === each ? "true" : undefined}
          >
            By the {each.toLowerCase()}
          </a>
        ))}
      </div>
      <Chips search={search} />
      <a class="button to-list" data-page href={href("", { q: search })}>
        As a list
      </a>
    </div>
  );
}

const TILES: { name: KindName; rate?: keyof Answered["totals"]; of?: string }[] = [
  { name: "delivered", rate: "deliveryRate", of: "of outcomes" },
  { name: "bounced", rate: "bounceRate", of: "of outcomes" },
  { name: "deferred" },
  { name: "queued" },
  { name: "complained", rate: "complaintRate", of: "of deliveries" },
  { name: "unsubscribed", rate: "unsubscribeRate", of: "of deliveries" },
  { name: "opened", rate: "openRate", of: "of deliveries" },
  { name: "clicked", rate: "clickRate", of: "of deliveries" },
];

/** Each leads to its events. For one reason there are refusals alone: others would be a 0 that is none. */
function Totals({ totals, search, refused }: { totals: Answered["totals"]; search: string; refused: boolean }) {
  const timed = /(^|\s)after:/.test(search) ? search : withValue(search, "after", "24h");
  return (
    <ul class="tiles">
      {TILES.filter(({ name }) => !refused || name === "bounced" || name === "deferred").map(({ name, rate, of }) => (
        <li key={name}>
          <a data-page href={href("", { q: withOnly(withoutCategory(timed), "status", name), in: "events" })}>
            <span class={`mark ${name}`}>
              <Icon name={name as IconName} />
              {word(kind(name))}
            </span>
            <b>{totals[name].toLocaleString("en")}</b>
            <span class="quiet small">{rate && totals[rate] != null ? `${percent(totals[rate])} ${of}` : "\u00a0"}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Lists of events can't be searched by it. */
function withoutCategory(search: string): string {
  return withOnly(withOnly(search, "category", undefined), "class", undefined);
}

function Over({ answer, search }: { answer: Answered; search: string }) {
  const { buckets, interval, since, until } = answer;
  const kinds = shownKinds(search);
  const timed = (start: number, end: number, every?: string) => changed({ q: during(search, start, end), every });
  // What is looked at more closely is drawn no coarser than before.
  const zoomed = (start: number, end: number) => timed(start, end, interval === "HOUR" && end - start > HOURLY_UP_TO_MS ? "hour" : undefined);
  const [from, to] = [Date.parse(since), Date.parse(until)];
  const wider = Math.max((to - from) / 2, SPAN_MS[interval]);
  return (
    <section class="over" aria-labelledby="over">
      <div class="section-bar">
        <h2 id="over">
          Events <span class="quiet">{bucketName(since, interval, zone.value)} to {bucketName(until, interval, zone.value)}{interval === "DAY" && ", days of UTC"}</span>
        </h2>
        <Legend kinds={kinds} />
        <a class="button" data-page href={timed(from - wider, to + wider)}>
          Wider
        </a>
      </div>
      <Histogram buckets={buckets} interval={interval} kinds={kinds} label="Events over time" choose={(start, end) => go(zoomed(start, end))} />
      <HistogramTable buckets={buckets} interval={interval} kinds={kinds} link={zoomed} />
    </section>
  );
}

/** Those that the URL names, or the search, or the usual ones. */
function shownKinds(search: string): KindName[] {
  const named = place.value.query["show"]?.split(",");
  const searched = (parse(search) ?? []).find(({ key, negated }) => key === "status" && !negated)?.values;
  const wish = (named ?? searched ?? USUAL) as string[];
  const known = STACK.filter((name) => wish.includes(name));
  return known.length > 0 ? known : USUAL;
}

function Legend({ kinds }: { kinds: KindName[] }) {
  return (
    <ul class="legend" aria-label="Shown kinds">
      {KINDS.filter((name) => name !== "unknown").map((name) => {
        const isShown = kinds.includes(name);
        const next = isShown ? kinds.filter((each) => each !== name) : [...kinds, name];
        return (
          <li key={name}>
            <a
              data-page
              class={isShown ? "shown" : ""}
              aria-current={isShown ? "true" : undefined}
              href={changed({ show: next.length > 0 ? next.join(",") : undefined })}
            >
              <i class={`swatch ${name}`} />
              {word(kind(name))}
            </a>
          </li>
        );
      })}
    </ul>
  );
}

function Told({ asked, answer }: { asked: Asked; answer: Answered }) {
  if (answer.totals.total === 0) {
    return (
      <Notice icon="search" title="Nothing happened in this time">
        <p>Choose a longer one above, or drop a term of the search.</p>
      </Notice>
    );
  }
  return (
    <>
      {asked.where.source != null ? (
        <p class="quiet">
          Counts of one source are not kept by domain and reason. <a data-page href={changed({ q: withOnly(asked.search, "source", undefined) })}>All sources</a>
        </p>
      ) : (
        <>
          <div class="halves">
            <Domains asked={asked} />
            <Reasons asked={asked} />
          </div>
          {asked.where.recipientDomain != null ? <Codes asked={asked} since={answer.since} until={answer.until} /> : <Crossed asked={asked} />}
          <Refusals asked={asked} since={answer.since} until={answer.until} />
        </>
      )}
      <Sources asked={asked} />
    </>
  );
}
