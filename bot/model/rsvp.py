"""Who comes to a briefing, and whether that is enough: so many of each agency."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.i18n import Code, Message, Verbatim, _, _c
from bot.model.briefing import Briefing, Change, Occurrence
from bot.model.person import UserId


class Coming(StrEnum):
    """Whether somebody comes."""

    COMING = "coming"
    PERHAPS = "perhaps"
    NO = "no"


COMMAND = "briefing rsvp"
CHOICES = (
    (Coming.COMING.value, _c("choice", "I am coming")),
    (Coming.PERHAPS.value, _c("choice", "Perhaps")),
    (Coming.NO.value, _c("choice", "I am not coming")),
)
LABELS = dict(CHOICES)
"""What stands behind each digit, by the names of the choices."""


@dataclass(frozen=True, slots=True)
class Rsvp:
    """What `person` has said: of the one that begins at the moment `begins` (UTC), or of all where that is None.

    `delegate` is who is to come in their place.
    """

    person: UserId
    answer: Coming
    begins: datetime | None
    at: datetime
    delegate: UserId | None = None


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many of which agency must come; None: one of each that has people in the room.

    `begins` is the one of which was said last whether they come, and `there` whether they did then.
    """

    needs: Mapping[str, int] | None = None
    begins: datetime | None = None
    there: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of an agency come, perhaps come, do not, and have not said."""

    agency: str
    coming: int
    perhaps: int
    no: int
    unsaid: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Who comes to one briefing, as far as they have said, and how many are missing of which agency."""

    said: Mapping[UserId, Rsvp]
    tallies: tuple[Tally, ...]
    lacking: Mapping[str, int]

    @property
    def there(self) -> bool:
        """Whether enough of each agency come."""
        return not self.lacking


def counted(said: Iterable[Rsvp], one: Occurrence, changes: Collection[Change]) -> dict[UserId, Rsvp]:
    """Return what counts of *one*, the latest of each person.

    What was said of it while it was at another time counts no more, nor does what was said of all where just this one
    was moved: who can come at nine cannot always come at three.
    """
    begins = begins_at(one)
    moved = any(change.original == one.original and change.begins for change in changes)
    found: dict[UserId, Rsvp] = {}
    for rsvp in sorted(said, key=lambda rsvp: rsvp.at):
        if rsvp.begins == begins or (rsvp.begins is None and not moved):
            found[rsvp.person] = rsvp
    return found


def standing(
    said: Mapping[UserId, Rsvp], people: Mapping[UserId, str], needs: Mapping[str, int] | None
) -> Standing:  # fmt: skip
    """Return how it stands among *people*, each with the code of their agency, "" for none.

    Who is not among them does not count any more.
    """
    here = {user: rsvp for user, rsvp in said.items() if user in people}
    tallies = tuple(_tally(agency, people, here) for agency in sorted(set(people.values())))
    coming = {one.agency: one.coming for one in tallies}
    wanted = {one.agency: 1 for one in tallies if one.agency} if needs is None else needs
    lacking = {agency: left for agency, n in wanted.items() if (left := n - coming.get(agency, 0)) > 0}
    return Standing(here, tallies, lacking)


def _tally(agency: str, people: Mapping[UserId, str], said: Mapping[UserId, Rsvp]) -> Tally:
    answers = [said[user].answer if user in said else None for user, of in people.items() if of == agency]
    return Tally(agency, *(answers.count(one) for one in (Coming.COMING, Coming.PERHAPS, Coming.NO, None)))


def tallied(found: Standing, name: str) -> list[Message]:
    """Return how it stands, a line each; *name* is what those are called who are of no agency."""
    lines = [
        _("{agency}: coming {coming}, perhaps {perhaps}, not coming {no}, no answer {unsaid}",
          agency=Verbatim(one.agency or name), coming=one.coming, perhaps=one.perhaps, no=one.no, unsaid=one.unsaid)
        for one in found.tallies
    ]  # fmt: skip
    if found.there:
        return [*lines, _("The quorum is there.")]
    return [*lines, _("The quorum is not there. Still missing: {agencies}.", agencies=missing(found))]


def missing(found: Standing) -> tuple[Verbatim, ...]:
    """Return how many are missing of which agency."""
    return tuple(Verbatim(f"{agency} {left}") for agency, left in found.lacking.items())


def asked(briefing: Briefing) -> Message:
    """Return what everyone is asked: it stands on lock screens, so it names nothing but the reference."""
    return _("Are you coming to {ref}?", ref=Code(str(briefing.ref)))


def data(briefing: Briefing, one: Occurrence) -> dict[str, str]:
    """Return what the answer to a question about *one* needs."""
    return {"ref": str(briefing.ref), "begins": begins_at(one).isoformat()}


def begins_at(one: Occurrence) -> datetime:
    """Return when *one* begins (UTC), by which it is told from the others."""
    return one.begins.astimezone(UTC)
