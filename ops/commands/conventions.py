"""What all commands share: data to standard output, all else to standard error, and what the exit statuses mean."""

import errno
import functools
import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from delivery.credentials import hide_in_text
from delivery.errors import DeliveryStatusError
from ops import embedded_store, erasure_key
from ops.configuration import Configuration, read_configuration
from ops.outcomes import EXIT_FAILED, EXIT_INTERRUPTED, Misused, exit_status_of

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_QUIET = "eds.quiet"
_WRITES_FAIL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def say(line: str) -> None:
    """A line for people, unless they want none."""
    if not is_quiet():
        click.echo(line, err=True)


def complain(problem: object) -> None:
    """Why a command does not do what it was asked for; always said."""
    click.echo(f"eds: {hide_in_text(str(problem))}", err=True)


def is_quiet() -> bool:
    """Whether this command is to say nothing but its data and its errors."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_QUIET))


def instructed(command: Callable[..., None]) -> Callable[..., None]:
    """Errors that are instructions end the command with their text and an exit status; all others crash with a traceback.

    The command also gets the options that all have: -q and --color.
    """

    @functools.wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> None:
        try:
            _require_texts(options.values())
            command(*arguments, **options)
        except DeliveryStatusError as problem:
            complain(problem)
            sys.exit(exit_status_of(problem))
        except BrokenPipeError:
            raise  # whoever read our output has gone: click ends the command without a word
        except OSError as problem:
            if problem.filename is None and problem.errno not in _WRITES_FAIL:
                raise
            complain(f"{problem.filename or 'writing failed'}: {problem.strerror}")
            _drop_output()
            sys.exit(EXIT_FAILED)
        except KeyboardInterrupt:
            sys.exit(EXIT_INTERRUPTED)

    return _shared_options(wrapped)


def configuration() -> Configuration:
    """The settings of a command that stands beside the servers. Without a store of their own they have that of `eds run` here."""
    return embedded_store.known(server_configuration())


def server_configuration() -> Configuration:
    """The settings of a server. Without an erasure key of their own they have the one that `eds run` made here."""
    return erasure_key.known(read_configuration(os.environ))


def _shared_options(command: Callable[..., None]) -> Callable[..., None]:
    quiet = click.option(
        "-q", "--quiet", is_flag=True, expose_value=False, is_eager=True, callback=_be_quiet,
        help="Say nothing but data and errors.",
    )  # fmt: skip
    color = click.option(
        "--color", type=click.Choice(["auto", "always", "never"]), default="auto", expose_value=False, is_eager=True,
        callback=_choose_color, help="auto: on a terminal, unless NO_COLOR is set.",
    )  # fmt: skip
    return quiet(color(command))


def _require_texts(values: Iterable[Any]) -> None:
    """Misused where an argument is no text: Python keeps bytes that are not UTF-8 as half surrogates, which can't be sent on."""
    for value in values:
        if isinstance(value, tuple | list | set | frozenset):
            _require_texts(value)
        elif isinstance(value, str) and not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError as problem:
                raise Misused(f"{os.fsencode(value)!r} is not UTF-8") from problem


def _drop_output() -> None:
    """Lets what was not written go: Python would try again at its end, and say so with a traceback."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _be_quiet(context: click.Context, _parameter: click.Parameter, quiet: bool) -> None:
    context.meta[_QUIET] = quiet


def _choose_color(context: click.Context, _parameter: click.Parameter, wish: str) -> None:
    """None leaves it to click, which colours terminals alone."""
    plain = bool(os.environ.get("NO_COLOR"))
    context.color = {"always": True, "never": False}.get(wish, False if plain else None)
