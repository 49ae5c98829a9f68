"""Dead letters sent on for the GraphQL API: those that it names, as `eds dead-letters requeue` would."""

import asyncio
from collections.abc import Callable, Sequence

from bus.settings import KafkaSettings
from consumers.retention import limits_of
from consumers.settings import RetentionSettings
from delivery.kept_letter import KeptLetter
from delivery.requeued import Place
from gateway.settings import GatewaySettings
from graphql_api.requeuing import Outcome, Requeued
from ops.letter_reading import rules_of
from ops.letter_topic import LetterTopic
from ops.requeue import Decision, Requeuer, batches, decide
from ops.requeue import Outcome as Decided

OUTCOMES = {
    Decided.REQUEUED: Outcome.REQUEUED,
    Decided.PARTLY: Outcome.PARTLY,
    Decided.BAD: Outcome.STILL_BAD,
    Decided.DONE: Outcome.ALREADY_REQUEUED,
}


class LetterRequeuing:
    """One call at a time. The letters are read anew from the topic: the store keeps only the beginning of a long one."""

    def __init__(
        self, kafka: KafkaSettings, gateway: GatewaySettings, retention: RetentionSettings, now: Callable[[], int]
    ) -> None:
        self._kafka = kafka
        self._gateway = gateway
        self._retention = retention
        self._now = now
        self._turn = asyncio.Lock()

    async def __call__(
        self, letters: Sequence[KeptLetter], *, by: str, dry_run: bool, again: bool
    ) -> list[Requeued]:  # fmt: skip
        if not letters:
            return []
        async with self._turn:
            decisions = await asyncio.to_thread(self._requeue, letters, by, dry_run, again)
        return [_outcome(letter, decisions.get(letter.place)) for letter in letters]

    def _requeue(
        self, letters: Sequence[KeptLetter], by: str, dry_run: bool, again: bool
    ) -> dict[Place, Decision]:  # fmt: skip
        """In a thread of its own, which goes on where whoever asked gives up: what it does is whole, or can be done again."""
        # Misconfigured where a source's file can't be read here.
        rules = rules_of(self._gateway, limits_of(self._retention, self._now()).history)
        places = [letter.place for letter in letters]
        since = min(letter.letter.received_at for letter in letters)
        found = LetterTopic(self._kafka).at(places, lambda: None, since)
        decisions = {kept.place: decide(kept, rules, again=again) for kept in found}
        if not dry_run and any(decision.events for decision in decisions.values()):
            with Requeuer(self._kafka, by, self._now) as requeuer:
                for batch in batches(decisions[place] for place in places if place in decisions):
                    requeuer.carry_out(batch)
        return decisions


def _outcome(letter: KeptLetter, decision: Decision | None) -> Requeued:
    if decision is None:
        return Requeued(letter, Outcome.GONE)
    return Requeued(letter, OUTCOMES[decision.outcome], len(decision.events), decision.bad, decision.errors)
