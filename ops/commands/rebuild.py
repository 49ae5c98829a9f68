"""`eds rebuild`: the views anew beside the serving ones, swapped in. `eds verify`: are they what their history says?"""

import asyncio
import gc
import sys
from random import Random
from typing import Any

import click
import msgspec

from delivery.masking import mask_addresses
from ops.commands.conventions import complain, configuration, instructed, say
from ops.commands.danger import Consent, consented
from ops.commands.moments import now_ms
from ops.commands.output import masked, output_options, write_result
from ops.commands.steps import Steps
from ops.outcomes import EXIT_UNHEALTHY

FAULTS_SHOWN = 20


@click.command()
@click.option(
    "--from", "source", type=click.Choice(["history", "topic"]), default="history", show_default=True,
    help="Made from the events that the store keeps, or from those that the topic still has.",
)  # fmt: skip
@consented
@click.option("--accept-loss", is_flag=True, help="From the topic: also where it has less than the history.")
@click.option("--keep-old", is_flag=True, help="Keep the old generation until --drop-old.")
@click.option("--drop-old", is_flag=True, help="Only remove the old generation that a rebuild kept.")
@click.option("--discard", is_flag=True, help="Only remove what a rebuild that was cut off has made so far.")
@output_options
@instructed
def rebuild(
    source: str, consent: Consent, accept_loss: bool, keep_old: bool, drop_old: bool, discard: bool, output: str
) -> None:  # fmt: skip
    """Make the views anew beside the serving ones, compare and verify them, and swap them in at once.

    The consumers go on meanwhile; readers notice nothing. A rebuild that was cut off goes on where it was when it is run again.
    Exit status 10: the new views were found wrong, and do not serve.
    """
    from consumers.rebuild import Wanted
    from store.generations import Source

    if drop_old and discard:
        raise click.UsageError("--drop-old and --discard are two things: say them one after the other.")
    wanted = Wanted(Source(source), accept_loss=accept_loss, keep_old=keep_old)
    gc.freeze()
    gc.disable()  # as the consumers do: events and views hold no cycles, and there are many
    do = "drop_old" if drop_old else "discard" if discard else "rebuild"

    def work(is_dry: bool) -> list[dict[str, Any]]:
        outcome, told = asyncio.run(_rebuild(wanted, do, is_dry=is_dry))
        faults: list[dict[str, Any]] = outcome.get("faults", [])
        write_result(output, masked(outcome), {name: value for name, value in outcome.items() if name != "faults"})
        if is_dry:
            consent.say_would(told)
        elif told:
            say(told)
        _say_faults(faults, len(faults))
        return faults

    if consent.carry_out(work):
        complain("the new views are wrong, so the old ones go on serving")
        sys.exit(EXIT_UNHEALTHY)


async def _rebuild(wanted: Any, do: str, *, is_dry: bool) -> tuple[dict[str, Any], str]:
    """What was found or done, and in words what would be, or was removed."""
    from consumers.rebuild import Rebuild
    from delivery.classification import classifier_of
    from store.opening import open_generations

    settings = configuration()
    classifier = classifier_of(settings.consumers.classification_file)
    generations, steps = open_generations(settings.store, classifier), Steps()
    try:
        await generations.open()
        work = Rebuild(
            generations, settings.kafka, classifier, wanted, now=now_ms, random=Random(), told=steps.told
        )  # fmt: skip
        if is_dry or do != "rebuild":
            return await _without_rebuild(work, generations, do, is_dry=is_dry)
        outcome = await work.run()
        steps.end()
        if outcome.swapped:
            say(
                f"{outcome.events:,} events in {outcome.seconds:.1f} s; {outcome.messages:,} messages compared,"
                f" {outcome.changed:,} of them changed, {outcome.mended:,} mended, {outcome.verified:,} verified; writers were held"
                f" {outcome.held_ms} ms; the new views serve"
            )
        if outcome.carried:
            say(
                f"{outcome.carried:,} messages were taken over as they were: the history has not all of their events any more"
            )
        return msgspec.to_builtins(outcome), ""
    finally:
        steps.end()
        await generations.close()


async def _without_rebuild(work: Any, generations: Any, do: str, *, is_dry: bool) -> tuple[dict[str, Any], str]:
    """Says what there is; drops what is to be dropped."""
    outlook = await work.outlook()
    if do == "drop_old":
        text = "the old generation is removed" if outlook.retired else "there is no old generation"
        if not is_dry:
            await generations.drop_retired()
    elif do == "discard":
        text = "what a rebuild has made so far is removed" if outlook.making else "nothing is in the making"
        if not is_dry:
            await generations.discard()
    else:
        text = f"{outlook.events:,} events of the history would be taken"
        if outlook.making is not None:
            text += f", {outlook.making.events:,} of them are already"
        if outlook.lost:
            text += f"; the topic no longer has {outlook.lost:,} of them"
        if outlook.horizon is not None:
            text += (
                "; the history was trimmed by age: messages of which it has not all events are taken over as they are"
            )
        if outlook.retired:
            text += "; an old generation is in the way: --drop-old"
    return msgspec.to_builtins(outlook), text


@click.command()
@click.option("--sample", type=click.IntRange(1), help="About so many messages, drawn by chance.  [default: 1000]")
@click.option("--all", "every", is_flag=True, help="Every message, and every hour of the statistics.")
@output_options
@instructed
def verify(sample: int | None, every: bool, output: str) -> None:
    """Compare views with the fold of their history, and the statistics with a count of it. Changes nothing.

    Exit status 10: something is wrong; it says what, with the tracking_ids.
    """
    if every and sample is not None:
        raise click.UsageError("--all leaves no sample: say one of them.")
    findings = asyncio.run(_verify(None if every else sample or 1_000))
    found = msgspec.to_builtins(findings)
    write_result(output, masked(found), {name: value for name, value in found.items() if name != "faults"})
    _say_faults(found["faults"], findings.faulty)
    say(
        f"{findings.messages:,} messages with {findings.events:,} events and {findings.hours:,} hours of statistics were"
        f" looked at: {'all is as it should be' if not findings.faulty else f'{findings.faulty:,} faults'}"
    )
    if findings.faulty:
        sys.exit(EXIT_UNHEALTHY)


async def _verify(sample: int | None) -> Any:
    from consumers.verification import verify as verify_store
    from delivery.classification import classifier_of
    from delivery.errors import Misconfigured
    from store.opening import open_auditor

    settings = configuration()
    classifier = classifier_of(settings.consumers.classification_file)
    auditor, steps = open_auditor(settings.store), Steps()
    try:
        await auditor.open()
        made_with = await auditor.classification_version()
        if made_with != classifier.version:
            raise Misconfigured(
                f"the views were made with classification {made_with}, this program has {classifier.version}: eds rebuild"
            )
        return await verify_store(auditor, classifier, sample, Random(), steps.told)
    finally:
        steps.end()
        await auditor.close()


def _say_faults(faults: list[dict[str, Any]], faulty: int) -> None:
    for fault in faults[:FAULTS_SHOWN]:
        say(mask_addresses(f"{fault['what']} {fault['id']}: {fault['problem']}"))
    if faulty > FAULTS_SHOWN:
        say(f"and {faulty - FAULTS_SHOWN:,} more")
