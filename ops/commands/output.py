"""Data on standard output: a table for people at a terminal, JSON lines when piped, or what is asked for.

Rows are written as they come, so that a stream of any length needs no memory. A table's cells hold no control characters:
what strangers sent can't steer a terminal.
"""

import csv
import functools
import io
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import click
import orjson

from delivery.event import format_time
from delivery.masking import mask_addresses

FORMATS = ("table", "jsonl", "json", "csv")
REFRESH_S = 0.5
LINE_WIDTH_MIN = 40

Row = Mapping[str, Any]
Column = tuple[str, int, Callable[[Row], Any]]
"""A table's column: its heading, its width (the last one's is what is left), and the cell of a row."""


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

    def __init__(self, kind: str, columns: Sequence[Column]) -> None:
        self._kind = kind
        self._columns = columns
        self._width = max(shutil.get_terminal_size((200, 24)).columns, LINE_WIDTH_MIN)
        self._count = 0

    def __enter__(self) -> Self:
        if self._kind == "json":
            click.echo("[", nl=False)
        elif self._kind == "table":
            self._line([heading for heading, _, _ in self._columns])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A list that broke off is no list: whoever parses it must notice.
        if self._kind == "json" and kind is None:
            click.echo("\n]" if self._count else "]")

    def write(self, row: Row) -> None:
        """One row; the same names in every row."""
        if self._kind == "table":
            self._line([cell(row) for _, _, cell in self._columns])
        elif self._kind == "csv":
            self._csv(row)
        elif self._kind == "json":
            click.echo(("," if self._count else "") + "\n" + orjson.dumps(row).decode(), nl=False)
        else:
            click.echo(orjson.dumps(row))
        self._count += 1

    def _line(self, cells: Sequence[Any]) -> None:
        texts = ["" if cell is None else printable(str(cell)) for cell in cells]
        padded = [text.ljust(width) for text, (_, width, _) in zip(texts, self._columns, strict=True)]
        click.echo("  ".join(padded)[: self._width].rstrip())

    def _csv(self, row: Row) -> None:
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        if not self._count:
            writer.writerow(row)
        writer.writerow(
            [orjson.dumps(value).decode() if isinstance(value, list | dict) else value for value in row.values()]
        )
        click.echo(lines.getvalue(), nl=False)


class Progress:
    """How far a long reading is, on standard error; off a terminal, or between rows on it, it says nothing."""

    def __init__(self, total: int, what: str, *, is_streaming: bool = False) -> None:
        self._total = total
        self._what = what
        self._count = 0
        self._is_shown = sys.stderr.isatty() and not (is_streaming and sys.stdout.isatty())
        self._started = self._shown_at = time.monotonic()
        self._was_shown = False

    def step(self) -> None:
        """One record more."""
        self._count += 1
        if self._is_shown and self._count % 256 == 0 and time.monotonic() - self._shown_at > REFRESH_S:
            self._show()

    def end(self) -> None:
        """Takes the line away."""
        if self._was_shown:
            click.echo("\r\x1b[K", err=True, nl=False)

    def _show(self) -> None:
        self._shown_at = time.monotonic()
        rate = self._count / (self._shown_at - self._started)
        left_s = max(0, self._total - self._count) / rate
        line = f"{self._what}: {self._count:,} of {self._total:,} records, {rate:,.0f}/s, {left_s:.0f} s left"
        click.echo(f"\r\x1b[K{line}", err=True, nl=False)
        self._was_shown = True
