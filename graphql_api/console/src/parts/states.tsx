/** What stands where rows would: that they are on their way, that there are none, that something is wrong; each with the next step. */
import type { ComponentChildren } from "preact";
import type { Problem } from "../api/client";
import { changed, href, place } from "../state/place";
import { withValue } from "../words/search";
import { Icon, type IconName } from "./icon";

interface Of {
  icon: IconName;
  title: string;
  /** The heading's level: 1 where nothing else is on the page. */
  level?: 1 | 2;
  children?: ComponentChildren;
}

export function Notice({ icon, title, level = 2, children }: Of) {
  return (
    <div class="notice">
      <Icon name={icon} />
      {level === 1 ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  );
}

/** Placeholders, seen only where the answer takes longer than a blink. */
export function Loading({ rows = 12 }: { rows?: number }) {
  return (
    <div class="loading" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} class="bone" />
      ))}
    </div>
  );
}

const TITLES: Record<string, string> = {
  UNREACHABLE: "The server does not answer",
  UNAVAILABLE: "The store or the broker is away",
  BAD_USER_INPUT: "This search can't be read",
  NO_INDEX: "This search would read everything",
  LIMIT_EXCEEDED: "That is more than one answer may hold",
  RATE_LIMITED: "Too many questions at once",
  FORBIDDEN: "This token may not see that",
  BAD_CURSOR: "This page of the list is no more",
};

const STEPS: Record<string, string> = {
  UNREACHABLE: "Check that it runs and that the network is there, then try again.",
  UNAVAILABLE: "It is asked again as soon as you try; nothing is lost meanwhile.",
  RATE_LIMITED: "Wait for a moment, then try again.",
  INTERNAL_SERVER_ERROR: "The server's log has the details under this id.",
};

/** What a token lacks, by the API's word for it. */
const RIGHTS: Record<string, string> = {
  addresses: "Ask for a token that sees addresses, or search by domain:.",
  senders: "Ask for a token that sees all senders.",
};

function nextStep({ code, message }: Problem): string | undefined {
  if (code !== "FORBIDDEN") return STEPS[code];
  return Object.entries(RIGHTS).find(([word]) => message.includes(word))?.[1];
}

/** What asking again would not mend, as it is the question's fault. */
const BY_SEARCH = ["BAD_USER_INPUT", "NO_INDEX", "BAD_CURSOR", "LIMIT_EXCEEDED"];

export function Trouble({ problem, again, level = 2 }: { problem: Problem; again: () => void; level?: 1 | 2 }) {
  const next = nextStep(problem);
  return (
    <div role="alert">
      <Notice icon="warning" level={level} title={TITLES[problem.code] ?? "That went wrong"}>
        <p>{problem.message}</p>
        {next && <p class="quiet">{next}</p>}
        {BY_SEARCH.includes(problem.code) ? (
          <MendSearch code={problem.code} />
        ) : (
          <button type="button" onClick={again}>
            Try again
          </button>
        )}
      </Notice>
    </div>
  );
}

function MendSearch({ code }: { code: string }) {
  const search = place.value.query["q"] ?? "";
  return (
    <p class="choices">
      {code === "NO_INDEX" && (
        <a class="button" data-page href={changed({ q: withValue(search, "after", "30d") })}>
          Only the last 30 days
        </a>
      )}
      <button type="button" popovertarget="search-help">
        How to search
      </button>
      <a class="button" data-page href={changed({ after: undefined, before: undefined })}>
        To the first page
      </a>
      <a class="button" data-page href={href("")}>
        All mail
      </a>
    </p>
  );
}
