/** What a reader chose once, kept in this browser: colours, the zone of times, and whether they are relative. */
import { effect } from "@preact/signals";
import { kept } from "./kept";

const one =
  (...names: string[]) =>
  (text: string) =>
    names.includes(text);

export const theme = kept<"auto" | "light" | "dark">("theme", "auto", one("auto", "light", "dark"));
export const times = kept<"relative" | "absolute">("times", "relative", one("relative", "absolute"));

export const LOCAL = Intl.DateTimeFormat().resolvedOptions().timeZone;
export const zone = kept<string>("zone", LOCAL, isZone);

function isZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}

effect(() => {
  if (theme.value === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme.value;
});
