"""Sources: who is recognised by which proof, and what is wrong with settings. Pure but for the secrets' files."""

from base64 import b64encode
from pathlib import Path

import pytest

from delivery.errors import Misconfigured
from gateway.sources.sources import Sources, Unproven
from tests.gateway.proving import identify, read_gateway, shown, sources_of


def secret_file(directory: Path, name: str, *secrets: str) -> str:
    path = directory / name
    path.write_text("".join(f"{secret}\n" for secret in secrets))
    return str(path)


def name_of(sources: Sources, headers: dict[str, str] | None = None, **more: object) -> str:
    """The name of the source that this request is, or `unproven`."""
    try:
        return identify(sources, shown(headers, **more)).name
    except Unproven:
        return "unproven"


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(text.encode()).decode()}


def test_without_sources_everybody_is_the_default_source() -> None:
    sources = Sources()
    assert (sources.authenticated, name_of(sources)) == (False, "default")


def test_a_token_file_is_the_source_default(tmp_path: Path) -> None:
    sources = sources_of(f'[gateway]\ntoken_file = "{secret_file(tmp_path, "t", "abc-1", "abc-2")}"\n')
    assert name_of(sources, {"authorization": "Bearer abc-1"}) == "default"
    assert name_of(sources, {"Authorization": "bearer  abc-2 "}) == "default"
    for wrong in ("Bearer abc", "Bearer abc-11", "Bearer", "Bearer ", "abc-1", "Basic abc-1", "Bearer \udcff", ""):
        assert name_of(sources, {"authorization": wrong}) == "unproven"
    assert name_of(sources) == "unproven"
    assert name_of(sources, path="/api/SMTP/abc-1", query="token=abc-1") == "unproven"


def test_secrets_of_each_kind_prove_their_own_source(tmp_path: Path) -> None:
    sources = sources_of(
        f"""
        [[gateway.sources]]
        name = "bearer"
        proof = {{ kind = "bearer", secret_variables = ["MTA_TOKEN"] }}
        [[gateway.sources]]
        name = "basic"
        proof = {{ kind = "basic", username = "smtp", secret_files = ["{secret_file(tmp_path, "b", "pass:wörd", "new")}"] }}
        [[gateway.sources]]
        name = "url"
        proof = {{ kind = "url", parameter = "key", secret_files = ["{secret_file(tmp_path, "u", "in the/url")}"] }}
        """,
        {"MTA_TOKEN": "from the environment"},
    )
    assert name_of(sources, {"authorization": "Bearer from the environment"}) == "bearer"
    assert name_of(sources, basic("smtp:pass:wörd")) == "basic"
    assert name_of(sources, basic("smtp:new")) == "basic"
    assert name_of(sources, basic("other:new")) == "unproven"
    assert name_of(sources, {"authorization": "Basic ***"}) == "unproven"
    assert name_of(sources, path="/api/SMTP/in%20the%2Furl") == "url"
    assert name_of(sources, path="/api/smtp/in%20the%2Furl/") == "url"
    assert name_of(sources, path="/api/SMTP", query="a=b&key=in+the%2Furl") == "url"
    assert name_of(sources, path="/api/SMTP", query="token=in+the%2Furl") == "unproven"
    assert name_of(sources, path="/api/SMTP/5", query="&".join(["a=b"] * 100)) == "unproven"
    with pytest.raises(Unproven) as refused:
        identify(sources, shown())
    schemes = [challenge.partition(" ")[0] for challenge in refused.value.challenges]
    assert schemes == ["Bearer", "Basic"]


def test_secrets_change_without_a_restart_and_what_cannot_be_read_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = Path(secret_file(tmp_path, "t", "old-secret"))
    sources = sources_of(f'[gateway]\ntoken_file = "{path}"\n')
    path.write_text("new-secret\nold-secret\n")
    sources.reload()
    assert {name_of(sources, {"authorization": f"Bearer {one}"}) for one in ("old-secret", "new-secret")} == {"default"}
    path.write_text("new-secret\n")
    sources.reload()
    assert name_of(sources, {"authorization": "Bearer old-secret"}) == "unproven"
    for spoil in (lambda: path.write_text("\n"), lambda: path.write_bytes(b"\xff"), path.unlink):
        spoil()
        sources.reload()
        sources.reload()
        assert name_of(sources, {"authorization": "Bearer new-secret"}) == "default"
    assert len(caplog.records) == 3
    assert "new-secret" not in caplog.text


CLIENTS = """
[gateway]
trusted_proxies = ["10.0.0.0/8", "::1"]
client_name_header = "x-client-name"
[[gateway.sources]]
name = "range"
address_ranges = ["192.0.2.0/24", "2001:db8::/32"]
[[gateway.sources]]
name = "both"
proof = { kind = "bearer", secret_variables = ["TOKEN"] }
address_ranges = ["198.51.100.7"]
[[gateway.sources]]
name = "mta"
proof = { kind = "certificate", names = ["CN:mta1", "DNS:mta1.example.org"] }
"""


@pytest.mark.parametrize(
    ("peer", "forwarded", "due"),
    [
        ("192.0.2.9", None, "range"),
        ("::ffff:192.0.2.9", None, "range"),
        ("2001:db8::5", None, "range"),
        ("192.0.3.9", None, "unproven"),
        ("192.0.3.9", "192.0.2.9", "unproven"),  # anybody may write this header
        ("10.1.2.3", "192.0.2.9", "range"),
        ("10.1.2.3", "192.0.2.9:4711, 10.7.7.7", "range"),
        ("::1", "[2001:db8::5]:80", "range"),
        ("10.1.2.3", "192.0.2.9, 203.0.113.1", "unproven"),  # the proxy's own word is the last one
        ("10.1.2.3", "192.0.2.9, nonsense", "unproven"),
        ("10.1.2.3", None, "unproven"),
    ],
)
def test_addresses(peer: str, forwarded: str | None, due: str) -> None:
    sources = sources_of(CLIENTS, {"TOKEN": "t"})
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert name_of(sources, headers, peer=peer) == due


