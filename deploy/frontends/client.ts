/** The whole of a client: typed by the documents, without a library. Live changes come as server-sent events. */
import { ChangesDocument, DayDocument, MessageDocument, SearchDocument } from "./documents";
import type { TypedDocumentString } from "./generated/graphql";

export class Problem extends Error {
  constructor(message: string, readonly code: string | undefined) {
    super(message);
  }
}

export class Client {
  constructor(private readonly url: string, private readonly token?: string) {}

  async ask<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables): Promise<Result> {
    const reply = await fetch(this.url, {
      method: "POST",
      headers: this.headers("application/graphql-response+json"),
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    const { data, errors } = (await reply.json()) as {
      data?: Result;
      errors?: { message: string; extensions?: { code?: string } }[];
    };
    const first = errors?.[0];
    if (data === undefined || data === null || first !== undefined) {
      throw new Problem(first?.message ?? `HTTP ${reply.status}`, first?.extensions?.code);
    }
    return data;
  }

  headers(accept: string): Record<string, string> {
    const known = { "content-type": "application/json", accept };
    return this.token === undefined ? known : { ...known, authorization: `Bearer ${this.token}` };
  }
}

/** Every message of a search, page by page: a cursor names a row, so pages stay right while new events arrive. */
export async function* everyMessage(client: Client, search: string) {
  let after: string | null | undefined;
  do {
    const { messages } = await client.ask(SearchDocument, { search, first: 100, after: after ?? null });
    for (const { node } of messages.edges) yield node;
    after = messages.pageInfo.hasNextPage ? messages.pageInfo.endCursor : null;
  } while (after);
}

export async function summary(client: Client, trackingId: string): Promise<string> {
  const { message } = await client.ask(MessageDocument, { trackingId });
  return message === null || message === undefined
    ? `${trackingId}: no event yet`
    : `${message.trackingId}: ${message.phase}, ${message.deliveries.totalCount.count} recipients`;
}

export async function bouncedToday(client: Client, from: Date, to: Date): Promise<number> {
  const { statistics } = await client.ask(DayDocument, { from: from.toISOString(), to: to.toISOString() });
  return statistics.totals.bounced;
}

export const changes = ChangesDocument.toString();
