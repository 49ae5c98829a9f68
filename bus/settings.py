"""The settings of Kafka's section, [kafka] or EDS_KAFKA_…: where the brokers are, the topics, and the limits of the clients."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Count = Annotated[int, Meta(ge=1)]


class KafkaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits are named values, the unit last."""

    bootstrap: Annotated[str, Meta(min_length=1, description="Brokers, host:port, separated by commas.")] = (
        "127.0.0.1:9092"
    )
    notifications_topic: Annotated[str, Meta(min_length=1, description="The topic of the events.")] = (
        "smtp.notifications"
    )
    status_topic: Annotated[str, Meta(min_length=1, description="The compacted topic of the newest views.")] = (
        "smtp.status"
    )
    dead_letters_topic: Annotated[str, Meta(min_length=1, description="The topic of what could not be used.")] = (
        "smtp.dead-letters"
    )
    partitions: Annotated[int, Meta(ge=1, le=10_000, description="Partitions of each topic; fixed once it exists.")] = 6
    replication_factor: Annotated[int, Meta(ge=1, le=9, description="Copies of each partition; 3 in production.")] = 1
    retention_days: Annotated[
        int, Meta(ge=0, description="How long events and dead letters stay in Kafka; 0 keeps them for ever.")
    ] = 90
    record_bytes_max: Annotated[int, Meta(ge=1_000, description="The largest record that the topics take.")] = (
        10_485_760
    )

    delivery_timeout_ms: Annotated[
        int,
        Meta(
            ge=500,
            lt=4500,
            description="How long a record may take to be acknowledged; less than [gateway] request_ms_max.",
        ),
    ] = 4000
    linger_ms: Annotated[
        float,
        Meta(
            ge=0,
            le=1000,
            description="How long the producer waits to fill a batch. Where Kafka takes more than five times as long to"
            " acknowledge one, the client's threads spin meanwhile: take 2 or more for a cluster that is far away.",
        ),
    ] = 0.5
    compression: Annotated[
        Literal["none", "lz4", "zstd", "snappy", "gzip"], Meta(description="How the producer compresses batches.")
    ] = "lz4"
    queue_bytes_max: Annotated[
        int, Meta(ge=1_048_576, description="Bytes of records waiting for acknowledgement; above it: overloaded.")
    ] = 67_108_864
    queue_records_max: Annotated[
        int, Meta(ge=1_000, description="Records waiting for acknowledgement; above it: overloaded.")
    ] = 100_000

    group: Annotated[str, Meta(min_length=1, description="The consumers' group.")] = "email-delivery-status"
    instance: Annotated[
        str,
        Meta(
            description="A name that this consumer keeps over restarts: it then has its partitions back at once, and they"
            " wait session_timeout_ms for it. Empty: partitions move as soon as it leaves, and after a crash."
        ),
    ] = ""
    session_timeout_ms: Annotated[
        int, Meta(ge=6_000, le=300_000, description="A consumer silent for this long loses its partitions.")
    ] = 10_000
    batch_events_max: Annotated[int, Meta(ge=1, description="Records of one batch at most.")] = 10_000
    batch_bytes_max: Annotated[int, Meta(ge=1, description="Bytes of one batch at most, but for a last record.")] = (
        8_388_608
    )
    batch_age_ms_max: Annotated[int, Meta(ge=0, description="How long a batch waits for more records.")] = 50
    fetch_bytes_max: Annotated[
        int, Meta(ge=1_048_576, description="Bytes that a consumer fetches ahead, over all partitions.")
    ] = 16_777_216

    security_protocol: Annotated[
        Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"], Meta(description="How brokers are reached.")
    ] = "PLAINTEXT"
    sasl_mechanism: Annotated[
        Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], Meta(description="How we prove who we are to brokers.")
    ] = "SCRAM-SHA-512"
    sasl_username: Annotated[str, Meta(description="The user name for SASL.")] = ""
    sasl_password_file: Annotated[str, Meta(description="A file that holds the password for SASL.")] = ""
    ssl_ca_file: Annotated[
        str, Meta(description="Certificates that brokers are checked against; else the system's.")
    ] = ""
    ssl_certificate_file: Annotated[str, Meta(description="Our certificate, where brokers ask for one.")] = ""
    ssl_key_file: Annotated[str, Meta(description="The private key of our certificate.")] = ""
    ssl_key_password_file: Annotated[str, Meta(description="A file that holds the private key's password.")] = ""

    @property
    def topics(self) -> tuple[str, str, str]:
        """The three topics: events, views, dead letters."""
        return self.notifications_topic, self.status_topic, self.dead_letters_topic

    @property
    def min_insync_replicas(self) -> int:
        """Copies that must hold a record before it is acknowledged: one broker may be away, where there are two or more."""
        return max(1, self.replication_factor - 1)
