import { render } from "preact";
import { App } from "./app";
import { run } from "./state/clock";
import { hear } from "./state/keys";
import { follow } from "./state/place";
import "./style/base.css";
import "./style/shell.css";
import "./style/pages.css";
import "./style/live.css";
import "./style/statistics.css";
import "./style/dead_letters.css";

follow();
hear();
run();
// A task of its own: what was read so far is one already.
setTimeout(() => render(<App />, document.body));
