/** The rows of the lists. Each is a real link: it opens in a new tab, is copied, and is walked by the keyboard. */
import type { DeliveryRowFragment, EventKind, EventRowFragment } from "../api/generated/graphql";
import { Icon, type IconName } from "../parts/icon";
import { Mark, word } from "../parts/mark";
import { Time } from "../parts/time";
import { href } from "../state/place";
import { whole } from "../words/masked";

export function DeliveryRows({ rows }: { rows: DeliveryRowFragment[] }) {
  return (
    <ol class="rows">
      {rows.map((row) => (
        <li key={row.id}>
          <a
            class="row"
            data-row
            data-id={row.trackingId}
            data-page
            href={href("message", { id: row.trackingId, to: whole(row.recipient) })}
          >
            <Mark of={row.phase} />
            <span class="who">
              <span class="cut" title={row.recipient ?? undefined}>
                {row.recipient ?? <i>no recipient named</i>}
              </span>
              <Facts row={row} />
            </span>
            <span class="why" title={row.lastResponse?.message ?? undefined}>
              {row.classification && <b>{row.classification.category.replaceAll("_", " ")}</b>}
              <span class="cut">{row.lastResponse?.message}</span>
            </span>
            <code class="id cut" title={row.trackingId ?? undefined}>
              {row.trackingId}
            </code>
            <Time at={row.lastEventAt} />
          </a>
        </li>
      ))}
    </ol>
  );
}

function Facts({ row }: { row: DeliveryRowFragment }) {
  const facts: [EventKind, unknown][] = [
    ["OPENED", row.openedAt],
    ["CLICKED", row.clickedAt],
    ["COMPLAINED", row.complainedAt],
    ["UNSUBSCRIBED", row.unsubscribedAt],
  ];
  return (
    <span class="facts">
      {facts.map(
        ([kind, at]) =>
          at != null && (
            <span key={kind} class={`mark ${kind.toLowerCase()}`} title={word(kind)}>
              <Icon name={kind.toLowerCase() as IconName} />
              <span class="unseen">{word(kind)}</span>
            </span>
          ),
      )}
    </span>
  );
}

export function EventRows({ rows }: { rows: EventRowFragment[] }) {
  return (
    <ol class="rows">
      {rows.map((row) => (
        <li key={row.id}>
          <a
            class="row"
            data-row
            data-id={row.trackingId}
            data-page
            href={href("message", { id: row.trackingId ?? undefined, event: row.id })}
          >
            <Mark of={row.kind} />
            <span class="who">
              <span class="cut" title={row.recipient ?? undefined}>
                {row.recipient ?? <i>no recipient named</i>}
              </span>
            </span>
            <span class="why" title={row.respMsg ?? undefined}>
              {row.eventCode != null && <b>{row.eventCode}</b>}
              <span class="cut">{row.respMsg ?? row.eventLabel}</span>
            </span>
            <code class="id cut" title={row.trackingId ?? undefined}>
              {row.trackingId ?? "no tracking id"}
            </code>
            <Time at={row.occurredAt} />
          </a>
        </li>
      ))}
    </ol>
  );
}
