"""What all commands share: data to standard output, all else to standard error, and what the exit statuses mean."""

import functools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from delivery.errors import DeliveryStatusError, Misconfigured
from ops import erasure_key
from ops.configuration import Configuration, read_configuration

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_NOT_FOUND = 3
EXIT_UNHEALTHY = 10
EXIT_INTERRUPTED = 130
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def say(line: str) -> None:
    """A line for people."""
    click.echo(line, err=True)


def instructed(command: Callable[..., None]) -> Callable[..., None]:
    """Errors that are instructions end the command with their text and an exit status; all others crash with a traceback."""

    @functools.wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except Misconfigured as problem:
            say(f"eds: {problem}")
            sys.exit(EXIT_USAGE)
        except DeliveryStatusError as problem:
            say(f"eds: {problem}")
            sys.exit(EXIT_FAILED)
        except KeyboardInterrupt:
            sys.exit(EXIT_INTERRUPTED)

    return wrapped


def configuration() -> Configuration:
    """The settings of this process. Without an erasure key of their own they have the one that `eds run` made here."""
    return erasure_key.known(read_configuration(os.environ))
