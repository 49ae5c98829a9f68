"""PowerMTA's accounting script, fed as its pipe feeds it; the gateway stands in as a server that answers as told."""

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "senders" / "powermta" / "post_accounting.py"
HEADER = "type,timeLogged,timeQueued,orig,rcpt,dsnStatus,dsnDiag,jobId,header_X-Tracking-ID"
RECORDS = """\
d,2026-01-31 12:00:03+0000,2026-01-31 12:00:00+0000,news@example.com,ada@example.org,2.0.0,"smtp;250 2.0.0 OK, in",job,mail-1
t,1769860800,1769860700,news@example.com,bob@example.org,4.2.1,smtp;450 4.2.1 Mailbox busy,job,mail-2
b,1769860801,1769860700,news@example.com,cy@example.org,5.1.1 (bad destination mailbox address),smtp;550 5.1.1 No such user,job,
b,1769860802,1769860700,news@example.com,dan@example.org,5.4.4 (unable to route),,job,mail-4
r,1769860802,1769860700,news@example.com,eve@example.org,,,job,mail-5
"""


class Gateway(ThreadingHTTPServer):
    daemon_threads = True
    refusals = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.posts: list[tuple[str, list[dict[str, Any]]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/api/SMTP"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Gateway)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refusals:
            self.server.refusals -= 1
            self.send_error(503)
            return
        self.server.posts.append((self.headers["Authorization"], json.loads(gzip.decompress(body))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run(gateway: Gateway, directory: Path, text: str) -> list[dict[str, Any]]:
    token_file = directory / "token"
    token_file.write_text("secret\n", "ascii")
    command = [sys.executable, "-I", str(SCRIPT), gateway.url, str(token_file)]
    subprocess.run(command, input=text.encode(), capture_output=True, timeout=30, check=True)
    assert {authorization for authorization, _ in gateway.posts} == {"Bearer secret"}
    return [row for _, rows in gateway.posts for row in rows]


def test_records_become_rows(gateway: Gateway, tmp_path: Path) -> None:
    gateway.refusals = 1
    rows = run(gateway, tmp_path, f"{HEADER}\n{RECORDS}".replace("\n", "\r\n"))
    assert rows[0] == {
        "tracking_id": "mail-1", "rcpt_to": "ada@example.org", "mail_from": "news@example.com", "event_label": "delivered",
        "event_code": 103, "resp_code": 250, "resp_msg": "250 2.0.0 OK, in", "time_started": 1769860800,
        "time_finished": 1769860803,
    }  # fmt: skip
    told = [(row["tracking_id"], row["event_label"], row.get("resp_code"), row["resp_msg"]) for row in rows[1:]]
    assert told == [
        ("mail-2", "deferred", 450, "450 4.2.1 Mailbox busy"),
        ("job", "bounced", 550, "550 5.1.1 No such user"),
        ("mail-4", "bounced", None, "5.4.4"),
    ]


def test_many_records_come_in_batches_in_order(gateway: Gateway, tmp_path: Path) -> None:
    record = "d,1769860800,1769860700,a@example.com,b@example.org,2.0.0,smtp;250 OK,job,mail-{}\n"
    rows = run(gateway, tmp_path, f"{HEADER}\n" + "".join(record.format(number) for number in range(1200)))
    assert [row["tracking_id"] for row in rows] == [f"mail-{number}" for number in range(1200)]
    assert max(len(batch) for _, batch in gateway.posts) <= 500
