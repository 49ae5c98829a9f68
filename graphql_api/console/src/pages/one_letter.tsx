/** One dead letter: what is wrong with it, member by member, its very bytes, where it came from, and what was done about it. */
import { useState } from "preact/hooks";
import { useAnswer } from "../api/answer";
import { OneDeadLetterDocument, type OneDeadLetterQuery } from "../api/generated/graphql";
import { Copy } from "../parts/copy";
import { Icon } from "../parts/icon";
import { LetterMark } from "../parts/letter_mark";
import { Loading, Notice, Trouble } from "../parts/states";
import { Time } from "../parts/time";
import { useTitle } from "../parts/title";
import { copyAndSay } from "../state/clipboard";
import { useKeys } from "../state/keys";
import { changed, go, href, place } from "../state/place";
import { wanted } from "../state/token";
import { bytesOf, hexDump, memberOf } from "../words/letters";
import { pretty } from "../words/pretty";
import { Pair } from "./message";
import { Requeue, SendOn } from "./requeue";

const LOOK_EVERY_MS = 10_000;
const VIEWS = { text: "Text", pretty: "Pretty", hex: "Hex" } as const;
type View = keyof typeof VIEWS;
type Letter = Extract<OneDeadLetterQuery["node"], { __typename: "DeadLetter" }>;

export function OneLetter({ id }: { id: string }) {
  const { data, problem, again } = useAnswer(OneDeadLetterDocument, wanted.value ? null : { id }, { everyMs: LOOK_EVERY_MS });
  const letter = data?.node?.__typename === "DeadLetter" ? data.node : undefined;
  const back = changed({ letter: undefined, view: undefined, requeue: undefined });
  useTitle(letter ? `Dead letter ${letter.address}` : "Dead letter");
  useKeys([
    { key: "Escape", says: "back to the list", run: () => go(back) },
    { key: "c", says: "copy the letter's address", run: () => letter && void copyAndSay(letter.address) },
  ]);
  if (problem && !data) return <Trouble problem={problem} again={again} level={1} />;
  if (!data) return <Loading rows={6} />;
  if (!letter) {
    return (
      <Notice icon="search" title="There is no such dead letter" level={1}>
        <p>Letters are kept for as long as the topic keeps them.</p>
        <p>
          <a data-page href={href("dead-letters")}>
            See all of them
          </a>
        </p>
      </Notice>
    );
  }
  return (
    <article class="message letter">
      <p class="back">
        <a data-page href={back}>
          <Icon name="back" /> Dead letters
        </a>
      </p>
      <Head letter={letter} />
      <Errors letter={letter} />
      <Bytes letter={letter} />
      <Notes letter={letter} again={again} />
    </article>
  );
}

function Head({ letter }: { letter: Letter }) {
  const { address, state, receivedAt, source, part, index, contentType, contentEncoding, contentBytes, letterId } = letter;
  return (
    <div class="head">
      <div class="title">
        <h1>
          Dead letter <code>{address}</code>
        </h1>
        <Copy text={address} label="Copy the address" />
      </div>
      <p class="phase">
        <LetterMark state={state} large />
        <span>
          arrived <Time at={receivedAt} />
        </span>
      </p>
      <dl class="pairs">
        <Pair name="Source">
          {source ? (
            <a data-page href={href("dead-letters", { source })}>
              {source}
            </a>
          ) : (
            "not named"
          )}
        </Pair>
        <Pair name="What it is">
          {part === "ROW" ? "a row of a body" : part === "BODY" ? "a whole body" : part === "RECORD" ? "a record of the events topic" : "not known"}
          {index != null && `, number ${index} from 0`}
        </Pair>
        {contentType && <Pair name="Type">{contentType}</Pair>}
        {contentEncoding && <Pair name="Encoding">{contentEncoding}</Pair>}
        {contentBytes != null && <Pair name="Size">{contentBytes.toLocaleString("en")} bytes</Pair>}
        <Pair name="Letter id">
          <code>{letterId}</code>
        </Pair>
      </dl>
    </div>
  );
}

