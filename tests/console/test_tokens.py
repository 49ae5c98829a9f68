"""What a token for some senders, and one without addresses, sees on the pages of statistics, dead letters and the live tail."""

import json
import time
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from playwright.async_api import Page, expect

from delivery.dead_letter import DeadLetter, Part
from store.settings import StoreSettings
from tests.console.conftest import Open, main, rows
from tests.console.desk import Desk
from tests.live.conftest import Pipeline, notification, serving, subscribed
from tests.parts.kafka import Kafka

pytestmark = pytest.mark.anyio
ADA, BOB, SHOWN = "ada@example.org", "bob@example.net", "a…@example.org"
FULL = f"552 5.2.2 <{ADA}>: mailbox full"
SCOPED, MASKED = "a-long-token-for-the-sender-number-seven", "a-long-token-for-all-without-an-address"
TEXT = json.dumps({"tracking_id": "bad", "rcpt_to": ADA, "tries": "x"}).encode()
LETTERS = [
    DeadLetter(
        part=Part.ROW, content=content, reason="invalid", errors={"tries": [f"Expected an integer for {ADA}."]},
        received_at=1_795_342_805_000 + number, source="mta-7", content_type="application/json", index=number,
    )
    for number, content in enumerate((TEXT, b"\x89PNG" + ADA.encode()))
]  # fmt: skip


class Office(msgspec.Struct):
    """A server that wants a token."""

    url: str
    pipeline: Pipeline

    async def enter(self, open_page: Open, address: str, token: str) -> Page:
        page = await open_page(address, url=self.url)
        await page.get_by_label("Token").fill(token)
        await page.get_by_role("button", name="Enter").click()
        return page


def entry(name: str, token: str, sender_ids: list[int] | Literal["all"]) -> str:
    digest = sha256(token.encode()).hexdigest()
    return (
        f"[[tokens]]\nname = {json.dumps(name)}\nsha256 = {json.dumps(digest)}\nsender_ids = {json.dumps(sender_ids)}\n"
    )


@pytest.fixture(scope="module")
async def office(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Office]:
    directory: Path = tmp_path_factory.mktemp("office")
    files = {"tokens_file": entry("seven", SCOPED, [7]) + entry("all", MASKED, "all"), "id_key_file": "k" * 32}
    for name, text in files.items():
        (directory / name).write_text(text, "utf-8")
        (directory / name).chmod(0o600)
    settings: dict[str, Any] = {name: str(directory / name) for name in files}
    store = StoreSettings(url=f"sqlite:///{directory}/store.db")
    with kafka.topics() as topics:
        desk = Desk(topics, store)
        async with (
            Pipeline(topics, store, (int(time.time()) - 600) * 1000) as pipeline,
            serving(topics, store, **settings) as (url, _),
        ):
            await pipeline.apply([
                notification("seven-1", "delivered", ADA, sender_id=7),
                notification("seven-2", "bounced", ADA, sender_id=7, resp_code=552, resp_msg=FULL),
                notification("nine-1", "bounced", BOB, sender_id=9, resp_code=550, resp_msg=f"550 5.1.1 no {BOB}"),
            ])  # fmt: skip
            await desk.publish(LETTERS)
            await desk.keep()
            yield Office(url, pipeline)


async def assert_masked(page: Page) -> None:
    """No address stands in the document, nor in a title or a link of it."""
    document = await page.content()
    for address in (ADA, BOB):
        assert address not in document
        assert address.replace("@", "%40") not in document


async def test_statistics_are_those_of_its_senders_and_their_words_are_masked(open_page: Open, office: Office) -> None:
    page = await office.enter(open_page, "/statistics", SCOPED)
    tiles = page.locator(".tiles li")
    for token, bounced in ((SCOPED, 1), (MASKED, 2)):
        if token == MASKED:
            await page.get_by_role("button", name="Leave").click()
            await page.get_by_label("Token").fill(token)
            await page.get_by_role("button", name="Enter").click()
        await expect(tiles.filter(has_text="Bounced").locator("b")).to_have_text(str(bounced))
        refusals = page.get_by_role("region", name="In the servers' words").locator("tbody tr")
        await expect(refusals).to_have_count(bounced)
        await expect(refusals.filter(has_text="552")).to_contain_text(SHOWN)
        await assert_masked(page)


