"""`eds`: everything that is run, and every operation. Data goes to standard output, all else to standard error."""

import asyncio
import functools
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec
import orjson

from delivery.errors import DeliveryStatusError, Misconfigured
from delivery.logs import log_to_stderr
from ops.configuration import SECTIONS, Configuration, read_configuration

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
EXIT_FAILED = 1
EXIT_USAGE = 2
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def say(line: str) -> None:
    """A line for people."""
    click.echo(line, err=True)


def instructed(command: Callable[..., None]) -> Callable[..., None]:
    """Errors that are instructions end the command with their text and an exit status; all others crash with a traceback."""

    @functools.wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except Misconfigured as problem:
            say(f"eds: {problem}")
            sys.exit(EXIT_USAGE)
        except DeliveryStatusError as problem:
            say(f"eds: {problem}")
            sys.exit(EXIT_FAILED)

    return wrapped


def configuration() -> Configuration:
    """The settings of this process."""
    return read_configuration(os.environ)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="email-delivery-status")
def main() -> None:
    """Email Delivery Status: SMTP notifications in, one exact status per message out.

    Settings come from the environment (EDS_SECTION_NAME) over the file eds.toml (EDS_CONFIG names another).
    Exit statuses: 0 done, 1 failed, 2 wrong usage or settings.
    """


@main.command()
@instructed
def run() -> None:
    """Run everything on this machine in one go: Kafka, gateway, consumers, GraphQL. Ctrl-C stops all of it."""
    from ops.development import run as run_all

    asyncio.run(run_all(configuration(), os.environ, say))


@main.command()
@instructed
def gateway() -> None:
    """Run the gateway alone: POST /api/SMTP, each row acknowledged by Kafka."""
    from gateway.server import run as run_gateway

    settings = configuration()
    log_to_stderr()
    run_gateway(settings.gateway, settings.kafka, STOP_SIGNALS, lambda address: say(f"gateway serves {address}"))


@main.command()
@instructed
def consumers() -> None:
    """Run one materializer alone: events into views, views onto the status topic."""
    from consumers.server import run as run_consumers

    settings = configuration()
    log_to_stderr()
    run_consumers(settings.consumers, settings.kafka, settings.store, STOP_SIGNALS, say)


@main.command()
@instructed
def graphql() -> None:
    """Run the GraphQL API alone."""
    from graphql_api.server import run as run_graphql

    settings = configuration()
    log_to_stderr()
    run_graphql(settings.graphql, settings.kafka, settings.store, STOP_SIGNALS, say)


@main.group()
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


@main.command()
def settings() -> None:
    """Print every setting with its default, as docs/SETTINGS.md has it."""
    from ops.settings_page import settings_page

    click.echo(settings_page(SECTIONS), nl=False)


@main.command()
@click.option("--count", default=1000, show_default=True, type=click.IntRange(1), help="Notifications to post.")
@click.option("--url", default="http://127.0.0.1:8080/api/SMTP", show_default=True, help="Where to post them.")
@click.option("--rows", default=100, show_default=True, type=click.IntRange(1, 10_000), help="Rows in one request.")
@click.option("--connections", default=8, show_default=True, type=click.IntRange(1, 256))
@click.option("--token-file", type=FILE, help="Bearer token to post with.")
@click.option("--seed", type=int, help="The same seed makes the same notifications; without it each run is new.")
@click.option(
    "--check", "graphql_url", default="", help="Then compare every view with what was sent, over this GraphQL URL."
)
@click.option("--check-token-file", type=FILE, help="Bearer token for that.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON.")
@instructed
def send(
    count: int, url: str, rows: int, connections: int, token_file: Path | None, seed: int | None,
    graphql_url: str, check_token_file: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Post made-up notifications: deliveries, deferrals, bounces, opens, some twice, some out of order."""
    from ops.send import Plan, run_send

    plan = Plan(
        url=url,
        seed=seed if seed is not None else time.time_ns() % 2**32,
        count=count,
        rows_per_request=rows,
        connections=connections,
        token=read_token(token_file),
        graphql_url=graphql_url,
        graphql_token=read_token(check_token_file),
    )
    outcome = run_send(plan, int(time.time()))
    click.echo(orjson.dumps(msgspec.to_builtins(outcome)) if as_json else outcome.summary())
    sys.exit(EXIT_FAILED if outcome.failures or outcome.differences else 0)


def read_token(path: Path | None) -> str:
    """The token that a file holds."""
    return path.read_text("utf-8").strip() if path else ""
