"""Who may post. A source is a sender that we know: its name goes into its events, its rights and its wishes are its own.

Where a source's proof stands in the headers, it is looked at before the body is read; a signature, which covers the body,
after. Unproven is a 401 or 403 and leaves nothing behind. Without any source everybody is the source `default`, for loopback.
"""

import logging
from collections.abc import Mapping, Sequence

import msgspec

from delivery.errors import DeliveryStatusError, Misconfigured
from delivery.loopback import resolves_to_loopback
from delivery.rereading import Rereading
from gateway.connection.shown import Shown
from gateway.settings import GatewaySettings
from gateway.sources.addresses import Network, client_address, is_within, read_networks
from gateway.sources.proofs import Member, Table, build_table, challenges
from gateway.sources.settings import Bearer, SourceSettings
from gateway.sources.signatures import Claim, Signed, signature_headers
from gateway.sources.source import DEFAULT, UNPROVEN, Source

_log = logging.getLogger("gateway.sources")


class Unproven(DeliveryStatusError):
    """Nobody that we know. `challenges` are the ways to prove it that HTTP knows of; without any, trying is in vain: 403."""

    def __init__(self, reason: str, challenges: tuple[str, ...] = ()) -> None:
        self.challenges = challenges
        super().__init__(reason)


class Pending(msgspec.Struct, frozen=True):
    """Sources of which this request may be one, by a signature that the body will prove or not."""

    claims: Sequence[tuple[Source, Signed, Claim]]
    now_s: float
    challenges: tuple[str, ...]

    def prove(self, body: bytes) -> Source:
        """The source; Unproven where no signature holds."""
        for source, signed, claim in self.claims:
            if signed.holds(claim, body, self.now_s):
                return source
        raise Unproven("The signature does not hold, or its time is not now", self.challenges)


class Sources:
    """The sources of one gateway. Secrets are read here, and all of them again by `reload`."""

    def __init__(self, settings: GatewaySettings | None = None, environment: Mapping[str, str] | None = None) -> None:
        settings = settings or GatewaySettings()
        self._environment = environment or {}
        self._settings = all_sources(settings)
        self._proxies: tuple[Network, ...] = read_networks(settings.trusted_proxies, "[gateway] trusted_proxies")
        self._forwarded_for = settings.forwarded_for_header
        self._client_name = settings.client_name_header
        self._sources = {one.name: source_of(one) for one in self._settings}
        self.authenticated = bool(self._settings)
        self.default = Source(name=UNPROVEN) if self.authenticated else Source()
        self._challenges = challenges(self._settings)
        self._table: Table
        self._read()
        self.reload = Rereading("secrets", self._read, _log)
        self._check_certificates(settings)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._sources) if self.authenticated else (self.default.name,)

    @property
    def signature_headers(self) -> frozenset[str]:
        """The headers in which sources sign."""
        return frozenset().union(*(signature_headers(one.proof) for one in self._settings))

    def identify(self, shown: Shown, now_s: float) -> Source | Pending:
        """Who this is, or may be once its body is read. Unproven where it is nobody that we know."""
        if not self.authenticated:
            return self.default
        table = self._table
        member = table.by_secret(shown)
        if member is None and table.certificates:
            member = next((table.certificates[name] for name in self._names(shown) if name in table.certificates), None)
        if member is not None:
            if member.networks and not self._comes_from(shown, member):
                raise Unproven(f"Source {member.source.name} may not post from this address")
            return member.source
        claims = [
            (member.source, signed, claim)
            for member, signed in table.signed
            if (claim := signed.claim(shown.headers, now_s)) is not None and self._comes_from(shown, member)
        ]
        if claims:
            return Pending(claims, now_s, self._challenges)
        for member in table.addressed:
            if self._comes_from(shown, member):
                return member.source
        raise Unproven("No proof of a source", self._challenges)

    def _read(self) -> None:
        self._table = build_table(self._settings, self._sources, self._environment)

    def _comes_from(self, shown: Shown, member: Member) -> bool:
        if not member.networks:
            return True
        forwarded_for = shown.headers.getall(self._forwarded_for, []) if self._proxies else []
        return is_within(client_address(shown.peer, forwarded_for, self._proxies), member.networks)

    def _names(self, shown: Shown) -> frozenset[str]:
        """The certificate's names: what a trusted proxy says, where one does, else the connection's own."""
        if self._client_name and is_within(client_address(shown.peer, (), ()), self._proxies):
            said = shown.headers.getall(self._client_name, [])
            if said:
                return frozenset(_as_named(said[0].strip())) if len(said) == 1 else frozenset()
        return shown.certificate_names

    def _check_certificates(self, settings: GatewaySettings) -> None:
        behind_proxy = settings.client_name_header and settings.trusted_proxies
        if self._table.certificates and not settings.tls_client_ca_file and not behind_proxy:
            raise Misconfigured(
                "[gateway] a source proves itself by a certificate: set tls_client_ca_file, or client_name_header and"
                " trusted_proxies"
            )


def _as_named(name: str) -> tuple[str, ...]:
    """A proxy passes a bare name: it stands for any kind of name."""
    return tuple(f"{kind}:{name}" for kind in ("CN", "DNS", "URI", "EMAIL"))


def all_sources(settings: GatewaySettings) -> tuple[SourceSettings, ...]:
    """The sources of the tables, and the one of token_file."""
    sources = settings.sources
    if settings.token_file:
        sources += (SourceSettings(name=DEFAULT, proof=Bearer(secret_files=(settings.token_file,))),)
    return sources


def source_of(settings: SourceSettings) -> Source:
    """What of a source's settings concerns it once it is proven."""
    own = {name: getattr(settings, name) for name in Source.__struct_fields__}
    return Source(**{**own, "sender_ids": frozenset(settings.sender_ids) or None})


def refuse_open_listener(host: str, sources: Sources) -> None:
    """Misconfigured where anybody on a network could post: an open listener is for loopback only."""
    try:
        if sources.authenticated or resolves_to_loopback(host):
            return
    except OSError as problem:
        raise Misconfigured(f"[gateway] host = {host!r}: {problem}") from problem
    raise Misconfigured(
        f"[gateway] host = {host!r} can be reached from other machines and no source is authenticated: set"
        " token_file or [[gateway.sources]], or listen on 127.0.0.1"
    )
