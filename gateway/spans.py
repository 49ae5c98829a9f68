"""The two spans of a post: that of the request, and in it that of what is sent to Kafka, whose context the events carry."""

from typing import TYPE_CHECKING

from delivery.errors import DeliveryStatusError
from delivery.event import Header
from delivery.tracing import Tracing, Value, kept_trace, sending, serving
from gateway.rows import Rows

if TYPE_CHECKING:
    from opentelemetry.trace import Span

ROUTE = "/api/SMTP"
CLIENT_ID = "email-delivery-status-producer"


class PostSpans:
    """Those of one post."""

    __slots__ = ("_request", "_sending", "_tracing")

    def __init__(self, tracing: Tracing, scheme: str, trace: tuple[Header, ...]) -> None:
        """`trace` is the context that the request brought, if it did."""
        self._tracing = tracing
        name, attributes = serving("POST", ROUTE, scheme)
        self._request = tracing.begin(name, "SERVER", attributes, trace)
        self._sending: Span | None = None

    def send(self, topic: str) -> tuple[Header, ...]:
        """The post's rows are about to be sent: the headers of its events."""
        name, attributes = sending(topic, CLIENT_ID)
        self._sending = self._tracing.begin(name, "PRODUCER", attributes, self._request)
        return self._tracing.headers(self._sending)

    def sent(self, outcome: Rows | DeliveryStatusError) -> None:
        """Its rows are stored, or they are not."""
        if self._sending is None:
            return
        span, self._sending = self._sending, None
        if not isinstance(outcome, Rows):
            self._tracing.end(span, type(outcome).__name__)
            return
        attributes: dict[str, Value] = {"messaging.batch.message_count": len(outcome.accepted)}
        if len(outcome.accepted) == 1 and outcome.accepted[0].tracking_id:
            attributes["messaging.message.conversation_id"] = outcome.accepted[0].tracking_id
        self._tracing.end(span, "", attributes)

    def end(self, status: int, request_id: str) -> str:
        """The post is answered. A status of the sender's making is no error of the server's. Gives its trace's id, if kept."""
        attributes: dict[str, Value] = {
            "http.response.status_code": status,
            "http.request.header.x-request-id": request_id,
        }
        self._tracing.end(self._request, str(status) if status >= 500 else "", attributes)
        return kept_trace(self._request)

    def abandon(self) -> None:
        """The sender has hung up."""
        if self._sending is not None:
            self._tracing.end(self._sending, "cancelled")
        self._tracing.end(self._request, "cancelled")
