"""Much, and long: messages with many recipients and events, long domains, lists that change while they are saved, small pages."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from anyio import to_thread
from playwright.async_api import Page, Route, expect

from delivery.notification import Notification
from tests.console.conftest import Console, Open, console_over, main, rows
from tests.live.conftest import notification, serving
from tests.parts.kafka import Kafka

pytestmark = pytest.mark.anyio
MANY, RECIPIENTS = "many-recipients", 230
LONG_STORY, STEPS = "long-story", 215
LONG = f"{'.'.join(['mailserversofacompanywithaverylongnameandwithoutanyhyphen'] * 4)}.example"
SAVED, ROWS = "saved.example", 30
SMALL_PAGE = 7
WIDER = """() => [...document.querySelectorAll(".statistics section > table")]
    .filter((table) => table.getBoundingClientRect().right > table.parentElement.getBoundingClientRect().right + 0.5)
    .map((table) => table.textContent)"""


def reader(number: int) -> str:
    return f"reader{number:03}@many.example"


def all_mail(now_s: int) -> list[Notification]:
    def at(number: int, tracking_id: str, label: str, to: str, **more: Any) -> Notification:
        return notification(tracking_id, label, to, time_finished=now_s - 3_000 + number, **more)

    full: dict[str, Any] = {"resp_code": 552, "resp_msg": "552 5.2.2 Mailbox full"}
    return [
        *(at(number, MANY, "delivered", reader(number)) for number in range(RECIPIENTS)),
        *(at(number, LONG_STORY, "deferred", "ann@story.example", tries=number) for number in range(STEPS)),
        *(at(number, f"long-{number}", "bounced", f"a{number}@{LONG}", **full) for number in range(12)),
        *(at(number, f"short-{number}", "bounced", f"a{number}@short.example", **full) for number in range(9)),
        *(at(number, f"saved-{number}", "queued", f"a{number:02}@{SAVED}") for number in range(ROWS)),
    ]


@pytest.fixture(scope="module")
async def large(
    kafka: Kafka, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[Console]:  # fmt: skip
    async with console_over(kafka, tmp_path_factory.mktemp("large"), all_mail) as console:
        yield console


@pytest.fixture(scope="module")
async def small_pages(large: Console) -> AsyncIterator[str]:
    """A server of the same mail that allows smaller pages than the console asks for."""
    async with serving(large.pipeline.kafka, large.pipeline.store, page_size_max=SMALL_PAGE) as (url, _):
        yield url


async def saved(page: Page) -> list[dict[str, str]]:
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="JSONL").click()
    text = await to_thread.run_sync((await (await waiting.value).path()).read_text, "utf-8")
    return [json.loads(line) for line in text.splitlines()]


async def test_an_export_has_what_changes_meanwhile_once_and_as_it_is_last(
    open_page: Open, large: Console, small_pages: str
) -> None:
    pages = 0

    async def change(route: Route) -> None:
        """Between the second page and the third: one of the oldest rows, which are read by then, and one of the newest."""
        nonlocal pages
        if "ExportDeliveries" in (route.request.post_data or ""):
            pages += 1
            if pages == 4:  # the first was refused, as too large
                now_s = int(time.time())
                for number in (2, ROWS - 3):
                    await large.pipeline.report(
                        f"saved-{number}", "delivered", f"a{number:02}@{SAVED}", time_finished=now_s
                    )
        await route.continue_()

    page = await open_page(f"/?q=domain:{SAVED}", url=small_pages)
    await page.route("**/graphql", change)
    found = await saved(page)
    assert pages > ROWS / SMALL_PAGE
    untouched = [f"saved-{number}" for number in reversed(range(ROWS)) if number not in (2, ROWS - 3)]
    assert [row["tracking_id"] for row in found[2:]] == untouched
    assert {(row["tracking_id"], row["status"]) for row in found[:2]} == {
        ("saved-2", "delivered"),
        (f"saved-{ROWS - 3}", "delivered"),
    }
    await page.get_by_role("link", name="Newest first").click()
    await expect(page.get_by_role("link", name="Oldest first")).to_be_visible()
    assert await saved(page) == found[::-1]


async def test_pages_are_as_large_as_the_server_allows(open_page: Open, small_pages: str) -> None:
    page = await open_page("/", url=small_pages)
    await expect(rows(page)).to_have_count(SMALL_PAGE)
    await page.get_by_role("link", name="Older").click()
    await expect(rows(page)).to_have_count(SMALL_PAGE)
    await page.goto(f"{small_pages}/statistics?q=domain:{LONG}&code=5.2.2")
    refusals = page.get_by_role("region", name="In the servers' words").locator("tbody tr")
    await expect(refusals.locator("td.number")).to_have_text("12")
    await expect(rows(page)).to_have_count(12)


async def test_the_recipient_that_was_clicked_stands_first_of_thousands(open_page: Open, large: Console) -> None:
    page = await open_page(f"/?q=to:{reader(0)}", url=large.url)
    await rows(page).first.click()
    first = page.locator(".delivery").first
    await expect(first).to_contain_text(reader(0))
    await expect(page.locator(".delivery.chosen")).to_have_count(1)
    await expect(page.locator(".delivery")).to_have_count(51)
    near = page.locator(".delivery", has_text=reader(RECIPIENTS - 20))
    await near.get_by_role("link", name="Its events").click()
    await expect(first).to_contain_text(reader(RECIPIENTS - 20))
    await expect(first.get_by_role("link", name="All events")).to_be_focused()
    await expect(page.locator(".delivery")).to_have_count(50)
    await expect(page.locator(".step")).to_have_count(1)


async def test_more_events_than_are_shown_are_a_list(open_page: Open, large: Console) -> None:
    page = await open_page(f"/message?id={LONG_STORY}", url=large.url)
    await page.get_by_role("link", name="More events").click()
    await expect(main(page)).to_contain_text("The first 200 events are shown.")
    await page.get_by_role("link", name="All of them as a list").click()
    await expect(page.get_by_text(f"{STEPS} events")).to_be_visible()
    await expect(page.get_by_role("searchbox")).to_have_value(f"id:{LONG_STORY}")
    await expect(rows(page).last).to_be_visible()


async def test_an_event_without_a_tracking_id_has_a_way_back(open_page: Open, large: Console) -> None:
    await large.pipeline.report(None, "queued", "ann@alone.example")
    page = await open_page("/?q=domain:alone.example&in=events", url=large.url)
    await rows(page).first.click()
    await expect(page.get_by_role("heading", name="An event without a tracking id")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("searchbox")).to_have_value("domain:alone.example")
    await expect(rows(page)).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 860, 320])
@pytest.mark.parametrize("search", ["", f"domain:{LONG}"])
async def test_long_domains_fit(open_page: Open, large: Console, width: int, search: str) -> None:
    page = await open_page(f"/statistics?q={search}", url=large.url, viewport={"width": width, "height": 860})
    await expect(page.locator(".refusals tbody tr").first).to_be_visible()
    await expect(page.locator(".codes tbody tr" if search else ".crossed tbody tr").first).to_be_visible()
    await expect(
        page.get_by_role("region", name="Who posts" if not search else "Why").locator("tbody tr")
    ).not_to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await page.evaluate(WIDER) == []
