"""The list: search, filters, pages, and what is said where there is nothing to show."""

import csv
import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.console.conftest import Open, main, rows
from tests.console.mail import ALL, BOUNCED, DELIVERED, REPLY, SEVERAL, STORY

pytestmark = pytest.mark.anyio
EVERYTHING = DELIVERED + BOUNCED + 1 + 3


async def search(page: Page, text: str) -> None:
    await page.get_by_role("searchbox").fill(text)
    await page.get_by_role("searchbox").press("Enter")


async def test_a_search_is_in_the_address_and_its_terms_can_be_dropped(open_page: Open) -> None:
    page = await open_page()
    await expect(rows(page)).to_have_count(50)
    await search(page, "domain:example.net -status:delivered")
    await expect(rows(page)).to_have_count(BOUNCED + 1)
    await expect(page).to_have_url(re.compile(r"\?q=domain%3Aexample.net\+-status%3Adelivered$"))
    await page.reload()
    await expect(rows(page)).to_have_count(BOUNCED + 1)
    await page.get_by_role("link", name="Drop -status:delivered").click()
    await expect(page.get_by_role("searchbox")).to_have_value("domain:example.net")
    await page.go_back()
    await expect(rows(page)).to_have_count(BOUNCED + 1)


async def test_a_tracking_id_goes_to_its_message_and_an_address_to_its_mail(open_page: Open) -> None:
    page = await open_page()
    await search(page, f"  {STORY} ")
    await expect(page.get_by_role("heading", name=STORY)).to_be_visible()
    await search(page, "NOBODY@example.org")
    await expect(rows(page)).to_have_count(1)
    await expect(rows(page)).to_contain_text("nobody@example.org")


async def test_filters_count_choose_and_exclude(open_page: Open) -> None:
    page = await open_page()
    filters = page.get_by_role("complementary", name="Filters")
    bounced = filters.get_by_role("link", name=re.compile("^Bounced"))
    await expect(bounced).to_contain_text(str(BOUNCED + 1))
    await bounced.click()
    await expect(rows(page)).to_have_count(BOUNCED + 1)
    await filters.get_by_role("link", name=re.compile("^mailbox full")).click()
    await expect(page.get_by_role("searchbox")).to_have_value("status:bounced category:mailbox_full")
    await expect(rows(page)).to_have_count(BOUNCED)
    await bounced.click()
    await expect(page.get_by_role("searchbox")).to_have_value("category:mailbox_full")
    await filters.get_by_role("link", name=re.compile("^3")).click(modifiers=["Shift"])
    await expect(page.get_by_role("searchbox")).to_have_value("category:mailbox_full -sender:3")
    await expect(main(page)).to_contain_text("No match")
    await expect(filters.get_by_role("link", name=re.compile("^3 is excluded"))).to_be_visible()
    await page.get_by_role("link", name="category:mailbox_full", exact=True).click()
    await expect(rows(page)).to_have_count(50)


async def test_a_time_is_chosen_on_the_clock_of_the_zone(open_page: Open) -> None:
    page = await open_page()
    filters = page.get_by_role("complementary", name="Filters")
    await filters.get_by_role("link", name="Last hour").click()
    await expect(page.get_by_role("searchbox")).to_have_value("after:1h")
    await filters.get_by_text("From, to").click()
    await page.get_by_label("Time zone").select_option("America/New_York")
    await filters.get_by_label("From").fill("2026-03-08T03:30:00")  # an hour after summer time began there
    await filters.get_by_label("To, not included").fill("2026-11-01T01:59:59")
    await filters.get_by_role("button", name="Show").click()
    searched = "after:2026-03-08T07:30:00Z before:2026-11-01T06:59:59Z"
    await expect(page.get_by_role("searchbox")).to_have_value(re.compile(searched.replace("T06", "T0[56]")))
    await expect(filters.get_by_label("From")).to_have_value("2026-03-08T03:30")
    await expect(main(page)).to_contain_text("Nothing has all of it")


async def test_pages_meet_without_a_gap(open_page: Open) -> None:
    page = await open_page(f"/?q={ALL}")
    seen = []
    ids = rows(page).locator("code")
    await expect(ids).to_have_count(50)
    seen += await ids.all_inner_texts()
    await page.get_by_role("link", name="Older →").click()
    await expect(ids).to_have_count(EVERYTHING - 50)
    seen += await ids.all_inner_texts()
    assert len(seen) == EVERYTHING
    assert len(set(seen)) == EVERYTHING - 2
    await page.get_by_role("link", name="← Newer").click()
    await expect(ids).to_have_count(50)
    assert await ids.all_inner_texts() == seen[:50]
    await page.get_by_role("link", name="Newest first").click()
    await expect(ids.first).to_have_text(STORY)


