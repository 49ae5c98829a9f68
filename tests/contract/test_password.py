"""The database's password comes from a file where one is named."""

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from delivery.classification import shipped_classifier
from delivery.errors import Misconfigured
from store.opening import open_reader, open_writer
from store.settings import StoreSettings

WORD = "from a file, with blanks: ü"


@pytest.mark.anyio
async def test_the_password_comes_from_its_file(database: str, tmp_path: Path) -> None:
    server = await asyncpg.connect(database)
    role = f"eds_{tmp_path.name.replace('-', '_')[-20:]}"
    try:
        await server.execute(f"create role {role} login superuser password '{WORD}'")
    finally:
        await server.close()
    parts = urlsplit(database)
    url = urlunsplit(parts._replace(netloc=f"{role}@{parts.netloc.rpartition('@')[2]}"))
    (tmp_path / "password").write_text(WORD + "\n", "utf-8")
    settings = StoreSettings(url=url, password_file=str(tmp_path / "password"))
    for store in (open_writer(settings, shipped_classifier()), open_reader(settings)):
        try:
            await store.open()
        finally:
            await store.close()
    missing = open_writer(StoreSettings(url=url, password_file=str(tmp_path / "absent")), shipped_classifier())
    with pytest.raises(Misconfigured, match="password_file"):
        await missing.open()
    await missing.close()
