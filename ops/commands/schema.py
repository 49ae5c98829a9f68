"""`eds schema`: the contracts, as this version has them."""

import click

from ops.commands.conventions import configuration, instructed


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
