"""The key of the erasures where nobody set one: `eds run` makes it in its data directory, and what is run there finds it."""

import os
import secrets
from pathlib import Path

import msgspec

from ops.configuration import Configuration

NAME = "erasure.key"


def made(data: Path) -> Path:
    """The key's file in this data directory, made where there is none."""
    path = data / NAME
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
    return path


def known(configuration: Configuration) -> Configuration:
    """The settings with the key of the data directory, if they have none and it is there."""
    path, store = Path(configuration.run.data_dir) / NAME, configuration.store
    if store.erasure_key or store.erasure_key_file or not path.exists():
        return configuration
    return msgspec.structs.replace(
        configuration, store=msgspec.structs.replace(store, erasure_key_file=str(path.absolute()))
    )
