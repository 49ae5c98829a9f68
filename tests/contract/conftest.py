"""The stores that the contract's suite runs over. `place` is an empty store without a schema."""

from pathlib import Path

import pytest

from store.settings import StoreSettings
from tests.contract.stores import Place


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return Place(StoreSettings(url=f"sqlite:///{tmp_path / 'store.db'}"))
    return Place(StoreSettings(url=request.getfixturevalue("database")))
