"""How values become what stands in the answer: objects and lists, at once or, where something below calls the store, awaited."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from graphql_api.compiled.calls import Call, Run

Complete = Callable[[Any, Run], Any]
"""From a value to what stands in the answer; awaitable where something below it calls the store."""


class Completion(msgspec.Struct, frozen=True):
    """How values of one type are completed."""

    complete: Complete
    is_async: bool
    leaf: Callable[[Any], Any] | None = None  # the same for a value that nothing stands below
    many: Complete | None = None  # the same for all values of a list at once


class Member(msgspec.Struct, frozen=True):
    """One member of an answer's object: from the object that it is of to what stands in the answer."""

    key: str
    value: Complete
    is_async: bool


def object_of(members: Sequence[Member]) -> Completion:
    """The completion of an object with these members."""
    pairs = [(member.key, member.value) for member in members]
    waiting = [member.key for member in members if member.is_async]
    if not waiting:

        def at_once(source: Any, run: Run) -> dict[str, Any]:
            return {key: value(source, run) for key, value in pairs}

        return Completion(at_once, is_async=False)

    async def complete(source: Any, run: Run) -> dict[str, Any]:
        answer = {key: value(source, run) for key, value in pairs}
        await settle(answer, waiting, run)
        return answer

    return Completion(complete, is_async=True)


async def settle(answer: dict[str, Any], waiting: Sequence[str], run: Run) -> None:
    """Puts the awaited values in. They are awaited one by one where all that they ask for has been read."""
    if len(waiting) == 1 or run.is_read:
        for key in waiting:
            answer[key] = await answer[key]
        return
    answer.update(zip(waiting, await together([answer[key] for key in waiting]), strict=True))


def list_of(item: Completion) -> Completion:
    """The completion of a list of such values."""
    complete = item.complete
    if item.many is not None:
        return Completion(item.many, is_async=False)
    if not item.is_async:
        return Completion(lambda values, run: [complete(value, run) for value in values], is_async=False)

    async def complete_all(values: Any, run: Run) -> list[Any]:
        return await together([complete(value, run) for value in values])

    return Completion(complete_all, is_async=True)


def nullable(present: Completion) -> Completion:
    """The completion of values of which some are null."""
    complete = present.complete
    if not present.is_async:
        return Completion(lambda value, run: None if value is None else complete(value, run), is_async=False)

    async def or_null(value: Any, run: Run) -> Any:
        return None if value is None else await complete(value, run)

    return Completion(or_null, is_async=True)


def called(call: Call, completion: Completion) -> Complete:
    """The call's value, completed."""
    get, complete = call.get, completion.complete
    if not call.is_async:
        return lambda source, run: complete(get(source, run), run)
    if not completion.is_async:

        async def value(source: Any, run: Run) -> Any:
            return complete(await get(source, run), run)

        return value

    async def value_below(source: Any, run: Run) -> Any:
        return await complete(await get(source, run), run)

    return value_below


def attribute_of(name: str, leaf: Callable[[Any], Any]) -> Complete:
    """An attribute's value, which nothing stands below, completed."""
    read = attrgetter(name)
    return lambda source, _run: leaf(read(source))


async def together(calls: Sequence[Awaitable[Any]]) -> list[Any]:
    """The calls' values. Where one fails, nothing is left running behind it."""
    tasks = [asyncio.ensure_future(call) for call in calls]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
