"""Every `eds` command that a page or a text of the program names is there, with the options that it is named with."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from ops.cli import main

ROOT = Path(__file__).parents[2]
PLACES = ("*.md", "docs/*.md", "deploy/**/*.md", "deploy/**/*.yml", "deploy/**/*.yaml", "docker-compose.yml", "ops/**/*.py",
          "consumers/*.py", "store/*.py", "gateway/**/*.py", "graphql_api/*.py")  # fmt: skip
NAMED = re.compile(r"`(?:\.venv/bin/)?eds ([^`\n]+)`|^(?:\.venv/bin/)?eds (.+)$", re.MULTILINE)
HISTORY = "CHANGELOG.md"  # tells of earlier days too


def named() -> Iterator[tuple[str, str]]:
    """The page, and the words behind `eds`."""
    for place in PLACES:
        for path in ROOT.glob(place):
            if path.name != HISTORY and "node_modules" not in path.parts:
                for found in NAMED.finditer(path.read_text("utf-8")):
                    yield str(path.relative_to(ROOT)), (found[1] or found[2]).partition(" > ")[0]


def problem(text: str) -> str | None:
    """What of the command is not there."""
    try:
        words = shlex.split(text, comments=True)
    except ValueError:
        words = text.split()
    command: click.Command = main
    options: set[str] = set()
    for word in words:
        if word in ("…", "...", "|", "||", "&&"):
            break
        if word.startswith("-") and not word.lstrip("-").isdigit():
            options.add(word.partition("=")[0])
        elif isinstance(command, click.Group) and not options:
            if not word.isascii() or not word[0].islower():
                break  # `eds COMMAND`
            inner = command.commands.get(re.split(r"[|/,.:;]", word)[0])
            if inner is None:
                return f"no command {word}"
            command = inner
            if "|" in word or "/" in word:
                break
    known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help", "-h"}
    missing = sorted(options - known)
    return f"no option {missing} of {command.name}" if missing else None


def test_every_command_that_is_named_is_there() -> None:
    found = list(named())
    assert len(found) > 60
    assert [(page, text, told) for page, text in found if (told := problem(text)) is not None] == []


def test_a_name_that_is_wrong_is_found() -> None:
    assert problem("rebuild --yes --keep-old") is None
    assert problem("dead-letters list|show|requeue") is None
    assert problem("rebuilds") == "no command rebuilds"
    assert problem("message gett x") == "no command gett"
    assert problem("lag --max-recods 3") == "no option ['--max-recods'] of lag"
