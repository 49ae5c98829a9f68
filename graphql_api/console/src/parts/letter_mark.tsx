/** What was done about a dead letter: an icon and a word. */
import type { DeadLetterState } from "../api/generated/graphql";
import { Icon, type IconName } from "./icon";

const MARKS: Record<DeadLetterState, [string, IconName, string, string]> = {
  OPEN: ["bounced", "warning", "Open", "Nothing was done about it yet"],
  PARTLY: ["deferred", "deferred", "In part", "Some of its rows were sent on; others are bad still"],
  REQUEUED: ["delivered", "delivered", "Sent on", "All of it was sent on"],
  UNKNOWN: ["unknown", "unknown", "Unknown", "This version doesn't know"],
};

export function LetterMark({ state, large = false }: { state: DeadLetterState; large?: boolean }) {
  const [colour, icon, word, says] = MARKS[state];
  return (
    <span class={`mark ${colour} ${large ? "large" : ""}`} title={says}>
      <Icon name={icon} />
      {word}
    </span>
  );
}
