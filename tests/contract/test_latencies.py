"""What the consumers note of the end-to-end latency: summed over processes, the newest note of each minute, and not for ever."""

import pytest

from store.contract import LATENCIES_KEPT_MS
from tests.contract.stores import Place

pytestmark = pytest.mark.anyio

MINUTE = 60_000
NOW = 30_000_000 * MINUTE


async def test_notes_of_all_processes_are_summed_up(place: Place) -> None:
    async with place.writer() as one, place.writer() as other, place.reader() as reader:
        assert await reader.latencies(0) == {}
        await one.note_latencies("a", NOW - MINUTE, {50: 3})
        await one.note_latencies("a", NOW, {50: 1})
        await one.note_latencies("a", NOW, {50: 5, 100: 1})  # the same minute, with what came since
        await other.note_latencies("b", NOW, {50: 10, 2**63 - 1: 2})
        await other.note_latencies("b", NOW, {50: 10, 2**63 - 1: 2})  # written twice, as its answer was lost
        assert await reader.latencies(NOW) == {50: 15, 100: 1, 2**63 - 1: 2}
        assert await reader.latencies(NOW - MINUTE) == {50: 18, 100: 1, 2**63 - 1: 2}
        assert await reader.latencies(NOW + MINUTE) == {}


async def test_old_notes_go_with_new_ones(place: Place) -> None:
    async with place.writer() as writer, place.reader() as reader:
        for minute in range(0, 3 * LATENCIES_KEPT_MS, MINUTE * 10):
            await writer.note_latencies("a", NOW + minute, {50: 1})
        assert await reader.latencies(0) == {50: LATENCIES_KEPT_MS // (MINUTE * 10) + 1}
