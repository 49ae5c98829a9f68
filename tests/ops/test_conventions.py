"""What holds for all commands: output, colours, quiet, help, exit statuses, completion; and no traceback for a user's mistake."""

import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import orjson
import pytest
from click.testing import CliRunner

from bus import places, topics
from bus.reading import watermarks
from delivery.errors import DeliveryStatusError, Misconfigured, Unavailable
from ops import outcomes
from ops.cli import main
from ops.command_page import walk
from ops.commands.conventions import instructed, say
from ops.commands.moments import parse_duration
from ops.commands.output import Column, Output, output_options, write_result
from ops.local_kafka import choose_port
from tests.ops.commanding import invoke
from tests.parts.processes import environment

COLUMNS = (Column("NAME", 6, lambda row: row["name"]), Column("STATE", 0, lambda row: row["state"], is_state=True))
ROWS = ({"name": "a", "state": "delivered"}, {"name": "b", "state": "bounced"})


@click.command()
@click.option("--fail", "failure", default="")
@output_options
@instructed
def sample(failure: str, output: str) -> None:
    say("a note")
    if failure:
        raise {"unavailable": Unavailable, "misconfigured": Misconfigured, **vars(outcomes)}[failure]("the reason")
    with Output(output, COLUMNS) as out:
        for row in ROWS:
            out.write(row)


def run(*arguments: str, **variables: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(sample, arguments, env={"NO_COLOR": None, **variables})
    return done.exit_code, done.stdout, done.stderr


def test_each_format_on_standard_output_and_the_rest_on_the_other() -> None:
    assert run() == (0, '{"name":"a","state":"delivered"}\n{"name":"b","state":"bounced"}\n', "a note\n")
    assert orjson.loads(run("--json")[1]) == list(ROWS)
    assert run("-o", "csv", "-q")[1:] == ("name,state\na,delivered\nb,bounced\n", "")
    assert run("-o", "table")[1] == "NAME    STATE\na       delivered\nb       bounced\n"


def test_colours_are_for_terminals_alone_unless_they_are_asked_for() -> None:
    always = run("-o", "table", "--color", "always")[1]
    assert "\x1b[32mdelivered" in always
    assert "\x1b[31mbounced" in always
    assert re.sub(r"\x1b\[\d*m", "", always) == run("-o", "table")[1]
    assert "\x1b" not in run("-o", "table", "--color", "never")[1]
    assert "\x1b" not in run("-o", "jsonl", "--color", "always")[1]


@pytest.mark.parametrize(
    ("color", "no_color", "is_coloured"), [("auto", "", True), ("auto", "1", False), ("never", "", False)]
)
def test_a_terminal_has_colours_unless_it_wants_none(color: str, no_color: str, is_coloured: bool) -> None:
    out, inner = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ops", "version", "-o", "table", "--color", color], stdout=inner, stdin=subprocess.DEVNULL,
        env=environment({}) | {"NO_COLOR": no_color},
    )  # fmt: skip
    os.close(inner)
    told = b""
    try:
        while piece := os.read(out, 4096):
            told += piece
    except OSError:
        pass  # the other side is closed: all is read
    finally:
        os.close(out)
        assert process.wait(30) == 0
    assert (b"\x1b[1m" in told) is is_coloured


def test_errors_end_a_command_with_their_text_and_their_status() -> None:
    assert run("--fail", "unavailable") == (1, "", "a note\neds: the reason\n")
    assert run("--fail", "misconfigured", "-q") == (2, "", "eds: the reason\n")
    statuses = {"Misused": 2, "NotThere": 3, "Refused": 4, "WaitOver": 5}
    assert {name: run("--fail", name)[0] for name in statuses} == statuses
    ours = {
        kind for kind in vars(outcomes).values() if isinstance(kind, type) and issubclass(kind, DeliveryStatusError)
    }
    assert {kind.__name__ for kind in ours} == {*statuses, "DeliveryStatusError", "Misconfigured"}
    assert [status.number for status in outcomes.EXIT_STATUSES] == [0, 1, 2, 3, 4, 5, 10, 130]


