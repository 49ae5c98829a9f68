"""Which addresses are erased, as the embedded store has it."""

import sqlite3

from store.erasures import Erasures


def newest_erasure(connection: sqlite3.Connection) -> int:
    """Its number, 0 without one."""
    number: int = connection.execute("select coalesce(max(number), 0) from erasures").fetchone()[0]
    return number


def read_erasures(connection: sqlite3.Connection, erasures: Erasures) -> None:
    """Takes in what was erased since; Misconfigured where the key is not the one it was erased with."""
    if newest_erasure(connection) > erasures.number:
        rows = connection.execute(
            "select number, address_hash from erasures where number > ? order by number", (erasures.number,)
        ).fetchall()
        check_value = connection.execute("select check_value from erasure_key").fetchone()
        erasures.take(check_value[0] if check_value else None, rows)
