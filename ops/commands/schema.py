"""`eds schema`: the contracts, as this version has them, and whether one breaks what was promised before."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from delivery.errors import Misconfigured
from ops.commands.conventions import FILE, configuration, instructed, say
from ops.commands.output import Column, Output, output_options
from ops.outcomes import EXIT_UNHEALTHY

if TYPE_CHECKING:
    from graphql import BreakingChange, DangerousChange, GraphQLSchema

CHANGE_COLUMNS = (
    Column("LEVEL", 9, lambda row: row["level"], is_state=True),
    Column("KIND", 28, lambda row: row["kind"]),
    Column("CHANGE", 0, lambda row: row["change"]),
)


@click.group()
def schema() -> None:
    """The contracts that others build on."""


@schema.command()
@click.argument("what", type=click.Choice(["graphql", "openapi", "asyncapi"]), default="graphql")
@instructed
def export(what: str) -> None:
    """Print the GraphQL API as SDL, the gateway as OpenAPI, or the topics as AsyncAPI. Needs no server."""
    if what == "graphql":
        from graphql_api.schema import print_sdl

        click.echo(print_sdl(), nl=False)
    elif what == "openapi":
        from gateway.documents import openapi

        click.echo(openapi.document(), nl=False)
    else:
        from gateway.documents import asyncapi

        click.echo(asyncapi.document(configuration().kafka), nl=False)


@schema.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE, required=False)
@output_options
@instructed
def check(old: Path, new: Path | None, output: str) -> None:
    """List what a client of the schema in OLD (SDL) may trip over in NEW, or in this version's own. Needs no server.

    breaking: its documents are no longer valid. dangerous: they are, and answers may hold what it doesn't know. Exit status 10:
    something is breaking.
    """
    from graphql import find_breaking_changes, find_dangerous_changes

    from graphql_api.schema import print_sdl

    before = _read(str(old), old.read_bytes())
    after = _read(str(new), new.read_bytes()) if new is not None else _read("this version", print_sdl().encode())
    found: dict[str, Sequence[BreakingChange | DangerousChange]] = {
        "breaking": find_breaking_changes(before, after),
        "dangerous": find_dangerous_changes(before, after),
    }
    counts = {level: len(changes) for level, changes in found.items()}
    with Output(output, CHANGE_COLUMNS, is_cut=False) as out:
        for level, changes in found.items():
            for change in changes:
                out.write({"level": level, "kind": change.type.name, "change": change.description})
    say(", ".join(f"{count} {level}" for level, count in counts.items()))
    if counts["breaking"]:
        sys.exit(EXIT_UNHEALTHY)


def _read(name: str, sdl: bytes) -> "GraphQLSchema":
    """Misconfigured where it is no schema."""
    from graphql import GraphQLError, build_schema

    try:
        return build_schema(sdl.decode())
    except (GraphQLError, TypeError, UnicodeDecodeError) as problem:
        raise Misconfigured(f"{name} is no schema: {problem}".splitlines()[0]) from problem
