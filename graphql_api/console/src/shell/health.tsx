/** How fresh everything on the page is. What is old, or not known, is said. */
import { useRef } from "preact/hooks";
import { useAnswer } from "../api/answer";
import { HealthDocument, PendingDeadLettersDocument, type HealthQuery } from "../api/generated/graphql";
import { Icon } from "../parts/icon";
import { Time } from "../parts/time";
import { href } from "../state/place";
import { token, wanted } from "../state/token";
import { count } from "../words/counts";

const EVERY_MS = 5_000;
const LETTERS_EVERY_MS = 15_000;
const STALLED_S = 60;
const RECENT_S = 300;
const FAR_BEHIND = 5_000;

export function Health() {
  const asked = wanted.value ? null : {};
  const { data, problem } = useAnswer(HealthDocument, asked, { everyMs: EVERY_MS });
  const refused = useRef<string | null | undefined>(undefined);
  const letters = useAnswer(PendingDeadLettersDocument, refused.current === token.value ? null : asked, {
    everyMs: LETTERS_EVERY_MS,
  });
  if (letters.problem?.code === "FORBIDDEN") refused.current = token.value; // a token for some senders
  const pending = letters.problem ? undefined : letters.data?.deadLetters.totalCount;
  if (wanted.value) return null;
  const wrong = problem ? "No answer from the API: what you see may be old" : data ? wrongWith(data.pipeline) : null;
  return (
    <div class="health">
      {wrong === null && data && <Lag pipeline={data.pipeline} />}
      <span role="status">
        {wrong !== null && (
          <span class="warn">
            <Icon name="warning" />
            {wrong}
          </span>
        )}
      </span>
      {wrong !== null && data?.pipeline.lag != null && data.pipeline.lag > 0 && <Lag pipeline={data.pipeline} />}
      {data?.pipeline.newestEventAt && (
        <span>
          last event <Time at={data.pipeline.newestEventAt} />
        </span>
      )}
      {data && <Took {...data.pipeline.endToEnd} ageSeconds={data.pipeline.ageSeconds} />}
      {pending && (
        <a data-page href={href("dead-letters")} class={pending.count > 0 ? "warn" : ""}>
          {count(pending)} dead {pending.count === 1 ? "letter" : "letters"}
        </a>
      )}
    </div>
  );
}

/** Why what is seen may be old; told to those who don't see it too, once, so it has no numbers that change. */
function wrongWith({ lag, brokerAvailable, ageSeconds }: HealthQuery["pipeline"]): string | null {
  if (!brokerAvailable || lag == null) return "Kafka does not answer: how old this is, is not known";
  const stands = lag > 0 && (ageSeconds ?? 0) > STALLED_S;
  return stands || lag > FAR_BEHIND ? "Events are waiting: what you see is old" : null;
}

/** How long events take until they are seen here: 99 of 100 of the last five minutes. Of the newest it is known some seconds later. */
function Took({ events, p99Seconds, ageSeconds }: HealthQuery["pipeline"]["endToEnd"] & Pick<HealthQuery["pipeline"], "ageSeconds">) {
  if (events === 0 && ageSeconds != null && ageSeconds < RECENT_S) return null;
  if (events === 0) return <span title="None became readable in the last five minutes, so how long it takes is not known">no recent events</span>;
  const says = p99Seconds == null ? "took more than half an hour" : `of 100 took ${seconds(p99Seconds)} or less`;
  return (
    <span title={`${p99Seconds == null ? "Some" : "99"} ${says}, from the gateway's acceptance until they were readable here: ${events.toLocaleString("en")} events of the last five minutes`}>
      p99 {p99Seconds == null ? "> 30 min" : `≤ ${seconds(p99Seconds)}`}
    </span>
  );
}

function seconds(time: number): string {
  if (time < 1) return `${Math.round(time * 1000)} ms`;
  return time < 60 ? `${time} s` : `${Math.round(time / 60)} min`;
}

function Lag({ pipeline: { lag } }: { pipeline: HealthQuery["pipeline"] }) {
  return lag === 0 ? (
    <span class="good">
      <Icon name="delivered" />
      up to date
    </span>
  ) : (
    <span>
      <Icon name="clock" />
      {lag?.toLocaleString("en")} {lag === 1 ? "event" : "events"} behind
    </span>
  );
}
