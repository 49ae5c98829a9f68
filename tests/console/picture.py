"""The picture of the README: `python -m tests.console.picture docs/console.png` looks at a message that bounced."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from random import Random
from typing import Any

from playwright.async_api import async_playwright

from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.event import Received, build_event, read_event, request_headers
from delivery.notification import MEMBERS as NAMES
from delivery.notification import ExtendedNotification, Notification
from graphql_api.context import Sources
from graphql_api.http.app import build_app, serving
from graphql_api.settings import GraphQLSettings
from ops.traffic import Traffic
from store.opening import open_reader, open_writer
from store.settings import StoreSettings
from tests.graphql_api.world import TOPIC, fill
from tests.parts import chromium

MEMBERS = frozenset(NAMES)
ID = "0d6f3c1e-2026-11-25-ada"
SIZE = {"width": 1120, "height": 700}


def story(at: int) -> list[Notification]:
    """Greylisted, tried again, refused for good."""
    mail: dict[str, Any] = {
        "tracking_id": ID, "rcpt_to": "ada@post.example", "mail_from": "news@shop.example", "sender_id": 42, "tries": 0,
    }  # fmt: skip
    grey: dict[str, Any] = {"resp_code": 451, "resp_msg": "451 4.7.1 Greylisted, please try again in 300 seconds"}
    full: dict[str, Any] = {
        "resp_code": 552,
        "resp_msg": "552 5.2.2 The email account that you tried to reach is over quota",
    }
    mx: dict[str, Any] = {"extras": {"mx": "mx2.post.example", "tls": "TLSv1.3"}}
    return [
        ExtendedNotification(**mail, event_label="queued", time_finished=at),
        ExtendedNotification(**mail, **grey, event_label="deferred", time_finished=at + 2, **mx),
        ExtendedNotification(**mail | {"tries": 1}, **full, event_label="hard_bounced", time_finished=at + 314, **mx),
    ]


async def main(path: str) -> None:
    now_s = int(time.time())
    with tempfile.TemporaryDirectory() as directory:
        store = StoreSettings(url=f"sqlite:///{directory}/store.db")
        events = received(now_s)
        ends = {0: len(events)}
        await fill(open_writer(store, shipped_classifier()), Batch(events, ends))
        reader = open_reader(store)
        await reader.open()

        async def end_offsets() -> Mapping[str, Mapping[int, int]]:
            return {TOPIC: ends}

        async def check() -> None:
            return None

        settings = GraphQLSettings(port=0)
        sources = Sources(
            reader=reader,
            end_offsets=end_offsets,
            check_broker=check,
            topic=TOPIC,
            now=lambda: int(time.time() * 1000),
            version="",
        )
        async with serving(build_app(settings, sources), settings) as port:
            await look(f"http://127.0.0.1:{port}/message?id={ID}", path)
        await reader.close()


def received(now_s: int) -> list[Received]:
    """Traffic of the last minutes, and the story in it; each arrives a moment after it happened."""
    rows = [Notification(**row) for row in Traffic(Random(7), now_s - 3_600).rows(900) if MEMBERS.issuperset(row)]
    past = [row for row in rows if (row.time_finished or row.time_started or now_s) < now_s - 20]
    found = []
    for offset, notification in enumerate([*past, *story(now_s - 330)]):
        at = (notification.time_finished or now_s) * 1000 + 400
        record = build_event(notification, at, request_headers(at, "haraka-1"))
        found.append(read_event(record.value, record.headers, at, 0, offset))
    return found


async def look(address: str, path: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium.find(os.environ), args=chromium.arguments())
        page = await browser.new_page(viewport=SIZE, timezone_id="UTC", color_scheme="light")  # type: ignore[arg-type]
        await page.goto(address)
        await page.locator(".step").nth(2).wait_for()
        await page.locator(".following.open").wait_for()
        await page.screenshot(path=path)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
