/** Views that a reader gave a name: a page with its search and all else that its URL says, kept in this browser. */
import { computed } from "@preact/signals";
import { kept } from "./kept";
import { href, PAGES, type Page, type Place } from "./place";

export interface View {
  name: string;
  page: Page;
  query: Record<string, string>;
}

const VIEWS_MAX = 50;
/** Where in a list somebody was is no part of a view: rows go on. */
const OF_THE_MOMENT = ["after", "before", "letter"];
const text = kept<string>("views", "[]", (stored) => read(stored) !== null);

export const views = computed<View[]>(() => read(text.value) ?? []);

/** The view takes the place of another of its name. */
export function save(name: string, { page, query }: Place): void {
  const lasting = Object.fromEntries(Object.entries(query).filter(([key]) => !OF_THE_MOMENT.includes(key)));
  const others = views.value.filter((each) => each.name !== name);
  text.value = JSON.stringify([...others.slice(1 - VIEWS_MAX), { name, page, query: lasting }]);
}

export function remove(name: string): void {
  text.value = JSON.stringify(views.value.filter((each) => each.name !== name));
}

export function addressOf({ page, query }: View): string {
  return href(page, query);
}

/** null for what is none of ours: another program's, or of another version. */
function read(stored: string): View[] | null {
  try {
    const found: unknown = JSON.parse(stored);
    return Array.isArray(found) && found.every(isView) ? found : null;
  } catch {
    return null;
  }
}

function isView(value: unknown): value is View {
  const { name, page, query } = (value ?? {}) as Partial<View>;
  return (
    typeof name === "string" &&
    (PAGES as readonly (string | undefined)[]).includes(page) &&
    typeof query === "object" &&
    query !== null &&
    Object.values(query).every((each) => typeof each === "string")
  );
}
