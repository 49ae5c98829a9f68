"""Debian's packages, installed where that is allowed: as root, with apt-get.

Several processes may want something at once, and apt-get serves one at a time.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

TIMEOUT_S = 600


def can_install() -> bool:
    """Whether packages can be installed here."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(package: str) -> None:
    """Tries to install it, where that is allowed. Whether it is there now is for the caller to see."""
    if can_install():
        _run(["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", package])


def update() -> None:
    """Tries to have the lists of packages made anew: a fresh image has none."""
    _run(["update", "-q"])


def _run(*commands: list[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with (Path(tempfile.gettempdir()) / f"eds-apt-{os.geteuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in commands:
            subprocess.run(  # noqa: S603
                ["apt-get", *command],  # noqa: S607
                env=quiet,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT_S,
                check=False,
            )
