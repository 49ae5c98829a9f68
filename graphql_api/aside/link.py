"""Questions and answers over a stream between a process and its own child, many at a time, in both directions.

A frame is its length and a pickled tuple: nobody else is on the line, and variables may hold what no JSON does (integers of any
size, half surrogates).
"""

import asyncio
import pickle
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from socket import socket
from typing import Any

from delivery.errors import Retryable, Unavailable

BUFFER_BYTES = 1_048_576
QUESTION, ANSWER, AWAY, DEFECT, GIVEN_UP = range(5)
Serve = Callable[[Any], Awaitable[Any]]


class Link:
    """One end of the line. `serve` answers the other end's questions."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, serve: Serve) -> None:
        self._reader = reader
        self._writer = writer
        self._serve = serve
        self._numbers = count()
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._served: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Returns once the other end is gone. What it was asked is then Unavailable, what it asked is given up."""
        try:
            while True:
                size = int.from_bytes(await self._reader.readexactly(8), "big")
                self._take(*pickle.loads(await self._reader.readexactly(size)))  # noqa: S301  # our own child's, or parent's
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writer.close()
            for waiting in self._asked.values():
                if not waiting.done():
                    waiting.set_exception(Unavailable("the process for new and costly operations ended in the middle"))
            for task in self._served.values():
                task.cancel()

    def close(self) -> None:
        """Ends the line."""
        self._writer.close()

    async def ask(self, question: Any) -> Any:
        """The other end's answer; Unavailable where it says so, or is gone. Whoever gives up has it given up there as well."""
        number = next(self._numbers)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        try:
            await self._send(QUESTION, number, question)
            return await answer
        except asyncio.CancelledError:
            with suppress(ConnectionError):
                self._write(GIVEN_UP, number, None)
            raise
        except ConnectionError as gone:
            raise Unavailable("the process for new and costly operations is gone") from gone
        finally:
            del self._asked[number]

    def _take(self, kind: int, number: int, content: Any) -> None:
        if kind == QUESTION:
            task = self._served[number] = asyncio.create_task(self._answer(number, content))
            task.add_done_callback(lambda _: self._served.pop(number))  # one that is given up at once never begins
        elif kind == GIVEN_UP:
            if (given_up := self._served.get(number)) is not None:
                given_up.cancel()
        elif (waiting := self._asked.get(number)) is not None and not waiting.done():
            if kind == ANSWER:
                waiting.set_result(content)
            else:
                waiting.set_exception(Unavailable(content) if kind == AWAY else RuntimeError(content))

    async def _answer(self, number: int, question: Any) -> None:
        try:
            kind, content = ANSWER, await self._serve(question)
        except Retryable as problem:
            kind, content = AWAY, str(problem)
        except Exception as defect:
            kind, content = DEFECT, repr(defect)
        with suppress(ConnectionError):  # then nobody waits for it
            await self._send(kind, number, content)

    async def _send(self, kind: int, number: int, content: Any) -> None:
        self._write(kind, number, content)
        await self._writer.drain()

    def _write(self, kind: int, number: int, content: Any) -> None:
        if self._writer.is_closing():  # what a loop's transport makes of writing then is its own affair
            raise ConnectionResetError("the other end is gone")
        frame = pickle.dumps((kind, number, content), pickle.HIGHEST_PROTOCOL)
        self._writer.write(len(frame).to_bytes(8, "big"))
        self._writer.write(frame)


async def linked(connection: socket, serve: Serve) -> Link:
    """The link over a connected socket."""
    reader, writer = await asyncio.open_connection(sock=connection, limit=BUFFER_BYTES)
    return Link(reader, writer, serve)
