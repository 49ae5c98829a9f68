"""The settings, whether each server would start with them, and the files that they name."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from delivery.classification import classifier_of
from delivery.errors import DeliveryStatusError, Misconfigured
from delivery.settings import PREFIX
from gateway import server
from gateway.connection.tls import tls_of
from gateway.sources.sources import Sources
from graphql_api.access.authentication import open_access, read_id_key
from graphql_api.settings import require_access
from graphql_api.settings import tls_of as graphql_tls_of
from ops.configuration import CONFIG_VARIABLE, Configuration, config_path
from ops.doctor.finding import Finding, fail, ok, warn
from store.erasures import erasure_key
from store.postgresql.connection import password

MOUNTED = Path("/run/secrets")  # Docker's: readable by all, within a container that has one user
HEAD_BYTES = 65_536
_SECRET_WORDS = ("key", "password", "secret", "token")
_PUBLIC = frozenset({"tokens_file"})  # holds hashes


def check_settings(problem: Misconfigured) -> Iterator[Finding]:
    """What is wrong with the settings, a line each."""
    lines = str(problem).splitlines()
    for line in lines[1:] or lines:
        yield fail("settings", line.strip(), "mend it; eds settings lists all that there are")


def told_source(environment: Mapping[str, str]) -> Finding:
    """Where the settings come from."""
    path = config_path(environment)
    count = sum(name.startswith(PREFIX) and name != CONFIG_VARIABLE for name in environment)
    return ok("settings", f"{path if path.exists() else 'no file'}, and {count} variables")


def check_gateway(settings: Configuration, environment: Mapping[str, str]) -> Finding:
    """Whether a gateway would start with these settings."""
    try:
        tls_of(settings.gateway)
        server.check(settings.gateway, settings.kafka, Sources(settings.gateway, environment))
    except DeliveryStatusError as problem:
        return fail("gateway settings", str(problem), "mend it: eds gateway would not start")
    return ok("gateway settings", "eds gateway can start with them")


def check_consumers(settings: Configuration) -> Finding:
    """Whether consumers would start with these settings."""
    try:
        classifier = classifier_of(settings.consumers.classification_file)
        erasure_key(settings.store)
        password(settings.store)
    except DeliveryStatusError as problem:
        return fail("consumers settings", str(problem), "mend it: eds consumers would not start")
    return ok("consumers settings", f"eds consumers can start with them; classification {classifier.version}")


def check_graphql(settings: Configuration) -> Finding:
    """Whether a GraphQL server would start with these settings."""
    try:
        require_access(settings.graphql)
        open_access(settings.graphql)
        read_id_key(settings.graphql)
        graphql_tls_of(settings.graphql)
    except DeliveryStatusError as problem:
        return fail("graphql settings", str(problem), "mend it: eds graphql would not start")
    return ok("graphql settings", "eds graphql can start with them")


def check_files(settings: Configuration) -> Iterator[Finding]:
    """Each file that the settings name: whether it can be read, and a secret by nobody else."""
    for label, path in named_files(settings):
        try:
            with path.open("rb") as file:
                head = file.read(HEAD_BYTES)
            mode = path.stat().st_mode
        except OSError as problem:
            yield fail(
                "files",
                f"{label}: {path}: {problem.strerror}",
                "put the file there, readable by this user, or mend the setting",
            )
            continue
        if _is_secret(label, head) and mode & (stat.S_IROTH | stat.S_IWOTH) and MOUNTED not in path.parents:
            yield warn("files", f"{label}: {path} can be read by everybody on this machine", f"chmod o= {path}")
        else:
            yield ok("files", f"{label}: {path}")


def named_files(settings: Configuration) -> Iterator[tuple[str, Path]]:
    """Every file that a setting names, with the setting's path."""
    for section in settings.__struct_fields__:
        yield from _files(f"[{section}]", getattr(settings, section))


def _files(label: str, holder: Any) -> Iterator[tuple[str, Path]]:
    for name in holder.__struct_fields__:
        value = getattr(holder, name)
        if isinstance(value, str) and value and name.endswith("_file"):
            yield f"{label} {name}", Path(value)
        elif isinstance(value, msgspec.Struct):
            yield from _files(f"{label} {name}", value)
        elif isinstance(value, tuple):
            for place, one in enumerate(value):
                if isinstance(one, msgspec.Struct):
                    yield from _files(f"{label} {name}[{place}]", one)
                elif isinstance(one, str) and name.endswith("_files"):
                    yield f"{label} {name}[{place}]", Path(one)


def _is_secret(label: str, head: bytes) -> bool:
    if b"-----BEGIN" in head:
        return b"PRIVATE KEY" in head
    name = label.rpartition(" ")[2]
    return name not in _PUBLIC and any(word in name for word in _SECRET_WORDS)


def writable(directory: Path) -> bool:
    """Whether this user may make files there, or could make it where it is missing."""
    while not directory.exists():
        directory = directory.parent
    return os.access(directory, os.W_OK | os.X_OK)
