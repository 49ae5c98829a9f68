"""What happened over time: the page says what the API counts, and every number leads to its mail."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.console.conftest import Console, Open, rows
from tests.console.mail import DOMAINS

pytestmark = pytest.mark.anyio
COUNTS = "{ statistics { totals { delivered bounced deferred queued } } }"


async def counted(console: Console) -> dict[str, int]:
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
        answer = (await client.post(f"{console.url}/graphql", json={"query": COUNTS})).json()
    totals: dict[str, int] = answer["data"]["statistics"]["totals"]
    return totals


def search_of(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("q", [""])[0]


async def test_numbers_are_those_of_the_api_and_lead_to_their_mail(open_page: Open, console: Console) -> None:
    page = await open_page("/statistics")
    tiles = page.locator(".tiles li")
    for name, count in (await counted(console)).items():
        await expect(tiles.filter(has_text=name.capitalize()).locator("b")).to_have_text(f"{count:,}")
    domains = page.get_by_role("region", name="Who refuses").locator("tbody tr")
    await expect(domains.first).to_contain_text("example.net")
    await page.get_by_role("link", name="Most mail").click()
    await expect(page).to_have_url(re.compile("sort=mail"))
    await expect(domains.filter(has_text=re.compile("|".join(map(re.escape, DOMAINS))))).to_have_count(3)
    refusals = page.get_by_role("region", name="In the servers' words").locator("tbody tr")
    await expect(refusals.first).to_contain_text("552 5.2.2 Mailbox full")
    await expect(refusals.first).to_contain_text("mailbox full")
    full = int(await refusals.first.locator("td.number").inner_text())
    await refusals.first.get_by_role("link", name="example.net").click()
    await expect(rows(page)).to_have_count(full)


async def test_a_domain_narrows_all_of_it(open_page: Open) -> None:
    page = await open_page("/statistics?q=after:7d")
    await (
        page.get_by_role("region", name="Who refuses").get_by_role("link", name="mail.example.com", exact=True).click()
    )
    await expect(page.locator(".chips")).to_contain_text("domain mail.example.com")
    await expect(page.locator(".tiles li", has_text="Bounced").locator("b")).to_have_text("0")
    await expect(page.get_by_role("region", name="Why")).to_contain_text("Nothing bounced, and nothing was deferred")
    assert search_of(page) == "after:7d domain:mail.example.com"
    await page.get_by_role("link", name="As a list").click()
    await expect(rows(page).first).to_contain_text("mail.example.com")


async def test_from_a_domain_and_a_reason_to_a_code_and_to_its_events(open_page: Open) -> None:
    page = await open_page("/statistics?q=after:7d")
    crossed = page.get_by_role("region", name="The table of domains by reason")
    await expect(crossed.get_by_role("columnheader").nth(1)).to_have_text("mailbox full")
    cell = crossed.get_by_role("link", name="9 at example.net: mailbox full")
    await expect(crossed.locator("tbody tr", has_text="example.org").get_by_role("link")).to_have_count(3)
    await cell.click()
    assert search_of(page) == "after:7d domain:example.net category:mailbox_full"
    await expect(page.locator(".tiles li", has_text="Bounced").locator("b")).to_have_text("9")
    await expect(page.locator(".tiles li")).to_have_count(2)  # a 0 of deliveries would be none
    codes = page.get_by_role("region", name="By code")
    await expect(codes.locator("tbody tr")).to_have_count(1)
    await codes.get_by_role("link", name="5.2.2").click()
    await expect(page).to_have_url(re.compile("code=5.2.2"))
    behind = page.get_by_role("region", name="Events with 5.2.2")
    await expect(rows(page)).to_have_count(9)
    await behind.locator(".row").first.click()
    await expect(page.get_by_role("heading", name=re.compile("bounced-"))).to_be_visible()


async def test_sources_are_counted_and_lead_to_their_events(open_page: Open) -> None:
    page = await open_page("/statistics?q=after:7d")
    posts = page.get_by_role("region", name="Who posts")
    await expect(posts.locator("tbody tr", has_text="relay-3").locator("td")).to_have_text(["9", "0", "9", "100%", "0"])
    await posts.get_by_role("link", name="relay-3", exact=True).click()
    await expect(page.locator(".tiles li", has_text="Bounced").locator("b")).to_have_text("9")
    await expect(page.locator("main")).to_contain_text("Counts of one source are not kept by domain and reason")
    await posts.get_by_role("link", name="9 events from relay-3").click()
    await expect(rows(page)).to_have_count(9)
    await page.goto(page.url.split("?")[0] + "statistics?q=source:relay-3+domain:example.net")
    await expect(page.locator(".break-line")).to_contain_text("source: is left out here")


async def test_a_time_is_chosen_by_dragging_by_keys_and_in_the_table(open_page: Open) -> None:
    page = await open_page("/statistics?q=after:7d&every=hour")
    plot = page.get_by_role("slider")
    await plot.focus()
    await page.keyboard.press("End")
    await expect(plot).to_have_attribute("aria-valuetext", re.compile(r"^\d{4}-\d\d-\d\d \d\d:00: "))
    await page.keyboard.press("Shift+ArrowLeft")
    await page.keyboard.press("Shift+ArrowLeft")
    await expect(plot).to_have_attribute("aria-valuetext", re.compile("^from "))
    await page.keyboard.press("Enter")
    await expect(plot).to_have_attribute("aria-valuemax", "3")
    assert re.fullmatch(r"after:\S+:00:00Z before:\S+:00:00Z", search_of(page))
    await page.go_back()
    await expect(plot).to_have_attribute("aria-valuemax", re.compile(r"1\d\d"))
    box = await plot.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 30, steps=3)
    await expect(page.locator(".tip")).to_contain_text("delivered")
    await page.mouse.up()
    await expect(plot).to_have_attribute("aria-valuemax", re.compile(r"^8\d$"))
    await page.get_by_text("As a table").click()
    await page.get_by_role("region", name="Counts over time").get_by_role("link").last.click()
    await expect(plot).to_have_attribute("aria-valuemax", "1")
    await page.get_by_role("link", name="Wider").click()
    await expect(plot).to_have_attribute("aria-valuemax", "3")


async def test_what_is_drawn_is_chosen_in_the_url(open_page: Open) -> None:
    page = await open_page("/statistics?show=queued")
    legend = page.get_by_label("Shown kinds")
    await expect(page.locator(".plot .filled")).to_have_class(["filled queued"])
    await legend.get_by_role("link", name="Bounced").click()
    await expect(page).to_have_url(re.compile("show=queued%2Cbounced"))
    await expect(page.locator(".plot .filled")).to_have_count(2)


async def test_nothing_and_too_much_say_what_to_do(open_page: Open) -> None:
    page = await open_page("/statistics?q=after:2020-01-01+before:2020-01-03")
    await expect(page.get_by_role("heading", name="Nothing happened in this time")).to_be_visible()
    await page.goto(page.url.split("?")[0] + "?q=after:90d&every=hour")
    await expect(page.get_by_role("alert")).to_contain_text("statistics_buckets_max")
    await page.get_by_role("link", name="By the day").click()
    await expect(page.get_by_role("slider")).to_be_visible()
    await page.goto(page.url.split("?")[0] + "?q=to:reader1@example.net")
    await expect(page.locator(".break-line")).to_contain_text("to: is left out here")


async def test_above_a_list_its_time_is_seen_and_chosen(open_page: Open) -> None:
    page = await open_page("/?q=status:bounced")
    await expect(page.locator(".overview")).to_contain_text("Events of the last 24 hours")
    plot = page.get_by_role("slider")
    await plot.focus()
    await page.keyboard.press("End")
    await page.keyboard.press("Shift+Home")
    await page.keyboard.press("Enter")
    await expect(page.locator(".chips")).to_contain_text("after")
    assert re.fullmatch(r"status:bounced after:\S+Z before:\S+Z", search_of(page))
    await expect(rows(page).first).to_be_visible()
    await page.get_by_role("link", name="Follow live").click()
    await expect(page.locator(".badge")).to_have_text("Live")
    await page.goto(page.url.split("/live")[0] + "/?q=id:none")
    await expect(page.get_by_role("heading", name="No match")).to_be_visible()
    await expect(page.locator(".overview")).to_have_count(0)
