"""Errors are instructions to whoever catches them.

DeliveryStatusError
├── Rejected             the input is wrong: say so (400) or write a dead letter; trying again does not help
│   ├── Unreadable       the whole body can't be read as its format
│   ├── Unsupported      a media type, charset or encoding that we don't read
│   └── TooLarge         over a named limit
├── Retryable            our side can't take it now: the sender, or the loop, tries again
│   ├── Unavailable      Kafka or the store is away or too slow
│   └── Overloaded       a limit of memory or rate is reached
├── Fenced               another owner has taken this partition: drop what is in hand and stop writing
└── Misconfigured        settings or environment: the process ends with this message
Anything else is a defect and ends the process loudly.
"""

from collections.abc import Mapping, Sequence


class DeliveryStatusError(Exception):
    """The root of all errors that this product raises on purpose."""


class Rejected(DeliveryStatusError):
    """Input that can't be used. `errors` maps a member path such as `[3].tries` to its reasons ("" is the whole body)."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = {path: list(reasons) for path, reasons in errors.items()}
        super().__init__("; ".join(f"{path or 'body'}: {' '.join(reasons)}" for path, reasons in self.errors.items()))


class Unreadable(Rejected):
    """The body as a whole is not the format that it claims to be."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__({path: [reason]})


class Unsupported(Rejected):
    """The body's media type, charset or content encoding is not one that we read. `message` is the reply's text."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__({"": [message]})


class TooLarge(Rejected):
    """A named limit was exceeded; `limit` is its name, `value_max` its value in the unit that the name ends in."""

    def __init__(self, limit: str, value_max: int) -> None:
        self.limit = limit
        self.value_max = value_max
        super().__init__({"": [f"more than {limit}={value_max}"]})


class Retryable(DeliveryStatusError):
    """Not now. `retry_after_s` is a hint in seconds."""

    def __init__(self, reason: str, retry_after_s: int = 5) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(reason)


class Unavailable(Retryable):
    """Kafka or the store can't be reached, or did not answer within its deadline."""


class Overloaded(Retryable):
    """A limit on memory, rate or concurrency is reached."""


class Fenced(DeliveryStatusError):
    """This owner's claim on a partition is no longer the newest; nothing of its batch was written."""


class Misconfigured(DeliveryStatusError):
    """The settings or the machine can't work; the message names each problem and what to do."""
