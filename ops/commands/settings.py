"""`eds settings`: every setting there is."""

import click

from ops.commands.conventions import instructed
from ops.configuration import SECTIONS


@click.command()
@instructed
def settings() -> None:
    """Print every setting with its default, as docs/SETTINGS.md has it."""
    from ops.settings_page import settings_page

    click.echo(settings_page(SECTIONS), nl=False)
