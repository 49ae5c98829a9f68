"""What is new or costly is done by a process of its own: it answers alike, is given up with whoever asked, and is replaced."""

import asyncio
import gc
import os
import pickle
import signal
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from socket import socket, socketpair
from typing import Any, cast

import httpx
import msgspec
import pytest
import uvloop
from graphql import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.errors import Misconfigured, Unavailable
from graphql_api.access.access import ANYBODY, Caller, Scope
from graphql_api.access.sight import Masked
from graphql_api.answering import Answering, Reply
from graphql_api.aside import __main__ as aside_main
from graphql_api.aside import process as process_aside
from graphql_api.aside.errands import Errand, Errands
from graphql_api.aside.link import GIVEN_UP, QUESTION, Link, linked
from graphql_api.aside.process import AsideProcess
from graphql_api.aside.setup import Setup
from graphql_api.compiled.plans import Asked
from graphql_api.context import Contexts, Sources
from graphql_api.guards import kept
from graphql_api.guards.checked import Checked
from graphql_api.guards.kept import Kept
from graphql_api.guards.niceness import be_nice
from graphql_api.http.app import build_app, serving
from graphql_api.http.negotiation import ReplyType
from graphql_api.schema import build_schema
from graphql_api.settings import GraphQLSettings
from store.contract import Reader
from store.settings import StoreSettings
from tests.graphql_api.conftest import NOW, Api, Ends
from tests.graphql_api.hostile import ALLOWED, HOSTILE
from tests.graphql_api.world import TOPIC, World

pytestmark = pytest.mark.anyio

KEY = b"k" * 32
FIELDS = "id trackingId phase senderId mailFrom lastEventAt"
CHEAP = "{ messages(first: 3) { nodes { id } } }"
COSTLY = (
    "{ "
    + " ".join(f"a{at}: messages(first: 100) {{ nodes {{ {FIELDS} }} }}" for at in range(4))
    + " pipeline { lag brokerAvailable } viewer { name canRequeueDeadLetters } }"
)
NESTED = "{ messages(first: 100) { nodes { deliveries(first: 20) { nodes { id recipient phase } } } } }"
CURSOR = f'{{ messages(first: 200) {{ nodes {{ {FIELDS} }} }} a: messages(first: 200, after: "noise") {{ nodes {{ {FIELDS} }} }} }}'
NAMED = "query A { __typename } query B { pipeline { lag } }"
MUTATION = "mutation { requeueDeadLetters(dryRun: true, where: {}) { __typename } }"
DOCUMENTS = [CHEAP, COSTLY, NESTED, CURSOR, NAMED, "{ no }", "{", *ALLOWED.values(), *HOSTILE.values()]
MASKED = Caller(name="masked", scope=Scope(addresses=False, sender_ids=frozenset({1, 7})))


def setup_of(store: StoreSettings, **chosen: Any) -> Setup:
    graphql = msgspec.structs.replace(GraphQLSettings(port=0, operation_ms_max=30_000), **chosen)
    return Setup(
        settings=graphql, store=store, id_key=KEY, topic=TOPIC, version="1.2.3", requeues=True, log_level="warning"
    )  # fmt: skip


def errand(document: str, **more: Any) -> Errand:
    wanted: dict[str, Any] = {
        "asked": Asked(document, None, {}), "reply_type": ReplyType.JSON, "caller": ANYBODY, "method": "POST", "known": "",
        "codings": None,
    }  # fmt: skip
    return Errand(**(wanted | more))


async def requeue(*_arguments: object, **_named: object) -> Any:
    raise RuntimeError("nothing is changed here")


def sources_of(reader: Reader, ends: Ends) -> Sources:
    return Sources(
        reader=reader, end_offsets=ends, check_broker=ends.check, topic=TOPIC, now=lambda: ends.now, version="1.2.3",
        requeue=requeue,
    )  # fmt: skip


def here(reader: Reader, ends: Ends, setup: Setup) -> Errands:
    """Errands done in this process."""

    async def at_once(make: Any) -> Any:
        return make()

    contexts = Contexts(sources_of(reader, ends), setup.settings, Masked(KEY))
    answering = Answering(setup.settings, build_schema(setup.settings, lambda: ends.now), contexts, at_once)
    return Errands(answering, setup.settings.compress_bytes_min)


