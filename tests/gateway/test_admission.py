"""The clock of what is in flight."""

import asyncio

import pytest

from gateway.admission import Admission, Ticket
from gateway.metrics import GatewayMetrics
from gateway.settings import GatewaySettings


@pytest.mark.anyio
async def test_deadlines_are_kept_after_a_request_whose_end_is_a_defect(caplog: pytest.LogCaptureFixture) -> None:
    admission, ended = Admission(GatewaySettings(request_ms_max=500), GatewayMetrics()), asyncio.Event()

    def fail() -> None:
        raise asyncio.InvalidStateError("nobody waits here")

    admission.start_clock()
    for end in (fail, ended.set):
        admission.enter(Ticket(), end)
    await asyncio.wait_for(ended.wait(), 10)
    await admission.stop_clock()
    assert [record.message for record in caplog.records] == ["defect: nobody waits here"]
