"""A whole GraphQL process's life: it waits for its store, says that Kafka is away, serves, and ends when told."""

import asyncio
import ssl
from pathlib import Path

import httpx
import pytest

from bus.settings import KafkaSettings
from delivery.batch import Batch
from delivery.classification import shipped_classifier
from delivery.errors import Misconfigured
from graphql_api.server import serve
from graphql_api.settings import GraphQLSettings, tls_of
from ops.local_kafka import choose_port
from store.opening import open_reader, open_writer
from store.settings import StoreSettings
from tests.gateway.certificates import Authority
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


async def test_it_speaks_tls_with_certificates_that_change(tmp_path: Path, batch: Batch) -> None:
    store = StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    await fill(open_writer(store, shipped_classifier()), batch)
    kafka = KafkaSettings(bootstrap=f"127.0.0.1:{choose_port()}")
    old, new = Authority("old"), Authority("new")
    certificate = tmp_path / "certificate"
    certificate.write_bytes(old.write(tmp_path, "first", "127.0.0.1").read_bytes())
    settings = GraphQLSettings(port=0, tls_certificate_file=str(certificate), reload_ms=100)
    stop, said = asyncio.Event(), asyncio.Queue[str]()

    async def ask(url: str, authority: Authority) -> int:
        context = ssl.create_default_context(cadata=authority.pem.decode())
        async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False, verify=context) as client:
            return (await client.post("/graphql", json={"query": "{ __typename }"})).status_code

    serving = asyncio.create_task(serve(settings, kafka, open_reader(store), stop=stop, started=said.put_nowait))
    try:
        url = await asyncio.wait_for(said.get(), 10)
        assert url.startswith("https://")
        assert await ask(url, old) == 200
        with pytest.raises(httpx.ConnectError):
            await ask(url, new)
        certificate.write_bytes(new.write(tmp_path, "second", "127.0.0.1").read_bytes())
        async with asyncio.timeout(20):
            while True:
                try:
                    assert await ask(url, new) == 200
                    break
                except httpx.ConnectError:
                    await asyncio.sleep(0.05)
    finally:
        stop.set()
        await asyncio.wait_for(serving, 15)
    with pytest.raises(Misconfigured, match="tls_certificate_file"):
        tls_of(GraphQLSettings(tls_key_file="key"))
