"""`eds backup`: the embedded store in one file, while it serves."""

from pathlib import Path

import click
import msgspec
import orjson

from ops.commands.conventions import configuration, instructed, say


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="What the copy holds, as JSON.")
@instructed
def backup(file: Path, as_json: bool) -> None:
    """Copy the embedded store (SQLite) to FILE, in one state, while it serves; the copy is checked.

    It says up to which offsets the copy has the topics. PostgreSQL is backed up by its own tools. See docs/BACKUP.md.
    """
    from store.opening import back_up

    found = back_up(configuration().store, file)
    if as_json:
        click.echo(orjson.dumps({"file": str(file), **msgspec.to_builtins(found, str_keys=True)}))
        return
    for topic, offsets in found.offsets.items():
        for partition, offset in offsets.items():
            click.echo(f"{topic}\t{partition}\t{offset}")
    say(
        f"{file}: {found.bytes:,} bytes, schema {found.schema_version}; the topics have to keep what comes from these offsets on"
    )
