"""The live tail: what comes is shown, held, and never too much; what a broken connection cost is said."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from math import inf

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from store.settings import StoreSettings
from tests.console.conftest import Console, Open, rows
from tests.live.conftest import Pipeline, metric, notification, serving
from tests.parts.kafka import Kafka

pytestmark = pytest.mark.anyio
MANY = 1_200
ROWS_MAX = 1_000
REPLAYED = 5

COUNT_PICTURES = """() => {
    window.pictures = 0;
    new MutationObserver(() => window.pictures++).observe(document.querySelector("main"), {childList: true, subtree: true});
}"""


@pytest.fixture(scope="module")
async def quiet(
    kafka: Kafka, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Console]:  # fmt: skip
    """A server of its own, where nothing comes but what these tests send."""
    store = StoreSettings(url=f"sqlite:///{tmp_path_factory.mktemp('live')}/store.db")
    with kafka.topics() as settings:
        async with (
            Pipeline(settings, store, int(time.time() * 1000)) as pipeline,
            serving(settings, store, replay_records_max=REPLAYED, replay_bytes_max=2_000) as (url, _),
        ):
            yield Console(url, pipeline)


async def follow(open_page: Open, console: Console, search: str = "") -> Page:
    """The page once its subscription is there."""
    await until_subscribed(console, 0, 0)  # those of the tests before have ended
    page = await open_page(f"/live?q={search}", url=console.url)
    await expect(page.locator(".badge")).to_have_text("Live")
    await until_subscribed(console, 1)
    return page


async def until_subscribed(console: Console, least: float, most: float = inf) -> None:
    deadline = asyncio.get_running_loop().time() + 30
    while not least <= await metric(console.url, "eds_graphql_subscriptions_active") <= most:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.02)


async def test_what_comes_is_shown_and_can_be_held(open_page: Open, quiet: Console) -> None:
    page = await follow(open_page, quiet, "-status:queued+domain:example.org,example.net")
    await expect(page.get_by_role("heading", name="Waiting for events")).to_be_visible()
    await quiet.pipeline.report("first", "delivered", resp_msg="250 OK")
    await expect(rows(page)).to_have_count(1)
    await expect(rows(page)).to_contain_text("250 OK")
    await page.keyboard.press("Space")
    await expect(page.locator(".badge")).to_have_text("Paused")
    await quiet.pipeline.report("second", "queued")
    await quiet.pipeline.report("second", "bounced", "b@example.net")
    await quiet.pipeline.report("second", "bounced", "b@example.com")
    await quiet.pipeline.report("third", "deferred")
    await expect(page.get_by_role("button", name="Go on: 2 new")).to_be_visible()
    await expect(rows(page)).to_have_count(1)
    await page.keyboard.press("Space")
    await expect(rows(page)).to_have_count(3)
    await expect(rows(page).nth(0)).to_contain_text("third")
    await expect(page.locator(".kinds")).to_contain_text("3 events")
    await page.keyboard.press("j")
    await expect(page.locator(".badge")).to_have_text("Paused while a row has the focus")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("third")


async def test_however_many_come_the_page_stays_small(open_page: Open, quiet: Console) -> None:
    page = await follow(open_page, quiet)
    await page.evaluate(COUNT_PICTURES)
    await quiet.pipeline.apply([notification(f"many-{number}", "delivered") for number in range(MANY)])
    await expect(page.locator(".kinds")).to_contain_text(f"{MANY:,} events")
    shown = rows(page)
    assert await shown.count() < 60
    assert await page.evaluate("window.pictures") < MANY / 10
    items = page.locator(".tail li")
    await expect(items.first).to_have_attribute("aria-posinset", "1")
    await expect(items.first).to_have_attribute("aria-setsize", str(ROWS_MAX))
    await expect(page.locator(".ending")).to_contain_text("The newest 1,000 are kept here")
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    await expect(page.locator(".badge")).to_have_text("Paused while you read below")
    await expect(items.last).to_have_attribute("aria-posinset", str(ROWS_MAX))
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator(".badge")).to_have_text("Live")
    await expect(items.first).to_have_attribute("aria-posinset", "1")


async def test_a_broken_connection_is_told_and_made_good(open_page: Open, quiet: Console) -> None:
    page = await open_page(url=quiet.url)
    routes: list[WebSocketRoute] = []
    away = asyncio.Event()

    async def between(route: WebSocketRoute) -> None:
        if away.is_set():
            await route.close(code=1013)
        else:
            routes.append(route)
            route.connect_to_server()

    await page.route_web_socket(re.compile("/graphql$"), between)
    await page.goto(f"{quiet.url}/live")
    await expect(page.locator(".badge")).to_have_text("Live")
    away.set()
    await routes[-1].close(code=1012)
    await expect(page.locator(".badge")).to_have_text("Connection lost: trying again")
    away.clear()
    await expect(page.locator(".break-line")).to_contain_text("What came meanwhile is not below")
    await page.get_by_role("button", name="Close").click()
    await expect(page.locator(".break-line")).to_have_count(0)

    await until_subscribed(quiet, 1)
    await quiet.pipeline.report("before the break", "delivered")
    await expect(rows(page)).to_have_count(1)
    away.set()
    await routes[-1].close(code=1012)
    await expect(page.locator(".badge")).to_have_text("Connection lost: trying again")
    await quiet.pipeline.report("during the break", "delivered")
    away.clear()
    await expect(rows(page)).to_have_count(2)
    await expect(page.locator(".break-line")).to_contain_text("none is missing")
    away.set()
    await routes[-1].close(code=1012)
    await expect(page.locator(".badge")).to_have_text("Connection lost: trying again")
    await quiet.pipeline.apply(
        [notification("too many to be read back", "opened", tries=n) for n in range(REPLAYED * 4)]
    )
    away.clear()
    await expect(page.locator(".break-line")).to_contain_text("What came meanwhile is not below")
    await expect(rows(page)).to_have_count(2)


async def test_who_posted_it_is_followed(open_page: Open, quiet: Console) -> None:
    for search in ("source:relay-3", "-source:test"):
        page = await follow(open_page, quiet, search)
        await quiet.pipeline.report("other", "bounced", sender_id=2)
        await quiet.pipeline.report("mine", "bounced", sender_id=3)
        await expect(rows(page)).to_have_count(1)
        await expect(rows(page)).to_contain_text("mine")
        await page.close()


async def test_a_search_that_can_not_be_followed_says_why(open_page: Open, quiet: Console) -> None:
    page = await open_page("/live?q=category:mailbox_full", url=quiet.url)
    await expect(page.get_by_role("alert")).to_contain_text("Events have no category of their own")


@pytest.mark.parametrize(
    "search",
    [
        "colour:red",
        "-colour:red,green status:bounced",
        "to:a@b.example to:c@d.example",
        "status:bounced -status:queued status:queued",
        "after:1h after:2h",
        "before:1h,2h",
    ],
)
async def test_a_search_is_refused_as_the_list_refuses_it(open_page: Open, quiet: Console, search: str) -> None:
    said = []
    for address in ("/?in=events&q=", "/live?q="):
        page = await open_page(address + search.replace(" ", "+"), url=quiet.url)
        said.append(await page.get_by_role("alert").locator("p").first.inner_text())
        await page.close()
    assert said[0].startswith("search: ")
    assert said[1] == said[0]


async def test_a_word_without_a_value_is_refused(open_page: Open, quiet: Console) -> None:
    page = await open_page("/live?q=to:", url=quiet.url)
    await expect(page.get_by_role("alert")).to_contain_text("not key:value")


async def test_addresses_are_meant_however_they_are_written(open_page: Open, quiet: Console) -> None:
    for search in ("-to:<Other@Example.org>", "to:<Mine@Example.org>,<none@example.org>"):
        page = await follow(open_page, quiet, search)
        await quiet.pipeline.report("other", "bounced", "other@example.org")
        await quiet.pipeline.report("mine", "bounced", "mine@example.org")
        await expect(rows(page)).to_have_count(1)
        await expect(rows(page)).to_contain_text("mine")
        await page.close()
