/** Sends dead letters on: a dry run says what would become of them, a second press does exactly that. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useAnswer } from "../api/answer";
import { Problem } from "../api/client";
import { ViewerDocument, type DeadLetterFilter } from "../api/generated/graphql";
import { dryRun, isGood, LETTERS_MAX, sendOn, type Found, type Letter } from "../api/requeue";
import { Icon } from "../parts/icon";
import { ShellLine } from "../parts/shell_line";
import { place } from "../state/place";
import { wanted } from "../state/token";
import { command } from "../words/letters";

const SHOWN = 8;

type Step =
  | { at: "start" }
  | { at: "looking"; letters: number }
  | { at: "found"; found: Found }
  | { at: "sending"; letters: number; of: number }
  | { at: "sent"; letters: Letter[] }
  | { at: "failed"; problem: Problem };

interface Of {
  /** Either one letter, or those of a filter. */
  letter?: { id: string; address: string; state: string };
  where?: DeadLetterFilter;
  done: () => void;
}

export function Requeue({ letter, where, done }: Of) {
  const { data } = useAnswer(ViewerDocument, wanted.value ? null : {});
  const line = letter ? `eds dead-letters requeue ${letter.address}${letter.state === "REQUEUED" ? " --again" : ""}` : command(place.value.query);
  if (!data) return null;
  return (
    <div class="requeue" role="group" aria-label="Send on">
      {data.viewer.canRequeueDeadLetters ? (
        <Steps letter={letter} where={where} done={done} />
      ) : (
        <>
          <p>
            This {data.viewer.name === "anybody" ? "server can't send letters on" : "token has no right to send letters on, or this server can't"}. On the
            gateway's machine this command says what it would do; with <code>--yes</code> it does it:
          </p>
          <ShellLine text={line} label="Copy the command" />
        </>
      )}
    </div>
  );
}

/** Opens what sends on. Where that is not possible, it is disabled, and what stands beside it says why and leads to what is. */
export function SendOn({ says, isOpen, opener }: { says: string; isOpen: boolean; opener: (title: string) => ComponentChildren }) {
  const { data } = useAnswer(ViewerDocument, wanted.value ? null : {});
  if (!data) return null;
  if (data.viewer.canRequeueDeadLetters) return opener(says);
  return (
    <>
      <button type="button" disabled>
        {says}
      </button>
      {opener(isOpen ? "Close" : data.viewer.name === "anybody" ? "This server can't…" : "This token may not…")}
    </>
  );
}

function Steps({ letter, where, done }: { letter: Of["letter"] | undefined; where: Of["where"] | undefined; done: () => void }) {
  const [step, go] = useState<Step>({ at: "start" });
  const [again, setAgain] = useState(letter?.state === "REQUEUED");
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (work: (signal: AbortSignal) => Promise<Step>) => {
    running.current?.abort();
    const { signal } = (running.current = new AbortController());
    try {
      go(await work(signal));
    } catch (problem) {
      if (signal.aborted) return;
      if (!(problem instanceof Problem)) throw problem;
      go({ at: "failed", problem });
    }
  };
  const look = () => {
    go({ at: "looking", letters: 0 });
    const which = letter ? { ids: [letter.id] } : { where: where ?? {} };
    void run(async (signal) => ({ at: "found", found: await dryRun(which, again, (letters) => go({ at: "looking", letters }), signal) }));
  };
  const send = (ids: string[]) => {
    go({ at: "sending", letters: 0, of: ids.length });
    void run(async (signal) => {
      const letters = await sendOn(ids, again, (sent) => go({ at: "sending", letters: sent, of: ids.length }), signal);
      setTimeout(done, 1_000); // the note is in the store a moment later
      return { at: "sent", letters };
    });
  };
  const stop = () => {
    running.current?.abort();
    go({ at: "start" });
  };

  switch (step.at) {
    case "start":
      return (
        <>
          <p>
            Letters are read again by the gateway's rules of today. What is good now goes to the events topic with its own time of arrival and source; what is
            bad still stays. First it is only looked at.
          </p>
          <div class="tools">
            <button type="button" class="primary" onClick={look}>
              See what would be sent on
            </button>
            <label>
              <input type="checkbox" checked={again} onChange={(event) => setAgain(event.currentTarget.checked)} /> also what was sent on before
            </label>
          </div>
        </>
      );
    case "looking":
    case "sending":
      return (
        <div class="tools">
          <span role="status">
            {step.at === "looking" ? `Looking: ${step.letters.toLocaleString("en")} letters so far` : `Sending on: ${step.letters.toLocaleString("en")} of ${step.of.toLocaleString("en")} letters`}
          </span>
          <button type="button" onClick={stop}>
            Stop
          </button>
        </div>
      );
    case "found":
      return <Verdict found={step.found} send={send} back={() => go({ at: "start" })} />;
    case "sent":
      return <Sent letters={step.letters} />;
    case "failed":
      return (
        <div role="alert">
          <p class="warn">
            <Icon name="warning" /> {step.problem.message}
          </p>
          <p class="quiet">Whatever was sent on is noted with its letter; to do it again doubles nothing.</p>
          <button type="button" onClick={() => go({ at: "start" })}>
            Once more
          </button>
        </div>
      );
  }
}

