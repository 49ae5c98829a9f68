"""`eds settings`: every setting there is, and what is in force here."""

import os

import click
import msgspec

from ops.commands.conventions import configuration, instructed
from ops.commands.output import Column, Output, output_options
from ops.configuration import SECTIONS

COLUMNS = (
    Column("SETTING", 36, lambda row: f"{row['section']}.{row['key']}"),
    Column("VALUE", 32, lambda row: row["value"]),
    Column("FROM", 0, lambda row: row["origin"]),
)


@click.command()
@click.option(
    "--effective", "is_effective", is_flag=True, help="The settings in force here, and where each comes from."
)
@output_options
@instructed
def settings(is_effective: bool, output: str) -> None:
    """Print every setting with its default, as docs/SETTINGS.md has it. Passwords and keys are not printed."""
    if is_effective:
        from ops.effective import effective

        with Output(output, COLUMNS) as out:
            for one in effective(configuration(), os.environ):
                out.write(msgspec.to_builtins(one))
        return
    from ops.settings_page import settings_page

    click.echo(settings_page(SECTIONS), nl=False)
