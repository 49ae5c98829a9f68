"""The settings of a local broker, as Kafka's server.properties."""

from pathlib import Path

import msgspec

CLUSTER = {
    # Topics are made on purpose, with their settings: `eds topics ensure`.
    "auto.create.topics.enable": "false",
    # 200 means that two of three brokers have it, and Kafka's own topics are as safe as ours.
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "share.coordinator.state.topic.replication.factor": "3",
    "share.coordinator.state.topic.min.isr": "2",
    # Whichever broker dies, the others take over within 3 s rather than 9, sooner than senders give up.
    "broker.session.timeout.ms": "1500",
    "broker.heartbeat.interval.ms": "300",
    "controller.quorum.fetch.timeout.ms": "800",
    "controller.quorum.election.timeout.ms": "400",
    "controller.quorum.election.backoff.max.ms": "400",
    "controller.quorum.request.timeout.ms": "800",
    "replica.lag.time.max.ms": "3000",
}
"""What three brokers are set to, wherever they run. The files in deploy/ say the same, and a test compares them with this."""


class Node(msgspec.Struct, frozen=True):
    """One broker's place: its id, its ports on loopback, its folder."""

    id: int
    port: int
    controller_port: int
    directory: Path


def render(node: Node, nodes: list[Node]) -> str:
    """server.properties of `node` in the cluster of `nodes`, each of which is broker and controller."""
    copies = str(min(3, len(nodes)))
    in_sync = "2" if len(nodes) >= 3 else "1"
    settings = {
        "process.roles": "broker,controller",
        "node.id": str(node.id),
        "controller.quorum.voters": ",".join(f"{one.id}@127.0.0.1:{one.controller_port}" for one in nodes),
        "listeners": f"PLAINTEXT://127.0.0.1:{node.port},CONTROLLER://127.0.0.1:{node.controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{node.port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": str(node.directory / "data"),
        "auto.create.topics.enable": "false",
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        "offsets.topic.num.partitions": "3",
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.num.partitions": "3",
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.num.partitions": "3",
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
        "group.initial.rebalance.delay.ms": "0",
        # Many topics come and go in tests: their index files are kept small.
        "log.index.size.max.bytes": "1048576",
        "log.cleaner.dedupe.buffer.size": "33554432",
    }
    if len(nodes) >= 3:
        settings |= CLUSTER
    return "".join(f"{key}={value}\n" for key, value in settings.items())
