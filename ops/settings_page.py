"""docs/SETTINGS.md, made from the settings themselves, so that it can't drift."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

HEAD = """# Settings

Each setting is a key in `eds.toml` (`EDS_CONFIG` names another file) and a variable in the environment; the variable wins.
Lists in variables are separated by commas. A wrong name or value stops the program, and all of them are named at once.
This page is made by `eds settings`.
"""


def settings_page(sections: Mapping[str, type[msgspec.Struct]]) -> str:
    """The page as Markdown: a table a section."""
    return HEAD + "".join(_section(name, shape) for name, shape in sections.items())


def _section(name: str, shape: type[msgspec.Struct]) -> str:
    lines = [f"\n## [{name}]\n", "| Key | Variable | Default | What it is |", "|---|---|---|---|"]
    hints = get_type_hints(shape, include_extras=True)
    for field in msgspec.structs.fields(shape):
        variable = f"EDS_{name}_{field.name}".upper()
        about = _description(hints[field.name]).replace("|", "\\|")
        lines.append(f"| `{field.name}` | `{variable}` | {_default(field)} | {about} |")
    return "\n".join(lines) + "\n"


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
