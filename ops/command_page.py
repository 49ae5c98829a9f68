"""docs/CLI.md, made from the commands themselves, so that it can't drift."""

import inspect
from collections.abc import Iterator

import click

from ops.commands.help import OUTPUT, SEARCH, TIMES
from ops.outcomes import EXIT_STATUSES

HEAD = """# Command line

`eds` runs everything, and every operation. `eds COMMAND --help` says the same as this page, which is made by
`python -m ops.reference`; `eds help exit-codes`, `output`, `times` and `search` say what holds for all commands.
`eds completion bash|zsh|fish` prints what completes them in a shell.
"""
SHARED = ("quiet", "color", "help", "version")


def command_page(root: click.Group) -> str:
    """The page as Markdown: what all commands share, then a part for each."""
    parts = [
        HEAD,
        _exit_codes(),
        _block("Output", OUTPUT),
        _block("Times", TIMES),
        _block("Search", SEARCH),
        "## Commands\n",
    ]
    context = click.Context(root, info_name="eds", **root.context_settings)
    parts += [_part(one) for one in walk(context) if not isinstance(one.command, click.Group)]
    return "\n".join(parts)


def walk(context: click.Context) -> Iterator[click.Context]:
    """Each command that is shown, in the order of its name, as a context that knows its path."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is not None and not command.hidden:
                yield from walk(click.Context(command, info_name=name, parent=context))


def _exit_codes() -> str:
    rows = [f"| {one.number} | {one.name} | {one.meaning} |" for one in EXIT_STATUSES]
    return "\n".join(["## Exit statuses\n", "| Status | Name | When |", "|---|---|---|", *rows, ""])


def _block(title: str, text: str) -> str:
    return f"## {title}\n\n```text\n{text}\n```\n"


def _part(context: click.Context) -> str:
    lines = [f"### {context.command_path}\n", _text(context.command.help or ""), ""]
    usage = " ".join(context.command.collect_usage_pieces(context))
    lines += [f"`{context.command_path} {usage}`", ""]
    options = [one for one in context.command.params if isinstance(one, click.Option) and one.name not in SHARED]
    if options:
        lines += ["| Option | What it is |", "|---|---|"]
        for option in options:
            names, told = option.get_help_record(context) or ("", "")
            lines.append(f"| `{_cell(names)}` | {_cell(told)} |")
        lines.append("")
    return "\n".join(lines)


def _text(told: str) -> str:
    r"""A docstring as Markdown: paragraphs that begin with \b are shown as they stand."""
    paragraphs = []
    for paragraph in inspect.cleandoc(told).split("\n\n"):
        if paragraph.startswith("\b"):
            paragraphs.append("```text\n" + paragraph.removeprefix("\b").strip("\n") + "\n```")
        else:
            paragraphs.append(paragraph)
    return "\n\n".join(paragraphs)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
