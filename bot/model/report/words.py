"""What reports, their fields and their choices are called, and how a report reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.i18n import Code, Language, Message, Verbatim, _, _c
from bot.model.person import UserId
from bot.model.places import Place, written
from bot.model.report.record import HANDLING, Report, Value, digest
from bot.model.report.template import TEMPLATES, Field, Kind, Template
from bot.model.times import dtg
from bot.model.translation import Translation

NAMES = {
    Template.METHANE: _c("report", "METHANE"),
    Template.SALUTE: _c("report", "SALUTE"),
    Template.SITREP: _c("report", "SITREP"),
    Template.CAN: _c("report", "CAN"),
    Template.NINE_LINE: _c("report", "9-line MEDEVAC"),
    Template.SPOT: _c("report", "SPOT"),
}
ETHANE = Message("ETHANE")
"""What a METHANE is called in which no major incident is declared; the name is the same in every language."""
FIELDS: Mapping[tuple[Template, str], Message] = {
    (Template.METHANE, "major"): _c("field", "Major incident declared"),
    (Template.METHANE, "location"): _c("field", "Exact location"),
    (Template.METHANE, "type"): _c("field", "Type of incident"),
    (Template.METHANE, "hazards"): _c("field", "Hazards present or suspected"),
    (Template.METHANE, "access"): _c("field", "Access and egress"),
    (Template.METHANE, "casualties"): _c("field", "Number of casualties"),
    (Template.METHANE, "injuries"): _c("field", "Injuries and how severe they are"),
    (Template.METHANE, "services"): _c("field", "Emergency services present and required"),
    (Template.SALUTE, "size"): _c("field", "Size"),
    (Template.SALUTE, "activity"): _c("field", "Activity"),
    (Template.SALUTE, "location"): _c("field", "Location"),
    (Template.SALUTE, "direction"): _c("field", "Direction of movement"),
    (Template.SALUTE, "unit"): _c("field", "Unit or uniform"),
    (Template.SALUTE, "time"): _c("field", "Time of observation"),
    (Template.SALUTE, "equipment"): _c("field", "Equipment"),
    (Template.SALUTE, "basis"): _c("field", "Basis"),
    (Template.SALUTE, "source"): _c("field", "Source"),
    (Template.SALUTE, "position"): _c("field", "Observer's own location"),
    (Template.SALUTE, "intention"): _c("field", "Observer's intention"),
    (Template.SITREP, "classification"): _c("field", "Label"),
    (Template.SITREP, "subject"): _c("field", "Subject"),
    (Template.SITREP, "from"): _c("field", "Period from"),
    (Template.SITREP, "until"): _c("field", "Period until"),
    (Template.SITREP, "situation"): _c("field", "Situation"),
    (Template.SITREP, "actions"): _c("field", "Actions"),
    (Template.SITREP, "casualties"): _c("field", "Casualties"),
    (Template.SITREP, "resources"): _c("field", "Resources"),
    (Template.SITREP, "intentions"): _c("field", "Intentions"),
    (Template.SITREP, "requests"): _c("field", "Requests"),
    (Template.CAN, "conditions"): _c("field", "Conditions"),
    (Template.CAN, "actions"): _c("field", "Actions"),
    (Template.CAN, "needs"): _c("field", "Needs"),
    (Template.NINE_LINE, "location"): _c("field", "Location of the pick-up site"),
    (Template.NINE_LINE, "frequency"): _c("field", "Frequency and call sign"),
    (Template.NINE_LINE, "patients"): _c("field", "Patients by precedence"),
    (Template.NINE_LINE, "equipment"): _c("field", "Special equipment"),
    (Template.NINE_LINE, "mobility"): _c("field", "Patients by type"),
    (Template.NINE_LINE, "wounds"): _c("field", "Number and type of wounds"),
    (Template.NINE_LINE, "marking"): _c("field", "Marking of the site"),
    (Template.NINE_LINE, "nationality"): _c("field", "Nationality and status of the patients"),
    (Template.NINE_LINE, "terrain"): _c("field", "Terrain"),
    (Template.SPOT, "what"): _c("field", "Who or what"),
    (Template.SPOT, "location"): _c("field", "Location"),
    (Template.SPOT, "time"): _c("field", "Time of observation"),
    (Template.SPOT, "activity"): _c("field", "Activity"),
    (Template.SPOT, "actions"): _c("field", "Actions"),
}
CHOICES: Mapping[str, Message] = {
    "yes": _c("choice", "yes"),
    "no": _c("choice", "no"),
    "north": _c("direction", "north"),
    "north_east": _c("direction", "north-east"),
    "east": _c("direction", "east"),
    "south_east": _c("direction", "south-east"),
    "south": _c("direction", "south"),
    "south_west": _c("direction", "south-west"),
    "west": _c("direction", "west"),
    "north_west": _c("direction", "north-west"),
    "stationary": _c("direction", "not moving"),
    "seen": _c("basis", "seen by the observer"),
    "told": _c("basis", "told by somebody else"),
    "opinion": _c("basis", "an opinion, not a fact"),
    # Labels are never translated.
    "clear": Message("{label}", {"label": Code("TLP:CLEAR")}),
    "green": Message("{label}", {"label": Code("TLP:GREEN")}),
    "amber": Message("{label}", {"label": Code("TLP:AMBER")}),
    "amber_strict": Message("{label}", {"label": Code("TLP:AMBER+STRICT")}),
    "urgent": _c("precedence", "urgent"),
    "urgent_surgical": _c("precedence", "urgent surgical"),
    "priority": _c("precedence", "priority"),
    "routine": _c("precedence", "routine"),
    "convenience": _c("precedence", "convenience"),
    "none": _c("choice", "none"),
    "hoist": _c("equipment", "hoist"),
    "extraction": _c("equipment", "extraction equipment"),
    "ventilator": _c("equipment", "ventilator"),
    "litter": _c("patients", "lying"),
    "ambulatory": _c("patients", "walking"),
    "panels": _c("marking", "panels"),
    "pyrotechnics": _c("marking", "pyrotechnic signal"),
    "smoke": _c("marking", "smoke"),
    "other": _c("choice", "other"),
}
_HOW = {
    Kind.TEXT: _("Reply in your own words."),
    Kind.NUMBER: _("Reply with a whole number."),
    Kind.PLACE: _("Reply with a grid reference, degrees or a named point, or share the place."),
    Kind.TIME: _("Reply with a time."),
    Kind.CHOICE: _("Reply to this message with the number."),
}


def name_of(template: Template) -> Message:
    """Return what the template is called."""
    return NAMES[template]


def title_of(report: Report) -> Message:
    """Return what the report is called, by what it says."""
    major = report.values.get("major")
    return ETHANE if report.template is Template.METHANE and major and major.meant == "no" else name_of(report.template)


def labels(field: Field) -> dict[str, Message]:
    """Return what the choices of *field* are called, by their codes."""
    return {code: CHOICES[code] for code in field.choices}


def short(template: Template, field: Field) -> Message:
    """Return what a field is called, after its letter or number."""
    called = FIELDS[template, field.code]
    if field.letter:
        return _("{letter} – {field}", letter=Verbatim(field.letter), field=called)
    return called


def asked(template: Template, ref: object, field: Field, *, optional: bool, again: bool) -> tuple[Message, ...]:
    """Return the question for a field, and how to answer it; *again*: it is a revision, the field may stay as it is."""
    question = _("{report} {ref}: {field}?", report=NAMES[template], ref=Code(str(ref)), field=short(template, field))
    how = [_HOW[field.kind]] if field.kind in _HOW and field.kind is not Kind.CHOICE else []
    if field.kind is Kind.COUNTS:
        how = [_("Reply with a number for each that applies: {choices}.", choices=tuple(labels(field).values()))]
    dash = Code("-")
    if again:
        how.append(_("Reply with {dash} to leave it as it is.", dash=dash))
    elif optional:
        how.append(_("Reply with {dash} to leave it out.", dash=dash))
    return (question, *how)


def heading(report: Report, named: Callable[[UserId], str]) -> Message:
    """Return which report it is, by whom and when; *named* tells what a person is called."""
    name = named(report.author)
    said = {
        "report": title_of(report),
        "ref": Code(str(report.ref)),
        "revision": report.revision,
        "name": Verbatim(f"{name} ({report.agency})" if report.agency else name),
        "group": Code(dtg(report.made_at)),
    }
    if report.incident:
        return _(
            "{report} {ref}, revision {revision}, about {incident}. By {name}, {group}.",
            incident=Code(str(report.incident)),
            **said,
        )
    return _("{report} {ref}, revision {revision}. By {name}, {group}.", **said)


def same_as(report: Report) -> Message:
    """Return that what was given says the same as that revision."""
    return _("That says the same as revision {revision}. Nothing was changed.", revision=report.revision)


def lines(report: Report, before: Report | None, made: Mapping[str, Translation], language: str) -> Sequence[Message]:
    """Return the fields of a report, a line each, for readers of *language*; *made* are its texts in it, by digest.

    Those that say something else than the revision *before* are marked.
    """
    changed = report.changed(before)
    found = []
    if HANDLING in report.values:
        found.append(_("Handling: {label}", label=Verbatim(report.values[HANDLING].meant)))
    for field in TEMPLATES[report.template]:
        if field.code not in report.values:
            continue
        value = _shown(field, report.values[field.code], made, language)
        line = _("{field}: {value}", field=short(report.template, field), value=value)
        found.append(_("{line} (changed)", line=line) if field.code in changed else line)
    return tuple(found)


def value_of(report: Report, code: str, made: Mapping[str, Translation], language: str) -> Message:
    """Return what a report says in a field, as a line of it says that."""
    field = next(one for one in TEMPLATES[report.template] if one.code == code)
    return _("{text}", text=_shown(field, report.values[code], made, language))


def _shown(field: Field, value: Value, made: Mapping[str, Translation], language: str) -> Any:
    meant = value.meant
    match field.kind:
        case Kind.NUMBER:
            return meant
        case Kind.PLACE if isinstance(meant, str):
            text = _text(field, value, made.get(digest(field.code, meant)), language)
            return _("{text} (words only, no position)", text=text)
        case Kind.PLACE:
            return written(Place(*meant))
        case Kind.TIME:
            return datetime.fromisoformat(meant)
        case Kind.CHOICE:
            return CHOICES[meant]
        case Kind.COUNTS:
            counted = [(CHOICES[code], meant[code]) for code in field.choices if code in meant]
            return tuple(_("{what}: {count}", what=what, count=count) for what, count in counted)
        case Kind.TEXT:
            return _text(field, value, made.get(digest(field.code, meant)), language)


def _text(field: Field, value: Value, made: Translation | None, language: str) -> Message:
    """Return what a person wrote, as a reader of *language* sees it."""
    own = value.language
    if not value.meant:
        return _("taken back")
    if own is None or own.base == language.partition("-")[0]:
        return _("{text}", text=Verbatim(value.meant))
    if made is None:
        return _("{text} (in {language}, not translated)", text=Verbatim(value.meant), language=Language(own))
    if made.flags:
        return _(
            "{text} (⚠ uncertain machine translation of: {original})",
            text=Verbatim(made.text), original=Verbatim(value.meant),
        )  # fmt: skip
    return _("{text} (machine translation)", text=Verbatim(made.text))
