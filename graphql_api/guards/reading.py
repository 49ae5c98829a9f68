"""How the server comes to know a document that is new to it: it has the document judged elsewhere, and reads what it will run.

Reading a valid document and making its plan take a tenth of the time that validation takes. They are done in a thread, one
document after the other, with a rest: known documents are answered meanwhile.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from graphql_api.guards.checked import Checked, CheckedDocuments, Verdict
from graphql_api.guards.kept import Kept
from graphql_api.settings import GraphQLSettings

Result = TypeVar("Result")
REST_S_MAX = 0.2
Judge = Callable[[str, str | None], Awaitable[Verdict]]
"""Takes a document, and the name of its operation where it has several."""


class Reading:
    """That of one server. `documents` are those that it has read."""

    def __init__(self, documents: CheckedDocuments, judge: Judge, settings: GraphQLSettings) -> None:
        self.documents = documents
        self._judge = judge
        self._verdicts: Kept[tuple[str, str | None], Verdict] = Kept(settings.documents_cached_max)
        self._turn = asyncio.Lock()
        self._rests_until_s = 0.0

    def has_judged(self, text: str, operation_name: str | None) -> bool:
        """Whether it came before, of late."""
        return self._verdicts.get((text, operation_name)) is not None

    async def verdict(self, text: str, operation_name: str | None) -> Verdict:
        """What is to be known of a document; nothing is read of it here."""
        if self.documents.is_too_long(text):
            return self.documents.judge(text, operation_name)
        key = (text, operation_name)
        found = self._verdicts.get(key)
        if found is None:
            found = await self._judge(text, operation_name)
            self._verdicts.keep(key, found, len(text))
        return found

    async def read(
        self,
        text: str,
        operation_name: str | None,
        verdict: Verdict,
        then: Callable[[Checked], object] = lambda _: None,
    ) -> Checked:
        """A document that was found valid. `then` is what else is done with it at once."""
        if (found := self.documents.known(text)) is not None:
            return found

        def work() -> Checked:
            checked = self.documents.read(text, operation_name, verdict)
            then(checked)
            return checked

        return await self.in_turn(work)

    async def in_turn(self, work: Callable[[], Result]) -> Result:
        """Work on a document that is new, in a thread, when its turn comes: after a rest as long as the work before it took."""
        await self._turn.acquire()
        working: asyncio.Future[Result] | None = None
        try:
            await asyncio.sleep(max(0.0, self._rests_until_s - time.monotonic()))
            begun_s = time.monotonic()
            working = asyncio.get_running_loop().run_in_executor(None, work)
            # Not when the waiter goes: its thread works on, and two at once would take the processor from what is known.
            working.add_done_callback(lambda _: self._end_turn(begun_s))
        finally:
            if working is None:
                self._turn.release()
        return await asyncio.shield(working)

    def _end_turn(self, begun_s: float) -> None:
        ended_s = time.monotonic()
        self._rests_until_s = ended_s + min(REST_S_MAX, ended_s - begun_s)
        self._turn.release()
