"""JSON Web Tokens as callers: signed by a key of the issuer, for this audience, in their time; the claims say what can be seen.

Only RS256, ES256 and EdDSA are taken, and a key only ever checks its own algorithm. Keys come as a JWK set from a file or a
URL; they are read again when they are old, and when a token names one that is not among them (so a rotation needs no restart).
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import jwt
import msgspec

from graphql_api.access.access import Caller, Scope, Unauthenticated
from graphql_api.access.key_sets import KeySets
from graphql_api.settings import GraphQLSettings

VERIFIED_MAX = 2_000  # tokens whose signature is not checked again while they and the keys are valid
NAME_CHARACTERS_MAX = 200

logging.getLogger("jwt").setLevel(logging.WARNING)


class Verified(msgspec.Struct, frozen=True):
    """A token that was checked with this generation of keys, good until a time in seconds since 1970."""

    caller: Caller
    until_s: float
    keys_generation: int


class TokenVerifier:
    """Checks tokens. `now_s` is the time in seconds since 1970."""

    def __init__(self, settings: GraphQLSettings, keys: KeySets, now_s: Callable[[], float]) -> None:
        self._settings = settings
        self._keys = keys
        self._now_s = now_s
        self._verified: OrderedDict[bytes, Verified] = OrderedDict()

    async def __call__(self, token: str) -> Caller:
        """The caller that the token speaks for. Unauthenticated where it is not to be trusted or its claims can't be used."""
        digest = sha256(token.encode()).digest()
        known = self._verified.get(digest)
        await self._keys.refresh_when_old()
        if known and known.until_s > self._now_s() and known.keys_generation == self._keys.generation:
            return known.caller
        claims = self._claims(token, await self._key(token))
        caller = self._caller(claims)
        self._verified[digest] = Verified(caller, caller.expires_at_s or 0.0, self._keys.generation)
        if len(self._verified) > VERIFIED_MAX:
            self._verified.popitem(last=False)
        return caller

    async def _key(self, token: str) -> jwt.PyJWK:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError:
            raise Unauthenticated("the token can't be read") from None
        algorithm, key_id = header.get("alg"), header.get("kid")
        if not isinstance(key_id, str | None):
            raise Unauthenticated("the token's kid is not text")
        key = await self._keys.find(key_id, str(algorithm))
        if key is None:
            raise Unauthenticated("the token's key or algorithm is not one of its issuer's")
        return key

    def _claims(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        settings = self._settings
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=settings.jwt_issuer,
                audience=settings.jwt_audience,
                leeway=settings.jwt_leeway_s,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("the token has expired") from None
        except jwt.InvalidTokenError as problem:
            # Its text may quote the token; its type says enough.
            raise Unauthenticated(f"the token is refused: {type(problem).__name__}") from None
        return claims

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        settings = self._settings
        return Caller(
            name=f"jwt:{str(claims.get('sub', ''))[:NAME_CHARACTERS_MAX]}",
            scope=Scope(
                sender_ids=_sender_ids(claims.get(settings.jwt_sender_ids_claim), settings.jwt_sender_ids_claim),
                addresses=claims.get(settings.jwt_addresses_claim) is True,
            ),
            may_requeue=claims.get(settings.jwt_requeue_claim) is True,
            rate_per_s=settings.token_rate_per_s,
            concurrency_max=settings.token_concurrency_max,
            expires_at_s=float(claims["exp"]) + settings.jwt_leeway_s,
        )


def _sender_ids(claim: Any, name: str) -> frozenset[int] | None:
    """Closed by default: a token that doesn't say which senders is not let in."""
    if claim == "all":
        return None
    try:
        return frozenset(msgspec.convert(claim, list[int], strict=False))
    except msgspec.ValidationError:
        raise Unauthenticated(f"the token's claim {name} is neither a list of integers nor 'all'") from None
