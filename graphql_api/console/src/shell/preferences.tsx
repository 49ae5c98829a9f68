import { useEffect, useState } from "preact/hooks";
import { Icon } from "../parts/icon";
import { LOCAL, theme, times, zone } from "../state/preferences";
import { leave, token } from "../state/token";

const NEXT_THEME = { auto: "light", light: "dark", dark: "auto" } as const;
const ZONES_AFTER_MS = 500;
const THEME_ICON = { auto: "auto", light: "sun", dark: "moon" } as const;

export function Preferences() {
  const relative = times.value === "relative";
  return (
    <div class="preferences">
      <button
        type="button"
        class="plain"
        aria-pressed={relative}
        title={relative ? "Times are relative; show dates" : "Times are dates; show how long ago"}
        onClick={() => (times.value = relative ? "absolute" : "relative")}
      >
        <Icon name="clock" />
        {relative ? "Ago" : "Date"}
      </button>
      <ZoneChoice />
      <button
        type="button"
        class="plain"
        title={`Colours: ${theme.value}`}
        aria-label={`Colours: ${theme.value}. Change to ${NEXT_THEME[theme.value]}`}
        onClick={() => (theme.value = NEXT_THEME[theme.value])}
      >
        <Icon name={THEME_ICON[theme.value]} />
      </button>
      {token.value !== null && (
        <button type="button" class="plain" onClick={leave}>
          Leave
        </button>
      )}
    </div>
  );
}

/** Some four hundred zones: they come when the page is there, so that it is there sooner. */
function ZoneChoice() {
  const [others, setOthers] = useState<string[]>([]);
  useEffect(() => {
    const known = [LOCAL, "UTC"];
    const fill = () => setOthers(Intl.supportedValuesOf("timeZone").filter((name) => !known.includes(name)));
    const timer = setTimeout(fill, ZONES_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const chosen = zone.value;
  const shown = [...new Set(["UTC", LOCAL, chosen])];
  return (
    <select aria-label="Time zone" value={chosen} onChange={(event) => (zone.value = event.currentTarget.value)}>
      {shown.map((name) => (
        <option key={name} value={name}>
          {short(name)}
          {name === LOCAL && name !== "UTC" && " (here)"}
        </option>
      ))}
      <optgroup label="Others">
        {others
          .filter((name) => name !== chosen)
          .map((name) => (
            <option key={name} value={name}>
              {short(name)}
            </option>
          ))}
      </optgroup>
    </select>
  );
}

function short(name: string): string {
  return name.replaceAll("_", " ");
}