function Errors({ letter: { reason, errors, problem, redacted } }: { letter: Letter }) {
  return (
    <section aria-labelledby="errors">
      <h2 id="errors">
        What is wrong <span class="quiet">{reason.replaceAll("_", " ")}</span>
      </h2>
      <table class="breakdown">
        <thead>
          <tr>
            <th scope="col">Member</th>
            <th scope="col">Why</th>
            <th scope="col">
              <span class="unseen">Others</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {problem != null && (
            <tr>
              <th scope="row">the letter itself</th>
              <td>{problem}</td>
              <td />
            </tr>
          )}
          {errors.map(({ path, reasons }) => (
            <tr key={path}>
              <th scope="row">{path ? <code>{path}</code> : "the whole"}</th>
              <td>{reasons.join(" ")}</td>
              <td class="number">
                {memberOf(path) && (
                  <a data-page href={href("dead-letters", { member: memberOf(path) })}>
                    Others like it
                  </a>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {redacted && <p class="quiet">An erased address was taken out of it.</p>}
    </section>
  );
}

function Bytes({ letter: { content, contentBase64, contentBytes, part } }: { letter: Letter }) {
  const isText = content != null;
  const possible = { text: isText, pretty: isText && looksLikeJson(content), hex: contentBase64 != null };
  const wish = place.value.query["view"] as View | undefined;
  const view: View | undefined = wish && possible[wish] ? wish : isText ? "text" : possible.hex ? "hex" : undefined;
  const shown = view === "hex" ? hexDump(bytesOf(contentBase64!)) : view === "pretty" ? pretty(content!) : (content ?? "");
  const kept = contentBase64 != null ? bytesOf(contentBase64).length : null;
  return (
    <section aria-labelledby="bytes">
      <h2 id="bytes">Its bytes</h2>
      {contentBytes == null ? (
        <p class="quiet">{part === "RECORD" ? "The record had no value." : "It has none."}</p>
      ) : view === undefined ? (
        <p class="quiet">They are no text, and this token may not see them as they are.</p>
      ) : (
        <div class="raw">
          <div class="tools">
            <div class="segments" role="group" aria-label="How they are shown">
              {(Object.keys(VIEWS) as View[])
                .filter((name) => possible[name])
                .map((name) => (
                  <a key={name} data-page href={changed({ view: name })} aria-current={view === name ? "true" : undefined}>
                    {VIEWS[name]}
                  </a>
                ))}
            </div>
            <Copy text={shown} label="Copy what is shown">
              Copy
            </Copy>
            {kept !== null && kept < contentBytes && (
              <span class="quiet">The first {kept.toLocaleString("en")} of {contentBytes.toLocaleString("en")} bytes</span>
            )}
          </div>
          <pre tabIndex={0} class={view === "hex" ? "hex" : ""} aria-label="The letter's bytes">
            {shown}
          </pre>
        </div>
      )}
    </section>
  );
}

function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

/** The line that whoever sent it on left behind, and the way to do so. */
function Notes({ letter, again }: { letter: Letter; again: () => void }) {
  const [isOpen, open] = useState(place.value.query["requeue"] !== undefined);
  const { requeued, state } = letter;
  return (
    <section aria-labelledby="notes">
      <h2 id="notes">What was done</h2>
      <ul class="audit">
        <li>
          <Time at={letter.receivedAt} form="absolute" /> could not be used, and was kept
        </li>
        {requeued && (
          <li>
            <Time at={requeued.at} form="absolute" /> {requeued.events === 1 ? "one event was" : `${requeued.events} events were`} sent on by{" "}
            <b>{requeued.by}</b>
            {requeued.bad > 0 && `; ${requeued.bad} ${requeued.bad === 1 ? "row" : "rows"} bad still`}
          </li>
        )}
      </ul>
      {isOpen ? (
        <Requeue letter={letter} done={again} />
      ) : (
        <SendOn
          says={state === "REQUEUED" ? "Send it on again…" : "Send it on…"}
          isOpen={false}
          opener={(title) => (
            <button type="button" onClick={() => open(true)}>
              {title}
            </button>
          )}
        />
      )}
    </section>
  );
}
