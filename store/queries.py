"""The lists as SQL, one text for both databases: which index leads, what is filtered behind it, and where a window cuts.

An index holds (column, time); in PostgreSQL (hash of the column, time) where the column is a text. One column with given values
leads: a scan of its index per value, merged in order, so that a page reads as many rows as it returns (more where other conditions
drop some, or many share one time). Without any, the phase (or the kind), which has few values, leads with all of them. Messages and
events of an address are found by its deliveries.
"""
# ruff: noqa: S608 (names come from this room alone, and every value is bound)

from collections.abc import Sequence
from typing import Any, TypeVar

from store.columns import asked_integers
from store.filters import HASHED, HISTORY, MESSAGES, Conditions, Dialect, Listing, Statement, hashed, key_values
from store.questions import Order, Window

Row = TypeVar("Row", bound=Any)

LED_VALUES_MAX = 16
BRANCHES_MAX = 100
"""A scan for each value of the leading column, up to the first, or while all of a statement's scans are no more than the second.
More values are one condition and a sort."""

COMMON_ABOVE = 5_000
"""A recipient or domain with more deliveries than this has its messages found by walking all messages by time; sorting the few
is quicker below, and enough of the many come soon above."""


def page(dialect: Dialect, listing: Listing, asked: Sequence[Conditions], order: Order, window: Window) -> Statement:
    """The window's rows and one more, in the window's reading direction (backward: the list's order reversed).

    A row that meets several of the alternatives comes from each of them: see `distinct`. To keep it out of all but one would be to
    look at rows that none of them gives, as many as there are.
    """
    statement = Statement(dialect)
    descending = (order is Order.NEWEST_FIRST) is not window.backward
    selected = ", ".join(_selected(listing))
    direction = " desc" if descending else ""
    ordered = ", ".join(f"{column}{direction}" for column in listing.order)
    limit = statement.bind((window.limit + 1) * max(1, len(asked)))
    cuts = _cuts(statement, listing, order, window)
    branches = []
    led_max = max(LED_VALUES_MAX, BRANCHES_MAX // max(1, len(asked)))
    for conditions in asked:
        lead, values = _lead(listing, conditions, led_max)
        for led in values:
            for source, tests in _scans(statement, listing, conditions, lead, led):
                branches.append(f"select {selected} from {source} where {' and '.join([*tests, *cuts])}")
    if dialect is Dialect.POSTGRESQL and len(branches) > 1:
        # SQLite merges plain branches in order; PostgreSQL does so where each is ordered by itself.
        branches = [f"(select * from ({branch} order by {ordered} limit {limit}) led)" for branch in branches]
    statement.sql = f"{' union all '.join(branches)} order by {ordered} limit {limit}"
    return statement


def distinct(listing: Listing, asked: Sequence[Conditions], rows: list[Row]) -> list[Row]:
    """A page's rows, each once. Those that are the same stand beside one another, as they have the same place in the order."""
    if len(asked) < 2:
        return rows
    names = _selected(listing)
    places = [names.index(column) for column in listing.order]
    kept: list[Row] = []
    before: list[object] | None = None
    for row in rows:
        key = [row[place] for place in places]
        if key != before:
            kept.append(row)
        before = key
    return kept


def _selected(listing: Listing) -> list[str]:
    return list(dict.fromkeys((*listing.columns, *listing.order)))


def windows(
    listing: Listing,
    asked: Sequence[Sequence[str | None]],
    order: Order,
    window: Window,
    sender_ids: tuple[int, ...] | None = None,
) -> Statement:
    """The same window for many messages in one statement of PostgreSQL, their places (from 1) in the last column.

    `asked` holds the tracking_ids and, where wanted, a recipient (or None for any) for each.
    """
    statement = Statement(Dialect.POSTGRESQL)
    key = listing.leads[0]
    tests = [f"listed.{key} = asked.{key}"]
    names = [key]
    arrays = [f"{statement.bind(asked[0])}::text[]"]
    if len(asked) > 1:
        names.append("recipient")
        arrays.append(f"{statement.bind(asked[1])}::text[]")
        tests.append("(asked.recipient is null or listed.recipient = asked.recipient)")
    if listing is HISTORY:
        tests.append("listed.tracked")
    if sender_ids is not None:
        tests.append(f"listed.sender_id = any({statement.bind(asked_integers(sender_ids))}::bigint[])")
    tests += _cuts(statement, listing, order, window)
    direction = " desc" if (order is Order.NEWEST_FIRST) is not window.backward else ""
    ordered = ", ".join(f"listed.{column}{direction}" for column in listing.order)
    columns = ", ".join(f"listed.{column}" for column in listing.columns)
    inner = (
        f"select {columns}, {', '.join(f'listed.{column} as cut_{column}' for column in listing.order)} "
        f"from {listing.table} listed where {' and '.join(tests)} "
        f"order by {ordered} limit {statement.bind(window.limit + 1)}"
    )
    sorted_by = ", ".join(f"cut_{column}{direction}" for column in listing.order)
    found = ", ".join(f"found.{column}" for column in listing.columns)
    statement.sql = (
        f"select {found}, asked.place from unnest({', '.join(arrays)}) with ordinality asked ({', '.join(names)}, place) "
        f"cross join lateral ({inner}) found order by asked.place, {sorted_by}"
    )
    return statement


def count(dialect: Dialect, listing: Listing, asked: Sequence[Conditions], count_max: int) -> Statement:
    """How many rows there are, counting no further than one more than count_max."""
    statement = Statement(dialect)
    limit = statement.bind(count_max + 1)
    one = "1" if len(asked) < 2 else ", ".join(listing.order)
    branches = []
    for conditions in asked:
        lead, values = _lead(listing, conditions, LED_VALUES_MAX)
        led = [value for branch in values for value in branch]
        scans = _scans(statement, listing, conditions, lead, led)
        branches.append(
            " union all ".join(f"select {one} from {source} where {' and '.join(tests)}" for source, tests in scans)
        )
    if len(branches) > 1:  # of each no more than are counted, and each row once
        branches = [f"select * from ({branch} limit {limit}) counted" for branch in branches]
    statement.sql = f"select count(*) from ({' union '.join(branches)} limit {limit}) counted"
    return statement


def addressed_count(dialect: Dialect, conditions: Conditions) -> Statement | None:
    """How many deliveries the asked address has, no further than one more than COMMON_ABOVE; None where none is asked for."""
    if conditions.addressed is None:
        return None
    statement = Statement(dialect)
    column, value = conditions.addressed
    test = _any(statement, column, [value])
    statement.sql = f"select count(*) from (select 1 from deliveries where {test} limit {COMMON_ABOVE + 1}) counted"
    return statement


def _lead(listing: Listing, conditions: Conditions, led_max: int) -> tuple[str, list[Sequence[str | int]]]:
    """The leading column, and its values for each scan."""
    if conditions.addressed is not None and not conditions.common:
        return "addressed", [[]]
    lead, values = listing.few
    chosen: Sequence[str | int] = values
    for column in listing.leads:
        if column in conditions.any_of:
            lead, chosen = column, conditions.any_of[column]
            break
    if lead in ("tracking_id", "key"):
        led_max = LED_VALUES_MAX  # the rows of some messages are few
    if len(chosen) > led_max or not chosen:
        return lead, [chosen]
    return lead, [[value] for value in chosen]


def _scans(
    statement: Statement, listing: Listing, conditions: Conditions, lead: str, led: Sequence[str | int]
) -> list[tuple[str, list[str]]]:
    """What is read for these values of the leading column, and the tests of its rows."""
    source, tests = listing.table, _tests(statement, listing, conditions, lead, led)
    if lead == "addressed":
        scans = _addressed(statement, listing, *(conditions.addressed or ("", "")))
        return [(source, [*first, *tests]) for source, first in scans]
    if statement.dialect is Dialect.SQLITE and lead not in ("tracking_id", "key"):
        source += f" indexed by {listing.table}_{lead}"
    return [(source, tests)]


def _addressed(statement: Statement, listing: Listing, column: str, value: str) -> list[tuple[str, list[str]]]:
    """The messages, or the events, of an address: those of its deliveries, and its events without a message."""
    test = _any(statement, column, [value])
    if statement.dialect is Dialect.SQLITE:
        mine = f"number in (select number from deliveries where {test})"
        if listing is MESSAGES:
            return [("messages", [mine])]
        return [
            ("history indexed by history_number", [mine]),
            (f"history indexed by history_{column}", ["number is null"]),
        ]
    # `offset 0` keeps the order: the deliveries first, then the rows of each. The array is read by the address's own index:
    # distinct rows might be read in their order else, all of them.
    key = listing.leads[0]
    source = (
        f"(select distinct asked_key from unnest(array(select tracking_id from deliveries where {test})) asked_key"
        " offset 0) asked cross join lateral"
        f" (select * from {listing.table} where {key} = asked_key offset 0) {listing.table}"
    )
    return [(source, ["true"])] if listing is MESSAGES else [(source, ["tracked"]), (listing.table, ["not tracked"])]


def _tests(
    statement: Statement, listing: Listing, conditions: Conditions, lead: str, led: Sequence[str | int]
) -> list[str]:
    """All that a row is held to; first the leading column's, which an index answers."""
    tests = [] if lead == "addressed" else [_led(statement, listing, lead, led)]
    tests += [_any(statement, column, values) for column, values in conditions.any_of.items() if column != lead]
    tests += [f"({_equal(statement, column, values)}) is not true" for column, values in conditions.none_of.items()]
    if conditions.tracked:
        tests.append("tracked")
    if conditions.since is not None:
        tests.append(f"{listing.order[0]} >= {statement.bind(conditions.since)}")
    if conditions.until is not None:
        tests.append(f"{listing.order[0]} < {statement.bind(conditions.until)}")
    if conditions.addressed is not None and listing is MESSAGES and lead != "addressed":
        tests.append(_has_delivery(statement, *conditions.addressed))
    tests += [f"not {_has_delivery(statement, column, value)}" for column, value in conditions.unaddressed]
    return tests


def _has_delivery(statement: Statement, column: str, value: str) -> str:
    """Whether a message has such a delivery, by a look at its own.

    Left to themselves, both would look at all of a domain's deliveries. `offset 0` keeps PostgreSQL's test with each message, and
    no index of it answers for the text without its hash.
    """
    if statement.dialect is Dialect.SQLITE:
        source, same = "deliveries d indexed by deliveries_number", f"d.{column} = {statement.bind(value)}"
        return f"exists (select 1 from {source} where d.number = messages.number and {same})"
    same = f"d.tracking_id = messages.tracking_id and d.{column} = {statement.bind(value)}"
    return f"exists (select 1 from deliveries d where {same} offset 0)"


def _led(statement: Statement, listing: Listing, lead: str, led: Sequence[str | int]) -> str:
    if statement.dialect is Dialect.SQLITE and lead in ("tracking_id", "key") and listing is not MESSAGES:
        sign = "=" if len(led) == 1 else "in"
        return f"number {sign} (select number from messages where {_any(statement, 'tracking_id', led)})"
    return _any(statement, lead, led)


def _any(statement: Statement, column: str, values: Sequence[str | int]) -> str:
    """A test that the column's index answers."""
    first = len(statement.parameters)
    test = _equal(statement, column, values)
    if statement.dialect is Dialect.SQLITE or column not in HASHED or not values:
        return test
    asked = [hashed(f"${place}") for place in range(first + 1, len(statement.parameters) + 1)]
    return f"{_among(hashed(column), asked)} and {test}"


def _equal(statement: Statement, column: str, values: Sequence[str | int]) -> str:
    return _among(column, [statement.bind(value) for value in values])


def _among(tested: str, asked: Sequence[str]) -> str:
    if not asked:
        return "false"
    return f"{tested} = {asked[0]}" if len(asked) == 1 else f"{tested} in ({', '.join(asked)})"


def _cuts(statement: Statement, listing: Listing, order: Order, window: Window) -> list[str]:
    """The window's ends as comparisons of rows, which an index answers."""
    cuts = []
    columns = f"({', '.join(listing.order)})"
    forward, back = ("<", ">") if order is Order.NEWEST_FIRST else (">", "<")
    for key, sign in ((window.after, forward), (window.before, back)):
        if key is not None:
            cuts.append(f"{columns} {sign} ({statement.bind_all(key_values(listing, key))})")
    return cuts
