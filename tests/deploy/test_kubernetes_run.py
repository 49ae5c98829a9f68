"""What the Kubernetes resources say, run as processes: eds.toml as it is but for places, against a broker that guards itself."""

import asyncio
import os
import re
import ssl
import subprocess
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from bus import topics
from bus.client import client_options
from delivery.views import Message
from ops.configuration import Configuration, read_configuration
from store.opening import open_reader
from tests.deploy.files import ROOT
from tests.deploy.guarded_kafka import Guarded, guarded
from tests.deploy.kubernetes import KUBERNETES, built
from tests.deploy.requeuing import publish_letter, send_on, write_tokens
from tests.parts.processes import Part, running
from tests.whole.test_crashes import wait_complete

PASSWORD = "of-the-user"
PARTS = ("gateway", "consumers", "graphql")


def placed(kafka: Guarded, database: str, directory: Path) -> Path:
    """eds.toml with the places of this machine, and nothing else changed but the number of copies."""
    text = (KUBERNETES / "base" / "eds.toml").read_text("utf-8")
    places = {
        "kafka-kafka-bootstrap:9093": kafka.bootstrap, "replication_factor = 3": "replication_factor = 1",
        "/run/kafka-ca/ca.crt": str(kafka.ca), "/run/kafka-user/password": f"{directory}/password",
        tomllib.loads(text)["store"]["url"]: database, "/run/postgresql-user/password": f"{directory}/password",
        "/run/eds/": f"{directory}/eds/", "/run/tls/": f"{directory}/eds/",
    }  # fmt: skip
    for written, meant in places.items():
        assert written in text
        text = text.replace(written, meant)
    (directory / "eds.toml").write_text(text, "utf-8")
    return directory / "eds.toml"


async def message_of(settings: Configuration, tracking_id: str) -> Message | None:
    """The message, once all that is in the topic is applied."""
    reader = open_reader(settings.store)
    await reader.open()
    try:
        await wait_complete(settings.kafka, reader)
        return (await reader.messages([tracking_id]))[0]
    finally:
        await reader.close()


def user_of_all() -> dict[str, list[dict[str, Any]]]:
    """The user of the Kubernetes resources, and its rights."""
    [user] = [one for one in built(KUBERNETES / "base") if one["kind"] == "KafkaUser"]
    return {user["metadata"]["name"]: user["spec"]["authorization"]["acls"]}


def user_of_each() -> dict[str, list[dict[str, Any]]]:
    """A user for each part, with the rights in the table of docs/DEPLOYMENT.md."""
    page = (ROOT / "docs" / "DEPLOYMENT.md").read_text("utf-8")
    [head] = re.findall(r"^\| Part \|(.*`smtp\..*)\|$", page, re.MULTILINE)
    columns = [
        {
            "type": "group" if "group" in column else "topic",
            "name": name,
            "patternType": "prefix" if "…" in column else "literal",
        }
        for column in head.split("|")
        for name in re.findall(r"`(.+?)…?`", column)
    ]
    rows = re.findall(rf"^\| ({'|'.join(PARTS)}) \|(.*Write.*)\|$", page, re.MULTILINE)
    return {
        name: [
            {"resource": resource, "operations": re.findall(r"[A-Z][A-Za-z]+", cell)}
            for resource, cell in zip(columns, cells.split("|"), strict=True)
        ]
        for name, cells in rows
    }


@pytest.mark.parametrize("users", [user_of_all, user_of_each], ids=["one for all", "one for each"])
def test_its_settings_and_rights_are_enough_and_no_more(
    database: str, tmp_path: Path, users: Callable[[], dict[str, list[dict[str, Any]]]]
) -> None:
    rights = users()
    script = ["sh", str(ROOT / "deploy" / "make-secrets.sh")]
    made = {"SECRETS_DIR": str(tmp_path / "eds"), "PATH": os.environ["PATH"]}
    subprocess.run(script, env=made, check=True, timeout=60)
    (tmp_path / "password").write_text(PASSWORD, "utf-8")
    (tmp_path / "kafka").mkdir()
    with guarded(tmp_path / "kafka", PASSWORD, rights) as kafka, ExitStack() as parts:
        config = placed(kafka, database, tmp_path)
        settings = read_configuration({"EDS_CONFIG": str(config)})
        # The topic operator's work, with rights of its own.
        topics.ensure(
            msgspec.structs.replace(settings.kafka, bootstrap=kafka.open_bootstrap, security_protocol="PLAINTEXT")
        )
        trust = ssl.create_default_context(cafile=str(tmp_path / "eds" / "ca.crt"))
        found = {}
        for name in PARTS:
            sections = {"kafka": {"sasl_username": name if name in rights else next(iter(rights))}}
            if name == "graphql":
                sections["graphql"] = {"tokens_file": str(write_tokens(tmp_path))}
            found[name] = Part(name, sections, tmp_path / f"{name}.log", config)
        for name, part in found.items():
            if name != "consumers":
                part.speak_tls(trust)
            parts.enter_context(running(part))
        rows = [{"tracking_id": "guarded", "event_code": 103}, {"tracking_id": "bad", "tries": "many"}]
        token = {"authorization": f"Bearer {(tmp_path / 'eds' / 'post-token').read_text()}"}
        with httpx.Client(verify=trust, trust_env=False, timeout=30) as senders:
            reply = senders.post(f"{found['gateway'].address}/api/SMTP", json=rows, headers=token)
        assert (reply.status_code, reply.json()["accepted"]) == (200, 1)
        own = msgspec.structs.replace(
            settings, kafka=msgspec.structs.replace(settings.kafka, sasl_username=list(rights)[-1])
        )
        assert asyncio.run(message_of(own, "guarded")) is not None
        publish_letter(own.kafka, "sent on")
        with httpx.Client(
            base_url=found["graphql"].address, verify=trust, trust_env=False, timeout=30
        ) as readers:  # GraphQL has no file of the gateway's, and needs none
            told = send_on(readers, own.kafka, "sent on")
        assert told == {"requeued": 1, "events": 1, "userErrors": []}
        admin = AdminClient(client_options(own.kafka, "test"))
        [deleted] = admin.delete_topics([settings.kafka.notifications_topic]).values()
        with pytest.raises(KafkaException, match="AUTHORIZATION"):
            deleted.result(30)
        assert {name: part.end() for name, part in found.items()} == dict.fromkeys(found, 0)
