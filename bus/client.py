"""What all Kafka clients of this product share: addresses, security, and librdkafka's log going to Python's."""

import logging
import ssl
from pathlib import Path
from typing import Any

from bus.settings import KafkaSettings
from delivery.errors import Misconfigured

Options = dict[str, Any]

_log = logging.getLogger("bus.librdkafka")


def client_options(settings: KafkaSettings, role: str) -> Options:
    """librdkafka's options for a client; `role` is seen in the brokers' logs. Misconfigured where a secret's file is unreadable."""
    options: Options = {
        "bootstrap.servers": settings.bootstrap,
        "client.id": f"email-delivery-status-{role}",
        "security.protocol": settings.security_protocol,
        # A broker that comes back is found again within half a second, not within ten.
        "reconnect.backoff.ms": 50,
        "reconnect.backoff.max.ms": 500,
        "socket.connection.setup.timeout.ms": 2000,
        "socket.keepalive.enable": True,
        "logger": _log,
    }
    if settings.security_protocol.startswith("SASL"):
        options["sasl.mechanism"] = settings.sasl_mechanism
        options["sasl.username"] = settings.sasl_username
        options["sasl.password"] = _secret("sasl_password_file", settings.sasl_password_file)
    if settings.security_protocol.endswith("SSL"):
        options |= _tls(settings)
    return options


def _tls(settings: KafkaSettings) -> Options:
    password = (
        _secret("ssl_key_password_file", settings.ssl_key_password_file) if settings.ssl_key_password_file else ""
    )
    _require_loadable(settings, password)
    files = {
        "ssl.ca.location": settings.ssl_ca_file,
        "ssl.certificate.location": settings.ssl_certificate_file,
        "ssl.key.location": settings.ssl_key_file,
    }
    options: Options = {name: path for name, path in files.items() if path}
    return options | ({"ssl.key.password": password} if password else {})


def _require_loadable(settings: KafkaSettings, password: str) -> None:
    """librdkafka takes what it can't load for a defect of its caller, so it is loaded before. Misconfigured where it can't be."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    name = ""
    try:
        for name in ("ssl_ca_file", "ssl_certificate_file"):
            if path := getattr(settings, name):
                context.load_verify_locations(path)
        name = "ssl_key_file"
        if settings.ssl_certificate_file and settings.ssl_key_file:
            # With an empty password it would ask at the terminal for one.
            context.load_cert_chain(settings.ssl_certificate_file, settings.ssl_key_file, password or _no_password)
    except (OSError, ValueError) as problem:  # ssl.SSLError is an OSError
        reason = getattr(problem, "reason", None) or getattr(problem, "strerror", None) or problem
        raise Misconfigured(f"[kafka] {name}: {getattr(settings, name)}: {reason}") from problem


def _no_password() -> str:
    raise ValueError("it has a password: set ssl_key_password_file")


def _secret(name: str, path: str) -> str:
    if not path:
        raise Misconfigured(f"[kafka] {name} is not set, and security_protocol asks for it")
    try:
        return Path(path).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise Misconfigured(f"[kafka] {name}: {problem}") from problem
