"""The files that tokens come from.

`token_file` holds a token as it is, one a line while one replaces another; each sees everything and changes nothing.
`tokens_file` is TOML or JSON:

    [[tokens]]
    name = "support"
    sha256 = "…"            # printf %s "$TOKEN" | sha256sum
    sender_ids = [7, 8]     # or "all"
    addresses = false       # true shows mail addresses whole
    requeue = false         # true may send dead letters on, where sender_ids is "all"
    rate_per_s = 50         # optional, like concurrency_max; else the settings' token_… hold
"""

import re
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from delivery.errors import Misconfigured
from graphql_api.access.access import Caller, KnownTokens, Scope
from graphql_api.settings import GraphQLSettings

TOKEN_CHARACTERS_MIN = 16  # 96 bits as base64: what is hashed without salt must be too much to guess
_TOKEN = re.compile(rf"[A-Za-z0-9._~+/-]{{{TOKEN_CHARACTERS_MIN},}}=*")
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Limit = Annotated[int, msgspec.Meta(ge=1)]


class TokenEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One token of a tokens_file."""

    name: Name
    sha256: Digest
    sender_ids: Literal["all"] | tuple[int, ...]
    addresses: bool = False
    requeue: bool = False
    rate_per_s: Limit | None = None
    concurrency_max: Limit | None = None


class TokensFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of a tokens_file."""

    tokens: Annotated[tuple[TokenEntry, ...], msgspec.Meta(min_length=1)]


class TokenFiles:
    """Both files, which may be absent from the settings but not from the disk."""

    def __init__(self, settings: GraphQLSettings) -> None:
        self._settings = settings
        self._content: tuple[str, str] | None = None
        self._known = KnownTokens({})

    def __call__(self) -> KnownTokens:
        """The tokens that they hold now, the same object while they are as they were. Misconfigured says what is wrong."""
        settings = self._settings
        content = (
            _read("EDS_GRAPHQL_TOKEN_FILE", settings.token_file),
            _read("EDS_GRAPHQL_TOKENS_FILE", settings.tokens_file),
        )
        if content != self._content:
            self._known = KnownTokens(_callers(*content, settings))
            self._content = content
        return self._known


def _callers(plain: str, hashed: str, settings: GraphQLSettings) -> dict[bytes, Caller]:
    """By their tokens' hashes, from what the files hold."""
    callers: dict[bytes, Caller] = {}
    if settings.token_file:
        callers |= _plain(plain, settings)
    if settings.tokens_file:
        for entry in _entries(hashed, Path(settings.tokens_file)):
            digest = bytes.fromhex(entry.sha256)
            if digest in callers:
                raise Misconfigured(f"EDS_GRAPHQL_TOKENS_FILE: the token of {entry.name!r} is there twice")
            callers[digest] = _caller(entry, digest, settings)
    return callers


def _plain(text: str, settings: GraphQLSettings) -> dict[bytes, Caller]:
    tokens = text.split()
    if not tokens or not all(_TOKEN.fullmatch(token) for token in tokens):
        raise Misconfigured(
            f"EDS_GRAPHQL_TOKEN_FILE={settings.token_file}: expected a token a line, each of at least {TOKEN_CHARACTERS_MIN} "
            "of the characters A-Z a-z 0-9 . _ ~ + / -, such as `head -c 24 /dev/urandom | base64` makes"
        )
    digests = [sha256(token.encode()).digest() for token in tokens]
    return {
        digest: Caller(
            name="token_file",
            rate_per_s=settings.token_rate_per_s,
            concurrency_max=settings.token_concurrency_max,
            digest=digest,
        )
        for digest in digests
    }


def _entries(text: str, path: Path) -> tuple[TokenEntry, ...]:
    try:
        if path.suffix == ".json":
            return msgspec.json.decode(text, type=TokensFile).tokens
        return msgspec.convert(tomllib.loads(text), TokensFile).tokens
    except (msgspec.MsgspecError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise Misconfigured(f"EDS_GRAPHQL_TOKENS_FILE={path}: {problem}") from problem


def _caller(entry: TokenEntry, digest: bytes, settings: GraphQLSettings) -> Caller:
    return Caller(
        name=entry.name,
        scope=Scope(
            sender_ids=None if entry.sender_ids == "all" else frozenset(entry.sender_ids),
            addresses=entry.addresses,
        ),
        may_requeue=entry.requeue,
        rate_per_s=entry.rate_per_s or settings.token_rate_per_s,
        concurrency_max=entry.concurrency_max or settings.token_concurrency_max,
        digest=digest,
    )


def _read(variable: str, path: str) -> str:
    """What the file holds; nothing where none is set."""
    try:
        return Path(path).read_text("utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as problem:
        raise Misconfigured(f"{variable}={path}: {getattr(problem, 'strerror', None) or 'not UTF-8'}") from problem
