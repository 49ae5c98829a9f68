import { useState } from "preact/hooks";
import { toClipboard } from "../state/clipboard";
import { Icon } from "./icon";

/** Copies a text and says that it did. `label` names the thing: "Copy tracking id". */
export function Copy({ text, label, children }: { text: string; label: string; children?: string }) {
  const [said, say] = useState("");
  const copy = async () => {
    say((await toClipboard(text)) ? "Copied" : "Not allowed");
    setTimeout(() => say(""), 1_500);
  };
  return (
    <button type="button" class="copy" title={label} aria-label={children ? undefined : label} onClick={copy}>
      <Icon name={said === "Copied" ? "done" : "copy"} />
      {children && <span>{children}</span>}
      <span role="status" class={children ? "unseen" : "said"}>
        {said}
      </span>
    </button>
  );
}
