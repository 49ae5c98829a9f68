"""The schema that is kept beside the code is the one that is served, and every part of it is described."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
    lexicographic_sort_schema,
    print_schema,
)

from graphql_api.schema import print_sdl
from tests.graphql_api.conftest import Api

ROOT = Path(__file__).parents[2]
KEPT = files("graphql_api").joinpath("schema.graphql").read_text("utf-8")
PUBLISHED = {path.stem: path.read_text("utf-8") for path in (ROOT / "docs" / "schema").glob("*.graphql")}
WRITE = (
    """python -c "from graphql_api.schema import print_sdl; print(print_sdl(), end='')" > graphql_api/schema.graphql"""
)


def same_promise(version: str) -> bool:
    """Whether this version promised what today's still has to hold: a major version may break, and before 1 a minor one."""
    now, then = ([int(part) for part in each.split(".")] for each in (metadata_version(), version))
    return then[0] == now[0] and (then[0] > 0 or then[1] == now[1])


def metadata_version() -> str:
    project: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project["version"]


@pytest.mark.parametrize("version", sorted(PUBLISHED))
def test_no_change_of_the_schema_breaks_a_client(version: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Against what was published, not against what the last change left: see FRONTENDS.md, "How the schema changes"."""
    if not same_promise(version):
        return
    published, served = build_schema(PUBLISHED[version]), build_schema(print_sdl())
    dangerous = [change.description for change in find_dangerous_changes(published, served)]
    if dangerous:
        with capsys.disabled():
            print(f"\nsince {version}, to be told in CHANGELOG.md:", *dangerous, sep="\n- ")
    broken = [change.description for change in find_breaking_changes(published, served)]
    assert broken == [], "deprecate first; clients rely on what is published"


def test_every_release_has_its_schema() -> None:
    released = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert {*released, metadata_version()} <= PUBLISHED.keys(), (
        "cp graphql_api/schema.graphql docs/schema/VERSION.graphql"
    )


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("  trackingId: String!\n", "  trackingId: String\n", "FIELD_CHANGED_KIND"),
        ("  phase: Phase!\n", "", "FIELD_REMOVED"),
        ("  BOUNCED\n", "", "VALUE_REMOVED_FROM_ENUM"),
        ("message(", "message(must: Int!, ", "REQUIRED_ARG_ADDED"),
    ],
)
def test_a_breaking_change_is_found(old: str, new: str, kind: str) -> None:
    sdl = undescribed(KEPT)
    assert old in sdl
    changes = find_breaking_changes(build_schema(KEPT), build_schema(sdl.replace(old, new)))
    assert kind in {change.type.name for change in changes}


def undescribed(sdl: str) -> str:
    """The schema without its descriptions."""
    return print_schema(lexicographic_sort_schema(build_schema(re.sub(r'(?s)""".*?"""', "", sdl))))


def test_the_kept_schema_is_the_served_one() -> None:
    assert print_sdl() == KEPT, f"after a compatible change: {WRITE}"


@pytest.mark.anyio
async def test_the_schema_is_served_as_text(api: Api) -> None:
    response = await api.client.get("/schema.graphql")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == KEPT


def test_every_part_is_described() -> None:
    schema = build_schema(KEPT)
    silent = []
    for name, kind in schema.type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Float", "Boolean", "ID"):
            continue
        parts = {name: kind.description}
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in kind.fields.items():
                parts[f"{name}.{field_name}"] = field.description
                parts |= {f"{name}.{field_name}({arg})": found.description for arg, found in field.args.items()}
        elif isinstance(kind, GraphQLInputObjectType):
            parts |= {f"{name}.{field}": found.description for field, found in kind.fields.items()}
        elif isinstance(kind, GraphQLEnumType):
            parts |= {f"{name}.{value}": found.description for value, found in kind.values.items()}
        silent += [part for part, description in parts.items() if not description]
    assert silent == []


def test_enums_of_the_mail_have_an_unknown() -> None:
    schema = build_schema(KEPT)
    for name in ("Phase", "EventKind", "ClassificationKind"):
        kind = schema.type_map[name]
        assert isinstance(kind, GraphQLEnumType)
        assert "UNKNOWN" in kind.values
