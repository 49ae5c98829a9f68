"""Every write and point read goes by tracking_id alone: seen in the statements that a PostgreSQL server was really sent.

docs/SCALE.md builds on it: a table that is sharded by this column needs no other.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from delivery.batch import Batch
from delivery.event import Received
from delivery.notification import Notification
from delivery.views import recipient_of
from store.questions import Order, Window
from store.settings import StoreSettings
from tests.contract.stores import NOW, TOPIC, Place
from tests.contract.test_ownership import traffic
from tests.histories import START_MS, received
from tests.parts import postgresql

pytestmark = pytest.mark.anyio

ROUTED_BY = {"messages": "tracking_id", "deliveries": "tracking_id", "history": "key"}
NOT_KEYED = {
    "offsets": "one row a partition of the topic: its own key is what fences an owner",
    "progress": "one row",
    "retention": "one row",
    "statistics": "counts over all messages",
    "statistics_added": "what batches add to them: rows that are only appended, and summed up by one writer",
    "announcements": "what is due, read by the owner of a partition of the topic; a few rows, mostly none",
    "schema_version": "one row a migration",
    "changed_messages": "a temporary table of the session: a batch's rows on their way into messages",
    "changed_deliveries": "the same, into deliveries",
}
MESSAGE = 13  # the column of PostgreSQL's csv log that has the text


@pytest.fixture(scope="module")
def server() -> Iterator[postgresql.Server]:
    options = {
        "log_statement": "all", "logging_collector": "on", "log_destination": "csvlog", "log_directory": "log",
        "log_filename": "statements.log", "log_rotation_age": "0",
    }  # fmt: skip
    with postgresql.own(options=options) as server:
        yield server


class Statements:
    """What the server was sent since the last look."""

    def __init__(self, server: postgresql.Server) -> None:
        self._path = server.data / "log" / "statements.csv"
        self.taken()

    def taken(self) -> list[str]:
        with self._path.open(encoding="utf-8", newline="") as rows:
            texts = [row[MESSAGE] for row in csv.reader(rows)]
        found, self._seen = texts[getattr(self, "_seen", 0) :], len(texts)
        said = (re.match(r"(?:statement|execute [^:]*): (.*)", text, re.DOTALL) for text in found)
        sent = [one[1].lower() for one in said if one is not None]
        return [
            one for one in sent if one.split(None, 1)[0] in ("select", "insert", "update", "delete", "copy", "with")
        ]


def tables_of(statement: str) -> set[str]:
    """The tables that a statement reads or writes."""
    names = re.findall(r'\b(?:from|join|update|into|copy|table)\s+(?:only\s+)?"?([a-z_0-9]+)"?', statement)
    return set(names) & (ROUTED_BY.keys() | NOT_KEYED.keys())


def is_routed(statement: str, table: str) -> bool:
    """Whether the statement reaches the table's rows by the column that it is sharded by."""
    column = ROUTED_BY[table]
    if re.match(rf'copy "?{table}"?\s*\(', statement):
        return f'"{column}"' in statement.partition(")")[0]
    joined = rf"using \({column}\b"
    compared = rf"\b{column} = (?:any\s*\()?\s*(?:\$\d|(?:asked|c)\.(?:tracking_id|key))"
    return re.search(f"{joined}|{compared}", statement) is not None


def assert_routed(statements: Sequence[str], expected: set[str]) -> None:
    assert statements
    seen: set[str] = set()
    for statement in statements:
        for branch in statement.split("union all"):
            tables = tables_of(branch)
            seen |= tables
            for table in tables & ROUTED_BY.keys():
                assert is_routed(branch, table), f"{table} is not reached by its key:\n{statement}"
    assert seen == expected


def test_the_rule_knows_what_is_not_routed() -> None:
    assert not is_routed("select state from messages where sender_id = $1", "messages")
    assert not is_routed("update history h set kind = c.kind from c where h.event_id = c.event_id", "history")
    assert not is_routed('copy "deliveries"("recipient") from stdin', "deliveries")
    assert is_routed("select state from messages where tracking_id = any($1)", "messages")


def hot(number: int, recipient: int, arrival: int = START_MS, time_finished: int | None = None) -> Received:
    sent = Notification(
        event_label="opened",
        tracking_id="hot",
        rcpt_to=f"r{recipient}@example.org",
        tries=number,
        time_finished=time_finished,
    )
    return received(sent, arrival, number)


async def test_every_write_is_routed(server: postgresql.Server) -> None:
    """New and changed messages, a large one, copies, earlier copies, events past the kept ids, announcements."""
    events = traffic(400)
    large = [hot(number, number % 40, time_finished=START_MS // 1000) for number in range(1_000)]
    timeless = [hot(2_000 + number, 1, START_MS + 900) for number in range(3)]
    earlier = [hot(2_000 + number, 1, START_MS + 100) for number in range(3)]
    async with Place(StoreSettings(url=server.dsn)).writer() as writer:
        statements = Statements(server)
        claim = await writer.claim(TOPIC, [0], "test")
        for place, part in enumerate((events[:200], events, large, large, timeless, earlier), 1):
            await writer.apply(claim, Batch(part, {0: place * 1_000}), NOW, {0: 1})
        await writer.mark_announced(claim, {0: 1_000})
        await writer.mark_due_announced(claim, await writer.due(claim, 100))
        await writer.check(claim)
    sent = statements.taken()
    assert sum(one.startswith("copy") for one in sent) > 10
    assert any("timeless" in one and one.lstrip().startswith("update history") for one in sent)
    assert_routed(sent, ROUTED_BY.keys() | NOT_KEYED.keys() - {"schema_version", "progress"})


async def test_every_point_read_is_routed(server: postgresql.Server) -> None:
    events = [event for event in traffic(60, seed=2) if event.tracking_id is not None]
    place, ids = Place(StoreSettings(url=server.dsn)), sorted({event.tracking_id or "" for event in events})
    async with place.writer() as writer, place.reader() as reader:
        claim = await writer.claim(TOPIC, [1], "test")
        await writer.apply(claim, Batch([], {1: 1}), NOW, {})
        statements = Statements(server)
        await reader.messages(ids)
        await reader.deliveries([(event.tracking_id or "", recipient_of(event.notification)) for event in events])
        await reader.events([(event.tracking_id or "", event.id) for event in events])
        window = Window(limit=10)
        for sender_ids in (None, (1, 2)):
            await reader.message_pages(ids, 10, 10, sender_ids)
            await reader.deliveries_of(ids, Order.NEWEST_FIRST, window, sender_ids)
            await reader.events_of([(one, None) for one in ids], Order.NEWEST_FIRST, window, sender_ids)
    sent = [one for one in statements.taken() if tables_of(one)]
    assert_routed([one for one in sent if tables_of(one) & ROUTED_BY.keys()], set(ROUTED_BY))


def test_the_page_names_the_same_tables() -> None:
    page = (Path(__file__).parents[2] / "docs" / "SCALE.md").read_text("utf-8")
    for table in [*ROUTED_BY, *NOT_KEYED]:
        if not table.startswith("changed_"):
            assert f"`{table}`" in page
