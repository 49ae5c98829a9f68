"""Who asks, and what that caller may see.

A bearer token is known by its SHA-256 alone, or it is a JSON Web Token that its issuer has signed. Without any of these the
API is open, and then listens on loopback only. No token is ever logged, kept as it is, or part of an error.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from hmac import compare_digest

import msgspec

from delivery.rereading import Rereading

TOKEN_CHARACTERS_MAX = 8_192
REALM = 'Bearer realm="email-delivery-status"'
_log = logging.getLogger("graphql.access")
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*)\Z", re.IGNORECASE)


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What can be seen: rows of these senders (None: all, also those without a sender), and addresses whole or masked."""

    sender_ids: frozenset[int] | None = None
    addresses: bool = True

    def admits(self, sender_id: int | None) -> bool:
        """Whether a row of this sender can be seen."""
        return self.sender_ids is None or sender_id in self.sender_ids


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may ask. The limits are per process; None is none. `expires_at_s` since 1970. `digest` is that of a token
    of ours, which holds until it is taken out of its file.

    `may_requeue`: may send dead letters on, all that anybody can change here.
    """

    name: str
    scope: Scope = Scope()
    may_requeue: bool = False
    rate_per_s: int | None = None
    concurrency_max: int | None = None
    expires_at_s: float | None = None
    digest: bytes | None = None


ANYBODY = Caller(name="anybody", may_requeue=True)
"""Whoever reaches an open API on loopback."""


class Unauthenticated(Exception):
    """No token, or none that is known. `challenge` is the reply's WWW-Authenticate."""

    def __init__(self, message: str, *, token_given: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.challenge = f'{REALM}, error="invalid_token", error_description="{message}"' if token_given else REALM


class KnownTokens:
    """Callers by their tokens' SHA-256."""

    def __init__(self, callers: Mapping[bytes, Caller]) -> None:
        self.callers = callers
        self._by_start = {digest[:8]: (digest, caller) for digest, caller in callers.items()}

    def find(self, token: str) -> Caller | None:
        """The caller with this token.

        The look-up goes by eight bytes of the hash, whose bits nobody can choose without trying: its time tells nothing.
        """
        digest = sha256(token.encode()).digest()
        known, caller = self._by_start.get(digest[:8], (bytes(32), None))
        return caller if compare_digest(known, digest) else None


Verify = Callable[[str], Awaitable[Caller]]
"""Takes a JSON Web Token; Unauthenticated where it is not to be trusted, Unavailable where the keys can't be had."""


class Access:
    """Tells callers by the Authorization header. Open where there is neither a token nor a verifier.

    `reload` reads the tokens again. Where files are to hold some, none in them is Misconfigured: it never opens what was closed.
    """

    def __init__(self, read: Callable[[], KnownTokens], verify: Verify | None = None) -> None:
        self._read = read
        self._tokens = read()
        self._verify = verify
        self.is_open = not self._tokens.callers and verify is None
        self.reload = Rereading("tokens", self._renew, _log)

    def has_revoked(self, caller: Caller) -> bool:
        """Whether the caller's token has been taken out of its file, or has other rights by now."""
        return caller.digest is not None and self._tokens.callers.get(caller.digest) != caller

    async def identify(self, authorization: str | None) -> Caller:
        """Who sent this header; Unauthenticated where nobody that is known."""
        if self.is_open:
            return ANYBODY
        if not authorization:
            raise Unauthenticated("send a token as Authorization: Bearer …", token_given=False)
        given = _BEARER.match(authorization) if len(authorization) <= TOKEN_CHARACTERS_MAX else None
        if given is None:
            raise Unauthenticated("the Authorization header holds no bearer token")
        caller = self._tokens.find(given[1])
        if caller is not None:
            return caller
        if self._verify is None or given[1].count(".") != 2:
            raise Unauthenticated("the token is not known")
        return await self._verify(given[1])

    def _renew(self) -> None:
        tokens = self._read()
        if tokens is not self._tokens:
            self._tokens = tokens
            _log.info("tokens were read again: there are %d", len(tokens.callers))
