"""`eds message`: where one's mail is, asked of the GraphQL API: its state, its history, what changes, and waiting for an end."""

import asyncio
import functools
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from delivery.classification import Kind
from delivery.event import format_time
from delivery.state import RANKS
from ops.commands.conventions import FILE, configuration, instructed, say
from ops.commands.moments import EXAMPLE, duration, moment
from ops.commands.output import Output, output_options, write_result
from ops.outcomes import NotThere, WaitOver

if TYPE_CHECKING:
    from ops.api import Api

PHASES = tuple(kind.value for kind in RANKS)
UNMASKED = click.option("--unmasked", is_flag=True, help="Mail addresses whole, as far as the token may see them.")


def server_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that name the server; the command gets `api`, which is not open yet."""

    @functools.wraps(command)
    def wrapped(*arguments: Any, url: str | None, token_file: Path | None, **options: Any) -> None:
        from ops.api import open_api

        command(*arguments, api=open_api(configuration(), url, token_file), **options)

    with_token = click.option(
        "--token-file", type=FILE, help="Bearer token to ask with.  [default: [client] token_file]"
    )
    named = click.option("--url", help="The GraphQL API to ask.  [default: [client] graphql_url]")
    return named(with_token(wrapped))


def phases(_context: click.Context, _parameter: click.Parameter, text: str | None) -> tuple[str, ...]:
    """The callback of an option that takes phases, separated by commas."""
    found = tuple(one.strip().lower() for one in text.split(",")) if text else ()
    for one in found:
        if one not in PHASES:
            raise click.BadParameter(f"{one!r} is not one of {', '.join(PHASES)}.")
    return found


@click.group()
def message() -> None:
    """Messages: where they are, and what became of them. Asks the GraphQL API."""


@message.command()
@click.argument("tracking_id")
@UNMASKED
@output_options
@instructed
@server_options
def get(tracking_id: str, unmasked: bool, output: str, api: "Api") -> None:
    """Show where a message is, with its first 50 deliveries. Exit status 3: no event named it."""
    from ops.message_rows import DELIVERY_COLUMNS, MESSAGE, row_of

    found = asyncio.run(_ask(api, MESSAGE, {"id": tracking_id}))["message"]
    if found is None:
        raise _not_there(tracking_id)
    row = row_of(found, unmasked=unmasked)
    deliveries, counts = row["deliveries"], row["delivery_counts"]
    shown = {name: value for name, value in row.items() if name not in ("deliveries", "delivery_counts")}
    write_result(
        output, row, shown | {"deliveries": ", ".join(f"{count} {name}" for name, count in counts.items() if count)}
    )
    if output == "table":
        click.echo()
        with Output(output, DELIVERY_COLUMNS) as out:
            for delivery in deliveries:
                out.write(delivery)
    if counts["total"] > len(deliveries):
        say(f"{len(deliveries)} of {counts['total']} deliveries; the API has all of them")


@message.command("list")
@click.option("--search", metavar="TEXT", help="Such as domain:example.org -status:delivered; see eds help search.")
@click.option(
    "--phase", "wanted", metavar="PHASES", callback=phases, help=f"One of these, by commas: {', '.join(PHASES)}."
)
@click.option("--since", metavar="TIME", callback=moment, help=f"Whose last event occurred then or later: {EXAMPLE}.")
@click.option("--until", metavar="TIME", callback=moment, help="Whose last event occurred before then.")
@click.option("-n", "count", default=50, show_default=True, type=click.IntRange(0), help="The newest so many; 0 all.")
@UNMASKED
@output_options
@instructed
@server_options
def list_(
    search: str | None, wanted: Sequence[str], since: int | None, until: int | None, count: int, unmasked: bool, output: str,
    api: "Api",
) -> None:  # fmt: skip
    """List messages, those with the newest last event first."""
    from ops.message_rows import MESSAGE_COLUMNS, MESSAGES, row_of

    variables = {"search": search, "where": _where(wanted, since, until)}

    async def print_all() -> int:
        printed = 0
        async with api:
            with Output(output, MESSAGE_COLUMNS) as out:
                async for node in api.pages(MESSAGES, variables, ["messages"], count):
                    out.write(row_of(node, unmasked=unmasked))
                    printed += 1
        return printed

    printed = asyncio.run(print_all())
    if not printed:
        say("no message is so; eds help search says what can be asked")
    elif printed == count:
        say(f"the newest {count}; -n 0 lists all")


@message.command()
@click.argument("tracking_id")
@click.option("-n", "count", default=0, show_default=True, type=click.IntRange(0), help="The first so many; 0 all.")
@click.option("--newest-first", is_flag=True, help="The other way round.")
@UNMASKED
@output_options
@instructed
@server_options
def history(tracking_id: str, count: int, newest_first: bool, unmasked: bool, output: str, api: "Api") -> None:
    """Print all that was reported of a message, in the order in which it happened. Exit status 3: no event named it."""
    from ops.message_rows import HISTORY, HISTORY_COLUMNS, row_of

    variables = {"id": tracking_id, "order": "DESC" if newest_first else "ASC"}

    async def print_all() -> int:
        printed = 0
        async with api:
            with Output(output, HISTORY_COLUMNS) as out:
                async for node in api.pages(HISTORY, variables, ["message", "events"], count):
                    out.write(row_of(node, unmasked=unmasked))
                    printed += 1
                if not printed:
                    raise _not_there(tracking_id)
        return printed

    asyncio.run(print_all())


@message.command()
@click.argument("tracking_id", required=False)
@click.option("--phase", "wanted", metavar="PHASES", callback=phases, help="Messages that come to one of these phases.")
@click.option("--recipient", help="Messages to this address.")
@click.option("--domain", help="Messages to this domain.")
@UNMASKED
@output_options
@instructed
@server_options
def watch(
    tracking_id: str | None, wanted: Sequence[str], recipient: str | None, domain: str | None, unmasked: bool, output: str,
    api: "Api",
) -> None:  # fmt: skip
    """Print each message as it changes, until Ctrl-C. With a TRACKING_ID its state as it is comes first."""
    from ops.message_rows import CHANGES, MESSAGE_COLUMNS, row_of

    where = _where(wanted) | ({"recipient": recipient} if recipient else {})
    variables = {"id": tracking_id, "where": where | ({"recipientDomain": domain} if domain else {})}

    async def print_changes() -> None:
        seen: dict[str, int] = {}
        async with api, aclosing(api.follow(CHANGES, variables)) as changes:
            with Output(output, MESSAGE_COLUMNS) as out:
                async for data in changes:
                    node = data["messageChanged"]
                    if tracking_id is None or node["revision"] > seen.get(tracking_id, 0):
                        seen[node["trackingId"]] = node["revision"] if tracking_id else 0
                        out.write(row_of(node, unmasked=unmasked))

    say("watching; Ctrl-C ends it")
    asyncio.run(print_changes())


@message.command()
@click.argument("tracking_id")
@click.option(
    "--for", "wanted", metavar="PHASES", callback=phases, default="delivered,bounced", show_default=True,
    help="The phases to wait for.",
)  # fmt: skip
@click.option("--all", "every", is_flag=True, help="Until all of its deliveries are in one of these phases.")
@click.option(
    "--timeout", "timeout_s", callback=duration, default="60s", show_default=True, metavar="DURATION",
    help="How long to wait at most.",
)  # fmt: skip
@UNMASKED
@output_options
@instructed
@server_options
def wait(
    tracking_id: str, wanted: Sequence[str], every: bool, timeout_s: float, unmasked: bool, output: str, api: "Api"
) -> None:
    """Wait until a message has come to one of these phases, and print it. It need not be there yet.

    Exit status 5: the time was over before.
    """
    from ops.message_rows import CHANGES, row_of

    newest: dict[str, Any] = {}

    async def until_there() -> None:
        changes = api.follow(CHANGES, {"id": tracking_id, "where": None})
        async with api, asyncio.timeout(timeout_s), aclosing(changes):
            async for data in changes:
                newest.update(data["messageChanged"])
                if _has_come(newest, wanted, every=every):
                    return

    try:
        asyncio.run(until_there())
    except TimeoutError:
        state = f"is {newest['phase'].lower()}" if newest else "is not known yet"
        raise WaitOver(f"after {timeout_s:g} s {tracking_id} {state}, and not {' or '.join(wanted)}") from None
    row = row_of(newest, unmasked=unmasked)
    write_result(output, row, {name: value for name, value in row.items() if name != "delivery_counts"})


def _has_come(node: Mapping[str, Any], wanted: Sequence[str], *, every: bool) -> bool:
    counts: Mapping[str, int] = node["deliveryCounts"]
    if every:
        return counts["total"] > 0 and sum(counts[phase] for phase in wanted) == counts["total"]
    return Kind(node["phase"].lower()).value in wanted


def _where(wanted: Sequence[str], since: int | None = None, until: int | None = None) -> dict[str, Any]:
    """A MessageFilter; empty it admits all."""
    where: dict[str, Any] = {"phases": [phase.upper() for phase in wanted]} if wanted else {}
    times = {name: format_time(time) for name, time in (("gte", since), ("lt", until)) if time is not None}
    return where | ({"lastEventAt": times} if times else {})


def _not_there(tracking_id: str) -> NotThere:
    return NotThere(f"no event has named {tracking_id!r} yet; eds lag says whether the view is behind")


async def _ask(api: "Api", document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    async with api:
        return await api.ask(document, variables)