async def test_events_are_a_list_of_their_own(open_page: Open) -> None:
    page = await open_page(f"/?q=id:{SEVERAL}")
    await page.get_by_role("link", name="Events", exact=True).click()
    await expect(rows(page)).to_have_count(3)
    await search(page, "code:103")
    await expect(rows(page)).to_have_count(50)
    await expect(page.get_by_text(f"{DELIVERED} events")).to_be_visible()


async def test_events_are_filtered_by_source_and_mail_leads_to_them(open_page: Open) -> None:
    page = await open_page(f"/?q={ALL}")
    facet = page.get_by_role("region", name="Source")
    await expect(facet).to_contain_text("these lead to their events")
    await facet.get_by_role("link", name="relay-3").click()
    await expect(page.get_by_role("searchbox")).to_have_value(f"{ALL} source:relay-3")
    await expect(rows(page)).to_have_count(BOUNCED)
    await facet.get_by_role("link", name="relay-3", exact=False).first.click()
    await expect(page.get_by_role("searchbox")).to_have_value(ALL)
    await page.goto(page.url.split("?")[0] + "?in=events")
    await facet.get_by_role("link", name=re.compile("^test")).click(modifiers=["Shift"])
    await expect(page.get_by_role("searchbox")).to_have_value("-source:test after:30d")
    await expect(rows(page)).to_have_count(BOUNCED)
    await rows(page).first.click()
    await page.get_by_role("link", name="relay-3").first.click()
    await expect(page.get_by_role("searchbox")).to_have_value("source:relay-3")
    await expect(rows(page).first).to_be_visible()
    await page.get_by_role("link", name="Mail", exact=True).click()
    await expect(page.get_by_role("searchbox")).to_have_value("")


async def test_what_is_empty_or_wrong_says_the_next_step(open_page: Open) -> None:
    page = await open_page("/?q=domain:example.org+sender:99")
    await page.get_by_role("link", name="sender:99", exact=True).click()
    await expect(page.get_by_role("searchbox")).to_have_value("domain:example.org")
    await search(page, "colour:red")
    await expect(page.get_by_role("alert")).to_contain_text("there is no key 'colour'")
    await page.get_by_role("alert").get_by_role("button", name="How to search").click()
    await page.get_by_role("button", name="status:bounced,deferred").click()
    await expect(page.get_by_role("searchbox")).to_have_value("colour:red status:bounced,deferred")
    await page.route("**/graphql", lambda route: route.abort())
    await search(page, "status:bounced")
    await expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    await expect(page.get_by_role("banner")).to_contain_text("what you see may be old")
    await page.unroute("**/graphql")
    await page.get_by_role("button", name="Try again").click()
    await expect(rows(page)).to_have_count(BOUNCED + 1)


async def test_the_export_is_the_filter_and_all_of_its_pages(open_page: Open, tmp_path: Path) -> None:
    page = await open_page(f"/?q={ALL}")
    await page.get_by_label("Time zone").select_option("Asia/Tokyo")
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="JSONL").click()
    await (await waiting.value).save_as(tmp_path / "all.jsonl")
    exported = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    assert len(exported) == EVERYTHING
    await search(page, "status:bounced")
    await expect(rows(page)).to_have_count(BOUNCED + 1)
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="CSV").click()
    saved = await waiting.value
    assert re.fullmatch(r"mail-\d{4}-\d\d-\d\dT\d{6}Z\.csv", saved.suggested_filename)
    await saved.save_as(tmp_path / "bounced.csv")
    with (tmp_path / "bounced.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert {row["status"] for row in table} == {"bounced"}
    (story,) = [row for row in table if row["tracking_id"] == STORY]
    assert story["resp_msg"] == REPLY
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", story["last_event_at"])
    hours = [int(story[name][11:13]) for name in ("last_event_at", "last_event_at (Asia/Tokyo)")]
    assert (hours[1] - hours[0]) % 24 == 9


async def test_an_export_can_be_stopped(open_page: Open) -> None:
    page = await open_page()
    await expect(rows(page)).to_have_count(50)
    await page.route("**/graphql", lambda route: None)
    await page.get_by_role("button", name="CSV").click()
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_role("group", name="Export")).to_contain_text("Not saved")


async def test_times_and_colours_are_chosen_once(open_page: Open) -> None:
    page = await open_page("/?q=status:bounced")
    time = rows(page).first.locator("time")
    await expect(time).to_have_text(re.compile(r"^\d+ [mh] ago$"))
    await page.get_by_label("Time zone").select_option("UTC")
    await page.get_by_role("button", name="Ago").click()
    await expect(time).to_have_text(re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"))
    assert (await time.get_attribute("datetime") or "").startswith((await time.inner_text()).replace(" ", "T"))
    await page.get_by_role("button", name="Colours").click()
    await page.get_by_role("button", name="Colours").click()
    await page.reload()
    await expect(time).to_have_text(re.compile(r"^\d{4}-"))
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
