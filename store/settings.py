"""Where the store is and how it is used. Names end in their unit; one section, [store] or EDS_STORE_…"""

from typing import Annotated

import msgspec


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True):
    """An empty url means the embedded store, data/store.db; `eds run` has its own in `[run] data_dir`."""

    url: Annotated[
        str,
        msgspec.Meta(
            description="sqlite:///relative/path, sqlite:////absolute/path or postgresql://user:password@host:port/database; "
            "empty: data/store.db below the working directory; eds run: store.db in [run] data_dir, which commands take too "
            "where there is no data/store.db"
        ),
    ] = ""
    password_file: Annotated[
        str, msgspec.Meta(description="a file that holds PostgreSQL's password, which the url then need not")
    ] = ""
    pool_connections_min: Annotated[
        int, msgspec.Meta(ge=0, description="connections a reader of PostgreSQL keeps open")
    ] = 2
    pool_connections_max: Annotated[
        int, msgspec.Meta(ge=1, description="connections a reader opens at most; threads for SQLite's lists")
    ] = 4
    connect_timeout_ms: Annotated[int, msgspec.Meta(ge=1, description="how long to wait for a connection")] = 5_000
    read_timeout_ms: Annotated[int, msgspec.Meta(ge=1, description="a slower read is cancelled")] = 5_000
    write_timeout_ms: Annotated[
        int,
        msgspec.Meta(ge=1, description="a slower statement of a writer is cancelled; SQLite: the wait for its lock"),
    ] = 60_000
    history_partition_days: Annotated[
        int, msgspec.Meta(ge=1, le=366, description="days that one of PostgreSQL's partitions of the history holds")
    ] = 30
    cache_bytes: Annotated[int, msgspec.Meta(ge=1_000_000, description="SQLite's page cache in the writer")] = (
        96_000_000
    )
    erasure_key: Annotated[
        str,
        msgspec.Meta(description="the secret under which erased addresses are remembered; better in erasure_key_file"),
    ] = ""
    erasure_key_file: Annotated[
        str,
        msgspec.Meta(
            description="a file that holds that secret, 32 characters or more: for eds erase, the consumers and eds rebuild, "
            "always the same; eds run makes one in its data directory"
        ),
    ] = ""
