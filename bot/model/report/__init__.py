"""Reports by template: METHANE, SALUTE, SITREP, CAN, the nine lines of a MEDEVAC request, SPOT.

Parts, lowest first: `template` (what each asks for, as data), `record`, `words` (what all of it is called), `parsing`
(a text to its fields), `reading` (a field's text to its value).
"""

from __future__ import annotations

from bot.model.report.parsing import Keys, keys_of, parse
from bot.model.report.reading import Reading, crossed
from bot.model.report.record import HANDLING, Draft, Report, Unchanged, Value, digest, handling_of
from bot.model.report.template import TEMPLATES, Field, Kind, Template, field_of, following, lacking, needed
from bot.model.report.words import asked, heading, labels, lines, name_of, same_as, short, title_of, value_of

__all__ = [
    "HANDLING",
    "TEMPLATES",
    "Draft",
    "Field",
    "Keys",
    "Kind",
    "Reading",
    "Report",
    "Template",
    "Unchanged",
    "Value",
    "asked",
    "crossed",
    "digest",
    "field_of",
    "following",
    "handling_of",
    "heading",
    "keys_of",
    "labels",
    "lacking",
    "lines",
    "name_of",
    "needed",
    "parse",
    "same_as",
    "short",
    "title_of",
    "value_of",
]
