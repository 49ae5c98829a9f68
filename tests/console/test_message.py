"""The page of a message: its story, its bytes, and that it follows what happens."""

import asyncio
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.console.conftest import Console, Open, main
from tests.console.mail import REPLY, SEVERAL, STORY
from tests.live.conftest import serving

pytestmark = pytest.mark.anyio
STORY_PAGE = "/message?id=story%2F1+%26+more"


async def test_a_message_tells_why_it_bounced_and_what_was_odd(open_page: Open) -> None:
    page = await open_page(STORY_PAGE)
    await expect(page.get_by_role("heading", level=1)).to_contain_text(STORY)
    await expect(page.locator(".head .mark")).to_have_text("Bounced")
    delivery = page.get_by_role("region", name="Recipient")
    await expect(delivery).to_contain_text("550 5.1.1")
    await expect(delivery).to_contain_text(REPLY.removeprefix("550 5.1.1 "))
    await expect(delivery).to_contain_text("Decided by the rule")
    steps = page.get_by_role("region", name="Timeline").locator(".step")
    await expect(steps).to_have_count(5)
    texts = await steps.all_inner_texts()
    assert [text.count("out of order") for text in texts] == [0, 1, 0, 0, 0]
    assert [text.count("duplicate") for text in texts] == [0, 0, 0, 0, 1]
    assert "+4 m 2 s" in texts[2]
    assert "+7 m 28 s" in texts[3]
    assert all("late" in text for text in texts)
    assert "mx: mx1.example.org" in texts[3]
    await page.get_by_role("link", name="Oldest first").click()
    await expect(steps.first).to_contain_text("duplicate")


async def test_the_raw_event_is_what_the_topic_holds(open_page: Open) -> None:
    page = await open_page(STORY_PAGE, permissions=["clipboard-read", "clipboard-write"])
    step = page.locator(".step", has_text="mx1.example.org")
    await step.get_by_role("link", name="Raw").click()
    value = step.get_by_label("The event's value")
    await expect(value).to_contain_text(f'"big": {10**30}')
    pretty = await value.inner_text()
    await step.get_by_role("button", name="Raw").click()
    await expect(value).to_contain_text('"tries":2,')
    raw = await value.inner_text()
    assert json.loads(raw) == json.loads(pretty)
    assert raw == json.dumps(json.loads(raw), separators=(",", ":"))
    for name in ("Topic", "Partition", "Offset", "Key", "Event id"):
        await expect(step.get_by_text(name, exact=True)).to_be_visible()
    await step.get_by_role("button", name="Copy as curl").click()
    await expect(step.get_by_role("button", name="Copy as curl")).to_contain_text("Copied")
    command = await page.evaluate("navigator.clipboard.readText()")
    assert command.startswith("curl -sS ")
    assert raw.replace("'", "'\\''") in command
    await page.reload()
    await expect(step.get_by_label("The event's value")).to_be_visible()


async def test_one_recipient_of_several(open_page: Open) -> None:
    page = await open_page(f"/message?id={SEVERAL}")
    await expect(page.get_by_role("heading", name="3 recipients")).to_be_visible()
    await expect(page.locator(".step")).to_have_count(3)
    await page.locator(".delivery", has_text="person1@").get_by_role("link", name="Its events").click()
    await expect(page.locator(".step")).to_have_count(1)
    await expect(page.locator(".delivery.chosen")).to_contain_text("person1@example.net")
    await page.locator(".delivery.chosen").get_by_role("link", name="All mail to it").click()
    await expect(page.get_by_role("searchbox")).to_have_value("to:person1@example.net")


async def test_an_open_message_follows_and_keeps_the_focus(open_page: Open, console: Console) -> None:
    page = await open_page("/message?id=followed-1")
    await expect(main(page)).to_contain_text("No message has this tracking id")
    await console.pipeline.report("followed-1", "queued", "a@live.example")
    await expect(page.locator(".head .mark")).to_have_text("Queued")
    await expect(page.locator(".following")).to_have_text("Live")
    raw = page.locator(".step").get_by_role("link", name="Raw")
    await raw.focus()
    await console.pipeline.report("followed-1", "delivered", "a@live.example", resp_msg="250 OK")
    await expect(page.locator(".head .mark")).to_have_text("Delivered")
    await expect(page.locator(".step")).to_have_count(2)
    await expect(raw.first).to_be_focused()


