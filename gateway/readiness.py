"""Whether the gateway can do its work now: the broker is asked, and a gateway that ends is not ready."""

import asyncio
from time import monotonic

from bus import health
from bus.settings import KafkaSettings
from delivery.errors import Unavailable

ANSWER_S_MAX = 2.0
ANSWER_AGE_S_MAX = 1.0


class Readiness:
    """Asks the brokers at most once a second, however many ask us."""

    def __init__(self, kafka: KafkaSettings) -> None:
        self._kafka = kafka
        self._asking = asyncio.Lock()
        self._asked_at = -ANSWER_AGE_S_MAX
        self._problem: str | None = None
        self.draining = False

    async def checks(self) -> dict[str, str | None]:
        """Each part with its problem, None where it is well."""
        serving = "shutting down" if self.draining else None
        return {"serving": serving, "kafka": await self._kafka_problem()}

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
