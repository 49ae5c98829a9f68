/** The events of a live tail: the newest thousand, however many come. They come one by one and are shown by the frame. */
import type { EventKind, EventRowFragment } from "../api/generated/graphql";

export const ROWS_MAX = 1_000;
export const SECONDS = 60;
/** Between two pictures: ten a second are as many as an eye follows. */
const SHOW_EVERY_MS = 100;
const RATE_OVER_S = 5;

export interface TailRow {
  /** Tells rows apart: an event that a sender repeats comes again, with the same id. */
  key: number;
  event: EventRowFragment;
}

export class Tail {
  /** What is shown, newest first. */
  rows: TailRow[] = [];
  /** What came while the tail was held; of more than ROWS_MAX the newest. */
  waiting: TailRow[] = [];
  /** How many came while it was held. */
  waitingCount = 0;
  /** How many came in all, and of which kinds. */
  count = 0;
  readonly kinds = new Map<EventKind, number>();
  held = false;
  /** How many came in each of the last seconds; the place of a second is its number modulo SECONDS + 1. */
  private readonly perSecond = new Float64Array(SECONDS + 1);
  private second = 0;
  private arrived: TailRow[] = [];
  private shownAt = -Infinity;
  private frame = 0;
  private timer = 0;

  /** `changed` is called when there is something new to show, at most ten times a second and never in a hidden tab. */
  constructor(private readonly changed: () => void) {}

  add(event: EventRowFragment): void {
    this.advance(Date.now());
    this.perSecond[this.second % (SECONDS + 1)]! += 1;
    this.count += 1;
    this.kinds.set(event.kind, (this.kinds.get(event.kind) ?? 0) + 1);
    this.arrived.push({ key: this.count, event });
    if (this.arrived.length > 2 * ROWS_MAX) this.settle(); // in a hidden tab no frame comes
    this.schedule();
  }

  hold(held: boolean): void {
    if (held === this.held) return;
    this.settle();
    this.held = held;
    if (!held) {
      this.rows = newest(this.waiting, this.rows);
      this.waiting = [];
      this.waitingCount = 0;
    }
    this.changed();
  }

  clear(): void {
    this.settle();
    this.rows = [];
    this.waiting = [];
    this.waitingCount = 0;
    this.changed();
  }

  /** Events a second, over the last few whole seconds. */
  rate(): number {
    return this.lastSeconds().slice(-RATE_OVER_S).reduce((sum, each) => sum + each, 0) / RATE_OVER_S;
  }

  /** How many came in each of the last 60 whole seconds, oldest first. */
  lastSeconds(): number[] {
    this.advance(Date.now());
    return Array.from({ length: SECONDS }, (_, index) => this.perSecond[(this.second + 1 + index) % (SECONDS + 1)] ?? 0);
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
  }

  private advance(now: number): void {
    const second = Math.floor(now / 1_000);
    const passed = Math.min(second - this.second, SECONDS + 1);
    for (let each = 0; each < passed; each += 1) this.perSecond[(second - each) % (SECONDS + 1)] = 0;
    this.second = Math.max(second, this.second);
  }

  private schedule(): void {
    if (this.frame || this.timer) return;
    const pause = this.shownAt + SHOW_EVERY_MS - performance.now();
    if (pause > 0) {
      this.timer = window.setTimeout(() => {
        this.timer = 0;
        this.schedule();
      }, pause);
      return;
    }
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.shownAt = performance.now();
      this.settle();
      this.changed();
    });
  }

  private settle(): void {
    const came = this.arrived.reverse();
    this.arrived = [];
    if (this.held) {
      this.waiting = newest(came, this.waiting);
      this.waitingCount += came.length;
    } else if (came.length > 0) this.rows = newest(came, this.rows);
  }
}

function newest(front: TailRow[], behind: TailRow[]): TailRow[] {
  return front.length >= ROWS_MAX ? front.slice(0, ROWS_MAX) : front.concat(behind.slice(0, ROWS_MAX - front.length));
}
