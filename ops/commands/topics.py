"""`eds topics`: the topics in Kafka."""

import click
import msgspec
import orjson

from ops.commands.conventions import configuration, instructed, say


@click.group()
def topics() -> None:
    """The topics in Kafka."""


@topics.command()
@click.option("--json", "as_json", is_flag=True, help="The topics as they are now, as JSON.")
@instructed
def ensure(as_json: bool) -> None:
    """Make the topics that are missing and mend configs that differ. Safe to repeat."""
    from bus import topics as kafka_topics

    settings = configuration().kafka
    for change in kafka_topics.ensure(settings):
        say(change)
    described = kafka_topics.describe(settings)
    if as_json:
        click.echo(orjson.dumps(msgspec.to_builtins(described), option=orjson.OPT_INDENT_2))
    else:
        for topic in described:
            click.echo(f"{topic.name}\t{topic.partitions} partitions\t{topic.replication_factor} copies")