async def test_a_change_is_asked_for_until_it_is_answered(open_page: Open, console: Console) -> None:
    await console.pipeline.report("asked-again", "queued", "b@live.example")
    page = await open_page("/message?id=asked-again")
    await expect(page.locator(".following")).to_have_text("Live")
    failed = {"message": asyncio.Event(), "timeline": asyncio.Event()}

    async def fail(route: Route) -> None:
        asked = route.request.url + (route.request.post_data or "")
        for name, event in failed.items():
            if name in asked.lower() and "asked-again" in asked and not event.is_set():
                event.set()
                await route.fulfill(status=503, json={"errors": [{"message": "away"}]})
                return
        await route.continue_()

    await page.route("**/graphql*", fail)
    await console.pipeline.report("asked-again", "delivered", "b@live.example", resp_msg="250 OK")
    await asyncio.wait_for(failed["message"].wait(), 20)
    await expect(page.locator(".head .mark")).to_have_text("Delivered")
    await expect(page.locator(".step")).to_have_count(2)


async def test_a_list_says_that_there_is_news(open_page: Open, console: Console) -> None:
    page = await open_page()
    await page.clock.install()
    await page.goto(f"{console.url}/?q=domain:news.example")
    await expect(main(page)).to_contain_text("No match")
    await console.pipeline.report("news-1", "queued", "ada@news.example")
    await page.clock.run_for(11_000)
    await page.get_by_role("button", name="There is news").click()
    await expect(page.locator(".rows .row")).to_have_count(1)


async def test_it_works_where_only_listed_documents_are_answered(
    open_page: Open, console: Console, tmp_path: Path
) -> None:
    listed = tmp_path / "documents.json"
    listed.write_text(json.dumps({sha256(b"{ __typename }").hexdigest(): "{ __typename }"}), "utf-8")
    settings: dict[str, Any] = {"documents_file": str(listed), "documents_listed_only": True}
    async with serving(console.pipeline.kafka, console.pipeline.store, **settings) as (url, _):
        page = await open_page("/?q=status:bounced", url=url)
        await page.get_by_role("link", name=STORY).click()
        await expect(page.locator(".step")).to_have_count(5)
        await expect(page.locator(".following")).to_have_text("Live")
        await expect(page.get_by_role("banner")).not_to_contain_text("No answer")
        await page.close()


async def test_a_token_for_one_sender_without_addresses(open_page: Open, console: Console, tmp_path: Path) -> None:
    token = "another-long-enough-token-of-these-tests"
    files = {"tokens_file": tmp_path / "tokens.toml", "id_key_file": tmp_path / "key"}
    digest = sha256(token.encode()).hexdigest()
    files["tokens_file"].write_text(f'[[tokens]]\nname = "support"\nsha256 = "{digest}"\nsender_ids = [8]\n', "utf-8")
    files["id_key_file"].write_text("0123456789abcdef0123456789abcdef\n", "utf-8")
    for file in files.values():
        file.chmod(0o600)
    settings: dict[str, Any] = {name: str(file) for name, file in files.items()}
    async with serving(console.pipeline.kafka, console.pipeline.store, **settings) as (url, _):
        page = await open_page("/", url=url)
        await page.get_by_label("Token").fill(token)
        await page.get_by_role("button", name="Enter").click()
        await expect(page.locator(".rows .row")).to_have_count(3)
        await expect(page.locator(".rows")).to_contain_text("p…@example.org")
        await expect(page.get_by_role("banner")).not_to_contain_text("dead letter")
        await page.locator(".rows .row").first.click()
        await expect(page.locator(".step")).to_have_count(3)
        await expect(page.get_by_role("link", name="All mail to it")).to_have_count(0)
        await page.goto(url + STORY_PAGE)
        await expect(main(page)).to_contain_text("No message has this tracking id")
        await page.close()


async def test_a_token_is_asked_for_and_stays_in_the_tab(open_page: Open, console: Console, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("a-long-enough-token-of-these-tests\n", "utf-8")
    file.chmod(0o600)
    async with serving(console.pipeline.kafka, console.pipeline.store, token_file=str(file)) as (url, _):
        page = await open_page(STORY_PAGE, url=url)
        await page.get_by_label("Token").fill("wrong")
        await page.get_by_role("button", name="Enter").click()
        await expect(page.get_by_role("alert")).to_contain_text("The token was refused")
        await page.get_by_label("Token").fill("a-long-enough-token-of-these-tests")
        await page.get_by_role("button", name="Enter").click()
        await expect(page.locator(".head .mark")).to_have_text("Bounced")
        await expect(page.locator(".following")).to_have_text("Live")
        await page.reload()
        await expect(page.locator(".head .mark")).to_have_text("Bounced")
        assert await page.evaluate("Object.keys(localStorage).filter(key => key.includes('token')).length") == 0
        await page.get_by_role("button", name="Leave").click()
        await expect(page.get_by_label("Token")).to_be_visible()
