"""Grafana's own description of a dashboard, as published for its release 11.6: what of ours it does not know, or has otherwise."""

import json
import typing
from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

# The data source's own, which the dashboard's types leave to it.
OF_PROMETHEUS = {".annotations.list[0].titleFormat"}
PRIMITIVES = {float: (int, float), int: (int,), str: (str,), bool: (bool,), bytes: (bytes,)}


def problems(content: dict[str, Any]) -> list[str]:
    """Members that its types have no place for, and values that are not of their type."""
    register_default_plugins()
    made = Dashboard.from_json(content)
    kept = json.loads(JSONEncoder().encode(made))
    return [*_lost(content, kept, ""), *_mistyped(made, Dashboard, "dashboard")]


def _lost(ours: Any, kept: Any, path: str) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(kept, dict):
        for name, value in ours.items():
            if name in kept:
                yield from _lost(value, kept[name], f"{path}.{name}")
            elif f"{path}.{name}" not in OF_PROMETHEUS:
                yield f"{path}.{name} is unknown"
    elif isinstance(ours, list) and isinstance(kept, list) and len(ours) == len(kept):
        for number, (one, other) in enumerate(zip(ours, kept, strict=True)):
            yield from _lost(one, other, f"{path}[{number}]")
    elif ours != kept:
        yield f"{path}: {ours!r} is read as {kept!r}"


def _mistyped(value: Any, hint: Any, path: str) -> Iterator[str]:
    """The models take whatever they are given: their annotations say what it must be."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Union:
        found = [list(_mistyped(value, one, path)) for one in inner if one is not type(None)]
        if not (value is None and type(None) in inner) and all(found):
            yield from min(found, key=len)
    elif origin in (list, dict) and isinstance(value, origin):
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _mistyped(one, inner[-1], f"{path}.{name}")
    elif hasattr(type(value), "from_json"):  # one of the models, or a plugin's
        for name, one in typing.get_type_hints(type(value)).items():
            yield from _mistyped(getattr(value, name, None), one, f"{path}.{name}")
    elif hasattr(hint, "from_json") and isinstance(value, dict):  # which the model's reader leaves as it is
        yield from _mistyped(hint.from_json(value), hint, path)
    elif not _fits(value, hint):
        yield f"{path}: {value!r} is no {hint}"


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return value in [one.value for one in hint]
    if hint in PRIMITIVES:
        return isinstance(value, PRIMITIVES[hint]) and (hint is bool or not isinstance(value, bool))
    return hint in (Any, object) or (isinstance(hint, type) and isinstance(value, hint))
