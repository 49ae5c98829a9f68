"""The console in a real Chromium, over a real server: one of each for all of its tests."""

import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright, expect

from delivery.notification import Notification
from store.settings import StoreSettings
from tests.console.mail import all_mail
from tests.live.conftest import Pipeline, serving
from tests.parts import chromium
from tests.parts.kafka import Kafka

WAIT_MS = 15_000
WIDE: ViewportSize = {"width": 1280, "height": 860}
expect.set_options(timeout=WAIT_MS)


class Console(msgspec.Struct):
    """The server's address, and the way for more mail."""

    url: str
    pipeline: Pipeline


Open = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="package")
async def browser(anyio_backend: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = chromium.find(os.environ)
        browser = await playwright.chromium.launch(executable_path=path, args=chromium.arguments())
        yield browser
        await browser.close()


@asynccontextmanager
async def console_over(
    kafka: Kafka, directory: Path, mail: Callable[[int], list[Notification]]
) -> AsyncIterator[Console]:
    """A console over the mail of a time, in seconds since 1970."""
    store = StoreSettings(url=f"sqlite:///{directory}/store.db")
    now_s = int(time.time())
    with kafka.topics() as settings:
        async with Pipeline(settings, store, (now_s - 600) * 1000) as pipeline, serving(settings, store) as (url, _):
            await pipeline.apply(mail(now_s))
            yield Console(url, pipeline)


@pytest.fixture(scope="package")
async def console(
    kafka: Kafka, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Console]:  # fmt: skip
    async with console_over(kafka, tmp_path_factory.mktemp("console"), all_mail) as console:
        yield console


@pytest.fixture
async def open_page(browser: Browser, console: Console) -> AsyncIterator[Open]:
    """Opens the console at an address, in a browser of its own. A page that says an error on its console fails the test."""
    said: list[str] = []
    async with _contexts(browser, said) as new_page:

        async def open_page(address: str = "/", *, url: str = console.url, **options: Any) -> Page:
            page = await new_page(**options)
            await page.goto(url + address)
            return page

        yield open_page
    assert said == []


@asynccontextmanager
async def _contexts(browser: Browser, said: list[str]) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    opened = []

    async def new_page(**options: Any) -> Page:
        context = await browser.new_context(**{"viewport": WIDE, "timezone_id": "Europe/Berlin"} | options)
        context.set_default_timeout(WAIT_MS)
        opened.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if _is_ours(message.type, message.text) else None)
        return page

    yield new_page
    for context in opened:
        await context.close()


def _is_ours(kind: str, text: str) -> bool:
    """Chromium itself notes every answer that is no 2xx, and requests that a test cuts off."""
    return kind in ("error", "warning") and not text.startswith("Failed to load resource")


def rows(page: Page) -> Locator:
    return page.locator(".rows .row")


def main(page: Page) -> Locator:
    return page.locator("main")