def test_a_result_in_each_format(capsys: pytest.CaptureFixture[str]) -> None:
    result = {"count": 3, "ready": True, "none": None, "more": {"a": 1}}
    for output, wanted in {
        "jsonl": '{"count":3,"ready":true,"none":null,"more":{"a":1}}\n',
        "csv": 'count,ready,none,more\n3,True,,"{""a"":1}"\n',
        "table": 'count  3\nready  yes\nnone\nmore   {"a":1}\n',
    }.items():
        write_result(output, result)
        assert capsys.readouterr().out == wanted
    write_result("csv", {"text": "=1+1", "number": -1})
    assert capsys.readouterr().out == "text,number\n'=1+1,-1\n"
    write_result("json", result)
    assert orjson.loads(capsys.readouterr().out) == result


def test_help_on_commands_and_on_what_holds_for_all() -> None:
    codes = invoke({}, "help", "exit-codes").out.decode()
    assert [int(line.split()[0]) for line in codes.splitlines()] == [0, 1, 2, 3, 4, 5, 10, 130]
    for topic in ("output", "times", "search"):
        assert invoke({}, "help", topic).status == 0
    assert b"Usage: eds message wait" in invoke({}, "help", "message", "wait").out
    assert b"Commands:" in invoke({}, "help").out
    wrong = invoke({}, "help", "messages")
    assert (wrong.status, "there is no command 'messages'" in wrong.err) == (2, True)


def test_completion_is_a_script_that_its_shell_reads_and_that_completes(tmp_path: Path) -> None:
    for shell in ("bash", "zsh", "fish"):
        told = invoke({}, "completion", shell)
        assert (told.status, b"_EDS_COMPLETE" in told.out) == (0, True)
        if (program := shutil.which(shell)) is not None:
            script = tmp_path / shell
            script.write_bytes(told.out)
            subprocess.run([program, "-n", str(script)], check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-c", "from ops.cli import main; main(prog_name='eds')"], capture_output=True, check=False,
        env=environment({}) | {"_EDS_COMPLETE": "bash_complete", "COMP_WORDS": "eds message wa", "COMP_CWORD": "2"},
    )  # fmt: skip
    assert {line.split(b",")[1] for line in done.stdout.split()} == {b"wait", b"watch"}


def test_the_other_name_of_events_is_not_shown() -> None:
    assert b"Usage: eds event" in invoke({}, "event", "tail", "--help").out
    assert b"\n  event " not in invoke({}, "--help").out
    names = [context.command_path for context in walk(click.Context(main, info_name="eds"))]
    assert len(names) == len(set(names))
    assert "eds events" in names


def test_durations() -> None:
    assert [parse_duration(text) for text in ("0", "0.5", "90s", "15m", "2h")] == [0, 0.5, 90, 900, 7200]
    for text in ("", "m", "-1", "1.5h", "soon", "1e3"):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever its text
            parse_duration(text)


def test_contracts_are_printed_without_a_server() -> None:
    root = Path(__file__).parents[2]
    assert invoke({}, "schema", "export").out == (root / "graphql_api" / "schema.graphql").read_bytes()
    for name in ("openapi", "asyncapi"):
        assert invoke({}, "schema", "export", name).out == (root / "docs" / f"{name}.json").read_bytes()


