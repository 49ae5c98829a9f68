"""The settings of the read side: section [graphql] of eds.toml, EDS_GRAPHQL_… in the environment."""

from typing import Annotated

from msgspec import Meta, Struct

from delivery.errors import Misconfigured
from delivery.loopback import is_loopback
from delivery.tls import Tls


class GraphQLSettings(Struct, frozen=True, kw_only=True):
    """Where the API listens, what it shows, and its limits."""

    host: Annotated[
        str, Meta(min_length=1, description="address to listen on; beyond loopback only where tokens are asked for")
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="port to listen on; 0 takes a free one")] = 8081
    token_file: Annotated[
        str, Meta(description="file with a bearer token that reads everything (a line each where one replaces another)")
    ] = ""
    tokens_file: Annotated[
        str, Meta(description="TOML or JSON file of hashed bearer tokens with their scopes and limits")
    ] = ""
    token_rate_per_s: Annotated[int, Meta(ge=1, description="requests a second of one token, where it names none")] = (
        1_000
    )
    token_concurrency_max: Annotated[
        int, Meta(ge=1, description="requests of one token at the same time, where it names none")
    ] = 100
    id_key_file: Annotated[
        str, Meta(description="secret by which ids and cursors hide masked addresses; the same for all processes")
    ] = ""
    jwt_issuer: Annotated[str, Meta(description="who must have issued a JSON Web Token; empty takes none")] = ""
    jwt_audience: Annotated[str, Meta(description="for whom a JSON Web Token must be")] = ""
    jwt_keys: Annotated[str, Meta(description="the issuer's JWK set: a file or an https URL")] = ""
    jwt_keys_max_age_s: Annotated[int, Meta(ge=1, description="after this time the JWK set is read again, in s")] = 600
    jwt_leeway_s: Annotated[int, Meta(ge=0, description="how much clocks may differ at exp and nbf, in s")] = 30
    jwt_sender_ids_claim: Annotated[
        str, Meta(min_length=1, description='claim that lists the sender_ids to be seen, or is "all"')
    ] = "sender_ids"
    jwt_addresses_claim: Annotated[
        str, Meta(min_length=1, description="claim that is true where addresses are shown whole")
    ] = "addresses"
    jwt_requeue_claim: Annotated[
        str, Meta(min_length=1, description="claim that is true where dead letters may be sent on")
    ] = "requeue"
    tls_certificate_file: Annotated[str, Meta(description="our certificate with its chain, PEM; empty: plain HTTP")] = (
        ""
    )
    tls_key_file: Annotated[str, Meta(description="the certificate's private key, PEM; empty: in the same file")] = ""
    reload_ms: Annotated[
        int,
        Meta(ge=100, description="how often tokens and certificates are looked at, in ms; a change needs no restart"),
    ] = 1_000
    origins_allowed: Annotated[
        tuple[str, ...],
        Meta(description="origins whose pages may ask (CORS), such as https://console.example; * is any"),
    ] = ()
    hosts_allowed: Annotated[
        tuple[str, ...], Meta(description="names that clients may call this server by, beside those of loopback")
    ] = ()
    documents_file: Annotated[str, Meta(description="JSON object of persisted documents by their SHA-256")] = ""
    documents_listed_only: Annotated[bool, Meta(description="answer the documents of documents_file only")] = False
    introspection: Annotated[bool, Meta(description="answer questions about the schema itself")] = True
    console: Annotated[
        bool, Meta(description="serve the console at /, and answer its documents where only listed ones are answered")
    ] = True
    graphiql: Annotated[bool, Meta(description="serve the query editor at /graphiql")] = True
    page_size_default: Annotated[int, Meta(ge=1, description="rows of a page that names no size")] = 50
    page_size_max: Annotated[int, Meta(ge=1, description="rows of a page at most; also ids in one `nodes`")] = 200
    count_max: Annotated[int, Meta(ge=1, description="totalCount stops counting here and says AT_LEAST")] = 10_000
    statistics_buckets_max: Annotated[
        int, Meta(ge=1, le=2_000, description="hours or days in one question of the statistics at most")
    ] = 750
    filter_values_max: Annotated[int, Meta(ge=1, description="values in one list of a filter at most")] = 100
    filter_alternatives_max: Annotated[
        int, Meta(ge=1, le=32, description="alternatives (or, not) that one filter comes to at most")
    ] = 16
    query_depth_max: Annotated[int, Meta(ge=1, description="levels of fields in a query at most")] = 12
    query_characters_max: Annotated[
        int, Meta(ge=1, description="characters in a query at most, comments and texts included")
    ] = 32_768
    query_tokens_max: Annotated[
        int, Meta(ge=1, description="lexical tokens in a query at most; also fields, once its fragments are put in")
    ] = 2_000
    query_aliases_max: Annotated[int, Meta(ge=1, description="aliases in a query at most")] = 100
    query_cost_max: Annotated[
        int, Meta(ge=1, description="fields that an answer could hold at most, by the sizes that the query asks for")
    ] = 100_000
    operation_rows_max: Annotated[int, Meta(ge=1, description="rows that one operation may ask the store for")] = 20_000
    operation_ms_max: Annotated[int, Meta(ge=1, description="time that one operation may take, in ms")] = 10_000
    drain_ms_max: Annotated[int, Meta(ge=0, description="time that requests under way have at the end, in ms")] = 5_000
    unread_ms_max: Annotated[
        int, Meta(ge=100, description="time in which a client must take some of its reply, in ms; else it is cut off")
    ] = 10_000
    body_bytes_max: Annotated[int, Meta(ge=1, description="size of a request's body at most")] = 262_144
    compress_bytes_min: Annotated[
        int, Meta(ge=1, description="replies from this size on are compressed as the client can read them")
    ] = 2_048
    subscribers_max: Annotated[
        int, Meta(ge=1, description="subscriptions of one process at most, and also connections that carry them")
    ] = 10_000
    token_subscribers_max: Annotated[
        int, Meta(ge=1, description="subscriptions of one token at most; without tokens, of everybody")
    ] = 10_000
    subscriber_bytes_max: Annotated[
        int, Meta(ge=1_000, description="bytes that wait for one slow client; with more it is dropped")
    ] = 262_144
    subscribers_bytes_max: Annotated[
        int, Meta(ge=1_000, description="bytes that wait for all slow clients; with more the one at hand is dropped")
    ] = 67_108_864
    replay_records_max: Annotated[
        int, Meta(ge=1, description="records that are read back for a client that was away; beyond, it queries anew")
    ] = 50_000
    replay_bytes_max: Annotated[
        int, Meta(ge=1_000, description="bytes of the latest records kept for such clients, and sent to one of them")
    ] = 8_388_608
    ping_ms: Annotated[
        int, Meta(ge=100, description="pause between pings; a client that misses two of them is dropped")
    ] = 15_000
    connection_init_ms_max: Annotated[
        int, Meta(ge=100, description="time that a WebSocket client has to say who it is, in ms")
    ] = 5_000
    message_bytes_max: Annotated[int, Meta(ge=1_000, description="size of a message from a WebSocket at most")] = 65_536
    documents_cached_max: Annotated[int, Meta(ge=1, description="parsed and validated queries kept in memory")] = 500


