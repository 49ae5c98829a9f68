/** Values of one key of the search, counted. A click filters, another one takes that back; shift-click, or −, excludes. */
import type { ComponentChildren } from "preact";
import { changed, go } from "../state/place";
import { count, type TotalCount } from "../words/counts";
import { bounded, parse, withoutValue, withValue } from "../words/search";

export interface Entry {
  value: string;
  /** What stands for the value where it is not itself. */
  shown?: ComponentChildren;
  total: TotalCount;
  title?: string | undefined;
}

interface Of {
  name: string;
  title: string;
  search: string;
  entries: Entry[];
  /** The rows beside it can't be filtered by this: what a value leads to, where others can, and a word on it. */
  elsewhere?: { to: (value: string) => string; says: string };
}

export function Facet({ name, title, search, entries, elsewhere }: Of) {
  const values = (negated: boolean) =>
    (parse(search) ?? []).filter((term) => term.key === name && term.negated === negated).flatMap((term) => term.values);
  const [chosen, excluded] = [values(false), values(true)];
  const listed = entries.filter(({ total, value }) => total.count > 0 || chosen.includes(value) || excluded.includes(value));
  if (listed.length === 0) return null;
  return (
    <section aria-labelledby={`facet-${name}`}>
      <h2 id={`facet-${name}`}>{title}</h2>
      <ul>
        {listed.map((entry) => (
          <Value
            key={entry.value}
            name={name}
            entry={entry}
            search={search}
            elsewhere={elsewhere?.to(entry.value)}
            is={chosen.includes(entry.value) ? "chosen" : excluded.includes(entry.value) ? "excluded" : ""}
          />
        ))}
      </ul>
      {elsewhere && <p class="quiet small">{elsewhere.says}</p>}
    </section>
  );
}

interface OfValue {
  name: string;
  entry: Entry;
  search: string;
  elsewhere: string | undefined;
  is: "chosen" | "excluded" | "";
}

function Value({ name, entry, search, elsewhere, is }: OfValue) {
  const { value, shown, total, title } = entry;
  const at = (text: string) => changed({ q: bounded(text), after: undefined, before: undefined });
  const free = withoutValue(withoutValue(search, name, value), name, value, true);
  const without = at(withValue(free, name, value, true));
  const exclude = (event: MouseEvent) => {
    if (!event.shiftKey || elsewhere !== undefined) return;
    event.preventDefault();
    go(without);
  };
  return (
    <li class={is}>
      <a
        class="value"
        data-page
        href={elsewhere ?? at(is ? free : withValue(search, name, value))}
        aria-current={is === "chosen" ? "true" : undefined}
        title={title}
        onClick={exclude}
      >
        <span class="cut">{shown ?? value}</span>
        {is === "excluded" && <span class="unseen"> is excluded</span>}
        <span class="count">{count(total)}</span>
      </a>
      {is !== "excluded" && elsewhere === undefined && (
        <a class="exclude" data-page href={without} aria-label={`Exclude ${name} ${value}`} title={`Exclude ${value}`}>
          −
        </a>
      )}
    </li>
  );
}
