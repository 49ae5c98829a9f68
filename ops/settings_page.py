"""docs/SETTINGS.md, made from the settings themselves, so that it can't drift."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from delivery.settings import tables_of

HEAD = """# Settings

Each setting is a key in `eds.toml` (or the file that `EDS_CONFIG` names, which then must be there) and a variable in the
environment; the variable wins. Lists in variables are separated by commas. A wrong name or value stops the program, and all of
them are named at once.
This page is made by `eds settings`.
"""


def settings_page(sections: Mapping[str, type[msgspec.Struct]]) -> str:
    """The page as Markdown: a table a section."""
    return HEAD + "".join(_section(name, shape) for name, shape in sections.items())


def _section(name: str, shape: type[msgspec.Struct]) -> str:
    lines = [f"\n## [{name}]\n", "| Key | Variable | Default | What it is |", "|---|---|---|---|"]
    tables: list[str] = []
    for field in msgspec.structs.fields(shape):
        variable = f"`EDS_{name}_{field.name}`".upper()
        if tables_of(field.type):
            variable = ""
            tables += _tables(f"{name}.{field.name}", field.type)
        lines.append(f"| `{field.name}` | {variable} | {_default(field)} | {_about(shape, field.name)} |")
    return "\n".join(lines) + "\n" + "".join(tables)


def _tables(path: str, kind: Any) -> list[str]:
    """A part of the page for each shape of table that a setting may hold, and for the tables in those."""
    pages: list[str] = []
    for shape in tables_of(kind):
        tag = shape.__struct_config__.tag
        title = f'{path}, {shape.__struct_config__.tag_field} = "{tag}"' if tag else f"[[{path}]]"
        about = " ".join((shape.__doc__ or "").split()).replace("|", "\\|")
        lines = [f"\n### {title}\n", f"{about}\n", "| Key | Default | What it is |", "|---|---|---|"]
        inner: list[str] = []
        for field in msgspec.structs.fields(shape):
            inner += _tables(f"{path}.{field.name}", field.type)
            lines.append(f"| `{field.name}` | {_default(field)} | {_about(shape, field.name)} |")
        pages += ["\n".join(lines) + "\n", *inner]
    return pages


def _about(shape: type[msgspec.Struct], name: str) -> str:
    return _description(get_type_hints(shape, include_extras=True)[name]).replace("|", "\\|")


def _default(field: msgspec.structs.FieldInfo) -> str:
    default: Any = field.default
    if default is msgspec.NODEFAULT:
        default = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else ""
    if isinstance(default, bool):
        default = str(default).lower()
    return f"`{default}`" if default or default == 0 else ""


def _description(kind: Any) -> str:
    """The description of the outermost Meta that has one."""
    if get_origin(kind) is Annotated:
        base, *metas = get_args(kind)
        for meta in reversed(metas):
            if isinstance(meta, msgspec.Meta) and meta.description:
                return meta.description
        return _description(base)
    return ""
