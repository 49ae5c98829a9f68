"""How a command ends: its exit statuses, and the errors that a command alone can meet.

DeliveryStatusError
├── NotThere      what was named does not exist
├── Refused       the server wants a token, or this one may not
├── Misused       what was asked for can't be asked for so
└── WaitOver      the time was over before what was waited for
"""

import msgspec

from delivery.errors import DeliveryStatusError, Misconfigured

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_NOT_FOUND = 3
EXIT_REFUSED = 4
EXIT_WAIT_OVER = 5
EXIT_UNHEALTHY = 10
EXIT_INTERRUPTED = 130


class NotThere(DeliveryStatusError):
    """What was named does not exist."""


class Refused(DeliveryStatusError):
    """The server wants a token, or this one may not."""


class Misused(DeliveryStatusError):
    """What was asked for can't be asked for so; the message says how it can."""


class WaitOver(DeliveryStatusError):
    """The time was over before what was waited for."""


class ExitStatus(msgspec.Struct, frozen=True):
    """One exit status, and when a command ends with it."""

    number: int
    name: str
    meaning: str


EXIT_STATUSES = (
    ExitStatus(EXIT_DONE, "done", "All that was asked for; also a dry run."),
    ExitStatus(EXIT_FAILED, "failed", "Kafka, the store or a server is away, or work broke off. Standard error has the fix."),
    ExitStatus(EXIT_USAGE, "usage", "Wrong options, search or settings. Nothing was done."),
    ExitStatus(EXIT_NOT_FOUND, "not found", "The message or dead letter that was named does not exist."),
    ExitStatus(EXIT_REFUSED, "refused", "The server wants a token, or this one may not."),
    ExitStatus(EXIT_WAIT_OVER, "wait over", "--timeout passed before what was waited for."),
    ExitStatus(EXIT_UNHEALTHY, "unhealthy", "The command did its work, and what it looked at is not as it should be."),
    ExitStatus(EXIT_INTERRUPTED, "interrupted", "Ctrl-C. Servers and eds run stop in order then, and end with 0."),
)  # fmt: skip


def exit_status_of(problem: DeliveryStatusError) -> int:
    """The status that an error ends a command with."""
    for kind, status in _STATUSES.items():
        if isinstance(problem, kind):
            return status
    return EXIT_FAILED


_STATUSES: dict[type[DeliveryStatusError], int] = {
    Misconfigured: EXIT_USAGE,
    Misused: EXIT_USAGE,
    NotThere: EXIT_NOT_FOUND,
    Refused: EXIT_REFUSED,
    WaitOver: EXIT_WAIT_OVER,
}
