"""Who may ask: tokens from files, what others are told, and addresses that are masked without the right to them."""

import json
import logging
from base64 import urlsafe_b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.errors import Misconfigured
from delivery.masking import mask_addresses
from graphql_api.access import sight
from graphql_api.access.access import Unauthenticated
from graphql_api.access.authentication import open_access
from graphql_api.access.sight import Masked
from graphql_api.context import Sources
from graphql_api.http.app import build_app
from graphql_api.settings import GraphQLSettings, require_access
from store.contract import Reader
from tests.graphql_api.conftest import Api, Ends, bearer, running_api
from tests.graphql_api.test_types import DELIVERY, EVENT, MESSAGE, walk
from tests.graphql_api.world import World

PLAIN = "an-old-plain-token_0123"
ROTATED = "the-new-plain-token_4567"
MASKED = "a-token-without-addresses"
WHOLE = "a-token-with-addresses"
SHOWN = "{ messages(first: 1) { nodes { id } } }"


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@pytest.fixture
def tokens(tmp_path: Path) -> dict[str, str]:
    """Settings that name both files."""
    (tmp_path / "token").write_text(f"{PLAIN}\n{ROTATED}\n")
    (tmp_path / "tokens.toml").write_text(
        f'[[tokens]]\nname = "masked"\nsha256 = "{digest(MASKED)}"\nsender_ids = "all"\n'
        f'[[tokens]]\nname = "whole"\nsha256 = "{digest(WHOLE)}"\nsender_ids = "all"\naddresses = true\n'
    )
    return {"token_file": str(tmp_path / "token"), "tokens_file": str(tmp_path / "tokens.toml")}


@pytest.mark.anyio
async def test_every_token_of_both_files_is_let_in(
    reader: Reader, world: World, ends: Ends, tokens: dict[str, str]
) -> None:
    async with running_api(reader, world, ends, **tokens) as api:
        for token in (PLAIN, ROTATED, MASKED, WHOLE):
            for scheme in ("Bearer", "bearer"):
                reply = await api.client.post(
                    "/graphql", json={"query": SHOWN}, headers={"authorization": f"{scheme} {token}"}
                )
                assert len(reply.json()["data"]["messages"]["nodes"]) == 1


@pytest.mark.anyio
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer wrong-token-0123456", f"Basic {PLAIN}", f"Bearer {PLAIN} x", f"Bearer {PLAIN}x",
     f"Bearer {digest(MASKED)}", f"Bearer {PLAIN[:-1]}", "Bearer " + "x" * 7_000, "Bearer a.b.c"],
)  # fmt: skip
async def test_others_are_told_so(
    reader: Reader, world: World, ends: Ends, tokens: dict[str, str], authorization: str | None
) -> None:
    async with running_api(reader, world, ends, **tokens) as api:
        headers = {} if authorization is None else {"authorization": authorization}
        for reply in (
            await api.client.post("/graphql", json={"query": SHOWN}, headers=headers),
            await api.client.get("/graphql", params={"query": "{ __schema { types { name } } }"}, headers=headers),
            await api.client.post("/graphql", content=b"{", headers=headers),
        ):
            assert reply.status_code == 401
            assert reply.headers["www-authenticate"].startswith('Bearer realm="')
            (error,) = reply.json()["errors"]
            assert error["extensions"] == {"code": "UNAUTHENTICATED"}
            assert PLAIN not in reply.text


