"""docs/CLI.md is what the commands say of themselves, and each of them says what it is."""

from pathlib import Path

import click

from ops.cli import main
from ops.command_page import command_page, walk
from ops.outcomes import EXIT_STATUSES

PAGE = Path(__file__).parents[2] / "docs" / "CLI.md"


def test_the_page_is_true() -> None:
    assert PAGE.read_text("utf-8") == command_page(main), "run: python -m ops.reference"


def test_every_command_and_every_option_is_described() -> None:
    bare = []
    for context in walk(click.Context(main, info_name="eds")):
        if not context.command.help:
            bare.append(context.command_path)
        options = [one for one in context.command.params if isinstance(one, click.Option)]
        bare += [f"{context.command_path} {one.opts[-1]}" for one in options if not one.help]
    assert bare == []


def test_rows_can_be_had_in_every_format_and_as_json() -> None:
    for context in walk(click.Context(main, info_name="eds")):
        names = {name for one in context.command.params for name in one.opts}
        assert ("--output" in names) == ("--json" in names), context.command_path


def test_the_page_has_every_exit_status() -> None:
    page = PAGE.read_text("utf-8")
    assert [status.number for status in EXIT_STATUSES if f"| {status.number} | {status.name} |" not in page] == []