@pytest.fixture
async def aside(filled: StoreSettings, ends: Ends, anyio_backend: str) -> AsyncIterator[AsideProcess]:
    process = AsideProcess(setup_of(filled))
    async with process.running(ends):
        yield process


async def test_it_answers_as_it_is_answered_here(
    aside: AsideProcess, filled: StoreSettings, reader: Reader, ends: Ends
) -> None:
    at_home = here(reader, ends, setup_of(filled))
    for document in DOCUMENTS:
        if document is HOSTILE["introspections"]:
            continue  # seconds, and the same as one of them
        assert await aside.judge(document, None) == await at_home.judge(document, None), document[:60]
        for caller in (ANYBODY, MASKED):
            there, told = await aside.answer(errand(document, caller=caller))
            assert (there, told) == await at_home.answer(errand(document, caller=caller)), document[:60]
    assert await aside.judge(NAMED, "B") == await at_home.judge(NAMED, "B")
    for method, known in (("GET", ""), ("STREAM", "")):
        for document in (COSTLY, MUTATION, "{ no }"):
            asked = errand(document, method=method, known=known, reply_type=ReplyType.GRAPHQL, codings="br, gzip")
            assert await aside.answer(asked) == await at_home.answer(asked)


async def test_the_broker_is_asked_by_the_server(aside: AsideProcess, ends: Ends) -> None:
    pipeline = errand("{ pipeline { lag brokerAvailable } }")
    assert b'"lag":3,"brokerAvailable":true' in (await aside.answer(pipeline))[0].body
    ends.problem = Unavailable("no broker")
    assert b'"lag":null,"brokerAvailable":false' in (await aside.answer(pipeline))[0].body


@asynccontextmanager
async def served(reader: Reader, ends: Ends, aside: AsideProcess, **chosen: Any) -> AsyncIterator[Api]:
    settings = msgspec.structs.replace(GraphQLSettings(port=0), **chosen)
    app = build_app(settings, sources_of(reader, ends), aside=aside, id_key=KEY)
    async with (
        serving(app, settings) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client,
    ):
        yield Api(client, cast("World", None))