@pytest.mark.anyio
async def test_tokens_are_as_their_files_are(tokens: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    """Read again: of token_file each line by itself, of tokens_file with other rights too. What can't be used changes nothing."""
    caplog.set_level(logging.INFO)
    access = open_access(GraphQLSettings(**tokens))  # type: ignore[arg-type]
    before = {token: await access.identify(f"Bearer {token}") for token in (PLAIN, ROTATED, MASKED, WHOLE)}
    access.reload()
    assert not caplog.records
    plain, hashed = (Path(tokens[name]) for name in ("token_file", "tokens_file"))
    hashed.write_text(hashed.read_text().replace("addresses = true", "").partition("\n[[")[2].join(["[[", ""]))
    plain.write_text(ROTATED)
    access.reload()
    for token in (PLAIN, MASKED):
        with pytest.raises(Unauthenticated, match="not known"):
            await access.identify(f"Bearer {token}")
    assert await access.identify(f"Bearer {ROTATED}") == before[ROTATED]
    assert not (await access.identify(f"Bearer {WHOLE}")).scope.addresses
    assert [access.has_revoked(caller) for caller in before.values()] == [True, False, True, True]
    for spoil in (lambda: plain.write_text(""), lambda: plain.write_bytes(b"\xff"), plain.unlink):
        spoil()
        access.reload()
        access.reload()
        assert await access.identify(f"Bearer {ROTATED}") == before[ROTATED]
    assert [record.levelname for record in caplog.records] == ["INFO", "ERROR", "ERROR", "ERROR"]
    assert not any(token in caplog.text for token in before)


@pytest.mark.anyio
async def test_pages_and_health_need_no_token_and_hold_no_data(
    reader: Reader, world: World, ends: Ends, tokens: dict[str, str]
) -> None:
    async with running_api(reader, world, ends, **tokens) as api:
        for path in ("/", "/graphiql", "/schema.graphql", "/livez", "/readyz", "/metrics"):
            assert (await api.client.get(path)).status_code == 200


@pytest.mark.anyio
async def test_no_token_is_ever_logged(
    reader: Reader, world: World, ends: Ends, tokens: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running_api(reader, world, ends, **tokens) as api:
        for token in (PLAIN, MASKED, "one-that-is-not-known", "eyJhbGciOiJub25lIn0.e30.x"):
            await api.client.post("/graphql", json={"query": SHOWN}, headers=bearer(token))
        assert (await api.client.get("/metrics")).text.count(MASKED) == 0
    kept = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    for token in (PLAIN, MASKED, "one-that-is-not-known", "eyJhbGciOiJub25lIn0"):
        assert not any(token in str(vars(record)) for record in kept)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_others_may_reach_what_asks_for_a_token(host: str, tokens: dict[str, str]) -> None:
    for name, value in tokens.items():
        require_access(GraphQLSettings(host=host, **{name: value}))  # type: ignore[arg-type]
    with pytest.raises(Misconfigured, match="set together"):
        require_access(GraphQLSettings(host=host, jwt_issuer="https://issuer.example"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("token", "", "expected a token a line"),
        ("token", "short", "expected a token a line"),
        ("token", "a-good-token-0123456\nwith blank or bad \u00e4", "expected a token a line"),
        ("tokens.toml", "", "tokens"),
        ("tokens.toml", "tokens = []", "length >= 1"),
        ("tokens.toml", f'[[tokens]]\nname = "a"\nsha256 = "{"0" * 64}"', "sender_ids"),
        ("tokens.toml", f'[[tokens]]\nname = "a"\nsha256 = "{"X" * 64}"\nsender_ids = "all"', "regex"),
        ("tokens.toml", f'[[tokens]]\nname = "a"\nsha256 = "{"0" * 64}"\nsender_ids = "every"', "sender_ids"),
        ("tokens.toml", f'[[tokens]]\nname = "a"\nsha256 = "{"0" * 64}"\nsender_ids = [1]\nadresses = true', "adresses"),
        ("tokens.toml", f'[[tokens]]\nname = "a"\nsha256 = "{"0" * 64}"\nsender_ids = [1]\n' * 2, "twice"),
        ("tokens.toml", "tokens = " + "[" * 5_000, "recursion"),
        ("tokens.json", "{", "truncated"),
        ("tokens.json", '{"tokens": [{"name": "a", "sha256": "secret", "sender_ids": "all"}]}', "regex"),
        ("id", "short", "fewer than"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_used_end_the_process(
    tmp_path: Path, ends: Ends, name: str, content: str, said: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    setting = {"token": "token_file", "id": "id_key_file"}.get(name, "tokens_file")
    for text in (path, tmp_path / "absent"):
        settings = GraphQLSettings(**{setting: str(text)})  # type: ignore[arg-type]
        with pytest.raises(Misconfigured, match=f"EDS_GRAPHQL_{setting.upper()}") as problem:
            build_app(settings, _sources(ends))
        if text is path:
            assert said in str(problem.value)
        assert "secret" not in str(problem.value)


def _sources(ends: Ends) -> Sources:
    return Sources(reader=None, end_offsets=ends, check_broker=ends.check, topic="", now=lambda: 0, version="")  # type: ignore[arg-type]


@pytest.mark.anyio
async def test_without_the_right_every_address_is_masked(
    reader: Reader, world: World, ends: Ends, tokens: dict[str, str]
) -> None:
    async with running_api(reader, world, ends, token=MASKED, **tokens) as api:
        rows = await walk(api, "messages", MESSAGE)
        rows += await walk(api, "deliveries", DELIVERY)
        rows += await walk(api, "events", EVENT)
        paged = await api.ask("{ deliveries(first: 200) { edges { cursor node { id } } pageInfo { endCursor } } }")
    assert len(rows) == len(world.messages) + len(world.deliveries) + len(world.events)
    text = json.dumps([rows, paged], ensure_ascii=False) + "".join(_decoded(rows)) + "".join(_decoded(paged))
    addresses = {view.recipient for view in world.deliveries if len(view.recipient.partition("@")[0]) > 1}
    addresses |= {event.notification.mail_from or "" for event in world.events} - {""}
    assert len(addresses) > 50
    assert [address for address in addresses if address in text] == []
    # Nor by what is worked out of an address: an event's id is a hash of its content.
    assert [event.id for event in world.events if event.id in text] == []
    masked = {row["recipient"] for row in rows if row.get("recipient")}
    assert masked == {Masked(b"").address(view.recipient) for view in world.deliveries if view.recipient} | {
        "n…@example.org"  # of an event without a message
    }


def _decoded(content: Any) -> list[str]:
    """Whatever of the opaque texts is readable."""
    texts = []
    for text in str(content).replace("'", '"').split('"'):
        if len(text) > 8 and text.isascii() and " " not in text:
            try:
                texts.append(urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "replace"))
            except ValueError:
                continue
    return texts


@pytest.mark.anyio
async def test_masked_ids_and_cursors_lead_back(
    reader: Reader, world: World, ends: Ends, tokens: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "id").write_bytes(b"an id key of 16+ bytes")
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { id
        ... on Event { eventId }
        ... on Delivery { recipient message { id } events { nodes { delivery { id } } } } } }"""
    found = []
    for _ in range(2):  # two processes with the same key give the same ids
        async with running_api(reader, world, ends, token=MASKED, id_key_file=str(tmp_path / "id"), **tokens) as api:
            rows = await walk(api, "deliveries", "id recipient")
            ids = [row["id"] for row in rows][:40]
            nodes = (await api.ask(query, ids=ids))["nodes"]
            assert [{"id": node["id"], "recipient": node["recipient"]} for node in nodes] == rows[:40]
            assert all(event["delivery"]["id"] == node["id"] for node in nodes for event in node["events"]["nodes"])
            events = await walk(api, "events", "id eventId trackingId")
            assert len(events) == len({row["eventId"] for row in events}) == len(world.events)
            asked = [row["id"] for row in events][:40]
            told = [{"id": row["id"], "eventId": row["eventId"]} for row in events][:40]
            assert (await api.ask(query, ids=asked))["nodes"] == told
            for field in ("deliveries", "events"):
                plain = (await _plain_id(api, WHOLE, field))[0]
                assert (await api.problem("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[plain]))[
                    0
                ] == "BAD_ID"
            found.append([*ids, *asked])
    assert found[0] == found[1]


async def _plain_id(api: Api, token: str, field: str) -> list[str]:
    query = {"query": f"{{ {field}(first: 1) {{ nodes {{ id }} pageInfo {{ endCursor }} }} }}"}
    reply = await api.client.post("/graphql", json=query, headers=bearer(token))
    page = reply.json()["data"][field]
    return [page["nodes"][0]["id"], page["pageInfo"]["endCursor"]]


@pytest.mark.anyio
async def test_who_sees_no_addresses_cannot_try_them(
    reader: Reader, world: World, ends: Ends, tokens: dict[str, str]
) -> None:
    async with running_api(reader, world, ends, token=MASKED, **tokens) as api:
        for field in ("messages", "deliveries", "events"):
            query = f'{{ {field}(where: {{recipient: "alice@example.org"}}) {{ totalCount {{ count }} }} }}'
            assert (await api.problem(query))[0] == "FORBIDDEN"
            assert await api.ask(f'{{ {field}(where: {{recipientDomain: "example.org"}}) {{ nodes {{ id }} }} }}')
        for field in ("deliveries", "events"):
            _, cursor = await _plain_id(api, WHOLE, field)
            query = f"query ($after: String) {{ {field}(after: $after) {{ nodes {{ id }} }} }}"
            assert (await api.problem(query, after=cursor))[0] == "BAD_CURSOR"


@given(st.text(alphabet=st.sampled_from("ab.@%40<>\"' ,\\\u2026\n"), max_size=60))
def test_masking_is_stable_and_keeps_words(text: str) -> None:
    once = mask_addresses(text)
    assert mask_addresses(once) == once
    assert len(once.split()) == len(text.split())


@pytest.mark.parametrize(
    "hostile", ["a" * 1_000_000 + "@", "@" * 300_000, "a@" * 300_000, "%40" * 300_000, "@" + "a " * 300_000]
)
def test_masking_takes_linear_time(hostile: str) -> None:
    assert "a@" not in mask_addresses(hostile)


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("localuser", "l…"),
        ('"o dd,x"@example.org', '"…@example.org'),
        ("o'brien@example.org", "o…@example.org"),
        ("Al <alice@example.org>", "A…@example.org>"),
    ],
)
def test_what_is_an_address_is_masked_whatever_it_holds(address: str, seen: str) -> None:
    assert Masked(b"").members({"rcpt_to": address, "mail_from": address}) == {"rcpt_to": seen, "mail_from": seen}


def test_json_is_masked_however_deep() -> None:
    deep: Any = {"to": "alice@example.org", "alice@example.org": 1}
    for _ in range(5_000):
        deep = {"a": [deep, "x", 1, None]}
    found: Any = Masked(b"").members(deep)
    for _ in range(5_000):
        found = found["a"][0]
    assert found == {"to": "a…@example.org", "a…@example.org": 1}


@pytest.mark.parametrize(
    ("what", "another"),
    [(sight.RECIPIENT, sight.EVENT), (sight.EVENT, sight.LETTER), (sight.LETTER, sight.RECIPIENT)],
    ids=["recipient", "event", "letter"],
)
@given(text=st.text(max_size=50), tracking_id=st.text(max_size=50))
def test_what_is_sealed_comes_back_to_its_message_only(
    what: bytes, another: bytes, text: str, tracking_id: str
) -> None:
    masked = Masked(b"key")
    sealed = masked.seal(what, text, tracking_id)
    assert masked.unseal(what, sealed, tracking_id) == text
    assert masked.seal(what, text, tracking_id) == sealed
    assert masked.seal(another, text, tracking_id) != sealed
    for other, as_what, wrong in (
        (Masked(b"other"), what, tracking_id),
        (masked, what, tracking_id + "x"),
        (masked, another, tracking_id),
    ):
        with pytest.raises(ValueError, match="not sealed"):
            other.unseal(as_what, sealed, wrong)
    assert msgspec.json.encode(sealed)
