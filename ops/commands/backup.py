"""`eds backup`: the embedded store in one file, while it serves."""

from pathlib import Path

import click
import msgspec

from ops.commands.conventions import configuration, instructed, say
from ops.commands.output import output_options, write_result


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@output_options
@instructed
def backup(file: Path, output: str) -> None:
    """Copy the embedded store (SQLite) to FILE, in one state, while it serves; the copy is checked.

    It says up to which offsets the copy has the topics. PostgreSQL is backed up by its own tools. See docs/BACKUP.md.
    """
    from store.opening import back_up

    found = back_up(configuration().store, file)
    result = {"file": str(file), **msgspec.to_builtins(found, str_keys=True)}
    told = {
        f"{topic} {partition}": offset
        for topic, offsets in found.offsets.items()
        for partition, offset in offsets.items()
    }
    write_result(output, result, told)
    say(
        f"{file}: {found.bytes:,} bytes, schema {found.schema_version}; the topics have to keep what comes from these offsets on"
    )
