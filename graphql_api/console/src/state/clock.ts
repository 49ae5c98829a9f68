/** The time by which relative times are told; once a second, and only while somebody looks. */
import { signal } from "@preact/signals";

export const now = signal(Date.now());

export function run(): void {
  setInterval(() => {
    if (document.visibilityState === "visible") now.value = Date.now();
  }, 1_000);
  document.addEventListener("visibilitychange", () => (now.value = Date.now()));
}
