"""Finding the time for a briefing: what is proposed, what people say to it, and what becomes of that."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.i18n import Code, Message, Verbatim, _, _c
from bot.model.briefing import Briefing, Occurrence
from bot.model.briefing.series import placed
from bot.model.person import LanguageCode, UserId, Zone
from bot.model.reference import Reference
from bot.model.shift import Span
from bot.model.slot import Answer, Vote, Votes

COMMAND = "briefing poll"
DUE = "poll"
"""The kind of the due rows: one a poll, at which those are reminded who have not answered, then when it ends."""
BALLOT, BALLOT_END = "poll", "poll end"
"""The kinds of outbox rows: a poll that clients show (MSC3381), of whatever it asks, and the end of one."""
NO_TIME = _("The poll for {briefing} has ended. None of its times will do, so nothing is planned.")
CHOICES = (
    ("yes", _c("choice", "Yes")),
    ("maybe", _c("choice", "If need be")),
    ("no", _c("choice", "No")),
)
_ANSWER_ID = re.compile(r"([A-Z0-9-]{1,40}) ([1-9]) (yes|maybe|no)")
LABELS = dict(CHOICES)
"""What stands behind each digit, by the names of the choices."""
ANSWERS = {"yes": Answer.YES, "maybe": Answer.IF_NEED_BE, "no": Answer.NO}
"""What each choice means, by its name."""
MOST_SLOTS = 9
MOST_PROPOSED = 5
MOST_ASKED = 60
"""People whom one poll asks in a message each; in a larger room all are rung together, and ask to be asked."""


class PollState(StrEnum):
    """What has become of a poll."""

    OPEN = "open"
    CHOSEN = "chosen"
    """The briefing is planned, under the same reference."""
    FAILED = "failed"
    """None of its times would do."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll: which of `slots` (UTC, when they begin) a briefing of `length` is to be at; they are numbered from 1.

    `zone` is the clock of the briefing, `need` the agencies without which it is not held; None: all that have people in
    the room when it ends. `handling` is the mark that its title bears.
    """

    ref: Reference
    title: str
    language: LanguageCode
    room_id: str
    by: UserId
    agency: str | None
    zone: Zone
    length: timedelta
    slots: tuple[datetime, ...]
    need: tuple[str, ...] | None
    asked_at: datetime
    closes_at: datetime
    state: PollState = PollState.OPEN
    handling: str = ""
    ended_at: datetime | None = None

    def span(self, number: int) -> Span:
        """Return the stretch of the slot of that *number*."""
        since = self.slots[number - 1]
        return Span(since, since + self.length)

    def briefing(self, number: int = 1) -> Briefing:
        """Return the briefing that is held if the slot of that *number* is chosen."""
        wall = self.slots[number - 1].astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return Briefing(
            self.ref, self.title, self.language, self.room_id, self.by, self.agency, wall, self.zone, self.length, None,
            self.asked_at, handling=self.handling,
        )  # fmt: skip

    def occurrence(self, number: int) -> Occurrence:
        """Return that briefing as it would take place."""
        briefing = self.briefing(number)
        return placed(briefing, briefing.begins, briefing.begins, self.length)

    def data(self, number: int) -> dict[str, Any]:
        """Return what the answer to a question about the slot of that *number* needs."""
        return {"ref": str(self.ref), "slot": number}


@dataclass(frozen=True, slots=True)
class Cast:
    """What somebody has said to the slot of that number."""

    person: UserId
    slot: int
    answer: Answer


def answer_id(poll: Poll, number: int, choice: str) -> str:
    """Return the id of an answer of the poll that a client shows.

    It says all that a vote needs: which event that replies to stands outside the encryption.
    """
    return f"{poll.ref} {number} {choice}"


def read_answer_id(id: str) -> tuple[Reference, int, str] | None:
    """Return the poll, the number of the slot, and the choice that such an id says; None if it is none."""
    found = _ANSWER_ID.fullmatch(id)
    return (Reference(found[1]), int(found[2]), found[3]) if found else None


def votes(poll: Poll, cast: Iterable[Cast], people: Mapping[UserId, str]) -> Votes:
    """Return what counts, of *people* in the room with the code of the agency of each, "" for none.

    Who has left the room does not count any more.
    """
    here = sorted({agency for agency in people.values() if agency})
    counted = tuple(
        Vote(one.person, people[one.person], poll.span(one.slot), one.answer) for one in cast if one.person in people
    )
    return Votes(counted, frozenset(here if poll.need is None else poll.need))


def unanswered(poll: Poll, cast: Iterable[Cast], person: UserId) -> int | None:
    """Return the number of the first slot to which *person* has said nothing; None if there is none."""
    said = {one.slot for one in cast if one.person == person}
    return next((number for number in range(1, len(poll.slots) + 1) if number not in said), None)


def awaited(poll: Poll, cast: Sequence[Cast], people: Collection[UserId]) -> list[UserId]:
    """Return which of *people* have not said something to each slot."""
    said: dict[UserId, set[int]] = {}
    for one in cast:
        said.setdefault(one.person, set()).add(one.slot)
    return [user for user in people if len(said.get(user, ())) < len(poll.slots)]


def asked(poll: Poll, number: int) -> Message:
    """Return what everyone is asked: it stands on lock screens, so it names nothing but the reference and the time."""
    one = poll.occurrence(number)
    return _("{ref}, time {number}: {from_} to {until}. Can you come?",
             ref=Code(str(poll.ref)), number=number, from_=one.begins, until=one.ends)  # fmt: skip


def numbered(poll: Poll, number: int) -> Message:
    """Return a slot with its number."""
    one = poll.occurrence(number)
    return _("Time {number}: {from_} to {until}", number=number, from_=one.begins, until=one.ends)


def tallied(poll: Poll, found: Votes, people: int, number: int) -> Message:
    """Return how many of so many *people* have said what to a slot."""
    one = poll.occurrence(number)
    said = [vote.answer for vote in found.by_slot().get(poll.span(number), {}).values()]
    return _("Time {number}: {from_} to {until}: yes {yes}, if need be {maybe}, no {no}, no answer {unsaid}",
             number=number, from_=one.begins, until=one.ends, yes=said.count(Answer.YES),
             maybe=said.count(Answer.IF_NEED_BE), no=said.count(Answer.NO), unsaid=people - len(said))  # fmt: skip


def obstacles(poll: Poll, found: Votes, number: int, now: datetime) -> Message:
    """Return why the slot of that *number* will not do."""
    one = poll.occurrence(number)
    values = {"number": number, "moment": one.begins}
    if one.begins.astimezone(UTC) <= now:
        return _("Time {number}, {moment}: past by now.", **values)
    said = found.by_slot().get(poll.span(number), {}).values()
    coming = {vote.agency for vote in said if vote.answer is not Answer.NO}
    lacking = [agency for agency in sorted(found.needed()) if agency not in coming]
    refused = {vote.agency for vote in said if vote.answer is Answer.NO}
    no = tuple(Verbatim(agency) for agency in lacking if agency in refused)
    silent = tuple(Verbatim(agency) for agency in lacking if agency not in refused)
    if no and silent:
        return _("Time {number}, {moment}: {agencies} said no; no answer from {others}.",
                 **values, agencies=no, others=silent)  # fmt: skip
    if no:
        return _("Time {number}, {moment}: {agencies} said no.", **values, agencies=no)
    if silent:
        return _("Time {number}, {moment}: no answer from {others}.", **values, others=silent)
    return _("Time {number}, {moment}: nobody can come.", **values)
