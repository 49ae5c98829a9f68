"""The deployment files speak of settings, commands and files that exist."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from ops.cli import main
from ops.configuration import CONFIG_VARIABLE, SECTIONS

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
VARIABLES = {f"EDS_{name}_{key}".upper() for name, shape in SECTIONS.items() for key in shape.__struct_fields__}


def test_every_variable_is_a_setting() -> None:
    named = set(re.findall(r"\bEDS_[A-Z_]+\b", COMPOSE + DOCKERFILE))
    assert named
    assert named <= VARIABLES | {CONFIG_VARIABLE}


def test_every_command_exists() -> None:
    commands = re.findall(r'command: \[("[^\]]+)\]', COMPOSE)
    assert len(commands) == 4
    for command in commands:
        words = [word.strip().strip('"') for word in command.split(",")]
        result = CliRunner().invoke(main, [*words, "--help"])
        assert result.exit_code == 0, f"eds {' '.join(words)}: {result.output}"


def test_the_image_is_built_from_files_that_are_there_and_runs_as_nobody_special() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for kept in (line[1:] for line in ignored if line.startswith("!")):
        assert (ROOT / kept).exists(), kept
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {name.rstrip("*") for name in packages} <= {line[1:] for line in ignored if line.startswith("!")}
    assert re.search(r"^USER \d+$", DOCKERFILE, re.M)


def test_images_are_pinned() -> None:
    for image in re.findall(r"image: (\S+)", COMPOSE) + re.findall(r"^FROM (\S+)", DOCKERFILE, re.M):
        assert image == "email-delivery-status" or re.search(r":\d", image), image


@pytest.mark.skipif(
    subprocess.run(
        [shutil.which("docker") or "false", "compose", "version"], capture_output=True, check=False
    ).returncode
    != 0,
    reason="Docker's compose plugin is not here; it is the only judge of the file's form",
)
def test_compose_reads_the_file() -> None:
    command = ["docker", "compose", "-f", str(ROOT / "docker-compose.yml"), "config", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
