"""A file of terms, read and checked whole: either all of it holds, or every fault is told and nothing is taken."""

from __future__ import annotations

import codecs

from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Verbatim, _, _n
from bot.model.person import LanguageCode
from bot.model.term import Term
from bot.model.term.file import Fault, Row
from bot.model.term.sheet import parse_sheet
from bot.model.term.tbx import parse_tbx
from bot.services.term.rules import faults as faults_of

MOST_TERMS = 20_000
MOST_FAULTS = 40
"""Faults that are told at once: more are not read, and the rest shows when these are mended."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read(data: bytes, source: LanguageCode | None = None, target: LanguageCode | None = None) -> tuple[Term, ...]:
    """Return the terms of a CSV or TBX file; takes a moment for thousands, so it belongs into a thread.

    *source* and *target* are the languages that a CSV file does not name, or those to take of a TBX file. Raises
    UserError with every fault and its line.
    """
    rows, faults = _parsed(data, source, target)
    faults += [Fault(row.line, what) for row in rows for what in faults_of(row.term)]
    faults += _twice(rows)
    if faults:
        raise _refusal(sorted(faults, key=lambda fault: fault.line))
    if not rows:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("There are no terms in it. Nothing was imported."))
    if len(rows) > MOST_TERMS:
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _(
                "There are {found} terms in it. I take {most} at once at most. Nothing was imported.",
                found=len(rows), most=MOST_TERMS,
            ),
        )  # fmt: skip
    return tuple(dict.fromkeys(row.term for row in rows))


def _parsed(data: bytes, source: LanguageCode | None, target: LanguageCode | None) -> tuple[list[Row], list[Fault]]:
    head = data.lstrip(b"\xef\xbb\xbf\xff\xfe\xfe\xff\x00 \t\r\n")[:1]
    if head == b"<":
        return parse_tbx(data, source, target)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [Fault(line, _("this is neither CSV in UTF-8 nor TBX; save it as “CSV UTF-8” in your spreadsheet"))]
    return parse_sheet(text, source, target)


def _twice(rows: list[Row]) -> list[Fault]:
    """Return the terms that say something else than an earlier one with the same source and languages."""
    first: dict[tuple[str, str, str], Row] = {}
    return [
        Fault(
            row.line,
            _(
                "“{source}” is in line {line} already, with another wording",
                source=Verbatim(row.term.source),
                line=other.line,
            ),
        )
        for row in rows
        if (other := first.setdefault(row.term.key, row)).term != row.term
    ]


def _refusal(faults: list[Fault]) -> UserError:
    said = [_n("Nothing was imported. There is {n} fault.", "Nothing was imported. There are {n} faults.", len(faults))]
    said += [_line(fault) for fault in faults[:MOST_FAULTS]]
    if (left := len(faults) - MOST_FAULTS) > 0:
        said.append(_n("There is {n} more.", "There are {n} more.", left))
    return UserError(ErrorCode.BAD_ARGUMENT, *said)


def _line(fault: Fault) -> Message:
    return _("Line {line}: {fault}", line=fault.line, fault=fault.what)
