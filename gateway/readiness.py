"""Whether the gateway can do its work now: the broker is asked, and a gateway that ends is not ready.

With a spool that takes rows, it can do its work without Kafka too. Where there are several workers, the one that is asked
answers for all of them.
"""

import asyncio
from collections.abc import Sequence
from time import monotonic

from bus import health
from bus.settings import KafkaSettings
from delivery.errors import Unavailable
from delivery.health import Note
from gateway.processes.crew import Crew
from gateway.spool.spooling import SpoolingPublisher

ANSWER_S_MAX = 2.0
ANSWER_AGE_S_MAX = 1.0


class Readiness:
    """Asks the brokers at most once a second, however many ask us. The first of `spools` is the one that takes rows."""

    def __init__(
        self, kafka: KafkaSettings, spools: Sequence[SpoolingPublisher] = (), crew: Crew | None = None
    ) -> None:
        self._kafka = kafka
        self._spools = spools
        self._crew = crew
        self._asking = asyncio.Lock()
        self._asked_at = -ANSWER_AGE_S_MAX
        self._problem: str | None = None
        self.draining = False

    async def checks(self) -> dict[str, str | None]:
        """Each part with its problem, None or a Note where it is well."""
        checks = {"serving": "shutting down" if self.draining else None, "kafka": await self._kafka_problem()}
        if self._crew is not None:
            checks["workers"] = self._crew.silent()
        if self._spools:
            checks |= await self._with_spool(checks["kafka"])
        return checks

    async def _with_spool(self, kafka_problem: str | None) -> dict[str, str | None]:
        others = self._crew.others() if self._crew is not None else []
        spooled_bytes = sum(one.spool.waiting_bytes for one in self._spools)
        spooled_bytes += sum(told.counts["spool_bytes"] or 0 for told in others)
        if kafka_problem is None and not spooled_bytes:
            return {"spool": None}  # nobody needs it now
        problem = await self.spool_problem()
        for told in others:
            problem = problem or told.spool_problem
        if problem is not None:
            return {"kafka": kafka_problem, "spool": problem}
        away = None if kafka_problem is None else Note(f"away: {kafka_problem}")
        return {"kafka": away, "spool": Note(f"spooling: {spooled_bytes} bytes")}

    async def spool_problem(self) -> str | None:
        """Why this worker's spool takes no rows; None where it does, or there is none."""
        return await self._spools[0].spool.problem() if self._spools else None

    async def _kafka_problem(self) -> str | None:
        async with self._asking:
            if monotonic() - self._asked_at > ANSWER_AGE_S_MAX:
                try:
                    await asyncio.to_thread(health.brokers, self._kafka, ANSWER_S_MAX)
                    self._problem = None
                except Unavailable as problem:
                    self._problem = str(problem)
                self._asked_at = monotonic()
            return self._problem
