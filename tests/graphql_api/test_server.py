"""A whole GraphQL process's life: it waits for its store, says that Kafka is away, serves, and ends when told."""

import asyncio
from pathlib import Path

import httpx
import pytest

from bus.settings import KafkaSettings
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from graphql_api.server import serve
from graphql_api.settings import GraphQLSettings
from ops.local_kafka import choose_port
from store.opening import open_reader, open_writer
from store.settings import StoreSettings
from tests.graphql_api.world import fill

pytestmark = pytest.mark.anyio


async def test_it_waits_for_the_store_and_serves_without_kafka(tmp_path: Path, batch: Batch) -> None:
    store = StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    kafka = KafkaSettings(bootstrap=f"127.0.0.1:{choose_port()}")
    stop, said = asyncio.Event(), asyncio.Queue[str]()
    serving = asyncio.create_task(
        serve(GraphQLSettings(port=0), kafka, open_reader(store), stop=stop, started=said.put_nowait)
    )
    try:
        assert "waiting for the store" in await asyncio.wait_for(said.get(), 10)
        await fill(open_writer(store, shipped_classifier()), batch)
        url = await asyncio.wait_for(said.get(), 10)
        async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
            ready = await client.get("/readyz?verbose")
            assert ready.status_code == 503
            assert ready.text.startswith("[+]store ok\n[-]kafka: ")
            query = {"query": "{ pipeline { lag brokerAvailable partitions { appliedOffset } } }"}
            asked = await asyncio.gather(*(client.post("/graphql", json=query) for _ in range(20)))
            for reply in asked:
                pipeline = reply.json()["data"]["pipeline"]
                assert (pipeline["lag"], pipeline["brokerAvailable"]) == (None, False)
                assert sum(part["appliedOffset"] for part in pipeline["partitions"]) == len(batch.events)
    finally:
        stop.set()
        await asyncio.wait_for(serving, 15)
