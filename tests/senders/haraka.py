"""Haraka from npm with our plugin, on loopback, as a process that can be killed and started again."""

import re
import shutil
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ops.local_kafka import choose_port
from tests.parts.npm import install

PACKAGE = "Haraka@3.3.4"
PLUGIN = Path(__file__).parents[2] / "deploy" / "senders" / "haraka"
STARTED_S_MAX = 30.0
TAKEN_S_MAX = 20.0
ENDED_S_MAX = 20.0

# Takes all mail and sends it to the sink: no DNS, no other machine.
LOOPBACK = """
exports.hook_lookup_rdns = (next) => next(OK, 'client.example.org')
exports.hook_connect = (next, connection) => { connection.relaying = true; next() }
exports.hook_rcpt = (next) => next(OK)
exports.hook_get_mx = (next, hmail, domain) => next(OK, { priority: 0, exchange: '127.0.0.1', port: %d })
"""


class Haraka:
    """One installation: its configuration, queue and spool in `home`. `nodes` is its number of workers, 0 for none."""

    def __init__(self, home: Path, *, sink_port: int, nodes: int, settings: dict[str, object]) -> None:
        self.home = home
        self.port = choose_port()
        self.spool = home / "email-delivery-status"
        self._log = home / "haraka.log"
        package = install(PACKAGE, optional=False) / "node_modules" / "Haraka"
        self._script = package / "bin" / "haraka"
        self._process: subprocess.Popen[bytes] | None = None
        self._write({
            "config/me": "mta.example.org\n",
            "config/plugins": "loopback\nemail-delivery-status\n",
            "config/smtp.ini": f"listen=127.0.0.1:{self.port}\nnodes={nodes}\n",
            "config/outbound.ini": "enable_tls=false\ntemp_fail_intervals=5s*3\n",
            "config/email-delivery-status.ini": "".join(f"{name}={value}\n" for name, value in settings.items()),
            "plugins/loopback.js": LOOPBACK % sink_port,
        })  # fmt: skip
        for name in ("connection.ini", "log.ini"):
            shutil.copy(package / "config" / name, home / "config" / name)
        packages = home / "node_modules"
        packages.mkdir()
        (packages / "haraka-plugin-email-delivery-status").symlink_to(PLUGIN)

    def _write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            place = self.home / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")

    def start(self) -> None:
        """Starts it and returns when it takes mail."""
        node = shutil.which("node")
        assert node, "these tests need node and npm: install them (Debian: apt-get install npm)"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([node, self._script, "-c", self.home], stdout=log, stderr=log)
        deadline = time.monotonic() + STARTED_S_MAX
        while not self._listens():
            assert self._process.poll() is None, f"Haraka ended at its start:\n{self.log_end()}"
            assert time.monotonic() < deadline, f"Haraka did not start:\n{self.log_end()}"
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL, and return when nothing of it is left: workers end by themselves with their master."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._wait_gone()

    def end(self) -> None:
        """SIGTERM, as a service manager ends it."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(ENDED_S_MAX)
        self._wait_gone()

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def send(self, recipients: Sequence[str], headers: dict[str, str]) -> str:
        """Submits a mail; Haraka's own id of it. What it can't take now (4xx) is submitted again, as any client does: while it
        starts it tidies up its queue, and may take a file that is just being written for one that a kill left."""
        deadline = time.monotonic() + TAKEN_S_MAX
        while True:
            code, reply = self._submit(recipients, headers)
            if not 400 <= code < 500 or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        found = re.search(r"\(([0-9A-F-]+\.\d+)\)", reply.decode())
        assert code == 250, reply
        assert found, reply
        return found[1]

    def _submit(self, recipients: Sequence[str], headers: dict[str, str]) -> tuple[int, bytes]:
        lines = [f"{name}: {value}" for name, value in {"Subject": "Hello", **headers}.items()]
        with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as client:
            client.ehlo("client.example.org")
            client.mail("news@example.com")
            for recipient in recipients:
                assert client.rcpt(recipient)[0] == 250
            return client.data("\r\n".join([*lines, "", "Hello.", ""]))

    def log_end(self) -> str:
        return "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-40:])

    def _listens(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def _wait_gone(self) -> None:
        deadline = time.monotonic() + ENDED_S_MAX
        while self._listens():
            assert time.monotonic() < deadline, "a worker outlived its master"
            time.sleep(0.05)


@contextmanager
def running(haraka: Haraka) -> Iterator[Haraka]:
    """Haraka, taking mail; killed in the end if it still runs."""
    try:
        haraka.start()
        yield haraka
    finally:
        if haraka.runs:
            haraka.kill()
