"""deadLetters: the list, its filters, its pages and its nodes; whole, masked, and not at all within a scope of senders."""

from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from delivery.classification import shipped_classifier
from delivery.kept_letter import KeptLetter
from graphql_api.access.access import Caller, Scope
from graphql_api.access.sight import Masked
from graphql_api.context import Contexts, Sources
from graphql_api.settings import GraphQLSettings
from store.letters import LetterBatch
from store.opening import open_letters, open_reader, open_writer
from store.settings import StoreSettings
from tests.contract.test_letters import TOPIC, kept, noted
from tests.graphql_api.conftest import NOW, Api, Ends, running_api
from tests.graphql_api.world import World

pytestmark = pytest.mark.anyio

TEXT = b'{"rcpt_to":"ada@example.org","tries":"x"}'
LETTERS = [
    kept(
        number,
        content=TEXT if number % 2 else b"\xff ada@example.org",
        errors={"[0].tries": ["It is ada@example.org."]},
    )
    for number in range(12)
]
FIELDS = """id letterId address state part receivedAt source reason errors { path reasons } index contentType contentEncoding
  contentBytes redacted requeued { by at events bad } problem content contentBase64"""
LIST = f"""query List($where: DeadLetterFilter, $orderBy: DeadLetterOrder, $first: Int, $after: String) {{
  deadLetters(where: $where, orderBy: $orderBy, first: $first, after: $after) {{
    nodes {{ {FIELDS} }} pageInfo {{ hasNextPage endCursor }} totalCount {{ count precision }} }} }}"""


async def made(settings: StoreSettings) -> None:
    """There is a store."""
    writer = open_writer(settings, shipped_classifier())
    await writer.open()
    await writer.close()


async def fill(settings: StoreSettings) -> None:
    await made(settings)
    keeper = open_letters(settings)
    await keeper.open()
    claim = await keeper.claim(TOPIC, [0], "test")
    batch = LetterBatch({0: 12}, {each.letter.id: each for each in LETTERS})
    batch.add_note(noted(LETTERS[2], NOW, 3, 1))
    await keeper.keep(claim, batch)
    await keeper.close()


@pytest.fixture
async def api(tmp_path: Path, world: World, ends: Ends) -> AsyncIterator[Api]:
    settings = StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    await fill(settings)
    reader = open_reader(settings)
    await reader.open()
    async with running_api(reader, world, ends) as api:
        yield api
    await reader.close()


async def test_letters_are_listed_filtered_paged_and_found_again(api: Api) -> None:
    found = (await api.ask(LIST, first=100))["deadLetters"]
    wanted = sorted(LETTERS, key=lambda each: (each.letter.received_at, each.letter.id), reverse=True)
    assert [each["letterId"] for each in found["nodes"]] == [each.letter.id for each in wanted]
    assert found["totalCount"] == {"count": 12, "precision": "EXACT"}
    by_id = {each["letterId"]: each for each in found["nodes"]}
    partly, text = by_id[LETTERS[2].letter.id], by_id[LETTERS[1].letter.id]
    assert (partly["state"], partly["requeued"]["by"], partly["requeued"]["events"]) == ("PARTLY", "ada", 3)
    assert (partly["content"], b64decode(partly["contentBase64"])) == (None, b"\xff ada@example.org")
    assert (text["state"], text["part"], text["content"]) == ("OPEN", "ROW", TEXT.decode())
    assert (text["address"], text["index"], text["contentBytes"]) == ("0:1", 1, len(TEXT))
    assert text["errors"] == [{"path": "[0].tries", "reasons": ["It is ada@example.org."]}]
    where = {"states": ["OPEN"], "sources": ["mta-1", "mta-2"], "member": "tries", "reasons": ["invalid", "too_large"]}
    some = (await api.ask(LIST, where=where, orderBy={"direction": "ASC"}))["deadLetters"]["nodes"]
    expected = [each for each in wanted[::-1] if each.letter.source in where["sources"] and each is not LETTERS[2]]
    assert [each["letterId"] for each in some] == [each.letter.id for each in expected]
    assert (await api.ask(LIST, where={"parts": ["UNKNOWN"]}))["deadLetters"]["nodes"] == []
    walked, after = [], None
    while True:
        page = (await api.ask(LIST, first=5, after=after))["deadLetters"]
        walked += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert walked == found["nodes"]
    query = f"query Node($id: ID!) {{ node(id: $id) {{ id ... on DeadLetter {{ {FIELDS} }} }} }}"
    assert (await api.ask(query, id=text["id"]))["node"] == text
    code, _ = await api.problem(LIST, after="nonsense")
    assert code == "BAD_CURSOR"
    code, _ = await api.problem(LIST, where={"sources": ["x"] * 1001})
    assert code == "LIMIT_EXCEEDED"


