/** What could not be used: a list by state, reason and source, each letter with its bytes, and the way to send it on. */
import { useAnswer } from "../api/answer";
import { CountDeadLettersDocument, DeadLettersDocument, type DeadLetterFilter, type LetterRowFragment } from "../api/generated/graphql";
import { LetterMark } from "../parts/letter_mark";
import { Pages } from "../parts/paging";
import { Loading, Notice, Trouble } from "../parts/states";
import { Time } from "../parts/time";
import { useTitle } from "../parts/title";
import { now } from "../state/clock";
import { copyFocused, useKeys } from "../state/keys";
import { changed, go, href, place } from "../state/place";
import { wanted } from "../state/token";
import { count } from "../words/counts";
import { firstError, letterFilter, PARTS, REASONS, stateOf, STATES, TIMES } from "../words/letters";
import { OneLetter } from "./one_letter";
import { Requeue, SendOn } from "./requeue";

const ROWS = 50;
const LOOK_EVERY_MS = 10_000;
const FIRST_PAGE = { after: undefined, before: undefined };
const FILTERS = ["reason", "part", "source", "member", "since"] as const;

export function DeadLettersPage() {
  const { query } = place.value;
  useTitle("Dead letters");
  const letter = query["letter"];
  return letter ? <OneLetter key={letter} id={letter} /> : <List />;
}

function List() {
  const { query } = place.value;
  useKeys([{ key: "c", says: "copy the letter's address", run: copyFocused }]);
  const where = letterFilter(query, Math.floor(now.value / 60_000) * 60_000);
  const { data, problem, loading, again } = useAnswer(DeadLettersDocument, wanted.value ? null : asked(where, query), { everyMs: LOOK_EVERY_MS });
  const counted = useAnswer(CountDeadLettersDocument, wanted.value ? null : { where }, { everyMs: LOOK_EVERY_MS });
  const total = counted.data?.deadLetters.totalCount;
  const oldest = query["order"] === "oldest";
  const requeuing = query["requeue"] !== undefined;
  return (
    <section class="list letters" aria-label="Dead letters">
      <h1 class="unseen">Dead letters</h1>
      <div class="list-bar">
        <States />
        <Choice name="reason" title="Reason" all="Any reason" values={REASONS} />
        <Choice name="part" title="What it is" all="Bodies, rows, records" values={PARTS} />
        <Choice name="since" title="Arrived" all="Any time" values={TIMES} />
        <Chosen />
        <span class="total" role="status" aria-busy={loading}>
          {total && `${count(total)} ${total.count === 1 ? "letter" : "letters"}`}
        </span>
        <a class="button" data-page href={changed({ ...FIRST_PAGE, order: oldest ? undefined : "oldest" })}>
          {oldest ? "↑ Oldest first" : "↓ Newest first"}
        </a>
        {total !== undefined && total.count > 0 && (
          <SendOn
            says="Send on…"
            isOpen={requeuing}
            opener={(title) => (
              <a class="button" data-page href={changed({ requeue: requeuing ? undefined : "1" })} aria-expanded={requeuing}>
                {title}
              </a>
            )}
          />
        )}
      </div>
      {requeuing && <Requeue key={JSON.stringify(where)} where={where} done={again} />}
      {problem ? (
        <Trouble problem={problem} again={again} />
      ) : data === undefined ? (
        <Loading />
      ) : data.deadLetters.nodes.length === 0 ? (
        <Nothing />
      ) : (
        <>
          <Rows rows={data.deadLetters.nodes} />
          <Pages info={data.deadLetters.pageInfo} />
        </>
      )}
    </section>
  );
}

function asked(where: DeadLetterFilter, { order, before, after }: Record<string, string>) {
  return {
    where,
    direction: order === "oldest" ? ("ASC" as const) : ("DESC" as const),
    ...(before ? { last: ROWS, before } : { first: ROWS, after: after ?? null }),
  };
}

function States() {
  const state = stateOf(place.value.query);
  return (
    <div class="segments" role="group" aria-label="What was done">
      {Object.entries(STATES).map(([name, { title }]) => (
        <a key={name} data-page href={changed({ ...FIRST_PAGE, state: name === "open" ? undefined : name })} aria-current={state === name ? "true" : undefined}>
          {title}
        </a>
      ))}
    </div>
  );
}

function Choice({ name, title, all, values }: { name: string; title: string; all: string; values: Record<string, string> }) {
  const value = place.value.query[name] ?? "";
  return (
    <select aria-label={title} value={value} onChange={(event) => go(changed({ ...FIRST_PAGE, [name]: event.currentTarget.value || undefined }))}>
      <option value="">{all}</option>
      {Object.entries(values).map(([each, says]) => (
        <option key={each} value={each}>
          {says}
        </option>
      ))}
      {value !== "" && !(value in values) && <option value={value}>{value}</option>}
    </select>
  );
}

/** The source and the member, which are chosen from a letter. */
function Chosen() {
  const { query } = place.value;
  const chosen = (["source", "member"] as const).filter((name) => query[name]);
  if (chosen.length === 0) return null;
  return (
    <ul class="chips" aria-label="Chosen">
      {chosen.map((name) => (
        <li key={name}>
          <span>
            {name} <b>{query[name]}</b>
          </span>
          <a data-page href={changed({ ...FIRST_PAGE, [name]: undefined })} aria-label={`Drop ${name} ${query[name]}`}>
            ×
          </a>
        </li>
      ))}
    </ul>
  );
}

function Rows({ rows }: { rows: LetterRowFragment[] }) {
  return (
    <ol class="rows">
      {rows.map((row) => {
        const { path, says, more } = firstError(row);
        return (
          <li key={row.id}>
            <a class="row" data-row data-id={row.address} data-page href={changed({ letter: row.id, requeue: undefined })}>
              <LetterMark state={row.state} />
              <span class="who">
                <span class="cut">{row.reason.replaceAll("_", " ")}</span>
                <span class="quiet">{row.part.toLowerCase()}</span>
              </span>
              <span class="why">
                {path && <b>{path}</b>}
                <span class="cut">{says}</span>
                {more > 0 && <span class="more">+{more}</span>}
              </span>
              <span class="id cut">{row.source ?? "no source"}</span>
              <Time at={row.receivedAt} />
            </a>
          </li>
        );
      })}
    </ol>
  );
}

function Nothing() {
  const { query } = place.value;
  const filtered = FILTERS.some((name) => query[name]);
  if (!filtered && stateOf(query) === "open") {
    return (
      <Notice icon="done" title="No open dead letters">
        <p>Everything that arrived could be used, or was sent on. What can't be used in future is here, with its bytes and the reason.</p>
        <p>
          <a data-page href={changed({ ...FIRST_PAGE, state: "all" })}>
            See those that were sent on
          </a>
        </p>
      </Notice>
    );
  }
  return (
    <Notice icon="search" title="No such dead letter">
      <p>
        <a data-page href={href("dead-letters", { state: query["state"] })}>
          Drop the filters
        </a>
        {" · "}
        <a data-page href={href("dead-letters", { state: "all" })}>
          See all dead letters
        </a>
      </p>
    </Notice>
  );
}
