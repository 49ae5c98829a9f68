/** What a frontend mostly asks: one message, a page of a search, a day's counts, how fresh it all is, and what changes. */
import { graphql } from "./generated";

export const MessageDocument = graphql(`
  query Message($trackingId: String!) {
    message(trackingId: $trackingId) {
      id
      trackingId
      phase
      revision
      deliveries(first: 20) {
        nodes { id recipient phase tries classification { kind category rule } lastResponse { code enhancedCode message } }
        totalCount { count precision }
      }
      events(first: 20) { nodes { id kind occurredAt eventLabel respMsg } }
    }
  }
`);

export const SearchDocument = graphql(`
  query Search($search: String, $first: Int!, $after: String) {
    messages(search: $search, first: $first, after: $after) {
      edges { cursor node { id trackingId phase lastEventAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const DayDocument = graphql(`
  query Day($from: DateTime!, $to: DateTime!) {
    statistics(where: { occurredAt: { gte: $from, lt: $to } }, interval: HOUR) {
      totals { total delivered bounced deferred }
      buckets { startsAt counts { total delivered bounced } }
    }
    pipeline { lag ageSeconds }
  }
`);

export const ChangesDocument = graphql(`
  subscription Changes($trackingId: String!) {
    messageChanged(trackingId: $trackingId) { id trackingId phase revision }
  }
`);
