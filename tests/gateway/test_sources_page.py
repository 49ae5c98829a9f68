"""docs/SOURCES.md: every example is one that the gateway starts with."""

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bus.settings import KafkaSettings
from gateway.connection.tls import tls_of
from gateway.server import check
from gateway.sources.sources import Sources
from tests.gateway.certificates import Authority
from tests.gateway.proving import read_gateway

PAGE = (Path(__file__).parents[2] / "docs" / "SOURCES.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.S)


def make_files(directory: Path) -> None:
    """What the examples expect under /run/eds."""
    authority = Authority("clients")
    server = authority.write(directory, "server")
    (directory / "server.key").write_bytes(server.read_bytes())
    (directory / "clients-ca.pem").write_bytes(authority.pem)
    for name, key in (
        ("sendgrid", ec.generate_private_key(ec.SECP256R1()).public_key()),
        ("postal", rsa.generate_private_key(65537, 2048).public_key()),
    ):
        (directory / f"{name}.pub").write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (directory / "standard").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_gateway_starts_with_the_example(tmp_path: Path, example: str) -> None:
    make_files(tmp_path)
    for name in re.findall(r"/run/eds/([\w.-]+)", example):
        if not (tmp_path / name).exists():
            (tmp_path / name).write_text(f"secret of {name}\n")
    settings = read_gateway(example.replace("/run/eds", str(tmp_path)))
    sources = Sources(settings, {"NO_HEADERS_TOKEN": "a secret"})
    check(settings, KafkaSettings(), sources)
    tls_of(settings)
    assert sources.authenticated


def test_the_page_shows_every_kind_of_proof() -> None:
    assert len(EXAMPLES) == 5
    for kind in ("bearer", "basic", "url", "hmac", "public_key", "certificate"):
        assert f'kind = "{kind}"' in PAGE
