"""Signatures over a request: where they stand, what they cover, and whether they hold.

Senders differ in all of it, so it is data: places (a header, or a member of the JSON body), the layout of the signature's
place, and the template of what is signed. A part that is missing, doubled or malformed makes the proof fail, nothing else.
"""

import binascii
import hmac
import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key
from multidict import MultiMapping

from delivery.errors import Misconfigured
from gateway.sources.settings import Hmac, Proof, PublicKey, SignedProof

JSON_PLACE = "json:"
SIGNATURES_MAX = 8
KEY_PREFIX = "whsec_"  # Standard Webhooks writes keys so
MILLISECONDS_ABOVE = 10**11
_FIELD = re.compile(r"\{(\w+)\}")
_DIGITS = re.compile(r"[0-9]{1,13}")
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_scalar = msgspec.json.Decoder(str | int)

Check = Callable[[bytes, bytes], bool]
"""Whether this signature, the second one, is one over these bytes."""


Parts = dict[str, list[str]]
"""The parts of a signature by their names, each with its values."""


class Claim(NamedTuple):
    """What a request's headers say of its signature."""

    values: dict[str, str]
    parts: Parts


class Signed:
    """The proof by signature of one source."""

    def __init__(self, settings: Hmac | PublicKey, checks: Sequence[Check]) -> None:
        self._settings = settings
        self._checks = checks
        self._decode = binascii.unhexlify if settings.encoding == "hex" else _from_base64
        self._layout = [_split_item(item) for item in settings.layout.split(settings.separator)]
        self._separator = settings.separator
        self._is_bare = self._layout == [("", "signature", "")]
        before, *named = _FIELD.split(settings.signed)  # text, name, text, name, …, text
        self._before = before.encode()
        self._signed = [(name, text.encode()) for name, text in zip(named[::2], named[1::2], strict=True)]
        self._fresh = "timestamp" in named[::2]
        places = places_of(settings)
        self._headers = [(name, place) for name, place in places.items() if not place.startswith(JSON_PLACE)]
        self._members = [
            (name, place.removeprefix(JSON_PLACE)) for name, place in places.items() if place.startswith(JSON_PLACE)
        ]
        self._check_names(places)

    def claim(self, headers: MultiMapping[str], now_s: float) -> Claim | None:
        """What the headers alone tell, before anything of the body is read: everything is there, and the time is now."""
        values: dict[str, str] = {}
        for name, place in self._headers:
            found = headers.getall(place, None)
            if found is None or len(found) != 1:
                return None
            values[name] = found[0].strip()
        parts = self._parts(values)
        if parts is None:
            return None
        is_told = "timestamp" in parts or not self._members  # else the body will tell
        if self._fresh and is_told and not self._is_fresh(parts, now_s):
            return None
        return Claim(values, parts)

    def holds(self, claim: Claim, body: bytes, now_s: float) -> bool:
        """Whether one of the signatures is the source's, over this body, now."""
        parts = claim.parts
        if self._members:
            members = _members_of(body, self._members)
            whole = None if members is None else self._parts(claim.values | members)
            if whole is None or (self._fresh and not self._is_fresh(whole, now_s)):
                return False
            parts = whole
        message = self._message(parts, body)
        for text in parts["signature"][:SIGNATURES_MAX]:
            try:
                signature = self._decode(text)
            except ValueError:  # binascii.Error is one
                continue
            for check in self._checks:
                if check(message, signature):
                    return True
        return False

    def _parts(self, values: Mapping[str, str]) -> Parts | None:
        """Every part with its values, the signature's layout undone. None where that holds no signature."""
        parts = {name: [value] for name, value in values.items()}
        if "signature" in parts:
            self._undo_layout(parts.pop("signature")[0], parts)
            if "signature" not in parts:
                return None
        return parts

    def _undo_layout(self, value: str, parts: Parts) -> None:
        if value and self._is_bare and self._separator not in value:
            parts["signature"] = [value]
            return
        for piece in value.split(self._separator):
            piece = piece.strip()
            for before, name, after in self._layout:
                if piece.startswith(before) and piece.endswith(after) and len(piece) > len(before) + len(after):
                    parts.setdefault(name, []).append(piece[len(before) : len(piece) - len(after)])

    def _is_fresh(self, parts: Parts, now_s: float) -> bool:
        timestamp = parts["timestamp"][0] if "timestamp" in parts else ""
        if not _DIGITS.fullmatch(timestamp):
            return False
        time = int(timestamp)
        return abs((time / 1000 if time > MILLISECONDS_ABOVE else time) - now_s) <= self._settings.replay_s_max

    def _message(self, parts: Parts, body: bytes) -> bytes:
        pieces = [self._before]
        for name, text in self._signed:
            pieces.append(body if name == "body" else parts[name][0].encode())
            pieces.append(text)
        return b"".join(pieces)

    def _check_names(self, places: Mapping[str, str]) -> None:
        known = {"body", *places, *(name for _, name, _ in self._layout)}
        unknown = sorted({name for name, _ in self._signed} - known)
        if unknown:
            raise Misconfigured(f"signed names {', '.join(unknown)}, of which neither a place nor the layout says more")


