"""The API over real stores that hold a known world, asked over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest

from delivery.batch import Batch
from delivery.classification import shipped_classifier
from graphql_api.context import Sources
from graphql_api.http.app import build_app, serving
from graphql_api.requeuing import Requeue
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from store.opening import open_reader, open_writer
from store.settings import StoreSettings
from tests.graphql_api.world import STARTED_S, TOPIC, World, fill, make_batch, world_of
from tests.parts import postgresql as postgresql_part

NOW = (STARTED_S + 10_000) * 1000


class Api:
    """A client of one server."""

    def __init__(self, client: httpx.AsyncClient, world: World) -> None:
        self.client = client
        self.world = world

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of a query that must not fail."""
        answer = await self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def answer(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole reply, errors included."""
        response = await self.client.post("/graphql", json={"query": query, "variables": variables})
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        answer: dict[str, Any] = response.json()
        return answer

    async def problem(self, query: str, **variables: Any) -> tuple[str, str]:
        """The code and the message of a query's only error."""
        (error,) = (await self.answer(query, **variables))["errors"]
        return error["extensions"]["code"], error["message"]


class Ends:
    """The broker's side of the tests: where the partitions end, or the error that it answers with; and the clock."""

    def __init__(self, ends: Mapping[str, Mapping[int, int]]) -> None:
        self.ends = ends
        self.now = NOW
        self.problem: Exception | None = None

    async def __call__(self) -> Mapping[str, Mapping[int, int]]:
        if self.problem:
            raise self.problem
        return self.ends

    async def check(self) -> str | None:
        return str(self.problem) if self.problem else None


@pytest.fixture(scope="session")
def batch() -> Batch:
    return make_batch()


@pytest.fixture(scope="session")
def world(batch: Batch) -> World:
    return world_of(batch)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, batch: Batch
) -> Iterator[StoreSettings]:
    """Settings of a store that holds the world. Tests read from it and never write."""
    if request.param == "sqlite":
        settings = StoreSettings(url=f"sqlite:///{tmp_path_factory.mktemp('store')}/store.db")
        asyncio.run(_fill(settings, batch))
        yield settings
        return
    with postgresql_part.fresh_database(request.getfixturevalue("postgresql")) as dsn:
        settings = StoreSettings(url=dsn)
        asyncio.run(_fill(settings, batch))
        yield settings


async def _fill(settings: StoreSettings, batch: Batch) -> None:
    await fill(open_writer(settings, shipped_classifier()), batch)


@pytest.fixture
def ends(batch: Batch) -> Ends:
    return Ends({TOPIC: {number: end + 1 for number, end in batch.next_offsets.items()}})


@pytest.fixture
async def reader(filled: StoreSettings, anyio_backend: str) -> AsyncIterator[Reader]:
    reader = open_reader(filled)
    await reader.open()
    yield reader
    await reader.close()


@pytest.fixture
async def api(reader: Reader, world: World, ends: Ends) -> AsyncIterator[Api]:
    async with running_api(reader, world, ends) as api:
        yield api


def bearer(token: str | None) -> dict[str, str]:
    return {} if token is None else {"authorization": f"Bearer {token}"}


@asynccontextmanager
async def running_api(
    reader: Reader, world: World, ends: Ends, token: str | None = None, **settings: Any
) -> AsyncIterator[Api]:
    """A server with these settings (and `requeue`) on a free port, and a client of it that sends this token."""
    requeue: Requeue | None = settings.pop("requeue", None)
    chosen = msgspec.structs.replace(GraphQLSettings(port=0), **settings)
    sources = Sources(
        reader=reader, end_offsets=ends, check_broker=ends.check, topic=TOPIC, now=lambda: ends.now, version="1.2.3",
        requeue=requeue,
    )  # fmt: skip
    app = build_app(chosen, sources)
    async with (
        serving(app, chosen) as port,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False, headers=bearer(token)
        ) as client,
    ):
        yield Api(client, world)
