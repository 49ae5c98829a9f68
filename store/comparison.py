"""Two generations compared, as SQL of both databases: the serving one and the one in the making, message by message.

Names of tables come from this room, every value is bound.
"""
# ruff: noqa: S608

from store.announcements import add_from
from store.filters import Dialect, Statement
from store.generations import COMPARED_MESSAGES


def last_key(dialect: Dialect, serving: str, after: str | None) -> Statement:
    """The key that the next messages of the serving generation end with, and how many they are; null after the last."""
    statement = Statement(dialect)
    behind = f"where tracking_id > {statement.bind(after)}" if after is not None else ""
    part = f"select tracking_id from {serving}.messages {behind} order by tracking_id limit {COMPARED_MESSAGES}"
    statement.sql = f"select max(tracking_id), count(*) from ({part}) part"
    return statement


def differences(dialect: Dialect, serving: str, making: str, after: str | None, last: str | None) -> Statement:
    """Keys behind `after` up to `last` whose messages or deliveries differ, with the revision in either; null where it has none."""
    statement = Statement(dialect)
    bounds = []
    if after is not None:
        bounds.append(f"m.tracking_id > {statement.bind(after)}")
    if last is not None:
        bounds.append(f"m.tracking_id <= {statement.bind(last)}")
    within = " and ".join(bounds) or "true"
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
