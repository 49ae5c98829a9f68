"""`eds erase`: one address out of everything that is kept, with proof."""

import asyncio
import sys
from typing import Any

import click
import msgspec
import orjson

from ops.commands.conventions import EXIT_UNHEALTHY, configuration, instructed, say
from ops.commands.moments import now_ms

DAY_NOTE = "within a day of the next record after it (max.compaction.lag.ms)"


@click.command()
@click.option("--recipient", required=True, metavar="ADDRESS", help="The address, in any case.")
@click.option("--yes", is_flag=True, help="Do it. Without it nothing is changed: it says what there is.")
@click.option("--dry-run", is_flag=True, help="Change nothing, whatever else is said.")
@click.option(
    "--wait", "wait_s", type=click.FloatRange(0), default=60.0, show_default=True, metavar="SECONDS",
    help="How long to wait for the consumers to tell the topics.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The proof as JSON.")
@instructed
def erase(recipient: str, yes: bool, dry_run: bool, wait_s: float, as_json: bool) -> None:
    """Remove an address from views, history, dead letters and the status topic, for good.

    It is remembered as a hash under [store] erasure_key_file, so that neither late events nor a rebuild bring it back. Safe to
    repeat, and to end at any moment. Exit status 10: something is left, or the consumers have not told the topics yet.
    """
    found = asyncio.run(_erase(recipient, is_dry=dry_run or not yes, wait_s=wait_s))
    if as_json:
        click.echo(orjson.dumps(found))
    else:
        _say(found)
    if not found["whole"]:
        sys.exit(EXIT_UNHEALTHY)


async def _erase(recipient: str, *, is_dry: bool, wait_s: float) -> dict[str, Any]:
    from bus.publisher import Publisher
    from consumers import erasure
    from delivery.classification import classifier_of
    from store.opening import open_eraser, open_generations

    settings = configuration()
    classifier = classifier_of(settings.consumers.classification_file)
    eraser = open_eraser(settings.store, classifier, recipient)
    generations, publisher = open_generations(settings.store, classifier), Publisher(settings.kafka)
    await generations.open()
    try:
        await erasure.refuse_beside_rebuild(generations)
        await eraser.open()
        if is_dry:
            rows, letters = await erasure.look(eraser)
            return {"dry_run": True, "found": msgspec.to_builtins(rows), "letters": letters, "whole": True}
        await publisher.open()
        proof = await erasure.erase(eraser, publisher, settings.kafka.dead_letters_topic, now_ms, wait_s, say)
        kept = {
            settings.kafka.notifications_topic: f"up to {settings.kafka.retention_days or 'any number of'} days (retention)",
            settings.kafka.status_topic: DAY_NOTE,
            settings.kafka.dead_letters_topic: DAY_NOTE,
        }
        return {"dry_run": False, **msgspec.to_builtins(proof), "topics": kept, "whole": proof.is_whole}
    finally:
        await publisher.close()
        await eraser.close()
        await generations.close()


def _say(found: dict[str, Any]) -> None:
    for name, count in found["found"].items():
        click.echo(f"{name}\t{count}")
    click.echo(f"dead letters\t{found['letters']}")
    if found["dry_run"]:
        say("dry run, nothing is changed; --yes does it")
        return
    click.echo(f"left\t{sum(found['left'].values()) + found['letters_left']}")
    click.echo(f"announcements due\t{found['announcements_due']}")
    for topic, until in found["topics"].items():
        say(f"{topic} holds older records {until}")
