/** A text kept in this browser under a name of ours; for this visit alone where the browser keeps nothing. */
import { effect, signal, type Signal } from "@preact/signals";

export function kept<Value extends string>(name: string, first: Value, valid: (text: string) => boolean): Signal<Value> {
  const key = `eds.${name}`;
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(key);
  } catch {
    // A browser that keeps nothing.
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
