"""JSON Web Tokens: what is trusted, what is not, and keys that change while the server runs."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from delivery.errors import Misconfigured, Unavailable
from graphql_api.access.access import Caller, Scope, Unauthenticated
from graphql_api.access.authentication import open_access
from graphql_api.access.json_web_tokens import TokenVerifier
from graphql_api.access.key_sets import ASK_AGAIN_S, STALE_FACTOR, KeySets, read_key_set, source_of
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from tests.graphql_api.conftest import Ends, running_api
from tests.graphql_api.world import World

pytestmark = pytest.mark.anyio
ISSUER, AUDIENCE = "https://issuer.example", "email-delivery-status"
SETTINGS = GraphQLSettings(jwt_issuer=ISSUER, jwt_audience=AUDIENCE, jwt_keys="keys")
RSA = rsa.generate_private_key(65_537, 2_048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
PRIVATE: dict[str, Any] = {"RS256": RSA, "ES256": EC, "EdDSA": ED}


def public(algorithm: str, key_id: str, key: Any = None) -> dict[str, Any]:
    algorithms: dict[str, Any] = {
        "RS256": jwt.algorithms.RSAAlgorithm, "ES256": jwt.algorithms.ECAlgorithm, "EdDSA": jwt.algorithms.OKPAlgorithm
    }  # fmt: skip
    make: Callable[..., str] = algorithms[algorithm].to_jwk
    content: dict[str, Any] = json.loads(make((key or PRIVATE[algorithm]).public_key()))
    return {"kid": key_id, "alg": algorithm, "use": "sig"} | {
        name: content[name] for name in content if name != "key_ops"
    }


KEYS = {"keys": [public(algorithm, algorithm) for algorithm in PRIVATE]}


def sign(algorithm: str = "RS256", key: Any = None, kid: str | None = "", **claims: Any) -> str:
    content = {"iss": ISSUER, "aud": AUDIENCE, "exp": time.time() + 300, "sub": "ann", "sender_ids": [1, 2]} | claims
    content = {name: value for name, value in content.items() if value is not None}
    headers = {} if kid is None else {"kid": kid or algorithm}
    return jwt.encode(content, key or PRIVATE[algorithm], algorithm, headers=headers)


class Issuer:
    """Gives its keys, counts who asks, and fails when told to."""

    def __init__(self) -> None:
        self.content = json.dumps(KEYS).encode()
        self.asked = 0
        self.problem: Exception | None = None
        self.clock_s = 1_000.0

    async def fetch(self) -> bytes:
        self.asked += 1
        if self.problem:
            raise self.problem
        return self.content

    def verifier(self) -> TokenVerifier:
        return TokenVerifier(SETTINGS, KeySets(self.fetch, 600, lambda: self.clock_s), time.time)


@pytest.mark.parametrize("algorithm", sorted(PRIVATE))
async def test_each_algorithm_is_taken(algorithm: str) -> None:
    issuer = Issuer()
    verify = issuer.verifier()
    for token in (sign(algorithm), sign(algorithm, kid=None), sign(algorithm, aud=["other", AUDIENCE])):
        for _ in range(2):
            caller = await verify(token)
            assert caller.name == "jwt:ann"
            assert caller.scope == Scope(sender_ids=frozenset({1, 2}), addresses=False)
    assert issuer.asked == 1


async def test_claims_become_the_scope() -> None:
    verify = Issuer().verifier()

    async def scope(**claims: Any) -> Any:
        found: Caller = await verify(sign(**claims))
        return found.scope.sender_ids, found.scope.addresses

    assert await scope(sender_ids="all", addresses=True) == (None, True)
    assert await scope(sender_ids=["7", 8], addresses="true") == ({7, 8}, False)
    assert await scope(sender_ids=[]) == (frozenset(), False)
    assert [(await verify(sign(requeue=claim))).may_requeue for claim in (True, "true", None)] == [True, False, False]
    for bad in (None, 7, "7", ["x"], {"a": 1}, [1.5]):
        with pytest.raises(Unauthenticated, match="sender_ids"):
            await verify(sign(sender_ids=bad))


@pytest.mark.parametrize(
    "token",
    [
        sign(exp=time.time() - 100),
        sign(exp=None),
        sign(nbf=time.time() + 100_000),
        sign(iss="https://other.example"),
        sign(iss=None),
        sign(aud="other"),
        sign(aud=None),
        sign(key=rsa.generate_private_key(65_537, 2_048)),
        sign("ES256", kid="RS256"),
        sign("RS256", kid="ES256"),
        sign("RS256", kid="unknown"),
        jwt.encode({"iss": ISSUER, "aud": AUDIENCE, "exp": time.time() + 300, "sender_ids": "all"}, "k" * 64, "HS256"),
        jwt.encode({"iss": ISSUER, "aud": AUDIENCE, "exp": time.time() + 300, "sender_ids": "all"}, "", "none"),
        "a.b.c", "..", sign()[:-6] + "AAAAAA", sign().rpartition(".")[0] + ".",
    ],
)  # fmt: skip
async def test_what_is_not_to_be_trusted_is_refused(token: str) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        await Issuer().verifier()(token)
    assert token[:20] not in refusal.value.message + refusal.value.challenge or len(token) < 20


async def test_clocks_may_differ_a_little() -> None:
    verify = Issuer().verifier()
    assert await verify(sign(exp=time.time() - 10))
    assert await verify(sign(nbf=time.time() + 10))


async def test_keys_are_exchanged_without_a_restart() -> None:
    issuer = Issuer()
    verify = issuer.verifier()
    old, new_key = sign(), rsa.generate_private_key(65_537, 2_048)
    assert await verify(old)
    new = sign(key=new_key, kid="new")
    with pytest.raises(Unauthenticated):  # asked just now: not again so soon
        await verify(new)
    issuer.content = json.dumps({"keys": [public("RS256", "new", new_key)]}).encode()
    issuer.clock_s += ASK_AGAIN_S + 1
    assert await verify(new)
    with pytest.raises(Unauthenticated):  # its key is gone, though it was verified before
        await verify(old)
    assert issuer.asked == 2


async def test_unknown_keys_do_not_make_us_ask_without_end() -> None:
    issuer = Issuer()
    verify = issuer.verifier()
    assert await verify(sign())
    for number in range(50):
        issuer.clock_s += 1
        with pytest.raises(Unauthenticated):
            await verify(sign(kid=f"unknown-{number}"))
    assert issuer.asked <= 7


async def test_an_issuer_that_is_away() -> None:
    issuer = Issuer()
    issuer.problem = OSError("away")
    with pytest.raises(Unavailable):
        await issuer.verifier()(sign())
    issuer.problem = None
    verify = issuer.verifier()
    assert await verify(sign())
    for problem in (OSError("away"), ValueError("too much")):
        issuer.problem = problem
        issuer.clock_s += 601
        assert await verify(sign())  # the keys that we have are good for a while
    issuer.clock_s += 600 * STALE_FACTOR
    with pytest.raises(Unavailable):
        await verify(sign())


def test_keys_that_are_too_weak_private_or_for_other_uses_are_left_out() -> None:
    weak = rsa.generate_private_key(65_537, 1_024)
    private = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(RSA))
    for key in (
        public("RS256", "weak", weak),
        private | {"alg": "RS256"},
        public("RS256", "a") | {"use": "enc"},
        {"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"},
        {"kty": "nonsense"},
        7,
    ):
        with pytest.raises(Misconfigured):
            read_key_set(json.dumps({"keys": [key]}).encode())
        assert len(read_key_set(json.dumps({"keys": [key, *KEYS["keys"]]}).encode())) == 3
    for content in (b"", b"[]", b"{}", b'{"keys": []}'):
        with pytest.raises(Misconfigured):
            read_key_set(content)


def test_places_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="https only"):
        source_of("http://issuer.example/keys")
    with pytest.raises(Misconfigured, match="EDS_GRAPHQL_JWT_KEYS"):
        open_access(GraphQLSettings(jwt_issuer=ISSUER, jwt_audience=AUDIENCE, jwt_keys=str(tmp_path / "absent")))


async def test_over_http(reader: Reader, world: World, ends: Ends, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps(KEYS))
    chosen = {"jwt_issuer": ISSUER, "jwt_audience": AUDIENCE, "jwt_keys": str(tmp_path / "keys.json")}
    async with running_api(reader, world, ends, token=sign("EdDSA", sender_ids=[2**63 - 1]), **chosen) as api:
        found = await api.ask("{ events { nodes { senderId } } }")
        assert found == {"events": {"nodes": [{"senderId": 2**63 - 1}]}}
        refused = await api.client.post(
            "/graphql", json={"query": "{ __typename }"}, headers={"authorization": f"Bearer {sign(aud='other')}"}
        )
        assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
