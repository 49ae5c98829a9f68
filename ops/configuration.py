"""All settings of the product: which sections there are, and the one place that reads them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from bus.settings import KafkaSettings
from consumers.settings import ConsumersSettings, RetentionSettings
from delivery.logs import LogSettings
from delivery.settings import Source
from delivery.tracing import TraceSettings
from gateway.settings import GatewaySettings
from graphql_api.settings import GraphQLSettings
from ops.client_settings import ClientSettings
from store.settings import StoreSettings

CONFIG_VARIABLE = "EDS_CONFIG"
CONFIG_DEFAULT = "eds.toml"


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What `eds run` does on this machine."""

    data_dir: Annotated[
        str, msgspec.Meta(min_length=1, description="Where Kafka, the store and the logs are kept.")
    ] = ".eds"
    brokers: Annotated[int, msgspec.Meta(ge=1, le=3, description="Brokers of the local Kafka: 1 or 3.")] = 1


class Configuration(msgspec.Struct, frozen=True):
    """One field a section; the field's name is the section's."""

    kafka: KafkaSettings
    store: StoreSettings
    gateway: GatewaySettings
    consumers: ConsumersSettings
    retention: RetentionSettings
    graphql: GraphQLSettings
    traces: TraceSettings
    logs: LogSettings
    run: RunSettings
    client: ClientSettings


SECTIONS: dict[str, type[msgspec.Struct]] = {
    "kafka": KafkaSettings,
    "store": StoreSettings,
    "gateway": GatewaySettings,
    "consumers": ConsumersSettings,
    "retention": RetentionSettings,
    "graphql": GraphQLSettings,
    "traces": TraceSettings,
    "logs": LogSettings,
    "run": RunSettings,
    "client": ClientSettings,
}


def config_path(environment: Mapping[str, str]) -> Path:
    """The settings file. One that the environment names must be there; the default may be absent."""
    return Path(environment.get(CONFIG_VARIABLE, CONFIG_DEFAULT))


def read_configuration(environment: Mapping[str, str]) -> Configuration:
    """The settings of this process; Misconfigured names everything that is wrong with them."""
    source = Source.of_process(environment, config_path(environment), is_named=CONFIG_VARIABLE in environment)
    sections = {name: source.section(name, shape) for name, shape in SECTIONS.items()}
    source.finish(SECTIONS)
    return Configuration(**sections)  # type: ignore[arg-type]
