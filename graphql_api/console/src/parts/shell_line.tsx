import { Copy } from "./copy";

/** A command to paste into a terminal. */
export function ShellLine({ text, label }: { text: string; label: string }) {
  return (
    <div class="shell-line">
      <pre tabIndex={0}>{text}</pre>
      <Copy text={text} label={label} />
    </div>
  );
}
