"""Rules, alerts, runbook and dashboard hold together: promtool tries the alerts, and no name in them is made up."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.observability import grafana, prometheus_rule
from tests.observability.published import names, registries
from tests.parts.promtool import check

ROOT = Path(__file__).parents[2]
DIRECTORY = ROOT / "deploy" / "observability"
DASHBOARD = DIRECTORY / "grafana" / "email-delivery-status.json"
OTHERS = {"up", "ALERTS"}  # Prometheus' own
VARIABLES = {"$__rate_interval": "5m", "$__range": "6h"}
PANEL_TYPES = {"row", "stat", "timeseries", "heatmap", "table"}
WIDTH = 24


def read(name: str) -> Any:
    return yaml.safe_load((DIRECTORY / name).read_text("utf-8"))


def rules(name: str) -> list[dict[str, Any]]:
    return [rule for group in read(name)["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return found


def shown() -> Iterator[str]:
    """The dashboard's queries, with Grafana's variables as it would put them in."""
    for panel in panels():
        for target in panel.get("targets", []):
            expression = str(target["expr"])
            for variable, value in VARIABLES.items():
                expression = expression.replace(variable, value)
            yield expression


def metrics_in(expression: str) -> set[str]:
    """The names of metrics that a query asks for."""
    bare = re.sub(r'"[^"]*"', "", expression)
    bare = re.sub(r"\b(by|on|without)\s*\([^)]*\)", "", bare)
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]", "", bare)
    words = set(re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*(?!\s*\()\b", bare))
    return {word for word in words if word.startswith(("eds", "process_", "python_")) or word in OTHERS}


def test_prometheus_takes_the_files() -> None:
    check(["check", "config", DIRECTORY / "prometheus.yml"])


@pytest.mark.parametrize("name", sorted(path.name for path in (DIRECTORY / "tests").glob("*.yml")))
def test_alerts_fire_when_they_should_and_else_do_not(name: str) -> None:
    check(["test", "rules", DIRECTORY / "tests" / name])


def test_the_operator_gets_the_same_rules() -> None:
    assert prometheus_rule.PAGE.read_text("utf-8") == prometheus_rule.content(), "run the module prometheus_rule"


def test_every_alert_is_tried_both_ways() -> None:
    fires: set[str] = set()
    silent: set[str] = set()
    for path in (DIRECTORY / "tests").glob("*.yml"):
        for test in yaml.safe_load(path.read_text("utf-8"))["tests"]:
            for one in test.get("alert_rule_test", ()):
                (fires if one["exp_alerts"] else silent).add(one["alertname"])
    assert fires == silent == {rule["alert"] for rule in rules("alerts.yml")}


def test_every_alert_says_what_it_means_and_has_its_entry_in_the_runbook() -> None:
    entries = re.findall(r"^## (\w+)$", (ROOT / "docs" / "RUNBOOK.md").read_text("utf-8"), re.MULTILINE)
    alerts = rules("alerts.yml")
    assert list(dict.fromkeys(rule["alert"] for rule in alerts)) == entries
    for rule in alerts:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}
        assert rule["annotations"]["runbook_url"] == f"docs/RUNBOOK.md#{rule['alert'].lower()}"


def test_no_name_is_made_up() -> None:
    recorded = {rule["record"] for rule in rules("rules.yml")}
    known = OTHERS | recorded | {name for registry in registries().values() for name in names(registry)}
    asked = [rule["expr"] for name in ("rules.yml", "alerts.yml") for rule in rules(name)]
    used = set().union(*map(metrics_in, [*asked, *shown()]))
    assert used <= known
    assert recorded <= used
    assert len(used) > 40


def test_the_dashboard_is_whole(tmp_path: Path) -> None:
    content = json.loads(DASHBOARD.read_text("utf-8"))
    ids = [panel["id"] for panel in panels()]
    assert len(ids) == len(set(ids))
    [variable] = content["templating"]["list"]
    assert (variable["name"], variable["type"], variable["query"]) == ("datasource", "datasource", "prometheus")
    cells: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        mine = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])}  # fmt: skip
        assert panel["type"] in PANEL_TYPES
        assert panel["title"]
        assert place["x"] + place["w"] <= WIDTH
        assert not mine & cells, f"{panel['title']} lies over another panel"
        cells |= mine
        letters = [target["refId"] for target in panel.get("targets", [])]
        assert len(letters) == len(set(letters))
        for holder in [panel, *panel.get("targets", [])] if panel["type"] != "row" else []:
            assert holder["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    # Prometheus' own parser reads every query, as it would that of a rule.
    made = {"groups": [{"name": "shown", "rules": [
        {"record": f"shown:{number}", "expr": expression} for number, expression in enumerate(shown())
    ]}]}  # fmt: skip
    (tmp_path / "shown.yml").write_text(yaml.safe_dump(made), "utf-8")
    check(["check", "rules", "--lint=none", tmp_path / "shown.yml"])


def test_grafana_knows_all_of_the_dashboard() -> None:
    assert grafana.problems(json.loads(DASHBOARD.read_text("utf-8"))) == []


def test_what_grafana_would_not_know_is_seen() -> None:
    content = json.loads(DASHBOARD.read_text("utf-8"))
    panel = next(each for each in content["panels"] if each["type"] == "timeseries")
    panel["fieldConfig"]["defaults"]["custom"]["drawStyle"] = "lines"
    panel["fieldConfig"]["defaults"]["units"] = "s"
    panel["gridPos"]["w"] = "wide"
    panel["options"]["legend"]["placement"] = "below"
    told = [problem.partition(" ")[0].rpartition(".")[2] for problem in grafana.problems(content)]
    assert sorted(told) == ["draw_style:", "placement:", "units", "w:"]
