"""Structured logs: one JSON object a line on standard error, mail addresses never whole, and no password of a URL."""

import logging
import sys
import threading
from types import TracebackType
from typing import Annotated, Any, Literal

import msgspec
import orjson
from msgspec import Meta

from delivery.credentials import hide_in_text
from delivery.event import format_time
from delivery.masking import mask_addresses

Level = Literal["debug", "info", "warning", "error"]
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class LogSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the servers log, as lines of JSON on standard error."""

    level: Annotated[Level, Meta(description="The least that is logged: debug, info, warning or error.")] = "info"


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON: time, level, logger, message, then what was passed as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": format_time(int(record.created * 1000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _harmless(record.getMessage()),
        }
        line |= {name: _harmless(value) for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["exception"] = _harmless(self.formatException(record.exc_info))
        return orjson.dumps(line, default=lambda value: _harmless(str(value)), option=orjson.OPT_NON_STR_KEYS).decode()


def log_to_stderr(level: Level = "info") -> None:
    """Sends every logger's records to standard error as JSON, warnings and what ends a thread or the process, too.

    Called once, by a process's entry point.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    sys.excepthook = _log_end
    threading.excepthook = _log_end_of_thread


def _log_end(kind: type[BaseException], problem: BaseException, where: TracebackType | None) -> None:
    logging.getLogger("process").critical("the process ends: %s", kind.__name__, exc_info=(kind, problem, where))


def _log_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        where = (ended.exc_type, ended.exc_value, ended.exc_traceback)
        logging.getLogger("process").critical("a thread ends: %s", ended.exc_type.__name__, exc_info=where)


def _harmless(value: Any) -> Any:
    """The value with addresses masked in its texts, and without the credentials of URLs."""
    if isinstance(value, str):
        return mask_addresses(hide_in_text(value))
    if isinstance(value, list | tuple):
        return [_harmless(one) for one in value]
    if isinstance(value, dict):
        return {name: _harmless(one) for name, one in value.items()}
    return value
