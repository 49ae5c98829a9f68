"""The console in a real Chromium over 100,000 messages, and a live tail: how long its steps take, and its longest tasks.

A task of the page's main thread keeps it from answering while it lasts. How long one lasts by the clock depends on what else the
machine does; what it takes of the processor hardly does. Both are from Chromium's own trace. The server is a process of its own;
browser, server and Kafka share the machine's cores.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from statistics import median
from typing import Any

import msgspec
from playwright.async_api import Page, async_playwright

from bench import table
from bench.events import make_events, make_records
from bench.graphql import fill
from bench.options import Options
from bus.publisher import Publisher
from bus.settings import KafkaSettings
from store.settings import StoreSettings
from tests.parts import chromium
from tests.parts.processes import Part, running

EVENTS = 330_000  # some 100,000 messages
RATE_EVENTS, PORTIONS_A_S = 500, 20
ROWS = ".rows .row"
MONTH_HOURS = 720
MONTH = "q=after:2025-09-25T00:00:00Z+before:2025-10-25T00:00:00Z&every=hour"
HEAD = ["step", "times", "median ms", "greatest ms", "longest task, ms", "longest task, CPU ms"]
TASK, OURS = "ThreadControllerImpl::RunTask", "of this page"
Task = tuple[float, float]
"""Milliseconds by the clock, and of the processor."""
Step = Callable[[Page, str], Awaitable[Any]]


def run(options: Options) -> None:
    """One table."""
    store = StoreSettings(url=f"sqlite:///{options.directory}/console.db")
    asyncio.run(fill(store, make_events(options.events or (33_000 if options.quick else EVENTS))))
    with options.kafka.topics() as kafka:
        part = Part("graphql", {"kafka": kafka, "store": store, "graphql": {}}, options.directory / "graphql.log")
        with running(part):
            seconds = 5.0 if options.quick else 20.0
            rows = asyncio.run(_measure(part.address, kafka, seconds, 5 if options.quick else 20))
    table.show("The console in Chromium", HEAD, rows)


async def _measure(url: str, kafka: KafkaSettings, seconds: float, times: int) -> list[list[str]]:
    async with async_playwright() as playwright:
        path = chromium.find(os.environ)
        browser = await playwright.chromium.launch(executable_path=path, args=chromium.arguments())
        page = await browser.new_page(viewport={"width": 1280, "height": 860})
        rows = [await _step(page, url, name, step, times) for name, step in STEPS.items()]
        rows.append(await _tail(page, url, kafka, seconds))
        await browser.close()
    return rows


async def _open_list(page: Page, url: str) -> None:
    await page.goto(url)
    await page.locator(ROWS).nth(49).wait_for()


async def _search(page: Page, _: str) -> None:
    box = page.get_by_role("searchbox")
    turned = "delivered" if "bounced" in await box.input_value() else "bounced"
    await box.fill(f"status:{turned} domain:example.org")
    await box.press("Enter")
    await page.locator(ROWS, has_text=turned.capitalize()).first.wait_for()


async def _next_page(page: Page, _: str) -> None:
    first = await page.locator(f"{ROWS} .id").first.inner_text()
    await page.get_by_role("link", name="Older →").click()
    await page.wait_for_function("first => document.querySelector('.rows .row .id')?.innerText !== first", arg=first)


async def _message(page: Page, _: str) -> None:
    await page.locator(ROWS).first.click()
    await page.locator(".step").first.wait_for()
    await page.keyboard.press("Escape")
    await page.locator(ROWS).first.wait_for()


async def _statistics(page: Page, url: str) -> None:
    """A month by the hour: as many buckets as one question may have, nearly."""
    await page.goto(f"{url}/statistics?{MONTH}")
    await page.locator(".refusals tbody tr").first.wait_for()


async def _drag(page: Page, _: str) -> None:
    """Over a fifth of the time, which is then seen alone; and back."""
    plot = page.get_by_role("slider")
    box = await plot.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 40)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 50, steps=40)
    await page.mouse.up()
    await page.locator(f"[role=slider]:not([aria-valuemax='{MONTH_HOURS}'])").wait_for()
    await page.go_back()
    await page.locator(f"[role=slider][aria-valuemax='{MONTH_HOURS}']").wait_for()


STEPS: dict[str, Step] = {
    "the list, from nothing": _open_list,
    "the next page": _next_page,
    "a search": _search,
    "a message and back": _message,
    "statistics of a month by the hour": _statistics,
    "a time dragged over, and back": _drag,
}


async def _step(page: Page, url: str, name: str, step: Step, times: int) -> list[str]:
    took = []
    async with _traced(page) as tasks:
        for _ in range(times):
            started = time.perf_counter()
            await step(page, url)
            took.append((time.perf_counter() - started) * 1000)
    return [name, str(times), f"{median(took):.0f}", f"{max(took):.0f}", *_longest(tasks)]


async def _tail(page: Page, url: str, kafka: KafkaSettings, seconds: float) -> list[str]:
    await page.goto(f"{url}/live")
    await page.locator(".badge", has_text="Live").wait_for()
    publisher = Publisher(kafka)
    await publisher.open()
    count, size = int(RATE_EVENTS * seconds), RATE_EVENTS // PORTIONS_A_S
    now_ms = int(time.time() * 1000)
    records = [msgspec.structs.replace(record, timestamp_ms=now_ms) for record in make_records(count)]
    sent: list[asyncio.Future[Any]] = []
    async with _traced(page) as tasks:
        started = time.perf_counter()
        for number, start in enumerate(range(0, count, size)):
            sent.append(
                asyncio.ensure_future(publisher.publish(kafka.notifications_topic, records[start : start + size]))
            )
            await asyncio.sleep(max(0.0, started + (number + 1) / PORTIONS_A_S - time.perf_counter()))
        await asyncio.gather(*sent)
        rate = count / (time.perf_counter() - started)
        await page.locator(".kinds", has_text=f"{count:,} events").wait_for()
    await publisher.close()
    return [f"the live tail, {rate:.0f} events/s for {count / rate:.0f} s", "1", "–", "–", *_longest(tasks)]


@asynccontextmanager
async def _traced(page: Page) -> AsyncIterator[list[Task]]:
    """The tasks of the page's main thread while the context was open; filled when it closes.

    Chromium has pages of its own, whose threads have the same name: ours is the one that sets a mark in the end.
    """
    browser = page.context.browser
    assert browser
    tasks: list[Task] = []
    await browser.start_tracing(page=page, categories=["toplevel", "blink.user_timing"])
    yield tasks
    await page.evaluate("name => performance.mark(name)", OURS)
    events = json.loads(await browser.stop_tracing())["traceEvents"]
    ours = next(_thread(event) for event in events if event["name"] == OURS)
    tasks += [
        (event["dur"] / 1000, event["tdur"] / 1000)
        for event in events
        if event["name"] == TASK and "tdur" in event and _thread(event) == ours
    ]


def _thread(event: dict[str, Any]) -> tuple[int, int]:
    return event["pid"], event["tid"]


def _longest(tasks: list[Task]) -> tuple[str, str]:
    """The greatest of both, in ms."""
    return f"{max(wall for wall, _ in tasks):.0f}", f"{max(processor for _, processor in tasks):.0f}"
