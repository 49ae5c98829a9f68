"""npm packages for the tests, by name and version, kept outside of the repository."""

import os
import shutil
import subprocess
from pathlib import Path


def install(*packages: str, optional: bool = True) -> Path:
    """The directory under which these packages are installed; done once a machine. A missing npm is a failure.

    No package's scripts are run. `optional` also installs what the packages can do without.
    """
    npm = shutil.which("npm")
    assert npm, "these tests need node and npm: install them (Debian: apt-get install npm)"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "email-delivery-status"
    directory = cache / "-".join(package.replace("/", "_") for package in packages)
    if not (directory / "complete").exists():
        directory.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--silent", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
        command += ["--prefix", str(directory), *([] if optional else ["--omit=optional"])]
        done = subprocess.run([*command, *packages], capture_output=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr.decode()
        (directory / "complete").touch()
    return directory
