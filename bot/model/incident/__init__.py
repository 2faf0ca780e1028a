"""Incidents: what one is, what may become of it, and what is said of it in its timeline.

Parts, lowest first: `values` (severities, statuses, types), `title`, `declaration`, `decision`, `said` (where and
when), `roles`, `likeness`, `record`, `fields` (of it, as JSON), `related`, `search`, `pin` (a message of the room),
`timeline`, `replaced` (what others took the place of), `partial` (what is marked in it), `evaluation` (of a note),
`words` (what all of it is called), `duty` and `entries` (what the timeline tells), `dating` (of a note).
"""

from __future__ import annotations

from bot.model.incident.dating import Noted, dated, entered, moment_of, of_another_day
from bot.model.incident.decision import Aspect, composed, headed, parts_of, taken_apart
from bot.model.incident.declaration import Declaration, Words
from bot.model.incident.entries import told
from bot.model.incident.evaluation import Basis, Info, Source, evaluation, grade
from bot.model.incident.fields import WAS, changed, packed, put
from bot.model.incident.likeness import APART, Looks, likeness
from bot.model.incident.listed import as_written, in_a_line, title_line
from bot.model.incident.partial import TITLE, PartMark, covered, placed_by, without
from bot.model.incident.pin import Attached, Pinned, data_of, digest_of
from bot.model.incident.record import Incident, Validation
from bot.model.incident.related import Related, Tie, named, relations
from bot.model.incident.replaced import replaced
from bot.model.incident.roles import Assigned, Part, assigned
from bot.model.incident.said import moment_before, moment_in, place_in
from bot.model.incident.search import Hit, Wanted
from bot.model.incident.timeline import WHOLE, Entry, EntryKind
from bot.model.incident.title import LONGEST_TEXT, LONGEST_TITLE, title_of, whole_of
from bot.model.incident.values import Reason, Severity, Status, Type
from bot.model.incident.words import PARTS, facts, heading, marked, stands, title_as_written, titled, worded

__all__ = [
    "APART",
    "LONGEST_TEXT",
    "LONGEST_TITLE",
    "PARTS",
    "TITLE",
    "WAS",
    "WHOLE",
    "Aspect",
    "Assigned",
    "Attached",
    "Basis",
    "Declaration",
    "Entry",
    "EntryKind",
    "Hit",
    "Incident",
    "Info",
    "Looks",
    "Noted",
    "Part",
    "PartMark",
    "Pinned",
    "Reason",
    "Related",
    "Severity",
    "Source",
    "Status",
    "Tie",
    "Type",
    "Validation",
    "Wanted",
    "Words",
    "as_written",
    "assigned",
    "changed",
    "composed",
    "covered",
    "data_of",
    "dated",
    "digest_of",
    "entered",
    "evaluation",
    "facts",
    "grade",
    "headed",
    "heading",
    "in_a_line",
    "likeness",
    "marked",
    "moment_before",
    "moment_in",
    "moment_of",
    "named",
    "of_another_day",
    "packed",
    "parts_of",
    "place_in",
    "placed_by",
    "put",
    "relations",
    "replaced",
    "stands",
    "taken_apart",
    "title_as_written",
    "title_line",
    "title_of",
    "titled",
    "told",
    "whole_of",
    "without",
    "worded",
]
