"""Logs that hold no message text: one JSON object a line on standard error."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger


def configure() -> None:
    """Send our own log to standard error, and silence libraries that would log what people wrote."""
    # nio puts the whole event into its warnings about malformed ones; argostranslate logs every text.
    for name in ("nio", "peewee", "argostranslate"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logging.basicConfig(
        stream=sys.stderr, level=logging.ERROR, format='{"level": "error", "event": "%(name)s"}'
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where_it_broke,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _where_it_broke(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and the lines it passed: its own words may quote a message."""
    if not event.pop("exc_info", None):
        return event
    error = sys.exc_info()[1]
    if error is not None:
        event["exception"] = type(error).__name__
        event["at"] = [_line(frame) for frame in traceback.extract_tb(error.__traceback__)][-12:]
    return event


def _line(frame: traceback.FrameSummary) -> str:
    file: Any = frame.filename
    return f"{'/'.join(file.split('/')[-3:])}:{frame.lineno} {frame.name}"
