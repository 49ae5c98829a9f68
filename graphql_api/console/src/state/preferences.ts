/** What a reader chose once, kept in this browser: colours, the zone of times, and whether they are relative. */
import { effect, signal, type Signal } from "@preact/signals";

function kept<Value extends string>(name: string, first: Value, valid: (text: string) => boolean): Signal<Value> {
  const key = `eds.${name}`;
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(key);
  } catch {
    // A browser that keeps nothing: then it is for this visit alone.
  }
  const value = signal(stored !== null && valid(stored) ? (stored as Value) : first);
  effect(() => {
    try {
      localStorage.setItem(key, value.value);
    } catch {
      // as above
    }
  });
  return value;
}

const one =
  (...names: string[]) =>
  (text: string) =>
    names.includes(text);

export const theme = kept<"auto" | "light" | "dark">("theme", "auto", one("auto", "light", "dark"));
export const times = kept<"relative" | "absolute">("times", "relative", one("relative", "absolute"));

export const LOCAL = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const ZONES = [...new Set(["UTC", LOCAL, ...Intl.supportedValuesOf("timeZone")])];
export const zone = kept<string>("zone", LOCAL, (text) => ZONES.includes(text));

effect(() => {
  if (theme.value === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme.value;
});
