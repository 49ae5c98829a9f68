"""Every part that is installed or shipped has a licence that goes with ours, and the bill of materials names all of them."""

import importlib.util
import json
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.deploy.files import ROOT

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def sbom() -> ModuleType:
    specification = importlib.util.spec_from_file_location("sbom", ROOT / "tools" / "sbom.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_bill_is_valid_and_whole(sbom: ModuleType) -> None:
    text = JsonV1Dot6(sbom.bill(NOW)).output_as_string()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    document: dict[str, Any] = json.loads(text)
    named = {(part["name"], part["version"]) for part in document["components"]}
    lines = (ROOT / "requirements" / "run.txt").read_text("utf-8").splitlines()
    assert {tuple(line.split("==")) for line in lines if "==" in line} <= named
    assert {"react", "graphiql"} <= {name for name, _ in named}
    assert all(part["licenses"] for part in document["components"])
    [own] = [one for one in document["dependencies"] if one["ref"] == sbom.NAME]
    assert len(own["dependsOn"]) == len(named)
    assert text == JsonV1Dot6(sbom.bill(NOW)).output_as_string()


@pytest.mark.parametrize(
    ("said", "licence"),
    [
        ({"License-Expression": "MPL-2.0 AND (Apache-2.0 OR MIT)"}, "MPL-2.0 AND (Apache-2.0 OR MIT)"),
        (
            {"License": "the text of a licence\nof many lines", "Classifier": "License :: OSI Approved :: MIT License"},
            "MIT",
        ),
        ({"License": "Apache License 2.0"}, "Apache-2.0"),
        ({"License-Expression": "AGPL-3.0-only"}, None),
        ({"License-Expression": "MIT AND GPL-2.0-only"}, None),
        ({}, None),
    ],
)
def test_a_licence_is_known_and_goes_with_ours_or_is_refused(
    sbom: ModuleType, said: dict[str, str], licence: str | None
) -> None:
    package = Message()
    for name, value in ({"Name": "some", "Version": "1"} | said).items():
        package[name] = value
    if licence is None:
        with pytest.raises(ValueError, match="some 1"):
            sbom.licence_of(package)
    else:
        assert sbom.licence_of(package) == licence


def test_the_scripts_that_pages_load_are_named_beside_them() -> None:
    shipped = {path.parent for path in (ROOT / "graphql_api").rglob("*.js") if "node_modules" not in path.parts}
    for directory in shipped:
        assert any((place / "licences.txt").exists() for place in (directory, directory.parent)), directory
    assert Path(ROOT, "LICENSE").exists()
