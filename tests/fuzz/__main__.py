"""python -m tests.fuzz: looks for inputs that break the target, from the recorded requests on, guided by coverage.

    python -m tests.fuzz [--seconds N | --runs N] [--corpus DIRECTORY]

Ends with 0 where nothing was found. Of a finding the traceback is shown and the bytes are kept in the corpus directory, as
`finding`, timeout-… or oom-…; one input may take 5 s, and the process MEMORY_MB_MAX.
"""

import argparse
import base64
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import atheris  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["gateway", "delivery"]):
    from tests.fuzz.target import inputs_of, one_input

MEMORY_MB_MAX = 512
INPUT_BYTES_MAX = 4096
VECTORS = Path(__file__).parents[1] / "gateway" / "vectors.jsonl"
ATTACKS = (
    b"[" * 2000,
    b"[[]," * 900,
    b'[{"a":' * 600,
    b"<a>" * 1000,
    b"&a=" * 1000,
    b"\n" * 3000,
    b"[0].tries=" + b"9" * 3000,
)


def write_seeds(directory: Path) -> int:
    """The recorded requests, and some attacks in each format, as inputs; how many."""
    seeds: set[bytes] = set()
    for line in VECTORS.read_text("utf-8").splitlines():
        seeds.update(inputs_of(*_request(json.loads(line))))
    for attack in ATTACKS:
        seeds.update(bytes([format_, 0, 0]) + attack for format_ in range(9))
    for number, seed in enumerate(sorted(seeds)):
        (directory / f"seed-{number:04}").write_bytes(seed[:INPUT_BYTES_MAX])
    return len(seeds)


def _request(vector: dict[str, Any]) -> tuple[bytes, str]:
    headers = {name.lower(): value for name, value in vector["request"]["headers"]}
    return base64.b64decode(vector["request"]["body_b64"]), headers.get("content-type", "")


def main() -> None:
    """Fuzzes until the time or the runs are over; libFuzzer ends the process."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--runs", type=int, default=0, help="instead of a time: a run that is the same each time")
    parser.add_argument("--corpus", type=Path, help="where inputs are kept; begun with the seeds")
    given = parser.parse_args()
    corpus = given.corpus or Path(tempfile.mkdtemp(prefix="eds-fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = write_seeds(corpus)
    bound = [f"-runs={given.runs}", "-seed=1"] if given.runs else [f"-max_total_time={given.seconds}"]
    limits = [f"-rss_limit_mb={MEMORY_MB_MAX}", f"-max_len={INPUT_BYTES_MAX}", "-timeout=5"]
    sys.stderr.write(f"{seeds} seeds in {corpus}\n")
    options = [*bound, *limits, f"-artifact_prefix={corpus}/", "-print_final_stats=1", "-verbosity=1"]

    def keep_findings(data: bytes) -> None:
        try:
            one_input(data)
        except BaseException:
            (corpus / "finding").write_bytes(data)
            raise

    atheris.Setup([sys.argv[0], *options, str(corpus)], keep_findings)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
