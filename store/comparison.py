"""Two generations compared, as SQL of both databases: the serving one and the one in the making, message by message.

Names of tables come from this room, every value is bound.
"""
# ruff: noqa: S608

from store.announcements import add_from
from store.filters import Dialect, Statement
from store.generations import COMPARED_MESSAGES

_VIEWS = ("messages", "deliveries")


def last_key(dialect: Dialect, serving: str, after: str | None) -> Statement:
    """The key that the next messages of the serving generation end with, and how many they are; null after the last."""
    statement = Statement(dialect)
    behind = f"where tracking_id > {statement.bind(after)}" if after is not None else ""
    part = f"select tracking_id from {serving}.messages {behind} order by tracking_id limit {COMPARED_MESSAGES}"
    statement.sql = f"select max(tracking_id), count(*) from ({part}) part"
    return statement


def digest(schema: str, after: str | None, last: str | None) -> Statement:
    """PostgreSQL's quick look: numbers, and sums of hashes, of the messages and of the deliveries behind `after` up to `last`.

    Two generations that are not alike have the same ones once in 2^64 times.
    """
    statement = Statement(Dialect.POSTGRESQL)
    within = _between(statement, "tracking_id", after, last)
    tables = (
        f"select count(*), sum(hashtextextended(state, 0)) from {schema}.{table} where {within}" for table in _VIEWS
    )
    statement.sql = " union all ".join(tables)
    return statement


def unlike(serving: str, making: str, after: str | None, last: str | None) -> Statement:
    """SQLite's quick look: a row where the messages behind `after` up to `last` are not alike.

    Each view of the serving generation is there, and there are as many: so there is none beside them.
    """
    statement = Statement(Dialect.SQLITE)
    within = _between(statement, "m.tracking_id", after, last)
    counts = (
        f"(select count(*) from {schema}.messages m where {within}), (select count(*) from {schema}.messages m "
        f"cross join {schema}.deliveries d on d.number = m.number where {within})"
        for schema in (serving, making)
    )
    one, other = counts
    statement.sql = (
        f"select 1 where ({one}) <> ({other}) or exists (select 1 from {serving}.messages m "
        f"left join {making}.messages n on n.tracking_id = m.tracking_id where {within} and n.state is not m.state) "
        f"or exists (select 1 from {serving}.messages m cross join {serving}.deliveries d on d.number = m.number "
        f"left join {making}.messages n on n.tracking_id = m.tracking_id "
        f"left join {making}.deliveries e on e.number = n.number and e.recipient = d.recipient "
        f"where {within} and e.state is not d.state)"
    )
    return statement


def _between(statement: Statement, column: str, after: str | None, last: str | None) -> str:
    bounds = []
    if after is not None:
        bounds.append(f"{column} > {statement.bind(after)}")
    if last is not None:
        bounds.append(f"{column} <= {statement.bind(last)}")
    return " and ".join(bounds) or "true"


def differences(dialect: Dialect, serving: str, making: str, after: str | None, last: str | None) -> Statement:
    """Keys behind `after` up to `last` whose messages or deliveries differ, with the revision in either; null where it has none."""
    statement = Statement(dialect)
    within = _between(statement, "m.tracking_id", after, last)
    # Each side leads once, and finds the other by its key: no database makes a plan of that whose work grows with the square.
    found = " union ".join(
        f"select m.tracking_id from {one}.messages m left join {other}.messages n on n.tracking_id = m.tracking_id "
        f"where {within} and n.state is distinct from m.state union "
        f"select m.tracking_id from {one}.messages m cross join {one}.deliveries d "
        f"left join {other}.messages n on n.tracking_id = m.tracking_id "
        f"left join {other}.deliveries e on {_same(dialect, 'e', 'n')} and e.recipient = d.recipient "
        f"where {_same(dialect, 'd', 'm')} and {within} and e.state is distinct from d.state"
        for one, other in ((serving, making), (making, serving))
    )
    statement.sql = (
        f"select found.tracking_id, o.revision, n.revision from ({found}) found "
        f"left join {serving}.messages o on o.tracking_id = found.tracking_id "
        f"left join {making}.messages n on n.tracking_id = found.tracking_id"
    )
    return statement


def _same(dialect: Dialect, delivery: str, message: str) -> str:
    column = "number" if dialect is Dialect.SQLITE else "tracking_id"
    return f"{delivery}.{column} = {message}.{column}"


def _listed(dialect: Dialect, column: str) -> str:
    if dialect is Dialect.SQLITE:
        return f"{column} in (select value from json_each(?1))"
    return f"{column} = any($1::text[])"


def unequal(dialect: Dialect, serving: str, making: str) -> str:
    """Of the given keys those with another revision in either, or in one alone."""
    found = " union ".join(
        f"select tracking_id from {schema}.messages where {_listed(dialect, 'tracking_id')}"
        for schema in (serving, making)
    )
    return (
        f"select found.tracking_id from ({found}) found left join {serving}.messages o on o.tracking_id = found.tracking_id "
        f"left join {making}.messages n on n.tracking_id = found.tracking_id where o.revision is distinct from n.revision"
    )


def announce_changed(dialect: Dialect, making: str) -> str:
    """Makes the messages of the given keys due, as they are in the new generation."""
    rows = f"{making}.messages where {_listed(dialect, 'tracking_id')}"
    return add_from(rows, removed=False, postgresql=dialect is Dialect.POSTGRESQL, schema=making)


def announce_unequal(dialect: Dialect, serving: str, making: str) -> list[str]:
    """Makes unequal messages due: those that are less than they were, or are no more, begin with a tombstone."""
    both = (
        f"(select n.* from {making}.messages n left join {serving}.messages o on o.tracking_id = n.tracking_id "
        f"where {_listed(dialect, 'n.tracking_id')} and coalesce(o.revision, 0) {{sign}} n.revision) messages"
    )
    gone = (
        f"(select o.* from {serving}.messages o where {_listed(dialect, 'o.tracking_id')} and not exists "
        f"(select 1 from {making}.messages n where n.tracking_id = o.tracking_id)) messages"
    )
    rows = ((both.format(sign="<"), False), (both.format(sign=">"), True), (gone, True))
    return [
        add_from(source, removed=removed, postgresql=dialect is Dialect.POSTGRESQL, schema=making)
        for source, removed in rows
    ]
