"""The settings of the gateway's section, [gateway] or EDS_GATEWAY_…: where it listens and how much it takes on.

Times together stay below the 5 s that senders wait: reading a body and having it acknowledged share `request_ms_max`.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gateway.sources.settings import SourceSettings

KIB = 1024
MIB = 1024 * KIB


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits are named values, the unit last."""

    host: Annotated[
        str, Meta(min_length=1, description="The address to listen on; any but loopback needs authenticated sources.")
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535, description="The port to listen on; 0 takes a free one.")] = 8080
    backlog: Annotated[int, Meta(ge=1, le=65_535, description="Connections that may wait to be accepted.")] = 1_024

    token_file: Annotated[
        str,
        Meta(
            description="A file with a bearer token: whoever sends it is the source default. For more, see the sources."
        ),
    ] = ""
    sources: Annotated[
        tuple[SourceSettings, ...],
        Meta(
            description="Who may post; in eds.toml alone. Without any, nor token_file: anybody, and on loopback only."
        ),
    ] = ()
    reload_ms: Annotated[
        int, Meta(ge=100, description="How often secrets and certificates are looked at; a change needs no restart.")
    ] = 1_000
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(description="Addresses and ranges of proxies in front of us; their word on the sender counts."),
    ] = ()
    forwarded_for_header: Annotated[
        str, Meta(min_length=1, description="Where trusted proxies say from whom they have a request.")
    ] = "x-forwarded-for"
    client_name_header: Annotated[
        str,
        Meta(
            description="Where trusted proxies say the name in a client certificate that they checked; empty: nowhere."
        ),
    ] = ""
    tls_certificate_file: Annotated[
        str, Meta(description="Our certificate with its chain, PEM; empty: plain HTTP.")
    ] = ""
    tls_key_file: Annotated[str, Meta(description="The certificate's private key, PEM; empty: in the same file.")] = ""
    tls_client_ca_file: Annotated[
        str, Meta(description="Who signs client certificates, PEM; senders may then show one, and it must be valid.")
    ] = ""
    tls_version_min: Annotated[Literal["1.2", "1.3"], Meta(description="The oldest TLS that is spoken.")] = "1.2"
    tls_handshake_ms_max: Annotated[int, Meta(ge=100, description="How long a TLS handshake may take.")] = 3_000

    workers: Annotated[
        int, Meta(ge=1, le=64, description="Processes that share the port; limits in flight hold for each of them.")
    ] = 1

    spool_dir: Annotated[
        str,
        Meta(description="Where rows are kept while Kafka is away, and answered 200; empty: nowhere, but 503."),
    ] = ""
    spool_bytes_max: Annotated[
        int,
        Meta(ge=MIB, le=64 * 1024 * MIB, description="Disk for these rows, shared by the workers; above it: 503."),
    ] = 1024 * MIB

    body_bytes_max: Annotated[
        int, Meta(ge=KIB, description="The largest body as it is sent; above it: 413 before it is read.")
    ] = 4 * MIB
    expanded_bytes_max: Annotated[
        int, Meta(ge=KIB, description="The largest body after decompression; above it: 413.")
    ] = 16 * MIB
    expansion_ratio_max: Annotated[
        int, Meta(ge=1, description="How many times its size a compressed body may expand to.")
    ] = 200
    rows_max: Annotated[int, Meta(ge=1, description="Rows in one body; above it: 413.")] = 10_000
    event_bytes_max: Annotated[
        int, Meta(ge=KIB, description="The largest notification as an event; a larger one is a bad row.")
    ] = MIB
    connections_max: Annotated[
        int, Meta(ge=1, description="Open connections; one more is answered 503 and closed.")
    ] = 2_048
    inflight_requests_max: Annotated[
        int, Meta(ge=1, description="Requests being read or acknowledged at once; above it: overloaded.")
    ] = 1_024
    inflight_bytes_max: Annotated[
        int, Meta(ge=KIB, description="Bytes of all bodies being read or acknowledged; above it: overloaded.")
    ] = 64 * MIB

    header_ms_max: Annotated[int, Meta(ge=100, description="How long a request's headers may take to arrive.")] = 3_000
    body_ms_max: Annotated[
        int, Meta(ge=100, lt=4_500, description="How long a request's body may take to arrive; then 408.")
    ] = 3_000
    request_ms_max: Annotated[
        int,
        Meta(ge=500, lt=4_500, description="From the headers to the answer; what is not acknowledged by then: 503."),
    ] = 4_300
    idle_ms_max: Annotated[
        int, Meta(ge=1_000, description="How long a connection may stay open without a request.")
    ] = 75_000
    retry_after_s: Annotated[int, Meta(ge=1, le=3_600, description="Retry-After of 503 and 429, in seconds.")] = 5

    drain_delay_ms: Annotated[
        int, Meta(ge=0, description="After SIGTERM: how long to go on serving with readiness off, for load balancers.")
    ] = 0
    request_log: Annotated[bool, Meta(description="One line of log a request.")] = True
