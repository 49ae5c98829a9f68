"""The consumers' settings: section [consumers], EDS_CONSUMERS_… in the environment. Batches and group stand in [kafka]."""

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
