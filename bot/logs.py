"""Logs that hold no message text: one JSON object a line on standard error."""

from __future__ import annotations

import io
import json
import logging
import sys
import traceback
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger


def configure(level: int = logging.INFO) -> None:
    """Send our own log from *level* up to standard error, and silence libraries that would log what people wrote."""
    # nio puts the whole event into its warnings about malformed ones; argostranslate logs every text.
    for name in ("nio", "peewee", "argostranslate"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    handler = logging.StreamHandler(_StandardError())
    handler.setFormatter(_NameOnly())
    logging.basicConfig(handlers=[handler], level=logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where_it_broke,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _StandardError())),
        cache_logger_on_first_use=True,
    )


class _StandardError(io.TextIOBase):
    """Standard error as it is when something is written: who runs us may have put another in its place."""

    def write(self, text: str, /) -> int:
        """Write *text*."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Pass on what is buffered."""
        sys.stderr.flush()


class _NameOnly(logging.Formatter):
    """Of what a library logs only its name and the kind of its exception: the words may quote a message."""

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as one JSON object."""
        event: dict[str, Any] = {"level": record.levelname.lower(), "event": record.name}
        if record.exc_info and record.exc_info[1]:
            event |= _broke(record.exc_info[1])
        return json.dumps(event, ensure_ascii=False)


def _where_it_broke(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and the lines it passed: its own words may quote a message."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event.update(_broke(error))
    return event


def _broke(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    return {"exception": type(error).__name__, "at": [_line(frame) for frame in frames][-12:]}


def _line(frame: traceback.FrameSummary) -> str:
    file: Any = frame.filename
    return f"{'/'.join(file.split('/')[-3:])}:{frame.lineno} {frame.name}"
