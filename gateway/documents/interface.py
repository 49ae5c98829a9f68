"""Where the interface is: POST /api/SMTP in any case, also as /api/SMTP/ and /api/SMTP/{id}."""

from urllib.parse import unquote


def is_interface(path: str) -> bool:
    """Whether this is api/SMTP or api/SMTP/{id}: whatever the case, percent-encoded or not, with a slash at its end or not."""
    if path == "/api/SMTP":
        return True
    segments = unquote(path).lower().removesuffix("/").split("/")
    return segments[:3] == ["", "api", "smtp"] and (len(segments) == 3 or (len(segments) == 4 and segments[3] != ""))
