"""Passwords in URLs, hidden: before the host, and as PostgreSQL's `password` and `sslpassword` in the query."""

import re
from urllib.parse import unquote_plus

HIDDEN = "…"
_SECRETS = frozenset({"password", "sslpassword"})
_USER = re.compile(r"(?<=://)[^/@\s]{1,512}(?=@)")
_MEMBER = re.compile(r"(?<=[?&])((?:ssl)?password=)[^&\s]+", re.IGNORECASE)


def hide_in_text(text: str) -> str:
    """A text without the users and passwords of the URLs in it."""
    return _MEMBER.sub(rf"\1{HIDDEN}", _USER.sub(HIDDEN, text)) if "://" in text else text


def hide_in_url(url: str) -> str:
    """What is a URL as a whole, without its passwords. Its user stays. Characters that should be escaped may stand in them."""
    scheme, mark, rest = url.partition("://") if "://" in url else ("", "", url)
    place, question, query = rest.partition("?")
    user, at, host = place.rpartition("@")
    name, colon, _ = (user if at else place).partition(":")
    if "@" in query.partition("=")[0]:  # the ? was in the password: nothing behind the user is sure
        return f"{scheme}{mark}{name}:{HIDDEN}"
    if at and colon:
        place = f"{name}:{HIDDEN}@{host}"
    return f"{scheme}{mark}{place}{question}{'&'.join(map(_hidden, query.split('&')))}"


def _hidden(member: str) -> str:
    name, equals, value = member.partition("=")
    return f"{name}{equals}{HIDDEN}" if value and unquote_plus(name).lower() in _SECRETS else member
