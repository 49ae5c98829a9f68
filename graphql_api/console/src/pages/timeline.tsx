/** Everything that was reported, in the order in which it happened, with the gaps, and what was odd about its arrival. */
import { useAnswer, type Answer } from "../api/answer";
import { TimelineDocument, type OrderDirection, type TimelineQuery } from "../api/generated/graphql";
import { Loading, Trouble } from "../parts/states";
import { changed, href, place } from "../state/place";
import { wanted } from "../state/token";
import { write } from "../words/search";
import { steps } from "../words/timeline";
import { Step } from "./step";

const EVENTS = 100;
const EVENTS_MAX = 200;

/** The events of the message, or of one of its recipients; asked beside the message itself, not after it. */
export function useTimeline(trackingId: string, recipient: string | undefined, version: number): Answer<TimelineQuery> {
  const { query } = place.value;
  const where = { trackingIds: [trackingId], ...(recipient && { recipient }) };
  const variables = { where, direction: direction(query), first: first(query) };
  return useAnswer(TimelineDocument, wanted.value ? null : variables, { version });
}

function direction(query: Record<string, string>): OrderDirection {
  return query["order"] === "newest" ? "DESC" : "ASC";
}

function first(query: Record<string, string>): number {
  return Number(query["events"]) || EVENTS;
}

interface Of {
  trackingId: string;
  answer: Answer<TimelineQuery>;
  /** The one recipient whose events these are, of several. */
  recipient: string | undefined;
  several: boolean;
}

export function Timeline({ trackingId, answer: { data, problem, again }, recipient, several }: Of) {
  const newest = direction(place.value.query) === "DESC";
  const events = data?.events.nodes ?? [];
  return (
    <section aria-labelledby="timeline">
      <div class="section-bar">
        <h2 id="timeline">Timeline{recipient && <span class="quiet"> of {recipient}</span>}</h2>
        <a class="button" data-page href={changed({ order: newest ? undefined : "newest" })}>
          {newest ? "↓ Newest first" : "↑ Oldest first"}
        </a>
      </div>
      {problem && !data ? (
        <Trouble problem={problem} again={again} />
      ) : !data ? (
        <Loading rows={4} />
      ) : (
        <ol class="timeline">
          {steps(events, newest).map((step) => (
            <Step key={step.event.id} step={step} several={several && !recipient} />
          ))}
        </ol>
      )}
      {data?.events.pageInfo.hasNextPage &&
        (first(place.value.query) < EVENTS_MAX ? (
          <a class="button" data-page href={changed({ events: String(EVENTS_MAX) })}>
            More events
          </a>
        ) : (
          <p class="quiet">
            The {newest ? "last" : "first"} {events.length} events are shown.{" "}
            <a data-page href={href("", { q: listed(trackingId, recipient), in: "events", order: newest ? undefined : "oldest" })}>
              All of them as a list
            </a>
          </p>
        ))}
    </section>
  );
}

function listed(trackingId: string, recipient: string | undefined): string {
  const of = (key: string, value: string) => ({ key, values: [value], negated: false });
  return write([of("id", trackingId), ...(recipient ? [of("to", recipient)] : [])]);
}
