/** The API's token, for as long as this tab is open. `wanted` is true while the API asks for one that we don't have. */
import { signal } from "@preact/signals";

const KEY = "eds.token";

function stored(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null; // a browser that keeps nothing: it is entered at each visit
  }
}

function store(text: string | null): void {
  try {
    if (text === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, text);
  } catch {
    // as above
  }
}

export const token = signal<string | null>(stored());
export const wanted = signal<"" | "none" | "refused">("");

export function enter(text: string): void {
  const given = text.trim().replace(/^Bearer\s+/i, "");
  if (given === "") return;
  store(given);
  token.value = given;
  wanted.value = "";
}

/** The API refused this token. A newer one that was entered meanwhile stays. */
export function forget(refused: string | null): void {
  if (token.value !== refused) return;
  store(null);
  wanted.value = refused === null ? "none" : "refused";
  token.value = null;
}

export function leave(): void {
  store(null);
  token.value = null;
  wanted.value = "none";
}
