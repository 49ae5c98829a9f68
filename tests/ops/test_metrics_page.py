"""docs/METRICS.md is what the three servers register, and each metric says what it tells."""

import re

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from ops.metrics_page import metrics_page
from ops.reference import DOCS, PAGES


def test_the_pages_that_are_made_are_true() -> None:
    for name, page in PAGES.items():
        assert (DOCS / name).read_text("utf-8") == page(), f"{name}: python -m ops.reference"


def test_every_metric_is_described_and_named_as_the_others() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) \| (.*?) \|$", PAGES["METRICS.md"](), re.MULTILINE)
    assert len(rows) > 30
    for name, kind, _, told in rows:
        assert name.startswith("eds_")
        assert told
        assert name.endswith("_total") == (kind == "counter"), name


def test_labels_are_known_without_samples() -> None:
    registry = CollectorRegistry()
    Counter("eds_things", "Things | by kind.", ["kind", "source"], registry=registry)
    Gauge("eds_size_bytes", "How large.", registry=registry)
    Histogram("eds_took_seconds", "How long.", ["kind"], registry=registry)
    Gauge("other", "Not ours.", registry=registry)
    assert metrics_page({"One": registry}).splitlines()[-3:] == [
        "| `eds_size_bytes` | gauge |  | How large. |",
        "| `eds_things_total` | counter | `kind`, `source` | Things \\| by kind. |",
        "| `eds_took_seconds` | histogram | `kind` | How long. |",
    ]
