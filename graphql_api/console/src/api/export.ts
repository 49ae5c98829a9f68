/** All rows of a search as a file, read page by page: exactly the list's filter and order. */
import { zone } from "../state/preferences";
import { csvLine, jsonLine, type Row } from "../words/csv";
import { Sheet } from "../words/sheet";
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

const ROWS = 200; // what a page has at most, as the API comes; where a server allows fewer, these are asked for
const TYPES: Record<Format, string> = { csv: "text/csv;charset=utf-8", jsonl: "application/jsonl" };

/** The file. `progress` hears of the rows so far; an abort rejects with an AbortError, and leaves nothing. */
export async function exported(wish: Wish, progress: (rows: number) => void, signal: AbortSignal): Promise<Blob> {
  const sheet = new Sheet(wish.direction === "DESC");
  const line = wish.format === "csv" ? (row: Row) => csvLine(Object.values(row)) : jsonLine;
  let head = "";
  for await (const page of pages(wish, signal)) {
    if (wish.format === "csv" && page[0]) head ||= csvLine(Object.keys(page[0].row));
    sheet.add(page.map(({ id, row }) => ({ id, line: line(row) })));
    progress(sheet.rows);
  }
  return sheet.file(head, TYPES[wish.format]);
}

interface Exported {
  id: string;
  row: Row;
}

interface Asked {
  search: string;
  direction: OrderDirection;
  first: number;
  after: string | null;
}

/** Oldest first, whatever the file's order: a row that changes meanwhile moves to the end, so it comes again and is never missed. */
async function* pages({ search, events }: Wish, signal: AbortSignal): AsyncGenerator<Exported[]> {
  let after: string | null = null;
  do {
    const asked: Asked = { search, direction: "ASC", first: ROWS, after };
    const { found, next } = await (events ? eventPage(asked, signal) : deliveryPage(asked, signal));
    yield found;
    after = next;
  } while (after !== null);
}

async function deliveryPage(asked: Asked, signal: AbortSignal) {
  const { rows } = await ask(ExportDeliveriesDocument, asked, signal);
  return { found: rows.nodes.map((node) => ({ id: node.id, row: deliveryRow(node) })), next: following(rows.pageInfo) };
}

async function eventPage(asked: Asked, signal: AbortSignal) {
  const { rows } = await ask(ExportEventsDocument, asked, signal);
  return { found: rows.nodes.map((node) => ({ id: node.id, row: eventRow(node) })), next: following(rows.pageInfo) };
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
