"""Signatures as the mail services document them: published examples where there are some, else keys of our own."""

import hmac
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from delivery.errors import Misconfigured
from gateway.sources.sources import Sources, Unproven
from tests.gateway.proving import identify, shown, sources_of

# What SendGrid's own library is tested with.
SENDGRID_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/"
    "7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="
)
SENDGRID_SIGNATURE = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
SENDGRID_TIME = 1600112502
SENDGRID_BODY = (
    b'[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address",'
    b'"sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",'
    b'"sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",'
    b'"smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n'
)


def signed(tmp_path: Path, settings: str, *secrets: str) -> Sources:
    (tmp_path / "secret").write_text("\n".join(secrets))
    return sources_of(f'[[gateway.sources]]\nname = "s"\n[gateway.sources.proof]\n{settings}\n'
                      f'secret_files = ["{tmp_path}/secret"]\n')  # fmt: skip


def proves(sources: Sources, headers: dict[str, str], body: bytes, now_s: float) -> bool:
    try:
        return identify(sources, shown(headers), body, now_s).name == "s"
    except Unproven:
        return False


SENDGRID = """
kind = "public_key"
algorithm = "ecdsa-p256-sha256"
signature = "x-twilio-email-event-webhook-signature"
timestamp = "x-twilio-email-event-webhook-timestamp"
"""


def test_sendgrid(tmp_path: Path) -> None:
    sources = signed(tmp_path, SENDGRID, SENDGRID_KEY)
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": SENDGRID_SIGNATURE,
        "X-Twilio-Email-Event-Webhook-Timestamp": str(SENDGRID_TIME),
    }
    assert proves(sources, headers, SENDGRID_BODY, SENDGRID_TIME + 300)
    assert proves(sources, headers, SENDGRID_BODY, SENDGRID_TIME - 300)
    assert not proves(sources, headers, SENDGRID_BODY, SENDGRID_TIME + 301)
    assert not proves(sources, headers, SENDGRID_BODY.rstrip(), SENDGRID_TIME)
    later = {**headers, "X-Twilio-Email-Event-Webhook-Timestamp": str(SENDGRID_TIME + 1)}
    assert not proves(sources, later, SENDGRID_BODY, SENDGRID_TIME)
    for spoilt in ("MEUC", "", "****", b64encode(b"\x30\x00").decode(), SENDGRID_SIGNATURE[:-4]):
        wrong = {**headers, "X-Twilio-Email-Event-Webhook-Signature": spoilt}
        assert not proves(sources, wrong, SENDGRID_BODY, SENDGRID_TIME)
    assert not proves(sources, {}, SENDGRID_BODY, SENDGRID_TIME)


@pytest.mark.parametrize(
    ("header", "algorithm", "digest"),
    [("x-postal-signature", "rsa-sha1", hashes.SHA1()), ("x-postal-signature-256", "rsa-sha256", hashes.SHA256())],
)
def test_postal_signs_the_body_with_rsa(
    tmp_path: Path, header: str, algorithm: str, digest: hashes.HashAlgorithm
) -> None:
    key, other = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )  # as in its DKIM record's p=
    old = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    settings = f'kind = "public_key"\nalgorithm = "{algorithm}"\nsignature = "{header}"\nsigned = "{{body}}"'
    sources = signed(tmp_path, settings, old, b64encode(public).decode())
    body = b'{"event":"MessageSent","timestamp":1477945177.12994}'
    for one in (key, other):
        signature = b64encode(one.sign(body, padding.PKCS1v15(), digest)).decode()
        assert proves(sources, {header: signature}, body, 0)
        assert not proves(sources, {header: signature}, body + b" ", 0)
    stranger = rsa.generate_private_key(65537, 2048).sign(body, padding.PKCS1v15(), digest)
    assert not proves(sources, {header: b64encode(stranger).decode()}, body, 0)


def test_mailgun_signs_a_timestamp_and_a_token_inside_of_the_body(tmp_path: Path) -> None:
    sources = signed(
        tmp_path,
        """
        kind = "hmac"
        signature = "json:signature.signature"
        timestamp = "json:signature.timestamp"
        fields = { token = "json:signature.token" }
        signed = "{timestamp}{token}"
        """,
        "old-key", "key-of-mailgun",
    )  # fmt: skip
    token = "e0b5477167110d68991efc6b9f89f0a11066af27834600e123"
    right = hmac.new(b"key-of-mailgun", b"1770920772" + token.encode(), "sha256").hexdigest()

    def body(signature: str, timestamp: str = '"1770920772"') -> bytes:
        return (
            f'{{"signature":{{"token":"{token}","timestamp":{timestamp},"signature":"{signature}"}},"event-data":{{}}}}'
        ).encode()

    assert proves(sources, {}, body(right), 1770920772)
    assert proves(sources, {}, body(right, "1770920772"), 1770920800)
    assert not proves(sources, {}, body(right), 1770930000)
    assert not proves(sources, {}, body(right[:-1] + ("0" if right[-1] != "0" else "1")), 1770920772)
    for strange in (b"", b"[]", b'{"signature":1}', b'{"signature":' * 5000, b"\xff", body(right)[:-2]):
        assert not proves(sources, {}, strange, 1770920772)


