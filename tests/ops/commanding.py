"""`eds` as a process, with its output apart."""

import subprocess
import sys
from typing import Any

import msgspec
import orjson

from bus.settings import KafkaSettings
from tests.parts.processes import environment

SECONDS_MAX = 60


class Told(msgspec.Struct, frozen=True):
    """What a command said, and how it ended."""

    status: int
    out: bytes
    err: str

    @property
    def rows(self) -> list[Any]:
        """Its output as JSON lines."""
        return [orjson.loads(line) for line in self.out.splitlines()]


def eds(kafka: KafkaSettings, *arguments: str) -> Told:
    """Runs `eds` with these arguments."""
    done = subprocess.run(
        [sys.executable, "-m", "ops", *arguments], env=environment({"kafka": kafka}), stdin=subprocess.DEVNULL,
        capture_output=True, timeout=SECONDS_MAX, check=False,
    )  # fmt: skip
    return Told(done.returncode, done.stdout, done.stderr.decode())
