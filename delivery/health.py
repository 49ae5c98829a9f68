"""Health answers that every server gives alike: /livez for the process, /readyz for all that it needs."""

from collections.abc import Mapping


def render(checks: Mapping[str, str | None], verbose: bool) -> tuple[int, str]:
    """The status and the text of a health answer. `checks` maps a part's name to its problem, None where it is well.

    200 where all is well, else 503. Verbose text has one line a part, `[+]kafka ok` or `[-]kafka: the reason`.
    """
    status = 503 if any(problem is not None for problem in checks.values()) else 200
    if not verbose and status == 200:
        return status, "ok\n"
    lines = [f"[+]{name} ok" if problem is None else f"[-]{name}: {problem}" for name, problem in checks.items()]
    return status, "\n".join(lines) + "\n"
