"""`eds send`: made-up traffic, and whether every view is what was sent."""

import sys
import time
from pathlib import Path

import click
import msgspec

from ops.commands.conventions import FILE, complain, configuration, instructed, is_quiet, say
from ops.commands.output import output_options, write_result
from ops.outcomes import EXIT_FAILED

TOLD = ("acknowledged", "rejected", "requests", "retries", "seconds", "seed")


@click.command()
@click.option("--count", default=1000, show_default=True, type=click.IntRange(1), help="Notifications to post.")
@click.option("--url", default="http://127.0.0.1:8080/api/SMTP", show_default=True, help="Where to post them.")
@click.option("--rows", default=100, show_default=True, type=click.IntRange(1, 10_000), help="Rows in one request.")
@click.option(
    "--connections", default=8, show_default=True, type=click.IntRange(1, 256), help="Requests under way at once."
)
@click.option("--token-file", type=FILE, help="Bearer token to post with.")
@click.option("--seed", type=int, help="The same seed makes the same notifications; without it each run is new.")
@click.option(
    "--check", "graphql_url", default="", help="Then compare every view with what was sent, over this GraphQL URL."
)
@click.option("--check-token-file", type=FILE, help="Bearer token for that.")
@output_options
@instructed
def send(
    count: int, url: str, rows: int, connections: int, token_file: Path | None, seed: int | None,
    graphql_url: str, check_token_file: Path | None, output: str,
) -> None:  # fmt: skip
    """Post made-up notifications: deliveries, deferrals, bounces, opens, some twice, some out of order."""
    from ops.send import Plan, run_send
    from ops.server_url import GATEWAY_EXAMPLE, GRAPHQL_EXAMPLE, read_token, require_url

    require_url(url, GATEWAY_EXAMPLE)
    if graphql_url:
        require_url(graphql_url, GRAPHQL_EXAMPLE)
    plan = Plan(
        url=url,
        seed=seed if seed is not None else time.time_ns() % 2**32,
        count=count,
        rows_per_request=rows,
        connections=connections,
        token=read_token(token_file),
        graphql_url=graphql_url,
        graphql_token=read_token(check_token_file),
        ca_file=configuration().client.ca_file,
    )
    outcome = run_send(plan, int(time.time()), is_shown=not is_quiet())
    found = msgspec.to_builtins(outcome)
    told = {name: found[name] for name in TOLD} | {
        "seconds": f"{outcome.seconds:.1f}",
        "rate": f"{outcome.rate:.0f} a second",
    }
    write_result(output, found, told)
    for line in outcome.problems():
        complain(line)
    say(outcome.verdict())
    sys.exit(EXIT_FAILED if outcome.failures or outcome.differences else 0)
