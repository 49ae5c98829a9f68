"""The deployment files as data, and what all kinds of them are held to."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner

from ops.cli import main
from ops.configuration import CONFIG_VARIABLE, SECTIONS

ROOT = Path(__file__).parents[2]
VARIABLES = {f"EDS_{name}_{key}".upper() for name, shape in SECTIONS.items() for key in shape.__struct_fields__}


def documents(path: Path) -> list[dict[str, Any]]:
    """The YAML documents of a file."""
    return [document for document in yaml.safe_load_all(path.read_text("utf-8")) if document]


def assert_settings(text: str) -> None:
    """Every variable that a file names is a setting."""
    named = set(re.findall(r"\bEDS_[A-Z][A-Z_]+\b", text))
    assert named <= VARIABLES | {CONFIG_VARIABLE}


def assert_command(words: list[str]) -> None:
    """`eds` has such a command."""
    result = CliRunner().invoke(main, [*words, "--help"])
    assert result.exit_code == 0, f"eds {' '.join(words)}: {result.output}"


def texts(value: Any) -> Iterator[str]:
    """All texts within a value."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield str(name)
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    else:
        yield str(value)


def seconds(text: str) -> float:
    """`15s` or `2m` as compose and systemd write them."""
    return float(text[:-1]) * {"s": 1, "m": 60}[text[-1]]
