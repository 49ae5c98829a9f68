/** A message's recipients: how far the mail is for each, the last reply in full, its class, and the rule that chose the class. */
import { useAnswer } from "../api/answer";
import { RecipientDocument, type MessageDeliveryFragment } from "../api/generated/graphql";
import { Mark, word } from "../parts/mark";
import { Reply } from "../parts/reply";
import { Time } from "../parts/time";
import { changed, href, place } from "../state/place";
import { wanted } from "../state/token";
import { whole } from "../words/masked";
import { only } from "../words/search";
import { Pair, type Message } from "./message";

const FIRST_MAX = 200;

interface Of {
  message: Message;
  /** How many recipients were asked for. */
  first: number;
  version: number;
}

export function Deliveries({ message, first, version }: Of) {
  const { pageInfo } = message.deliveries;
  const chosen = place.value.query["to"];
  const total = message.deliveryCounts.total;
  const nodes = useChosenFirst(message, chosen, version);
  return (
    <section aria-labelledby="deliveries">
      <h2 id="deliveries">
        {total === 1 ? "Recipient" : `${total.toLocaleString("en")} recipients`}
        {total > 1 && <Counts message={message} />}
      </h2>
      <ul class="deliveries">
        {nodes.map((delivery) => (
          <Delivery
            key={delivery.id}
            delivery={delivery}
            several={total > 1}
            chosen={chosen !== undefined && chosen === delivery.recipient}
          />
        ))}
      </ul>
      {pageInfo.hasNextPage &&
        (first < FIRST_MAX ? (
          <a class="button" data-page href={changed({ recipients: String(Math.min(first * 2, FIRST_MAX)) })}>
            More recipients
          </a>
        ) : (
          <a class="button" data-page href={href("", { q: only("id", message.trackingId) })}>
            All {total.toLocaleString("en")} recipients as a list
          </a>
        ))}
    </section>
  );
}

/** The chosen recipient stands first, wherever it is among thousands; one beyond this page is asked for by itself. */
function useChosenFirst({ trackingId, deliveries: { nodes } }: Message, recipient: string | undefined, version: number): MessageDeliveryFragment[] {
  const isChosen = (delivery: MessageDeliveryFragment) => delivery.recipient === recipient;
  const here = recipient === undefined ? undefined : nodes.find(isChosen);
  const beyond = recipient !== undefined && here === undefined && !wanted.value;
  const { data } = useAnswer(RecipientDocument, beyond ? { trackingId, recipient } : null, { version });
  const first = here ?? (beyond ? data?.deliveries.nodes.find(isChosen) : undefined);
  return first === undefined ? nodes : [first, ...nodes.filter((delivery) => delivery !== first)];
}

function Counts({ message: { deliveryCounts } }: { message: Message }) {
  const phases = ["DELIVERED", "BOUNCED", "DEFERRED", "QUEUED", "UNKNOWN"] as const;
  return (
    <span class="counts">
      {phases.map((phase) => {
        const rows = deliveryCounts[phase.toLowerCase() as "delivered"];
        return (
          rows > 0 && (
            <span key={phase}>
              <Mark of={phase} /> {rows.toLocaleString("en")}
            </span>
          )
        );
      })}
    </span>
  );
}

function Delivery({ delivery, several, chosen }: { delivery: MessageDeliveryFragment; several: boolean; chosen: boolean }) {
  const { recipient, phase, phaseAt, tries, facts, lastResponse, classification } = delivery;
  const address = whole(recipient);
  const domain = recipient?.split("@").at(-1);
  return (
    <li class={`delivery ${several && chosen ? "chosen" : ""}`}>
      <div class="line">
        <Mark of={phase} />
        <b class="recipient">{recipient ?? "no recipient named"}</b>
        {phaseAt && <Time at={phaseAt} />}
        <span class="links">
          {several && address && (
            <a data-page href={changed({ to: chosen ? undefined : address })} aria-current={chosen ? "true" : undefined}>
              {chosen ? "All events" : "Its events"}
            </a>
          )}
          {address && (
            <a data-page href={href("", { q: only("to", address) })}>
              All mail to it
            </a>
          )}
          {domain && (
            <a data-page href={href("", { q: only("domain", domain) })}>
              {domain}
            </a>
          )}
        </span>
      </div>
      {lastResponse && <Reply {...lastResponse} kind={lastResponse.class} />}
      <dl class="pairs">
        {classification && (
          <>
            <Pair name="Reason">
              <a data-page href={href("", { q: only("category", classification.category) })}>
                {classification.category.replaceAll("_", " ")}
              </a>{" "}
              · {classification.kind.toLowerCase()}
            </Pair>
            <Pair name="Decided by the rule">
              <code>{classification.rule}</code>
            </Pair>
          </>
        )}
        {tries != null && tries > 0 && <Pair name="Tries before">{tries}</Pair>}
        {facts
          .filter(({ kind }) => kind !== phase)
          .toSorted((one, other) => one.firstAt.localeCompare(other.firstAt))
          .map(({ kind, firstAt, count }) => (
            <Pair key={kind} name={word(kind)}>
              <Time at={firstAt} />
              {count > 1 && ` · ${count} times`}
            </Pair>
          ))}
      </dl>
    </li>
  );
}
