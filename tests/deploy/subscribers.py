"""The subscribers' examples as processes, each with a database of its own."""

import fcntl
import hashlib
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from bus.settings import KafkaSettings
from ops.kafka.artefacts import cache_directory, find_maven

ROOT = Path(__file__).parents[2]
DIRECTORY = ROOT / "deploy" / "subscribers"
PYTHON = DIRECTORY / "python" / "subscriber.py"
JAVA = DIRECTORY / "java"
BUILD_S_MAX = 300
END_S_MAX = 20


def build_java() -> Path:
    """The directory of the jars, made by Maven as the page says; kept outside of the repository until a source changes."""
    sources = sorted(
        path for path in JAVA.rglob("*") if path.suffix in {".java", ".xml"} and "target" not in path.parts
    )
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    cache = cache_directory(os.environ)
    cache.mkdir(parents=True, exist_ok=True)
    target = cache / f"subscriber-{digest}"
    with (cache / "subscriber.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            with tempfile.TemporaryDirectory(dir=cache) as scratch:
                project = Path(scratch) / "java"
                shutil.copytree(JAVA, project, ignore=shutil.ignore_patterns("target"))
                command = shlex.split(commands("java")[0].replace(str(JAVA.relative_to(ROOT)), str(project)))
                done = subprocess.run(
                    [find_maven(print), *command[1:]], capture_output=True, text=True, timeout=BUILD_S_MAX, check=False
                )
                assert done.returncode == 0, done.stdout + done.stderr
                (project / "target").rename(target)
    return target


def commands(language: str) -> list[str]:
    """The lines of the page's block that run this example."""
    page = (ROOT / "docs" / "SUBSCRIBERS.md").read_text("utf-8")
    blocks: list[str] = re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (block,) = (block for block in blocks if f"deploy/subscribers/{language}/" in block)
    return block.splitlines()


def _command(language: str, store: str, kafka: KafkaSettings) -> list[str]:
    """The page's command with the test's broker, topic, group and file, and nothing else changed."""
    line = commands(language)[-1]
    places = {"127.0.0.1:9092": kafka.bootstrap, "statuses.db": store, str(PYTHON.relative_to(ROOT)): str(PYTHON)}
    if language == "java":
        places[f"{JAVA.relative_to(ROOT)}/target"] = str(build_java())
    for written, meant in places.items():
        line = line.replace(written, meant)
    program, *arguments = shlex.split(line)
    if language == "python":
        own = ["--topic", kafka.status_topic, "--group", f"{kafka.group}-python", "--instance", "one"]
        return [sys.executable, *arguments, *own]
    return [program, *arguments, f"topic={kafka.status_topic}", f"group.id={kafka.group}-java", "group.instance.id=one"]


class Example:
    """One example that can be killed and started again."""

    def __init__(self, language: str, kafka: KafkaSettings, directory: Path) -> None:
        self.path = directory / f"{language}.db"
        self.log = directory / f"{language}.log"
        self._command = _command(language, str(self.path), kafka)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)

    def kill(self) -> None:
        """SIGKILL; harmless where it has ended."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def end(self) -> int:
        """SIGTERM, and the exit status that follows."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(END_S_MAX)

    def check(self) -> None:
        """Fails where it has ended on its own."""
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text("utf-8", "replace")[-4000:]

    def values(self) -> dict[str, tuple[int, str, str]]:
        """Revision, phase and value of each message."""
        found = self._rows("select tracking_id, revision, phase, value from statuses")
        return {str(row[0]): (int(row[1]), str(row[2]), str(row[3])) for row in found}

    def count(self) -> int:
        rows = self._rows("select count(*) from statuses")
        return int(rows[0][0]) if rows else 0

    def positions(self) -> dict[int, int]:
        rows = self._rows("select topic_partition, next_offset from positions")
        return {int(partition): int(offset) for partition, offset in rows}

    def change(self, sql: str) -> None:
        """Changes the database behind the example's back."""
        with closing(sqlite3.connect(self.path)) as database, database:
            database.execute(sql)

    def _rows(self, sql: str) -> list[tuple[int | str, ...]]:
        if not self.path.exists():
            return []
        with closing(sqlite3.connect(self.path, timeout=10)) as database:
            try:
                return database.execute(sql).fetchall()
            except sqlite3.OperationalError as problem:
                if "no such table" in str(problem):
                    return []
                raise