def test_an_address_besides_another_proof() -> None:
    sources = sources_of(CLIENTS, {"TOKEN": "t"})
    assert name_of(sources, {"authorization": "Bearer t"}, peer="198.51.100.7") == "both"
    with pytest.raises(Unproven) as refused:
        identify(sources, shown({"authorization": "Bearer t"}, peer="198.51.100.8"))
    assert refused.value.challenges == ()


def test_names_of_certificates() -> None:
    sources = sources_of(CLIENTS, {"TOKEN": "t"})
    certificate = {"subject": ((("organizationName", "mta1"),), (("commonName", "mta2"),)), "subjectAltName": ()}
    assert name_of(sources, certificate=certificate) == "unproven"
    assert name_of(sources, certificate={**certificate, "subject": ((("commonName", "mta1"),),)}) == "mta"
    assert name_of(sources, certificate={"subjectAltName": (("DNS", "mta1.example.org"),)}) == "mta"
    assert name_of(sources, certificate={"subjectAltName": (("URI", "mta1.example.org"),)}) == "unproven"
    assert name_of(sources, {"x-client-name": "mta1"}, peer="10.0.0.1") == "mta"
    assert name_of(sources, {"x-client-name": "mta2"}, peer="10.0.0.1") == "unproven"
    assert name_of(sources, {"x-client-name": "mta1"}, peer="203.0.113.5") == "unproven"


BAD = """
[gateway]
sauces = 1
[[gateway.sources]]
name = "a b"
colour = "red"
overload_status = 500
proof = { kind = "bearer", secret_files = "x", secret_variables = ["EDS_TOKEN"] }
[[gateway.sources]]
sender_ids = ["one"]
proof = { kind = "magic" }
[[gateway.sources]]
name = "c"
proof = { kind = "hmac", signed = "{timestamp}", replay_s_max = 0 }
[[gateway.sources]]
name = "d"
proof = { kind = "public_key" }
"""


def test_every_bad_key_of_every_table_is_named_at_once() -> None:
    with pytest.raises(Misconfigured) as refused:
        read_gateway(BAD, {"EDS_GATEWAY_SOURCES": "x"})
    for label in (
        "[gateway] sauces: no such setting",
        "[gateway] sources[0].name: ",
        "[gateway] sources[0].colour: no such setting",
        "[gateway] sources[0].overload_status: ",
        "[gateway] sources[0].proof.secret_files: ",
        "[gateway] sources[0].proof.secret_variables: ",
        "[gateway] sources[1].name: is missing",
        "[gateway] sources[1].sender_ids: ",
        "[gateway] sources[1].proof.kind: expected one of bearer, basic, url, hmac, public_key, certificate, got 'magic'",
        "[gateway] sources[2].proof.signed: ",
        "[gateway] sources[2].proof.replay_s_max: ",
        "[gateway] sources[3].proof.algorithm: is missing",
        "EDS_GATEWAY_SOURCES: tables are set in the file alone",
    ):
        assert label in str(refused.value)


def test_sources_that_cannot_work_are_all_named_at_once(tmp_path: Path) -> None:
    one = secret_file(tmp_path, "one", "the-secret-itself")
    with pytest.raises(Misconfigured) as refused:
        sources_of(
            f"""
            [gateway]
            token_file = "{one}"
            [[gateway.sources]]
            name = "nothing"
            [[gateway.sources]]
            name = "same"
            proof = {{ kind = "bearer", secret_files = ["{one}"] }}
            [[gateway.sources]]
            name = "same"
            proof = {{ kind = "basic", username = "u" }}
            [[gateway.sources]]
            name = "absent"
            proof = {{ kind = "url", secret_files = ["{tmp_path}/absent"], secret_variables = ["UNSET"] }}
            [[gateway.sources]]
            name = "range"
            address_ranges = ["192.0.2.7/24"]
            [[gateway.sources]]
            name = "signed"
            proof = {{ kind = "hmac", secret_files = ["{one}"], signed = "{{timestamp}}{{body}}" }}
            [[gateway.sources]]
            name = "key"
            proof = {{ kind = "public_key", algorithm = "rsa-sha1", secret_files = ["{one}"], signed = "{{body}}" }}
            [[gateway.sources]]
            name = "unproven"
            address_ranges = ["192.0.2.0/24"]
            """
        )
    text = str(refused.value)
    for part in (
        "source nothing: neither a proof nor address_ranges",
        "source same: there are 2 of this name",
        "source default: the same secret as source same",
        "source same: no secret",
        f"source absent: {tmp_path}/absent: No such file",
        "source range: address_ranges: 192.0.2.7/24 has host bits set",
        "source signed: signed names timestamp",
        "source key: a public key is neither PEM nor base64 of DER",
        "source unproven: this name stands for",
    ):
        assert part in text
    assert "the-secret-itself" not in text
    with pytest.raises(Misconfigured, match="set tls_client_ca_file, or client_name_header and trusted_proxies"):
        sources_of('[[gateway.sources]]\nname = "m"\nproof = { kind = "certificate", names = ["CN:m"] }\n')
