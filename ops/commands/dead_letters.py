"""`eds dead-letters`: what could not be used: list it, look at it, and send it on once today's rules can read it."""

import getpass
import heapq
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import click

from bus.settings import KafkaSettings
from consumers.kept_letters import LetterFilter
from delivery.dead_letter import Part
from delivery.json_text import encode_json
from delivery.requeued import Place, State, read_place
from ops.commands.conventions import complain, configuration, instructed, say
from ops.commands.danger import Consent, consented
from ops.commands.letter_rows import LETTER_COLUMNS, OUTCOME_COLUMNS, summary, whole
from ops.commands.moments import EXAMPLE, moment, now_ms
from ops.commands.output import Output, Row, masked, output_options
from ops.commands.steps import Progress
from ops.outcomes import EXIT_FAILED, EXIT_NOT_FOUND, Misused, NotThere


def place(_context: click.Context, _parameter: click.Parameter, text: str) -> Place:
    """The callback of an argument that takes an address."""
    try:
        return read_place(text)
    except ValueError as problem:
        raise click.BadParameter(f"{problem}.") from problem


def places(context: click.Context, parameter: click.Parameter, texts: Sequence[str]) -> set[Place]:
    """The callback of an argument that takes any number of addresses."""
    return {place(context, parameter, text) for text in texts}


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that choose letters; the command gets them under the names of LetterFilter's fields."""
    options = (
        click.option("--reason", default="", help="A text in the letter's reason, or in those of its members."),
        click.option("--source", help="The source that sent it."),
        click.option("--part", type=click.Choice([part.value for part in Part]), help="What its bytes are."),
        click.option("--since", metavar="TIME", callback=moment, help=f"Received then or later: {EXAMPLE}."),
        click.option("--until", metavar="TIME", callback=moment, help="Received before then."),
        click.option("--member", default="", help="A member that is wrong: its path, [3].tries, or its end, tries."),
        click.option("--index", type=click.IntRange(0), help="The row's place in its body."),
        click.option("--state", type=click.Choice([state.value for state in State]), help="What was done about it."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def letter_filter(options: dict[str, Any]) -> LetterFilter:
    """The filter of these options."""
    part, state = options["part"], options["state"]
    return LetterFilter(**(options | {"part": Part(part) if part else None, "state": State(state) if state else None}))


@click.group("dead-letters")
def dead_letters() -> None:
    """Bodies, rows and records that could not be used. A letter's address is its partition:offset."""


@dead_letters.command("list")
@filter_options
@click.option("-n", "count", default=50, show_default=True, type=click.IntRange(0), help="The newest so many; 0 all.")
@click.option("--unmasked", is_flag=True, help="Mail addresses in reasons whole.")
@output_options
@instructed
def list_(count: int, unmasked: bool, output: str, **options: Any) -> None:
    """List dead letters, the newest first."""
    from ops.letter_topic import LetterTopic

    wanted = letter_filter(options)
    topic = LetterTopic(configuration().kafka)
    progress = Progress(topic.record_count(wanted.since), "dead letters read")
    found = Counter[str]()

    def rows() -> Any:
        for kept in topic.letters(wanted.since, progress.step):
            if wanted.admits(kept):
                found["letters"] += 1
                yield (kept.letter.received_at, kept.place), summary(kept)

    newest = heapq.nlargest(count, rows(), key=_order) if count else sorted(rows(), key=_order, reverse=True)
    progress.aside()
    with Output(output, LETTER_COLUMNS) as out:
        for _, row in newest:
            out.write(row if unmasked else masked(row))
    if len(newest) < found["letters"]:
        say(f"{len(newest)} of {found['letters']} letters; -n 0 lists all")


@dead_letters.command()
@click.argument("address", callback=place)
@click.option("--raw", is_flag=True, help="The exact bytes alone, to standard output.")
@instructed
def show(address: Place, raw: bool) -> None:
    """Show all of one dead letter as JSON; nothing in it is masked.

    Its content is exact: {"text": …} where it is UTF-8, else {"base64": …}.
    """
    from ops.letter_topic import LetterTopic

    kept = LetterTopic(configuration().kafka).find(address)
    if kept is None:
        raise NotThere(f"there is no dead letter at {address}")
    if raw:
        sys.stdout.buffer.write(kept.letter.content or b"")
        sys.stdout.buffer.flush()
    else:
        click.echo(encode_json(whole(kept), is_indented=True))


@dead_letters.command()
@click.argument("addresses", nargs=-1, callback=places)
@filter_options
@click.option("--all", "every", is_flag=True, help="Every letter, where no address and no filter is given.")
@click.option("--again", is_flag=True, help="Also letters that were requeued before.")
@consented
@click.option("--by", help="Who does it, for the letters' notes.  [default: this process's user]")
@click.option("--unmasked", is_flag=True, help="Mail addresses in reasons whole.")
@output_options
@instructed
def requeue(
    addresses: set[Place], every: bool, again: bool, consent: Consent, by: str | None, unmasked: bool, output: str,
    **options: Any,
) -> None:  # fmt: skip
    """Read dead letters again by today's rules, and send what is good now to the events topic.

    Events keep their letter's arrival and source. Letters that are still bad stay, and it says why. Give addresses, or a
    filter, or --all. Exit status 3: there is no letter at an address; 1: one that was given by its address is still bad.
    """
    wanted = letter_filter(options)
    if not addresses and wanted == LetterFilter() and not every:
        raise Misused("which letters? Give addresses, a filter such as --since 2h, or --all")
    settings = configuration()

    def work(is_dry: bool) -> tuple[Counter[str], set[Place]]:
        counts, missing = _requeue(
            settings, addresses, wanted, is_dry=is_dry, again=again, by=by or _user(), output=output, unmasked=unmasked
        )
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "no letters"
        if is_dry:
            consent.say_would(told)
        else:
            say(told)
        return counts, missing

    counts, missing = consent.carry_out(work)
    for address in sorted(missing):
        complain(f"there is no dead letter at {address}")
    if missing:
        sys.exit(EXIT_NOT_FOUND)
    if addresses and (counts["still bad"] or counts["partly"]):
        sys.exit(EXIT_FAILED)


def _requeue(
    settings: Any, addresses: set[Place], wanted: LetterFilter, *, is_dry: bool, again: bool, by: str, output: str,
    unmasked: bool,
) -> tuple[Counter[str], set[Place]]:  # fmt: skip
    """Requeues, or says what it would do; returns how many letters had which outcome, and which addresses have none."""
    from contextlib import ExitStack

    from consumers.retention import limits_of
    from ops.letter_reading import rules_of
    from ops.letter_topic import LetterTopic
    from ops.requeue import Decision, Requeuer, batches, decide

    kafka: KafkaSettings = settings.kafka
    topic, rules = LetterTopic(kafka), rules_of(settings.gateway, limits_of(settings.retention, now_ms()).history)
    progress = Progress(topic.record_count(wanted.since), "dead letters read")
    counts, found = Counter[str](), set[Place]()

    def decisions() -> Any:
        letters = topic.at(addresses, progress.step) if addresses else topic.letters(wanted.since, progress.step)
        for kept in letters:
            if addresses:
                found.add(kept.place)
            if wanted.admits(kept):
                yield decide(kept, rules, again=again)

    def written(decision: Decision) -> Row:
        row = {
            "address": str(decision.place), "outcome": decision.outcome.value, "done": not is_dry and bool(decision.events),
            "events": len(decision.events), "bad": decision.bad, "errors": decision.errors,
        }  # fmt: skip
        return row if unmasked else masked(row)

    with ExitStack() as stack:
        requeuer = stack.enter_context(Requeuer(kafka, by, now_ms)) if not is_dry else None
        out = stack.enter_context(Output(output, OUTCOME_COLUMNS))
        for batch in batches(decisions()):
            if requeuer is not None:
                requeuer.carry_out(batch)
            progress.aside()
            for decision in batch:
                counts[decision.outcome.value] += 1
                out.write(written(decision))
    progress.aside()
    return counts, addresses - found


def _order(found: tuple[Any, Any]) -> Any:
    return found[0]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
