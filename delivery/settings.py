"""Settings, read once: the environment (EDS_SECTION_NAME) over a file eds.toml ([section] name), into frozen typed objects.

Each room describes its own section as a msgspec.Struct with defaults; a field's msgspec.Meta(description=…) documents it.
Every bad key and value is named at once, in one Misconfigured. A setting that holds tables, such as a list of sources, is in
the file alone.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, get_args, get_origin

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
    def of_process(cls, environment: Mapping[str, str], path: Path, *, is_named: bool) -> "Source":
        """The environment over the file at `path`, which may be absent unless somebody has named it."""
        return cls(environment, read_file(path, is_named=is_named))

    def section(self, name: str, shape: type[Section]) -> Section:
        """The section's settings. Bad ones keep their defaults here and are told by `finish`."""
        self._sections.add(name)
        given = self._content.get(name, {})
        if not isinstance(given, dict):
            self.problems.append(f"[{name}]: expected a table, got {_kind(given)}")
            given = {}
        values: dict[str, Any] = {}
        fields = {field.name: field for field in msgspec.structs.fields(shape)}
        for key, value in given.items():
            if key not in fields:
                self.problems.append(f"[{name}] {key}: {_no_such(fields)}")
            elif not (problems := list(_problems_in_tables(f"[{name}] {key}", fields[key].type, value))):
                self._take(values, f"[{name}] {key}", fields[key], value, strict=True)
            else:
                self.problems += problems
        for key, field in fields.items():
            variable = f"{PREFIX}{name}_{key}".upper()
            if variable in self._environment and tables_of(field.type):
                self.problems.append(f"{variable}: tables are set in the file alone, as [[{name}.{key}]]")
            elif variable in self._environment:
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


def read_file(path: Path, *, is_named: bool) -> dict[str, Any]:
    """What a settings file holds; nothing where there is none and nobody has named it. Misconfigured where it can't be read."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
        if isinstance(problem, FileNotFoundError) and not is_named:
            return {}
        raise Misconfigured(f"{path}: {problem}") from problem


def _is_list(kind: Any) -> bool:
    origin = get_origin(kind)
    return _is_list(get_args(kind)[0]) if origin is Annotated else origin in (list, tuple)


def tables_of(kind: Any) -> tuple[type[msgspec.Struct], ...]:
    """The shapes of the tables that a setting of this type may hold, one or a list of them; none for a plain value."""
    origin = get_origin(kind)
    if origin is Annotated:
        return tables_of(get_args(kind)[0])
    if origin in (list, tuple) or isinstance(kind, UnionType):
        return tuple(shape for part in get_args(kind) for shape in tables_of(part))
    return (kind,) if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else ()


def _problems_in_tables(label: str, kind: Any, value: Any) -> Iterator[str]:
    """What is wrong with the tables in a value, each key for itself. Nothing for what isn't made of tables."""
    shapes = tables_of(kind)
    if not shapes:
        return
    if _is_list(kind):
        if isinstance(value, list):
            for place, one in enumerate(value):
                yield from _problems_in_table(f"{label}[{place}]", shapes, one)
    else:
        yield from _problems_in_table(label, shapes, value)


def _problems_in_table(label: str, shapes: Sequence[type[msgspec.Struct]], value: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{label}: expected a table, got {_kind(value)}"
        return
    shape, mark = shapes[0], None
    if shape.__struct_config__.tag_field is not None:
        mark = shape.__struct_config__.tag_field
        by_tag = {str(one.__struct_config__.tag): one for one in shapes}
        if value.get(mark) not in by_tag:
            yield f"{label}.{mark}: expected one of {', '.join(by_tag)}, got {value.get(mark)!r}"
            return
        shape = by_tag[value[mark]]
    fields = {field.name: field for field in msgspec.structs.fields(shape)}
    for key, content in value.items():
        if key == mark:
            continue
        if key not in fields:
            yield f"{label}.{key}: {_no_such(fields)}"
            continue
        problems = list(_problems_in_tables(f"{label}.{key}", fields[key].type, content))
        yield from problems or _problem_of_value(f"{label}.{key}", fields[key].type, content)
    yield from (f"{label}.{key}: is missing" for key, field in fields.items() if field.required and key not in value)


def _problem_of_value(label: str, kind: Any, value: Any) -> Iterator[str]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as problem:
        yield f"{label}: {problem}"


def _kind(value: Any) -> str:
    """What was given instead; not the value, which may be a secret."""
    return f"`{type(value).__name__}`"


def _no_such(fields: Mapping[str, msgspec.structs.FieldInfo]) -> str:
    return f"no such setting; there are {', '.join(sorted(fields))}"
