"""Secrets from files and from the environment. Problems name the file or the variable, never what is in it."""

from collections.abc import Mapping
from pathlib import Path

from delivery.errors import Misconfigured
from gateway.sources.settings import SecretProof

SECRETS_MAX = 8
FILE_BYTES_MAX = 65_536
PEM_BEGIN, PEM_END = "-----BEGIN ", "-----END "


def read_secrets(proof: SecretProof, environment: Mapping[str, str]) -> tuple[str, ...]:
    """All secrets that are valid now, each once; Misconfigured where one is missing or empty."""
    found: dict[str, None] = {}
    for name in proof.secret_files:
        found |= dict.fromkeys(_lines(_read(Path(name)), name))
    for name in proof.secret_variables:
        text = environment.get(name, "").strip()
        if not text:
            raise Misconfigured(f"the variable {name} is not set, or empty")
        found |= dict.fromkeys(_lines(text, name))
    if not found:
        raise Misconfigured("no secret: set secret_files or secret_variables")
    if len(found) > SECRETS_MAX:
        raise Misconfigured(f"{len(found)} secrets: {SECRETS_MAX} at most")
    return tuple(found)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
        if len(content) > FILE_BYTES_MAX:
            raise Misconfigured(f"{path}: larger than {FILE_BYTES_MAX} bytes")
        return content.decode()
    except OSError as problem:
        raise Misconfigured(f"{path}: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise Misconfigured(f"{path}: not UTF-8") from problem


def _lines(text: str, name: str) -> list[str]:
    """Lines, without blanks around them and without empty ones; a PEM block is one."""
    found: list[str] = []
    block: list[str] | None = None
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith(PEM_BEGIN):
            block = []
        if block is not None:
            block.append(line)
            if line.startswith(PEM_END):
                found.append("\n".join(block))
                block = None
        elif line:
            found.append(line)
    if not found or block is not None:
        raise Misconfigured(f"{name}: empty, or a PEM block without its end")
    return found
