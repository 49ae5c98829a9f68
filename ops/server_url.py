"""What all commands that ask a server over HTTP share: its URL, whom to trust there, the token to show, and when to ask again."""

import ssl
from pathlib import Path

import httpx

from delivery.errors import Misconfigured
from ops.outcomes import Misused

GRAPHQL_EXAMPLE = "http://127.0.0.1:8081/graphql"
GATEWAY_EXAMPLE = "http://127.0.0.1:8080/api/SMTP"
PORT_MAX = 65_535


def require_url(text: str, example: str) -> None:
    """Misused where nothing can be asked at such a URL."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as problem:
        raise Misused(f"{text!r} is no URL: {problem}") from problem
    if url.scheme not in ("http", "https") or not url.host or (url.port or 0) > PORT_MAX:
        raise Misused(f"{text!r} is no URL of a server, such as {example}")


def trust(url: str, ca_file: str) -> ssl.SSLContext | bool:
    """What a client checks the server's certificate against."""
    if not ca_file or not url.lower().startswith("https:"):
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as problem:
        raise Misconfigured(f"[client] ca_file {ca_file}: {problem}") from problem


def is_distrusted(problem: BaseException | None) -> bool:
    """Whether this is a server whose certificate is not trusted: asking again does not help."""
    while problem is not None:
        if isinstance(problem, ssl.SSLCertVerificationError):
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def read_token(path: Path | None) -> str:
    """The token in a file, nothing without one; of several, of which one replaces the other, the first: it is the new one."""
    try:
        found = path.read_text("ascii").split() if path else []
    except (OSError, UnicodeDecodeError) as problem:
        raise Misconfigured(f"the token's file {path}: {problem}") from problem
    token = found[0] if found else ""
    if not token.isprintable():
        raise Misconfigured(f"the token's file {path}: a token holds no control characters")
    return token


def retry_after_s(reply: httpx.Response, default_s: float) -> float:
    """When to ask again, in seconds; the default where the server names no number of them."""
    told = reply.headers.get("retry-after", "").strip()
    return float(told) if told.isascii() and told.isdigit() else default_s
