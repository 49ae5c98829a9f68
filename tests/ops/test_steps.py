"""How far a long work is: its rate, and the time that is left."""

import io
import itertools
import re
import sys

import pytest

from ops.commands.steps import Progress, Steps


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def a_second_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count(1.0)
    monkeypatch.setattr("ops.commands.steps.time.monotonic", lambda: next(seconds))


@pytest.mark.usefixtures("a_second_a_look")
def test_a_terminal_has_one_line_with_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    told = Steps()
    for done in (0, 1_000, 2_000):
        told.told("rows looked at", done, 6_000)
    assert terminal.getvalue().rpartition("\x1b[K")[2] == "rows looked at: 2,000 of 6,000, 1,000/s, 4 s left"
    told.aside()
    told.aside()
    assert terminal.getvalue().endswith("4 s left\r\x1b[K")
    assert "\n" not in terminal.getvalue()
    told.end()
    assert terminal.getvalue().endswith("4 s left\n")


@pytest.mark.usefixtures("a_second_a_look")
def test_elsewhere_a_line_now_and_then_and_without_a_total_no_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    told = Steps()
    for done in range(0, 12_000, 1_000):
        told.told("rows", done, None)
    assert capsys.readouterr().err.splitlines() == ["rows: 5,000, 1,000/s", "rows: 10,000, 1,000/s"]


@pytest.mark.usefixtures("a_second_a_look")
def test_reading_says_how_long_it_goes_on_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    progress = Progress(2_560, "letters read")
    for _ in range(1_280):
        progress.step()
    assert re.search(r"letters read: 1,280 of 2,560, 256/s, 5 s left$", terminal.getvalue())
    progress.aside()
    assert terminal.getvalue().endswith("\r\x1b[K")
