"""python -m bench [NAME…]: the benchmarks, as tables in Markdown. All of them where none is named."""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import console, freshness, gateway, graphql, guards, hostile, hot, live, materializer, rebuild
from bench.options import Options
from delivery.errors import Misconfigured


def run_store(options: Options) -> None:
    """bench/store.py over both stores, in a process of its own: it switches the garbage collector off."""
    events, rounds = options.events or (20_000 if options.quick else 100_000), 1 if options.quick else 2
    command = [sys.executable, "-m", "bench.store", "--events", str(events), "--rounds", str(rounds)]
    print(flush=True)
    subprocess.run([*command, "--url", options.postgresql], check=True)


def run_attacks(_: Options) -> None:
    """bench/attacks.py, which measures each body in a process of its own."""
    print(flush=True)
    subprocess.run([sys.executable, "-m", "bench.attacks"], check=True)


BENCHMARKS: dict[str, tuple[str, Callable[[Options], None]]] = {
    "gateway": ("POST to acknowledged, against the yardstick in Go; formats; memory", gateway.run),
    "attacks": ("what bodies made to do harm cost the gateway: memory and time", run_attacks),
    "store": ("what the materializer does with both stores: apply, point reads, lists", run_store),
    "materializer": ("a topic's events into both stores, announced, beside the ceiling and a peer", materializer.run),
    "rebuild": ("the views anew, from the history and from the topic, beside their first materialization", rebuild.run),
    "hot": ("a tracking_id of 100,000 events, and one of 10,000 recipients, in counted work", hot.run),
    "freshness": ("from the POST to the view: latency at half load, and how fast a backlog goes", freshness.run),
    "graphql": ("questions over HTTP to one process, both stores, beside PostGraphile", graphql.run),
    "console": ("the web application in Chromium over 100,000 messages, and its live tail", console.run),
    "guards": ("what access and guards cost on a hot query", guards.run),
    "live": ("memory of 500 and 5,000 subscribers, and how late changes come to them", live.run),
    "hostile": ("ordinary reads alone, and beside documents and clients that mean harm", hostile.run),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the named benchmarks one after the other and ends all that they started."""
    listing = "".join(f"\n  {name:10} {text}" for name, (text, _) in BENCHMARKS.items())
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=f"Benchmarks against real parts, as Markdown tables.\n{listing}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones; all where none is named")
    parser.add_argument("--quick", action="store_true", help="fewer cases and shorter rounds, to see that it works")
    parser.add_argument("--events", type=int, default=0, help="events in the stores; each benchmark has its default")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="eds-bench-") as directory, ExitStack() as parts:
        options = Options(Path(directory), parts, quick=given.quick, events=given.events)
        print(options.machine)
        try:
            for name in given.names or BENCHMARKS:
                print(f"\n## {name}")
                BENCHMARKS[name][1](options)
        except Misconfigured as problem:
            sys.stderr.write(f"{problem}\n")
            return 2
    print(f"\n{time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
