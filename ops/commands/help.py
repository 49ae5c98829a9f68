"""`eds help`: what holds for all commands, and each command's own help."""

from collections.abc import Callable, Sequence

import click

from ops.commands.conventions import instructed
from ops.outcomes import EXIT_STATUSES, Misused

OUTPUT = """Data goes to standard output, all else (progress, notes, errors) to standard error.

-o table   for people; the default on a terminal
-o jsonl   a JSON object a line; the default when piped
-o json    one JSON document; --json is the same
-o csv     a head line, then a line a row; lists and objects in it are JSON, and what a spreadsheet would take for a
           formula has an apostrophe in front

-q says nothing but data and errors. Colours are for terminals alone; NO_COLOR or --color never takes them away.
Mail addresses are masked unless --unmasked is given; a tracking_id is not. Nothing steers a terminal in a table.

What removes or replaces something (erase, rebuild, dead-letters requeue) first says what it would do. At a terminal it then asks;
anything but a yes changes nothing. Elsewhere nobody is asked, so a script never hangs: without --yes nothing is changed, and it
ends with 0. --yes does it at once; --dry-run wins over --yes."""
TIMES = """--since and --until take RFC 3339, such as 2026-02-25T10:00:00Z, or how long ago: 90s, 15m, 2h, 7d, 1w.
--since is included, --until is not. --timeout and the like take 90s, 15m, 2h, or a number of seconds.
Times are printed in UTC."""
SEARCH = """eds message list --search takes what the API's and the console's search take:

  to:ann@example.org   domain:example.org   id:TRACKING_ID   sender:7
  status:bounced,deferred   after:1h   before:2026-02-25T10:00:00Z

All terms hold; of values with commas any one does; - before a term turns it round: -status:delivered.
A value alone is an address where it has an @, else a tracking id. Quotes hold blanks and commas: id:"a b"."""


def exit_codes() -> str:
    """The exit statuses, a line each."""
    width = max(len(status.name) for status in EXIT_STATUSES)
    return "\n".join(f"{one.number:>3}  {one.name.ljust(width)}  {one.meaning}" for one in EXIT_STATUSES)


TOPICS: dict[str, Callable[[], str]] = {
    "exit-codes": exit_codes,
    "output": lambda: OUTPUT,
    "times": lambda: TIMES,
    "search": lambda: SEARCH,
}


@click.command("help")
@click.argument("words", nargs=-1, metavar="[TOPIC | COMMAND...]")
@click.pass_context
@instructed
def help_(context: click.Context, words: Sequence[str]) -> None:
    """Help on a command, or on what holds for all of them: exit-codes, output, times, search."""
    if len(words) == 1 and words[0] in TOPICS:
        click.echo(TOPICS[words[0]]())
        return
    root = context.find_root()
    here = click.Context(root.command, info_name="eds", color=context.color, **root.command.context_settings)
    for word in words:
        command = here.command.get_command(here, word) if isinstance(here.command, click.Group) else None
        if command is None:
            raise Misused(
                f"there is no command {' '.join(words)!r}, nor is it one of {', '.join(TOPICS)}: see eds help"
            )
        here = click.Context(command, info_name=word, parent=here)
    click.echo(here.get_help())
