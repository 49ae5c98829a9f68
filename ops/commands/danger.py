"""Commands that remove or replace something: a look first, then a yes, from --yes or from whoever sits at the terminal."""

import functools
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from ops.commands.conventions import say

Result = TypeVar("Result")


class Consent:
    """Whether this run may change something. Away from a terminal nobody is asked: without --yes it is a look alone."""

    def __init__(self, *, yes: bool, dry_run: bool) -> None:
        self._yes = yes and not dry_run
        self._asks = not yes and not dry_run and _at_terminal()

    def carry_out(self, work: Callable[[bool], Result]) -> Result:
        """Calls `work(is_dry)`: the real work upon a yes, else a look, and after it the work where the answer is yes."""
        if self._yes:
            return work(False)
        looked = work(True)
        if not self._asks:
            return looked
        if self._is_agreed():
            return work(False)
        say("nothing is changed")
        return looked

    def say_would(self, what: str = "") -> None:
        """Tells what would be done, after a look."""
        behind = f": {what}" if what else ""
        say(f"nothing is changed yet{behind}" if self._asks else f"dry run, nothing is changed{behind}; --yes does it")

    def _is_agreed(self) -> bool:
        try:
            return click.confirm("Do it?", err=True)
        except click.Abort:
            raise KeyboardInterrupt from None  # Ctrl-C, or Ctrl-D: both end the command as Ctrl-C does elsewhere


def consented(command: Callable[..., None]) -> Callable[..., None]:
    """The command gets --yes and --dry-run, as one `consent`."""

    @functools.wraps(command)
    def wrapped(*arguments: Any, yes: bool, dry_run: bool, **options: Any) -> None:
        command(*arguments, consent=Consent(yes=yes, dry_run=dry_run), **options)

    said_yes = click.option(
        "--yes", is_flag=True, help="Do it. Without it a terminal is asked; elsewhere it only says what would be done."
    )
    dry = click.option("--dry-run", is_flag=True, help="Change nothing, and ask nothing, whatever else is said.")
    return said_yes(dry(wrapped))


def _at_terminal() -> bool:
    """Whether somebody can read the question and answer it. Output that goes into a file is a script's, even at a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()
