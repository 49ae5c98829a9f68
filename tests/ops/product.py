"""The product's servers as processes, and the settings by which commands find them."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from store.settings import StoreSettings
from tests.ops.commanding import Told, invoke
from tests.parts.kafka import Kafka
from tests.parts.processes import Part


class Product(msgspec.Struct):
    """The servers, and the settings by which commands find them."""

    sections: dict[str, Any]
    gateway: Part
    consumers: Part
    graphql: Part

    def post(self, *rows: dict[str, Any]) -> None:
        reply = httpx.post(f"{self.gateway.address}/api/SMTP", json=list(rows), trust_env=False, timeout=20)
        assert reply.status_code == 200, reply.text

    def eds(self, *arguments: str, **variables: str) -> Told:
        return invoke(self.sections, *arguments, **variables)


@contextmanager
def running_product(kafka: Kafka, directory: Path) -> Iterator[Product]:
    """Gateway, consumers and a GraphQL server that wants a token, all ready, over topics and a store of their own."""
    token, key = directory / "token", directory / "erasure.key"
    token.write_text(f"{secrets.token_urlsafe(24)}\n{secrets.token_urlsafe(24)}\n")
    key.write_text(secrets.token_urlsafe(32))
    for file in (token, key):
        file.chmod(0o600)
    with kafka.topics() as topics, ExitStack() as stack:
        sections: dict[str, Any] = {
            "kafka": topics,
            "store": StoreSettings(url=f"sqlite:///{directory}/store.db", erasure_key_file=str(key)),
            "graphql": {"token_file": str(token)},
        }
        parts = {name: Part(name, sections, directory / f"{name}.log") for name in ("gateway", "consumers", "graphql")}
        for name, part in parts.items():
            sections[name] = {**sections.get(name, {}), "port": part.port}
            part.start()
            stack.callback(part.kill)
        for part in parts.values():
            part.wait_ready()
        yield Product(sections, **parts)
