"""A Chromium for the tests: the one that is named or installed; Debian's is installed where that is allowed."""

import os
import shutil
from collections.abc import Mapping

from ops import debian

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HELP = "these tests need Chromium: install it (Debian: apt-get install chromium), or name one in EDS_TEST_CHROMIUM"


def find(environment: Mapping[str, str]) -> str:
    """The path of its program. EDS_TEST_CHROMIUM goes first; a missing one is a failure."""
    if named := environment.get("EDS_TEST_CHROMIUM"):
        return named
    if (found := _installed()) is None:
        debian.install("chromium")
        found = _installed()
    assert found, HELP
    return found


def arguments() -> list[str]:
    """What it has to be told here: as root it starts only without its sandbox, and containers have a small /dev/shm."""
    return ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def _installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)
