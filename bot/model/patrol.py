"""Joint patrols: who goes out together and when, and whether they understand each other.

A crew has a language when there is one that all of them know. Otherwise it needs interpreters: then there must be a
language that each of the crew knows, or that an interpreter knows who has a language in common with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.i18n import Message, Verbatim, _
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.shift import PostName, Shift, Span

COMMAND = "patrol agree"
"""The command whose questions to the leads of other agencies they are."""
AGREE, REFUSE = "agree", "refuse"
MOST_PEOPLE = 20
LONGEST_NAME = 60
"""Of its name, its vehicle and its area."""
GONE = _("taken back")
"""What stands in place of a name that was taken back."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of a crew; not `agreed`: a lead of their agency has not said yet that they may go."""

    person: UserId
    agreed: bool = True
    interprets: bool = False


@dataclass(frozen=True, slots=True)
class Patrol:
    """People of one agency or several who go out together in `span` (UTC).

    `warned`: the leads were told that the crew has no language any more; `cancelled_at` is None while it stands. `said`
    is the message that has named it and what it goes with: once that is taken back, these are empty.
    """

    ref: Reference
    room_id: str
    name: str
    span: Span
    crew: tuple[Member, ...]
    by: UserId
    at: datetime
    vehicle: str = ""
    area: str = ""
    warned: bool = False
    cancelled_at: datetime | None = None
    said: str = ""

    @property
    def called(self) -> Message | Verbatim:
        """What it is called."""
        return Verbatim(self.name) if self.name else GONE

    @property
    def people(self) -> tuple[UserId, ...]:
        """Everyone of the crew, whether agreed to or not."""
        return tuple(one.person for one in self.crew)

    def member(self, person: UserId) -> Member | None:
        """Return the person as one of the crew, or None."""
        return next((one for one in self.crew if one.person == person), None)

    def comes(self, now: datetime) -> bool:
        """Return whether it is still to come, or under way."""
        return self.cancelled_at is None and self.span.until > now

    def awaited(self) -> tuple[UserId, ...]:
        """Return of whom no lead of their agency has said yet that they may go."""
        return tuple(one.person for one in self.crew if not one.agreed)

    def with_crew(self, *members: Member) -> Patrol:
        """Return it with *members* in the crew, each in place of themselves if they were in it."""
        new = {one.person: one for one in members}
        kept = [new.pop(one.person, one) for one in self.crew]
        return replace(self, crew=(*kept, *new.values()))

    def without(self, people: Collection[UserId]) -> Patrol:
        """Return it without *people*."""
        return replace(self, crew=tuple(one for one in self.crew if one.person not in people))

    def shifts(self, people: Collection[UserId]) -> list[Shift]:
        """Return what it is for the rest and the week of those of *people* who are in the crew."""
        return [Shift(PostName(self.name or str(self.ref)), self.span, one) for one in self.people if one in people]


@dataclass(frozen=True, slots=True)
class Draft:
    """A patrol as somebody wants it; interpreters are of the crew, whether they stand in `people` or not."""

    name: str
    span: Span
    people: tuple[UserId, ...]
    interpreters: tuple[UserId, ...] = ()
    vehicle: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a change, or, where nothing was changed yet, what speaks `against` it.

    `asked` are the people of other agencies whose leads were asked; `told` is how many of the crew were told.
    """

    patrol: Patrol
    against: tuple[Message, ...] = ()
    asked: tuple[UserId, ...] = ()
    told: int = 0


# Languages


@dataclass(frozen=True, slots=True)
class Speaker:
    """One of a crew, with the languages that they know, without regions."""

    person: UserId
    languages: frozenset[LanguageCode]
    interprets: bool = False

    def shares(self, other: Speaker) -> bool:
        """Return whether they have a language in common."""
        return not self.languages.isdisjoint(other.languages)


@dataclass(frozen=True, slots=True)
class Tongue:
    """The languages in which all of a crew are reached; `through`: some of them only through an interpreter."""

    languages: tuple[LanguageCode, ...]
    through: bool = False

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self.languages)


def tongue(crew: Sequence[Speaker]) -> Tongue:
    """Return in which languages all of *crew* are reached; a crew of nobody has none."""
    known = {code for one in crew for code in one.languages}
    if shared := [code for code in known if all(code in one.languages for one in crew)]:
        return Tongue(tuple(sorted(shared)))
    helpers = [one for one in crew if one.interprets]
    reached = [code for code in known if all(_reached(one, code, helpers) for one in crew)]
    return Tongue(tuple(sorted(reached)), through=True)


def _reached(one: Speaker, language: LanguageCode, helpers: Iterable[Speaker]) -> bool:
    return language in one.languages or any(language in other.languages and other.shares(one) for other in helpers)


def apart(crew: Sequence[Speaker]) -> list[tuple[Speaker, tuple[Speaker, ...]]]:
    """Return who cannot talk with whom, not even through the interpreters of *crew*: each two of them once."""
    found = []
    for index, one in enumerate(crew):
        heard = _heard(one, crew)
        others = tuple(other for other in crew[index + 1 :] if other.person not in heard)
        if others:
            found.append((one, others))
    return found


def _heard(one: Speaker, crew: Sequence[Speaker]) -> set[UserId]:
    """Return with whom *one* can talk: whoever shares a language, and through interpreters whoever shares with them."""
    heard, speaking = {one.person}, [one]
    while speaking:
        now = speaking.pop()
        new = [other for other in crew if other.person not in heard and other.shares(now)]
        heard.update(other.person for other in new)
        speaking += [other for other in new if other.interprets]
    return heard
