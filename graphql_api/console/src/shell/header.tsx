import { Icon } from "../parts/icon";
import { href, place, type Page } from "../state/place";
import { Health } from "./health";
import { Preferences } from "./preferences";
import { SearchBox } from "./search_box";
import { Views } from "./views";

const NAVIGATION: [Page, string][] = [
  ["", "Messages"],
  ["live", "Live"],
  ["statistics", "Statistics"],
  ["dead-letters", "Dead letters"],
];

export function Header() {
  const { page } = place.value;
  return (
    <header>
      <div class="bar">
        <a class="brand" data-page href={href("")} aria-label="Email Delivery Status: all messages">
          <Icon name="mail" />
          <span>Delivery Status</span>
        </a>
        <SearchBox />
        <Views />
        <Preferences />
      </div>
      <div class="bar under">
        <nav aria-label="Pages">
          {NAVIGATION.map(([name, title]) => (
            <a key={name} data-page href={href(name)} aria-current={isAt(name, page) ? "page" : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <Health />
      </div>
    </header>
  );
}

function isAt(name: Page, page: Page): boolean {
  return name === page || (name === "" && page === "message");
}
