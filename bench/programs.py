"""The two Go programs of the benchmarks: the load and the yardstick. Built with the machine's Go, once a run."""

import json
import shutil
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from delivery.errors import Misconfigured
from ops.local_kafka import choose_port

BUILD_S_MAX = 600
READY_S_MAX = 20.0
_HERE = Path(__file__).parent


class Post(msgspec.Struct, frozen=True):
    """One request as it is sent, and the rows that a 200 to it stores."""

    request: bytes
    rows: int


class Answers(msgspec.Struct, frozen=True):
    """What the load saw. Latencies in µs, of requests answered 200; `cpu_s` is the load's own."""

    seconds: float
    statuses: dict[str, int]
    problems: dict[str, int]
    rows: int
    p50_us: int
    p99_us: int
    max_us: int
    cpu_s: float

    @property
    def requests(self) -> int:
        return sum(self.statuses.values())


def build(name: str, directory: Path) -> Path:
    """The program in bench/`name`, built. Misconfigured where there is no Go, or it does not build."""
    go = shutil.which("go")
    if go is None:
        raise Misconfigured("the benchmarks' load and yardstick are Go programs: install Go 1.26 or newer (go.dev)")
    target = directory / name
    done = subprocess.run(
        [go, "build", "-o", str(target), "."],
        cwd=_HERE / name, capture_output=True, text=True, timeout=BUILD_S_MAX, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Misconfigured(f"bench/{name} does not build:\n{done.stderr}")
    return target


def http_post(path: str, content_type: str, body: bytes, headers: Sequence[tuple[str, str]] = ()) -> bytes:
    """A POST over a connection that stays open, byte by byte."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {content_type}"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def write_posts(path: Path, posts: Sequence[Post]) -> Path:
    """The file that the load reads."""
    content = [{"request": b64encode(post.request).decode(), "rows": post.rows} for post in posts]
    path.write_text(json.dumps(content))
    return path


def load(
    program: Path, port: int, posts: Path, connections: int, seconds: float, rate: float = 0, niceness: int = 0
) -> Answers:
    """Posts for so long, and waits for every answer. `rate` in requests/s; 0: as fast as answers come.

    A load that is nice doesn't delay another one, which measures, on the core that they share.
    """
    command = [
        "nice",
        "-n",
        str(niceness),
        str(program),
        "-address",
        f"127.0.0.1:{port}",
        "-connections",
        str(connections),
    ]
    command += ["-seconds", str(seconds), "-rate", str(rate), "-requests", str(posts)]
    done = subprocess.run(command, capture_output=True, timeout=seconds + 60, check=True)
    return msgspec.json.decode(done.stdout, type=Answers)


class Yardstick(msgspec.Struct):
    """The yardstick, running."""

    pid: int
    port: int


@contextmanager
def yardstick(program: Path, bootstrap: str, topic: str) -> Iterator[Yardstick]:
    """The yardstick, ready to be posted to. It ends when its input does, also where this process is killed."""
    port = choose_port()
    command = [str(program), "-listen", f"127.0.0.1:{port}", "-bootstrap", bootstrap, "-topic", topic]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        _wait_ready(port)
        yield Yardstick(process.pid, port)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


def _wait_ready(port: int) -> None:
    deadline = time.monotonic() + READY_S_MAX
    with httpx.Client(trust_env=False, timeout=3) as client:
        while True:
            try:
                if client.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            if time.monotonic() > deadline:
                raise TimeoutError("the yardstick did not become ready")
            time.sleep(0.05)