def tls_of(settings: GraphQLSettings) -> Tls | None:
    """The listener's TLS, None for plain HTTP. Misconfigured where half of it is set."""
    if settings.tls_certificate_file:
        return Tls("graphql", settings.tls_certificate_file, settings.tls_key_file)
    if settings.tls_key_file:
        raise Misconfigured("[graphql] tls_key_file needs tls_certificate_file")
    return None


def require_access(settings: GraphQLSettings) -> None:
    """Closed by default: what others can reach must ask for a token. Misconfigured otherwise."""
    jwt = (settings.jwt_issuer, settings.jwt_audience, settings.jwt_keys)
    if any(jwt) and not all(jwt):
        raise Misconfigured(
            "EDS_GRAPHQL_JWT_ISSUER, EDS_GRAPHQL_JWT_AUDIENCE and EDS_GRAPHQL_JWT_KEYS are set together, or none of them"
        )
    if "*" in settings.origins_allowed and not (settings.token_file or settings.tokens_file or any(jwt)):
        raise Misconfigured("EDS_GRAPHQL_ORIGINS_ALLOWED=*: any page could read an API that asks for no token")
    if not (settings.token_file or settings.tokens_file or any(jwt) or is_loopback(settings.host)):
        raise Misconfigured(
            f"EDS_GRAPHQL_HOST={settings.host}: without a token to ask for, the API listens on loopback only; set "
            "EDS_GRAPHQL_TOKEN_FILE, EDS_GRAPHQL_TOKENS_FILE or EDS_GRAPHQL_JWT_…, or 127.0.0.1"
        )
