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
    within = f"where {' and '.join(bounds)}" if bounds else ""
    old, new = (
        f"(select m.tracking_id, m.revision, m.state from {schema}.messages m {within})" for schema in (serving, making)
    )
    messages = (
        f"select coalesce(o.tracking_id, n.tracking_id) as tracking_id from {old} o full join {new} n "
        "on o.tracking_id = n.tracking_id where o.state is distinct from n.state"
    )
    old, new = (
        f"(select m.tracking_id, d.recipient, d.state from {schema}.messages m join {schema}.deliveries d "
        f"on {_same(dialect)} {within})"
        for schema in (serving, making)
    )
    deliveries = (
        f"select coalesce(o.tracking_id, n.tracking_id) as tracking_id from {old} o full join {new} n "
        "on o.tracking_id = n.tracking_id and o.recipient = n.recipient where o.state is distinct from n.state"
    )
    statement.sql = (
        f"select found.tracking_id, o.revision, n.revision from ({messages} union {deliveries}) found "
        f"left join {serving}.messages o on o.tracking_id = found.tracking_id "
        f"left join {making}.messages n on n.tracking_id = found.tracking_id"
    )
    return statement


def _same(dialect: Dialect) -> str:
    return "d.number = m.number" if dialect is Dialect.SQLITE else "d.tracking_id = m.tracking_id"


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
