/** Mail that is refused now: class by domain by reply, with the server's own words, and the way to that very mail. */
import { READ_MAX, useRefusals, type Refusal } from "../api/refusals";
import { Loading, Trouble } from "../parts/states";
import { changed, href, place } from "../state/place";
import { wanted } from "../state/token";
import { during } from "../words/buckets";
import { parse, withOnly } from "../words/search";
import type { Asked } from "./statistics";

const SHOWN = 12;
const DOMAINS_SHOWN = 3;

export function Refusals({ asked: { search }, since, until }: { asked: Asked; since: string; until: string }) {
  const { query } = place.value;
  const refused = refusedBy(during(search, Date.parse(since), Date.parse(until)));
  const { refusals, problem, again } = useRefusals(wanted.value ? null : refused);
  const groups = refusals?.groups ?? [];
  const shown = query["replies"] === "all" ? groups : groups.slice(0, SHOWN);
  return (
    <section aria-labelledby="replies" class="refusals">
      <div class="section-bar">
        <h2 id="replies">
          In the servers' words{" "}
          {refusals && refusals.read > 0 && (
            <span class="quiet">
              {refusals.more ? `the newest ${READ_MAX.toLocaleString("en")} recipients whose mail is` : `${refusals.read.toLocaleString("en")} ${refusals.read === 1 ? "recipient" : "recipients"} whose mail is`} bounced or deferred now
            </span>
          )}
        </h2>
      </div>
      {problem ? (
        <Trouble problem={problem} again={again} />
      ) : refusals === null ? (
        <Loading rows={4} />
      ) : groups.length === 0 ? (
        <p class="quiet">No mail of this time is bounced or deferred now.</p>
      ) : (
        <>
          <table class="breakdown">
            <thead>
              <tr>
                <th scope="col">Class, reason</th>
                <th scope="col">Reply</th>
                <th scope="col">Domains</th>
                <th scope="col" class="number">Mail</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((refusal) => (
                <Row key={refusal.key} refusal={refusal} refused={refused} />
              ))}
            </tbody>
          </table>
          {groups.length > shown.length && (
            <a class="button" data-page href={changed({ replies: "all" })}>
              All {groups.length}
            </a>
          )}
        </>
      )}
    </section>
  );
}

function Row({ refusal: { kind, category, code, message, count, domains }, refused }: { refusal: Refusal; refused: string }) {
  const narrowed = category ? withOnly(refused, "category", category) : refused;
  return (
    <tr>
      <th scope="row">
        <span class={`class ${kind}`}>{kind}</span>{" "}
        <a data-page href={href("", { q: narrowed })}>
          {category ? category.replaceAll("_", " ") : "no reason known"}
        </a>
      </th>
      <td>
        <span class="reply-of">
          {code && !message.startsWith(code) && <b>{code} </b>}
          {message || <i>no reply text</i>}
        </span>
      </td>
      <td>
        {domains.slice(0, DOMAINS_SHOWN).map(([domain, total]) => (
          <a key={domain} class="at-domain" data-page href={href("", { q: withOnly(narrowed, "domain", domain) })}>
            <span>{domain}</span> <span class="quiet">{total.toLocaleString("en")}</span>
          </a>
        ))}
        {domains.length > DOMAINS_SHOWN && <span class="quiet">and {domains.length - DOMAINS_SHOWN} more</span>}
      </td>
      <td class="number">{count.toLocaleString("en")}</td>
    </tr>
  );
}

/** The search for mail that is refused now. One that names a status keeps those of it that are refusals. */
function refusedBy(search: string): string {
  const named = (parse(search) ?? []).find(({ key, negated }) => key === "status" && !negated)?.values ?? [];
  const kept = ["bounced", "deferred"].filter((status) => named.length === 0 || named.includes(status));
  const status = kept.length === 1 ? `status:${kept[0]}` : "status:bounced,deferred";
  return `${withOnly(search, "status", undefined)} ${status}`.trim();
}
