/** The clipboard, and what was said about it last: shown for a moment where a key copied something. */
import { signal } from "@preact/signals";

const SHOWN_MS = 2_000;
export const said = signal("");

/** Puts the text there; false where the browser doesn't allow it. */
export async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // browsers have `clipboard` over https and on this machine only
  }
}

/** Copies, and says so in the corner. */
export async function copyAndSay(text: string): Promise<void> {
  said.value = (await toClipboard(text)) ? `Copied ${text}` : "This browser does not allow copying";
  setTimeout(() => (said.value = ""), SHOWN_MS);
}

function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  const focused = document.activeElement;
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
