/** The keys of every page, and the list of all that do something now. */
import { href, go } from "../state/place";
import { said } from "../state/clipboard";
import { keys, step, useKeys } from "../state/keys";

const SHORT: Record<string, string> = { Escape: "Esc", " ": "Space" };

export function Keyboard() {
  useKeys([
    { key: "/", says: "search", run: focusSearch },
    { key: "j", says: "next row", run: () => step(1) },
    { key: "k", says: "row before", run: () => step(-1) },
    { key: "t", says: "live tail", run: () => go(href("live")) },
    { key: "?", says: "these keys", run: () => document.getElementById("keys")?.togglePopover() },
  ]);
  const shown = new Map(keys.value.map(({ key, says }) => [key, says]));
  return (
    <>
      <KeyList shown={shown} />
      <p class={said.value ? "toast" : "unseen"} role="status">
        {said.value}
      </p>
    </>
  );
}

function KeyList({ shown }: { shown: Map<string, string> }) {
  return (
    <div id="keys" class="help keys" role="dialog" popover="auto" aria-label="Keys">
      <h2>Keys</h2>
      <table>
        <tbody>
          {[...shown, ["Enter", "open the row"] as const].map(([key, says]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{SHORT[key] ?? key}</kbd>
              </th>
              <td>{says}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function focusSearch(): void {
  const input = document.querySelector<HTMLInputElement>("#search");
  input?.focus();
  input?.select();
}
