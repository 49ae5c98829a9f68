/** A tail as a part of a page: the events of a filter as they come, and what is known of the connection that brings them. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Tail } from "../state/tail";
import { token, wanted } from "../state/token";
import type { LiveFilter } from "../words/live_filter";
import type { Problem } from "./client";
import { EventReceivedDocument } from "./generated/graphql";
import { listen, type Connection } from "./live";

/** An event that comes so much later than others do was waiting for the connection. */
const CAUGHT_UP_MS = 1_500;

/** There was no connection from `from` to `to` (ms). */
export interface Break {
  from: number;
  to: number;
  /** Whether the tail went on behind its last event; else what came meanwhile is not in it. */
  resumed: boolean;
  /** How many events came meanwhile and were brought afterwards. */
  caughtUp: number;
}

export interface Followed {
  tail: Tail;
  since: number;
  connection: Connection;
  last: Break | undefined;
  problem: Problem | undefined;
  again: () => void;
}

/** Follows the events of this filter; begins anew when `key` changes. */
export function useTail({ where, admits }: LiveFilter, key: string): Followed {
  const [, show] = useState(0);
  const [connection, setConnection] = useState<Connection>("connecting");
  const [problem, setProblem] = useState<Problem>();
  const [round, setRound] = useState(0);
  const held = useRef<{ tail: Tail; since: number; last: Break | undefined }>(undefined);
  const bearer = token.value;
  const fresh = () => ({ tail: new Tail(() => show((count) => count + 1)), since: Date.now(), last: undefined });
  held.current ??= fresh();

  useEffect(() => {
    if (wanted.value) return undefined;
    const now = (held.current = fresh());
    const watch = new Watch((last) => (held.current!.last = last));
    setProblem(undefined);
    show((count) => count + 1);
    const stop = listen(EventReceivedDocument, { where }, {
      next: ({ eventReceived }) => {
        watch.arrived(Date.parse(eventReceived.receivedAt));
        if (admits(eventReceived)) now.tail.add(eventReceived);
      },
      state: (state) => {
        watch.connection(state);
        setConnection(state);
      },
      gap: () => watch.gap(),
      failed: setProblem,
    });
    return () => {
      stop();
      now.tail.stop();
    };
  }, [key, bearer, round]);

  return { ...held.current, connection, problem, again: () => setRound((before) => before + 1) };
}

/** Tells what a break of the connection came to. */
class Watch {
  private brokenAt: number | undefined;
  private lost = false;
  private silent = false;
  private last: Break | undefined;
  private leastDelay = Infinity;

  constructor(private readonly tell: (last: Break) => void) {}

  connection(state: Connection): void {
    // A cursor that is refused ends a connection that was open for a moment: all of it is one break.
    if (state === "broken") this.brokenAt ??= (this.silent ? this.last?.from : undefined) ?? Date.now();
    if (state !== "open" || this.brokenAt === undefined) return;
    this.last = { from: this.brokenAt, to: Date.now(), resumed: !this.lost, caughtUp: 0 };
    this.tell(this.last);
    this.brokenAt = undefined;
    this.lost = false;
    this.silent = true;
  }

  gap(): void {
    this.lost = true;
  }

  /** An event that arrived at the server then. Its clock may be another than ours: what counts is how much later than usual. */
  arrived(at: number): void {
    this.silent = false;
    const delay = Date.now() - at;
    if (this.last?.resumed && delay > this.leastDelay + CAUGHT_UP_MS && at < this.last.to - this.leastDelay) {
      this.last = { ...this.last, caughtUp: this.last.caughtUp + 1 };
      this.tell(this.last);
    }
    this.leastDelay = Math.min(this.leastDelay, delay);
  }
}
