/** Where the reader is: the page and all of its state are in the URL, so that a link shows what its sender saw. */
import { effect, signal } from "@preact/signals";

export const PAGES = ["", "message", "live", "statistics", "dead-letters"] as const;
export type Page = (typeof PAGES)[number];
/** Those that the search box filters where they are. */
export const FILTERED: readonly Page[] = ["", "live", "statistics"];
export type Query = Record<string, string | undefined>;

export interface Place {
  page: Page;
  query: Record<string, string>;
}

export const place = signal<Place>(read(location));

function read(url: { pathname: string; search: string }): Place {
  const name = url.pathname.split("/").at(-1) ?? "";
  const page = (PAGES as readonly string[]).includes(name) ? (name as Page) : "";
  return { page, query: Object.fromEntries(new URLSearchParams(url.search)) };
}

/** A link's address. Names without a value are left out. */
export function href(page: Page, query: Query = {}): string {
  const kept = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
  const text = new URLSearchParams(kept).toString();
  return `./${page}${text && `?${text}`}`;
}

/** This page's address with some of its state changed. */
export function changed(query: Query): string {
  return href(place.value.page, { ...place.value.query, ...query });
}

/** The list as it was last seen, to go back to. */
let list = href("");

export function backToList(): void {
  go(list);
}

export function go(address: string, how: "push" | "replace" = "push"): void {
  const url = new URL(address, document.baseURI);
  history[how === "push" ? "pushState" : "replaceState"](null, "", url);
  const before = place.value.page;
  place.value = read(url);
  if (how === "push") window.scrollTo(0, 0);
  if (place.value.page !== before) requestAnimationFrame(() => document.querySelector<HTMLElement>("main")?.focus());
}

/** Follows links to our own pages without loading them anew, and the browser's back and forward. */
export function follow(): void {
  addEventListener("popstate", () => (place.value = read(location)));
  effect(() => {
    if (place.value.page === "") list = changed({});
  });
  addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (link === null || !plain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
    if (link.dataset["page"] === undefined || link.origin !== location.origin) return;
    event.preventDefault();
    go(link.href);
  });
}
