"""docs/METRICS.md, made from what the three servers have registered, so that it can't drift."""

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric

HEAD = """# Metrics

Every server answers `/metrics` in Prometheus' text format. Names begin with `eds_` and end in their unit; labels are few and
fixed, never an address, a tracking_id or free text. A histogram has `_bucket`, `_sum` and `_count`. Beside these, each server
tells of its process and its Python (`process_…`, `python_…`). This page is made by `python -m ops.reference`.
"""
PREFIX = "eds_"


def metrics_page(registries: Mapping[str, CollectorRegistry]) -> str:
    """The page as Markdown: a table a server."""
    return HEAD + "".join(_table(title, registry) for title, registry in registries.items())


def _table(title: str, registry: CollectorRegistry) -> str:
    lines = [f"\n## {title}\n", "| Metric | Type | Labels | What it tells |", "|---|---|---|---|"]
    for metric, labels in sorted(_registered(registry), key=lambda found: found[0].name):
        name = f"{metric.name}_total" if metric.type == "counter" else metric.name
        told = metric.documentation.replace("|", "\\|")
        lines.append(f"| `{name}` | {metric.type} | {', '.join(f'`{label}`' for label in labels)} | {told} |")
    return "\n".join(lines) + "\n"


def _registered(registry: CollectorRegistry) -> Iterator[tuple[Metric, tuple[str, ...]]]:
    """Each metric of ours with its labels' names, also while it has no samples. A collector that is a metric has the labels
    itself, one of several families has them in each."""
    for collector in list(registry._collector_to_names):
        for metric in collector.collect():
            if metric.name.startswith(PREFIX):
                yield metric, tuple(getattr(collector, "_labelnames", ()) or getattr(metric, "_labelnames", ()))
