"""Terms as CSV (RFC 4180), as a spreadsheet reads and writes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.i18n import Code, Message, Verbatim, _
from bot.model.person import LanguageCode
from bot.model.term.file import MOST_ROWS, Fault, Row, language_of, term_of
from bot.model.term.term import Term

COLUMNS = ("in", "to", "source", "target", "forbidden")
KEPT = "-"
"""What stands for the target of a term that is kept as it is."""
_BETWEEN = "|"
_DELIMITERS = ",;\t"
_NEEDED = ("source", "target")
_MOST_SHOWN = 60


def parse_sheet(
    text: str, source: LanguageCode | None = None, target: LanguageCode | None = None
) -> tuple[list[Row], list[Fault]]:
    """Return the terms of *text*, each with its line, and all that is wrong with it.

    Languages that no column names are *source* and *target*.
    """
    rows: list[Row] = []
    faults: list[Fault] = []
    lines = _records(text, faults)
    first, head = next(lines, (1, []))
    names = [cell.strip().lower() for cell in head]
    if missing := _missing(names, source, target):
        return [], [Fault(first, missing), *faults]
    for line, cells in lines:
        if len(cells) > len(names):
            faults.append(Fault(line, _too_many(len(cells), len(names))))
            continue
        if not any(cell.strip() for cell in cells):
            faults.append(Fault(line, _("the source is empty")))
            continue
        values = {"in": source or "", "to": target or "", **dict(zip(names, cells, strict=False))}
        made = _term(values)
        if isinstance(made, Term):
            rows.append(Row(line, made))
        else:
            faults.append(Fault(line, made))
    return rows, faults


def print_sheet(terms: Iterable[Term]) -> bytes:
    """Return *terms* as CSV in UTF-8, with the mark at its beginning by which spreadsheets know that it is."""
    written = io.StringIO(newline="")
    sheet = csv.writer(written)
    sheet.writerow(COLUMNS)
    for term in terms:
        target = KEPT if term.kept else term.target or ""
        sheet.writerow((term.source_language, term.target_language, term.source, target, _BETWEEN.join(term.forbidden)))
    return written.getvalue().encode("utf-8-sig")


def _records(text: str, faults: list[Fault]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the records of *text* that are not a blank line, each with the line that it begins in."""
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begun = 1
    try:
        for number, cells in enumerate(reader):
            if number > MOST_ROWS:
                faults.append(Fault(begun, _("there are more than {most} lines; I read no further", most=MOST_ROWS)))
                return
            if len(cells) > 1 or any(cell.strip() for cell in cells):
                yield begun, cells
            begun = reader.line_num + 1
    except csv.Error:
        faults.append(Fault(begun, _("a quotation mark is not where it belongs, so I cannot read on from here")))


def _missing(names: Sequence[str], source: LanguageCode | None, target: LanguageCode | None) -> Message | None:
    needed = [*_NEEDED, *(() if source else ("in",)), *(() if target else ("to",))]
    missing = [name for name in needed if name not in names]
    if not missing:
        return None
    return _(
        "the first line must name the columns {columns}, and it does not name {missing}",
        columns=tuple(map(Code, COLUMNS)),
        missing=tuple(map(Code, missing)),
    )


def _term(values: Mapping[str, str]) -> Term | Message:
    languages = []
    for name in ("in", "to"):
        found = language_of(values[name])
        if found is None:
            shown = Verbatim(values[name].strip()[:_MOST_SHOWN])
            return _("“{word}” in the column {column} is no language code such as pt", word=shown, column=Code(name))
        languages.append(found)
    target = (values.get("target") or "").strip()
    forbidden = (values.get("forbidden") or "").split(_BETWEEN)
    return term_of(
        languages[0], languages[1], values.get("source") or "", None if target == KEPT else target, forbidden,
        kept=target == KEPT,
    )  # fmt: skip


def _too_many(found: int, most: int) -> Message:
    return _("there are {found} values, more than the {most} columns; put values with commas into quotation marks",
             found=found, most=most)  # fmt: skip
