"""Data on standard output: a table for people at a terminal, JSON lines when piped, or what is asked for.

Rows are written as they come, so that a stream of any length needs no memory. A table's cells hold no control characters:
what strangers sent can't steer a terminal.
"""

import csv
import functools
import io
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self

import click

from delivery.event import format_time
from delivery.json_text import encode_json
from delivery.masking import mask_addresses

FORMATS = ("table", "jsonl", "json", "csv")
LINE_WIDTH_MIN = 40
LINE_WIDTH_MAX = 100_000
GAP = "  "
FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")
COLORS = {
    "ok": "green", "ready": "green", "delivered": "green", "requeued": "green",
    "warn": "yellow", "deferred": "yellow", "partly": "yellow", "open": "yellow",
    "fail": "red", "not ready": "red", "bounced": "red", "complained": "red", "still bad": "red",
}  # fmt: skip
"""What words of a state look like: the word itself always stands there too."""

Row = Mapping[str, Any]


class Column(NamedTuple):
    """A table's column: its heading, its width (the last one's is what is left), the cell of a row, and whether that is a state."""

    heading: str
    width: int
    cell: Callable[[Row], Any]
    is_state: bool = False


def output_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options -o and --json; the command gets `output`, one of FORMATS."""

    @functools.wraps(command)
    def wrapped(*arguments: Any, output: str | None, as_json: bool, **options: Any) -> None:
        chosen = "json" if as_json else output or ("table" if sys.stdout.isatty() else "jsonl")
        command(*arguments, output=chosen, **options)

    told = "How to write it. Without it: a table on a terminal, jsonl when piped."
    with_output = click.option("-o", "--output", type=click.Choice(FORMATS), help=told)
    return with_output(click.option("--json", "as_json", is_flag=True, help="The same as -o json.")(wrapped))


def masked(value: Any) -> Any:
    """The value with every mail address in its texts shortened."""
    if isinstance(value, str):
        return mask_addresses(value)
    if isinstance(value, list):
        return [masked(item) for item in value]
    if isinstance(value, dict):
        return {mask_addresses(name): masked(item) for name, item in value.items()}
    return value


def printable(text: str) -> str:
    """The text on one line, without what would steer a terminal."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def shown_time(time_ms: int) -> str:
    """RFC 3339 in UTC; the number as it is where it is no time of ours."""
    try:
        return format_time(time_ms)
    except (ValueError, OverflowError, OSError):
        return str(time_ms)


class Output:
    """Writes rows in one format; used as a context, since JSON and CSV have a beginning and an end."""

    def __init__(self, kind: str, columns: Sequence[Column], *, is_cut: bool = True) -> None:
        """A table's lines are cut at the terminal's width, unless every word of them counts."""
        self._kind = kind
        self._columns = columns
        self._width = max(shutil.get_terminal_size((200, 24)).columns, LINE_WIDTH_MIN) if is_cut else LINE_WIDTH_MAX
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A list that broke off is no list: whoever parses it must notice.
        if kind is None:
            if not self._count:
                self._begin()
            if self._kind == "json":
                click.echo("\n]" if self._count else "]")

    def write(self, row: Row) -> None:
        """One row; the same names in every row."""
        if not self._count:
            self._begin()
        if self._kind == "table":
            self._line([column.cell(row) for column in self._columns], _cell)
        elif self._kind == "csv":
            self._csv(row)
        elif self._kind == "json":
            click.echo(("," if self._count else "") + "\n" + encode_json(row).decode(), nl=False)
        else:
            click.echo(encode_json(row))
        self._count += 1

    def _begin(self) -> None:
        if self._kind == "json":
            click.echo("[", nl=False)
        elif self._kind == "table":
            self._line([column.heading for column in self._columns], _heading)

    def _line(self, cells: Sequence[Any], painted: Callable[[str, Column], str]) -> None:
        left, parts = self._width, []
        for cell, column in zip(cells, self._columns, strict=True):
            text = "" if cell is None else printable(str(cell))[: max(left, 0)]
            parts.append(painted(text, column) + " " * (column.width - len(text)))
            left -= max(len(text), column.width) + len(GAP)
        click.echo(GAP.join(parts).rstrip())

    def _csv(self, row: Row) -> None:
        _write_csv(row, with_head=not self._count)


def write_result(output: str, result: Row, told: Mapping[str, Any] | None = None) -> None:
    """One result, where a command has no rows. A table has a line for each of `told`, or of the result's own members."""
    if output == "json":
        click.echo(encode_json(result, is_indented=True))
    elif output == "jsonl":
        click.echo(encode_json(result))
    elif output == "csv":
        _write_csv(result, with_head=True)
    else:
        lines = result if told is None else told
        width = max(map(len, lines), default=0)
        for name, value in lines.items():
            padding = " " * (width - len(name)) + GAP
            click.echo(f"{click.style(name, bold=True)}{padding}{_shown(value)}".rstrip())


def _write_csv(row: Row, *, with_head: bool) -> None:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    if with_head:
        writer.writerow(row)
    writer.writerow([_csv_cell(value) for value in row.values()])
    click.echo(lines.getvalue(), nl=False)


def _csv_cell(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front: replies are written by others."""
    if isinstance(value, list | dict):
        return encode_json(value).decode()
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_BEGINNINGS) else value


def _heading(text: str, _column: Column) -> str:
    return click.style(text, bold=True)


def _cell(text: str, column: Column) -> str:
    color = COLORS.get(text.lower()) if column.is_state else None
    return click.style(text, fg=color) if color else text


def _shown(value: Any) -> str:
    """A value as people read it; a state in its colour."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | dict):
        return printable(encode_json(value).decode())
    text = printable(str(value))
    return click.style(text, fg=COLORS[text.lower()]) if text.lower() in COLORS else text
