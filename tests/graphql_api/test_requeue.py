"""requeueDeadLetters: who may, how it may be asked, which letters it takes, and what is said of each."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from delivery.errors import Misconfigured, Unavailable
from delivery.kept_letter import KeptLetter
from graphql_api.requeuing import Outcome, Requeue, Requeued
from graphql_api.types.node import encode_id
from store.opening import open_reader
from store.settings import StoreSettings
from tests.graphql_api.conftest import Api, Ends, bearer, running_api
from tests.graphql_api.test_dead_letters import LETTERS, fill
from tests.graphql_api.world import World

pytestmark = pytest.mark.anyio

REQUEUE = """mutation ($ids: [ID!], $where: DeadLetterFilter, $dryRun: Boolean!, $again: Boolean, $first: Int, $after: String) {
  requeueDeadLetters(ids: $ids, where: $where, dryRun: $dryRun, again: $again, first: $first, after: $after) {
    dryRun requeued left events letters { id address outcome events bad errors { path reasons } }
    pageInfo { hasNextPage endCursor } userErrors { code message field } } }"""
IDS = "{ deadLetters(first: 100, orderBy: {direction: ASC}) { nodes { id letterId address } } }"
VIEWER = "{ viewer { name senderIds addresses canRequeueDeadLetters } }"
REQUEUER, PLAIN, SOME, MASKED = "requeuer" * 4, "plain---" * 4, "some----" * 4, "masked--" * 4


class Fake:
    """Remembers what it was asked; every second letter is bad still."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], str, bool, bool]] = []
        self.problem: Exception | None = None

    async def __call__(
        self, letters: Sequence[KeptLetter], *, by: str, dry_run: bool, again: bool
    ) -> list[Requeued]:  # fmt: skip
        if self.problem is not None:
            raise self.problem
        self.asked.append(([each.letter.id for each in letters], by, dry_run, again))
        return [
            Requeued(each, Outcome.REQUEUED, 2)
            if number % 2
            else Requeued(each, Outcome.STILL_BAD, 0, 1, {"[0].tries": ["It is ada@example.org."]})
            for number, each in enumerate(letters)
        ]


@asynccontextmanager
async def api_with(
    tmp_path: Path, world: World, ends: Ends, requeue: Requeue | None, **settings: Any
) -> AsyncIterator[Api]:
    store = StoreSettings(url=f"sqlite:///{tmp_path}/store.db")
    await fill(store)
    async with AsyncExitStack() as stack:
        reader = open_reader(store)
        await reader.open()
        stack.push_async_callback(reader.close)
        yield await stack.enter_async_context(running_api(reader, world, ends, requeue=requeue, **settings))


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
async def open_api(tmp_path: Path, world: World, ends: Ends, fake: Fake) -> AsyncIterator[Api]:
    async with api_with(tmp_path, world, ends, fake) as api:
        yield api


def error_of(payload: dict[str, Any]) -> str:
    (error,) = payload["userErrors"]
    assert (payload["requeued"], payload["letters"]) == (0, [])
    code: str = error["code"]
    return code


async def test_letters_are_taken_by_id_or_by_filter_page_for_page(open_api: Api, fake: Fake) -> None:
    nodes = (await open_api.ask(IDS))["deadLetters"]["nodes"]
    ids = [node["id"] for node in nodes[:3]]
    done = (await open_api.ask(REQUEUE, ids=[*ids, ids[0]], dryRun=True, again=True))["requeueDeadLetters"]
    assert (done["dryRun"], done["requeued"], done["left"], done["events"]) == (True, 1, 2, 2)
    assert [letter["id"] for letter in done["letters"]] == ids
    assert [letter["address"] for letter in done["letters"]] == [node["address"] for node in nodes[:3]]
    assert [letter["outcome"] for letter in done["letters"]] == ["STILL_BAD", "REQUEUED", "STILL_BAD"]
    assert done["letters"][0]["errors"] == [{"path": "[0].tries", "reasons": ["It is ada@example.org."]}]
    assert fake.asked.pop() == ([node["letterId"] for node in nodes[:3]], "anybody (GraphQL)", True, True)

    after, taken = None, []
    while True:
        page = (await open_api.ask(REQUEUE, where={"parts": ["ROW"]}, dryRun=False, first=3, after=after))[
            "requeueDeadLetters"
        ]
        taken += fake.asked.pop()[0]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    rows = [each for each in LETTERS if each.part is not None and each.part.value == "row"]
    wanted = sorted(rows, key=lambda each: (each.letter.received_at, each.letter.id))
    assert taken == [each.letter.id for each in wanted]


