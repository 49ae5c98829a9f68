"""`eds retention run` over a store that is there."""

import asyncio
import subprocess
import sys
from pathlib import Path

import msgspec
import orjson

from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.notification import Notification
from store.opening import open_writer
from store.settings import StoreSettings
from tests.contract.stores import NOW, TOPIC
from tests.histories import received
from tests.parts.processes import environment


async def _fill(settings: StoreSettings) -> None:
    writer = open_writer(settings, shipped_classifier())
    await writer.open()
    claim = await writer.claim(TOPIC, [0], "test")
    events = [received(Notification(tracking_id=f"m-{number}"), NOW, number) for number in range(3)]
    await writer.apply(claim, Batch(events, {0: 3}), NOW, {})
    await writer.close()


def test_it_counts_first_and_removes_then(tmp_path: Path) -> None:
    store = StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    asyncio.run(_fill(store))

    def run(days: int, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        sections: dict[str, msgspec.Struct | dict[str, int]] = {
            "store": store,
            "retention": {"history_days": 1, "views_days": days},
        }
        return subprocess.run(
            [sys.executable, "-m", "ops", "retention", "run", "--json", *arguments],
            env=environment(sections), stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
        )  # fmt: skip

    counted = run(2, "--dry-run")
    assert counted.returncode == 0, counted.stderr
    assert orjson.loads(counted.stdout) == {"history": 3, "messages": 3, "statistics": 0}
    removed = orjson.loads(run(2).stdout)
    assert (removed["history"], removed["messages"]) == (3, 3)
    assert orjson.loads(run(2, "--dry-run").stdout) == {"history": 0, "messages": 0, "statistics": 0}
