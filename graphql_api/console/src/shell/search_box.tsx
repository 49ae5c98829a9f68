/** The one search box. A text that may be a tracking id goes to its message where there is one, else it is a search. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, Problem } from "../api/client";
import { ExistsDocument } from "../api/generated/graphql";
import { Icon } from "../parts/icon";
import { FILTERED, go, href, place } from "../state/place";
import { HELP, mayBeTrackingId } from "../words/search";

export function SearchBox() {
  const { page, query } = place.value;
  const asked = FILTERED.includes(page) ? (query["q"] ?? "") : "";
  const [text, setText] = useState(asked);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(asked), [asked, page]);

  const search = async (event: Event) => {
    event.preventDefault();
    const wish = text.trim();
    const found = mayBeTrackingId(wish) && (await exists(wish));
    const here = FILTERED.includes(page) ? href(page, { ...query, q: wish, after: undefined, before: undefined }) : href("", { q: wish });
    go(found ? href("message", { id: wish }) : here);
    if (!found) input.current?.focus();
  };
  const use = (example: string) => {
    setText(`${text} ${example}`.trim());
    input.current?.focus();
  };

  const leaveByEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // which would empty it
    setText(asked);
    input.current?.blur();
  };

  return (
    <form class="search" role="search" onSubmit={search}>
      <Icon name="search" />
      <input
        ref={input}
        id="search"
        type="search"
        name="q"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={leaveByEscape}
        placeholder="Tracking id, address, or to: domain: status: …"
        aria-label="Search mail"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
      />
      <kbd aria-hidden="true">/</kbd>
      <button type="button" class="plain" popovertarget="search-help" aria-label="How to search">
        ?
      </button>
      <SearchHelp use={use} />
    </form>
  );
}

function SearchHelp({ use }: { use: (example: string) => void }) {
  return (
    <div id="search-help" class="help" role="dialog" popover="auto" aria-label="How to search">
      <h2>Search</h2>
      <p>
        Paste a tracking id to go to its message, or an address to see all of its mail. All terms must hold; of values after a comma
        any one suffices.
      </p>
      <table>
        <tbody>
          {HELP.map(({ key, example, says }) => (
            <tr key={key}>
              <th scope="row">
                <button
                  type="button"
                  class="plain"
                  onClick={() => use(example)}
                  popovertarget="search-help"
                  popovertargetaction="hide"
                >
                  <code>{example}</code>
                </button>
              </th>
              <td>{says}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

async function exists(trackingId: string): Promise<boolean> {
  try {
    return (await ask(ExistsDocument, { trackingId })).message != null;
  } catch (reason) {
    if (reason instanceof Problem) return false; // the list says what is wrong
    throw reason;
  }
}
