"""schemathesis against a real gateway with a real Kafka: requests made from the OpenAPI document, valid and not, all checks."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.parts.kafka import Kafka
from tests.parts.processes import Part, running

EXAMPLES_MAX = 60
SECONDS_MAX = 100
ROOT = Path(__file__).parents[2]


def test_nothing_is_found(kafka: Kafka, tmp_path: Path) -> None:
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.gateway.schemathesis_hooks", "PYTHONPATH": str(ROOT)}
    options = ["--checks", "all", "--exclude-checks", "negative_data_rejection", "--max-examples", str(EXAMPLES_MAX)]
    with kafka.topics() as settings, running(Part("gateway", {"kafka": settings}, tmp_path / "log")) as gateway:
        command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{gateway.address}/openapi.json"]
        done = subprocess.run(
            [*command, *options, "--no-color", "--seed", "1", "--generation-deterministic"],
            cwd=tmp_path, env=environment, capture_output=True, timeout=SECONDS_MAX, check=False,
        )  # fmt: skip
    report = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == 0, report[-6000:]
    cases = re.search(r"(\d+) generated", report)
    assert cases is not None, report
    assert int(cases[1]) > EXAMPLES_MAX, report
    assert "ERRORS" not in report, report
