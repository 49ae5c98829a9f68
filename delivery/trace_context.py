"""What a valid traceparent is (W3C Trace Context, level 1 and 2)."""

import re

# version "-" trace-id "-" parent-id "-" flags; a version above 00 may go on behind a further "-".
_PARENT = re.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-[!-~]*)?")


def is_traceparent(text: str) -> bool:
    """Whether this is a valid traceparent, of version 00 or of a later one that begins alike."""
    if not _PARENT.fullmatch(text):
        return False
    return len(text) == 55 or not text.startswith("00")
