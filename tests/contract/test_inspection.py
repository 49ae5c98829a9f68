"""A look at a store from outside, over both databases: it tells the version, and why nothing can be written; it makes nothing."""

import os
import secrets
import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from delivery.clock import wall_clock
from delivery.errors import Misconfigured, Unavailable
from store.opening import inspect_store
from store.settings import StoreSettings
from tests.contract.stores import Place

pytestmark = pytest.mark.anyio
WORD = "open-sesame"


async def test_a_store_that_is_not_there_is_not_made(place: Place, tmp_path: Path) -> None:
    found = await inspect_store(place.settings, wall_clock)
    assert (found.schema_version, found.writing) == (0, None)
    assert found.known_version >= 7
    if place.is_sqlite:
        assert os.listdir(tmp_path) == []
    else:
        assert await place.query("select to_regclass('schema_version') is null") == [(True,)]


async def test_a_store_of_this_version_and_of_others(place: Place) -> None:
    async with place.writer():
        pass
    found = await inspect_store(place.settings, wall_clock)
    assert (found.schema_version, found.writing, found.notes) == (found.known_version, None, ())
    await place.query("insert into schema_version values (9999, 0)")
    assert (await inspect_store(place.settings, wall_clock)).schema_version == 9999


async def test_who_may_not_write_is_told_why(place: Place) -> None:
    async with place.writer():
        pass
    if place.is_sqlite:
        path = place.settings.url.removeprefix("sqlite:///")
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("begin immediate")
        found = await inspect_store(place.settings, wall_clock)
        holder.close()
        assert found.writing is not None
        assert "SQLITE_BUSY" in found.writing
        return
    role = f"reader_{secrets.token_hex(4)}"
    await place.query(f"create role {role} login password '{WORD}'")
    try:
        await place.query(f"grant usage on schema public to {role}")
        await place.query(f"grant select on all tables in schema public to {role}")
        await place.query(f"grant insert, update, delete on messages to {role}")
        seen = await inspect_store(_as(place, role), wall_clock)
        assert seen.schema_version == seen.known_version
        assert seen.writing is not None
        assert "deliveries" in seen.writing
        assert "messages" not in seen.writing
    finally:
        await place.query(f"drop owned by {role}")
        await place.query(f"drop role {role}")


async def test_what_is_no_store_is_told(place: Place, tmp_path: Path) -> None:
    if place.is_sqlite:
        path = tmp_path / "text.db"
        path.write_text("no database at all, but long enough for one's head" * 100)
        with pytest.raises(Misconfigured, match="no SQLite database"):
            await inspect_store(msgspec.structs.replace(place.settings, url=f"sqlite:///{path}"), wall_clock)
        return
    with pytest.raises(Misconfigured, match="nobody_of_this_name"):
        await inspect_store(_as(place, "nobody_of_this_name"), wall_clock)
    with pytest.raises(Unavailable):
        await inspect_store(msgspec.structs.replace(place.settings, url="postgresql://127.0.0.1:1/none"), wall_clock)


async def test_the_databases_clock_is_compared_with_ours(place: Place) -> None:
    found = await inspect_store(place.settings, lambda: wall_clock() - 3_600_000)
    if place.is_sqlite:
        assert found.clock_ahead_ms is None
    else:
        assert found.clock_ahead_ms is not None
        assert abs(found.clock_ahead_ms - 3_600_000) < 60_000


def _as(place: Place, role: str) -> StoreSettings:
    url = urlsplit(place.settings.url)
    return StoreSettings(url=url._replace(netloc=f"{role}:{WORD}@{url.hostname}:{url.port}").geturl())
