"""npm packages for the tests, by name and version, kept outside of the repository."""

import os
import shutil
import subprocess
from hashlib import blake2b
from pathlib import Path


def install(*packages: str, optional: bool = True) -> Path:
    """The directory under which these packages are installed; done once a machine. A missing npm is a failure.

    No package's scripts are run. `optional` also installs what the packages can do without.
    """
    npm = shutil.which("npm")
    assert npm, "these tests need node and npm: install them (Debian: apt-get install npm)"
    directory = _cache() / "-".join(package.replace("/", "_") for package in packages)
    if not (directory / "complete").exists():
        directory.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--silent", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
        command += ["--prefix", str(directory), *([] if optional else ["--omit=optional"])]
        done = subprocess.run([*command, *packages], capture_output=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr.decode()
        (directory / "complete").touch()
    return directory


def install_locked(project: Path) -> Path:
    """The `node_modules` of a project by its lock file; done once a machine. The project itself is only read."""
    npm = shutil.which("npm")
    assert npm, "these tests need node and npm: install them (Debian: apt-get install npm)"
    lock = (project / "package-lock.json").read_bytes()
    directory = _cache() / f"locked-{blake2b(lock, digest_size=8).hexdigest()}"
    if not (directory / "complete").exists():
        directory.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(project / name, directory)
        command = [npm, "ci", "--silent", "--ignore-scripts"]
        done = subprocess.run(command, cwd=directory, capture_output=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr.decode()
        (directory / "complete").touch()
    return directory / "node_modules"


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "email-delivery-status"
