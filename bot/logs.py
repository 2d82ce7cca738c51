"""Logs: one line an event, key=value with ids, never a token, a name or a text. The filter is the last resort."""

import logging
import re
import sys
import threading
from collections.abc import Iterator, MutableMapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog

_TOKEN = re.compile(r"(?<!\d)\d{6,12}(?::|%3[Aa])[A-Za-z0-9_-]{30,}")
QUIET = (
    *("alembic", "telegram", "apscheduler", "aiosqlite", "sqlalchemy", "uvicorn.access"),
    *("python_multipart", "multipart", "PIL", "matplotlib", "fontTools"),
)
"""Loggers that are too talkative, or that write addresses with the token in them, values of rows, names of files."""
FRAMES = 6  # of a traceback, the innermost
LONGEST = 300  # characters of what a library says
_ORDER = ["timestamp", "level", "event"]


def redacted(text: str, hidden: Sequence[str] = ()) -> str:
    """Blank whatever looks like a bot token, and what is given."""
    for each in hidden:
        text = text.replace(each, "<token>").replace(each.replace(":", "%3A"), "<token>")
    return _TOKEN.sub("<token>", text)


def place(error: BaseException) -> str:
    """Return file and line of the innermost frame: where to look, without any text of a message."""
    return next(iter(_places(error.__traceback__)), "")


def places(error: BaseException) -> str:
    """Return files and lines of the innermost frames, the innermost first."""
    return " < ".join(_places(error.__traceback__)[:FRAMES])


def _places(trace: TracebackType | None) -> list[str]:
    found = []
    while trace:
        found.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return found[::-1]


def kinds(error: BaseException) -> str:
    """Name an error and what caused it; of a group, all of its parts. Their words may be a person's."""
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return ", ".join(map(kinds, inner)) or " from ".join(type(each).__name__ for each in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(FRAMES):
        if error is None:
            return
        yield error
        error = error.__cause__


class _Line(logging.Formatter):
    """A library's record as a line like ours: its first line of words, no traceback, no words of an error."""

    def __init__(self, hidden: Sequence[str]) -> None:
        super().__init__()
        self._hidden = hidden

    def format(self, record: logging.LogRecord) -> str:
        said = record.getMessage().partition("\n")[0][:LONGEST]  # asyncio's next lines repeat errors, words and all
        facts: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": redacted(said, self._hidden),
            "logger": record.name,
        }
        if record.exc_info and (error := record.exc_info[1]):
            facts |= {"kind": kinds(error), "at": places(error)}
        return " ".join(f"{name}={value!r}" for name, value in facts.items())


def set_up(level: int = logging.INFO, hidden: Sequence[str] = ()) -> None:
    """Send everything to stderr as key=value lines: ours, libraries', and errors that nobody caught.

    `hidden` are secrets in use, which may not look like a token.
    """

    def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: redacted(value, hidden) if isinstance(value, str) else value for key, value in event.items()}

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(hidden))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            redact,
            structlog.processors.KeyValueRenderer(key_order=_ORDER),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    sys.excepthook = _uncaught
    threading.excepthook = lambda found: _uncaught(found.exc_type, found.exc_value, found.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        return
    logging.getLogger("python").critical("an error that nobody caught", exc_info=(kind, error or kind(), trace))