STRIPE = """
kind = "hmac"
signature = "stripe-signature"
layout = "t={timestamp},v1={signature}"
"""


def test_a_timestamp_and_several_signatures_in_one_header(tmp_path: Path) -> None:
    sources = signed(tmp_path, STRIPE, "whsec_one")
    body = b'[{"tries":1}]'
    right = hmac.new(b"whsec_one", b"1492774577." + body, "sha256").hexdigest()
    other = hmac.new(b"whsec_two", b"1492774577." + body, "sha256").hexdigest()
    assert proves(sources, {"Stripe-Signature": f"t=1492774577,v1={right},v0=abc"}, body, 1492774577)
    assert proves(sources, {"Stripe-Signature": f"t=1492774577, v1={other}, v1={right}"}, body, 1492774577)
    for header in (
        f"t=1492774577,v1={other}",
        f"t=1492774578,v1={right}",
        f"v1={right}",
        "t=1492774577",
        f"t=1492774577,v0={right}",
        f"t=,v1={right}",
        f"t=-1492774577,v1={right}",
        f"t=1492774577,v1={right}0",
        f"t={'9' * 5000},v1={right}",
        "t=1492774577,v1=é",
    ):
        assert not proves(sources, {"Stripe-Signature": header}, body, 1492774577)
    assert not proves(sources, {"Stripe-Signature": f"t=1492774577,v1={right}"}, body, 1492774577 + 301)


def test_milliseconds_are_told_by_their_size(tmp_path: Path) -> None:
    sources = signed(tmp_path, STRIPE, "key")
    right = hmac.new(b"key", b"1492774577123.x", "sha256").hexdigest()
    assert proves(sources, {"Stripe-Signature": f"t=1492774577123,v1={right}"}, b"x", 1492774577)


def test_a_prefix_over_the_body_alone(tmp_path: Path) -> None:
    """The example of GitHub's documentation."""
    settings = 'kind = "hmac"\nsignature = "x-hub-signature-256"\nlayout = "sha256={signature}"\nsigned = "{body}"'
    sources = signed(tmp_path, settings, "It's a Secret to Everybody")
    header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert proves(sources, {"X-Hub-Signature-256": header}, b"Hello, World!", 0)
    assert not proves(sources, {"X-Hub-Signature-256": header}, b"Hello, World?", 0)
    assert not proves(sources, {"X-Hub-Signature-256": header.removeprefix("sha256=")}, b"Hello, World!", 0)


def test_standard_webhooks(tmp_path: Path) -> None:
    """The example of the specification, with the key as it is given out."""
    sources = signed(
        tmp_path,
        """
        kind = "hmac"
        signature = "webhook-signature"
        timestamp = "webhook-timestamp"
        fields = { id = "webhook-id" }
        layout = "v1,{signature}"
        separator = " "
        signed = "{id}.{timestamp}.{body}"
        encoding = "base64"
        secret_encoding = "base64"
        """,
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,bm9uc2Vuc2U= v1a,x v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert proves(sources, headers, b'{"test": 2432232314}', 1614265330)
    assert not proves(sources, headers, b'{"test": 2432232315}', 1614265330)
    assert not proves(sources, {**headers, "webhook-id": "msg_other"}, b'{"test": 2432232314}', 1614265330)


def test_a_key_of_another_kind_is_refused_at_the_start(tmp_path: Path) -> None:
    wrong = ec.generate_private_key(ec.SECP384R1()).public_key()
    pem = wrong.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with pytest.raises(Misconfigured, match="is none for ecdsa-p256-sha256"):
        signed(tmp_path, SENDGRID, pem)
    with pytest.raises(Misconfigured, match="a secret is not base64"):
        signed(tmp_path, 'kind = "hmac"\nsecret_encoding = "base64"\nsigned = "{body}"', "!!")
    with pytest.raises(Misconfigured, match="has not one"):
        signed(tmp_path, 'kind = "hmac"\nlayout = "{signature}{x}"\nsigned = "{body}"', "key")
