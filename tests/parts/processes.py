"""The product's own processes for tests: `python -m ops NAME` as production runs it, ended by signals."""

import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from ops.local_kafka import choose_port

READY_S_MAX = 40.0
END_S_MAX = 20.0


def environment(sections: Mapping[str, msgspec.Struct | Mapping[str, Any]]) -> dict[str, str]:
    """This process's environment with these settings, by section, and no others; defaults are left out."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("EDS_")}
    for section, values in sections.items():
        if isinstance(values, msgspec.Struct):
            default = type(values)()
            values = {
                name: value for name, value in msgspec.structs.asdict(values).items() if value != getattr(default, name)
            }
        found |= {f"EDS_{section}_{name}".upper(): str(value) for name, value in values.items()}
    return found


class Part:
    """One part of the product as a process that can be killed and started again."""

    def __init__(
        self,
        name: str,
        sections: Mapping[str, msgspec.Struct | Mapping[str, Any]],
        log: Path,
        config: Path | None = None,
    ) -> None:
        self.name = name
        own = sections.get(name, {})
        assert isinstance(own, Mapping)
        self.port = int(own.get("port", 0)) or choose_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._environment = environment({**sections, name: {**own, "port": self.port}})
        if config is not None:
            self._environment["EDS_CONFIG"] = str(config)
        self._command = [sys.executable, "-m", "ops", name]
        self.process: subprocess.Popen[bytes] | None = None
        self._trust: ssl.SSLContext | bool = True

    def speak_tls(self, trust: ssl.SSLContext) -> None:
        """Its address is https://, and its certificate one that this context trusts."""
        self.address, self._trust = f"https://localhost:{self.port}", trust

    def start(self) -> None:
        """Starts the process, and doesn't wait for it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log)

    def wait_ready(self) -> None:
        """Returns once /readyz says so; fails with the log's end where it does not."""
        deadline = time.monotonic() + READY_S_MAX
        with httpx.Client(base_url=self.address, trust_env=False, timeout=3, verify=self._trust) as client:
            while True:
                assert self.process is not None
                assert self.process.poll() is None, f"{self.name} ended at its start:\n{self.log_end()}"
                try:
                    if client.get("/readyz").status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                assert time.monotonic() < deadline, f"{self.name} did not become ready:\n{self.log_end()}"
                time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: the crash."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self, number: int = signal.SIGTERM) -> int:
        """A signal, and the exit status that follows."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(END_S_MAX)

    def log_lines(self) -> list[dict[str, Any]]:
        """What the process logged, line by line; what is no log line is left out."""
        with self.log.open("rb") as lines:
            return [json.loads(line) for line in lines if line.startswith(b"{")]

    def log_end(self) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-20:])


@contextmanager
def running(part: Part) -> Iterator[Part]:
    """The part, ready; killed in the end if it still runs."""
    part.start()
    try:
        part.wait_ready()
        yield part
    finally:
        if part.process is not None and part.process.poll() is None:
            part.kill()
