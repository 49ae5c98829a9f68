"""`eds events`: what is in the events topic, and what comes."""

import heapq
from collections.abc import Iterator
from typing import Any

import click

from delivery.classification import Kind
from ops.commands.conventions import configuration, instructed, say
from ops.commands.moments import EXAMPLE, moment
from ops.commands.output import Output, Row, output_options
from ops.commands.steps import Progress


@click.command()
@click.option(
    "--tracking-id", "tracking_ids", multiple=True, help="Events of this message; may be given several times."
)
@click.option("--recipient", help="Events of this recipient.")
@click.option("--sender-id", type=int, help="Events of this sender_id.")
@click.option("--source", help="The source that sent them.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="What they report.")
@click.option("--since", metavar="TIME", callback=moment, help=f"Received then or later: {EXAMPLE}.")
@click.option("--until", metavar="TIME", callback=moment, help="Received before then.")
@click.option("-n", "count", default=20, show_default=True, type=click.IntRange(0), help="The newest so many; 0 all.")
@click.option("-f", "--follow", is_flag=True, help="Then go on with those that come, until Ctrl-C.")
@click.option("--unmasked", is_flag=True, help="Mail addresses whole.")
@output_options
@instructed
def events(
    tracking_ids: tuple[str, ...], recipient: str | None, sender_id: int | None, source: str | None, kind: str | None,
    since: int | None, until: int | None, count: int, follow: bool, unmasked: bool, output: str,
) -> None:  # fmt: skip
    """Print the newest events of the topic, the oldest of them first.

    With -n 0 all are printed as they are read: in order within each partition. Mail addresses are masked.
    """
    if follow and until is not None:
        raise click.UsageError("--follow has no end: leave --until out.")
    from ops.event_rows import EventChoice

    wanted = EventChoice(
        tracking_ids=frozenset(tracking_ids), recipient=recipient, sender_id=sender_id, source=source,
        kind=Kind(kind) if kind else None, since=since, until=until,
    )  # fmt: skip
    _print(wanted, count, follow=follow, unmasked=unmasked, output=output)


@click.group(hidden=True)
def event() -> None:
    """Another name: `event list` is `events`, and `event tail` is `events --follow`."""


event.add_command(events, "list")


@event.command("tail", params=[option for option in events.params if option.name not in ("follow", "until")])
@click.pass_context
def tail(context: click.Context, /, **options: Any) -> None:
    """The same as `eds events --follow`."""
    context.invoke(events, follow=True, until=None, **options)


def _print(wanted: Any, count: int, *, follow: bool, unmasked: bool, output: str) -> None:
    from bus import places
    from bus.reading import read_all
    from bus.records import Stored
    from delivery.classification import shipped_classifier
    from ops.event_rows import EVENT_COLUMNS, row_of

    settings = configuration().kafka
    topic, classifier = settings.notifications_topic, shipped_classifier()
    bounds = places.bounds(settings, topic)
    ends = {number: high for number, (_, high) in bounds.items()}
    starts = {number: low for number, (low, _) in bounds.items()}
    if wanted.since is not None:
        starts = places.offsets_at(settings, topic, wanted.since)
    elif count and wanted.until is None and wanted.has_times_only:
        starts = {number: max(low, ends[number] - count) for number, low in starts.items()}
    progress = Progress(sum(ends[number] - starts.get(number, 0) for number in ends), "events read")

    def chosen() -> Iterator[tuple[Stored, Row]]:
        for one in read_all(settings, topic, starts, ends):
            progress.step()
            row = row_of(one, wanted, classifier, unmasked=unmasked)
            if row is not None:
                yield one, row

    with Output(output, EVENT_COLUMNS) as out:
        found = sorted(heapq.nlargest(count, chosen(), key=_place), key=_place) if count else chosen()
        for _, row in found:
            progress.aside()
            out.write(row)
        progress.aside()
        if follow:
            say("following; Ctrl-C ends it")
            for one in filter(None, places.follow(settings, topic, ends)):
                new = row_of(one, wanted, classifier, unmasked=unmasked)
                if new is not None:
                    out.write(new)


def _place(found: tuple[Any, Row]) -> tuple[int, int, int]:
    """Arrival, then place in the topic."""
    return found[0].record.timestamp_ms, found[0].partition, found[0].offset
