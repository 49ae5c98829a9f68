/** Events as they arrive, newest first, filtered by the same search as the lists. */
import { useEffect, useState } from "preact/hooks";
import { ROWS_MAX, type Tail } from "../state/tail";
import { useTail, type Followed } from "../api/tail";
import { Problem } from "../api/client";
import { Chips } from "../parts/list_bar";
import { Icon } from "../parts/icon";
import { word } from "../parts/mark";
import { ShellLine } from "../parts/shell_line";
import { Notice, Trouble } from "../parts/states";
import { Time } from "../parts/time";
import { useTitle } from "../parts/title";
import { copyFocused, useKeys } from "../state/keys";
import { changed, href, place } from "../state/place";
import { post } from "../words/curl";
import { liveFilter, type LiveFilter } from "../words/live_filter";
import { withValue } from "../words/search";
import { duration } from "../words/times";
import { LiveBar } from "./live_bar";
import { LiveRows } from "./live_rows";

const SUMMARY_EVERY_S = 10;
export type Held = "reader" | "focus" | "scroll";

export function LivePage() {
  const search = place.value.query["q"] ?? "";
  useTitle("Live");
  const filter = liveFilter(search, Date.now());
  return (
    <section class="live" aria-label="Live">
      <h1 class="unseen">Live</h1>
      {typeof filter === "string" ? (
        <>
          <Chips search={search} />
          <Trouble problem={new Problem(filter, "BAD_USER_INPUT")} again={() => {}} />
        </>
      ) : (
        <Following key={search} search={search} filter={filter} />
      )}
    </section>
  );
}

function Following({ search, filter }: { search: string; filter: LiveFilter }) {
  const followed = useTail(filter, search);
  const { tail, problem } = followed;
  const [held, hold] = useHold(tail);
  useKeys([
    { key: " ", says: "pause, and go on", run: () => hold("reader", held === null) },
    { key: "c", says: "copy the row's tracking id", run: copyFocused },
    { key: "x", says: "clear the list", run: () => tail.clear() },
  ]);
  if (problem) return <Trouble problem={problem} again={followed.again} />;
  return (
    <>
      <LiveBar search={search} followed={followed} held={held} hold={hold} />
      <Summary tail={tail} paused={held !== null} />
      <BreakLine followed={followed} search={search} />
      {tail.rows.length > 0 ? <LiveRows rows={tail.rows} hold={hold} /> : <NothingYet search={search} tail={tail} />}
      {tail.rows.length >= ROWS_MAX && (
        <p class="quiet ending">
          The newest {ROWS_MAX.toLocaleString("en")} are kept here. <a data-page href={href("", { q: search, in: "events" })}>All of them as a list</a>
        </p>
      )}
    </>
  );
}

/** Why the tail is held, and the way to hold it. What the reader asked for goes before what reading implies. */
function useHold(tail: Tail): [Held | null, (by: Held, on: boolean) => void] {
  const [by, setBy] = useState<ReadonlySet<Held>>(new Set());
  useEffect(() => tail.hold(by.size > 0), [tail, by]);
  const held = by.has("reader") ? "reader" : by.has("focus") ? "focus" : by.has("scroll") ? "scroll" : null;
  const hold = (name: Held, on: boolean) =>
    setBy((before) => {
      if (name === "reader" && !on) {
        // To go on means to see what is new, which is at the top.
        if (before.has("scroll")) window.scrollTo(0, 0);
        if (before.has("focus")) (document.activeElement as HTMLElement | null)?.blur();
        return new Set();
      }
      if (before.has(name) === on) return before;
      const after = new Set(before);
      if (on) after.add(name);
      else after.delete(name);
      return after;
    });
  return [held, hold];
}

/** Tells those who don't see the rows what came, now and then. */
function Summary({ tail, paused }: { tail: Tail; paused: boolean }) {
  const [said, say] = useState("");
  useEffect(() => {
    let before = new Map(tail.kinds);
    let count = tail.count;
    const timer = setInterval(() => {
      const came = tail.count - count;
      const kinds = [...tail.kinds].map(([kind, total]) => [word(kind).toLowerCase(), total - (before.get(kind) ?? 0)] as const);
      before = new Map(tail.kinds);
      count = tail.count;
      if (came === 0 || paused) return;
      const told = kinds.filter(([, total]) => total > 0).map(([kind, total]) => `${total} ${kind}`);
      say(`${came} ${came === 1 ? "event" : "events"} in the last ${SUMMARY_EVERY_S} seconds: ${told.join(", ")}`);
    }, SUMMARY_EVERY_S * 1_000);
    return () => clearInterval(timer);
  }, [tail, paused]);
  return (
    <p class="unseen" role="status">
      {said}
    </p>
  );
}

/** What the last break of the connection came to. */
function BreakLine({ followed: { last }, search }: { followed: Followed; search: string }) {
  const [dismissed, dismiss] = useState<number>();
  if (last === undefined || dismissed === last.from) return null;
  const iso = (at: number) => new Date(at).toISOString();
  const missed = withValue(withValue(search, "after", iso(last.from - 1_000)), "before", iso(last.to + 1_000));
  return (
    <p class={`break-line ${last.resumed ? "" : "warn"}`} role="status">
      <Icon name={last.resumed ? "done" : "warning"} />
      <span>
        The connection was away for {duration(Math.max(last.to - last.from, 100))}, at <Time at={iso(last.from)} form="absolute" />.{" "}
        {last.resumed ? (
          last.caughtUp > 0 ? (
            `${last.caughtUp.toLocaleString("en")} events that came meanwhile were brought afterwards: none is missing.`
          ) : (
            "It went on behind the last event: none is missing."
          )
        ) : (
          <>
            What came meanwhile is not below. <a data-page href={href("", { q: missed, in: "events" })}>See those events</a>
          </>
        )}
      </span>
      <button type="button" class="plain" aria-label="Close" onClick={() => dismiss(last.from)}>
        <Icon name="close" />
      </button>
    </p>
  );
}

function NothingYet({ search, tail }: { search: string; tail: Tail }) {
  if (tail.count > 0) {
    return (
      <Notice icon="done" title="The list is cleared">
        <p class="quiet">What comes next is shown here.</p>
      </Notice>
    );
  }
  return (
    <Notice icon="clock" title="Waiting for events">
      {search ? (
        <>
          <p>The next event that your search admits is shown here the moment it arrives.</p>
          <p class="choices">
            <a class="button" data-page href={changed({ q: undefined })}>
              Follow all events
            </a>
            <a class="button" data-page href={href("", { q: search, in: "events" })}>
              See the earlier ones
            </a>
          </p>
        </>
      ) : (
        <>
          <p>As soon as a mail server reports something, it is here. To post a notification yourself:</p>
          <ShellLine text={post()} label="Copy the command" />
          <p>
            <a data-page href={href("", { in: "events" })}>
              See the earlier ones
            </a>
          </p>
        </>
      )}
    </Notice>
  );
}

