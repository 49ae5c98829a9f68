"""What bodies made to do harm cost the pure half of the gateway: a process each, its memory's growth and its time.

    python -m bench.attacks [NAME…]

Growth is of the peak resident memory, the body itself not counted. Expanded bodies have 16 MiB, the default limit.
"""

import argparse
import gzip
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from delivery.errors import Rejected
from gateway.encodings import ExpansionLimits
from gateway.formats import Limits
from gateway.formats.json_relaxed import CHARACTERS_MAX
from gateway.reading import read_rows

SIZE = 16 * 1024 * 1024
JSON, XML, FORM, LINES = (
    "application/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "application/x-ndjson",
)
EVENT = "application/cloudevents+json"
Attack = tuple[str, str | None, Callable[[], bytes]]


def _filled(head: bytes, piece: bytes, tail: bytes, size: int = SIZE) -> Callable[[], bytes]:
    return lambda: head + piece * ((size - len(head) - len(tail)) // len(piece)) + tail


_XML = b"<ArrayOfSMTPNotification><SMTPNotification>"
_XML_END = b"</SMTPNotification></ArrayOfSMTPNotification>"
ATTACKS: dict[str, Attack] = {
    "JSON, empty arrays": (JSON, None, _filled(b"[[]", b",[]", b"]")),
    "JSON, empty objects": (JSON, None, _filled(b"[{}", b",{}", b"]")),
    "JSON, empty arrays in a row": (JSON, None, _filled(b'[{"tries":1,"x":[[]', b",[]", b"]}]")),
    "JSON, numbers in a row": (JSON, None, _filled(b'[{"tries":1,"x":[1', b",1", b"]}]")),
    "JSON, the most values": (
        JSON,
        None,
        lambda: b"[" + b",".join([b'{"x":[' + b",".join([b"{}"] * 60) + b"]}"] * 9_999) + b"]",
    ),
    "JSON, opened only": (JSON, None, _filled(b"", b"[", b"")),
    "JSON, marks in a text": (JSON, None, _filled(b'[{"tries":1,"x":"', b"[{,", b'"}]')),
    "JSON, a text that never ends": (JSON, None, _filled(b'[{"tries":1,"x":"', b"[{,", b"")),
    "JSON, bad rows": (JSON, None, _filled(b"[1", b',{"tries":"x"}', b"]", 10_000 * 14)),
    "JSON, names without quotes": (JSON, None, _filled(b"[{", b"a:1,", b"}", CHARACTERS_MAX)),
    "JSON, comments that never end": (JSON, None, _filled(b"[{", b"/*", b"", CHARACTERS_MAX)),
    "JSON, one number": (JSON, None, _filled(b'[{"tries":', b"9", b"}]")),
    "CloudEvent, empty arrays": (EVENT, None, _filled(b'{"specversion":"1.0","data":[[]', b",[]", b"]}")),
    "NDJSON, blank lines": (LINES, None, _filled(b"", b"\n", b"{}")),
    "NDJSON, rows": (LINES, None, _filled(b"", b"{}\n", b"")),
    "XML, elements": (XML, None, _filled(_XML, b"<a/>", _XML_END)),
    "XML, opened only": (XML, None, _filled(_XML, b"<a>", b"")),
    "XML, attributes": (XML, None, lambda: b"<a " + b" ".join(b'a%x="1"' % n for n in range(SIZE // 12)) + b"/>"),
    "XML, one text": (XML, None, _filled(_XML + b"<status>", b"x&amp;", b"</status>" + _XML_END)),
    "form, empty pairs": (FORM, None, _filled(b"", b"&", b"[0].tries=1")),
    "form, pairs": (FORM, None, _filled(b"[0].tries=1", b"&a=", b"")),
    "form, rows": (FORM, None, lambda: b"&".join(b"[%d].tries=1" % n for n in range(SIZE // 20))),
    "gzip of zeros": (JSON, "gzip", lambda: gzip.compress(bytes(SIZE * 8))),
}


def measure(name: str) -> str:
    """One row of the table, measured in this process, which has done nothing else."""
    content_type, coding, make = ATTACKS[name]
    body = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    try:
        rows = read_rows(body, content_type, coding, Limits(), ExpansionLimits())
        outcome = f"{len(rows.accepted)} accepted, {len(rows.rejected)} bad"
    except Rejected as problem:
        outcome = f"{type(problem).__name__}: {str(problem)[:60]}"
    took = time.perf_counter() - started
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return f"| {name} | {len(body) / 2**20:.1f} | {growth:.0f} | {took * 1000:.0f} | {outcome} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.attacks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.one:
        print(measure(given.one))
        return
    print("| attack | body MiB | memory + MiB | ms | outcome |\n|---|---|---|---|---|")
    for name in given.names or ATTACKS:
        subprocess.run([sys.executable, "-m", "bench.attacks", "--one", name], check=True)


if __name__ == "__main__":
    main()
