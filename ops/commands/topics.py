"""`eds topics`: the topics in Kafka."""

import click
import msgspec

from ops.commands.conventions import configuration, instructed, say
from ops.commands.output import Column, Output, output_options

TOPIC_COLUMNS = (
    Column("TOPIC", 24, lambda row: row["name"]),
    Column("PARTITIONS", 10, lambda row: row["partitions"]),
    Column("COPIES", 6, lambda row: row["replication_factor"]),
    Column("CLEANUP", 14, lambda row: row["configs"].get("cleanup.policy")),
    Column("RETENTION_MS", 0, lambda row: row["configs"].get("retention.ms")),
)


@click.group()
def topics() -> None:
    """The topics in Kafka."""


@topics.command()
@output_options
@instructed
def ensure(output: str) -> None:
    """Make the topics that are missing and mend configs that differ, and list them as they are then. Safe to repeat."""
    from bus import topics as kafka_topics

    settings = configuration().kafka
    for change in kafka_topics.ensure(settings):
        say(change)
    with Output(output, TOPIC_COLUMNS) as out:
        for topic in kafka_topics.describe(settings):
            out.write(msgspec.to_builtins(topic))
