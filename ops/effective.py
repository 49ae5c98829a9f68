"""The settings as they are in force here, and where each comes from."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from delivery.credentials import HIDDEN, hide_in_url
from delivery.settings import PREFIX, read_file
from ops.configuration import CONFIG_VARIABLE, Configuration, config_path

DEFAULT = "default"
_SECRETS = frozenset({"erasure_key"})


class Effective(msgspec.Struct, frozen=True):
    """One setting. `origin` is the variable's or the file's name, or default. Secrets in `value` are hidden."""

    section: str
    key: str
    value: Any
    origin: str


def effective(configuration: Configuration, environment: Mapping[str, str]) -> Iterator[Effective]:
    """Every setting, in the order of docs/SETTINGS.md. `configuration` was read from this environment without a problem."""
    path = config_path(environment)
    content = read_file(path, is_named=CONFIG_VARIABLE in environment)
    for section in configuration.__struct_fields__:
        holder = getattr(configuration, section)
        for key in holder.__struct_fields__:
            variable = f"{PREFIX}{section}_{key}".upper()
            origin = variable if variable in environment else str(path) if key in content.get(section, {}) else DEFAULT
            yield Effective(section, key, _shown(key, getattr(holder, key)), origin)


def is_set(configuration: Configuration, environment: Mapping[str, str], section: str, key: str) -> bool:
    """Whether somebody has set it, in the environment or in the file, be it to the default."""
    return any(
        (one.section, one.key) == (section, key) and one.origin != DEFAULT
        for one in effective(configuration, environment)
    )


def _shown(key: str, value: Any) -> Any:
    if key in _SECRETS and value:
        return HIDDEN
    if isinstance(value, str) and (key == "url" or "://" in value):
        return hide_in_url(value)
    return msgspec.to_builtins(value)
