"""A short run of the fuzzer, the same one each time; `python -m tests.fuzz --seconds 600` looks further."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.target import inputs_of, one_input

RUNS = 8_000


def test_no_input_is_a_finding(tmp_path: Path) -> None:
    fuzz = [sys.executable, "-m", "tests.fuzz", "--runs", str(RUNS), "--corpus", str(tmp_path)]
    # The kernel counts a process's peak memory on over exec, from the fork of this large one: a small shell forks it instead.
    command = ["sh", "-c", '"$@"; exit $?', "sh", *fuzz]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    log = done.stderr.decode("utf-8", "replace") + done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, log[-4000:]
    executed = re.search(r"number_of_executed_units: *(\d+)", log)
    assert executed is not None, log[-4000:]
    assert int(executed[1]) >= RUNS
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(("finding", "oom-", "timeout-"))]


def test_the_target_sees_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a defect")

    monkeypatch.setattr("tests.fuzz.target.read_rows", broken)
    (plain, _) = inputs_of(b"[]", "application/json")
    with pytest.raises(KeyError):
        one_input(plain)
