"""PostGraphile over the same tables: a generic GraphQL server for PostgreSQL, from npm, as its documentation starts it."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import httpx
import msgspec

from ops.local_kafka import choose_port
from tests.parts import npm

PACKAGE = "postgraphile@4.14.1"
READY_S_MAX = 60.0
RELATIONS = (
    "comment on table {schema}.deliveries is '@foreignKey (tracking_id) references {schema}.messages (tracking_id)'",
    "create view {schema}.bench_events as select * from {schema}.history",
    "comment on view {schema}.bench_events is '@foreignKey (key) references {schema}.messages (tracking_id)'",
)
"""Which rows belong to a message: the tables themselves have no foreign keys, and PostGraphile passes over partitioned ones."""


class Peer(msgspec.Struct):
    """The peer, running."""

    pid: int
    port: int


async def relate(dsn: str) -> str:
    """Tells PostGraphile how the tables hang together; gives the name of their schema."""
    connection = await asyncpg.connect(dsn)
    try:
        found = await connection.fetchval(
            "select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relname = 'messages' and c.relkind = 'r' order by c.oid limit 1"
        )
        schema = str(found)
        for statement in RELATIONS:
            await connection.execute(statement.format(schema=schema))
        return schema
    finally:
        await connection.close()


@contextmanager
def running(dsn: str, schema: str) -> Iterator[Peer]:
    """PostGraphile, ready to be asked; it ends with the context."""
    directory, node, port = npm.install(PACKAGE), shutil.which("node"), choose_port()
    assert node is not None
    command = [node, str(directory / "node_modules/postgraphile/cli.js"), "-c", dsn, "-s", schema, "-n", "127.0.0.1"]
    command += ["-p", str(port), "--disable-query-log", "--no-setof-functions-contain-nulls", "--max-pool-size", "10"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_ready(port)
        yield Peer(process.pid, port)
    finally:
        process.terminate()
        process.wait(20)


def _wait_ready(port: int) -> None:
    deadline = time.monotonic() + READY_S_MAX
    with httpx.Client(trust_env=False, timeout=5) as client:
        while True:
            try:
                reply = client.post(f"http://127.0.0.1:{port}/graphql", json={"query": "{ __typename }"})
                if reply.status_code == 200:
                    return
            except httpx.TransportError:
                pass
            if time.monotonic() > deadline:
                raise TimeoutError("PostGraphile did not become ready")
            time.sleep(0.1)
