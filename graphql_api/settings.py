"""The settings of the read side: section [graphql] of eds.toml, EDS_GRAPHQL_… in the environment."""

from ipaddress import ip_address
from typing import Annotated

from msgspec import Meta, Struct

from delivery.errors import Misconfigured


class GraphQLSettings(Struct, frozen=True, kw_only=True):
    """Where the API listens, what it shows, and its limits."""

    host: Annotated[str, Meta(min_length=1, description="address to listen on; anything but loopback is refused")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Meta(ge=0, le=65535, description="port to listen on; 0 takes a free one")] = 8081
    introspection: Annotated[bool, Meta(description="answer questions about the schema itself")] = True
    graphiql: Annotated[bool, Meta(description="serve the query editor at /graphiql")] = True
    page_size_default: Annotated[int, Meta(ge=1, description="rows of a page that names no size")] = 50
    page_size_max: Annotated[int, Meta(ge=1, description="rows of a page at most; also ids in one `nodes`")] = 200
    count_max: Annotated[int, Meta(ge=1, description="totalCount stops counting here and says AT_LEAST")] = 10_000
    filter_values_max: Annotated[int, Meta(ge=1, description="values in one list of a filter at most")] = 100
    query_depth_max: Annotated[int, Meta(ge=1, description="levels of fields in a query at most")] = 12
    query_tokens_max: Annotated[int, Meta(ge=1, description="lexical tokens in a query at most")] = 2_000
    operation_rows_max: Annotated[int, Meta(ge=1, description="rows that one operation may ask the store for")] = 20_000
    operation_ms_max: Annotated[int, Meta(ge=1, description="time that one operation may take, in ms")] = 10_000
    drain_ms_max: Annotated[int, Meta(ge=0, description="time that requests under way have at the end, in ms")] = 5_000
    body_bytes_max: Annotated[int, Meta(ge=1, description="size of a request's body at most")] = 1_000_000
    documents_cached_max: Annotated[int, Meta(ge=1, description="parsed and validated queries kept in memory")] = 500


def require_loopback(settings: GraphQLSettings) -> None:
    """Closed by default: without authentication the API answers on this machine only. Misconfigured otherwise."""
    try:
        loopback = settings.host == "localhost" or ip_address(settings.host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise Misconfigured(
            f"EDS_GRAPHQL_HOST={settings.host}: the API has no authentication, so it listens on loopback only; "
            "set 127.0.0.1 and put an authenticating proxy in front of it"
        )
