"""`eds statistics`: how many events of each kind occurred, over time or told apart, asked of the GraphQL API."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from delivery.event import format_time
from ops.commands.conventions import instructed, say
from ops.commands.message import server_options
from ops.commands.moments import EXAMPLE, moment
from ops.commands.output import Column, Output, Row, output_options

if TYPE_CHECKING:
    from ops.api import Api

DOCUMENT = """query Statistics(
  $where: StatisticsFilter, $interval: Interval, $by: StatisticsDimension!, $told: Boolean!, $first: Int
) {
  statistics(where: $where, interval: $interval) {
    since until totals { ...C }
    buckets @skip(if: $told) { startsAt counts { ...C } }
    breakdown(by: $by, first: $first) @include(if: $told) { value totals { ...C } }
  }
}
fragment C on EventCounts {
  total unknown queued deferred delivered bounced complained unsubscribed opened clicked deliveryRate bounceRate complaintRate
}"""
DIMENSIONS = {
    "sender": "SENDER_ID", "domain": "RECIPIENT_DOMAIN", "category": "CATEGORY", "source": "SOURCE", "code": "CODE",
}  # fmt: skip
COUNTS = (
    "total", "queued", "deferred", "delivered", "bounced", "complained", "unsubscribed", "opened", "clicked", "unknown",
)  # fmt: skip


def _count(name: str) -> Column:
    return Column(name.upper(), max(6, len(name)), lambda row: row[name])


COLUMNS = (
    Column("OF", 24, lambda row: row["of"]),
    *(_count(name) for name in COUNTS if name not in ("unsubscribed", "unknown")),
    Column("BOUNCE_RATE", 0, lambda row: "" if row["bounce_rate"] is None else f"{row['bounce_rate']:.2%}"),
)


@click.command()
@click.option("--since", metavar="TIME", callback=moment, help=f"Events that occurred then or later: {EXAMPLE}.")
@click.option("--until", metavar="TIME", callback=moment, help="Events that occurred before then.")
@click.option(
    "--interval", type=click.Choice(["hour", "day"]), help="How long a row is.  [default: as --since needs it]"
)
@click.option(
    "--by",
    type=click.Choice(list(DIMENSIONS)),
    help="A row for each of these, in the place of one for each hour or day. code: of one domain's deferrals and bounces.",
)
@click.option(
    "-n", "count", default=20, show_default=True, type=click.IntRange(1), help="With --by: the greatest so many."
)
@click.option("--domain", help="Of mail to this domain.")
@click.option("--category", help="Deferrals and bounces for this reason, such as mailbox_full.")
@click.option("--source", help="Posted by this one, as the gateway names it.")
@click.option("--sender-id", type=int, help="Of mail of this sender_id.")
@output_options
@instructed
@server_options
def statistics(
    since: int | None, until: int | None, interval: str | None, by: str | None, count: int, domain: str | None,
    category: str | None, source: str | None, sender_id: int | None, output: str, api: "Api",
) -> None:  # fmt: skip
    """Count distinct events by what they report: of the last day by the hour, or as is asked for.

    Counts are kept as events arrive, so an answer over months is as quick as one over an hour.
    """
    times = {name: format_time(time) for name, time in (("gte", since), ("lt", until)) if time is not None}
    where = {
        "occurredAt": times or None, "recipientDomain": domain, "category": category, "source": source,
        "senderIds": None if sender_id is None else [sender_id],
    }  # fmt: skip
    variables = {
        "where": {name: value for name, value in where.items() if value is not None},
        "interval": interval and interval.upper(), "by": DIMENSIONS[by or "domain"], "told": by is not None, "first": count,
    }  # fmt: skip
    found = asyncio.run(_ask(api, variables))
    with Output(output, COLUMNS) as out:
        for row in _rows(found):
            out.write(row)
    say(f"{found['totals']['total']:,} events from {found['since']} to {found['until']}")


def _rows(found: Mapping[str, Any]) -> Iterator[Row]:
    for bucket in found.get("buckets", ()):
        yield _row(bucket["startsAt"], bucket["counts"])
    for part in found.get("breakdown", ()):
        yield _row(part["value"], part["totals"])


def _row(of: str | None, counts: Mapping[str, Any]) -> Row:
    rates = {"delivery_rate": "deliveryRate", "bounce_rate": "bounceRate", "complaint_rate": "complaintRate"}
    return {"of": of, **{name: counts[name] for name in COUNTS}, **{ours: counts[name] for ours, name in rates.items()}}


async def _ask(api: "Api", variables: Mapping[str, Any]) -> dict[str, Any]:
    async with api:
        found: dict[str, Any] = (await api.ask(DOCUMENT, variables))["statistics"]
        return found
