"""`python -m ops.reference`: the pages of docs/ that are made from the program, written anew. A test holds them to it."""

from collections.abc import Callable
from pathlib import Path

from prometheus_client import CollectorRegistry

from consumers.metrics import Metrics as ConsumersMetrics
from gateway.metrics import GatewayMetrics
from graphql_api.metrics import Metrics as GraphQLMetrics
from ops.cli import main
from ops.command_page import command_page
from ops.configuration import SECTIONS
from ops.metrics_page import metrics_page
from ops.settings_page import settings_page


def _registries() -> dict[str, CollectorRegistry]:
    return {
        "Gateway (port 8080)": GatewayMetrics().registry,
        "Consumers (port 8082)": ConsumersMetrics().registry,
        "GraphQL (port 8081)": GraphQLMetrics().registry,
    }


DOCS = Path(__file__).parents[1] / "docs"
PAGES: dict[str, Callable[[], str]] = {
    "SETTINGS.md": lambda: settings_page(SECTIONS),
    "CLI.md": lambda: command_page(main),
    "METRICS.md": lambda: metrics_page(_registries()),
}


def write() -> None:
    """Writes the pages that differ."""
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"{path} is new")


if __name__ == "__main__":
    write()
