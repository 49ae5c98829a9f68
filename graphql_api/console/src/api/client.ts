/** Questions over HTTP: typed by the documents, with the token of this tab where there is one. */
import { forget, token } from "../state/token";
import type { TypedDocumentString } from "./generated/graphql";

export type Document<Result, Variables> = TypedDocumentString<Result, Variables>;

export const ADDRESS = new URL("./graphql", document.baseURI).href;

/** Why there is no answer. `code` is `extensions.code` of the API, or UNREACHABLE where nothing answered. */
export class Problem extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

interface Reply<Result> {
  data?: Result | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

export async function ask<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const asked = token.value;
  const body = JSON.stringify({ query: document.toString(), variables });
  const { data, errors } = await read<Result>(await send(body, asked, signal));
  const first = errors?.[0];
  if (first !== undefined || data === undefined || data === null) {
    const problem = new Problem(first?.message ?? "The answer was empty.", first?.extensions?.code ?? "UNKNOWN");
    if (problem.code === "UNAUTHENTICATED") forget(asked);
    throw problem;
  }
  return data;
}

async function send(body: string, bearer: string | null, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    accept: "application/graphql-response+json, application/json;q=0.9",
  };
  if (bearer !== null) headers["authorization"] = `Bearer ${bearer}`;
  try {
    return await fetch(ADDRESS, { method: "POST", headers, body, ...(signal && { signal }) });
  } catch (reason) {
    if (signal?.aborted) throw reason;
    throw new Problem("The server does not answer.", "UNREACHABLE");
  }
}

async function read<Result>(response: Response): Promise<Reply<Result>> {
  try {
    return (await response.json()) as Reply<Result>;
  } catch {
    throw new Problem(`The server answered HTTP ${response.status}, and no GraphQL.`, "UNREACHABLE");
  }
}
