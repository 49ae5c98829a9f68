"""This machine: Java for a local Kafka, disks, and certificates."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509

from delivery.errors import Misconfigured
from ops.configuration import Configuration
from ops.doctor.finding import Finding, fail, ok, warn
from ops.doctor.settings import writable
from ops.kafka.artefacts import KAFKA_VERSION, cache_directory, find_java
from store.opening import sqlite_path

GIB = 1 << 30
FAIL_SHARE, FAIL_BYTES_MIN, FAIL_BYTES_MAX = 0.02, GIB // 4, 4 * GIB
WARN_SHARE, WARN_BYTES_MIN, WARN_BYTES_MAX = 0.10, 2 * GIB, 50 * GIB
"""Of a disk, with less free than this share: but no less than the one, and no more than the other."""
EXPIRY_WARN_DAYS = 30


class Usage(NamedTuple):
    """A disk's bytes, as shutil.disk_usage tells them."""

    total: int
    used: int
    free: int


def check_java(environment: Mapping[str, str]) -> Finding:
    """What `eds run` needs where no Kafka is configured: Java, and Kafka's jars or the Maven that fetches them."""
    try:
        java = find_java()
    except Misconfigured as problem:
        return fail("local kafka", str(problem), "install Java, or name a Kafka that runs: [kafka] bootstrap")
    jars = cache_directory(environment) / f"kafka-{KAFKA_VERSION}"
    if jars.is_dir():
        return ok("local kafka", f"{java}, and Kafka {KAFKA_VERSION} in {jars}")
    maven = shutil.which("mvn")
    if maven is None:
        found = f"Kafka {KAFKA_VERSION} is not in {jars}, and there is no Maven to fetch it"
        return fail(
            "local kafka",
            found,
            "install Maven (Debian: apt-get install maven), or name a Kafka that runs: [kafka] bootstrap",
        )
    return ok("local kafka", f"{java}; {maven} fetches Kafka {KAFKA_VERSION} when eds run needs it")


def disks_of(settings: Configuration) -> dict[str, tuple[Path, int]]:
    """The directories that this program writes to here, by what for, and how many bytes they may need."""
    found: dict[str, tuple[Path, int]] = {}
    store = sqlite_path(settings.store)
    if store is not None:
        found["store"] = (store.parent, 0)
    if settings.gateway.spool_dir:
        found["spool"] = (Path(settings.gateway.spool_dir), settings.gateway.spool_bytes_max)
    if Path(settings.run.data_dir).exists():
        found["eds run"] = (Path(settings.run.data_dir), 0)
    return found


def check_disk(
    what: str,
    directory: Path,
    needed: int = 0,
    usage: Callable[[Path], Usage] = lambda path: Usage(*shutil.disk_usage(path)),
) -> Finding:
    """Whether a directory can be written, and how much room its disk has."""
    check = f"disk ({what})"
    if not writable(directory):
        return fail(
            check, f"{directory} may not be written by this user", "give it to the user, or name another directory"
        )
    place = directory
    while not place.exists():
        place = place.parent
    total, _, free = usage(place)
    told = f"{directory}: {free / GIB:.1f} of {total / GIB:.1f} GiB free"
    if free < max(FAIL_BYTES_MIN, min(total * FAIL_SHARE, FAIL_BYTES_MAX)):
        return fail(check, told, "make room: a full disk stops all writing")
    if free < max(WARN_BYTES_MIN, min(total * WARN_SHARE, WARN_BYTES_MAX)):
        return warn(check, told, "make room soon, or see [retention] for what may go")
    if free < needed:
        return warn(
            check, f"{told}, the setting allows {needed / GIB:.1f}", "make room, or lower [gateway] spool_bytes_max"
        )
    return ok(check, told)


def certificates_of(settings: Configuration) -> dict[str, Path]:
    """The files with certificates, by their settings."""
    named = {
        "[gateway] tls_certificate_file": settings.gateway.tls_certificate_file,
        "[gateway] tls_client_ca_file": settings.gateway.tls_client_ca_file,
        "[graphql] tls_certificate_file": settings.graphql.tls_certificate_file,
        "[kafka] ssl_certificate_file": settings.kafka.ssl_certificate_file,
        "[kafka] ssl_ca_file": settings.kafka.ssl_ca_file,
        "[client] ca_file": settings.client.ca_file,
    }
    return {label: Path(name) for label, name in named.items() if name}


def check_certificates(files: Mapping[str, Path], now: int) -> Iterator[Finding]:
    """When the first certificate of each file expires. `now` in ms."""
    for label, path in files.items():
        try:
            found = x509.load_pem_x509_certificates(path.read_bytes())
        except OSError:
            continue  # the look at the files has told it
        except ValueError as problem:
            yield fail(
                "certificates",
                f"{label}: {path} holds no certificate in PEM: {problem}",
                "put the certificate there, with its chain",
            )
            continue
        first = min(found, key=_end_of)
        left_days = (_end_of(first) - datetime.fromtimestamp(now / 1000, UTC)).total_seconds() / 86_400
        told = f"{label}: {first.subject.rfc4514_string()} until {_end_of(first):%Y-%m-%d %H:%M} UTC"
        if left_days <= 0:
            yield fail(
                "certificates", f"{told}: expired", f"put a new one in {path}; a gateway takes it without a restart"
            )
        elif left_days < EXPIRY_WARN_DAYS:
            yield warn(
                "certificates",
                f"{told}: {left_days:.1f} days left",
                f"put a new one in {path}; a gateway takes it without a restart",
            )
        else:
            yield ok("certificates", told)


def _end_of(certificate: x509.Certificate) -> datetime:
    return certificate.not_valid_after_utc
