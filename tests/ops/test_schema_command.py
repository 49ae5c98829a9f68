"""`eds schema check`: what a client of an older schema may trip over."""

from pathlib import Path

import pytest

from tests.ops.commanding import invoke

SERVED = Path(__file__).parents[2] / "graphql_api" / "schema.graphql"
OLD = "type Query { phase(of: String): Phase, at: String! }\nenum Phase { BOUNCED QUEUED }\n"


@pytest.mark.parametrize(
    ("new", "level", "kind", "status"),
    [
        (OLD.replace(", at: String!", ""), "breaking", "FIELD_REMOVED", 10),
        (OLD.replace("String!", "String"), "breaking", "FIELD_CHANGED_KIND", 10),
        (OLD.replace(" QUEUED", ""), "breaking", "VALUE_REMOVED_FROM_ENUM", 10),
        (OLD.replace("QUEUED", "QUEUED HELD"), "dangerous", "VALUE_ADDED_TO_ENUM", 0),
    ],
)
def test_a_change_is_told_with_its_level(new: str, level: str, kind: str, status: int, tmp_path: Path) -> None:
    before, after = tmp_path / "before.graphql", tmp_path / "after.graphql"
    before.write_text(OLD)
    after.write_text(new)
    told = invoke({}, "schema", "check", str(before), str(after))
    assert (told.status, [(row["level"], row["kind"]) for row in told.rows]) == (status, [(level, kind)])
    assert invoke({}, "schema", "check", str(before), str(before)).err == "0 breaking, 0 dangerous\n"


def test_alone_it_is_held_against_what_this_version_serves(tmp_path: Path) -> None:
    assert invoke({}, "schema", "check", str(SERVED)).status == 0
    promised = tmp_path / "promised.graphql"
    promised.write_text(SERVED.read_text("utf-8") + '"""More."""\ntype Promised { more: Int }\n')
    told = invoke({}, "schema", "check", str(promised))
    assert (told.status, told.rows[0]["kind"]) == (10, "TYPE_REMOVED")


@pytest.mark.parametrize("text", ["no schema", "type Query { a: Missing }"])
def test_what_is_no_schema_is_said(text: str, tmp_path: Path) -> None:
    file = tmp_path / "none.graphql"
    file.write_text(text)
    told = invoke({}, "schema", "check", str(file))
    assert (told.status, "is no schema" in told.err) == (2, True), told.err
