/** Links to the pages around this one. A cursor names a row, so a page stays what it is while new rows come. */
import type { PageFragment } from "../api/generated/graphql";
import { changed, place } from "../state/place";

export function Pages({ info }: { info: PageFragment }) {
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
