/** One message: how far it is, for each recipient, and everything that was reported, in order. */
import { useEffect, useState } from "preact/hooks";
import { useAnswer } from "../api/answer";
import { MessageChangedDocument, MessageDocument, type MessageQuery } from "../api/generated/graphql";
import { listen } from "../api/live";
import { Copy } from "../parts/copy";
import { Mark } from "../parts/mark";
import { Loading, Notice, Trouble } from "../parts/states";
import { Time } from "../parts/time";
import { useTitle } from "../parts/title";
import { changed, href, place } from "../state/place";
import { token, wanted } from "../state/token";
import { Deliveries } from "./deliveries";
import { OneEvent } from "./one_event";
import { Timeline } from "./timeline";

const DELIVERIES = 50;
export type Message = NonNullable<MessageQuery["message"]>;

export function MessagePage() {
  const { query } = place.value;
  const trackingId = query["id"] ?? "";
  useTitle(trackingId || "Event");
  if (trackingId) return <OneMessage key={trackingId} trackingId={trackingId} />;
  return query["event"] ? <OneEvent id={query["event"]} /> : <NoMessage trackingId="" />;
}

function OneMessage({ trackingId }: { trackingId: string }) {
  const { query } = place.value;
  const first = Number(query["recipients"]) || DELIVERIES;
  const version = useRevision(trackingId);
  const { data, problem, again } = useAnswer(MessageDocument, wanted.value ? null : { trackingId, first }, { version });
  if (problem && !data) return <Trouble problem={problem} again={again} />;
  if (!data) return <Loading rows={8} />;
  if (!data.message) return <NoMessage trackingId={trackingId} />;
  const message = data.message;
  return (
    <article class="message">
      <Head message={message} />
      <Deliveries message={message} more={changed({ recipients: String(Math.min(first * 2, 200)) })} />
      <Timeline trackingId={trackingId} revision={message.revision} recipient={query["to"]} several={message.deliveryCounts.total > 1} />
    </article>
  );
}

/** The newest revision that was announced: what is shown is asked for again when it changes. */
function useRevision(trackingId: string): number {
  const [revision, setRevision] = useState(0);
  const bearer = token.value;
  useEffect(() => {
    if (wanted.value) return undefined;
    return listen(MessageChangedDocument, { trackingId }, {
      next: ({ messageChanged }) => setRevision(messageChanged.revision),
    });
  }, [trackingId, bearer]);
  return revision;
}

function Head({ message }: { message: Message }) {
  const { trackingId, phase, phaseAt, senderId, mailFrom, firstEventAt, lastEventAt, revision } = message;
  return (
    <div class="head">
      <div class="title">
        <h1>
          <span class="unseen">Message </span>
          <code>{trackingId}</code>
        </h1>
        <Copy text={trackingId} label="Copy the tracking id" />
      </div>
      <p class="phase">
        <Mark of={phase} large />
        {phaseAt && <Time at={phaseAt} />}
      </p>
      <dl class="pairs">
        {mailFrom != null && <Pair name="From">{mailFrom || "<> (a bounce)"}</Pair>}
        {senderId != null && (
          <Pair name="Sender">
            <a data-page href={href("", { q: `sender:${senderId}` })}>
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
    <Notice icon="search" title="No message has this tracking id">
      <p>
        <code>{trackingId}</code>
      </p>
      <p>No event named it so far. If it was sent a moment ago, its first event may be on its way; this page shows it then.</p>
      <p>
        <a data-page href={href("", { q: trackingId.includes("@") ? `to:${trackingId}` : undefined })}>
          See all mail
        </a>
      </p>
    </Notice>
  );
}
