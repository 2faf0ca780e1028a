"""A word to a value: one function for each type. A new type is one function and one line in `KINDS`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

from bot.arguments import languages, zones
from bot.arguments import times as worded
from bot.arguments.folding import LONGEST_COMPARED, cited, key
from bot.arguments.names import Vocabulary
from bot.command import Range
from bot.i18n import AnyOf, Code, Language, Message, _, _c
from bot.model import places, times
from bot.model.incident import Severity
from bot.model.people import NOBODY, People, unknown
from bot.model.person import LanguageCode, UserId, Zone
from bot.model.places import NOWHERE, Gazetteer, Place
from bot.model.reference import Ref, certain
from bot.model.room import RoomName
from bot.model.times import Aim, Cause, NotRead, Understood

_WHOLE_NUMBER = re.compile(r"[+-]?\d+")
_USER_ID = re.compile(r"@[^\s:]+:[\w.-]+(?::\d+)?|@[^\s:]+:\[[0-9a-fA-F:.]+\](?::\d+)?")
_LINK = re.compile(r"(?:https?://matrix\.to/#/|matrix:u/)([^?\s]+)")
_ROOM_NAME = re.compile(r"[!#][^\s]+")
_ROOM_LINK = re.compile(r"(?:https?://matrix\.to/#/|matrix:(?:roomid|r)/)([^?\s/]+)")
_LONGEST_USER_ID = 255
_MOST_CALLED = 8
"""How many people of one name are listed."""
_FAR = 10**16  # no number of ours is as far from zero, and SQLite holds it


class Fault(Exception):
    """What is wrong with a word: whole sentences."""

    def __init__(self, *messages: Message) -> None:
        super().__init__(*messages)
        self.messages = messages


@dataclass(frozen=True, slots=True)
class Asked:
    """What a value is read for: the parameter as the usage line shows it, and whose words they are.

    `reader` is the interface language, `own` the person's language, which may have no catalogue, `zone` their zone.
    `now` and `sent`: when the command was received, and when it was sent.
    """

    name: Code
    vocabulary: Vocabulary
    reader: str
    own: str
    zone: str = "UTC"
    range: Range | None = None
    aim: Aim = Aim.AHEAD
    now: datetime | None = None
    sent: datetime | None = None
    gazetteer: Gazetteer = NOWHERE
    """The named points that a place may be."""
    people: People = NOBODY
    """Who may be called by less than an id."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a type is read and what stands for it in a usage line; `spaces`: one value may be several words.

    `certain` tells whether a word is one, where it may be left out: then another word belongs to what follows.
    """

    read: Callable[[str, Asked], Any]
    placeholder: Message | None = None
    several: Message | None = None
    spaces: bool = False
    certain: Callable[[str], bool] | None = None


def _text(text: str, asked: Asked) -> str:
    return text


def _whole_number(text: str, asked: Asked) -> int:
    typed = key(text) if len(text) <= LONGEST_COMPARED else ""
    if not _WHOLE_NUMBER.fullmatch(typed):
        raise Fault(_("{name} needs a whole number. “{word}” is not one.", name=asked.name, word=cited(text)))
    number = int(typed)
    least, most = (asked.range.least, asked.range.most) if asked.range else (None, None)
    if number < (-_FAR if least is None else least):
        if most is None:
            raise Fault(_("{name} must be {least} or more.", name=asked.name, least=least or 0))
    elif number <= (_FAR if most is None else most):
        return number
    elif least is None or most is None:
        raise Fault(_("{name} must be {most} or less.", name=asked.name, most=most or _FAR))
    raise Fault(_("{name} must be from {least} to {most}.", name=asked.name, least=least, most=most))


def _language(text: str, asked: Asked) -> LanguageCode:
    # In the person's own words first: a name may mean another language elsewhere.
    found = (
        languages.by_code(text)
        or languages.by_name(text, asked.own, asked.reader)
        or languages.by_name(text, *asked.vocabulary.languages)
    )
    if found is not None:
        return LanguageCode(found)
    if guess := languages.nearest(text, asked.own, asked.reader):
        raise Fault(
            _(
                "I do not know the language “{word}”. Did you mean {guess} ({code})?",
                word=cited(text), guess=Language(guess), code=Code(guess),
            )
        )  # fmt: skip
    raise Fault(
        _(
            "I do not know the language “{word}”. Write its name, or its code such as {example}.",
            word=cited(text), example=Code("pt" if asked.own.partition("-")[0] == "en" else asked.own),
        )
    )  # fmt: skip


def _zone(text: str, asked: Asked) -> Zone:
    if found := zones.find(text):
        return Zone(found)
    if guess := zones.nearest(text, asked.own):
        raise Fault(
            _(
                "I do not know the time zone “{word}”. Did you mean {guess}?",
                word=cited(text),
                guess=Code(guess),
            )
        )
    raise Fault(
        _(
            "I do not know the time zone “{word}”. Write it as region and city, such as {example}.",
            word=cited(text), example=Code(asked.zone if "/" in asked.zone else "Europe/Lisbon"),
        )
    )  # fmt: skip


def _length(text: str, asked: Asked) -> timedelta:
    found = times.length(text, asked.own) if len(text) <= LONGEST_COMPARED else None
    if found is None:
        raise Fault(
            _(
                "I do not understand “{word}” as a length of time. Write it like this: {examples}.",
                word=cited(text), examples=AnyOf((Code("30m"), Code("2h"))),
            )
        )  # fmt: skip
    return found


def _moment(text: str, asked: Asked) -> datetime:
    now = asked.now or datetime.now(UTC)
    found = times.read(text, now=now, zone=asked.zone, language=asked.own, sent=asked.sent, aim=asked.aim)
    if isinstance(found, Understood) and found.note is times.Note.WHOLE_DAY:
        # A day is no moment; and `due:tomorrow 14:30` without quotes gives an option its first word alone.
        found = NotRead(times.Fault.NOT_UNDERSTOOD, cause=Cause.HOUR)
    if isinstance(found, NotRead):
        raise Fault(worded.fault(text, found, now))
    return found.utc


def _user_id(text: str, asked: Asked) -> UserId:
    link = _LINK.search(text)
    found = unquote(link[1]) if link else text
    if link and link[0].startswith("matrix:"):
        found = f"@{found}"
    if len(found) > _LONGEST_USER_ID or not _USER_ID.fullmatch(found):
        return _called(text, asked)
    return UserId(found)


def _called(text: str, asked: Asked) -> UserId:
    """Return who in the room is called *text*; raise Fault unless that is one person."""
    people = asked.people.called(text) if len(text) <= LONGEST_COMPARED else ()
    if not people:
        near = asked.people.near(text) if len(text) <= LONGEST_COMPARED else ()
        raise Fault(
            unknown(cited(text), near)
            or _(
                "“{word}” is not a person I can find. Mention the person, or write an id such as {example}.",
                word=cited(text), example=Code("@ana:example.org"),
            )
        )  # fmt: skip
    if len(people) > 1:
        raise Fault(
            _(
                "More than one person here may be called “{word}”. Write the id of the one you mean: {people}.",
                word=cited(text), people=AnyOf(tuple(Code(one) for one in people[:_MOST_CALLED])),
            )
        )  # fmt: skip
    return people[0]


def _ref(text: str, asked: Asked) -> Ref:
    return Ref(text)


def _place(text: str, asked: Asked) -> Place:
    found = asked.gazetteer.read(text, language=asked.own)
    if isinstance(found, Place):
        return found
    raise Fault(places.unread(cited(text), found))


def _room(text: str, asked: Asked) -> RoomName:
    link = _ROOM_LINK.search(text)
    found = unquote(link[1]) if link else text
    if link and link[0].startswith("matrix:"):
        found = ("#" if link[0].startswith("matrix:r/") else "!") + found
    if len(found) > _LONGEST_USER_ID or not _ROOM_NAME.fullmatch(found):
        raise Fault(
            _(
                "“{word}” is not a room. Write its address, its id such as {example}, or a link to it.",
                word=cited(text), example=Code("!abc:example.org"),
            )
        )  # fmt: skip
    return RoomName(found)


def _names_person(text: str) -> bool:
    """Return whether a word is meant as a person wherever it stands."""
    return text.startswith("@") or _LINK.match(text) is not None


KINDS: dict[Any, Kind] = {
    str: Kind(_text),
    int: Kind(
        _whole_number, _c("placeholder", "NUMBER"), _c("placeholder", "NUMBERS"), certain=lambda text: text.isdecimal()
    ),
    LanguageCode: Kind(_language, _c("placeholder", "LANG"), _c("placeholder", "LANGS"), spaces=True),
    Zone: Kind(_zone, _c("placeholder", "ZONE"), _c("placeholder", "ZONES"), spaces=True),
    timedelta: Kind(_length, _c("placeholder", "LENGTH"), spaces=True),
    datetime: Kind(_moment, _c("placeholder", "TIME"), spaces=True),
    RoomName: Kind(_room, _c("placeholder", "ROOM"), _c("placeholder", "ROOMS")),
    Ref: Kind(_ref, _c("placeholder", "REF"), certain=certain),
    Place: Kind(_place, _c("placeholder", "PLACE"), spaces=True),
    UserId: Kind(
        _user_id, _c("placeholder", "@PERSON"), _c("placeholder", "@PERSONS"), spaces=True, certain=_names_person
    ),
}
"""How each type is read. An enumeration needs a line only if it is typed in other ways than by its values."""

DIGITS: dict[Any, dict[int, Any]] = {Severity: {one.rank: one for one in Severity}}
"""The enumerations whose values are typed as one digit too, which no usage line shows."""
