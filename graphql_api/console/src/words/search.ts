/** The language of the search box, as graphql_api/search.py reads it: `to:ann@example.org -status:delivered after:1h`. */
export interface Term {
  key: string;
  values: string[];
  negated: boolean;
}

export const HELP: { key: string; example: string; says: string }[] = [
  { key: "to", example: "to:ann@example.org", says: "the recipient's address" },
  { key: "domain", example: "domain:example.org", says: "the recipient's domain" },
  { key: "id", example: "id:abc-123", says: "the tracking id; also msgid:" },
  { key: "status", example: "status:bounced,deferred", says: "queued, deferred, delivered, bounced, unknown" },
  { key: "category", example: "category:mailbox_full", says: "the reason of a deferral or a bounce" },
  { key: "sender", example: "sender:42", says: "the account that sent the mail" },
  { key: "source", example: "source:relay-1", says: "who posted it, as the gateway names it; in the list of events" },
  { key: "code", example: "code:103", says: "the event's code, in the list of events" },
  { key: "after", example: "after:1h", says: "at this time or later: 30s, 15m, 7d, 2026-11-22, 2026-11-22T10:00:00Z" },
  { key: "before", example: "before:2026-11-22", says: "before this time" },
  { key: "-", example: "-status:delivered", says: "not this" },
];

const VALUE = String.raw`(?:"(?:[^"\\]|\\["\\])*"|[^\s,"]+)`;
const TERM = new RegExp(String.raw`(-?)(?:([A-Za-z_]+):)?(${VALUE}(?:,${VALUE})*)(?=\s|$)`, "y");
const KEY_ALONE = /^[A-Za-z_]+:$/;
const EACH = new RegExp(VALUE, "g");

/** The terms; null where the text is none of the language (the server then says why). */
export function parse(text: string): Term[] | null {
  const terms: Term[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text.charAt(at))) at += 1;
    if (at >= text.length) return terms;
    TERM.lastIndex = at;
    const found = TERM.exec(text);
    if (found === null || (found[2] === undefined && KEY_ALONE.test(found[3] ?? ""))) return null;
    const values = (found[3] ?? "").match(EACH)?.map(unquoted) ?? [];
    const key = found[2]?.toLowerCase() ?? (values.every((value) => value.includes("@")) ? "to" : "id");
    terms.push({ key, values, negated: found[1] === "-" });
    at = TERM.lastIndex;
  }
}

export function write(terms: Term[]): string {
  return terms.map(({ key, values, negated }) => `${negated ? "-" : ""}${key}:${values.map(quoted).join(",")}`).join(" ");
}

/** The text with this value as well: beside others of the same key, as any of them suffices. */
export function withValue(text: string, key: string, value: string, negated = false): string {
  const terms = parse(text) ?? [];
  const same = terms.find((term) => term.key === key && term.negated === negated);
  if (same === undefined) return write([...terms, { key, values: [value], negated }]);
  const values = same.values.includes(value) ? same.values : [...same.values, value];
  return write(terms.map((term) => (term === same ? { ...term, values } : term)));
}

/** The text with this term in place of others of its key; without any where there is no value. */
export function withOnly(text: string, key: string, value: string | undefined): string {
  const others = (parse(text) ?? []).filter((term) => term.key !== key || term.negated);
  return write(value === undefined ? others : [...others, { key, values: [value], negated: false }]);
}

/** The text without this value, or without the term when it was its last one. */
export function withoutValue(text: string, key: string, value: string, negated = false): string {
  const terms = (parse(text) ?? []).map((term) =>
    term.key === key && term.negated === negated ? { ...term, values: term.values.filter((each) => each !== value) } : term,
  );
  return write(terms.filter((term) => term.values.length > 0));
}

/** One term as a search of its own. */
export function only(key: string, value: string): string {
  return write([{ key, values: [value], negated: false }]);
}

const LEADING = ["to", "domain", "id", "msgid", "category", "class", "sender", "source", "after"];

/** The text with a time added where nothing in it but exclusions would be left to an index: the API refuses to read all rows. */
export function bounded(text: string): string {
  const terms = parse(text) ?? [];
  const excludes = terms.some(({ key, negated }) => negated && key !== "status");
  const leads = terms.some(({ key, negated }) => !negated && LEADING.includes(key));
  return excludes && !leads ? withValue(text, "after", "30d") : text;
}

/** Whether a text may be nothing but a tracking id: then the message is looked for first. */
export function mayBeTrackingId(text: string): boolean {
  return text !== "" && text.length <= 500 && !HELP.some(({ key }) => new RegExp(`(^|\\s)-?${key}:`, "i").test(text));
}

function quoted(value: string): string {
  return /^[^\s,"]+$/.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(["\\])/g, "$1") : value;
}
