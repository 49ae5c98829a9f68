"""Dead letters in the store: kept once, found by every filter, replaced, removed and expired; and the plans behind the lists."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager

import msgspec
import pytest

from bus.records import RawBatch, Stored
from consumers.letter_keeper import letter_batch
from delivery.dead_letter import DeadLetter, Part, letter_id
from delivery.errors import Fenced
from delivery.event import Record
from delivery.kept_letter import KeptLetter
from delivery.requeued import Place as LetterPlace
from delivery.requeued import Requeued, State
from store import letters
from store.contract import LETTER_BYTES_MAX, Claim, Count
from store.filters import Dialect
from store.letters import LetterBatch, LetterKeeper, Pending
from store.opening import open_letters
from store.questions import LetterFilter, Order, Window
from tests.contract.stores import Place

pytestmark = pytest.mark.anyio

TOPIC = "smtp.dead-letters"
START = 1_760_000_000_000
FILTERS = (
    LetterFilter(),
    LetterFilter(states=(State.OPEN,)),
    LetterFilter(states=(State.PARTLY, State.REQUEUED)),
    LetterFilter(sources=("mta-1",)),
    LetterFilter(sources=("mta-1", "mta-2"), parts=(Part.ROW,)),
    LetterFilter(parts=(Part.BODY,)),
    LetterFilter(reasons=("too_large",), states=(State.OPEN,)),
    LetterFilter(member="tries"),
    LetterFilter(member="rcpt_to", sources=("mta-0",), since=START + 7, until=START + 20),
    LetterFilter(since=START + 5, until=START + 11),
    LetterFilter(member="nothing"),
    LetterFilter(sources=()),
    LetterFilter(since=2**70),
)


def kept(number: int, **fields: object) -> KeptLetter:
    """A letter; many share an arrival."""
    members = {"[1].tries": ["Not a number."]} if number % 3 else {"[1].rcpt_to": ["Too long."], "[2].tries": ["No."]}
    letter = DeadLetter(
        part=list(Part)[number % 3], content=b"\x00row %d" % number, reason=("invalid", "too_large")[number % 2],
        errors=members if number % 5 else {}, received_at=START + number // 2, source=f"mta-{number % 4}", index=number,
        key=b"\xff\x00", traceparent="t\x00",
    )  # fmt: skip
    letter = msgspec.structs.replace(letter, **fields)
    letter = msgspec.structs.replace(letter, id=letter_id(letter))
    return KeptLetter(LetterPlace(0, number), letter, letter.part, content_bytes=len(letter.content or b""))


def noted(letter: KeptLetter, at: int, events: int, bad: int) -> Requeued:
    return Requeued(of=letter.place, by="ada", at=at, events=events, bad=bad, letter=letter.letter.id)


def batch(next_offset: int, found: Sequence[KeptLetter], notes: Sequence[Requeued] = ()) -> LetterBatch:
    made = LetterBatch({0: next_offset}, {each.letter.id: each for each in found})
    for note in notes:
        made.add_note(note)
    return made


@asynccontextmanager
async def keeping(place: Place) -> AsyncIterator[tuple[LetterKeeper, Claim]]:
    async with place.writer():
        pass  # there is a store
    keeper = open_letters(place.settings)
    await keeper.open()
    try:
        yield keeper, await keeper.claim(TOPIC, [0], "test")
    finally:
        await keeper.close()


@pytest.mark.parametrize("identity", [b"a\0b", b"x" * 5_000, b"\xff", b""])
async def test_whatever_names_a_letter_it_is_kept(place: Place, identity: bytes) -> None:
    """Who can write to the topic must not stop who reads it."""
    headers = [("eds_part", b"row"), ("eds_reason", b"r"), ("eds_id", identity)]
    letter = Record(identity, b"{}", headers, START)
    note = [("eds_requeued_of", b"0:0"), ("eds_requeued_by", b"ada"), ("eds_requeued_at", b"2026-02-25T00:00:05.123Z")]
    note += [("eds_requeued_events", b"1"), ("eds_requeued_bad", b"0"), ("eds_requeued_letter", identity)]
    records = [letter, Record(identity, b"{}", note, START), Record(identity, None, [], START)]
    stored = [Stored(0, offset, record) for offset, record in enumerate(records)]
    async with keeping(place) as (keeper, claim):
        assert await keeper.keep(claim, letter_batch(RawBatch(stored, {0: 3})))
        assert (await keeper.pending()).count == 1


def admits(where: LetterFilter, letter: KeptLetter) -> bool:
    return (
        (where.states is None or letter.state in where.states)
        and (where.sources is None or letter.letter.source in where.sources)
        and (where.parts is None or letter.part in where.parts)
        and (where.reasons is None or letter.letter.reason in where.reasons)
        and (where.member is None or any(path.endswith(f".{where.member}") for path in letter.letter.errors))
        and (where.since is None or letter.letter.received_at >= where.since)
        and (where.until is None or letter.letter.received_at < where.until)
    )


async def test_every_filter_gives_its_letters_in_order_and_in_windows(place: Place) -> None:
    found = [kept(number) for number in range(40)]
    notes = {each.letter.id: noted(each, START, 1, number % 2) for number, each in enumerate(found) if number % 3 == 0}
    found = [msgspec.structs.replace(each, note=notes.get(each.letter.id)) for each in found]
    async with keeping(place) as (keeper, claim), place.reader() as reader:
        await keeper.keep(claim, batch(20, found[:20], [*notes.values()]))  # some notes before their letters
        await keeper.keep(claim, batch(40, found[20:]))
        for where in FILTERS:
            wanted = sorted(
                (each for each in found if admits(where, each)),
                key=lambda each: (each.letter.received_at, each.letter.id),
            )
            everything = await reader.page_letters(where, Order.OLDEST_FIRST, Window(limit=100))
            assert everything.rows == wanted, where
            newest = await reader.page_letters(where, Order.NEWEST_FIRST, Window(limit=100))
            assert newest.rows == wanted[::-1]
            assert await reader.count_letters(where, 100) == Count(len(wanted), True)
            assert await reader.count_letters(where, 3) == Count(min(3, len(wanted)), len(wanted) <= 3)
            walked: list[KeptLetter] = []
            window: Window | None = Window(limit=7)
            while window is not None:
                page = await reader.page_letters(where, Order.NEWEST_FIRST, window)
                walked += page.rows
                last = page.rows[-1].letter if page.rows else None
                window = Window(limit=7, after=(last.received_at, last.id)) if page.more and last else None
            assert walked == wanted[::-1]
            if len(wanted) > 5:
                end = (wanted[4].letter.received_at, wanted[4].letter.id)
                back = await reader.page_letters(where, Order.OLDEST_FIRST, Window(3, before=end, backward=True))
                assert (back.rows, back.more) == (wanted[1:4], True)
        ids = [found[5].letter.id, "0" * 32, found[3].letter.id]
        assert await reader.letters(ids) == [found[5], None, found[3]]
        assert await reader.letters([]) == []
        with pytest.raises(ValueError, match="no key"):
            await reader.page_letters(LetterFilter(), Order.NEWEST_FIRST, Window(1, after=(1, 2)))


async def test_a_letter_is_kept_once_and_can_be_replaced_and_removed(place: Place) -> None:
    first, second = kept(1), kept(3)
    async with keeping(place) as (keeper, claim), place.reader() as reader:
        for _ in range(2):
            await keeper.keep(claim, batch(2, [first, second], [noted(first, 5, 1, 0)]))
        await keeper.keep(claim, batch(3, [], [noted(first, 9, 0, 1)]))
        [stays] = await reader.letters([first.letter.id])
        assert stays is not None
        assert stays.state is State.REQUEUED, "a note that left nothing bad stands for good"
        assert await keeper.pending() == Pending(1, second.letter.received_at)
        redacted = msgspec.structs.replace(first.letter, content=b"{}", errors={}, redacted=True)
        replacement = KeptLetter(LetterPlace(0, 7), redacted, redacted.part, content_bytes=2)
        await keeper.keep(claim, batch(8, [replacement]))
        [stays] = await reader.letters([first.letter.id])
        assert stays == msgspec.structs.replace(replacement, note=noted(first, 5, 1, 0))
        assert (await reader.page_letters(LetterFilter(member="tries"), Order.NEWEST_FIRST, Window(9))).rows == [second]
        await keeper.keep(claim, LetterBatch({0: 9}, {first.letter.id: None, "unknown": None}))
        assert (await reader.page_letters(LetterFilter(), Order.NEWEST_FIRST, Window(9))).rows == [second]
        assert await place.query("select count(*) from dead_letter_members where id = 'x'") == [(0,)]
        large = kept(4, content=b"x" * (LETTER_BYTES_MAX + 5))
        nothing = kept(6, content=None)
        await keeper.keep(claim, batch(10, [large, nothing]))
        cut, none = await reader.letters([large.letter.id, nothing.letter.id])
        assert cut is not None
        assert (len(cut.letter.content or b""), cut.content_bytes) == (LETTER_BYTES_MAX, LETTER_BYTES_MAX + 5)
        assert none is not None
        assert (none.letter.content, none.content_bytes) == (None, None)


async def test_whoever_was_followed_by_another_owner_writes_nothing(place: Place) -> None:
    async with keeping(place) as (keeper, old), keeping(place) as (other, claim), place.reader() as reader:
        await other.keep(claim, batch(5, [kept(1)]))
        with pytest.raises(Fenced):
            await keeper.keep(old, batch(9, [kept(2)]))
        assert await reader.count_letters(LetterFilter(), 9) == Count(1, True)
        again = await keeper.claim(TOPIC, [0, 1], "third")
        assert {partition: at.next_offset for partition, at in again.positions.items()} == {0: 5}
        await keeper.keep(again, batch(3, [kept(2)]))
        assert (await keeper.claim(TOPIC, [0], "fourth")).positions[0].next_offset == 3, "the topic was made anew"


async def test_what_comes_at_the_same_time_takes_turns(place: Place) -> None:
    """A look at what is open happens whenever its second has come, whatever is being kept."""
    async with keeping(place) as (keeper, claim):
        work: list[Coroutine[None, None, object]] = [keeper.keep(claim, batch(9, [kept(1), kept(2)]))]
        for _ in range(5):
            work += [keeper.pending(), keeper.expire(START - 1, 10), keeper.claim(TOPIC, [1], "test")]
        await asyncio.gather(*work)
        assert (await keeper.pending()).count == 2


async def test_letters_go_when_their_time_is_over(place: Place) -> None:
    found = [kept(number) for number in range(20)]
    async with keeping(place) as (keeper, claim), place.reader() as reader:
        notes = [noted(found[0], START, 1, 0), noted(found[19], START + 9, 1, 0)]
        await keeper.keep(claim, batch(20, found, notes))
        assert [await keeper.expire(START + 5, 4) for _ in range(4)] == [4, 4, 2, 0]
        assert await reader.count_letters(LetterFilter(), 99) == Count(10, True)
        [(members,)] = await place.query("select count(distinct id) from dead_letter_members")
        assert members == 8, "those of the letters that are left, but for two without any"
        assert await place.query("select id from dead_letter_notes") == [(found[19].letter.id,)]


async def test_every_filter_is_answered_by_an_index(place: Place) -> None:
    dialect = Dialect.SQLITE if place.is_sqlite else Dialect.POSTGRESQL
    async with keeping(place) as (keeper, claim):
        await keeper.keep(claim, batch(500, [kept(number) for number in range(500)]))
    prefix = "explain query plan " if place.is_sqlite else "explain "
    if not place.is_sqlite:
        await place.query("analyze")
    for where in FILTERS:
        for statement in (
            letters.page_statement(dialect, where, Order.NEWEST_FIRST, Window(10, after=(START + 100, "0"))),
            letters.count_statement(dialect, where, 1000),
        ):
            plan = await place.explain(prefix + statement.sql, statement.parameters)
            told = "\n".join(plan)
            assert "Seq Scan" not in told, (where, told)
            assert "TEMP B-TREE" not in told, (where, told)
            scans = [line for line in plan if line.startswith("SCAN") and line != "SCAN counted"]
            assert all(("USING" in line and "INDEX" in line) or "CONSTANT" in line for line in scans), (where, told)


GROWTH_MAX = 1.5
FEW = {"steps": 4_000, "rows": 100}
"""What a page may cost however little there is."""
ROUNDS, EACH = 8, 400


async def test_a_page_costs_the_same_however_many_letters_there_are(place: Place) -> None:
    """Twice the letters, the same costs of every page of the list: the newest, the oldest, and one in the middle."""
    dialect = Dialect.SQLITE if place.is_sqlite else Dialect.POSTGRESQL
    led = [where for where in FILTERS if where.sources is None or len(where.sources) == 1]
    costs: list[dict[str, int]] = []
    async with keeping(place) as (keeper, claim):
        for number in range(ROUNDS):
            found = [kept(number * EACH + at) for at in range(EACH)]
            await keeper.keep(claim, batch((number + 1) * EACH, found))
            if number + 1 not in (ROUNDS // 2, ROUNDS):
                continue
            if not place.is_sqlite:
                await place.query("analyze")
            middle = Window(10, after=(START + number * EACH // 4, "0"))
            statements = {
                f"{where} {order} {window}": letters.page_statement(dialect, where, order, window)
                for where in led
                for order, window in [*((order, Window(10)) for order in Order), (Order.NEWEST_FIRST, middle)]
            }
            costs.append({name: await place.cost(one.sql, one.parameters) for name, one in statements.items()})
    few = FEW["steps" if place.is_sqlite else "rows"]
    half, whole = ([*each.values()] for each in costs)
    names = [*costs[-1]]
    grown = [one for one in zip(names, half, whole, strict=True) if one[2] > GROWTH_MAX * one[1] + few]
    assert not grown
    assert len(whole) > 20
