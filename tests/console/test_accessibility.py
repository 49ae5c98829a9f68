"""WCAG 2.2 AA as axe-core sees it: every page in light; its colours in dark; the shapes of a page on a phone."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.console.conftest import Console, Open
from tests.console.mail import SEVERAL
from tests.parts import npm

pytestmark = pytest.mark.anyio
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STORY = "/message?id=story%2F1+%26+more"
PAGES = {
    "/": ".rows",
    "/?q=status:bounced&in=events": ".rows",
    "/?q=colour:red": ".notice",
    STORY: ".step",
    f"/message?id={SEVERAL}&to=person1@example.net": ".step",
    "/message?id=none": ".notice",
    "/live": ".badge.live",
    "/statistics": ".refusals tbody",
    "/dead-letters?requeue=1": ".requeue",
}
ON_A_PHONE = ("/", STORY, "/live", "/statistics")


@pytest.fixture(scope="module")
def axe() -> str:
    return (npm.install("axe-core@4.14.1") / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


async def show(page: Page, address: str, shown: str) -> None:
    """Returns once all of the page is there."""
    await page.goto(address)
    await expect(page.locator(shown).first).to_be_visible()
    if shown == ".step":
        await page.keyboard.press("e")
        await expect(page.get_by_label("The event's value")).to_be_visible()


async def violations(page: Page, rules: list[str]) -> list[str]:
    """What axe, which the page holds by now, finds wrong with it as it is."""
    asked = f"axe.run({{runOnly: {rules}, resultTypes: ['violations']}})"
    found: dict[str, Any] = await page.evaluate(asked)
    return [f"{page.url}: {describe(violation)}" for violation in found["violations"]]


def describe(violation: dict[str, Any]) -> str:
    nodes = "; ".join(f"{node['target']}: {node['failureSummary']}" for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']} ({len(violation['nodes'])}): {nodes}"


async def test_every_page_keeps_to_the_standards_and_is_dark_too(open_page: Open, console: Console, axe: str) -> None:
    page = await open_page(color_scheme="light", reduced_motion="reduce")
    for path, shown in PAGES.items():
        await show(page, console.url + path, shown)
        await page.evaluate(axe)
        assert await violations(page, STANDARDS) == []
        await page.emulate_media(color_scheme="dark")
        assert await violations(page, ["color-contrast"]) == [], "dark"
        await page.emulate_media(color_scheme="light")
    await page.evaluate("document.activeElement.blur()")
    for key, panel in {"v": "#views", "?": "#keys"}.items():
        await page.keyboard.press(key)
        await expect(page.locator(panel)).to_be_visible()
        assert await violations(page, STANDARDS) == []
        await page.keyboard.press("Escape")


async def test_a_phone_shows_pages_that_keep_to_them(open_page: Open, console: Console, axe: str) -> None:
    page = await open_page(viewport={"width": 360, "height": 800}, reduced_motion="reduce")
    for path in ON_A_PHONE:
        await show(page, console.url + path, PAGES[path])
        await page.evaluate(axe)
        assert await violations(page, STANDARDS) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