async def test_what_does_not_fit_changes_nothing_and_says_so(open_api: Api, fake: Fake) -> None:
    [letter] = (await open_api.ask("{ deadLetters(first: 1) { nodes { id } } }"))["deadLetters"]["nodes"]
    unfit: tuple[dict[str, Any], ...] = ({}, {"ids": []}, {"ids": [letter["id"]], "where": {}})
    for arguments in unfit:
        assert error_of((await open_api.ask(REQUEUE, dryRun=False, **arguments))["requeueDeadLetters"]) == "INVALID"
    other = encode_id("DeadLetter", "none")
    done = (await open_api.ask(REQUEUE, dryRun=False, ids=[letter["id"], other]))["requeueDeadLetters"]
    assert (error_of(done), done["userErrors"][0]["field"]) == ("NOT_FOUND", ["ids", "1"])
    assert (await open_api.problem(REQUEUE, dryRun=False, ids=[encode_id("Message", "huge")]))[0] == "BAD_USER_INPUT"
    assert (await open_api.problem(REQUEUE, dryRun=False, ids=["x"]))[0] == "BAD_ID"
    assert (await open_api.problem(REQUEUE, dryRun=False, where={}, first=1_000))[0] == "LIMIT_EXCEEDED"
    assert fake.asked == []
    fake.problem = Misconfigured("the sources' file can't be read")
    done = (await open_api.ask(REQUEUE, dryRun=False, where={}))["requeueDeadLetters"]
    assert (error_of(done), done["userErrors"][0]["message"]) == ("NOT_CONFIGURED", "the sources' file can't be read")
    fake.problem = Unavailable("Kafka does not answer")
    assert (await open_api.problem(REQUEUE, dryRun=False, where={}))[0] == "UNAVAILABLE"


async def test_only_a_post_of_ours_changes_anything(open_api: Api, fake: Fake) -> None:
    query = "mutation { requeueDeadLetters(where: {}, dryRun: false) { requeued } }"
    got = await open_api.client.get("/graphql", params={"query": query})
    assert (got.status_code, got.headers["allow"]) == (405, "POST")
    for accept in ("text/event-stream", "multipart/mixed;subscriptionSpec=1.0"):
        headers = {"accept": accept}
        for answer in (
            await open_api.client.get("/graphql", params={"query": query}, headers=headers),
            await open_api.client.post("/graphql", json={"query": query}, headers=headers),
        ):
            assert "mutations are sent by POST" in answer.text
    form = await open_api.client.post("/graphql", data={"query": query})
    assert form.status_code == 415
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"host": "evil.example"}):
        assert (await open_api.client.post("/graphql", json={"query": query}, headers=headers)).status_code in (
            403,
            421,
        )
    assert fake.asked == []
    for _ in range(2):  # a plan is for queries alone
        assert (await open_api.ask(query))["requeueDeadLetters"]["requeued"] == len(LETTERS) // 2
    assert len(fake.asked) == 2


async def test_only_a_token_with_the_right_may(tmp_path: Path, world: World, ends: Ends, fake: Fake) -> None:
    entries = {
        "requeuer": (REQUEUER, 'sender_ids = "all"\naddresses = true\nrequeue = true'),
        "some": (SOME, "sender_ids = [7]\nrequeue = true"),
        "masked": (MASKED, 'sender_ids = "all"\nrequeue = true'),
    }
    (tmp_path / "plain").write_text(PLAIN)
    (tmp_path / "tokens.toml").write_text(
        "".join(
            f'[[tokens]]\nname = "{name}"\nsha256 = "{sha256(token.encode()).hexdigest()}"\n{rest}\n'
            for name, (token, rest) in entries.items()
        )
    )
    files = {"token_file": str(tmp_path / "plain"), "tokens_file": str(tmp_path / "tokens.toml")}
    found = {}
    taken: list[str] = []
    async with api_with(tmp_path, world, ends, fake, **files) as api:
        for token in (REQUEUER, PLAIN, SOME, MASKED):
            api.client.headers.update(bearer(token))
            viewer = (await api.ask(VIEWER))["viewer"]
            answer = await api.answer(REQUEUE, where={}, dryRun=False, first=2)
            if "errors" in answer:
                [error] = answer["errors"]
                found[viewer["name"]] = (viewer["canRequeueDeadLetters"], error["extensions"]["code"])
            else:
                told = msgspec.json.encode(answer).decode()
                found[viewer["name"]] = (viewer["canRequeueDeadLetters"], "ada@example.org" in told)
                asked = [each["id"] for each in answer["data"]["requeueDeadLetters"]["letters"]]
                by_ids = (await api.ask(REQUEUE, ids=asked, dryRun=True))["requeueDeadLetters"]
                assert [each["id"] for each in by_ids["letters"]] == asked
                taken += asked
                [error] = (await api.answer(REQUEUE, ids=[taken[0]], dryRun=True)).get("errors", [None])
                assert error is None or (viewer["name"], error["extensions"]["code"]) == ("masked", "BAD_USER_INPUT")
                assert (error is None) == (viewer["name"] == "requeuer")  # who sees addresses has other ids
    assert found == {
        "requeuer": (True, True),
        "token_file": (False, "FORBIDDEN"),
        "some": (False, "FORBIDDEN"),
        "masked": (True, False),
    }
    assert [by for _, by, dry_run, _ in fake.asked if not dry_run] == ["requeuer (GraphQL)", "masked (GraphQL)"]


async def test_a_server_that_can_not_says_so(tmp_path: Path, world: World, ends: Ends) -> None:
    async with api_with(tmp_path, world, ends, None) as api:
        assert (await api.ask(VIEWER))["viewer"]["canRequeueDeadLetters"] is False
        done = (await api.ask(REQUEUE, where={}, dryRun=True))["requeueDeadLetters"]
        assert error_of(done) == "NOT_CONFIGURED"
        assert "eds dead-letters requeue" in done["userErrors"][0]["message"]
