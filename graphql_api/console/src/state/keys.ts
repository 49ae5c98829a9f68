/** The keyboard: each page says what its keys do for as long as it is shown. Off while somebody types. */
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { copyAndSay } from "./clipboard";

export interface Key {
  key: string;
  says: string;
  run: (event: KeyboardEvent) => void;
}

/** Every key that does something now; those of the innermost part come last and go first. */
export const keys = signal<Key[]>([]);

/** What these keys do while this component is shown. The list's texts must not change; what is run may. */
export function useKeys(list: Key[]): void {
  const newest = useRef(list);
  newest.current = list;
  // With the picture, not after it: what is seen can be used.
  useLayoutEffect(() => {
    const mine = list.map(({ key, says }, index) => ({
      key,
      says,
      run: (event: KeyboardEvent) => newest.current[index]?.run(event),
    }));
    keys.value = [...keys.peek(), ...mine];
    return () => {
      keys.value = keys.peek().filter((each) => !mine.includes(each));
    };
  }, []);
}

export function hear(): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === " " && event.target instanceof Element && event.target.matches("button, summary")) return; // which it presses
    if (event.key === "Escape" && document.querySelector(":popover-open")) return; // the browser closes that
    const found = keys.peek().findLast(({ key }) => key === event.key);
    if (found === undefined) return;
    event.preventDefault();
    found.run(event);
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, select, textarea"));
}

/** Moves the focus among the page's rows: those elements that carry `data-row`. */
export function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? rows.at(by > 0 ? 0 : -1) : rows[at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

let last: string | undefined;

/** A row's page is open: when its list is shown next, the row has the focus again. */
export function opened(id: string): void {
  last = id;
}

export function focusOpened(): void {
  const row = last && document.querySelector<HTMLElement>(`[data-row][data-id="${CSS.escape(last)}"]`);
  if (row && [null, document.body, document.querySelector("main")].includes(document.activeElement as HTMLElement)) row.focus();
  last = undefined;
}

/** Copies the tracking id of the row that has the focus; the nearest element that carries `data-id`. */
export function copyFocused(): void {
  const id = document.activeElement?.closest<HTMLElement>("[data-id]")?.dataset["id"];
  if (id) void copyAndSay(id);
}
