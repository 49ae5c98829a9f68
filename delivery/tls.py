"""TLS for the listener. Certificates are read again when their files change; connections that are open keep theirs.

The listener has one context for its life. Each handshake is handed the newest one that was built from the files, so that
a new certificate, key or client authority comes into use as a whole or, where it doesn't fit together, not at all.
"""

import logging
import ssl
from pathlib import Path

from delivery.errors import Misconfigured
from delivery.rereading import Rereading

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Tls:
    """A listener's TLS; `section` is where its settings are. Misconfigured where its files don't work.

    `key` is empty where the certificate's file has it; `client_ca` where no client certificates are asked for. `reload` looks
    at the files, and takes them into use where they have changed.
    """

    def __init__(self, section: str, certificate: str, key: str, client_ca: str = "", version_min: str = "1.2") -> None:
        self._section = section
        self._files = (certificate, key, client_ca)
        self._version_min = VERSIONS[version_min]
        self._log = logging.getLogger(f"{section}.tls")
        self._content = self._read()
        self._newest = self._build()
        self.reload = Rereading("certificates", self._renew, self._log)
        self.context = self._build()
        # Resumed sessions would bring back clients whose certificates an older client authority had signed.
        self.context.options |= ssl.OP_NO_TICKET
        self.context.num_tickets = 0
        self.context.sni_callback = self._choose

    def _renew(self) -> None:
        content = self._read()
        if content == self._content:
            return
        self._newest = self._build()
        self._content = content
        self._log.info("certificates were read again")

    def _choose(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        connection.context = self._newest

    def _read(self) -> tuple[bytes, ...]:
        try:
            return tuple(Path(name).read_bytes() for name in self._files if name)
        except OSError as problem:
            raise Misconfigured(f"[{self._section}] {problem.filename}: {problem.strerror}") from problem

    def _build(self) -> ssl.SSLContext:
        certificate, key, client_ca = self._files
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = self._version_min
        context.set_alpn_protocols(["http/1.1"])
        try:
            context.load_cert_chain(certificate, key or None, password=_no_password)
            if client_ca:
                context.load_verify_locations(client_ca)
                context.verify_mode = ssl.CERT_OPTIONAL
        except (OSError, ValueError) as problem:  # ssl.SSLError is an OSError
            reason = getattr(problem, "reason", None) or problem
            raise Misconfigured(f"[{self._section}] tls files {certificate} {key} {client_ca}: {reason}") from problem
        return context


def _no_password() -> str:
    raise ValueError("the private key has a password")
