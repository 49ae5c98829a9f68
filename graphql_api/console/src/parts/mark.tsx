/** A phase, or what an event reports: always an icon and a word, never a colour alone. */
import type { EventKind, Phase } from "../api/generated/graphql";
import { Icon, type IconName } from "./icon";

const SAYS: Record<EventKind, string> = {
  UNKNOWN: "No event said how far it is",
  QUEUED: "Accepted for sending",
  DEFERRED: "Refused for now; the sender tries again",
  DELIVERED: "The recipient's server took it",
  BOUNCED: "It will not arrive",
  COMPLAINED: "The recipient called it spam",
  UNSUBSCRIBED: "The recipient wants no more of it",
  OPENED: "The mail was displayed",
  CLICKED: "A link of the mail was followed",
};

export function word(of: Phase | EventKind): string {
  return of.charAt(0) + of.slice(1).toLowerCase();
}

export function Mark({ of, large = false }: { of: Phase | EventKind; large?: boolean }) {
  const name = of.toLowerCase() as IconName;
  return (
    <span class={`mark ${name} ${large ? "large" : ""}`} title={SAYS[of]}>
      <Icon name={name} />
      {word(of)}
    </span>
  );
}
