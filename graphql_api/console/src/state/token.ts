/** The API's token, for as long as this tab is open. `wanted` is true while the API asks for one that we don't have. */
import { signal } from "@preact/signals";

const KEY = "eds.token";

export const token = signal<string | null>(sessionStorage.getItem(KEY));
export const wanted = signal<"" | "none" | "refused">("");

export function enter(text: string): void {
  const given = text.trim().replace(/^Bearer\s+/i, "");
  if (given === "") return;
  sessionStorage.setItem(KEY, given);
  token.value = given;
  wanted.value = "";
}

/** The API refused this token. A newer one that was entered meanwhile stays. */
export function forget(refused: string | null): void {
  if (token.value !== refused) return;
  sessionStorage.removeItem(KEY);
  wanted.value = refused === null ? "none" : "refused";
  token.value = null;
}

export function leave(): void {
  sessionStorage.removeItem(KEY);
  token.value = null;
  wanted.value = "none";
}
