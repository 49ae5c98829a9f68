"""All proofs of all sources as one table, in which a request's own is found without a loop over the sources.

Secrets are looked up by digests that are keyed with a random key of this process: how long a look-up takes says nothing
about a secret to somebody who can't compute the digests. What is found is compared in constant time once more.
"""

import hmac
import secrets
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from urllib.parse import parse_qsl, unquote

import msgspec

from delivery.errors import Misconfigured
from gateway.connection.shown import Shown
from gateway.sources.addresses import Network, read_networks
from gateway.sources.secret_files import read_secrets
from gateway.sources.settings import Basic, Bearer, Certificate, Hmac, PublicKey, SecretProof, SourceSettings, Url
from gateway.sources.signatures import Signed, hmac_checks, public_key_checks
from gateway.sources.source import UNPROVEN, Source

REALM = 'realm="email-delivery-status"'
QUERY_FIELDS_MAX = 32
CREDENTIAL_CHARS_MAX = 4_096
_KEYED = blake2b(key=secrets.token_bytes(32), digest_size=32)


class Member(msgspec.Struct, frozen=True):
    """A source with where it may come from."""

    source: Source
    networks: tuple[Network, ...] = ()


class Table:
    """The proofs that are valid now."""

    def __init__(self) -> None:
        self.by_digest: dict[bytes, tuple[bytes, Member]] = {}
        self.certificates: dict[str, Member] = {}
        self.signed: list[tuple[Member, Signed]] = []
        self.addressed: list[Member] = []
        self.parameters: set[str] = set()
        self.reads_path = False

    def by_secret(self, shown: Shown) -> Member | None:
        """The source whose secret stands in the headers or in the address."""
        authorization = shown.headers.get("authorization")
        if authorization is not None and len(authorization) <= CREDENTIAL_CHARS_MAX:
            member = self._find(_authorization_claim(authorization))
            if member is not None:
                return member
        if self.reads_path and (segment := last_segment(shown.path)):
            member = self._find("path\0" + segment)
            if member is not None:
                return member
        if self.parameters and shown.query:
            for name, value in _query(shown.query):
                if name in self.parameters and (member := self._find(f"query\0{name}\0{value}")) is not None:
                    return member
        return None

    def add(self, claim: str, member: Member) -> None:
        """A claim is what a request must show, as one text. Misconfigured where another source has the same one."""
        digest = _digest(claim)
        _, other = self.by_digest.setdefault(digest, (digest, member))
        if other.source is not member.source:
            raise Misconfigured(f"the same secret as source {other.source.name}")

    def _find(self, claim: str | None) -> Member | None:
        if claim is None:
            return None
        digest = _digest(claim)
        known, member = self.by_digest.get(digest, (b"", None))
        return member if hmac.compare_digest(digest, known) else None


def _digest(claim: str) -> bytes:
    keyed = _KEYED.copy()
    keyed.update(claim.encode("utf-8", "surrogateescape"))
    return keyed.digest()


def _authorization_claim(header: str) -> str | None:
    scheme, _, credential = header.partition(" ")
    scheme, credential = scheme.lower(), credential.strip()
    if scheme == "bearer":
        return "bearer\0" + credential
    if scheme == "basic":
        try:
            return "basic\0" + b64decode(credential, validate=True).decode()
        except ValueError:
            return None
    return None


def _query(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, max_num_fields=QUERY_FIELDS_MAX)
    except ValueError:
        return []


def last_segment(path: str) -> str:
    """What stands after /api/SMTP/, decoded."""
    return unquote("/".join(path.split("/")[3:]).removesuffix("/"))


def build_table(
    settings: Sequence[SourceSettings], sources: Mapping[str, Source], environment: Mapping[str, str]
) -> Table:
    """The proofs, with all secrets read now. Misconfigured names every problem of every source."""
    table = Table()
    problems = list(_name_problems(settings))
    for one in settings:
        try:
            _add(table, one, sources[one.name], environment)
        except Misconfigured as problem:
            problems.append(f"source {one.name}: {problem}")
    if problems:
        raise Misconfigured("bad sources:\n  " + "\n  ".join(problems))
    return table


def _name_problems(settings: Sequence[SourceSettings]) -> Iterator[str]:
    names = [one.name for one in settings]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"source {name}: there are {names.count(name)} of this name (token_file makes the source default)"
    if UNPROVEN in names:
        yield f"source {UNPROVEN}: this name stands for senders that have not proven who they are"


def _add(table: Table, settings: SourceSettings, source: Source, environment: Mapping[str, str]) -> None:
    networks = read_networks(settings.address_ranges, "address_ranges")
    member = Member(source, networks)
    proof = settings.proof
    if proof is None:
        if not networks:
            raise Misconfigured("neither a proof nor address_ranges: anybody could be this source")
        table.addressed.append(member)
    elif isinstance(proof, Certificate):
        for name in proof.names:
            if name in table.certificates:
                raise Misconfigured(f"the same certificate name as source {table.certificates[name].source.name}")
            table.certificates[name] = member
    elif isinstance(proof, Hmac):
        checks = hmac_checks(read_secrets(proof, environment), proof.secret_encoding)
        table.signed.append((member, Signed(proof, checks)))
    elif isinstance(proof, PublicKey):
        checks = public_key_checks(read_secrets(proof, environment), proof.algorithm)
        table.signed.append((member, Signed(proof, checks)))
    else:
        _add_secrets(table, proof, member, environment)


def _add_secrets(table: Table, proof: SecretProof, member: Member, environment: Mapping[str, str]) -> None:
    for secret in read_secrets(proof, environment):
        if isinstance(proof, Bearer):
            table.add("bearer\0" + secret, member)
        elif isinstance(proof, Basic):
            table.add(f"basic\0{proof.username}:{secret}", member)
        elif isinstance(proof, Url):
            if proof.path_segment:
                table.add("path\0" + secret, member)
                table.reads_path = True
            if proof.parameter:
                table.add(f"query\0{proof.parameter}\0{secret}", member)
                table.parameters.add(proof.parameter)


def challenges(settings: Sequence[SourceSettings]) -> tuple[str, ...]:
    """WWW-Authenticate: what a sender could prove itself by. Addresses and certificates are nothing that it could add."""
    kinds: dict[type, str] = {
        Bearer: f"Bearer {REALM}",
        Url: f"Bearer {REALM}",
        Basic: f'Basic {REALM}, charset="UTF-8"',
        Hmac: f"Signature {REALM}",
        PublicKey: f"Signature {REALM}",
    }
    return tuple(dict.fromkeys(kinds[type(one.proof)] for one in settings if type(one.proof) in kinds))
