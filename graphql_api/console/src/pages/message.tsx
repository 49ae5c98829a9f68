/** One message: how far it is, for each recipient, and everything that was reported, in order. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useAnswer } from "../api/answer";
import { MessageChangedDocument, MessageDocument, type MessageQuery } from "../api/generated/graphql";
import { listen, type Connection } from "../api/live";
import { Copy } from "../parts/copy";
import { Mark } from "../parts/mark";
import { Loading, Notice, Trouble } from "../parts/states";
import { Time } from "../parts/time";
import { useTitle } from "../parts/title";
import { copyAndSay } from "../state/clipboard";
import { opened, useKeys } from "../state/keys";
import { backToList, changed, go, href, place } from "../state/place";
import { token, wanted } from "../state/token";
import { only } from "../words/search";
import { Deliveries } from "./deliveries";
import { OneEvent } from "./one_event";
import { Timeline, useTimeline } from "./timeline";

const DELIVERIES = 50;
const FOLLOWING: Record<Connection, string> = {
  connecting: "Connecting",
  open: "This page changes as soon as the message does",
  broken: "The connection for changes is broken; it is tried again. What you see may be old",
};
export type Message = NonNullable<MessageQuery["message"]>;

export function MessagePage() {
  const { query } = place.value;
  const trackingId = query["id"] ?? "";
  useTitle(trackingId || "Event");
  if (trackingId) return <OneMessage key={trackingId} trackingId={trackingId} />;
  return query["event"] ? <OneEvent key={query["event"]} id={query["event"]} /> : <NoMessage trackingId="" />;
}

function OneMessage({ trackingId }: { trackingId: string }) {
  const { query } = place.value;
  const first = Number(query["recipients"]) || DELIVERIES;
  const shown = useRef(0);
  useEffect(() => opened(trackingId), [trackingId]);
  const { version, connection } = useChanges(trackingId, shown);
  useKeys([
    { key: "Escape", says: "back to the list", run: () => (query["event"] ? go(changed({ event: undefined })) : backToList()) },
    { key: "e", says: "raw event, or close it", run: toggleRaw },
    { key: "c", says: "copy the tracking id", run: () => void copyAndSay(trackingId) },
  ]);
  const { data, problem, again } = useAnswer(MessageDocument, wanted.value ? null : { trackingId, first }, { version });
  shown.current = data?.message?.revision ?? 0;
  const recipients = data?.message?.deliveryCounts.total;
  const several = (recipients ?? 1) > 1;
  // Until it is known how many there are, the address says: else all events would be there for a moment, to be opened.
  const recipient = several || recipients === undefined ? query["to"] : undefined;
  const timeline = useTimeline(trackingId, recipient, version);
  if (problem && !data) return <Trouble level={1} problem={problem} again={again} />;
  if (!data) return <Loading rows={8} />;
  if (!data.message) return <NoMessage trackingId={trackingId} />;
  const message = data.message;
  return (
    <article class="message">
      <Head message={message} connection={connection} />
      <Deliveries message={message} first={first} version={version} />
      <Timeline trackingId={trackingId} answer={timeline} recipient={recipient} several={several} />
    </article>
  );
}

/** The newest revision that was announced beyond the one that is shown: when it changes, all of it is asked for again. */
function useChanges(trackingId: string, shown: { current: number }): { version: number; connection: Connection } {
  const [version, setVersion] = useState(0);
  const [connection, setConnection] = useState<Connection>("connecting");
  const bearer = token.value;
  useEffect(() => {
    if (wanted.value) return undefined;
    return listen(
      MessageChangedDocument,
      { trackingId },
      {
        next: ({ messageChanged: { revision } }) => revision > shown.current && setVersion(revision),
        state: setConnection,
        failed: () => setConnection("broken"),
      },
    );
  }, [trackingId, bearer]);
  return { version, connection };
}

/** Opens the raw event of the step that has the focus, else of the latest one; closes it where it is open. */
function toggleRaw(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>(".step a.links")];
  const focused = links.find((link) => link.closest("li")?.contains(document.activeElement));
  (links.find((link) => link.closest(".open")) ?? focused ?? links.at(-1))?.click();
}

function Head({ message, connection }: { message: Message; connection: Connection }) {
  const { trackingId, phase, phaseAt, senderId, mailFrom, firstEventAt, lastEventAt, revision } = message;
  return (
    <div class="head">
      <div class="title">
        <h1>
          <span class="unseen">Message </span>
          <code>{trackingId}</code>
        </h1>
        <Copy text={trackingId} label="Copy the tracking id" />
        <span class={`following ${connection}`} title={FOLLOWING[connection]}>
          {connection === "open" ? "Live" : connection === "broken" ? "Not live" : ""}
        </span>
      </div>
      <p class="phase">
        <span role="status">
          <Mark of={phase} large />
        </span>
        {phaseAt && <Time at={phaseAt} />}
      </p>
      <dl class="pairs">
        {mailFrom != null && <Pair name="From">{mailFrom || "<> (a bounce)"}</Pair>}
        {senderId != null && (
          <Pair name="Sender">
            <a data-page href={href("", { q: only("sender", String(senderId)) })}>
              {senderId}
            </a>
          </Pair>
        )}
        <Pair name="First event">
          <Time at={firstEventAt} />
        </Pair>
        <Pair name="Last event">
          <Time at={lastEventAt} />
        </Pair>
        <Pair name="Events">{revision.toLocaleString("en")}</Pair>
      </dl>
    </div>
  );
}

export function Pair({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function NoMessage({ trackingId }: { trackingId: string }) {
  return (
    <Notice level={1} icon="search" title="No message has this tracking id">
      <p>
        <code>{trackingId}</code>
      </p>
      <p>No event named it so far. If it was sent a moment ago, its first event may be on its way; this page shows it then.</p>
      <p>
        <a data-page href={href("", { q: trackingId.includes("@") ? only("to", trackingId) : undefined })}>
          See all mail
        </a>
      </p>
    </Notice>
  );
}
