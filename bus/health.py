"""Whether Kafka is there and how far its topics reach, asked through Kafka's own protocol, off the event loop."""

import asyncio
import time
from collections.abc import Mapping

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]  # its stubs miss the re-exports

from bus.client import client_options
from bus.settings import KafkaSettings
from delivery.errors import Unavailable

CHECK_TIMEOUT_S = 2.0
FRESH_S = 1.0
AGAIN_S = 0.1
_PASSING = frozenset({KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE})


def brokers(settings: KafkaSettings, timeout_s: float, cluster_id: str | None = None) -> list[int]:
    """The ids of the brokers that take part in the cluster. Blocks. Unavailable where none answers in time.

    With a cluster_id also where the one that answers is another cluster.
    """
    options = client_options(settings, "health") | {"log_level": 0}
    try:
        found = AdminClient(options).list_topics(timeout=timeout_s)
    except KafkaException as problem:
        raise Unavailable(f"Kafka at {settings.bootstrap} does not answer: {problem.args[0].str()}") from problem
    if cluster_id is not None and found.cluster_id != cluster_id:
        raise Unavailable(f"Kafka at {settings.bootstrap} is the cluster {found.cluster_id}, not {cluster_id}")
    return sorted(found.brokers)


class Health:
    """Asks for one process; keeps its connection and, for a second, its answer. Use it from one event loop."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._admin = AdminClient(client_options(settings, "health") | {"log_level": 0})
        self._answer: str | None = None
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def check(self) -> str | None:
        """What is wrong with Kafka or our topics; None where every partition has a leader. Answers within CHECK_TIMEOUT_S."""
        async with self._asking:
            if time.monotonic() - self._asked_at > FRESH_S:
                self._answer = await asyncio.to_thread(self._check)
                self._asked_at = time.monotonic()
            return self._answer

    async def end_offsets(self, topic: str) -> dict[int, int]:
        """The next offset of each partition. Unavailable where Kafka does not say, or has no such topic."""
        return await asyncio.to_thread(self._end_offsets, topic)

    async def lag(self, topic: str, positions: Mapping[int, int]) -> dict[int, int]:
        """How many offsets each partition's position is behind its end; one without a position counts from zero."""
        ends = await self.end_offsets(topic)
        return {number: max(0, end - positions.get(number, 0)) for number, end in ends.items()}

    def _check(self) -> str | None:
        try:
            found = self._admin.list_topics(timeout=CHECK_TIMEOUT_S).topics
        except KafkaException as problem:
            return f"Kafka at {self._settings.bootstrap} does not answer: {problem.args[0].str()}"
        problems = [f"topic {name} is missing" for name in self._settings.topics if name not in found]
        for name in self._settings.topics:
            if name in found:
                leaderless = [number for number, one in found[name].partitions.items() if one.leader < 0]
                if leaderless:
                    problems.append(f"topic {name} has no leader for partitions {leaderless}")
        return "; ".join(problems) or None

    def _end_offsets(self, topic: str) -> dict[int, int]:
        deadline = time.monotonic() + CHECK_TIMEOUT_S
        while True:
            try:
                return self._ask_end_offsets(topic)
            except (KafkaException, TimeoutError) as problem:
                # A leader that moves, or a topic that was made a moment ago, is known again within moments.
                passing = isinstance(problem, KafkaException) and problem.args[0].code() in _PASSING
                if not passing or time.monotonic() > deadline:
                    raise Unavailable(f"Kafka does not say where {topic} ends: {problem}") from problem
                time.sleep(AGAIN_S)

    def _ask_end_offsets(self, topic: str) -> dict[int, int]:
        found = self._admin.list_topics(topic, timeout=CHECK_TIMEOUT_S).topics[topic]
        if found.error is not None:
            raise KafkaException(found.error)
        wanted = {TopicPartition(topic, number): OffsetSpec.latest() for number in found.partitions}  # type: ignore[no-untyped-call]
        asked = self._admin.list_offsets(wanted, request_timeout=CHECK_TIMEOUT_S)
        return {one.partition: answer.result(CHECK_TIMEOUT_S * 2).offset for one, answer in asked.items()}
