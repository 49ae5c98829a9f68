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
  return (
    <div class="health">
      <span role="status">
        {problem ? (
          <span class="warn">
            <Icon name="warning" />
            No answer from the API: what you see may be old
          </span>
        ) : (
          data && <Lag pipeline={data.pipeline} />
        )}
      </span>
      {data?.pipeline.newestEventAt && (
        <span>
          last event <Time at={data.pipeline.newestEventAt} />
        </span>
      )}
      {pending && (
        <a data-page href={href("dead-letters")} class={pending.count > 0 ? "warn" : ""}>
          {count(pending)} dead {pending.count === 1 ? "letter" : "letters"}
        </a>
      )}
    </div>
  );
}

function Lag({ pipeline: { lag, brokerAvailable, ageSeconds } }: { pipeline: HealthQuery["pipeline"] }) {
  if (!brokerAvailable || lag == null) {
    return (
      <span class="warn">
        <Icon name="warning" />
        Kafka does not answer: how old this is, is not known
      </span>
    );
  }
  if (lag === 0) {
    return (
      <span class="good">
        <Icon name="delivered" />
        up to date
      </span>
    );
  }
  const worrying = lag > FAR_BEHIND || (ageSeconds ?? 0) > STALLED_S;
  return (
    <span class={worrying ? "warn" : ""}>
      <Icon name={worrying ? "warning" : "clock"} />
      {lag.toLocaleString("en")} {lag === 1 ? "event" : "events"} behind
      {worrying && ": what you see is old"}
    </span>
  );
}
