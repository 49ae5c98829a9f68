"""A broker that lets nobody in without a name and rights: TLS, SCRAM and ACLs, as a Strimzi KafkaUser has them."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # its stubs miss the re-exports
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from bus import health
from bus.settings import KafkaSettings
from delivery.errors import Unavailable
from ops.kafka.artefacts import cache_directory, fetch_jars, find_java, java_flags
from ops.local_kafka import choose_port
from tests.gateway.certificates import Authority

START_S_MAX = 90.0
CLUSTER_ID = "ZW1haWwtZGVsaXZlcnktcw"


class Guarded(msgspec.Struct):
    """`open_bootstrap` asks for nothing, and is for who sets things up; `bootstrap` is the one that clients know."""

    open_bootstrap: str
    bootstrap: str
    ca: Path


@contextmanager
def guarded(directory: Path, password: str, users: Mapping[str, list[dict[str, Any]]]) -> Iterator[Guarded]:
    """Running, with these users and the rights of each."""
    plain, secured, controller = (choose_port() for _ in range(3))
    authority = Authority("brokers")
    (directory / "ca.crt").write_bytes(authority.pem)
    keystore = authority.write(directory, "localhost", "localhost", "127.0.0.1")
    properties = {
        "process.roles": "broker,controller", "node.id": 1, "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listeners": f"OPEN://127.0.0.1:{plain},TLS://127.0.0.1:{secured},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"OPEN://127.0.0.1:{plain},TLS://localhost:{secured}",
        "listener.security.protocol.map": "OPEN:PLAINTEXT,TLS:SASL_SSL,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "OPEN", "controller.listener.names": "CONTROLLER",
        "listener.name.tls.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.tls.scram-sha-512.sasl.jaas.config":
            "org.apache.kafka.common.security.scram.ScramLoginModule required;",
        "ssl.keystore.type": "PEM", "ssl.keystore.location": keystore,
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users": "User:ANONYMOUS",
        "log.dirs": directory / "data", "auto.create.topics.enable": "false", "offsets.topic.num.partitions": 1,
        "offsets.topic.replication.factor": 1, "group.initial.rebalance.delay.ms": 0,
        "log.index.size.max.bytes": 1_048_576, "log.cleaner.dedupe.buffer.size": 33_554_432,
    }  # fmt: skip
    file = directory / "server.properties"
    file.write_text("".join(f"{key}={value}\n" for key, value in properties.items()), "utf-8")
    java = find_java()
    jars = fetch_jars(cache_directory(os.environ), print)
    command = [java, *java_flags(java), "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*"]
    format_ = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(file)]
    for user in users:
        format_ += ["--add-scram", f"SCRAM-SHA-512=[name={user},password={password}]"]
    log = (directory / "kafka.log").open("ab")
    with log:
        subprocess.run([*command, *format_], stdout=log, stderr=log, check=True, timeout=START_S_MAX)
        process = subprocess.Popen([*command, "kafka.Kafka", str(file)], stdout=log, stderr=log)
        try:
            found = Guarded(f"127.0.0.1:{plain}", f"localhost:{secured}", directory / "ca.crt")
            _await(process, found.open_bootstrap, directory / "kafka.log")
            for user, acls in users.items():
                _let_in(found.open_bootstrap, user, acls)
            yield found
        finally:
            process.kill()
            process.wait()


def _await(process: "subprocess.Popen[bytes]", bootstrap: str, log: Path) -> None:
    deadline = time.monotonic() + START_S_MAX
    while True:
        assert process.poll() is None, log.read_text("utf-8", "replace")[-3000:]
        assert time.monotonic() < deadline, log.read_text("utf-8", "replace")[-3000:]
        try:
            if health.brokers(KafkaSettings(bootstrap=bootstrap), 1.0, CLUSTER_ID):
                return
        except Unavailable:
            pass


def _let_in(bootstrap: str, user: str, acls: list[dict[str, Any]]) -> None:
    """The ACLs as Strimzi's user operator would make them."""
    bindings = []
    for acl in acls:
        resource = acl["resource"]
        for operation in acl["operations"]:
            named = "".join(f"_{each}" if each.isupper() else each for each in operation).strip("_").upper()
            bindings.append(
                AclBinding(
                    ResourceType[resource["type"].upper()], resource["name"],
                    {"prefix": ResourcePatternType.PREFIXED, "literal": ResourcePatternType.LITERAL}[resource["patternType"]],
                    f"User:{user}", "*", AclOperation[named], AclPermissionType.ALLOW,
                )
            )  # fmt: skip
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for made in admin.create_acls(bindings).values():
        made.result(30)
