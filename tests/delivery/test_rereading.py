"""What is read again while a server runs: as often as it should, and what can't be used is told once."""

import asyncio
import logging

import pytest

from delivery.errors import Misconfigured
from delivery.rereading import Rereading, rereading


def test_a_problem_is_told_once_for_as_long_as_it_lasts(caplog: pytest.LogCaptureFixture) -> None:
    problems = iter(["absent", "absent", "empty", "", "empty"])

    def read() -> None:
        if problem := next(problems):
            raise Misconfigured(problem)

    again = Rereading("tokens", read, logging.getLogger("test"))
    for _ in range(5):
        again()
    said = "the tokens in use stay as they are: "
    assert [record.getMessage() for record in caplog.records] == [said + "absent", said + "empty", said + "empty"]


@pytest.mark.anyio
async def test_a_defect_ends_no_round_but_its_own(caplog: pytest.LogCaptureFixture) -> None:
    rounds, third = 0, asyncio.Event()

    def read() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise RuntimeError("a defect")

    async with rereading(0.001, [read], lambda: third.set() if rounds == 3 else None):
        await asyncio.wait_for(third.wait(), 20)
    ended = rounds
    await asyncio.sleep(0.05)
    assert (rounds, [record.levelname for record in caplog.records]) == (ended, ["CRITICAL"])
