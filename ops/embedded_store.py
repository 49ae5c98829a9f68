"""Which embedded store is meant where none is named: data/store.db is the servers'; `eds run` keeps one in its data directory."""

from pathlib import Path

import msgspec

from ops.configuration import Configuration
from store.opening import FILE_NAME
from store.sqlite.pointer import Pointer

OF_SERVERS = Path("data", FILE_NAME)


def of_run(configuration: Configuration) -> Path:
    """The file of `eds run`."""
    return Path(configuration.run.data_dir) / FILE_NAME


def known(configuration: Configuration) -> Configuration:
    """The settings with the store of `eds run`, if they name none, and it alone is there."""
    made = of_run(configuration)
    if configuration.store.url or Pointer(OF_SERVERS).numbers() or not Pointer(made).numbers():
        return configuration
    store = msgspec.structs.replace(configuration.store, url=f"sqlite:///{made.absolute()}")
    return msgspec.structs.replace(configuration, store=store)


def are_two(configuration: Configuration) -> bool:
    """Whether both are there and no setting says which is meant: then commands and `eds run` mean different ones."""
    made = of_run(configuration)
    is_another = made.absolute() != OF_SERVERS.absolute()
    return bool(
        not configuration.store.url and is_another and Pointer(OF_SERVERS).numbers() and Pointer(made).numbers()
    )
