"""Long crash runs: `make crash CRASH="--minutes 5 --seed 7"`, or `python -m tests.whole --help`.

Materializers, PostgreSQL and brokers are killed, frozen, added and ended under load, for as long as is asked; then everything
must be exact. With several runs the seeds count up. Exit status 1 where one of them was not exact.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import traceback
from contextlib import nullcontext
from pathlib import Path
from random import SystemRandom

from ops.kafka.artefacts import cache_directory
from ops.local_kafka import open_kafka
from store.settings import StoreSettings
from tests.parts import postgresql
from tests.whole import crash_plan, crash_run


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.whole", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long each run kills (5)")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(2**32), help="the first run's seed")
    parser.add_argument("--runs", type=int, default=1, help="how many runs, each with the next seed (1)")
    parser.add_argument("--store", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--only", action="append", choices=crash_plan.TROUBLES, help="these troubles alone (all)")
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=3)
    parser.add_argument("--members", type=int, default=2, help="materializers at the start (2)")
    asked = parser.parse_args(arguments)
    failed = 0
    for seed in range(asked.seed, asked.seed + asked.runs):
        print(f"seed {seed}: {asked.store}, {asked.minutes:g} min", flush=True)
        directory = Path(tempfile.mkdtemp(prefix=f"eds-crash-{seed}-"))
        try:
            print(_run(asked, seed, directory), flush=True)
        except Exception:
            failed += 1
            traceback.print_exc()
            again = f"--minutes {asked.minutes:g} --seed {seed} --store {asked.store} --members {asked.members}"
            again += f" --brokers {asked.brokers}"
            again += "".join(f" --only '{name}'" for name in asked.only or ())
            print(f'seed {seed} FAILED; its logs are in {directory}; again: make crash CRASH="{again}"', flush=True)
        else:
            shutil.rmtree(directory)
    return 1 if failed else 0


def _run(asked: argparse.Namespace, seed: int, directory: Path) -> crash_run.Report:
    with (
        open_kafka(
            directory / "kafka", cache_directory(os.environ), brokers=asked.brokers, port=None, say=print
        ) as cluster,
        postgresql.own() if asked.store == "postgresql" else nullcontext() as server,
    ):
        store = StoreSettings(url=server.dsn if server is not None else f"sqlite:///{directory}/store.db")
        known = crash_plan.TROUBLES if server is not None else crash_plan.WITHOUT_DATABASE
        steps = crash_plan.plan_of(seed, [name for name in known if not asked.only or name in asked.only])
        return asyncio.run(
            crash_run.run(
                seed, steps, cluster=cluster, store=store, server=server, members=asked.members,
                directory=directory, minutes=asked.minutes,
            )
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
