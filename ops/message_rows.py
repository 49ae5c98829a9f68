"""Messages, their deliveries and their history as rows of output, and the documents that ask for them."""

import re
from typing import Any

from ops.commands.output import Column, Row, masked

_MESSAGE = """
fragment M on Message {
  trackingId phase phaseAt senderId mailFrom firstEventAt lastEventAt revision
  deliveryCounts { total unknown queued deferred delivered bounced }
}"""

MESSAGE = (
    """query Message($id: String!) {
  message(trackingId: $id) {
    ...M
    deliveries(first: 50) { nodes {
      recipient phase phaseAt tries eventCount firstEventAt lastEventAt
      classification { kind category rule enhancedCode } lastResponse { code enhancedCode message at }
      deliveredAt bouncedAt openedAt clickedAt complainedAt unsubscribedAt
    } }
  }
}"""
    + _MESSAGE
)
MESSAGES = (
    """query Messages($where: MessageFilter, $search: String, $first: Int, $after: String) {
  messages(where: $where, search: $search, first: $first, after: $after) {
    nodes { ...M } pageInfo { hasNextPage endCursor }
  }
}"""
    + _MESSAGE
)
HISTORY = """query History($id: String!, $order: OrderDirection!, $first: Int, $after: String) {
  message(trackingId: $id) {
    events(orderBy: {field: OCCURRED_AT, direction: $order}, first: $first, after: $after) {
      nodes {
        eventId occurredAt receivedAt kind recipient source topic partition offset
        eventCode eventLabel respClass respCode respMsg status tries senderId mailFrom timeStarted timeFinished extras
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""
CHANGES = (
    """subscription Changes($id: String, $where: MessageFilter, $after: String) {
  messageChanged(trackingId: $id, where: $where, after: $after) { ...M }
}"""
    + _MESSAGE
)

MESSAGE_COLUMNS = (
    Column("TRACKING_ID", 36, lambda row: row["tracking_id"]),
    Column("PHASE", 9, lambda row: row["phase"], is_state=True),
    Column("LAST_EVENT", 24, lambda row: row["last_event_at"]),
    Column("RECIPIENTS", 10, lambda row: row["delivery_counts"]["total"]),
    Column("EVENTS", 6, lambda row: row["revision"]),
    Column("MAIL_FROM", 0, lambda row: row["mail_from"]),
)
DELIVERY_COLUMNS = (
    Column("RECIPIENT", 28, lambda row: row["recipient"]),
    Column("PHASE", 9, lambda row: row["phase"], is_state=True),
    Column("AT", 24, lambda row: row["phase_at"]),
    Column("WHY", 20, lambda row: (row["classification"] or {}).get("category")),
    Column("REPLY", 0, lambda row: (row["last_response"] or {}).get("message")),
)
HISTORY_COLUMNS = (
    Column("OCCURRED", 24, lambda row: row["occurred_at"]),
    Column("KIND", 12, lambda row: row["kind"], is_state=True),
    Column("RECIPIENT", 28, lambda row: row["recipient"]),
    Column("CODE", 4, lambda row: row["resp_code"]),
    Column("REPLY", 0, lambda row: row["resp_msg"]),
)
_INNER_CAPITAL = re.compile(r"(?<=[a-z0-9])[A-Z]")
_WORDS = frozenset({"phase", "kind"})


def row_of(node: dict[str, Any], *, unmasked: bool) -> Row:
    """What the API told, under the names that all commands use. Masked are all members but tracking_id."""
    row: dict[str, Any] = _renamed(node)
    if unmasked:
        return row
    return {name: value if name == "tracking_id" else masked(value) for name, value in row.items()}


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for name, content in value.items():
        ours = _INNER_CAPITAL.sub(lambda capital: f"_{capital[0].lower()}", name)
        if ours == "extras":
            found[ours] = content  # a sender's own members have the sender's own names
        elif isinstance(content, dict) and content.keys() == {"nodes"}:
            found[ours] = _renamed(content["nodes"])
        else:
            found[ours] = content.lower() if ours in _WORDS and isinstance(content, str) else _renamed(content)
    return found
