"""Go modules for the tests, by name and version, from Go's own cache."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path


def module(name: str, version: str) -> Path:
    """The directory of a module's files. A missing Go is a failure."""
    go = shutil.which("go")
    assert go, "these tests need Go: install it (Debian: apt-get install golang-go)"
    with tempfile.TemporaryDirectory() as nowhere:  # in no module of its own
        command = [go, "mod", "download", "-json", f"{name}@{version}"]
        done = subprocess.run(command, cwd=nowhere, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(json.loads(done.stdout)["Dir"])
