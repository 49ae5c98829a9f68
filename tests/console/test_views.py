"""Views of the reader's own: a page with its search under a name, kept in the browser."""

import json
import re

import pytest
from playwright.async_api import Page, expect

from tests.console.conftest import Open, rows
from tests.console.mail import BOUNCED

pytestmark = pytest.mark.anyio


async def keep(page: Page, name: str) -> None:
    await page.keyboard.press("v")
    await page.get_by_label("Name of what is shown now").fill(name)
    await page.keyboard.press("Enter")
    await expect(page.locator("#views").get_by_role("link", name=name)).to_be_visible()
    await page.keyboard.press("Escape")


async def test_a_view_has_its_page_and_search_and_stays(open_page: Open) -> None:
    page = await open_page("/?q=status:bounced&order=oldest")
    await expect(rows(page)).to_have_count(BOUNCED + 1)
    await keep(page, "Bounces")
    await page.goto(page.url.split("?")[0] + "statistics?q=domain:example.net&show=bounced")
    await expect(page.get_by_role("slider")).to_be_visible()
    await keep(page, "One domain")
    await page.keyboard.press("v")
    views = page.locator("#views")
    await views.get_by_role("link", name="Bounces").click()
    await expect(views).to_be_hidden()
    await expect(rows(page)).to_have_count(BOUNCED + 1)
    await expect(page).to_have_url(re.compile(r"/\?q=status%3Abounced&order=oldest$"))
    await page.keyboard.press("v")
    await views.get_by_role("link", name="One domain").click()
    await expect(page).to_have_url(re.compile(r"/statistics\?q=domain%3Aexample.net&show=bounced$"))


async def test_a_name_is_one_view_and_can_be_removed(open_page: Open) -> None:
    page = await open_page("/?q=status:bounced")
    await expect(rows(page)).to_have_count(BOUNCED + 1)
    await keep(page, "Mine")
    await page.get_by_role("searchbox").fill("status:deferred")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("deferred$"))
    await page.keyboard.press("Escape")
    await keep(page, "Mine")
    stored = json.loads(await page.evaluate("localStorage['eds.views']"))
    assert stored == [{"name": "Mine", "page": "", "query": {"q": "status:deferred"}}]
    await page.keyboard.press("v")
    await page.get_by_role("button", name="Remove Mine").click()
    await expect(page.locator("#views li")).to_have_count(0)


async def test_what_is_kept_and_none_of_ours_is_left_out(open_page: Open) -> None:
    page = await open_page()
    await page.evaluate("""localStorage['eds.views'] = '[{"name": "x", "page": "elsewhere", "query": {}}]'""")
    await page.reload()
    await expect(rows(page)).to_have_count(50)
    await keep(page, "Everything")
    await expect(page.locator("#views li")).to_have_count(1)
