/** The API's token, for as long as this tab is open. `wanted` is true while the API asks for one that we don't have. */
import { signal } from "@preact/signals";
import { inThisTab, read, write } from "./storage";

const NAME = "token";

export const token = signal(read(inThisTab, NAME));
export const wanted = signal<"" | "none" | "refused">("");

export function enter(text: string): void {
  const given = text.trim().replace(/^Bearer\s+/i, "");
  if (given === "") return;
  write(inThisTab, NAME, given);
  token.value = given;
  wanted.value = "";
}

/** The API refused this token. A newer one that was entered meanwhile stays. */
export function forget(refused: string | null): void {
  if (token.value !== refused) return;
  write(inThisTab, NAME, null);
  wanted.value = refused === null ? "none" : "refused";
  token.value = null;
}

export function leave(): void {
  write(inThisTab, NAME, null);
  token.value = null;
  wanted.value = "none";
}
