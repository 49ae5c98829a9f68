/** The frame: header, health and whichever page the URL names. */
import type { FunctionComponent } from "preact";
import { DeadLettersPage } from "./pages/dead_letters";
import { LivePage } from "./pages/live";
import { MessagePage } from "./pages/message";
import { MessagesPage } from "./pages/messages";
import { StatisticsPage } from "./pages/statistics";
import { Header } from "./shell/header";
import { Keyboard } from "./shell/keyboard";
import { TokenForm } from "./shell/token_form";
import { place, type Page } from "./state/place";
import { wanted } from "./state/token";

const PAGES: Record<Page, FunctionComponent> = {
  "": MessagesPage,
  message: MessagePage,
  live: LivePage,
  statistics: StatisticsPage,
  "dead-letters": DeadLettersPage,
};

export function App() {
  const Shown = PAGES[place.value.page];
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        {wanted.value ? <TokenForm /> : <Shown />}
      </main>
      <Footer />
      <Keyboard />
    </>
  );
}

/** What programmers look for; these are the server's own. */
function Footer() {
  return (
    <footer>
      <a href="./graphiql">GraphiQL</a>
      <a href="./schema.graphql">Schema</a>
      <a href="./readyz?verbose">Readiness</a>
      <a href="./metrics">Metrics</a>
      <button type="button" class="plain" popovertarget="keys">
        Keys <kbd>?</kbd>
      </button>
    </footer>
  );
}
