"""`eds erase`: addresses out of everything that is kept, with proof."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
import orjson

from delivery.errors import Misconfigured
from delivery.event import format_time, parse_time
from ops.commands.conventions import FILE, configuration, instructed, say
from ops.commands.danger import Consent, consented
from ops.commands.moments import duration, now_ms
from ops.commands.output import output_options, write_result
from ops.commands.steps import Steps
from ops.outcomes import EXIT_UNHEALTHY

if TYPE_CHECKING:
    from store.eraser import Eraser
    from store.erasures import Remembered

DAY_NOTE = "within a day of the next record after it (max.compaction.lag.ms)"


@click.command()
@click.option("--recipient", metavar="ADDRESS", help="The address, in any case.")
@click.option("--list", "lists", is_flag=True, help="Only write the hashes of all erased addresses, as JSON lines.")
@click.option(
    "--again", type=FILE, help="Erase what such a list names, in a store that was restored from an older backup."
)
@consented
@click.option(
    "--wait", "wait_s", callback=duration, default="60s", show_default=True, metavar="DURATION",
    help="How long to wait for the consumers to tell the topics.",
)  # fmt: skip
@output_options
@instructed
def erase(recipient: str | None, lists: bool, again: Path | None, consent: Consent, wait_s: float, output: str) -> None:
    """Remove an address from views, history, dead letters and the status topic, for good.

    It is remembered as a hash under [store] erasure_key_file, so that neither late events nor a rebuild bring it back. Safe to
    repeat, and to end at any moment. Exit status 10: something is left, or the consumers have not told the topics yet.
    """
    if (recipient is not None) + lists + (again is not None) != 1:
        raise click.UsageError("Say one of --recipient, --list and --again.")
    if lists:
        asyncio.run(_list())
        return
    what = recipient if recipient is not None else _read_list(again)

    def work(is_dry: bool) -> dict[str, Any]:
        found = asyncio.run(_erase(what, is_dry=is_dry, wait_s=wait_s))
        write_result(output, found, _told(found))
        if is_dry:
            consent.say_would()
        else:
            _say(found)
        return found

    if not consent.carry_out(work)["whole"]:
        sys.exit(EXIT_UNHEALTHY)


class Line(msgspec.Struct, frozen=True):
    """A line of the list; `key` tells whether the hash was made with the key that is set."""

    hash: str
    erased_at: str
    key: str


async def _list() -> None:
    eraser = _eraser(())
    await eraser.open()
    try:
        for one in await eraser.remembered():
            line = Line(one.digest.hex(), format_time(one.erased_at), eraser.check_value.hex())
            click.echo(orjson.dumps(msgspec.to_builtins(line)))
    finally:
        await eraser.close()


def _read_list(path: Path | None) -> "list[Remembered]":
    """What `--list` wrote. Misconfigured where a line is none of it, or was made with another key."""
    from store.erasures import Remembered, erasure_key

    key = erasure_key(configuration().store)
    found = []
    for number, text in enumerate((path or Path()).read_bytes().splitlines(), 1):
        try:
            line = msgspec.json.decode(text, type=Line)
            one = Remembered(bytes.fromhex(line.hash), parse_time(line.erased_at))
        except (msgspec.DecodeError, ValueError) as problem:
            raise Misconfigured(f"{path}, line {number}: {problem}") from problem
        if key is not None and line.key != key.check_value().hex():
            raise Misconfigured(f"{path}, line {number}: was made with another key than [store] erasure_key_file holds")
        found.append(one)
    return found


def _eraser(what: "str | tuple[Remembered, ...] | list[Remembered]") -> "Eraser":
    from delivery.classification import classifier_of
    from store.opening import open_eraser

    settings = configuration()
    return open_eraser(settings.store, classifier_of(settings.consumers.classification_file), what)


async def _erase(what: "str | list[Remembered]", *, is_dry: bool, wait_s: float) -> dict[str, Any]:
    from bus.publisher import Publisher
    from consumers import erasure
    from delivery.classification import classifier_of
    from store.opening import open_generations

    settings, eraser = configuration(), _eraser(what)
    classifier = classifier_of(settings.consumers.classification_file)
    generations, publisher = open_generations(settings.store, classifier), Publisher(settings.kafka)
    steps = Steps()
    await generations.open()
    try:
        await erasure.refuse_beside_rebuild(generations)
        await eraser.open()
        if is_dry:
            rows, letters = await erasure.look(eraser, settings.kafka, steps.told)
            looked = {"dry_run": True, "found": msgspec.to_builtins(rows), "letters": letters, "whole": True}
            if isinstance(what, list):
                known = {one.digest for one in await eraser.remembered()}
                looked["not_remembered"] = sum(one.digest not in known for one in what)
            return looked
        await publisher.open()
        proof = await erasure.erase(eraser, publisher, settings.kafka, now_ms, wait_s, say, steps.told)
        kept = {
            settings.kafka.notifications_topic: f"up to {settings.kafka.retention_days or 'any number of'} days (retention)",
            settings.kafka.status_topic: DAY_NOTE,
            settings.kafka.dead_letters_topic: DAY_NOTE,
        }
        return {"dry_run": False, **msgspec.to_builtins(proof), "topics": kept, "whole": proof.is_whole}
    finally:
        steps.end()
        await publisher.close()
        await eraser.close()
        await generations.close()


def _told(found: dict[str, Any]) -> dict[str, Any]:
    """What a table shows."""
    told = {**found["found"], "dead letters": found["letters"]}
    if "not_remembered" in found:
        told["not remembered here"] = found["not_remembered"]
    if not found["dry_run"]:
        told |= {
            "left": sum(found["left"].values()) + found["letters_left"],
            "announcements due": found["announcements_due"],
        }
    return told


def _say(found: dict[str, Any]) -> None:
    for topic, until in found["topics"].items():
        say(f"{topic} holds older records {until}")
    say("backups from before this have it still; keep the new `eds erase --list` with them: docs/BACKUP.md")
