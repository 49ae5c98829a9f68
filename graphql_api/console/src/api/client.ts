/** Questions over HTTP: typed by the documents, with the token of this tab where there is one, in pages that the server allows. */
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

/** The rows of a page at most, once a refusal has named them: no field of the API does. */
let rowsMax = Infinity;

/** So many rows, or as many as a page may have as far as it is known. */
export function pageOf(rows: number): number {
  return Math.min(rows, rowsMax);
}

/** The answer. A page that is larger than the server allows is asked for as large as it may be. */
export async function ask<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const fitting = paged(variables);
  try {
    return await answered(document, fitting, signal);
  } catch (reason) {
    const named = reason instanceof Problem && reason.code === "LIMIT_EXCEEDED" && /\bpage_size_max=(\d+)/.exec(reason.message);
    if (!named) throw reason;
    rowsMax = Number(named[1]);
    const smaller = paged(variables);
    if (JSON.stringify(smaller) === JSON.stringify(fitting)) throw reason;
    return answered(document, smaller, signal);
  }
}

function paged<Variables>(variables: Variables): Variables {
  const fit = ([name, value]: [string, unknown]) =>
    (name === "first" || name === "last") && typeof value === "number" ? [name, pageOf(value)] : [name, value];
  return Object.fromEntries(Object.entries(variables as Record<string, unknown>).map(fit)) as Variables;
}

async function answered<Result, Variables>(
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
