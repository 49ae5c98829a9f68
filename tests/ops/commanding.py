"""`eds` as a process, or within this one, with its output apart."""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import msgspec
import orjson
from click.testing import CliRunner

from bus.settings import KafkaSettings
from ops.cli import main
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


Sections = Mapping[str, msgspec.Struct | Mapping[str, Any]]


def invoke(sections: Sections, *arguments: str, **variables: str) -> Told:
    """Runs `eds` within this process, which is quicker. Whatever is no error of its own comes out of here."""
    own = {name: text for name, text in environment(sections).items() if name.startswith("EDS_")}
    ours = {name: None for name in os.environ if name.startswith("EDS_")}
    done = CliRunner().invoke(main, arguments, prog_name="eds", env={**ours, **own, "COLUMNS": "200", **variables})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Told(done.exit_code, done.stdout_bytes, done.stderr)
