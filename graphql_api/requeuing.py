"""Dead letters sent on at the API's word. The rules are the gateway's, so the process that is composed of both does it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from delivery.kept_letter import KeptLetter


class Outcome(StrEnum):
    """What requeuing did to a letter; in a dry run, what it would do."""

    REQUEUED = "requeued"
    PARTLY = "partly"
    STILL_BAD = "still_bad"
    ALREADY_REQUEUED = "already_requeued"
    GONE = "gone"


class Requeued(msgspec.Struct, frozen=True):
    """One letter's outcome: how many of its rows were sent on as events, how many stay bad, and why, by member."""

    letter: KeptLetter
    outcome: Outcome
    events: int = 0
    bad: int = 0
    errors: Mapping[str, list[str]] = msgspec.field(default_factory=dict)


class Requeue(Protocol):
    """Reads letters again by the rules of today and, but for a dry run, sends on what is good now, with a note of who did it.

    One outcome a letter, in their order. Returns when events and notes are acknowledged; asked again, nothing is doubled.
    Retryable where Kafka does not answer. Misconfigured where the gateway's rules can't be had here.
    """

    async def __call__(
        self, letters: Sequence[KeptLetter], *, by: str, dry_run: bool, again: bool
    ) -> list[Requeued]: ...  # fmt: skip
