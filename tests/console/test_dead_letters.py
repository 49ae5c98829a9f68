"""Dead letters: why they are dead, their bytes, and how those that are good now are sent on, by a dry run first."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from bus.reading import read_all
from consumers.settings import RetentionSettings
from delivery.clock import wall_clock
from delivery.dead_letter import DeadLetter, Part
from delivery.requeued import is_requeued, read_requeued
from gateway.settings import GatewaySettings
from ops.letter_requeuing import LetterRequeuing
from store.settings import StoreSettings
from tests.console.conftest import Console, Open, rows
from tests.console.desk import Desk
from tests.live.conftest import Pipeline, serving
from tests.parts.kafka import Kafka

pytestmark = pytest.mark.anyio
GOOD = 3
LETTERS = [
    *[
        DeadLetter(
            part=Part.ROW,
            content=b'{"tracking_id":"good-%d","event_code":103}' % number,
            reason="too_large",
            errors={f"[{number}]": ["It was larger than a rule of yesterday allowed."]},
            received_at=1_795_342_805_000 + number,
            source="mta-7",
            content_type="application/json",
            index=number,
        )
        for number in range(GOOD)
    ],
    DeadLetter(
        part=Part.BODY,
        content=b'[{"tracking_id":"half-1"},{"tracking_id":"half-2","tries":"x"}]',
        reason="invalid",
        errors={"[1].tries": ['Expected an integer, got "x".']},
        received_at=1_795_342_806_000,
        source="default",
        content_type="application/json",
    ),
    DeadLetter(
        part=Part.BODY,
        content=b"\x89PNG\r\n\x1a\n\x00",
        reason="unsupported",
        errors={"": ["image/png can't be read."]},
        received_at=1_795_342_807_000,
        source="default",
        content_type="image/png",
    ),
]


@pytest.fixture(scope="module")
async def desk(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Desk]:
    directory: Path = tmp_path_factory.mktemp("letters")
    store = StoreSettings(url=f"sqlite:///{directory}/store.db")
    with kafka.topics() as settings:
        desk = Desk(settings, store)
        requeue = LetterRequeuing(settings, GatewaySettings(), RetentionSettings(), wall_clock)
        async with Pipeline(settings, store), serving(settings, store, requeue=requeue) as (desk.url, _):
            await desk.publish(LETTERS)
            await desk.keep()
            yield desk


async def test_a_letter_shows_why_and_its_very_bytes(open_page: Open, desk: Desk) -> None:
    page = await open_page("/dead-letters", url=desk.url)
    await expect(rows(page)).to_have_count(len(LETTERS))
    await page.get_by_label("Reason").select_option("unsupported")
    await expect(rows(page)).to_have_count(1)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"Dead letter \d:\d"))
    await expect(page.get_by_role("region", name="What is wrong")).to_contain_text("image/png can't be read.")
    shown = page.get_by_label("The letter's bytes")
    await expect(shown).to_contain_text("000000  89 50 4e 47 0d 0a 1a 0a  00")
    await page.keyboard.press("Escape")
    await expect(rows(page)).to_have_count(1)
    await page.get_by_label("Reason").select_option("invalid")
    await rows(page).click()
    await page.get_by_role("link", name="Pretty").click()
    await expect(shown).to_contain_text('"tries": "x"')
    await page.get_by_role("link", name="Others like it").click()
    await expect(page.locator(".chips")).to_contain_text("member tries")
    await expect(rows(page)).to_have_count(1)


async def test_what_is_good_now_is_sent_on_after_a_dry_run(open_page: Open, desk: Desk) -> None:
    page = await open_page("/dead-letters", url=desk.url)
    await page.get_by_role("link", name="Send on").click()
    panel = page.get_by_role("group", name="Send on")
    await panel.get_by_role("button", name="See what would be sent on").click()
    await expect(panel).to_contain_text(f"of 5 letters {GOOD} good now, 1 good in part, 1 still bad.")
    await expect(panel.get_by_label("Why letters are bad still")).to_contain_text("tries: Expected an integer")
    kafka = desk.kafka
    assert not list(read_all(kafka, kafka.notifications_topic))
    await panel.get_by_role("button", name="Send on 4 letters as 4 events").click()
    await expect(panel).to_contain_text("4 letters were sent on as 4 events")
    sent = {str(one.record.key) for one in read_all(kafka, kafka.notifications_topic)}
    assert len(sent) == GOOD + 1
    notes = [
        read_requeued(one.record)
        for one in read_all(kafka, kafka.dead_letters_topic)
        if is_requeued(one.record)
    ]  # fmt: skip
    assert [(note.by, note.events) for note in notes] == [("anybody (GraphQL)", 1)] * (GOOD + 1)

    await desk.keep()
    await page.goto(f"{desk.url}/dead-letters?state=requeued")
    await expect(rows(page)).to_have_count(GOOD)
    await rows(page).first.click()
    await expect(page.get_by_role("region", name="What was done")).to_contain_text("sent on by anybody (GraphQL)")
    await page.get_by_role("button", name="Send it on again").click()
    await page.get_by_role("button", name="See what would be sent on").click()
    await expect(page.get_by_role("button", name="Send on 1 letter as 1 event")).to_be_visible()


async def test_without_letters_or_without_the_way_the_page_says_what_to_do(
    open_page: Open, console: Console
) -> None:  # fmt: skip
    page = await open_page("/dead-letters")
    await expect(page.get_by_role("heading", name="No open dead letters")).to_be_visible()
    await page.goto(f"{console.url}/dead-letters?letter=WyJEZWFkTGV0dGVyIiwibm9uZSJd")
    await expect(page.get_by_role("heading", name="There is no such dead letter")).to_be_visible()
    await page.goto(f"{console.url}/dead-letters?requeue=1&reason=too_large&since=7d")
    await expect(page.get_by_role("group", name="Send on")).to_contain_text(
        "eds dead-letters requeue --reason too_large --since 7d"
    )
