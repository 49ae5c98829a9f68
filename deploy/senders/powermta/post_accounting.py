#!/usr/bin/env python3
"""PowerMTA's accounting records, from its pipe to the gateway. Standard library only, Python 3.9 or newer.

Reads CSV with a header line from standard input and posts SMTPNotification collections: at most 500 rows each, or what came
within a second. A batch is posted until the gateway has taken it; meanwhile the pipe is not read, so PowerMTA waits.

    post_accounting.py URL [TOKEN_FILE]
"""

import csv
import gzip
import json
import os
import re
import select
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime

ROWS_MAX = 500
WAIT_S = 1.0
TIMEOUT_S = 10
BACKOFF_S_MAX = 60
READ_BYTES = 65_536

EVENTS = {"d": ("delivered", 103), "b": ("bounced", 101), "rb": ("bounced", 101), "t": ("deferred", None)}


def notification(record):
    """A record as an SMTPNotification, or None where it is of another kind."""
    if record.get("type") not in EVENTS:
        return None
    label, code = EVENTS[record["type"]]
    diagnostic = re.sub(r"^smtp; *", "", record.get("dsnDiag") or "")
    status = re.match(r"\d\.\d{1,3}\.\d{1,3}", record.get("dsnStatus") or "")
    reply = re.match(r"([245]\d\d)\b", diagnostic)
    text = diagnostic if reply or not status else f"{status[0]} {diagnostic}".strip()
    found = {
        "tracking_id": record.get("header_X-Tracking-ID") or record.get("jobId"),
        "rcpt_to": record.get("rcpt"),
        "mail_from": record.get("orig"),
        "event_label": label,
        "event_code": code,
        "resp_code": int(reply[1]) if reply else None,
        "resp_msg": text or record.get("dsnStatus"),
        "time_started": unix_time(record.get("timeQueued")),
        "time_finished": unix_time(record.get("timeLogged")),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def unix_time(text):
    """PowerMTA's times: Unix seconds, or 2026-01-31 12:00:00+0000."""
    if not text:
        return None
    if text.isdigit():
        return int(text)
    return int(datetime.strptime(text.replace("T", " "), "%Y-%m-%d %H:%M:%S%z").timestamp())


def post(rows, url, token_file):
    """Returns once the gateway has answered for the rows."""
    body = gzip.compress(json.dumps(rows).encode())
    wait_s = 1.0
    while True:
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        try:
            if token_file:
                with open(token_file, encoding="ascii") as file:
                    headers["Authorization"] = f"Bearer {file.read().strip()}"
            request = urllib.request.Request(url, body, headers)  # noqa: S310 - the operator's own address
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                return answer.read()
        except urllib.error.HTTPError as problem:
            text = problem.read().decode("utf-8", "replace")[:300]
            print(f"{problem.code}: {text}", file=sys.stderr, flush=True)
            if problem.code == 400:
                return None  # no row is of use; the gateway keeps them as dead letters
            asked = problem.headers.get("Retry-After", "")
            time.sleep(max(wait_s, int(asked) if asked.isdigit() else 0))
        except OSError as problem:
            print(problem, file=sys.stderr, flush=True)
            time.sleep(wait_s)
        wait_s = min(wait_s * 2, BACKOFF_S_MAX)


def batches(descriptor):
    """Lists of whole lines; the last line may come without its end."""
    rest, lines, deadline = b"", [], None
    while True:
        left_s = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready = select.select([descriptor], [], [], left_s)[0]
        read = os.read(descriptor, READ_BYTES) if ready else None
        if read:
            *whole, rest = (rest + read).split(b"\n")
            lines += whole
            if lines and deadline is None:
                deadline = time.monotonic() + WAIT_S
        while len(lines) >= ROWS_MAX or (lines and not read):
            yield lines[:ROWS_MAX]
            lines = lines[ROWS_MAX:]
        if not lines:
            deadline = None
        if read == b"":
            if rest:
                yield [rest]
            return


def main(url, token_file=None):
    names = None
    for lines in batches(sys.stdin.fileno()):
        rows = []
        for values in csv.reader(line.decode("utf-8", "replace") for line in lines):
            if values and values[0] == "type":
                names = values
            elif names and values:
                rows.append(notification(dict(zip(names, values))))  # noqa: B905 - Python 3.9
        rows = [row for row in rows if row]
        if rows:
            post(rows, url, token_file)


if __name__ == "__main__":
    main(*sys.argv[1:])
