"""`eds send`: made-up traffic, and whether every view is what was sent."""

import sys
import time
from pathlib import Path

import click
import msgspec
import orjson

from ops.commands.conventions import EXIT_FAILED, FILE, instructed


@click.command()
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
