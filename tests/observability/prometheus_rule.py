"""python -m tests.observability.prometheus_rule: writes the rules and alerts once more, as the Prometheus operator takes them."""

from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
PAGE = DEPLOY / "kubernetes" / "monitoring" / "rules.yaml"
HEAD = """# deploy/observability/rules.yml and alerts.yml, for the Prometheus operator.
# Made by python -m tests.observability.prometheus_rule.
"""


def content() -> str:
    """The resource as YAML."""
    groups: list[Any] = []
    for name in ("rules.yml", "alerts.yml"):
        groups += yaml.safe_load((DEPLOY / "observability" / name).read_text("utf-8"))["groups"]
    resource = {
        "apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": {"name": "eds"},
        "spec": {"groups": groups},
    }  # fmt: skip
    return HEAD + yaml.safe_dump(resource, sort_keys=False, width=1_000)


if __name__ == "__main__":
    PAGE.write_text(content(), "utf-8")
