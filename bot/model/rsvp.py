"""Who comes to a briefing, and whether that is enough: so many of each agency."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.i18n import Code, Message, Verbatim, _, _c
from bot.model.briefing import Briefing, Change, Occurrence
from bot.model.person import UserId
from bot.model.reference import Reference


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
UNSAID = "unsaid"
"""The choice of who takes back what they had said: a vote for none of the answers."""
_MOMENT = "%Y%m%dT%H%M%SZ"
_ANSWER_ID = re.compile(r"([A-Z0-9-]{1,40}) ([0-9]{8}T[0-9]{6}Z) (coming|perhaps|no)")


@dataclass(frozen=True, slots=True)
class Rsvp:
    """What `person` has said: of the one that begins at the moment `begins` (UTC), or of all where that is None.

    `delegate` is who is to come in their place. `said_at` is when it was sent (UTC, the homeserver's word), `at` when
    it was recorded, `vote` the event of the vote in a poll that has said it; empty where that was a digit, or words.
    """

    person: UserId
    answer: Coming
    begins: datetime | None
    at: datetime
    said_at: datetime
    delegate: UserId | None = None
    vote: str = ""


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
    return asked_data(briefing.ref, begins_at(one))


def asked_data(ref: Reference, begins: datetime) -> dict[str, str]:
    """Return what the answer needs to a question about the one of that briefing that *begins* then (UTC)."""
    return {"ref": str(ref), "begins": begins.isoformat()}


def answer_id(ref: Reference, begins: datetime, choice: str) -> str:
    """Return the id of an answer of the poll that a client shows about the one that *begins* then (UTC).

    It says all that a vote needs: which event that replies to stands outside the encryption.
    """
    return f"{ref} {begins:{_MOMENT}} {choice}"


def read_answer_id(id: str) -> tuple[Reference, datetime, str] | None:
    """Return the briefing, when the one of it begins (UTC), and the choice that such an id says; None if it is none."""
    found = _ANSWER_ID.fullmatch(id)
    if found is None:
        return None
    try:
        begins = datetime.strptime(found[2], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Reference(found[1]), begins, found[3]


def begins_at(one: Occurrence) -> datetime:
    """Return when *one* begins (UTC), by which it is told from the others."""
    return one.begins.astimezone(UTC)
