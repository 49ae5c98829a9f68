"""Health answers that every server gives alike: /livez for the process, /readyz for all that it needs."""

from collections.abc import Mapping


class Note(str):
    """What is worth knowing of a part that is well enough, such as `spooling: 7 bytes`."""

    __slots__ = ()


def render(checks: Mapping[str, str | None], verbose: bool) -> tuple[int, str]:
    """The status and the text of a health answer. `checks` maps a part's name to its problem, None or a Note where it is well.

    200 where all is well, else 503. Verbose text has one line a part, `[+]kafka ok` or `[-]kafka: the reason`, and notes are
    told as `[+]spool spooling: 7 bytes`; in the short text as `ok; spooling: 7 bytes`.
    """
    notes = {name: told for name, told in checks.items() if isinstance(told, Note)}
    status = 503 if any(told is not None and name not in notes for name, told in checks.items()) else 200
    if not verbose and status == 200:
        return status, "; ".join(("ok", *notes.values())) + "\n"
    lines = [
        f"[+]{name} {told or 'ok'}" if told is None or name in notes else f"[-]{name}: {told}"
        for name, told in checks.items()
    ]
    return status, "\n".join(lines) + "\n"
