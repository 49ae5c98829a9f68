"""promtool, Prometheus' own tool for its files and formats, kept outside of the repository."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

MODULE = "github.com/prometheus/prometheus/cmd/promtool@v0.305.0"
BUILD_S_MAX = 900.0


def promtool() -> Path:
    """Where it is: installed, or had once a machine. It comes out of Debian's package, which takes seconds and no rights; where
    there is none, Go builds it, which takes minutes."""
    if found := shutil.which("promtool"):
        return Path(found)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "email-delivery-status"
    kept = cache / "promtool"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as directory:
            made = _from_package(Path(directory)) or _from_source(Path(directory))
            made.replace(kept)
    return kept


def check(command: list[str | Path], content: bytes | None = None) -> str:
    """What promtool says to these arguments; it has to be content."""
    done = subprocess.run(
        [promtool(), *command], input=content, stdin=subprocess.DEVNULL if content is None else None,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, said
    return said


def _from_package(directory: Path) -> Path | None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    download = ["apt-get", "download", "-q", "prometheus"]
    if _run(download, directory).returncode != 0:
        _run(["apt-get", "update", "-q"], directory)  # a fresh image has no lists; only root can have them made
        if _run(download, directory).returncode != 0:
            return None
    [package] = directory.glob("prometheus_*.deb")
    done = _run(["dpkg-deb", "--extract", package.name, "."], directory)
    made = directory / "usr" / "bin" / "promtool"
    return made if done.returncode == 0 and made.exists() else None


def _from_source(directory: Path) -> Path:
    go = shutil.which("go")
    assert go, (
        "these tests need promtool: install Prometheus (Debian: apt-get install prometheus) or Go, which then builds it"
    )
    done = subprocess.run(
        [go, "install", MODULE], env={**os.environ, "GOBIN": str(directory)},
        capture_output=True, timeout=BUILD_S_MAX, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return directory / "promtool"


def _run(command: list[str], directory: Path) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(command, cwd=directory, capture_output=True, timeout=120, check=False)
