"""A JWK set that is kept fresh: read once, again when it is old, and again (not often) when somebody names a key that it lacks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from delivery.errors import Misconfigured, Unavailable

ALGORITHMS = ("RS256", "ES256", "EdDSA")
RSA_BITS_MIN = 2_048
KEY_SET_BYTES_MAX = 1_000_000
FETCH_S_MAX = 5.0
ASK_AGAIN_S = 10.0  # however many tokens name unknown keys, the issuer is asked this seldom
STALE_FACTOR = 10  # keys that could not be read again are trusted for so many times their age

log = logging.getLogger("graphql_api.key_sets")
Fetch = Callable[[], Awaitable[bytes]]


class KeySets:
    """The issuer's keys. `clock_s` is a monotonic clock; `generation` grows with every set that differs from the one before."""

    def __init__(self, fetch: Fetch, max_age_s: float, clock_s: Callable[[], float]) -> None:
        self._fetch = fetch
        self._max_age_s = max_age_s
        self._clock_s = clock_s
        self._keys: list[jwt.PyJWK] = []
        self._read_at_s = float("-inf")
        self._asked_at_s = float("-inf")
        self._content = b""
        self._reading = asyncio.Lock()
        self.generation = 0

    async def find(self, key_id: str | None, algorithm: str) -> jwt.PyJWK | None:
        """The key of this id and algorithm; without an id the only one of the algorithm. None where there is none."""
        await self.refresh_when_old()
        key = self._find(key_id, algorithm)
        if key is None and algorithm in ALGORITHMS:
            await self._refresh(self._asked_at_s)
            key = self._find(key_id, algorithm)
        return key

    def _find(self, key_id: str | None, algorithm: str) -> jwt.PyJWK | None:
        found = [
            key for key in self._keys if key.algorithm_name == algorithm and (key_id is None or key.key_id == key_id)
        ]
        return found[0] if len(found) == 1 else None

    async def refresh_when_old(self) -> None:
        """Unavailable where there are no keys that can still be trusted."""
        age_s = self._clock_s() - self._read_at_s
        if age_s <= self._max_age_s:
            return
        await self._refresh(self._asked_at_s)
        if self._clock_s() - self._read_at_s > self._max_age_s * STALE_FACTOR:
            raise Unavailable("the keys of the tokens' issuer can't be read")

    async def _refresh(self, seen_asked_at_s: float) -> None:
        """Reads the set again, unless somebody did since `seen_asked_at_s`, or just now."""
        async with self._reading:
            if self._asked_at_s != seen_asked_at_s or self._clock_s() - self._asked_at_s < ASK_AGAIN_S:
                return
            self._asked_at_s = self._clock_s()
            try:
                content = await self._fetch()
                if content != self._content:
                    self._keys = read_key_set(content)
                    self._content = content
                    self.generation += 1
                self._read_at_s = self._clock_s()
            except (OSError, ValueError, httpx.HTTPError, Misconfigured) as problem:
                log.warning("the keys of the tokens' issuer can't be read: %s", problem)


def read_key_set(content: bytes) -> list[jwt.PyJWK]:
    """The keys of a set that we check signatures with. Misconfigured where it is none, or has no such key."""
    try:
        entries = msgspec.json.decode(content)["keys"]
    except (msgspec.MsgspecError, KeyError, TypeError):
        raise Misconfigured("not a JWK set: expected {keys: […]}") from None
    keys = [key for entry in entries if isinstance(entry, dict) and (key := _key(entry)) is not None]
    if not keys:
        raise Misconfigured(f"the JWK set has no public key for {', '.join(ALGORITHMS)}")
    return keys


def _key(entry: dict[str, object]) -> jwt.PyJWK | None:
    if entry.get("use", "sig") != "sig" or "d" in entry:
        return None
    try:
        key = jwt.PyJWK.from_dict(entry)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if key.algorithm_name not in ALGORITHMS:
        return None
    if isinstance(key.key, RSAPublicKey) and key.key.key_size < RSA_BITS_MIN:
        return None
    return key


def source_of(place: str) -> Fetch:
    """How to read the set at a path or a URL. Misconfigured for a URL that anybody on the way could answer."""
    parts = urlsplit(place)
    if parts.scheme not in ("http", "https"):
        path = Path(place)

        async def read() -> bytes:
            return await asyncio.to_thread(path.read_bytes)

        return read
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise Misconfigured(f"EDS_GRAPHQL_JWT_KEYS={place}: keys are fetched over https only")

    async def fetch() -> bytes:
        async with httpx.AsyncClient(timeout=FETCH_S_MAX) as client, client.stream("GET", place) as response:
            response.raise_for_status()
            content = b""
            async for part in response.aiter_bytes():
                content += part
                if len(content) > KEY_SET_BYTES_MAX:
                    raise ValueError(f"more than {KEY_SET_BYTES_MAX} bytes")
            return content

    return fetch
