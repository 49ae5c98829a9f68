"""The tags of what doesn't change."""

from hashlib import blake2b


def tag_of(body: bytes) -> str:
    """The tag of an answer by its content."""
    return f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
