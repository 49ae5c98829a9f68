"""The schema that is kept beside the code is the one that is served, and every part of it is described."""

from importlib.resources import files

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    find_breaking_changes,
)

from graphql_api.schema import print_sdl
from tests.graphql_api.conftest import Api

KEPT = files("graphql_api").joinpath("schema.graphql").read_text("utf-8")
WRITE = (
    """python -c "from graphql_api.schema import print_sdl; print(print_sdl(), end='')" > graphql_api/schema.graphql"""
)


def test_no_change_of_the_schema_breaks_a_client() -> None:
    changes = find_breaking_changes(build_schema(KEPT), build_schema(print_sdl()))
    assert [change.description for change in changes] == [], "deprecate first; clients rely on what is published"


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
