"""The console without a mouse."""

import re

import pytest
from playwright.async_api import expect

from tests.console.conftest import Open, rows
from tests.console.mail import BOUNCED

pytestmark = pytest.mark.anyio


async def test_from_a_search_to_a_raw_event_and_back(open_page: Open) -> None:
    page = await open_page(permissions=["clipboard-read", "clipboard-write"])
    await expect(rows(page)).to_have_count(50)
    await page.keyboard.press("/")
    await page.keyboard.type("status:bounced")  # letters that are keys elsewhere
    await page.keyboard.press("Enter")
    await expect(rows(page)).to_have_count(BOUNCED + 1)
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await expect(rows(page).nth(0)).to_be_focused()
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await page.keyboard.press("j")
    await expect(rows(page).nth(1)).to_be_focused()
    await page.keyboard.press("c")
    trackings = await rows(page).locator("code").all_inner_texts()
    await expect(page.get_by_text(f"Copied {trackings[1]}")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == trackings[1]
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=trackings[1])).to_be_visible()
    await expect(page.locator(".step")).to_have_count(1)
    await page.keyboard.press("e")
    await expect(page.get_by_label("The event's value")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("The event's value")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(rows(page).nth(1)).to_be_focused()
    await page.keyboard.press("t")
    await expect(page).to_have_url(re.compile("/live$"))


async def test_the_keys_are_listed(open_page: Open) -> None:
    page = await open_page()
    await expect(rows(page)).to_have_count(50)
    await page.keyboard.press("?")
    keys = page.locator("#keys")
    await expect(keys).to_be_visible()
    await expect(keys).to_contain_text("copy the row's tracking id")
    await page.keyboard.press("Escape")
    await expect(keys).to_be_hidden()


async def test_the_content_is_one_tab_away(open_page: Open) -> None:
    page = await open_page()
    await expect(rows(page)).to_have_count(50)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
