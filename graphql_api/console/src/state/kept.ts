/** A text kept in this browser under a name of ours; for this visit alone where the browser keeps nothing. */
import { effect, signal, type Signal } from "@preact/signals";
import { inThisBrowser, read, write } from "./storage";

export function kept<Value extends string>(name: string, first: Value, valid: (text: string) => boolean): Signal<Value> {
  const stored = read(inThisBrowser, name);
  const value = signal(stored !== null && valid(stored) ? (stored as Value) : first);
  effect(() => write(inThisBrowser, name, value.value));
  return value;
}
