"""Sources for tests: their settings from TOML as an operator writes it, and what a request shows of its sender."""

import tomllib
from collections.abc import Mapping
from typing import Any

from multidict import CIMultiDict

from delivery.settings import Source as SettingsSource
from gateway.connection.shown import Shown
from gateway.settings import GatewaySettings
from gateway.sources.source import Source
from gateway.sources.sources import Pending, Sources


def read_gateway(text: str, environment: Mapping[str, str] | None = None) -> GatewaySettings:
    """The gateway's settings of an eds.toml; Misconfigured as at the program's start."""
    source = SettingsSource(environment or {}, tomllib.loads(text))
    settings = source.section("gateway", GatewaySettings)
    source.finish({"gateway": GatewaySettings})
    return settings


def sources_of(text: str, environment: Mapping[str, str] | None = None) -> Sources:
    return Sources(read_gateway(text), environment)


def shown(headers: Mapping[str, str] | None = None, **more: Any) -> Shown:
    return Shown(CIMultiDict(headers or {}), **more)


def identify(sources: Sources, asked: Shown, body: bytes = b"", now_s: float = 0) -> Source:
    """The source of a request, its body looked at where that takes it; Unproven as the gateway raises it."""
    found = sources.identify(asked, now_s)
    return found.prove(body) if isinstance(found, Pending) else found
