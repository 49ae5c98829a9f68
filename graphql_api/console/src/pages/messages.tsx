/** What was sent: one row for each recipient, or each event, by the search in the URL. */
import type { FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";
import type { Document } from "../api/client";
import { useAnswer } from "../api/answer";
import {
  CountDeliveriesDocument,
  CountEventsDocument,
  DeliveriesDocument,
  EventsDocument,
  type CountEventsQuery,
  type DeliveriesQueryVariables,
  type PageFragment,
} from "../api/generated/graphql";
import { EVENTS_ALONE, ListBar } from "../parts/list_bar";
import { Pages } from "../parts/paging";
import { Loading, Trouble } from "../parts/states";
import { useTitle } from "../parts/title";
import { copyFocused, focusOpened, useKeys } from "../state/keys";
import { go, href, place } from "../state/place";
import { wanted } from "../state/token";
import { parse } from "../words/search";
import { Facets } from "./facets";
import { NothingFound } from "./nothing_found";
import { Overview } from "./overview";
import { DeliveryRows, EventRows } from "./rows";

const ROWS = 50;
const LOOK_EVERY_MS = 10_000;

export function MessagesPage() {
  const { query } = place.value;
  const search = query["q"] ?? "";
  useTitle(search || "Messages");
  useKeys([
    { key: "c", says: "copy the row's tracking id", run: copyFocused },
    { key: "Escape", says: "drop the search", run: () => search && go(href("")) },
  ]);
  const events = query["in"] === "events" || (parse(search) ?? []).some(({ key }) => EVENTS_ALONE.includes(key));
  return (
    <div class="beside">
      <h1 class="unseen">Messages</h1>
      <Facets search={search} events={events} />
      {events ? (
        <List key="events" search={search} events document={EventsDocument} counting={CountEventsDocument} Rows={EventRows} />
      ) : (
        <List
          key="mail"
          search={search}
          events={false}
          document={DeliveriesDocument}
          counting={CountDeliveriesDocument}
          Rows={DeliveryRows}
        />
      )}
    </div>
  );
}

interface Of<Row> {
  search: string;
  events: boolean;
  document: Document<{ rows: { nodes: Row[]; pageInfo: PageFragment } }, DeliveriesQueryVariables>;
  counting: Document<CountEventsQuery, { search?: string | null }>;
  Rows: FunctionComponent<{ rows: Row[] }>;
}

function List<Row>({ search, events, document, counting, Rows }: Of<Row>) {
  const { query } = place.value;
  const asked = wanted.value ? null : variables(search, query);
  const { data, problem, loading, again } = useAnswer(document, asked);
  const total = useAnswer(counting, wanted.value ? null : { search }).data?.rows.totalCount;
  // The rows stay under the reader's eyes; that there are newer ones is said.
  const first = query["after"] === undefined && query["before"] === undefined && query["order"] !== "oldest";
  const newest = useAnswer(document, first && data ? asked : null, { everyMs: LOOK_EVERY_MS }).data;
  const stale = first && newest !== undefined && data !== undefined && !loading && differ(newest.rows.nodes, data.rows.nodes);
  useEffect(() => {
    if (data) focusOpened();
  }, [data === undefined]);
  return (
    <section class="list" aria-label={events ? "Events" : "Mail"} aria-busy={loading}>
      <ListBar events={events} total={total} loading={loading}>
        {stale && (
          <button type="button" class="newer" onClick={again}>
            There is news: show it
          </button>
        )}
      </ListBar>
      <Overview search={search} />
      {problem ? (
        <Trouble problem={problem} again={again} />
      ) : data === undefined ? (
        <Loading />
      ) : data.rows.nodes.length === 0 ? (
        <NothingFound search={search} />
      ) : (
        <>
          <Rows rows={data.rows.nodes} />
          <Pages info={data.rows.pageInfo} />
        </>
      )}
    </section>
  );
}

function differ(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

/** What the URL says of the page: 50 rows behind `after`, or in front of `before`. */
function variables(search: string, { order, before, after }: Record<string, string>): DeliveriesQueryVariables {
  return {
    search,
    direction: order === "oldest" ? "ASC" : "DESC",
    ...(before ? { last: ROWS, before } : { first: ROWS, after: after ?? null }),
  };
}
