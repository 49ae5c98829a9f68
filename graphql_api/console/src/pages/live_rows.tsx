/** The rows of a tail. Only those in sight are in the document, as many as come: all have one height. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Mark } from "../parts/mark";
import { Time } from "../parts/time";
import { href } from "../state/place";
import type { TailRow } from "../state/tail";
import { duration } from "../words/times";
import type { Held } from "./live";

const AROUND = 8;
const LATE_MS = 60_000;
/** The style sheet's own, in rem. */
const ROW_REM = { wide: 2.5, narrow: 4.2 };

interface Span {
  first: number;
  count: number;
  height: number;
}

export function LiveRows({ rows, hold }: { rows: TailRow[]; hold: (by: Held, on: boolean) => void }) {
  const list = useRef<HTMLOListElement>(null);
  const [{ first, count, height }, setSpan] = useState<Span>({ first: 0, count: 40, height: 35 });

  useLayoutEffect(() => {
    const look = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0;
      const span = inSight(top);
      setSpan((before) => (before.first === span.first && before.count === span.count && before.height === span.height ? before : span));
      hold("scroll", window.scrollY > 2 * span.height);
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, []);
  useEffect(() => () => (hold("focus", false), hold("scroll", false)), []);

  const start = Math.min(first, Math.max(rows.length - count, 0));
  const shown = rows.slice(start, start + count);
  return (
    <ol
      ref={list}
      class="rows tail"
      aria-label="Events, newest first"
      style={{ height: `${rows.length * height + 2}px`, paddingTop: `${start * height}px` }}
      onFocusIn={(event) => hold("focus", (event.target as Element).matches(":focus-visible"))}
      onFocusOut={() => hold("focus", false)}
      onPointerDown={() => hold("focus", true)} // so that what was pressed is what is let go of
      onPointerUp={() => setTimeout(() => hold("focus", false), 0)}
      onPointerCancel={() => hold("focus", false)}
    >
      {shown.map((row, index) => (
        <Row key={row.key} row={row} place={start + index + 1} count={rows.length} />
      ))}
    </ol>
  );
}

function inSight(top: number): Span {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const height = Math.round((matchMedia("(max-width: 52rem)").matches ? ROW_REM.narrow : ROW_REM.wide) * rem);
  const first = Math.max(Math.floor(-top / height) - AROUND, 0);
  return { first, count: Math.ceil(innerHeight / height) + 2 * AROUND, height };
}

function Row({ row: { event }, place, count }: { row: TailRow; place: number; count: number }) {
  const late = Date.parse(event.receivedAt) - Date.parse(event.occurredAt);
  return (
    <li aria-posinset={place} aria-setsize={count}>
      <a class="row" data-row data-id={event.trackingId} data-page href={href("message", { id: event.trackingId ?? undefined, event: event.id })}>
        <Mark of={event.kind} />
        <span class="who">
          <span class="cut">{event.recipient ?? <i>no recipient named</i>}</span>
        </span>
        <span class="why">
          {event.eventCode != null && <b>{event.eventCode}</b>}
          <span class="cut">{event.respMsg ?? event.eventLabel}</span>
          {late >= LATE_MS && <span class="oddity">{duration(late)} late</span>}
        </span>
        <code class="id cut">{event.trackingId ?? "no tracking id"}</code>
        <Time at={event.receivedAt} />
      </a>
    </li>
  );
}
