/** Above the tail: whether it is connected, how much comes, of which kinds, and the way to hold it. */
import type { EventKind } from "../api/generated/graphql";
import type { Followed } from "../api/tail";
import { Icon, type IconName } from "../parts/icon";
import { Chips } from "../parts/list_bar";
import { Mark } from "../parts/mark";
import { now } from "../state/clock";
import { changed } from "../state/place";
import { ROWS_MAX, SECONDS, type Tail } from "../state/tail";
import { withValue } from "../words/search";
import type { Held } from "./live";

const KINDS: EventKind[] = ["DELIVERED", "BOUNCED", "DEFERRED", "QUEUED", "OPENED", "CLICKED", "COMPLAINED", "UNSUBSCRIBED", "UNKNOWN"];

interface Of {
  search: string;
  followed: Followed;
  held: Held | null;
  hold: (by: Held, on: boolean) => void;
}

export function LiveBar({ search, followed, held, hold }: Of) {
  const { tail } = followed;
  return (
    <div class="live-bar">
      <div class="list-bar">
        <Badge followed={followed} held={held} />
        <Rate tail={tail} />
        <Chips search={search} />
        <span class="buttons">
          {tail.rows.length > 0 && (
            <button type="button" class="plain" onClick={() => tail.clear()} title="Clear the list: x">
              Clear
            </button>
          )}
          <button type="button" class="hold" aria-pressed={held !== null} onClick={() => hold("reader", held === null)} title="Space">
            <Icon name={held === null ? "pause" : "next"} />
            {held === null ? "Pause" : `Go on${tail.waitingCount > 0 ? `: ${waiting(tail)}` : ""}`}
          </button>
        </span>
      </div>
      <Kinds tail={tail} search={search} since={followed.since} />
    </div>
  );
}

function waiting({ waitingCount }: Tail): string {
  const all = waitingCount.toLocaleString("en");
  return waitingCount > ROWS_MAX ? `${all} new, the last ${ROWS_MAX.toLocaleString("en")} of them kept` : `${all} new`;
}

function Badge({ followed: { connection }, held }: { followed: Followed; held: Held | null }) {
  const [name, icon, text] = badge(connection, held);
  return (
    <span class={`badge ${name}`} role="status">
      <Icon name={icon} />
      {text}
    </span>
  );
}

const HELD: Record<Held, string> = {
  reader: "Paused",
  focus: "Paused while a row has the focus",
  scroll: "Paused while you read below",
};

function badge(connection: Followed["connection"], held: Held | null): [string, IconName, string] {
  if (connection === "broken") return ["broken", "warning", "Connection lost: trying again"];
  if (connection === "connecting") return ["connecting", "clock", "Connecting"];
  return held === null ? ["live", "live", "Live"] : ["held", "pause", HELD[held]];
}

/** Read once a second, as `now` changes. */
function Rate({ tail }: { tail: Tail }) {
  void now.value;
  const seconds = tail.lastSeconds();
  const most = Math.max(...seconds, 1);
  const rate = tail.rate();
  return (
    <span class="rate" title={`At most ${most} in one of the last ${SECONDS} seconds`}>
      <b>{rate >= 10 ? Math.round(rate).toLocaleString("en") : +rate.toFixed(1)}</b> a second
      <svg class="spark" viewBox={`0 0 ${SECONDS * 2} 20`} preserveAspectRatio="none" aria-hidden="true">
        <path d={seconds.map((count, index) => (count > 0 ? `M${index * 2 + 0.75} 20V${(20 - (count / most) * 19).toFixed(1)}` : "")).join("")} />
      </svg>
    </span>
  );
}

function Kinds({ tail, search, since }: { tail: Tail; search: string; since: number }) {
  void now.value;
  if (tail.count === 0) return null;
  const minutes = Math.floor((now.value - since) / 60_000);
  return (
    <div class="kinds">
      <span class="quiet">
        {tail.count.toLocaleString("en")} {tail.count === 1 ? "event" : "events"} in {minutes < 1 ? "this minute" : `${minutes} min`}
      </span>
      {KINDS.map((kind) => {
        const count = tail.kinds.get(kind);
        return (
          count !== undefined && (
            <a key={kind} data-page href={changed({ q: withValue(search, "status", kind.toLowerCase()) })}>
              <Mark of={kind} /> {count.toLocaleString("en")}
            </a>
          )
        );
      })}
    </div>
  );
}