def places_of(settings: SignedProof) -> dict[str, str]:
    """The places of a signature's parts, by the parts' names."""
    places = {"signature": settings.signature, **settings.fields}
    return places | {"timestamp": settings.timestamp} if settings.timestamp else places


def signature_headers(proof: Proof | None) -> frozenset[str]:
    """The headers of a signature: no two requests have them alike."""
    if not isinstance(proof, SignedProof):
        return frozenset()
    return frozenset(place for place in places_of(proof).values() if not place.startswith(JSON_PLACE))


def _split_item(item: str) -> tuple[str, str, str]:
    pieces = _FIELD.split(item.strip())
    if len(pieces) != 3:
        raise Misconfigured(f"layout: {item!r} has not one {{name}}")
    return pieces[0], pieces[1], pieces[2]


def _members_of(body: bytes, paths: Sequence[tuple[str, str]]) -> dict[str, str] | None:
    """The members at these paths of a JSON body; None where one is missing."""
    found: dict[str, str] = {}
    try:
        for name, path in paths:
            raw = msgspec.Raw(body)
            for step in path.split("."):
                raw = _members.decode(raw)[step]
            found[name] = str(_scalar.decode(raw))
    except (msgspec.DecodeError, KeyError, RecursionError):
        return None
    return found


def _from_base64(text: str) -> bytes:
    return b64decode(text, validate=True)


def hmac_checks(secrets: Sequence[str], encoding: str) -> list[Check]:
    """One check a secret. Misconfigured where one is not in its encoding."""
    return [_hmac_check(_key(secret, encoding)) for secret in secrets]


def _key(secret: str, encoding: str) -> bytes:
    if encoding == "text":
        return secret.encode()
    try:
        return binascii.unhexlify(secret) if encoding == "hex" else _from_base64(secret.removeprefix(KEY_PREFIX))
    except ValueError:
        raise Misconfigured(f"a secret is not {encoding}") from None


def _hmac_check(key: bytes) -> Check:
    keyed = hmac.new(key, digestmod="sha256")  # copied, since taking up the key costs as much as a row of text

    def check(message: bytes, signature: bytes) -> bool:
        one = keyed.copy()
        one.update(message)
        return hmac.compare_digest(one.digest(), signature)

    return check


def public_key_checks(keys: Sequence[str], algorithm: str) -> list[Check]:
    """One check a public key. Misconfigured where one can't be read, or is none for this algorithm."""
    return [_public_key_check(key, algorithm) for key in keys]


def _public_key_check(text: str, algorithm: str) -> Check:
    try:
        is_pem = text.startswith("-----")
        key = load_pem_public_key(text.encode()) if is_pem else load_der_public_key(_from_base64(text))
    except (ValueError, UnsupportedAlgorithm):
        raise Misconfigured("a public key is neither PEM nor base64 of DER") from None
    if algorithm.startswith("ecdsa"):
        if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
            return _ecdsa_check(key)
    elif isinstance(key, rsa.RSAPublicKey):
        return _rsa_check(key, hashes.SHA256() if algorithm == "rsa-sha256" else hashes.SHA1())  # noqa: S303 - Postal's
    raise Misconfigured(f"a public key is none for {algorithm}")


def _ecdsa_check(key: ec.EllipticCurvePublicKey) -> Check:
    def check(message: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True

    return check


def _rsa_check(key: rsa.RSAPublicKey, algorithm: hashes.HashAlgorithm) -> Check:
    def check(message: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, message, padding.PKCS1v15(), algorithm)
        except InvalidSignature:
            return False
        return True

    return check
