"""`eds message`, `eds lag`, `eds readyz` and a doctor who finds nothing, over the product's own processes."""

import csv
import io
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from ops.local_kafka import choose_port
from tests.ops.product import Product, running_product
from tests.parts.kafka import Kafka
from tests.parts.processes import environment

ADA = "ada.lovelace@example.org"
LONG = "--timeout", "60s"


@pytest.fixture(scope="module")
def product(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(kafka, tmp_path_factory.mktemp("product")) as found:
        found.post(
            {"tracking_id": "<a@host>", "rcpt_to": ADA, "event_code": 107, "time_finished": 1_795_000_009},
            {
                "tracking_id": "<a@host>",
                "rcpt_to": ADA,
                "event_code": 103,
                "time_finished": 1_795_000_001,
                "mine_too": 1,
            },
            {
                "tracking_id": "b",
                "rcpt_to": "bob@example.net",
                "event_code": 101,
                "resp_msg": "550 5.1.1 <bob@example.net>?",
            },
            {
                "tracking_id": "b",
                "rcpt_to": "eve@example.net",
                "event_label": "deferred",
                "tries": 1,
                "status": "deferred",
            },
        )
        assert found.eds("message", "wait", "<a@host>", *LONG).status == 0
        assert found.eds("message", "wait", "b", *LONG).status == 0
        yield found


def test_a_message_is_shown_with_its_deliveries(product: Product) -> None:
    told = product.eds("message", "get", "<a@host>")
    [found] = told.rows
    assert (found["tracking_id"], found["phase"], found["revision"]) == ("<a@host>", "delivered", 2)
    [delivery] = found["deliveries"]
    assert (delivery["recipient"], delivery["phase"], bool(delivery["opened_at"])) == (
        "a…@example.org",
        "delivered",
        True,
    )
    whole = orjson.loads(product.eds("message", "get", "<a@host>", "--unmasked", "--json").out)
    assert whole["deliveries"][0]["recipient"] == ADA
    table = product.eds("message", "get", "b", "-o", "table").out.decode()
    assert "phase" in table
    assert "1 bounced" in table
    assert "5.1.1" in table
    missing = product.eds("message", "get", "nobody")
    assert (missing.status, missing.out) == (3, b"")
    assert missing.err.startswith("eds: no event has named 'nobody' yet")


def test_messages_are_listed_as_they_are_searched_for(product: Product) -> None:
    def ids(*arguments: str) -> set[str]:
        told = product.eds("message", "list", *arguments)
        assert told.status == 0, told.err
        return {row["tracking_id"] for row in told.rows}

    assert {"<a@host>", "b"} <= ids("-n", "0")
    assert ids("--search", "domain:example.org") == {"<a@host>"}
    assert ids("--search", "domain:example.org", "--phase", "queued,bounced") == set()
    assert ids("--search", ADA, "--since", "2026-11-18T00:00:00Z", "--until", "2027-01-01T00:00:00Z") == {"<a@host>"}
    assert ids("--search", ADA, "--until", "2026-11-18T00:00:00Z") == set()
    told = product.eds("message", "list", "-n", "1", "-o", "csv")
    assert len(list(csv.DictReader(io.StringIO(told.out.decode())))) == 1
    assert told.err == "the newest 1; -n 0 lists all\n"
    assert product.eds("message", "list", "-n", "1", "-q").err == ""
    wrong = product.eds("message", "list", "--search", "colour:red")
    assert (wrong.status, wrong.out) == (2, b"")
    assert "there is no key 'colour'" in wrong.err


def test_pages_of_a_history_follow_each_other(product: Product) -> None:
    count = 230
    product.post(
        *({"tracking_id": "many", "event_code": 107, "time_finished": 1_795_000_000 + at} for at in range(count))
    )
    product.post({"tracking_id": "many", "event_code": 103, "time_finished": 1_795_000_000 + count})
    assert product.eds("message", "wait", "many", *LONG).status == 0
    rows = product.eds("message", "history", "many").rows
    times = [row["occurred_at"] for row in rows]
    assert len(rows) == count + 1
    assert times == sorted(times)
    newest = product.eds("message", "history", "many", "--newest-first", "-n", "3").rows
    assert [row["occurred_at"] for row in newest] == times[-1:-4:-1]
    assert newest[0]["kind"] == "delivered"
    extras = [row["extras"] for row in product.eds("message", "history", "<a@host>").rows]
    assert {"mine_too": 1} in extras
    missing = product.eds("message", "history", "nobody", "--json")
    assert (missing.status, missing.out) == (3, b"")


def test_a_history_has_what_senders_added_as_it_is(product: Product) -> None:
    deep: Any = 2**70 + 1
    for _ in range(254):
        deep = [deep]
    extras = {"huge": 2**70 + 1, "deep": deep}
    product.post({"tracking_id": "big", "event_code": 103, **extras})
    assert product.eds("message", "wait", "big", *LONG).status == 0
    lines = product.eds("message", "history", "big").out
    assert json.loads(lines)["extras"] == extras
    assert json.loads(product.eds("message", "history", "big", "--json").out)[0]["extras"] == extras
    [row] = csv.DictReader(io.StringIO(product.eds("message", "history", "big", "-o", "csv").out.decode()))
    assert json.loads(row["extras"]) == extras


def test_waiting_ends_with_what_was_waited_for_or_with_the_time(product: Product) -> None:
    late = product.eds("message", "wait", "b", "--for", "delivered", "--timeout", "0.5")
    assert (late.status, late.out, late.err) == (5, b"", "eds: after 0.5 s b is bounced, and not delivered\n")
    late = product.eds("message", "wait", "not-yet", "--timeout", "0.5")
    assert late.err == "eds: after 0.5 s not-yet is not known yet, and not delivered or bounced\n"
    assert product.eds("message", "wait", "b", "--all", "--timeout", "0.5").status == 5
    assert product.eds("message", "wait", "b", "--all", "--for", "bounced,deferred", *LONG).status == 0
    later = threading.Timer(0.5, product.post, [{"tracking_id": "soon", "event_code": 103}])
    later.start()
    told = product.eds("message", "wait", "soon", "--for", "delivered", *LONG)
    later.join()
    assert (told.status, told.rows[0]["phase"]) == (0, "delivered")


def test_a_command_that_has_what_it_waited_for_says_nothing_else(product: Product) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ops", "message", "wait", "b", *LONG], env=environment(product.sections),
        stdin=subprocess.DEVNULL, capture_output=True, timeout=90, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_watch_goes_on_where_it_was_when_the_server_comes_back(product: Product, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ops", "message", "watch", "--domain", "watched.example"]
    seen: list[tuple[str, str]] = []
    with (tmp_path / "errors").open("wb") as errors, subprocess.Popen(
        command, env=environment(product.sections), stdout=subprocess.PIPE, stderr=errors
    ) as process:  # fmt: skip
        assert process.stdout is not None
        output = process.stdout

        def read() -> None:
            for line in output:
                row = orjson.loads(line)
                seen.append((row["tracking_id"], row["phase"]))

        reader = threading.Thread(target=read)
        reader.start()
        try:
            until(lambda: "watching" in (tmp_path / "errors").read_text(), "the watch")
            # It says so before it is heard by the server: the first message is posted until it is seen.
            until(lambda: bool(seen) or posted(product, "w1", 101), "the first change")
            product.graphql.kill()
            product.graphql.start()
            product.graphql.wait_ready()
            until(
                lambda: ("w2", "delivered") in seen or posted(product, "w2", 103),
                "a change after the server was killed",
            )
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 130
        finally:
            process.kill()
            reader.join()
    assert ("w1", "bounced") in seen


def test_a_watch_that_saw_nothing_yet_outlives_the_server(product: Product, tmp_path: Path) -> None:
    def subscriptions() -> float:
        told = httpx.get(f"{product.graphql.address}/metrics", trust_env=False).text
        lines = [line for line in told.splitlines() if line.startswith("eds_graphql_subscriptions_active{")]
        return sum(float(line.split()[-1]) for line in lines)

    command = [sys.executable, "-m", "ops", "message", "wait", "idle", "--timeout", "90s"]
    with (tmp_path / "errors").open("wb") as errors, subprocess.Popen(
        command, env=environment(product.sections), stdout=subprocess.PIPE, stderr=errors
    ) as process:  # fmt: skip
        try:
            until(lambda: subscriptions() == 1, "the subscription")
            product.graphql.end()
            product.graphql.start()
            product.graphql.wait_ready()
            product.post({"tracking_id": "idle", "event_code": 103})
            told, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, (tmp_path / "errors").read_text()
    assert orjson.loads(told)["phase"] == "delivered"


def posted(product: Product, tracking_id: str, code: int) -> bool:
    row = {
        "tracking_id": tracking_id,
        "rcpt_to": "x@watched.example",
        "event_code": code,
        "time_finished": time.time_ns() // 10**9,
    }
    product.post(row | {"attempt": time.time_ns()})
    time.sleep(0.2)
    return False


def until(holds: Any, what: str) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def test_a_token_that_may_not_is_exit_status_4(product: Product, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("nobody")
    for command in (("get", "b"), ("list",), ("wait", "b", "--timeout", "5"), ("watch", "b")):
        told = product.eds("message", *command, "--token-file", str(wrong))
        assert (told.status, told.out) == (4, b"")
        assert "--token-file" in told.err
        assert "Traceback" not in told.err


def test_lag_and_readiness(product: Product) -> None:
    deadline = time.monotonic() + 60
    while (told := product.eds("lag", "--max-records", "0")).status == 10:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert (told.status, told.err) == (0, "nothing is behind\n")
    assert sum(row["end_offset"] for row in told.rows) >= 4
    assert all(row["next_offset"] == row["end_offset"] for row in told.rows)
    told = product.eds("readyz", "--wait", *LONG)
    assert (told.status, [row["state"] for row in told.rows]) == (0, ["ready"] * 3)
    nobody = f"http://127.0.0.1:{choose_port()}"
    assert product.eds("readyz", "gateway", nobody).status == 10
    assert product.eds("readyz", nobody, "--wait", "--timeout", "0.3").status == 5


def test_the_time_from_the_gateway_to_the_view_is_told(product: Product) -> None:
    token = Path(product.sections["graphql"]["token_file"]).read_text().split()[0]

    def took() -> dict[str, Any]:
        query = {"query": "{ pipeline { endToEnd { events p50Seconds p99Seconds } } }"}
        headers = {"authorization": f"Bearer {token}"}
        reply = httpx.post(f"{product.graphql.address}/graphql", json=query, headers=headers, trust_env=False)
        found: dict[str, Any] = reply.json()["data"]["pipeline"]["endToEnd"]
        return found

    before = took()["events"]
    product.post({"tracking_id": "timed", "event_code": 103})
    assert product.eds("message", "wait", "timed", *LONG).status == 0
    until(lambda: took()["events"] > before, "what the consumers have noted")
    found = took()
    assert 0 < found["p50Seconds"] <= found["p99Seconds"] <= 60


def test_what_is_not_in_the_view_yet_is_told_with_its_age(product: Product) -> None:
    product.consumers.kill()
    try:
        product.post(*({"tracking_id": f"behind-{number}", "event_code": 103} for number in range(50)))
        told = product.eds("lag", "--max-records", "49")
        assert (told.status, sum(row["lag"] for row in told.rows)) == (10, 50)
        time.sleep(0.2)
        told = product.eds("lag", "--max-wait", "0.1")
        assert told.status == 10
        assert all((row["waited_s"] > 0.1) == (row["lag"] > 0) for row in told.rows)
        assert product.eds("lag", "--max-wait", "1h").status == 0
        checks = {row["check"]: row for row in product.eds("doctor").rows}
        assert (checks["lag"]["level"], checks["consumers"]["level"]) == ("ok", "warn")
        assert "50 events are not in the view yet" in checks["lag"]["found"]
    finally:
        product.consumers.start()
        product.consumers.wait_ready()


def test_a_doctor_finds_nothing_where_all_is_well(product: Product) -> None:
    assert product.eds("readyz", "--wait", *LONG).status == 0
    told = product.eds("doctor", "--skip", "disk (store)")
    assert [row for row in told.rows if row["level"] != "ok"] == []
    assert told.status == 0
    names = [row["check"] for row in told.rows]
    assert names.count("topics") == 3
    assert set(names) >= {
        "settings", "files", "gateway settings", "kafka", "kafka clock", "store", "store rights", "classification", "lag",
        "dead letters", "gateway", "consumers", "graphql",
    }  # fmt: skip


def test_dead_letters_that_wait_are_told(product: Product) -> None:
    product.post({"tracking_id": "good"}, {"tracking_id": "bad", "tries": "many"})

    def checks() -> dict[str, dict[str, str]]:
        return {row["check"]: row for row in product.eds("doctor", "--problems").rows}

    until(lambda: "dead letters" in checks(), "the letter")
    found = checks()["dead letters"]
    assert (found["level"], found["found"]) == ("warn", "1 wait")
    assert "eds dead-letters" in found["fix"]


def test_statistics_over_time_and_told_apart(product: Product) -> None:
    times = "--since", "2026-11-18T00:00:00Z", "--until", "2026-11-19T00:00:00Z"
    rows = product.eds("statistics", *times, "--interval", "hour").rows
    assert len(rows) == 24
    assert sum(row["total"] for row in rows) == sum(row["delivered"] + row["opened"] for row in rows) > 200
    told = product.eds("statistics", *times, "--by", "domain", "--json")
    counts = {row["of"]: row for row in orjson.loads(told.out)}
    assert (counts["example.org"]["delivered"], counts["example.org"]["delivery_rate"]) == (1, 1.0)
    assert "events from 2026-11-18T00:00:00.000Z to 2026-11-19T00:00:00.000Z" in told.err
    posted = product.eds("statistics", *times, "--by", "source").rows
    assert sum(row["total"] for row in posted) == sum(row["total"] for row in rows)
    assert all(row["of"] for row in posted)
    refused = product.eds("statistics", *times, "--domain", "example.org", "--category", "mailbox_full", "--by", "code")
    assert (refused.status, refused.rows) == (0, [])
    both = product.eds("statistics", "--domain", "example.org", "--source", "relay")
    assert (both.status, both.out) == (2, b"")
