"""Where costly work is done: an event loop of its own, in a thread, so that the server's loop goes on with all that is cheap.

The two take turns at Python's lock (see SWITCH_S in server.py); a third thread that wants it would double what each turn takes.
Connections to store and broker are of the server's loop: what a
costly operation asks of them is asked there, a few questions at a time, so that nobody else's waits behind all of its own.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from functools import cache
from typing import Any, TypeVar, cast

import msgspec
import uvloop

from graphql_api.context import Sources
from store.contract import Reader, unhurried

Result = TypeVar("Result")
QUESTIONS_MAX = 2
"""Of all costly operations at the same time: fewer than a reader has connections."""


async def run_aside(work: Coroutine[Any, Any, Result]) -> Result:
    """Runs it there. What is cancelled here is cancelled there."""
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, _loop()))


def sources_aside(sources: Sources) -> Sources:
    """The same sources for what runs there. To be called from the server's loop."""
    served = _Served(asyncio.get_running_loop())
    reader = cast("Reader", _Methods(sources.reader, served))
    return msgspec.structs.replace(sources, reader=reader, end_offsets=served.asked(sources.end_offsets))


class _Served:
    """Has functions of the server's loop called by it, and their results brought over."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._turns = asyncio.Semaphore(QUESTIONS_MAX)

    def asked(self, function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def there(*arguments: Any, **named: Any) -> Any:
            async with self._turns:
                unhurried.set(True)  # in this task alone
                return await function(*arguments, **named)

        async def ask(*arguments: Any, **named: Any) -> Any:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(there(*arguments, **named), self._loop))

        return ask


class _Methods:
    """An object of which all methods are so called."""

    def __init__(self, of: object, served: _Served) -> None:
        self._of = of
        self._served = served

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        return self._served.asked(getattr(self._of, name))


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One for the process; it ends with it."""
    loop = uvloop.new_event_loop()
    threading.Thread(target=loop.run_forever, name="costly", daemon=True).start()
    return loop
