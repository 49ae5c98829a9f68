"""What removes or replaces something asks at a terminal, and never elsewhere."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from delivery.classification import shipped_classifier
from ops.commands import danger
from ops.commands.conventions import instructed
from ops.commands.danger import Consent, consented
from store.opening import open_writer
from store.settings import StoreSettings
from tests.parts.processes import environment

LOOKED, DONE = "looked\n", "done\n"
WAIT_S_MAX = 60


@click.command()
@consented
@instructed
def sample(consent: Consent) -> None:
    def work(is_dry: bool) -> None:
        click.echo("looked" if is_dry else "done")
        if is_dry:
            consent.say_would("three rows")

    consent.carry_out(work)


@pytest.mark.parametrize(
    ("arguments", "at_terminal", "answer", "out", "said"),
    [
        ((), False, "y\n", LOOKED, "dry run, nothing is changed: three rows; --yes does it"),
        (("--yes",), False, "", DONE, ""),
        (("--yes", "--dry-run"), True, "y\n", LOOKED, "dry run, nothing is changed: three rows; --yes does it"),
        (("--dry-run",), True, "y\n", LOOKED, "dry run, nothing is changed: three rows; --yes does it"),
        ((), True, "y\n", LOOKED + DONE, "nothing is changed yet: three rows\nDo it? [y/N]:"),
        ((), True, "n\n", LOOKED, "nothing is changed"),
        ((), True, "\n", LOOKED, "nothing is changed"),
    ],
)
def test_only_a_yes_changes_something(
    arguments: tuple[str, ...], at_terminal: bool, answer: str, out: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(danger, "_at_terminal", lambda: at_terminal)
    told = CliRunner().invoke(sample, arguments, input=answer)
    assert (told.exit_code, told.stdout) == (0, out)
    assert said in told.stderr
    assert ("Do it?" in told.stderr) is (at_terminal and not arguments)


def test_no_answer_at_all_ends_it_as_ctrl_c_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(danger, "_at_terminal", lambda: True)
    told = CliRunner().invoke(sample, (), input="")
    assert (told.exit_code, told.stdout) == (130, LOOKED)


async def _make(settings: StoreSettings) -> None:
    writer = open_writer(settings, shipped_classifier())
    await writer.open()
    await writer.close()


def test_each_of_the_commands_asks_at_a_real_terminal(tmp_path: Path) -> None:
    store = StoreSettings(url=f"sqlite:///{tmp_path}/store.db", erasure_key="x" * 40)
    asyncio.run(_make(store))
    for command in (["erase", "--recipient", "ada@example.org"], ["rebuild", "--discard"]):
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "ops", *command], env=environment({"store": store}), stdin=theirs, stdout=theirs,
            stderr=theirs,
        )  # fmt: skip
        os.close(theirs)
        told = b""
        try:
            while piece := os.read(ours, 4096):
                told += piece
                if told.endswith(b"[y/N]: "):
                    os.write(ours, b"no\n")
        except OSError:
            pass  # the other side is closed: all is read
        finally:
            os.close(ours)
            assert process.wait(WAIT_S_MAX) == 0, told
        assert told.splitlines()[-1] == b"nothing is changed", told
