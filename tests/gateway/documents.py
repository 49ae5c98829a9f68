"""python -m tests.gateway.documents: writes docs/openapi.json and docs/asyncapi.json, as served with the default settings."""

from pathlib import Path

from bus.settings import KafkaSettings
from gateway.documents import asyncapi, openapi

DOCS = Path(__file__).parents[2] / "docs"


def documents() -> dict[Path, bytes]:
    """Each golden file with what it must hold."""
    return {DOCS / "openapi.json": openapi.document(), DOCS / "asyncapi.json": asyncapi.document(KafkaSettings())}


if __name__ == "__main__":
    for path, content in documents().items():
        path.write_bytes(content)
