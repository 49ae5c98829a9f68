"""Whether a Docker engine answers on this machine."""

import shutil
import subprocess

ANSWER_TIMEOUT_S = 5.0


def answers() -> bool:
    """True where the docker command is there and its engine answers."""
    docker = shutil.which("docker")
    if docker is None:
        return False
    command = [docker, "version", "--format", "{{.Server.Version}}"]
    try:
        done = subprocess.run(  # noqa: S603
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=ANSWER_TIMEOUT_S, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return False
    return done.returncode == 0
