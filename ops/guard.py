"""A program that runs another one and never outlives its own parent: `python guard.py [--user=NAME] COMMAND…`.

The command dies with the guard (Linux's kernel sees to it), and the guard ends the command when its parent is gone: its
standard input, a pipe that the parent holds, reaches its end. So a kill -9 of the parent, or of the guard, leaves nothing
behind. SIGTERM to the guard is passed on. The command's exit status becomes the guard's, 128 + N where signal N ended it.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys

END_GRACE_S = 10.0
LOOK_EVERY_S = 0.1
_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Runs the command to its end, or to the end of whoever started this."""
    user = arguments.pop(0).removeprefix("--user=") if arguments[0].startswith("--user=") else None
    parent = os.getppid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def die_with_guard() -> None:
        # The signal comes when the thread that forked ends; the guard has one thread only.
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    child = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, preexec_fn=die_with_guard, user=user, group=user)  # noqa: S603
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    while child.poll() is None:
        readable, _, _ = select.select([0], [], [], LOOK_EVERY_S)
        # The pipe may live on in a fork of the parent: a new parent of ours says as well that the old one is gone.
        if (readable and not os.read(0, 1)) or os.getppid() != parent:
            return _end(child)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _end(child: "subprocess.Popen[bytes]") -> int:
    child.terminate()
    try:
        return child.wait(END_GRACE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
