/** All rows of a search as a file, page by page: exactly the list's filter and order, from its first row on. */
import { zone } from "../state/preferences";
import { csvLine, jsonLine, type Row } from "../words/csv";
import { absolute } from "../words/times";
import { ask } from "./client";
import {
  ExportDeliveriesDocument,
  ExportEventsDocument,
  type ExportDeliveriesQuery,
  type ExportEventsQuery,
  type OrderDirection,
} from "./generated/graphql";

export type Format = "csv" | "jsonl";

export interface Wish {
  search: string;
  direction: OrderDirection;
  events: boolean;
  format: Format;
}

const ROWS = 200; // what a page has at most, as the API comes
const TYPES: Record<Format, string> = { csv: "text/csv;charset=utf-8", jsonl: "application/jsonl" };

/** The file. `progress` hears of the rows so far; an abort rejects with an AbortError, and leaves nothing. */
export async function exported(wish: Wish, progress: (rows: number) => void, signal: AbortSignal): Promise<Blob> {
  const parts: Blob[] = []; // not one string: a browser may keep the pieces of a large file on disk
  let rows = 0;
  for await (const page of pages(wish, signal)) {
    const lines = page.map(wish.format === "csv" ? (row) => csvLine(Object.values(row)) : jsonLine);
    if (rows === 0 && wish.format === "csv" && page[0]) lines.unshift(csvLine(Object.keys(page[0])));
    parts.push(new Blob(lines));
    rows += page.length;
    progress(rows);
  }
  return new Blob(parts, { type: TYPES[wish.format] });
}

async function* pages({ search, direction, events }: Wish, signal: AbortSignal): AsyncGenerator<Row[]> {
  let after: string | null = null;
  do {
    const variables: { search: string; direction: OrderDirection; first: number; after: string | null } = {
      search,
      direction,
      first: ROWS,
      after,
    };
    const { nodes, next } = await (events ? eventPage(variables, signal) : deliveryPage(variables, signal));
    yield nodes;
    after = next;
  } while (after !== null);
}

type Variables = Parameters<
  typeof ask<unknown, { search: string; direction: OrderDirection; first: number; after: string | null }>
>[1];

async function deliveryPage(variables: Variables, signal: AbortSignal) {
  const { rows } = await ask(ExportDeliveriesDocument, variables, signal);
  return { nodes: rows.nodes.map(deliveryRow), next: following(rows.pageInfo) };
}

async function eventPage(variables: Variables, signal: AbortSignal) {
  const { rows } = await ask(ExportEventsDocument, variables, signal);
  return { nodes: rows.nodes.map(eventRow), next: following(rows.pageInfo) };
}

function following({ hasNextPage, endCursor }: { hasNextPage: boolean; endCursor?: string | null }): string | null {
  return hasNextPage ? (endCursor ?? null) : null;
}

function inZone(name: string, at: string): Row {
  return { [name]: at, [`${name} (${zone.peek()})`]: absolute(Date.parse(at), zone.peek()) };
}

function deliveryRow(row: ExportDeliveriesQuery["rows"]["nodes"][number]): Row {
  return {
    tracking_id: row.trackingId,
    recipient: row.recipient,
    status: row.phase.toLowerCase(),
    ...inZone("last_event_at", row.lastEventAt),
    phase_at: row.phaseAt,
    category: row.classification?.category,
    class: row.classification?.kind.toLowerCase(),
    resp_code: row.lastResponse?.code,
    enhanced_code: row.lastResponse?.enhancedCode,
    resp_msg: row.lastResponse?.message,
    tries: row.tries,
    sender_id: row.senderId,
    mail_from: row.mailFrom,
    first_event_at: row.firstEventAt,
    delivered_at: row.deliveredAt,
    bounced_at: row.bouncedAt,
    opened_at: row.openedAt,
    clicked_at: row.clickedAt,
    complained_at: row.complainedAt,
    unsubscribed_at: row.unsubscribedAt,
    events: row.eventCount,
  };
}

function eventRow(row: ExportEventsQuery["rows"]["nodes"][number]): Row {
  return {
    tracking_id: row.trackingId,
    recipient: row.recipient,
    kind: row.kind.toLowerCase(),
    ...inZone("occurred_at", row.occurredAt),
    received_at: row.receivedAt,
    event_code: row.eventCode,
    event_label: row.eventLabel,
    resp_class: row.respClass,
    resp_code: row.respCode,
    resp_msg: row.respMsg,
    status: row.status,
    tries: row.tries,
    sender_id: row.senderId,
    mail_from: row.mailFrom,
    source: row.source,
    event_id: row.eventId,
    partition: row.partition,
    offset: row.offset,
  };
}
