"""What the process aside is told when it begins, and what it can ask of the server whose child it is."""

import msgspec

from graphql_api.settings import GraphQLSettings
from store.settings import StoreSettings

CONNECTIONS_MAX = 1
"""To the store: of all costly operations, so that nobody else's questions wait behind them."""
END_OFFSETS = "end_offsets"
"""The one question of the process aside: where the broker's partitions end."""


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """The server's own settings. `id_key` hides addresses in ids; `requeues` says whether the server sends dead letters on."""

    settings: GraphQLSettings
    store: StoreSettings
    id_key: bytes
    topic: str
    version: str
    requeues: bool
    log_level: str

    def own_store(self) -> StoreSettings:
        """The store's settings for the process aside."""
        most = min(CONNECTIONS_MAX, self.store.pool_connections_max)
        return msgspec.structs.replace(self.store, pool_connections_min=1, pool_connections_max=most)
