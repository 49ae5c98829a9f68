"""The settings of commands that ask or post over HTTP: section [client] of eds.toml, EDS_CLIENT_… in the environment."""

from typing import Annotated

from msgspec import Meta, Struct


class ClientSettings(Struct, frozen=True, kw_only=True):
    """Where the commands ask, and as whom."""

    graphql_url: Annotated[str, Meta(description="where commands ask; empty: at the host and port of [graphql]")] = ""
    token_file: Annotated[
        str, Meta(description="file with the bearer token that commands ask with; empty: [graphql] token_file")
    ] = ""
    ca_file: Annotated[
        str,
        Meta(description="certificates that servers are checked against, by eds send also gateways; else the system's"),
    ] = ""
