"""Settings, read once: the environment (EDS_SECTION_NAME) over a file eds.toml ([section] name), into frozen typed objects.

Each room describes its own section as a msgspec.Struct with defaults; a field's msgspec.Meta(description=…) documents it.
Every bad key and value is named at once, in one Misconfigured.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from delivery.errors import Misconfigured

PREFIX = "EDS_"
Section = TypeVar("Section", bound=msgspec.Struct)


class Source:
    """Where the settings of this process come from. `problems` grows with each section read; `finish` raises them all."""

    def __init__(self, environment: Mapping[str, str], content: Mapping[str, Any] | None = None) -> None:
        self._environment = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
        self._content = dict(content or {})
        self._sections: set[str] = set()
        self.problems: list[str] = []

    @classmethod
    def of_process(cls, environment: Mapping[str, str], path: Path) -> "Source":
        """The environment over the file at `path`, which may be absent."""
        try:
            return cls(environment, tomllib.loads(path.read_text("utf-8")) if path.exists() else None)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
            raise Misconfigured(f"{path}: {problem}") from problem

    def section(self, name: str, shape: type[Section]) -> Section:
        """The section's settings. Bad ones keep their defaults here and are told by `finish`."""
        self._sections.add(name)
        given = self._content.get(name, {})
        if not isinstance(given, dict):
            self.problems.append(f"[{name}]: expected a table, got {given!r}")
            given = {}
        values: dict[str, Any] = {}
        fields = {field.name: field for field in msgspec.structs.fields(shape)}
        for key, value in given.items():
            if key in fields:
                self._take(values, f"[{name}] {key}", fields[key], value, strict=True)
            else:
                self.problems.append(f"[{name}] {key}: no such setting; there are {', '.join(sorted(fields))}")
        for key, field in fields.items():
            variable = f"{PREFIX}{name}_{key}".upper()
            if variable in self._environment:
                text = self._environment[variable]
                value = text.split(",") if _is_list(field.type) else text
                self._take(values, variable, field, value, strict=False)
        return shape(**values)

    def _take(
        self, values: dict[str, Any], label: str, field: msgspec.structs.FieldInfo, value: Any, *, strict: bool
    ) -> None:
        try:
            values[field.name] = msgspec.convert(value, field.type, strict=strict)
        except msgspec.ValidationError as problem:
            self.problems.append(f"{label}: {problem}")

    def finish(self, known: Mapping[str, type[msgspec.Struct]]) -> None:
        """Raises Misconfigured with every problem so far and every key that belongs to no section of `known`."""
        variables = {
            f"{PREFIX}{name}_{key}".upper() for name, shape in known.items() for key in shape.__struct_fields__
        }
        problems = self.problems + [
            f"{name}: no such setting" for name in sorted(self._environment) if name not in variables | {"EDS_CONFIG"}
        ]
        problems += [f"[{name}]: no such section" for name in sorted(self._content) if name not in known]
        if problems:
            raise Misconfigured("bad settings:\n  " + "\n  ".join(problems))


def _is_list(kind: Any) -> bool:
    return getattr(kind, "__origin__", None) in (list, tuple)