async def test_without_addresses_they_are_masked_and_within_senders_there_are_none(tmp_path: Path, ends: Ends) -> None:
    from graphql_api.schema import build_schema

    settings = StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    await fill(settings)
    reader = open_reader(settings)
    await reader.open()
    sources = Sources(
        reader=reader, end_offsets=ends, check_broker=ends.check, topic=TOPIC, now=lambda: NOW, version="1"
    )  # fmt: skip
    contexts = Contexts(sources, GraphQLSettings(), Masked(b"k" * 32))
    schema = build_schema(GraphQLSettings(), lambda: NOW)

    async def ask(scope: Scope, query: str) -> tuple[object, list[str]]:
        context = contexts.open(Caller(name="x", scope=scope), None)
        result = await schema.execute(query, context_value=context)
        return result.data, [str((each.extensions or {}).get("code")) for each in result.errors or ()]

    query = f"{{ deadLetters {{ nodes {{ id {FIELDS} }} }} }}"
    data, errors = await ask(Scope(addresses=False), query)
    assert not errors
    told = msgspec.json.encode(data).decode()
    assert "ada@example.org" not in told
    # An id is a hash of what the letter holds: it would tell whether a guess of the address is right.
    whole, _ = await ask(Scope(), query)
    ids = {row["letterId"] for row in msgspec.convert(whole, dict)["deadLetters"]["nodes"]}
    assert len(ids) > 1
    assert [each for each in ids if each in told] == []
    walked: list[str] = []
    after = ""
    for _ in ids:
        page = f"{{ deadLetters(first: 1{after}) {{ nodes {{ id }} pageInfo {{ endCursor }} }} }}"
        data, errors = await ask(Scope(addresses=False), page)
        assert not errors
        found = msgspec.convert(data, dict)["deadLetters"]
        after = f', after: "{found["pageInfo"]["endCursor"]}"'
        walked.append(found["nodes"][0]["id"])
        data, errors = await ask(Scope(addresses=False), f'{{ node(id: "{walked[-1]}") {{ id }} }}')
        assert (data, errors) == ({"node": {"id": walked[-1]}}, [])
    assert walked == [row["id"] for row in msgspec.json.decode(told)["deadLetters"]["nodes"]]
    assert "a…@example.org" in told
    assert '"contentBase64":null' in told
    _, errors = await ask(Scope(sender_ids=frozenset({1})), query)
    assert errors == ["FORBIDDEN"]
    data, _ = await ask(Scope(), "{ deadLetters(first: 1) { nodes { id } } }")
    node = msgspec.convert(data, dict)["deadLetters"]["nodes"][0]["id"]
    data, errors = await ask(Scope(sender_ids=frozenset({1})), f'{{ node(id: "{node}") {{ id }} }}')
    assert (data, errors) == ({"node": None}, [])
    await reader.close()


async def test_a_cut_content_is_text_up_to_the_cut(tmp_path: Path, world: World, ends: Ends) -> None:
    settings = StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    large: KeptLetter = kept(1, content=b"x" + "ü".encode() * 40_000)
    await made(settings)
    keeper = open_letters(settings)
    await keeper.open()
    await keeper.keep(await keeper.claim(TOPIC, [0], "test"), LetterBatch({0: 1}, {large.letter.id: large}))
    await keeper.close()
    reader = open_reader(settings)
    await reader.open()
    async with running_api(reader, world, ends) as api:
        [found] = (await api.ask("{ deadLetters { nodes { content contentBytes } } }"))["deadLetters"]["nodes"]
    await reader.close()
    assert (found["contentBytes"], found["content"]) == (80_001, "x" + "ü" * 32_767)
