import { Icon } from "../parts/icon";
import { LOCAL, theme, times, zone, ZONES } from "../state/preferences";
import { leave, token } from "../state/token";

const NEXT_THEME = { auto: "light", light: "dark", dark: "auto" } as const;
const THEME_ICON = { auto: "auto", light: "sun", dark: "moon" } as const;
const OTHERS = ZONES.filter((name) => name !== "UTC" && name !== LOCAL);

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
      <select aria-label="Time zone" value={zone.value} onChange={(event) => (zone.value = event.currentTarget.value)}>
        <option value="UTC">UTC</option>
        {LOCAL !== "UTC" && <option value={LOCAL}>{short(LOCAL)} (here)</option>}
        <optgroup label="Others">
          {OTHERS.map((name) => (
            <option key={name} value={name}>
              {short(name)}
            </option>
          ))}
        </optgroup>
      </select>
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

function short(name: string): string {
  return name.replaceAll("_", " ");
}
