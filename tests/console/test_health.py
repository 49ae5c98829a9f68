"""The line of the header that says how old everything is."""

import json
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.console.conftest import Open

pytestmark = pytest.mark.anyio
NONE = {"events": 0, "p99Seconds": None}
TOOK: list[tuple[dict[str, Any], str]] = [
    (NONE, "no recent events"),
    ({"events": 1200, "p99Seconds": 0.25}, "p99 ≤ 250 ms"),
    ({"events": 1200, "p99Seconds": 2.5}, "p99 ≤ 2.5 s"),
    ({"events": 1200, "p99Seconds": 300.0}, "p99 ≤ 5 min"),
    ({"events": 1200, "p99Seconds": None}, "p99 > 30 min"),
]
STANDS: dict[str, Any] = {"lag": 3, "ageSeconds": 600.0, "brokerAvailable": True}
QUIET: list[tuple[dict[str, Any], str]] = [
    ({"lag": 0, "ageSeconds": 600.0, "brokerAvailable": True}, "up to date"),
    ({"lag": 3, "ageSeconds": 2.0, "brokerAvailable": True}, "3 events behind"),
]
LOUD: list[tuple[dict[str, Any], str]] = [
    (STANDS, "Events are waiting: what you see is old"),
    ({"lag": 9_000, "ageSeconds": 2.0, "brokerAvailable": True}, "Events are waiting: what you see is old"),
    ({"lag": None, "ageSeconds": 2.0, "brokerAvailable": False}, "Kafka does not answer"),
]


async def test_what_is_old_is_said(open_page: Open) -> None:
    told = dict(STANDS)

    async def answer(route: Route) -> None:
        pipeline = {"newestEventAt": "2026-11-22T10:00:00.000Z", "version": "0", "endToEnd": NONE} | told
        if "query Health" in (route.request.post_data or ""):
            await route.fulfill(body=json.dumps({"data": {"pipeline": pipeline}}), content_type="application/json")
        else:
            await route.fallback()

    page = await open_page("/live")
    await page.clock.install()
    await page.route("**/graphql", answer)
    for took, says in TOOK:
        told["endToEnd"] = took
        await page.clock.run_for(5_100)
        await expect(page.locator(".health")).to_contain_text(says)
    for pipeline, says in QUIET + LOUD:
        told |= pipeline
        await page.clock.run_for(5_100)
        await expect(page.locator(".health")).to_contain_text(says)
        announced = page.locator(".health [role=status]")
        await (
            expect(announced).to_be_empty() if (pipeline, says) in QUIET else expect(announced).to_contain_text(says)
        )
