"""A dead letter that is good by today's rules, sent on over the API of what is deployed."""

import asyncio
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from bus.publisher import Publisher
from bus.reading import read_all
from bus.settings import KafkaSettings
from delivery.dead_letter import DeadLetter, Part, to_record

TOKEN = "a-token-that-may-send-dead-letters-on"
KEPT_S_MAX = 60.0
SEND_ON = "mutation { requeueDeadLetters(where: {}, dryRun: false) { requeued events userErrors { code message } } }"


def write_tokens(directory: Path) -> Path:
    """A tokens_file with TOKEN alone."""
    digest, file = sha256(TOKEN.encode()).hexdigest(), directory / "tokens.toml"
    file.write_text(f'[[tokens]]\nname = "desk"\nsha256 = "{digest}"\nsender_ids = "all"\nrequeue = true\n', "utf-8")
    file.chmod(0o600)
    return file


def publish_letter(kafka: KafkaSettings, tracking_id: str) -> None:
    """As a gateway of yesterday wrote it, which took less."""
    letter = DeadLetter(
        part=Part.ROW, content=b'{"tracking_id":"%s","event_code":103}' % tracking_id.encode(), reason="too_large", index=0,
        errors={"[0]": ["It was too large."]}, received_at=1_795_342_805_000, source="default",
        content_type="application/json",
    )  # fmt: skip

    async def publish() -> None:
        publisher = Publisher(kafka)
        await publisher.open()
        await publisher.publish(kafka.dead_letters_topic, [to_record(letter)])
        await publisher.close()

    asyncio.run(publish())


def send_on(readers: httpx.Client, kafka: KafkaSettings, tracking_id: str) -> dict[str, Any]:
    """Sends on what is there once the consumers have kept the letter; what the API answered then."""
    deadline = time.monotonic() + KEPT_S_MAX
    while True:
        reply = readers.post("/graphql", json={"query": SEND_ON}, headers={"authorization": f"Bearer {TOKEN}"}).json()
        assert "data" in reply, reply
        told: dict[str, Any] = reply["data"]["requeueDeadLetters"]
        if told["requeued"] or told["userErrors"]:
            break
        assert time.monotonic() < deadline
        time.sleep(0.1)
    sent = [one.record.key for one in read_all(kafka, kafka.notifications_topic)]
    assert tracking_id.encode() in {key if isinstance(key, bytes) else str(key).encode() for key in sent}
    return told
