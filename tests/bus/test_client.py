"""Certificates and keys of Kafka's clients are looked at before librdkafka sees them: what is wrong is told by its setting."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from bus.client import client_options
from bus.settings import KafkaSettings
from delivery.errors import Misconfigured
from tests.gateway.certificates import Authority


def options(**files: Path) -> dict[str, Any]:
    named: dict[str, Any] = {name: str(path) for name, path in files.items()}
    return client_options(KafkaSettings(security_protocol="SSL", **named), "test")


def test_files_that_can_not_be_loaded_are_told_by_their_setting(tmp_path: Path) -> None:
    ours, other = (Authority(name).write(tmp_path, name) for name in ("ours", "other"))
    text, broken = tmp_path / "text", tmp_path / "broken.pem"
    text.write_text("no certificate")
    broken.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    for path in (text, broken, tmp_path / "missing", tmp_path):
        with pytest.raises(Misconfigured, match="ssl_ca_file"):
            options(ssl_ca_file=path)
    with pytest.raises(Misconfigured, match="ssl_key_file"):
        options(ssl_certificate_file=ours, ssl_key_file=other)
    found = options(ssl_ca_file=ours, ssl_certificate_file=ours, ssl_key_file=ours)
    assert found["ssl.key.location"] == str(ours)


def test_a_key_with_a_password_needs_it_and_nobody_is_asked(tmp_path: Path) -> None:
    ours, locked, password = Authority("ours").write(tmp_path, "ours"), tmp_path / "locked.pem", tmp_path / "password"
    key = load_pem_private_key(ours.read_bytes(), None)
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"sesame")))
    with pytest.raises(Misconfigured, match="ssl_key_password_file"):
        options(ssl_certificate_file=ours, ssl_key_file=locked)
    password.write_text("sesame\n")
    found = options(ssl_certificate_file=ours, ssl_key_file=locked, ssl_key_password_file=password)
    assert found["ssl.key.password"] == "sesame"
    password.write_text("wrong")
    with pytest.raises(Misconfigured, match="ssl_key_file"):
        options(ssl_certificate_file=ours, ssl_key_file=locked, ssl_key_password_file=password)
