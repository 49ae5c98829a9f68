"""The systemd units: what they name exists, and systemd itself takes them where it is at hand."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from consumers.server import STOP_S_MAX
from gateway.settings import GatewaySettings
from graphql_api.settings import GraphQLSettings
from ops.outcomes import EXIT_USAGE
from tests.deploy.files import ROOT, VARIABLES, assert_command, assert_settings

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
EXPOSURE_MAX = 2.0  # of 10, as `systemd-analyze security` counts
NAMES = {"eds-consumers@.service", "eds-gateway.service", "eds-graphql.service"}


def settings_of(unit: Path) -> list[tuple[str, str]]:
    """The assignments of a unit, in order; a name may come several times."""
    lines = [line for line in unit.read_text("utf-8").splitlines() if "=" in line and not line.startswith("#")]
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]


def values(unit: Path, name: str) -> list[str]:
    return [value for each, value in settings_of(unit) if each == name]


def test_there_is_one_for_each_part() -> None:
    assert {unit.name for unit in UNITS} == NAMES


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_what_it_names_exists(unit: Path) -> None:
    assert_settings(unit.read_text("utf-8"))
    [command] = values(unit, "ExecStart")
    program, *words = command.split()
    assert program == "/opt/eds/bin/eds"
    assert_command(words)
    environment = dict(value.split("=", 1) for value in values(unit, "Environment"))
    assert environment.keys() <= VARIABLES | {"EDS_CONFIG"}
    credentials = {name for name, _, _ in (value.partition(":") for value in values(unit, "LoadCredential"))}
    assert {value.removeprefix("%d/") for value in environment.values() if value.startswith("%d/")} == credentials
    made = (ROOT / "deploy" / "make-secrets.sh").read_text("utf-8")
    assert all(re.search(rf"\b{re.escape(name)}\b", made) for name in credentials)
    for directory in values(unit, "StateDirectory"):
        assert f"%S/{directory}" in environment.values()


def test_commands_of_the_page_name_the_secrets_that_the_units_have() -> None:
    page = (ROOT / "docs" / "DEPLOYMENT.md").read_text("utf-8")
    assert_settings(page)
    [block] = re.findall(r"^```\n(export EDS_CONFIG=.*?)^```$", page, re.MULTILINE | re.DOTALL)
    [unit] = [unit for unit in UNITS if unit.name == "eds-consumers@.service"]
    loaded = dict(value.split(":") for value in values(unit, "LoadCredential"))
    environment = dict(value.split("=", 1) for value in values(unit, "Environment"))
    for name, value in re.findall(r"(EDS_STORE_\w+)=(\S+)", block):
        assert loaded[environment[name].removeprefix("%d/")] == value
    assert f"EDS_CONFIG={environment['EDS_CONFIG']}\n" in block


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_it_stops_in_order_and_starts_again(unit: Path) -> None:
    gateway = GatewaySettings()
    needed = {
        "eds-gateway": (gateway.request_ms_max + gateway.drain_delay_ms) / 1000,
        "eds-consumers@": STOP_S_MAX,
        "eds-graphql": GraphQLSettings().drain_ms_max / 1000,
    }
    assert float(values(unit, "TimeoutStopSec")[0]) > needed[unit.stem] + 5
    assert values(unit, "KillMode") == ["mixed"]  # a gateway's workers are its own to end
    assert values(unit, "Restart") == ["on-failure"]
    assert values(unit, "StartLimitIntervalSec") == ["0"]
    assert values(unit, "RestartPreventExitStatus") == [str(EXIT_USAGE)]


def test_all_are_confined_alike() -> None:
    def confinement(unit: Path) -> list[str]:
        return unit.read_text("utf-8").partition("# It runs as nobody")[2].splitlines()

    first, *others = map(confinement, UNITS)
    assert "DynamicUser=yes" in first
    filters = [line for line in first if line.startswith("SystemCallFilter=")]
    assert filters[-1] == "SystemCallFilter=setpriority", "threads that can wait have a lower priority (@resources)"
    assert all(other == first for other in others)


def test_systemd_takes_them(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return  # a machine or a container without systemd; the tests above stand for themselves
    units = []
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/eds/bin/eds", "/bin/true")
        written = tmp_path / unit.name.replace("@.", "@8082.")
        for name in {unit.name, written.name}:
            (tmp_path / name).write_text(text, "utf-8")
        units.append(str(written))
    done = subprocess.run([analyze, "verify", *units], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for one in units:
        command = [analyze, "security", "--offline=yes", "--no-pager", f"--threshold={EXPOSURE_MAX * 10:.0f}", one]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout[-300:]
