"""A mail server that keeps nothing: it answers each recipient as the recipient's name asks, and remembers who got mail."""

import socketserver
import threading
from collections import Counter
from collections.abc import Callable
from typing import Self

DEFERRED = "450 4.2.1 Mailbox busy, try again later"
BOUNCED = "550 5.1.1 No such user here"


class MailSink:
    """On a free port of loopback. Recipients named deferred… are refused once for now, those named bounced… for good."""

    def __init__(self) -> None:
        self.delivered: Counter[str] = Counter()
        self._deferred: set[str] = set()
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._server = _Server(("127.0.0.1", 0), _Session)
        self._server.sink = self
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, recipient: str) -> str:
        """The reply to RCPT TO."""
        with self._lock:
            if recipient.startswith("bounced"):
                return BOUNCED
            if recipient.startswith("deferred") and recipient not in self._deferred:
                self._deferred.add(recipient)
                return DEFERRED
            return "250 2.1.5 OK"

    def take(self, recipients: list[str]) -> None:
        with self._changed:
            self.delivered.update(recipients)
            self._changed.notify_all()

    def wait_until(self, condition: Callable[[Counter[str]], bool], timeout_s: float) -> None:
        """Returns once what was delivered is as wanted; fails after the timeout."""
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.delivered), timeout_s), f"so far: {self.delivered}"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False  # a mail server keeps its connections open for the next mail
    sink: MailSink


class _Session(socketserver.StreamRequestHandler):
    timeout = 60

    def handle(self) -> None:
        try:
            self._converse()
        except OSError:
            return  # the mail server was killed

    def _converse(self) -> None:
        assert isinstance(self.server, _Server)
        sink = self.server.sink
        recipients: list[str] = []
        self._say("220 sink.example.org ESMTP")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "EHLO":
                self._say("250-sink.example.org\r\n250 ENHANCEDSTATUSCODES")
            elif verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
                reply = sink.answer(recipient)
                recipients += [recipient] if reply.startswith("250") else []
                self._say(reply)
            elif verb == "DATA":
                self._say("354 Go on")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                sink.take(recipients)
                recipients = []
                self._say("250 2.6.0 Taken")
            elif verb == "QUIT":
                self._say("221 2.0.0 Bye")
                return
            else:
                recipients = []
                self._say("250 2.0.0 OK")

    def _say(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())
