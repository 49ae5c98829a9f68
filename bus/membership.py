"""How a consumer is a member of its group."""

from typing import Any

from bus.client import client_options
from bus.settings import KafkaSettings


def member_options(settings: KafkaSettings) -> dict[str, Any]:
    """librdkafka's options for a member of the group that keeps its offsets elsewhere."""
    membership = {"group.instance.id": settings.instance} if settings.instance else {}
    return (
        client_options(settings, "consumer")
        | membership
        | {
            "group.id": settings.group,
            "partition.assignment.strategy": "cooperative-sticky",
            "session.timeout.ms": settings.session_timeout_ms,
            # A member hears of a rebalance with its next heartbeat, and a handover takes two.
            "heartbeat.interval.ms": 500,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            # An offset that the topic no longer has is a loss, or another topic: never passed over in silence.
            "auto.offset.reset": "error",
            "queued.max.messages.kbytes": settings.fetch_bytes_max // 1024,
            "fetch.queue.backoff.ms": 20,
            "fetch.wait.max.ms": 200,
            "fetch.error.backoff.ms": 100,
        }
    )