async def test_a_tail_brings_what_the_token_may_see(open_page: Open, office: Office) -> None:
    page = await office.enter(open_page, "/live", SCOPED)
    await expect(page.locator(".badge")).to_have_text("Live")
    await subscribed(office.url, 1)
    await office.pipeline.report("nine-2", "delivered", BOB, sender_id=9)
    await office.pipeline.report("seven-3", "bounced", ADA, sender_id=7, resp_msg=FULL)
    await expect(rows(page)).to_have_count(1)
    await expect(rows(page)).to_contain_text("seven-3")
    await expect(rows(page)).to_contain_text(f"<{SHOWN}>")
    await assert_masked(page)
    await page.close()
    await subscribed(office.url, 0)
    page = await office.enter(open_page, "/live", MASKED)
    await subscribed(office.url, 1)
    await office.pipeline.report("nine-3", "delivered", BOB, sender_id=9)
    await expect(rows(page)).to_contain_text("b…@example.net")
    await assert_masked(page)


async def test_dead_letters_are_for_a_token_of_all_senders_and_masked_by_it(open_page: Open, office: Office) -> None:
    page = await office.enter(open_page, "/dead-letters", SCOPED)
    await expect(main(page)).to_contain_text("This token may not see that")
    await expect(main(page)).to_contain_text("Ask for a token that sees all senders")
    await expect(page.get_by_role("link", name="Send on")).to_have_count(0)
    page = await office.enter(open_page, "/dead-letters", MASKED)
    await expect(rows(page)).to_have_count(len(LETTERS))
    await assert_masked(page)
    await expect(page.get_by_role("button", name="Send on…")).to_be_disabled()
    await page.get_by_role("link", name="This token may not").click()
    await expect(page.get_by_role("group", name="Send on")).to_contain_text("token has no right to send letters on")
    await page.get_by_role("link", name="Close").click()
    await expect(page.get_by_role("group", name="Send on")).to_have_count(0)
    for place, shown in enumerate(("They are no text, and this token may not see them as they are", SHOWN)):
        await rows(page).nth(place).click()
        await expect(page.get_by_role("region", name="What is wrong")).to_contain_text(SHOWN)
        await expect(main(page)).to_contain_text(shown)
        await expect(page.get_by_role("button", name="Send it on…")).to_be_disabled()
        await expect(page.get_by_role("button", name="This token may not")).to_be_visible()
        await assert_masked(page)
        await page.keyboard.press("Escape")


async def test_what_a_token_lacks_is_named(open_page: Open, office: Office) -> None:
    for address in (f"/?q=to:{ADA}", f"/live?q=to:{ADA}"):
        page = await office.enter(open_page, address, MASKED)
        await expect(page.get_by_role("alert")).to_contain_text(
            "Ask for a token that sees addresses, or search by domain:."
        )
        await expect(page.get_by_role("alert")).not_to_contain_text("all senders")


async def test_what_is_masked_is_no_command(office: Office, open_page: Open) -> None:
    """Posted again it would be another event, of an address that isn't there."""
    page = await office.enter(open_page, "/message?id=seven-2", MASKED)
    await page.get_by_role("link", name="Raw").first.click()
    await expect(page.get_by_label("The event's value").first).to_contain_text(SHOWN)
    await expect(page.get_by_role("button", name="Copy", exact=True).first).to_be_visible()
    await expect(page.get_by_role("button", name="Copy as curl")).to_have_count(0)


async def test_a_browser_that_keeps_nothing_shows_pages(office: Office, open_page: Open) -> None:
    page = await open_page("/about:blank", url=office.url)
    await page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', {get() { throw new DOMException('', 'SecurityError') }})"
    )
    await page.goto(office.url)
    await page.get_by_label("Token").fill(MASKED)
    await page.get_by_role("button", name="Enter").click()
    await expect(page.get_by_text(SHOWN).first).to_be_visible()
