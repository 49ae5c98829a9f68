"""`eds retention`: what is old goes, now."""

import asyncio
import time
from typing import Any

import click
import msgspec

from consumers.settings import RetentionSettings
from delivery.errors import Unavailable
from delivery.event import format_time
from ops.commands.conventions import configuration, instructed
from ops.commands.output import output_options, write_result
from store.settings import StoreSettings


@click.group()
def retention() -> None:
    """What is older than [retention] says."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="Only count it.")
@output_options
@instructed
def run(dry_run: bool, output: str) -> None:
    """Remove it now, beside the consumers, which do the same every so often. Safe to repeat, and to end at any moment."""
    settings = configuration()
    result = asyncio.run(_run(settings.retention, settings.store, dry_run))
    write_result(output, result)


async def _run(settings: RetentionSettings, where: StoreSettings, dry_run: bool) -> dict[str, Any]:
    from consumers import retention as running
    from store.opening import open_trimmer

    limits = running.limits_of(settings, time.time_ns() // 1_000_000)
    store = open_trimmer(where)
    try:
        if not await store.open():
            raise Unavailable("another process is at it already")
        if dry_run:
            return msgspec.structs.asdict(await running.measure(store, limits))
        kept = await running.remove_old(store, limits)
    finally:
        await store.close()
    return {**msgspec.structs.asdict(kept), "horizon": None if kept.horizon is None else format_time(kept.horizon)}
