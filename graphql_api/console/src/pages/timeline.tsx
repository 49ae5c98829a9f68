/** Everything that was reported, in the order in which it happened, with the gaps, and what was odd about its arrival. */
import { useAnswer } from "../api/answer";
import { TimelineDocument } from "../api/generated/graphql";
import { Loading, Trouble } from "../parts/states";
import { changed, place } from "../state/place";
import { wanted } from "../state/token";
import { steps } from "../words/timeline";
import { Step } from "./step";

const EVENTS = 100;
const EVENTS_MAX = 200;

interface Of {
  trackingId: string;
  revision: number;
  recipient: string | undefined;
  several: boolean;
}

export function Timeline({ trackingId, revision, recipient, several }: Of) {
  const { query } = place.value;
  const newest = query["order"] === "newest";
  const first = Number(query["events"]) || EVENTS;
  const only = several && recipient ? { recipient } : {};
  const { data, problem, again } = useAnswer(
    TimelineDocument,
    wanted.value ? null : { where: { trackingIds: [trackingId], ...only }, direction: newest ? "DESC" : "ASC", first },
    { version: revision },
  );
  const events = data?.events.nodes ?? [];
  return (
    <section aria-labelledby="timeline">
      <div class="section-bar">
        <h2 id="timeline">Timeline{several && recipient && <span class="quiet"> of {recipient}</span>}</h2>
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
        (events.length < EVENTS_MAX ? (
          <a class="button" data-page href={changed({ events: String(EVENTS_MAX) })}>
            More events
          </a>
        ) : (
          <p class="quiet">
            The first {EVENTS_MAX} events are shown. Choose one recipient, or turn the order round, to see the others.
          </p>
        ))}
    </section>
  );
}