async def test_a_query_is_read_here_when_it_comes_again(
    aside: AsideProcess, reader: Reader, ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = aside.answer

    async def noting(one: Errand) -> tuple[Reply, str]:
        asked.append(one.asked.document)
        return await real(one)

    monkeypatch.setattr(aside, "answer", noting)
    async with served(reader, ends, aside) as api:
        first = await api.answer(CHEAP)
        assert [await api.answer(CHEAP) for _ in range(2)] == [first] * 2
        assert asked == [CHEAP]
        costly = await api.ask(COSTLY)
        assert [costly[f"a{at}"] for at in range(4)] == [costly["a0"]] * 4
        assert await api.ask(COSTLY) == costly
        assert asked == [CHEAP, COSTLY, COSTLY]
        asked.clear()
        changed = (await api.answer(MUTATION))["errors"][0]
        assert changed["extensions"]["code"] == "INTERNAL_SERVER_ERROR", "it ran here, where this test refuses it"
        assert (await api.answer("{ no }")) == (await api.answer("{ no }"))
        assert asked == ["{ no }"] * 2
        assert (await api.problem("#" * 40_000))[0] == "LIMIT_EXCEEDED"
        assert asked == ["{ no }"] * 2, "what is too long goes nowhere"


async def test_long_replies_come_compressed_and_tagged(aside: AsideProcess, reader: Reader, ends: Ends) -> None:
    async with served(reader, ends, aside) as api:
        get = {"query": COSTLY.replace("pipeline { lag brokerAvailable }", "")}
        plain = await api.client.get("/graphql", params=get, headers={"accept-encoding": "identity"})
        coded = await api.client.get("/graphql", params=get, headers={"accept-encoding": "gzip"})
        assert (coded.headers["content-encoding"], coded.json()) == ("gzip", plain.json())
        assert plain.headers["etag"] == coded.headers["etag"]
        assert plain.headers["vary"] == coded.headers["vary"] == "accept, authorization, origin, accept-encoding"
        again = await api.client.get("/graphql", params=get, headers={"if-none-match": plain.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "content-encoding" not in again.headers


def process_of(aside: AsideProcess) -> int:
    """The child's process id."""
    (child,) = (
        int(one) for one in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        if b"graphql_api.aside" in Path(f"/proc/{one}/cmdline").read_bytes()
    )  # fmt: skip
    return child


async def test_one_that_is_killed_is_replaced(
    aside: AsideProcess, reader: Reader, ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_aside, "RESTART_S", 1.0)  # time to look around while there is none
    async with served(reader, ends, aside) as api:
        await api.ask(CHEAP)
        await api.ask(CHEAP)
        first = process_of(aside)
        os.kill(first, signal.SIGSTOP)
        asking = asyncio.create_task(api.client.post("/graphql", json={"query": "{ no }"}))
        while not aside._link or not aside._link._asked:  # noqa: ASYNC110  # until it is under way
            await asyncio.sleep(0.005)
        os.kill(first, signal.SIGKILL)
        lost = await asking
        assert (lost.status_code, lost.headers["retry-after"]) == (503, "5")
        assert lost.json()["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
        async with asyncio.timeout(10):
            while aside.problem is None:  # noqa: ASYNC110  # its end is noticed in two steps
                await asyncio.sleep(0.005)
        ready = await api.client.get("/readyz")
        assert "operations is being started" in ready.text
        assert (await api.ask(CHEAP))["messages"]["nodes"], "what is known needs none"
        assert (await api.answer("{ no }"))["errors"], "an errand waits until there is one"
        assert process_of(aside) != first
        assert (await api.client.get("/readyz")).status_code == 200


async def test_a_start_that_fails_is_followed_by_another(
    filled: StoreSettings, ends: Ends, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """No process can be made, then the one that was made can't do as it is told."""
    good = setup_of(filled)
    process = AsideProcess(msgspec.structs.replace(good, log_level="no such level"))
    real, starts = asyncio.create_subprocess_exec, count(1)

    async def start(*arguments: Any, **named: Any) -> asyncio.subprocess.Process:
        number = next(starts)
        if number == 1:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        if number == 3:
            process._setup = good
        return await real(*arguments, **named)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
    async with process.running(ends), asyncio.timeout(30):
        assert (await process.judge("{ no }", None)).errors
        assert process.problem is None
    assert next(starts) == 4
    assert caplog.messages == ["the process for new and costly operations could not be kept; another one follows"] * 2
    assert "Resource temporarily unavailable" in caplog.text
    assert "NO SUCH LEVEL" in caplog.text


async def test_one_that_can_never_open_its_store_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its errands would wait for ever; ended, it is replaced, and the log has the reason."""

    class Damaged:
        closed = False

        async def open(self) -> None:
            raise Misconfigured("the store's file is no SQLite database")

        async def close(self) -> None:
            self.closed = True

    damaged = Damaged()
    monkeypatch.setattr(aside_main, "open_reader", lambda *_arguments, **_named: damaged)
    for name in ("log_to_stderr", "be_nice"):
        monkeypatch.setattr(aside_main, name, lambda _: None)
    monkeypatch.setattr(gc, "freeze", lambda: None)

    async def nothing(_question: Any) -> None:
        pass

    ours, theirs = socketpair()
    ours.setblocking(False)
    link = await linked(ours, nothing)
    running = asyncio.create_task(link.run())
    serving = asyncio.create_task(aside_main.serve(theirs.detach()))
    await link.ask(setup_of(StoreSettings()))
    await asyncio.wait_for(running, 10)
    with pytest.raises(Misconfigured, match="no SQLite database"):
        await asyncio.wait_for(serving, 10)
    assert damaged.closed


async def test_there_is_none_as_soon_as_its_line_ends(
    filled: StoreSettings, ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may take its time to end itself: whoever asks meanwhile waits for the next one."""
    process = AsideProcess(setup_of(filled))
    told: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
    killed = asyncio.Event()
    others: list[Link] = []

    class Lingering:
        kill = killed.set

        async def wait(self) -> int:
            if not told.done():
                told.set_result(process.problem)
            await killed.wait()
            return -9

    async def start(theirs: socket) -> Lingering:
        async def agree(_question: Any) -> None:
            pass

        theirs.setblocking(False)
        others.append(await linked(theirs, agree))
        runs.append(asyncio.create_task(others[0].run()))
        return Lingering()

    monkeypatch.setattr(process_aside, "_start", start)
    runs: list[asyncio.Task[Any]] = [asyncio.create_task(process._run(ends))]
    await asyncio.wait_for(process._ready.wait(), 10)
    assert process.problem is None
    others[0]._writer.close()
    assert await asyncio.wait_for(told, 10) == "the process for new and costly operations is being started"
    assert process._link is None
    killed.set()
    await asyncio.gather(*runs)


async def test_it_ends_with_its_parent(filled: StoreSettings, ends: Ends) -> None:
    process = AsideProcess(setup_of(filled))
    async with process.running(ends):
        await process.judge(CHEAP, None)
        child = process_of(process)
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(child, number)
        assert (await process.judge("{ no }", None)).errors, "what ends a group of processes is the parent's business"
        assert os.getpriority(os.PRIO_PROCESS, child) == 19
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_where_priorities_are_forbidden_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def forbid(*_arguments: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "setpriority", forbid)
    be_nice(10)
    assert caplog.messages == ["a thread keeps its priority: [Errno 1] Operation not permitted"]


VALUES = st.recursive(
    st.none() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(), max_size=4) | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)  # fmt: skip


@asynccontextmanager
async def line(serve: Any) -> AsyncIterator[tuple[Link, Link]]:
    """Both ends of one; `serve` answers at the second."""

    async def nothing(_question: Any) -> Any:
        return None

    one, other = socketpair()
    one.setblocking(False)
    other.setblocking(False)
    ends = await linked(one, nothing), await linked(other, serve)
    runs = [asyncio.create_task(end.run()) for end in ends]
    try:
        yield ends
    finally:
        ends[0]._writer.close()
        await asyncio.gather(*runs)


@settings(max_examples=30)
@given(st.lists(VALUES, max_size=5))
def test_a_line_carries_whatever_variables_hold(values: list[Any]) -> None:
    async def echo(question: Any) -> Any:
        await asyncio.sleep(0)
        return question

    async def carry() -> list[Any]:
        async with line(echo) as (end, _):
            return await asyncio.gather(*(end.ask(value) for value in values))

    assert asyncio.run(carry()) == values


async def test_a_line_carries_much_and_in_any_order() -> None:
    gates: dict[int, asyncio.Event] = {number: asyncio.Event() for number in range(3)}

    async def answer(number: int) -> bytes:
        await gates[number].wait()
        return bytes(20_000_000) if number else b""

    async with line(answer) as (end, _):
        asked = [asyncio.create_task(end.ask(number)) for number in range(3)]
        for number in (2, 0, 1):
            gates[number].set()
            assert len(await asked[number]) == (20_000_000 if number else 0)
        assert end._asked == {}


async def test_what_is_given_up_is_given_up_at_the_other_end() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def endless(_question: Any) -> None:
        begun.set()
        try:
            await asyncio.sleep(3_600)
        finally:
            ended.set()

    async with line(endless) as (end, other):
        asking = asyncio.create_task(end.ask("?"))
        await asyncio.wait_for(begun.wait(), 10)
        asking.cancel()
        await asyncio.wait_for(ended.wait(), 10)
        assert (end._asked, other._served) == ({}, {})


async def test_what_is_given_up_before_it_begins_leaves_nothing() -> None:
    """As it does where both come in one read."""
    begun: list[Any] = []

    async def note(question: Any) -> None:
        begun.append(question)

    async with line(note) as (_, other):
        other._take(QUESTION, 7, "?")
        other._take(GIVEN_UP, 7, None)
        (task,) = other._served.values()
        await asyncio.wait([task])
        assert (begun, other._served) == ([], {})


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_line_that_has_ended_says_so(loop_factory: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """Whatever the loop's transports make of writing to what is closed; also where a question is given up then."""

    async def echo(question: Any) -> Any:
        return await asyncio.get_running_loop().create_future() if question == "endless" else question

    async def ask() -> None:
        async with line(echo) as (end, _):
            assert await end.ask("?") == "?"
            asking = asyncio.create_task(end.ask("endless"))
            await asyncio.sleep(0)
            end._writer.close()
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            for _ in range(2):
                with pytest.raises(Unavailable):
                    await end.ask("?")
                await asyncio.sleep(0)
            assert end._asked == {}

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(ask())


async def test_a_line_tells_what_went_wrong() -> None:
    async def fail(question: str) -> None:
        raise Unavailable("the store is away") if question == "away" else KeyError("a defect")

    async with line(fail) as (end, other):
        with pytest.raises(Unavailable, match="the store is away"):
            await end.ask("away")
        with pytest.raises(RuntimeError, match="KeyError"):
            await end.ask("defect")
        other._writer.close()
        with pytest.raises(Unavailable):
            await end.ask("nobody")
        with pytest.raises(Unavailable):
            await end.ask("nobody")


def test_errands_and_replies_can_be_sent() -> None:
    one = errand(CHEAP, caller=MASKED, asked=Asked(CHEAP, "A", {"big": 10**30, "half": "\ud83d"}))
    assert pickle.loads(pickle.dumps(one)) == one


async def test_a_document_that_is_asked_with_is_not_forgotten_for_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = build_schema(GraphQLSettings(documents_cached_max=3), lambda: NOW).documents
    documents.judge(CHEAP, None)
    hot = documents.known(CHEAP)
    for number in range(9):
        documents.judge(f"#{number}\n{CHEAP}", None)
        assert documents.known(CHEAP) is hot
    assert [documents.known(f"#{number}\n{CHEAP}") is not None for number in (0, 6, 7, 8)] == [False, False, True, True]
    assert len(documents.costs._measured) == 3
    monkeypatch.setattr(kept, "CHARACTERS_MAX", 2 * len(CHEAP) + 10)
    documents.judge(f"#new\n{CHEAP}", None)
    assert len(documents._kept) == len(documents.costs._measured) == 2


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 400_000), st.booleans()), max_size=40))
def test_no_more_is_kept_than_is_allowed(steps: list[tuple[str, int, bool]]) -> None:
    found: Kept[str, int] = Kept(3)
    for key, size, asks in steps:
        if asks:
            found.get(key)
        else:
            found.keep(key, size, size)
        sizes = [size for _, size in found._values.values()]
        assert len(found) <= 3
        assert found._characters == sum(sizes) <= kept.CHARACTERS_MAX


def test_what_a_thread_forgets_meanwhile_is_found_once_more() -> None:
    found: Kept[str, int] = Kept(2)

    class Interrupted(OrderedDict[str, tuple[int, int]]):
        """Another thread has its turn behind each look."""

        def get(self, key: str, default: Any = None) -> Any:
            looked = super().get(key, default)
            if key == "a":
                for other in "bc":
                    found.keep(other, 0, 1)
            return looked

    found.keep("a", 7, 1)
    found._values = Interrupted(found._values)
    assert found.get("a") == 7
    assert list(found._values) == ["b", "c"]


async def test_what_is_measured_again_is_forgotten_again(reader: Reader, ends: Ends) -> None:
    """A subscription's document, or one whose answer took a while, may be asked for when it is not kept any more."""
    setup = msgspec.structs.replace(setup_of(StoreSettings()), settings=GraphQLSettings(documents_cached_max=2))
    answering = here(reader, ends, setup)._answering
    for number in range(5):
        text = f"query ($n: Int) {{ a{number}: messages(first: $n) {{ nodes {{ id }} }} }}"
        answering.documents.judge(text, None)
    first = Asked("query ($n: Int) { a0: messages(first: $n) { nodes { id } } }", None, {})
    checked = Checked(parse(first.document), ())
    for number in range(5):
        asked = msgspec.structs.replace(first, document=first.document.replace("a0", f"a{number}"))
        assert answering.documents.known(first.document) is None
        assert answering.prepare(asked, checked) == 2 + 50 * 2
        assert (len(answering.documents.costs._measured), len(answering.plans._known)) == (2, min(number + 1, 2))


async def test_what_is_too_long_is_not_kept() -> None:
    documents = build_schema(GraphQLSettings(query_characters_max=100), lambda: NOW).documents
    found = documents.check("#" * 101)
    assert [error.extensions for error in found.errors] == [{"code": "LIMIT_EXCEEDED"}]
    assert len(documents._kept) == 0
