"""The pins of what an installation may add are whole, and agree with those that are tested."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.files import ROOT


def pinned(name: str) -> dict[str, str]:
    """The versions of requirements/NAME.txt."""
    lines = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8").splitlines()
    return {
        canonicalize_name(package): version
        for package, separator, version in (line.partition("==") for line in lines)
        if separator
    }


def needed(texts: list[str]) -> Iterator[Requirement]:
    """What these requirements come to here, each with all that it rests on."""
    waiting, seen = [Requirement(text) for text in texts], set()
    while waiting:
        one = waiting.pop()
        if one.name in seen or (one.marker is not None and not one.marker.evaluate({"extra": ""})):
            continue
        seen.add(one.name)
        yield one
        waiting += [Requirement(text) for text in requires(one.name) or ()]


@pytest.mark.parametrize("extra", ["java", "otel"])
def test_the_pins_of_an_extra_are_whole(extra: str) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"][extra]
    own, base, tested = pinned(extra), pinned("run"), pinned("test")
    assert own.keys() == {canonicalize_name(one.name) for one in needed(declared)} - base.keys()
    assert all(tested[name] == version for name, version in own.items())
    for one in needed(declared):
        name = canonicalize_name(one.name)
        assert one.specifier.contains((base | own)[name], prereleases=True)


def test_the_image_takes_the_pins_of_an_extra() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(r"^ARG EXTRA=\"\"$", text, re.MULTILINE)
    assert "-r requirements/run.txt ${EXTRA:+-r requirements/$EXTRA.txt}" in text
    named = re.findall(r"EXTRA=(\w+)", text + (ROOT / "docs" / "OBSERVABILITY.md").read_text("utf-8"))
    assert named
    assert all((ROOT / "requirements" / f"{name}.txt").exists() for name in named)
