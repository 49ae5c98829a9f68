"""The consumers' settings, section [consumers]."""

from typing import Annotated

import msgspec


class ConsumersSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits and addresses of one materializer process."""

    bind: Annotated[str, msgspec.Meta(description="address of /livez, /readyz and /metrics")] = "127.0.0.1:8082"
    group: Annotated[str, msgspec.Meta(min_length=1, description="Kafka consumer group of the materializers")] = (
        "eds-materializer"
    )
    batch_events_max: Annotated[int, msgspec.Meta(ge=1, description="events in one transaction")] = 10_000
    batch_bytes_max: Annotated[int, msgspec.Meta(ge=1024, description="bytes of event values in one transaction")] = (
        16_000_000
    )
    batch_age_ms_max: Annotated[
        int, msgspec.Meta(ge=1, description="how long the first event of a batch waits for more")
    ] = 50
    retry_ms: Annotated[
        int, msgspec.Meta(ge=1, description="pause before a store or Kafka that is away is tried again")
    ] = 500
