"""promtool, Prometheus' own tool for its files and formats, kept outside of the repository."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from ops import debian


def promtool() -> Path:
    """Where it is: installed, or taken once a machine out of Debian's package: in seconds and, where apt has lists, without rights.

    To build it from its Go module takes minutes, and needs that module's own replacements.
    """
    if found := shutil.which("promtool"):
        return Path(found)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "email-delivery-status"
    kept = cache / "promtool"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as directory:
            _from_package(Path(directory)).replace(kept)
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


def _from_package(directory: Path) -> Path:
    missing = "these tests need promtool: install Prometheus (Debian: apt-get install prometheus; macOS: brew install prometheus)"
    assert shutil.which("apt-get"), missing
    assert shutil.which("dpkg-deb"), missing
    download = ["apt-get", "download", "-q", "prometheus"]
    done = _run(download, directory)
    if done.returncode != 0:
        debian.update()
        done = _run(download, directory)
    assert done.returncode == 0, f"{missing}\n{done.stderr.decode()}"
    [package] = directory.glob("prometheus_*.deb")
    done = _run(["dpkg-deb", "--extract", package.name, "."], directory)
    assert done.returncode == 0, done.stderr.decode()
    return directory / "usr" / "bin" / "promtool"


def _run(command: list[str], directory: Path) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(command, cwd=directory, capture_output=True, timeout=120, check=False)
