"""How minutes read: in the reader's language, without what is about an incident that not everybody there may read."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Code, Message, Verbatim, _, _n
from bot.model.handling import Cleared, Purpose
from bot.model.incident import Incident, Words, marked
from bot.model.minute import Minute, MinuteKind, Verdict, as_frozen, confirmed, disputed, held_as
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.sitting import Sitting
from bot.model.task import Task, heading, line
from bot.model.translation import Translation
from bot.model.uncertainty import for_each
from bot.services.briefing.agenda import incident_line
from bot.services.briefing.attending import AttendingService
from bot.services.briefing.telling import Telling
from bot.services.incident import IncidentService, Wordings
from bot.services.notice import Block
from bot.services.room import RoomService
from bot.store import Store

MOST_BYTES = 12_000
"""Of the lines that one message shows, as text; it holds them as HTML once more."""
ASIDE = 200
"""Bytes that stand beside the words of a line."""
MOST_NAMED = 30
"""People whom one line names."""


@dataclass(frozen=True, slots=True)
class Page:
    """Minutes as a room may read them, as many as one message holds: which incidents they show, whose words they hold.

    `left` is how many lines follow, and `following` the number of the first of them.
    """

    blocks: tuple[Block, ...]
    shows: tuple[Reference, ...]
    holds: tuple[str, ...]
    left: int = 0
    following: int = 0


@dataclass(frozen=True, slots=True)
class _View:
    """What lines are about, as a room may read it, and what was made of their texts in the languages wanted.

    `barred` are the tasks that the room may not read although it may their incidents.
    """

    incidents: Mapping[Reference, Cleared[Incident]]
    titles: Mapping[Reference, Translation]
    tasks: Mapping[Reference, Task]
    barred: Collection[Reference]
    made: Mapping[int, Sequence[Translation]]


class Minuted:
    """Words minutes; only reads, but for the translations that are kept."""

    def __init__(
        self, store: Store, incident: IncidentService, wordings: Wordings, room: RoomService, telling: Telling,
        attending: AttendingService,
    ) -> None:  # fmt: skip
        self._store = store
        self._incident = incident
        self._wordings = wordings
        self._room = room
        self._telling = telling
        self._attending = attending

    # Translations

    async def complete(
        self, sitting: Sitting, reads: Sequence[LanguageCode], now: datetime, where: str, first: int = 1
    ) -> dict[int, Words]:  # fmt: skip
        """Return what is missing of the page from *first* on for who *reads* these languages, their own first. Slow.

        Nothing of what the room *where* may not read.
        """
        known, lines = {one.base for one in reads}, await self._store.minute.list_of(sitting.ref)
        lines = fitting([one for one in lines if one.number >= first])
        view = await self._view(sitting, lines, where, [])
        missing = [
            one for one in lines if one.text and one.language.base not in known and not self._hidden(one, view)
        ]  # fmt: skip
        made = await self._store.wording.list_each([(sitting.ref, one.number) for one in missing], reads[0].base)
        wanted = [one for one in missing if (sitting.ref, one.number) not in made]
        ways = [
            self._wordings.into(one.text, sitting.room_id, one.by, reads[0], f"{sitting.ref} {one.number}", now)
            for one in wanted
        ]
        return {one.number: words for one, words in zip(wanted, await asyncio.gather(*ways), strict=True)}

    async def keep(self, sitting: Sitting, found: Mapping[int, Words]) -> None:
        """Record translations that were made when somebody asked, of what is not taken back meanwhile."""
        lines = await self._store.minute.list_of(sitting.ref)
        left = {one.number for one in lines if one.text and not one.withheld}
        for number, words in found.items():
            if number in left:
                await self._store.wording.add(sitting.ref, number, words.made)

    # As they are read

    async def page(
        self, sitting: Sitting, where: str, languages: Sequence[str], now: datetime, first: int = 1
    ) -> Page:  # fmt: skip
        """Return the minutes for the room *where*, in each of *languages*, from the line *first* on."""
        briefing = await self._store.briefing.find(sitting.briefing)
        named: Message | Code = Code(str(sitting.briefing))
        if briefing is not None:
            named = await self._telling.named(briefing, languages)
        head = _("Minutes {ref} of {briefing}: {from_} to {until}.",
                 ref=Code(str(sitting.ref)), briefing=named, from_=sitting.begins, until=sitting.ends)  # fmt: skip
        minutes = await self._store.minute.list_of(sitting.ref)
        coming = [one for one in minutes if one.number >= first]
        shown = fitting(coming)
        lines, shows = await self.lines(sitting, shown, where, languages, now)
        blocks: list[Block] = [head]
        if first <= 1:
            blocks.append(await self._attending.lines(sitting))
        blocks.append(tuple(lines) if lines else _("Nothing is on the minutes yet."))
        holds = (str(sitting.briefing), *(held_as(sitting.ref, one.number) for one in shown if one.text))
        if left := coming[len(shown) :]:
            return Page(tuple(blocks), tuple(shows), holds, len(left), left[0].number)
        return Page((*blocks, *await self._closed(sitting, minutes)), tuple(shows), holds)

    async def lines(
        self, sitting: Sitting, minutes: Sequence[Minute], where: str, languages: Sequence[str], now: datetime
    ) -> tuple[list[Message], list[Reference]]:  # fmt: skip
        """Return some lines of the minutes for the room *where*, and which incidents they say something of."""
        view = await self._view(sitting, minutes, where, languages)
        verdicts = await self._store.minute.verdicts(sitting.ref)
        found: list[Message] = []
        later = next((one.number for one in minutes if one.kind is MinuteKind.ADDENDUM), None)
        for one in minutes:
            if one.number == later:
                found.append(_("Added afterwards:"))
            if self._hidden(one, view):
                found.append(_("{number}. This is not for everyone in this room any more.", number=one.number))
                continue
            said = [self._line(sitting, one, view, now), *self._about(one, view)]
            said += self._judged(sitting, one, verdicts)
            incident = view.incidents.get(one.about) if one.about else None
            found += [marked(incident.content, text) if incident else text for text in said]
        shown = [one.about for one in minutes if one.about and not self._hidden(one, view)]
        return found, [*dict.fromkeys(shown)]

    async def _view(
        self, sitting: Sitting, minutes: Sequence[Minute], where: str, languages: Sequence[str]
    ) -> _View:  # fmt: skip
        refs = [*dict.fromkeys(one.about for one in minutes if one.about)]
        seen = [one for one in await self._incident.seen(where, refs) if one.full]
        hidden = await self._incident.withheld(where, [one.content for one in seen], Purpose.READING)
        tasks = await self._store.task.list_of(one.task for one in minutes if one.task)
        barred = {ref for ref, task in tasks.items() if task.number in hidden.get(task.incident, ())}
        incidents = {one.content.ref: one for one in seen}
        language = LanguageCode(languages[0] if languages else "en")
        titles = await self._incident.titles_in([*incidents.values()], language)
        made: dict[int, list[Translation]] = {}
        for base in dict.fromkeys(LanguageCode(one).base for one in languages):
            found = await self._store.wording.list_each([(sitting.ref, one.number) for one in minutes], base)
            for (_ref, number), one in found.items():
                made.setdefault(number, []).append(one)
        return _View(incidents, titles, tasks, barred, made)

    def _hidden(self, one: Minute, view: _View) -> bool:
        """Return whether a line is about what the room may not read: then it is not for the room either."""
        return one.withheld or (one.about is not None and one.about not in view.incidents) or one.task in view.barred

    def _line(self, sitting: Sitting, one: Minute, view: _View, now: datetime) -> Message:
        text: Message = _("taken back")
        if one.text:
            text = _("{text}", text=for_each(one.text, one.language, view.made.get(one.number, ())))
        task = view.tasks.get(one.task) if one.task else None
        if task is not None:
            text = line(task, text, lambda user: self._room.known_as(user, sitting.room_id), now)
        values = {"number": one.number, "text": text, "name": self._name(sitting, one.by)}
        if one.kind is MinuteKind.DECISION:
            return _("{number}. Decision: {text} ({name})", **values)
        return _("{number}. {text} ({name})", **values)

    def _about(self, one: Minute, view: _View) -> list[Message]:
        found = [incident_line(view.incidents[one.about], view.titles.get(one.about))] if one.about else []
        task = view.tasks.get(one.task) if one.task else None
        return [*found, heading(task)] if task and task.done else found

    def _judged(self, sitting: Sitting, one: Minute, verdicts: Iterable[Verdict]) -> list[Message]:
        """Return what leads of other agencies say to a decision: who disputes it stands first, and stays there."""
        those = [verdict for verdict in verdicts if verdict.number == one.number]
        by = {
            right: self._names(sitting, [verdict.person for verdict in those if verdict.right is right])
            for right in (False, True, None)
        }
        said = []
        if by[False]:
            said.append(disputed(one.number, by[False]))
        if by[True]:
            said.append(confirmed(one.number, by[True]))
        if by[None] and sitting.closed_at:
            said.append(_("Decision {number} was not confirmed by {names} before the minutes were closed.",
                          number=one.number, names=by[None]))  # fmt: skip
        elif by[None]:
            said.append(_("Decision {number} is not confirmed by {names} yet.", number=one.number, names=by[None]))
        return said

    async def waiting(self, sitting: Sitting) -> list[Message]:
        """Return which decisions those who were asked have said nothing to, a line each."""
        open_ = [one for one in await self._store.minute.verdicts(sitting.ref) if one.right is None]
        said = await self._store.minute.list_of(sitting.ref)
        return [line for one in said if one.text for line in self._judged(sitting, one, open_)]

    async def _closed(self, sitting: Sitting, minutes: Sequence[Minute]) -> list[Block]:
        if sitting.closed_at is None or sitting.closed_by is None:
            return []
        lines = [
            _("Closed by {name}, {moment}.", name=self._name(sitting, sitting.closed_by), moment=sitting.closed_at),
            _("The digest of the record is {digest}.", digest=Code(sitting.digest)),
        ]
        if not as_frozen(await self._store.attendance.record(sitting.ref), sitting.digest, minutes):
            lines.append(_("⚠ These minutes are not what was closed: somebody has changed the database."))
        return [tuple([*lines, *await self.read_by(sitting)])]

    async def read_by(self, sitting: Sitting) -> list[Message]:
        """Return who has read closed minutes of those who were not there, and who has not."""
        readings = await self._store.minute.readings(sitting.ref)
        read = self._names(sitting, [one.person for one in readings if one.read_at])
        unread = self._names(sitting, [one.person for one in readings if not one.read_at])
        ref, said = Code(str(sitting.ref)), []
        if read:
            said.append(_("The minutes {ref} were read afterwards by {names}.", ref=ref, names=read))
        if unread:
            said.append(_("The minutes {ref} are still to be read by {names}.", ref=ref, names=unread))
        return said

    async def card(self, briefing: Reference) -> list[Message]:
        """Return what the card of a briefing says of its last minutes that are closed."""
        found = await self._store.attendance.last_closed(briefing)
        return await self.read_by(found) if found else []

    def _names(self, sitting: Sitting, people: Sequence[UserId]) -> tuple[Verbatim | Message, ...]:
        named: list[Verbatim | Message] = [self._name(sitting, user) for user in people[:MOST_NAMED]]
        if (left := len(people) - MOST_NAMED) > 0:
            named.append(_n("{n} more", "{n} more", left))
        return tuple(named)

    def _name(self, sitting: Sitting, user: UserId) -> Verbatim:
        return Verbatim(self._room.known_as(user, sitting.room_id))


def fitting(minutes: Sequence[Minute]) -> list[Minute]:
    """Return as many of *minutes* as one message holds, one at least, whatever language they are translated into."""
    found: list[Minute] = []
    size = 0
    for one in minutes:
        size += ASIDE + len(one.text) * 3
        if found and size > MOST_BYTES:
            break
        found.append(one)
    return found
