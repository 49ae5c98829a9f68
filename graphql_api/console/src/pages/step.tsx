/** One event of the timeline; opened, it shows its bytes as the topic holds them. */
import type { MessageEventFragment } from "../api/generated/graphql";
import { Mark } from "../parts/mark";
import { Reply } from "../parts/reply";
import { Time } from "../parts/time";
import { changed, href, place } from "../state/place";
import { only } from "../words/search";
import type { TimelineStep } from "../words/timeline";
import { RawEvent } from "./raw_event";

export function Step({
  step: { event, gap, oddities },
  several,
  alone = false,
}: {
  step: TimelineStep;
  several: boolean;
  alone?: boolean;
}) {
  const open = place.value.query["event"] === event.id;
  return (
    <li class={`step ${event.kind.toLowerCase()} ${open ? "open" : ""}`}>
      {gap && <span class="gap">+{gap}</span>}
      <div class="line">
        <Mark of={event.kind} />
        <Time at={event.occurredAt} form="absolute" />
        {several && event.recipient && <span class="recipient">{event.recipient}</span>}
        {oddities.map(({ name, says }) => (
          <span key={name} class="oddity" title={says}>
            {name}
          </span>
        ))}
        {!alone && (
          <a class="links" data-row data-page href={changed({ event: open ? undefined : event.id })}>
            {open ? "Close" : "Raw"}
            <span class="unseen"> event {event.eventId}</span>
          </a>
        )}
      </div>
      <Said event={event} />
      {open && <RawEvent event={event} />}
    </li>
  );
}

/** A value as text. A number that JavaScript can't hold is marked: the raw event has it exactly. */
function told(value: unknown): string {
  if (typeof value === "string") return value;
  return `${typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER ? "≈ " : ""}${JSON.stringify(value)}`;
}

function Said({ event }: { event: MessageEventFragment }) {
  const { respCode, respMsg, tries, extras, eventLabel, eventCode } = event;
  const known = Object.entries((extras ?? {}) as Record<string, unknown>);
  const name = [eventCode, eventLabel].filter((part) => part != null).join(" ");
  return (
    <>
      {(respMsg || respCode != null) && <Reply code={respCode} message={respMsg} />}
      <p class="quiet small">
        {name && <span>{name}</span>}
        {tries != null && tries > 0 && <span>{tries === 1 ? "1 try" : `${tries} tries`} before</span>}
        {event.source && (
          <span>
            from{" "}
            <a class="from" data-page href={href("", { q: only("source", event.source), in: "events" })} title="All events that it posted">
              {event.source}
            </a>
          </span>
        )}
        {known.map(([member, value]) => (
          <span key={member}>
            {member}: <code>{told(value)}</code>
          </span>
        ))}
      </p>
    </>
  );
}
