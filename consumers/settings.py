"""The consumers' settings: sections [consumers] and [retention]. Batches and group stand in [kafka]."""

from typing import Annotated

import msgspec


class ConsumersSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One materializer process."""

    host: Annotated[str, msgspec.Meta(min_length=1, description="address of /livez, /readyz and /metrics")] = (
        "127.0.0.1"
    )
    port: Annotated[int, msgspec.Meta(ge=0, le=65535, description="port of the same; 0 takes a free one")] = 8082
    classification_file: Annotated[
        str, msgspec.Meta(description="a classification table (TOML) in the place of the shipped one; then eds rebuild")
    ] = ""
    retry_ms: Annotated[
        int, msgspec.Meta(ge=1, description="pause before a store or Kafka that is away is tried again")
    ] = 500
    idle_announce_ms: Annotated[
        int, msgspec.Meta(ge=1, description="how soon announced offsets are noted when no batch follows")
    ] = 1_000


class RetentionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How long what is in the store stays there. 0 is for ever."""

    history_days: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            description="events, by their arrival; what arrived earlier is not applied again either. Sensible: as long as the "
            "topic keeps its records, or longer. PostgreSQL removes whole partitions (history_partition_days later at most)",
        ),
    ] = 0
    views_days: Annotated[
        int, msgspec.Meta(ge=0, description="messages, by their last event; not less than history_days. Sensible: 400")
    ] = 0
    statistics_hours_days: Annotated[int, msgspec.Meta(ge=0, description="counts by the hour. Sensible: 90")] = 0
    statistics_days: Annotated[int, msgspec.Meta(ge=0, description="counts by the day. Sensible: 1100")] = 0
    every_minutes: Annotated[int, msgspec.Meta(ge=1, description="how often what is old is looked for")] = 60
