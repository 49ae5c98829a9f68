"""Materializers, brokers and a PostgreSQL that a crash run kills and starts again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from bus.settings import KafkaSettings
from delivery.errors import Unavailable
from ops.local_kafka import LocalKafka
from store.settings import StoreSettings
from tests.parts.postgresql import Server
from tests.parts.processes import Part
from tests.whole import crash_plan
from tests.whole.crash_plan import Step

MEMBERS_MAX = 4
BROKER_S_MAX = 180.0
Up = Callable[[], None]


class World:
    """All that a plan is carried out on. Every method blocks."""

    def __init__(
        self, kafka: KafkaSettings, store: StoreSettings, cluster: LocalKafka, server: Server | None, directory: Path
    ) -> None:
        self._kafka = kafka
        self._store = store
        self._cluster = cluster
        self._server = server
        self._directory = directory
        self._members: list[Part] = []
        self._made = 0
        self._frozen: set[int] = set()
        self.done: list[str] = []

    def start(self, members: int) -> None:
        """Starts so many materializers and waits until they are ready."""
        for _ in range(members):
            self._add()
        for member in self._members:
            member.wait_ready()

    def carry_out(self, steps: Iterable[Step], until: float | None = None) -> None:
        """Does the steps, at most up to a monotonic time. Whoever ends without being killed is a failure."""
        for step in steps:
            if until is not None and time.monotonic() > until:
                return
            time.sleep(step.after_s)
            self._check()
            self.done.append(" and ".join(step.troubles))
            ups = [self._down(trouble, step.choice + index) for index, trouble in enumerate(step.troubles)]
            time.sleep(step.down_s)
            for up in ups:
                up()
            self._check()

    def end(self) -> None:
        """SIGTERM to all: each ends in order."""
        self._check()
        for member in self._members:
            status = member.end()
            assert status == 0, f"{member.log}: exit status {status}\n{member.log_end()}"
        self._members = []

    def close(self) -> None:
        """Kills what still runs, frozen or not."""
        for member in self._members:
            if member.process is not None and member.process.poll() is None:
                member.kill()

    def _add(self) -> Part:
        number, self._made = self._made, self._made + 1
        # Every other one keeps its partitions over a restart; the others lose them as soon as they are missed.
        instance = f"member-{number}" if number % 2 else ""
        kafka = msgspec.structs.replace(self._kafka, instance=instance, batch_events_max=300, session_timeout_ms=6_000)
        settings: dict[str, Any] = {"retry_ms": 100, "idle_announce_ms": 100}
        sections: dict[str, Any] = {"kafka": kafka, "store": self._store, "consumers": settings}
        part = Part("consumers", sections, self._directory / f"consumers-{number}.log")
        self._members.append(part)
        part.start()
        return part

    def _check(self) -> None:
        for member in self._members:
            assert member.process is not None
            ended = member.process.poll()
            assert ended is None, f"{member.log} ended with {ended} on its own:\n{member.log_end()}"

    def _down(self, trouble: str, choice: int) -> Up:
        if trouble in (crash_plan.DATABASE, crash_plan.DATABASE_STOP):
            return self._database_down(trouble)
        if trouble == crash_plan.BROKER:
            broker = self._cluster.broker_ids[choice % len(self._cluster.broker_ids)]
            self._cluster.kill(broker)
            return lambda: self._broker_up(broker)
        if trouble == crash_plan.JOIN:
            if len(self._members) < MEMBERS_MAX:
                added = self._add()
                return lambda: self._gone(added)
            return lambda: None
        return self._member_down(trouble, self._members[choice % len(self._members)])

    def _broker_up(self, broker: int) -> None:
        try:
            self._cluster.restart(broker)
        except Unavailable:  # on a machine that is busy with other things
            self._cluster.wait_ready(BROKER_S_MAX)

    def _database_down(self, trouble: str) -> Up:
        server = self._server
        assert server is not None
        (server.kill if trouble == crash_plan.DATABASE else server.stop)()

        def up() -> None:
            server.start()
            server.wait_ready()

        return up

    def _member_down(self, trouble: str, member: Part) -> Up:
        assert member.process is not None
        if trouble == crash_plan.FREEZE:
            process = member.process
            os.kill(process.pid, signal.SIGSTOP)
            self._frozen.add(process.pid)
            return lambda: self._thaw(process)
        if trouble == crash_plan.LEAVE and member.process.pid not in self._frozen:
            # One that was started a moment ago has not yet said how it wants to end.
            assert member.end() in (0, -signal.SIGTERM), member.log_end()
        else:
            member.kill()
        self._members.remove(member)

        def up() -> None:
            self._members.append(member)
            member.start()

        return up

    def _thaw(self, process: "subprocess.Popen[bytes]") -> None:
        self._frozen.discard(process.pid)
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)

    def _gone(self, member: Part) -> None:
        """The added one is killed and does not come back, where something else has not killed it already."""
        if member in self._members:
            self._members.remove(member)
        member.kill()