NOBODY = f"127.0.0.1:{choose_port()}"
MISTAKES: dict[str, tuple[int, list[str], dict[str, str]]] = {
    "an unreachable API": (1, ["message", "get", "x", "--url", f"http://{NOBODY}"], {}),
    "an unreachable API to watch": (1, ["message", "watch", "--url", f"http://{NOBODY}"], {}),
    "an API that is none": (2, ["message", "list", "--url", "no url"], {}),
    "a port that is none": (2, ["message", "list", "--url", "http://h:port/"], {}),
    "a port beyond all": (2, ["message", "list", "--url", "http://127.0.0.1:99999"], {}),
    "a server's port beyond all": (2, ["readyz", "http://127.0.0.1:99999"], {}),
    "a gateway that is none": (2, ["send", "--url", "notaurl"], {}),
    "a gateway's port beyond all": (2, ["send", "--url", "http://127.0.0.1:99999"], {}),
    "views to check at no URL": (2, ["send", "--check", "notaurl"], {}),
    "an argument that is no text": (2, ["message", "get", os.fsdecode(b"a\xff")], {}),
    "arguments of which one is no text": (2, ["events", "--tracking-id", "a", "--tracking-id", os.fsdecode(b"\xff")], {}),
    "a token that is no text": (2, ["message", "list", "--token-file", sys.executable], {}),
    "a token to send with that is no text": (2, ["send", "--token-file", sys.executable], {}),
    "a schema that is no text": (2, ["schema", "check", sys.executable], {}),
    "certificates to send with that are gone": (2, ["send", "--url", f"https://{NOBODY}"], {"EDS_CLIENT_CA_FILE": "/no/such"}),
    "a token file that is gone": (2, ["message", "list"], {"EDS_CLIENT_TOKEN_FILE": "/no/such"}),
    "no Kafka for events": (1, ["events"], {"EDS_KAFKA_BOOTSTRAP": NOBODY}),
    "no Kafka for topics": (1, ["topics", "ensure"], {"EDS_KAFKA_BOOTSTRAP": NOBODY}),
    "certificates that are gone": (2, ["events"], {"EDS_KAFKA_SECURITY_PROTOCOL": "SSL", "EDS_KAFKA_SSL_CA_FILE": "/no/such"}),
    "no store": (1, ["lag"], {"EDS_STORE_URL": "sqlite:////no/such/store.db"}),
    "no store to verify": (2, ["verify"], {"EDS_STORE_URL": "sqlite:////no/such/store.db"}),
    "no store to rebuild": (2, ["rebuild"], {"EDS_STORE_URL": "sqlite:////no/such/store.db"}),
    "no database": (1, ["verify"], {"EDS_STORE_URL": f"postgresql://{NOBODY}/none"}),
    "a database whose name is none": (2, ["verify"], {"EDS_STORE_URL": "postgresql://h:port/none"}),
    "a database whose host is none": (2, ["verify"], {"EDS_STORE_URL": "postgresql://[h/none"}),
    "a store of another kind": (2, ["lag"], {"EDS_STORE_URL": "mysql://h/none"}),
    "a wrong setting": (2, ["lag"], {"EDS_KAFKA_PARTITIONS": "0"}),
    "a settings file that is none": (2, ["lag"], {"EDS_CONFIG": __file__}),
    "a settings file that is gone": (2, ["lag"], {"EDS_CONFIG": "/no/such.toml"}),
    "the settings in force of a file that is gone": (2, ["settings", "--effective"], {"EDS_CONFIG": "/no/such.toml"}),
    "an address that is none": (2, ["erase", "--recipient", "nobody"], {"EDS_STORE_ERASURE_KEY": "x" * 40}),
    "no key for erasures": (2, ["erase", "--recipient", "a@b.c"], {"EDS_STORE_URL": "sqlite:////tmp/none/none.db"}),
    "a data directory that can't be made": (1, ["run"], {"EDS_RUN_DATA_DIR": "/proc/none/here"}),
    "a port that is taken by nobody's leave": (2, ["consumers"], {"EDS_CONSUMERS_HOST": "192.0.2.1"}),
    "a gateway open to everybody": (2, ["gateway"], {"EDS_GATEWAY_HOST": "0.0.0.0"}),
    "an API open to everybody": (2, ["graphql"], {"EDS_GRAPHQL_HOST": "0.0.0.0"}),
    "which letters": (2, ["dead-letters", "requeue"], {}),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_a_line_and_never_by_a_traceback(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "watermarks", functools.partial(watermarks, timeout_s=1.0))
    monkeypatch.setattr(topics, "ANSWER_TIMEOUT_S", 1.0)
    status, arguments, variables = MISTAKES[mistake]
    told = invoke({}, *arguments, **variables)
    assert told.status == status, told.err
    assert told.out == b""
    lines = [line for line in told.err.splitlines() if not line.startswith(("watching", "%"))]
    assert lines[0].startswith(("eds: ", "Usage: ")), told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize("url", ["postgresql://u:sesame/@h/base", "postgresql://h:1:sesame/base", "u:sesame@h/base"])
def test_a_store_url_that_is_none_is_told_without_its_password(url: str) -> None:
    for command in ("lag", "doctor"):
        told = invoke({}, command, EDS_STORE_URL=url)
        assert (told.status, "store url" in told.err, "sesame" in told.err + told.out.decode()) == (2, True, False)


def test_a_server_that_is_away_is_told_without_the_password_in_its_url() -> None:
    told = invoke({}, "message", "get", "x", "--url", f"http://ann:sesame@{NOBODY}")
    assert (told.status, f"http://…@{NOBODY}" in told.err, "sesame" in told.err) == (1, True, False)


def test_a_section_that_is_a_text_is_told_without_it(tmp_path: Path) -> None:
    config = tmp_path / "eds.toml"
    config.write_text('store = "postgresql://eds:sesame/@host/base"\n[gateway]\nsources = ["sesame"]\n')
    for command, status in (("lag", 2), ("doctor", 10)):
        told = invoke({}, command, EDS_CONFIG=str(config))
        lines = told.err + told.out.decode()
        assert (told.status, lines.count("expected a table, got `str`"), "sesame" in lines) == (status, 2, False)


def test_settings_in_force_are_told_with_their_origin_and_without_secrets(tmp_path: Path) -> None:
    config = tmp_path / "eds.toml"
    config.write_text(
        '[kafka]\npartitions = 12\n[store]\nurl = "postgresql://eds:sesame@host/base?user=eds&password=sesame"\n'
        '[client]\ngraphql_url = "https://ann:sesame@host/graphql"\n'
    )
    told = invoke(
        {}, "settings", "--effective", EDS_CONFIG=str(config), EDS_KAFKA_GROUP="g", EDS_STORE_ERASURE_KEY="x" * 40
    )
    found = {f"{row['section']}.{row['key']}": (row["value"], row["origin"]) for row in told.rows}
    assert found["kafka.partitions"] == (12, str(config))
    assert found["kafka.group"] == ("g", "EDS_KAFKA_GROUP")
    assert found["graphql.port"] == (8081, "default")
    assert found["store.url"] == ("postgresql://eds:…@host/base?user=eds&password=…", str(config))
    assert found["client.graphql_url"] == ("https://ann:…@host/graphql", str(config))
    assert found["store.erasure_key"] == ("…", "EDS_STORE_ERASURE_KEY")
    assert b"sesame" not in told.out


@pytest.mark.parametrize(
    "arguments", [["version"], ["settings"], ["help", "times"], ["schema", "export"], ["version", "--json"]]
)
def test_an_output_that_takes_nothing_is_told_in_a_line(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "ops", *arguments]
    for redirection, line in (
        (">/dev/full", "writing failed: No space left on device"),
        (">&-", "standard output is closed"),
    ):
        told = subprocess.run(
            ["/bin/sh", "-c", f'exec "$@" {redirection}', "sh", *command], env=environment({}), stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert told.returncode == 1
        assert told.stderr.startswith(f"eds: {line}"), told.stderr
        assert len(told.stderr.splitlines()) == 1, told.stderr
