"""All metrics of the product by their names, as their registries have them."""

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry

from consumers.metrics import Metrics as ConsumersMetrics
from gateway.metrics import GatewayMetrics
from graphql_api.metrics import Metrics as GraphQLMetrics

SERVERS = ("gateway", "consumers", "graphql")
_SUFFIXES = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",), "gauge": ("",)}


def registries() -> dict[str, CollectorRegistry]:
    """Of each server, without starting it."""
    return {
        "gateway": GatewayMetrics().registry,
        "consumers": ConsumersMetrics().registry,
        "graphql": GraphQLMetrics().registry,
    }


def names(registry: Any) -> Iterator[str]:
    """As they stand in a query: with _total, _bucket and so on."""
    for family in registry.collect():
        for suffix in _SUFFIXES[family.type]:
            yield family.name + suffix
