"""`eds run`, and each part alone: `eds gateway`, `eds consumers`, `eds graphql`."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable

import click
import msgspec

from delivery.logs import log_to_stderr
from ops.commands.conventions import STOP_SIGNALS, instructed, say, server_configuration


def _teller(room: str) -> Callable[[str], None]:
    """Where a server says that it serves: to whoever sits at the terminal in words, else as a line of its log."""
    return say if sys.stderr.isatty() else logging.getLogger(room).info


@click.command()
@instructed
def run() -> None:
    """Run everything on this machine in one go: Kafka, gateway, consumers, GraphQL. Ctrl-C stops all of it."""
    from ops.development import run as run_all

    asyncio.run(run_all(server_configuration(), os.environ, say))


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that share the port; else [gateway] workers.")
@instructed
def gateway(workers: int | None) -> None:
    """Run the gateway alone: POST /api/SMTP, each row acknowledged by Kafka."""
    from gateway.processes.workers import run as run_gateway

    configured = server_configuration()
    settings = configured.gateway
    if workers is not None:
        settings = msgspec.structs.replace(settings, workers=workers)
    log_to_stderr(configured.logs.level)
    tell = _teller("gateway")
    run_gateway(
        settings,
        configured.kafka,
        STOP_SIGNALS,
        lambda address: tell(f"gateway serves {address}"),
        os.environ,
        configured.traces,
    )


@click.command()
@instructed
def consumers() -> None:
    """Run one materializer alone: events into views, views onto the status topic."""
    from consumers.server import run as run_consumers

    settings = server_configuration()
    log_to_stderr(settings.logs.level)
    run_consumers(
        settings.consumers,
        settings.retention,
        settings.kafka,
        settings.store,
        STOP_SIGNALS,
        _teller("consumers"),
        settings.traces,
    )


@click.command()
@instructed
def graphql() -> None:
    """Run the GraphQL API alone."""
    from delivery.clock import wall_clock
    from graphql_api.server import run as run_graphql
    from ops.letter_requeuing import LetterRequeuing

    settings = server_configuration()
    log_to_stderr(settings.logs.level)
    run_graphql(
        settings.graphql,
        settings.kafka,
        settings.store,
        STOP_SIGNALS,
        _teller("graphql_api"),
        settings.traces,
        LetterRequeuing(settings.kafka, settings.gateway, settings.retention, wall_clock),
    )
