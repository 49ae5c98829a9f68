/** What was sent: one row for each recipient, or each event, by the search in the URL. Pages are cursors, so they stay right under traffic. */
import { useAnswer } from "../api/answer";
import {
  CountDeliveriesDocument,
  CountEventsDocument,
  DeliveriesDocument,
  EventsDocument,
  type DeliveriesQueryVariables,
} from "../api/generated/graphql";
import { ListBar } from "../parts/list_bar";
import { Loading, Trouble } from "../parts/states";
import { useTitle } from "../parts/title";
import { changed, place } from "../state/place";
import { wanted } from "../state/token";
import { parse } from "../words/search";
import { DeliveryRows, EventRows } from "./rows";
import { NothingFound } from "./nothing_found";

const ROWS = 50;

export function MessagesPage() {
  const { query } = place.value;
  const search = query["q"] ?? "";
  useTitle(search || "Messages");
  const events = query["in"] === "events" || (parse(search) ?? []).some(({ key }) => key === "code");
  return (
    <section class="list" aria-label="Messages">
      {events ? <EventList search={search} /> : <DeliveryList search={search} />}
    </section>
  );
}

function DeliveryList({ search }: { search: string }) {
  const { data, problem, loading, again } = useAnswer(DeliveriesDocument, variables(search));
  const total = useAnswer(CountDeliveriesDocument, wanted.value ? null : { search }).data?.deliveries.totalCount;
  return (
    <>
      <ListBar events={false} total={total} loading={loading} />
      {problem ? (
        <Trouble problem={problem} again={again} />
      ) : data === undefined ? (
        <Loading />
      ) : data.deliveries.nodes.length === 0 ? (
        <NothingFound search={search} />
      ) : (
        <>
          <DeliveryRows rows={data.deliveries.nodes} />
          <Pages info={data.deliveries.pageInfo} />
        </>
      )}
    </>
  );
}

function EventList({ search }: { search: string }) {
  const { data, problem, loading, again } = useAnswer(EventsDocument, variables(search));
  const total = useAnswer(CountEventsDocument, wanted.value ? null : { search }).data?.events.totalCount;
  return (
    <>
      <ListBar events={true} total={total} loading={loading} />
      {problem ? (
        <Trouble problem={problem} again={again} />
      ) : data === undefined ? (
        <Loading />
      ) : data.events.nodes.length === 0 ? (
        <NothingFound search={search} />
      ) : (
        <>
          <EventRows rows={data.events.nodes} />
          <Pages info={data.events.pageInfo} />
        </>
      )}
    </>
  );
}

/** What the URL says of the page: 50 rows behind `after`, or in front of `before`. */
function variables(search: string): DeliveriesQueryVariables | null {
  if (wanted.value) return null;
  const { query } = place.value;
  const { before, after } = query;
  return {
    search,
    direction: query["order"] === "oldest" ? "ASC" : "DESC",
    ...(before ? { last: ROWS, before } : { first: ROWS, after: after ?? null }),
  };
}

interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor?: string | null | undefined;
  endCursor?: string | null | undefined;
}

function Pages({ info }: { info: PageInfo }) {
  const { query } = place.value;
  const oldest = query["order"] === "oldest";
  const paged = query["after"] !== undefined || query["before"] !== undefined;
  if (!info.hasNextPage && !info.hasPreviousPage && !paged) return null;
  const link = (rel: string, cursor: object, title: string) => (
    <a class="button" data-page rel={rel} href={changed({ after: undefined, before: undefined, ...cursor })}>
      {title}
    </a>
  );
  return (
    <nav class="pages" aria-label="Pages of the list">
      {paged && link("first", {}, oldest ? "Oldest" : "Newest")}
      {info.hasPreviousPage && link("prev", { before: info.startCursor ?? undefined }, oldest ? "← Older" : "← Newer")}
      {info.hasNextPage && link("next", { after: info.endCursor ?? undefined }, oldest ? "Newer →" : "Older →")}
    </nav>
  );
}
