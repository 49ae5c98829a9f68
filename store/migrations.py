"""The schema's steps: migrations/<database>/<number>_<what>.sql, applied in order, once, and never taken back.

Each step and its number in schema_version are one transaction. A published step never changes; a new one is added.
"""

from importlib.resources import files

import msgspec

from delivery.errors import Misconfigured, Unavailable

VERSIONS = (
    "create table if not exists schema_version (version integer not null primary key, applied_at bigint not null)"
)


class Migration(msgspec.Struct, frozen=True):
    """One step; `script` holds its statements."""

    version: int
    name: str
    script: str


def shipped(database: str) -> list[Migration]:
    """The steps that come with this program for `database` (sqlite or postgresql), in their order."""
    found = [
        Migration(int(file.name[:4]), file.name, file.read_text("utf-8"))
        for file in files("store").joinpath("migrations", database).iterdir()
        if file.name.endswith(".sql")
    ]
    found.sort(key=lambda migration: migration.version)
    if [migration.version for migration in found] != list(range(1, len(found) + 1)):
        raise Misconfigured(f"migrations of {database} are not numbered 1, 2, 3…: {[step.name for step in found]}")
    return found


def missing(steps: list[Migration], version: int) -> list[Migration]:
    """The steps after `version`; Misconfigured where the store is ahead of this program."""
    if version > len(steps):
        raise Misconfigured(
            f"the store's schema is version {version}, this program knows {len(steps)}: run a newer program on it"
        )
    return steps[version:]


def require_current(steps: list[Migration], version: int) -> None:
    """For readers, who don't migrate. A store that is behind is soon brought up to date by its writer."""
    if missing(steps, version):
        raise Unavailable(
            f"the store's schema is version {version}, this program reads {len(steps)}: the consumers bring it up to date"
        )
