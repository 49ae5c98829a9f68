"""`eds completion` and `eds version`."""

import platform
from importlib.metadata import version as version_of

import click
from click.shell_completion import get_completion_class

from ops.commands.conventions import instructed
from ops.commands.output import output_options, write_result

PACKAGE = "email-delivery-status"
PARTS = ("sanic", "strawberry-graphql", "confluent-kafka", "asyncpg", "click")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
@instructed
def completion(context: click.Context, shell: str) -> None:
    """Print what completes commands and options in a shell.

    \b
    bash   eds completion bash > ~/.local/share/bash-completion/completions/eds
    zsh    eds completion zsh > "${fpath[1]}/_eds"
    fish   eds completion fish > ~/.config/fish/completions/eds.fish
    """
    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"click completes nothing in {shell}")
    click.echo(complete(context.find_root().command, {}, "eds", "_EDS_COMPLETE").source())


@click.command()
@output_options
@instructed
def version(output: str) -> None:
    """Print the versions of this program and of what it is made of."""
    parts = {name: version_of(name) for name in PARTS}
    found = {"version": version_of(PACKAGE), "python": platform.python_version(), **parts}
    write_result(output, found)
