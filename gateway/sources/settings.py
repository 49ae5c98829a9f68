"""The settings of sources, `[[gateway.sources]]` in eds.toml: who a sender is, how it proves that, and what it may do.

A secret is never in the settings: they name files, read again when they change, or variables of the environment. Each line
of such a file is a secret, so that an old and a new one are valid while a sender changes over.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]
Variable = Annotated[str, Meta(pattern=r"^(?!EDS_)[A-Za-z_][A-Za-z0-9_]*$")]
Limit = Annotated[int, Meta(ge=0)]


class Proof(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """How a source proves itself."""


class SecretProof(Proof, frozen=True, kw_only=True):
    """Whoever knows the secret is the source."""

    secret_files: Annotated[
        tuple[Text, ...], Meta(description="Files that hold the secrets, one a line; all of them are valid at once.")
    ] = ()
    secret_variables: Annotated[
        tuple[Variable, ...],
        Meta(description="Variables of the environment that hold one each; a name that begins with EDS_ is a setting."),
    ] = ()


class Bearer(SecretProof, frozen=True, kw_only=True, tag="bearer"):
    """`Authorization: Bearer SECRET`."""


class Basic(SecretProof, frozen=True, kw_only=True, tag="basic"):
    """`Authorization: Basic …`, with the secret as the password."""

    username: Annotated[str, Meta(pattern=r"^[^:]+$", description="The name beside the secret; without a colon.")]


class Url(SecretProof, frozen=True, kw_only=True, tag="url"):
    """The secret in the address: for senders that can't set a header. Proxies may log it; ours never does."""

    parameter: Annotated[str, Meta(description="The query's parameter; empty: not read from the query.")] = "token"
    path_segment: Annotated[bool, Meta(description="Whether /api/SMTP/SECRET is read too.")] = True


class SignedProof(SecretProof, frozen=True, kw_only=True):
    """A signature over the raw bytes of the body, checked once it is read. A place is a header's name or `json:` and the
    path of a member of a JSON body, such as `json:signature.timestamp`."""

    signature: Annotated[str, Meta(min_length=1, description="The place of the signature.")] = "x-signature"
    timestamp: Annotated[
        str, Meta(description="The place of the timestamp; empty: in the signature's layout, or there is none.")
    ] = ""
    fields: Annotated[
        dict[str, Text], Meta(description='Places of other parts of what is signed, such as { token = "x-token" }.')
    ] = msgspec.field(default_factory=dict)
    layout: Annotated[
        str,
        Meta(
            pattern=r"\{signature\}",
            description="What the signature's place holds: `{signature}`, `sha256={signature}`,"
            " `t={timestamp},v1={signature}`. A part may come twice, one for each secret.",
        ),
    ] = "{signature}"
    separator: Annotated[str, Meta(min_length=1, description="What separates the layout's parts.")] = ","
    replay_s_max: Annotated[
        int, Meta(ge=1, le=86_400, description="How far a timestamp may be from our clock, in seconds.")
    ] = 300


class Hmac(SignedProof, frozen=True, kw_only=True, tag="hmac"):
    """HMAC-SHA256 with a shared secret."""

    encoding: Annotated[Literal["hex", "base64"], Meta(description="How the signature is written.")] = "hex"
    secret_encoding: Annotated[
        Literal["text", "hex", "base64"], Meta(description="How the key is written in its file.")
    ] = "text"  # noqa: S105 - the name of an encoding
    signed: Annotated[
        str,
        Meta(
            pattern=r"\{(?!timestamp\})\w+\}",
            description="What is signed, of {timestamp}, {body} and the names of `fields`.",
        ),
    ] = "{timestamp}.{body}"


class PublicKey(SignedProof, frozen=True, kw_only=True, tag="public_key"):
    """A signature that the sender's public key proves. The files hold keys rather than secrets: PEM, or base64 of DER."""

    algorithm: Annotated[Literal["ecdsa-p256-sha256", "rsa-sha256", "rsa-sha1"], Meta(description="How it is signed.")]
    encoding: Annotated[Literal["hex", "base64"], Meta(description="How the signature is written.")] = "base64"
    signed: Annotated[
        str, Meta(pattern=r"\{body\}", description="What is signed, of {timestamp}, {body} and the names of `fields`.")
    ] = "{timestamp}{body}"


class Certificate(Proof, frozen=True, kw_only=True, tag="certificate"):
    """A client certificate of tls_client_ca_file, or the name that a trusted proxy found in one."""

    names: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^(CN|DNS|URI|EMAIL):.+$")], ...],
        Meta(min_length=1, description="Names of which the certificate must have one: CN:mta1, DNS:mta1.example.org."),
    ]


AnyProof = Bearer | Basic | Url | Hmac | PublicKey | Certificate


class SourceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One sender. Limits of 0 don't limit; each gateway process counts for itself."""

    name: Annotated[
        str,
        Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="Its name in events, dead letters and metrics."),
    ]
    proof: Annotated[
        AnyProof | None, Meta(description="How it proves itself; without one, its address is all that there is.")
    ] = None
    address_ranges: Annotated[
        tuple[Text, ...],
        Meta(description="Where its requests may come from, such as 192.0.2.0/24; empty: from anywhere."),
    ] = ()
    sender_ids: Annotated[
        tuple[int, ...],
        Meta(description="The sender_ids that its rows may have, others are bad rows; empty: any, or none at all."),
    ] = ()
    sender_id_required: Annotated[
        bool, Meta(description="Whether, with sender_ids, a row without a sender_id is a bad row.")
    ] = True
    overload_status: Annotated[
        Literal[503, 429], Meta(description="How it is told to come again, at an overload or while Kafka is away.")
    ] = 503
    retry_after_s: Annotated[
        int, Meta(ge=0, le=3_600, description="Retry-After for it at least, in seconds; 0: the gateway's.")
    ] = 0
    requests_per_s_max: Annotated[Limit, Meta(description="Requests a second.")] = 0
    rows_per_s_max: Annotated[Limit, Meta(description="Rows a second that are stored.")] = 0
    bytes_per_s_max: Annotated[Limit, Meta(description="Bytes of bodies a second, as sent.")] = 0
    inflight_requests_max: Annotated[Limit, Meta(description="Requests being read or acknowledged at once.")] = 0
    inflight_bytes_max: Annotated[Limit, Meta(description="Bytes of bodies being read or acknowledged at once.")] = 0
