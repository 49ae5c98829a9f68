/** The reader's own views, to go to and to remove, and what is shown now as one more. */
import { useState } from "preact/hooks";
import { Icon } from "../parts/icon";
import { useKeys } from "../state/keys";
import { place } from "../state/place";
import { addressOf, remove, save, views } from "../state/views";

const NAME_MAX = 60;

export function Views() {
  useKeys([{ key: "v", says: "your views", run: () => panel()?.togglePopover() }]);
  return (
    <>
      <button type="button" class="plain" popovertarget="views">
        <Icon name="views" />
        Views
      </button>
      <div id="views" class="help" role="dialog" popover="auto" aria-label="Your views" onBeforeToggle={leave}>
        <h2>Your views</h2>
        <p>A view is a page with its search, under a name of yours. They are kept in this browser alone; to show one to others, send its address.</p>
        {views.value.length > 0 && (
          <ul>
            {views.value.map((view) => (
              <li key={view.name}>
                <a class="cut" data-page href={addressOf(view)} onClick={() => panel()?.hidePopover()}>
                  {view.name}
                </a>
                <span class="quiet cut">{view.query["q"]}</span>
                <button type="button" class="plain" aria-label={`Remove ${view.name}`} onClick={() => remove(view.name)}>
                  <Icon name="close" />
                </button>
              </li>
            ))}
          </ul>
        )}
        {place.value.page !== "message" && <SaveForm />}
      </div>
    </>
  );
}

function SaveForm() {
  const [name, setName] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    if (name.trim() === "") return;
    save(name.trim(), place.value);
    setName("");
  };
  return (
    <form onSubmit={submit}>
      <label for="view-name">Name of what is shown now</label>
      <input id="view-name" value={name} maxLength={NAME_MAX} autocomplete="off" onInput={(event) => setName(event.currentTarget.value)} />
      <button type="submit">Keep it</button>
    </form>
  );
}

/** A field that is hidden takes no more keys. */
function leave(event: ToggleEvent): void {
  const focused = document.activeElement;
  if (event.newState === "closed" && focused instanceof HTMLElement && panel()?.contains(focused)) focused.blur();
}

function panel(): HTMLElement | null {
  return document.getElementById("views");
}
