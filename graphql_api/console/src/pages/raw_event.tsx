import { useState } from "preact/hooks";
import type { MessageEventFragment } from "../api/generated/graphql";
import { Copy } from "../parts/copy";
import { post } from "../words/curl";
import { isMasked } from "../words/masked";
import { pretty } from "../words/pretty";
import { Time } from "../parts/time";
import { Pair } from "./message";

/** An event's value as it stands in the topic, its place there, and ways to take it along. */
export function RawEvent({ event }: { event: MessageEventFragment }) {
  const [raw, setRaw] = useState(false);
  const shown = raw ? event.value : pretty(event.value);
  return (
    <div class="raw">
      <dl class="pairs">
        <Pair name="Topic">
          <code>{event.topic}</code>
        </Pair>
        <Pair name="Partition">{event.partition}</Pair>
        <Pair name="Offset">{event.offset}</Pair>
        <Pair name="Key">
          <code>{event.key}</code>
        </Pair>
        <Pair name="Event id">
          <code>{event.eventId}</code>
        </Pair>
        <Pair name="Happened">
          <Time at={event.occurredAt} form="absolute" />
        </Pair>
        <Pair name="Arrived">
          <Time at={event.receivedAt} form="absolute" />
        </Pair>
      </dl>
      <div class="tools">
        <div class="segments" role="group" aria-label="How it is shown">
          <button type="button" aria-pressed={!raw} onClick={() => setRaw(false)}>
            Pretty
          </button>
          <button type="button" aria-pressed={raw} onClick={() => setRaw(true)}>
            Raw
          </button>
        </div>
        <Copy text={shown} label="Copy the event">
          Copy
        </Copy>
        {!isMasked(event.value) && (
          <Copy text={post(event.value)} label="Copy a command that posts it again; that changes nothing">
            Copy as curl
          </Copy>
        )}
      </div>
      <pre tabIndex={0} aria-label="The event's value">
        {shown}
      </pre>
    </div>
  );
}
