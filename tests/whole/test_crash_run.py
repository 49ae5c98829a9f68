"""Short crash runs; `make crash` has long ones. A failure names its seed, and EDS_TEST_SEED runs it again."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.kafka.artefacts import cache_directory
from ops.local_kafka import LocalKafka, open_kafka
from store.settings import StoreSettings
from tests.parts import postgresql
from tests.whole import crash_plan, crash_run
from tests.whole.test_crashes import seed

__all__ = ["seed"]  # the fixture
FOR_SQLITE = (crash_plan.MATERIALIZER, crash_plan.JOIN)
FOR_POSTGRESQL = (*FOR_SQLITE, crash_plan.BROKER, crash_plan.DATABASE, crash_plan.DATABASE_STOP)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """One broker, which is quicker; the long runs have three."""
    directory = tmp_path_factory.mktemp("mortal")
    with open_kafka(directory, cache_directory(os.environ), port=None, say=print) as cluster:
        yield cluster


@pytest.mark.anyio
async def test_postgresql_is_exact_whatever_is_killed(cluster: LocalKafka, seed: int, tmp_path: Path) -> None:
    with postgresql.own() as server:
        steps = crash_plan.short_plan(seed, FOR_POSTGRESQL)
        store = StoreSettings(url=server.dsn)
        print(await crash_run.run(
            seed, steps, cluster=cluster, store=store, server=server, members=2, directory=tmp_path
        ))  # fmt: skip


@pytest.mark.anyio
async def test_sqlite_is_exact_whatever_is_killed(cluster: LocalKafka, seed: int, tmp_path: Path) -> None:
    steps = crash_plan.short_plan(seed, FOR_SQLITE)
    store = StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    print(await crash_run.run(seed, steps, cluster=cluster, store=store, server=None, members=1, directory=tmp_path))
