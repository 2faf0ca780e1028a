"""One briefing as it is held: when it was, who was there, and who has read its minutes afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.i18n import Message, Verbatim, _, _c, _n
from bot.model.person import UserId
from bot.model.reference import Reference

EARLY = timedelta(minutes=15)
"""How long before it begins people say whether they are there."""
AFTERWARDS = timedelta(hours=1)
"""How long after its end they still do."""
GRACE = timedelta(minutes=5)
"""How long after it has begun whoever comes is not late."""
_MINUTE = timedelta(minutes=1)


class Presence(StrEnum):
    """What somebody, or another for them, says of their being there."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"


COMMAND = "briefing attend"
CHOICES = (
    (Presence.PRESENT.value, _c("choice", "I am here")),
    (Presence.LATE.value, _c("choice", "I am late")),
    (Presence.ABSENT.value, _c("choice", "I am not coming")),
)
WORDS = {
    Presence.PRESENT: _c("presence", "here"),
    Presence.LATE: _c("presence", "late"),
    Presence.ABSENT: _c("presence", "absent"),
}


@dataclass(frozen=True, slots=True)
class Sitting:
    """One occurrence of a briefing, held. `original` is its naive wall time by the rule; `begins` and `ends` are UTC.

    `scribe` writes its minutes beside those who may always. Once these are closed nothing of it changes, and `digest`
    is the SHA-256 of their record.
    """

    ref: Reference
    briefing: Reference
    room_id: str
    original: datetime
    begins: datetime
    ends: datetime
    scribe: UserId | None = None
    closed_at: datetime | None = None
    closed_by: UserId | None = None
    digest: str = ""

    def takes(self, now: datetime) -> bool:
        """Return whether people say now whether they are there."""
        return self.begins - EARLY <= now < self.ends + AFTERWARDS


@dataclass(frozen=True, slots=True)
class Attendance:
    """That `person` is there, comes late or is absent, as `by` has said last (UTC).

    `minutes` is by how much they were late; None where they are not, or where that was said before it began.
    """

    person: UserId
    presence: Presence
    minutes: int | None
    by: UserId
    at: datetime

    @property
    def said(self) -> Message:
        """What is said of them, in a word or two."""
        if self.minutes is None:
            return WORDS[self.presence]
        return _n("late, {n} minute", "late, {n} minutes", self.minutes)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of an agency are there, came late, are absent, and have not said."""

    agency: str
    present: int
    late: int
    absent: int
    unsaid: int


@dataclass(frozen=True, slots=True)
class Roll:
    """Who is at one briefing, by their agencies, and how many are missing of which agency."""

    said: Mapping[UserId, Attendance]
    silent: tuple[UserId, ...]
    tallies: tuple[Tally, ...]
    lacking: Mapping[str, int]

    @property
    def away(self) -> list[UserId]:
        """Who was not there, as far as is known: they are absent, or have said nothing."""
        absent = [user for user, one in self.said.items() if one.presence is Presence.ABSENT]
        return sorted([*absent, *self.silent])


def counted(
    presence: Presence | None, sitting: Sitting, before: Attendance | None, now: datetime
) -> tuple[Presence, int | None]:  # fmt: skip
    """Return what counts of somebody who says that at *now*, and by how many minutes they are late.

    *presence* None: they have come just now. Whoever has said *before* that they come late is late then.
    """
    since = now - sitting.begins
    came = presence is None and (since > GRACE or (before is not None and before.presence is Presence.LATE))
    if presence is Presence.LATE or came:
        on = timedelta() < since and now <= sitting.ends
        return Presence.LATE, max(1, since // _MINUTE) if on else None
    return presence or Presence.PRESENT, None


def roll(
    said: Iterable[Attendance], people: Mapping[UserId, str], agencies: Mapping[UserId, str],
    needs: Mapping[str, int] | None,
) -> Roll:  # fmt: skip
    """Return who is there: whoever has said so, and *people* in the room, each with their agency, "" for none.

    *agencies* has those of everybody who has said something. *needs* is how many of which agency must come, None: one
    of each that has people in the room.
    """
    known = {one.person: one for one in said}
    everyone = {**agencies, **people}
    silent = tuple(sorted(user for user in people if user not in known))
    tallies = tuple(_tally(agency, everyone, known) for agency in sorted(set(everyone.values())))
    there = {one.agency: one.present + one.late for one in tallies}
    wanted = {agency: 1 for agency in people.values() if agency} if needs is None else needs
    lacking = {agency: left for agency, n in sorted(wanted.items()) if (left := n - there.get(agency, 0)) > 0}
    return Roll(known, silent, tallies, lacking)


def _tally(agency: str, people: Mapping[UserId, str], said: Mapping[UserId, Attendance]) -> Tally:
    found = [said[user].presence if user in said else None for user, of in people.items() if of == agency]
    return Tally(agency, *(found.count(one) for one in (Presence.PRESENT, Presence.LATE, Presence.ABSENT, None)))


def tallied(found: Roll, name: str) -> list[Message]:
    """Return how it stands, a line an agency; *name* is what those are called who are of no agency."""
    lines = [
        _("{agency}: here {present}, late {late}, absent {absent}, no answer {unsaid}",
          agency=Verbatim(one.agency or name), present=one.present, late=one.late, absent=one.absent,
          unsaid=one.unsaid)
        for one in found.tallies
    ]  # fmt: skip
    if not found.lacking:
        return [*lines, _("The quorum is there.")]
    agencies: Sequence[Verbatim] = tuple(Verbatim(f"{agency} {left}") for agency, left in found.lacking.items())
    return [*lines, _("The quorum is not there. Still missing: {agencies}.", agencies=agencies)]
