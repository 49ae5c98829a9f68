"""What all Kafka clients of this product share: addresses, security, and librdkafka's log going to Python's."""

import logging
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
    for name in ("ssl_ca_file", "ssl_certificate_file", "ssl_key_file"):
        _require_pem(name, getattr(settings, name))
    files = {
        "ssl.ca.location": settings.ssl_ca_file,
        "ssl.certificate.location": settings.ssl_certificate_file,
        "ssl.key.location": settings.ssl_key_file,
    }
    options: Options = {name: path for name, path in files.items() if path}
    if settings.ssl_key_password_file:
        options["ssl.key.password"] = _secret("ssl_key_password_file", settings.ssl_key_password_file)
    return options


def _require_pem(name: str, path: str) -> None:
    """librdkafka tells what it can't load as a defect of its caller, so it is looked at before."""
    if path:
        try:
            content = Path(path).read_bytes()
        except OSError as problem:
            raise Misconfigured(f"[kafka] {name}: {path}: {problem.strerror}") from problem
        if b"-----BEGIN " not in content:
            raise Misconfigured(f"[kafka] {name}: {path} holds nothing in PEM")


def _secret(name: str, path: str) -> str:
    if not path:
        raise Misconfigured(f"[kafka] {name} is not set, and security_protocol asks for it")
    try:
        return Path(path).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise Misconfigured(f"[kafka] {name}: {problem}") from problem
