/** Changes as they happen, over one WebSocket of this tab (graphql-transport-ws). Goes on behind the last cursor after a gap. */
import { createClient, type Client } from "graphql-ws";
import { token } from "../state/token";
import { ADDRESS, Problem, type Document } from "./client";

const PAUSES_MS = [250, 500, 1_000, 2_000, 5_000, 10_000];
const BREAKS = ["SLOW_CONSUMER", "MISSED_CHANGES", "GOING_AWAY", "UNAVAILABLE"];

export type Connection = "connecting" | "open" | "broken";

export interface Listener<Result> {
  next: (data: Result) => void;
  /** How the connection is. After a break it is begun again. */
  state?: (state: Connection) => void;
  /** Changes may be lost, as there was a break and no cursor to go on behind: query anew. */
  gap?: () => void;
  /** It can't go on: the API refused. */
  failed?: (problem: Problem) => void;
}

type Ended = { problem: Problem } | { expired: boolean };

interface Sink {
  opened: () => void;
  next: (data: unknown, cursor: string | undefined) => void;
  ended: (how: Ended) => void;
}

class Socket {
  isOpen = false;
  readonly client: Client;

  constructor(readonly bearer: string | null) {
    this.client = createClient({
      url: ADDRESS.replace(/^http/, "ws"),
      connectionParams: bearer === null ? {} : { authorization: `Bearer ${bearer}` },
      retryAttempts: 0, // `listen` begins again itself, behind the last cursor
      lazyCloseTimeout: 2_000,
      keepAlive: 20_000,
      on: { connected: () => (this.isOpen = true), closed: () => (this.isOpen = false) },
    });
  }

  subscribe(query: string, variables: object, sink: Sink): () => void {
    let done = false;
    const off = this.client.on("connected", sink.opened);
    const end = (how: Ended | null) => {
      if (done) return;
      done = true;
      off();
      if (how !== null) sink.ended(how);
    };
    if (this.isOpen) sink.opened();
    const dispose = this.client.subscribe(
      { query, variables: variables as Record<string, unknown> },
      {
        next: ({ data, errors, extensions }) => {
          if (errors !== undefined) end(readErrors(errors));
          else if (!done) sink.next(data, (extensions as { cursor?: string } | undefined)?.cursor);
        },
        error: (reason) => end(Array.isArray(reason) ? readErrors(reason) : readClose(reason)),
        complete: () => end({ expired: false }),
      },
    );
    return () => {
      end(null);
      dispose();
    };
  }
}

let socket: Socket | undefined;

/** Subscribes until the function that is returned is called. A document that takes `$after` resumes by it. */
export function listen<Result, Variables extends object>(
  document: Document<Result, Variables>,
  variables: Variables,
  listener: Listener<Result>,
): () => void {
  const resumes = document.toString().includes("$after");
  let cursor: string | undefined;
  let failures = 0;
  let stop = () => {};

  const begin = () => {
    listener.state?.("connecting");
    if (socket?.bearer !== token.peek()) socket = new Socket(token.peek());
    const asked = resumes && cursor !== undefined ? { ...variables, after: cursor } : variables;
    stop = socket!.subscribe(document.toString(), asked, {
      opened: () => listener.state?.("open"),
      next: (data, place) => {
        failures = 0;
        cursor = place ?? cursor;
        listener.next(data as Result);
      },
      ended: (how) => {
        if ("problem" in how) return listener.failed?.(how.problem);
        listener.state?.("broken");
        if (how.expired) cursor = undefined;
        if (cursor === undefined || !resumes) listener.gap?.();
        const timer = setTimeout(begin, PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)]);
        stop = () => clearTimeout(timer);
      },
    });
  };
  begin();
  return () => stop();
}

function readErrors(errors: readonly { message: string; extensions?: { code?: unknown } }[]): Ended {
  const code = String(errors[0]?.extensions?.code ?? "UNKNOWN");
  if (code === "CURSOR_EXPIRED") return { expired: true };
  if (BREAKS.includes(code)) return { expired: false };
  return { problem: new Problem(errors[0]?.message ?? "The API ended the subscription.", code) };
}

function readClose(reason: unknown): Ended {
  const { code, reason: text } = (reason ?? {}) as { code?: number; reason?: string };
  if (code === 4401 || code === 4403) return { problem: new Problem(text || "The token was refused.", "UNAUTHENTICATED") };
  if (code === 4400 || code === 4406) return { problem: new Problem(text || "The API refused.", "BAD_REQUEST") };
  return { expired: false };
}
