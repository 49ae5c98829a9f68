"""`eds lag` and `eds readyz`: whether the view keeps up, and whether the servers are ready."""

import asyncio
import sys
from collections.abc import Sequence

import click
import msgspec

from ops.commands.conventions import complain, configuration, instructed, say
from ops.commands.moments import duration, now_ms
from ops.commands.output import Column, Output, output_options
from ops.outcomes import EXIT_UNHEALTHY, EXIT_WAIT_OVER, Misused

LAG_COLUMNS = (
    Column("PARTITION", 9, lambda row: row["partition"]),
    Column("APPLIED", 12, lambda row: row["next_offset"]),
    Column("ANNOUNCED", 12, lambda row: row["announced_offset"]),
    Column("END", 12, lambda row: row["end_offset"]),
    Column("LAG", 10, lambda row: row["lag"]),
    Column("WAITED_S", 0, lambda row: f"{row['waited_s']:.1f}"),
)
READY_COLUMNS = (
    Column("SERVER", 10, lambda row: row["server"]),
    Column("STATE", 9, lambda row: row["state"], is_state=True),
    Column("URL", 24, lambda row: row["url"]),
    Column("CHECKS", 0, lambda row: " ".join(row["checks"])),
)


@click.command()
@click.option("--max-records", type=click.IntRange(0), help="With more in all, exit status 10.")
@click.option(
    "--max-wait", "wait_s_max", callback=duration, metavar="DURATION", help="With an older one, exit status 10."
)
@output_options
@instructed
def lag(max_records: int | None, wait_s_max: float | None, output: str) -> None:
    """Print how far the view is behind the topic: records that are not in it yet, and how long the oldest has waited.

    Asks the store and Kafka, and no server.
    """
    from ops.lag import find_lag

    settings = configuration()
    found = asyncio.run(find_lag(settings.kafka, settings.store, now_ms()))
    with Output(output, LAG_COLUMNS) as out:
        for one in found:
            out.write(msgspec.to_builtins(one))
    records, waited_s = sum(one.lag for one in found), max((one.waited_s for one in found), default=0.0)
    say(f"{records:,} events behind, the oldest for {waited_s:.1f} s" if records else "nothing is behind")
    if (max_records is not None and records > max_records) or (wait_s_max is not None and waited_s > wait_s_max):
        sys.exit(EXIT_UNHEALTHY)


@click.command()
@click.argument("servers", nargs=-1, metavar="[gateway|consumers|graphql|URL]...")
@click.option("--wait", "until_ready", is_flag=True, help="Until all are ready.")
@click.option(
    "--timeout",
    "timeout_s",
    callback=duration,
    default="60s",
    show_default=True,
    metavar="DURATION",
    help="With --wait: how long at most.",
)
@output_options
@instructed
def readyz(servers: Sequence[str], until_ready: bool, timeout_s: float, output: str) -> None:
    """Ask servers whether they are ready: all three where the settings have them, or those that are named.

    Exit status 10: one is not; with --wait 5: not within --timeout.
    """
    from ops.servers import look, servers_of, wait_ready

    known = servers_of(configuration())
    wanted = {name: known[name] if name in known else _url(name, known) for name in servers} or known
    found = asyncio.run(wait_ready(wanted, timeout_s) if until_ready else look(wanted))
    with Output(output, READY_COLUMNS) as out:
        for one in found:
            out.write(
                {"server": one.server, "state": one.state, "url": one.url, "status": one.status, "checks": one.checks}
            )
    if not all(one.is_ready for one in found):
        if until_ready:
            complain(f"not all were ready within {timeout_s:g} s")
        sys.exit(EXIT_WAIT_OVER if until_ready else EXIT_UNHEALTHY)


def _url(text: str, known: Sequence[str] | dict[str, str]) -> str:
    from ops.server_url import GATEWAY_EXAMPLE, require_url

    if not text.startswith(("http://", "https://")):
        raise Misused(f"{text!r} is none of {', '.join(known)}, and no URL")
    require_url(text, GATEWAY_EXAMPLE.removesuffix("/api/SMTP"))
    return text.removesuffix("/readyz").rstrip("/")
