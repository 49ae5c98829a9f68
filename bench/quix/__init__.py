"""A peer for the materializer's benchmark, in an environment of its own: nothing of it is a dependency of the product."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

from delivery.errors import Misconfigured

INSTALL_S_MAX = 300
_HERE = Path(__file__).parent
PROGRAM = _HERE / "program.py"


def python(directory: Path) -> Path:
    """The interpreter of an environment with the peer, made in the directory. Misconfigured where it can't be installed."""
    place = directory / "quix"
    interpreter = place / "bin" / "python"
    if not interpreter.exists():
        venv.create(place, with_pip=True)
        command = [str(interpreter), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        done = subprocess.run(
            [*command, "-r", str(_HERE / "requirements.txt")],
            capture_output=True, text=True, timeout=INSTALL_S_MAX, check=False,
        )  # fmt: skip
        if done.returncode:
            shutil.rmtree(place)
            raise Misconfigured(f"Quix Streams can't be installed with {sys.executable}:\n{done.stderr}")
    return interpreter