function Verdict({ found: { letters, more }, send, back }: { found: Found; send: (ids: string[]) => void; back: () => void }) {
  const good = letters.filter(isGood);
  const events = good.reduce((sum, each) => sum + each.events, 0);
  return (
    <>
      <p role="status">
        <b>Dry run: </b>
        {letters.length === 0 ? "there is no such letter." : summary(letters)}
        {more && ` These are the first ${LETTERS_MAX.toLocaleString("en")}; there are more.`}
      </p>
      <Reasons letters={letters} />
      <div class="tools">
        {good.length > 0 && (
          <button type="button" class="primary" onClick={() => send(good.map(({ id }) => id))}>
            Send on {good.length.toLocaleString("en")} {good.length === 1 ? "letter" : "letters"} as {events.toLocaleString("en")} {events === 1 ? "event" : "events"}
          </button>
        )}
        <button type="button" onClick={back}>
          {good.length > 0 ? "Leave it" : "Back"}
        </button>
      </div>
    </>
  );
}

function summary(letters: Letter[]): string {
  const told: [Letter["outcome"], string][] = [
    ["REQUEUED", "good now"],
    ["PARTLY", "good in part"],
    ["STILL_BAD", "still bad"],
    ["ALREADY_REQUEUED", "sent on before"],
    ["GONE", "gone from the topic"],
  ];
  const parts = told.flatMap(([outcome, says]) => {
    const count = letters.filter((each) => each.outcome === outcome).length;
    return count > 0 ? [`${count.toLocaleString("en")} ${says}`] : [];
  });
  if (letters.length === 1 && letters[0]!.outcome === "STILL_BAD") return "the letter is still bad.";
  return `of ${letters.length.toLocaleString("en")} ${letters.length === 1 ? "letter" : "letters"} ${parts.join(", ")}.`;
}

/** Why letters are bad still, the commonest reasons first. */
function Reasons({ letters }: { letters: Letter[] }) {
  const counts = new Map<string, number>();
  for (const { errors } of letters) {
    for (const { path, reasons } of errors) {
      const member = path.replace(/^\[\d+\]\.?/, "");
      const said = `${member ? `${member}: ` : ""}${reasons.join(" ").replace(/, got .*/, "")}`;
      counts.set(said, (counts.get(said) ?? 0) + 1);
    }
  }
  const sorted = [...counts].toSorted(([, one], [, other]) => other - one);
  if (sorted.length === 0) return null;
  return (
    <ul class="still-bad" aria-label="Why letters are bad still">
      {sorted.slice(0, SHOWN).map(([said, count]) => (
        <li key={said}>
          {count > 1 && <b>{count.toLocaleString("en")} × </b>}
          {said}
        </li>
      ))}
      {sorted.length > SHOWN && <li class="quiet">and {sorted.length - SHOWN} other reasons</li>}
    </ul>
  );
}

function Sent({ letters }: { letters: Letter[] }) {
  const good = letters.filter(isGood);
  const events = good.reduce((sum, each) => sum + each.events, 0);
  return (
    <p role="status" class="sent">
      <Icon name="done" />
      <span>
        {good.length.toLocaleString("en")} {good.length === 1 ? "letter was" : "letters were"} sent on as {events.toLocaleString("en")} {events === 1 ? "event" : "events"}, acknowledged by
        Kafka, and noted. The list shows it in a moment.
      </span>
    </p>
  );
}
