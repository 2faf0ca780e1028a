"""The activity log of a shift (ICS-214): who was there, and what they have noted, pinned, entered and said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config import Current
from bot.i18n import Catalogues, Code, Message, Verbatim, _
from bot.model.checkin import Change, CheckIn, worded
from bot.model.file import File
from bot.model.handover import Handover
from bot.model.incident import Entry, Incident, marked, named
from bot.model.incident import told as worded_entry
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.shift import DutyPost, Span
from bot.model.told import Told
from bot.model.translation import Translation
from bot.services.audit import AuditService
from bot.services.incident import IncidentService, RelatingService
from bot.services.paper import Paper, file_name
from bot.services.room import RoomService
from bot.services.shift.service import ShiftService
from bot.store import Store

UNPLANNED = timedelta(hours=12)
"""What is logged where no shift is planned: the last hours."""
MOST_HANDOVERS = 50


@dataclass(frozen=True, slots=True)
class Logged:
    """A log as a file, the stretch that it is of, how many lines it has, and the incidents that it tells of."""

    file: File
    post: DutyPost
    span: Span
    count: int
    shows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    who: UserId | None
    said: Message


class ShiftLogService:
    """Puts logs together, of what the room may read; only reads."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, room: RoomService, incident: IncidentService,
        relating: RelatingService, shift: ShiftService, catalogues: Catalogues,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._room = room
        self._incident = incident
        self._relating = relating
        self._shift = shift
        self._catalogues = catalogues

    async def write(
        self, actor: Actor, told: Told, post: DutyPost, day: Span | None, who: UserId | None = None
    ) -> Logged:
        """Return the log of a day, or of the present shift, in the reader's language; of one person, or of all."""
        span = day or await self._present(post, told.now)
        people = await self._people(post, span)
        if who:
            people = {who: people.get(who)}
        seen = {one.content.ref: one.content for one in await self._incident.list_all(told.room_id) if one.full}
        entries = await self._entries(told.room_id, seen, people, span)
        texts = await self._relating.texts_in(entries, actor.language)
        moves = [one for one in await self._moves(post, span) if who in (None, one.who)]
        lines = [*moves, *self._written(told.room_id, seen, entries, texts)]
        lines.sort(key=lambda one: one.at)
        shows = {str(one.ref) for one in entries} | {str(ref) for one in entries for ref in named(one)}
        file = await self._printed(actor, told, post, span, people, lines)
        return Logged(file, post, span, len(lines), tuple(sorted(shows)))

    async def written(self, actor: Actor, told: Told, made: Logged) -> None:
        """Record that somebody has got a log, in the open transaction."""
        content = {"post": made.post.name, "since": made.span.since.isoformat(), "lines": made.count}
        await self._audit.append("shift.logged", actor, None, content, told.now)

    async def _present(self, post: DutyPost, now: datetime) -> Span:
        roster = await self._shift.roster([post.name], now, now)
        shift = roster.at(post.name, now)
        # To the second after: what was entered with the command itself belongs to it.
        return Span(shift.span.since if shift else now - UNPLANNED, now + timedelta(seconds=1))

    async def _people(self, post: DutyPost, span: Span) -> dict[UserId, CheckIn | None]:
        """Return who was at the post: by the roster, by their word, or because they answered for it."""
        roster = await self._shift.roster([post.name], span.since, span.until)
        planned = [one.person for one in roster.shifts(span.since, span.until, post.name) if one.person]
        watches = [one.person for one in await self._store.shift.list_watches(post.name, span.since, span.until)]
        came = [one.person for one in await self._store.shift.list_presence(post.name, span.since, span.until)]
        found: dict[UserId, CheckIn | None] = dict.fromkeys([*planned, *watches, *came])
        for one in await self._store.checkin.list_between(post.name, span.since, span.until):
            found[one.person] = one
        return found

    async def _entries(
        self, room_id: str, seen: Iterable[Reference], people: Iterable[UserId], span: Span
    ) -> list[Entry]:
        """Return what those people have entered into the incidents that are *seen* in the room."""
        found = await self._store.incident.list_entered(seen, people, span.since, span.until)
        return await self._relating.told(room_id, found)

    def _written(
        self, room_id: str, seen: Mapping[Reference, Incident], entries: Iterable[Entry],
        texts: Mapping[tuple[Reference, int], Translation],
    ) -> list[_Line]:  # fmt: skip
        def name_of(user_id: UserId) -> str:
            return self._room.name_of(room_id, user_id)

        lines = []
        for entry in entries:
            values = {"ref": Code(str(entry.ref)), "what": worded_entry(entry, name_of)}
            said = _("{ref}: {what}", **values)
            if entry.text:
                found = texts.get((entry.ref, entry.number))
                text = Verbatim(found.text if found else entry.text)
                said = _("{ref}: {what}: {text}", text=text, **values)
            moment = entry.happened_at or entry.entered_at
            lines.append(_Line(moment, entry.author, marked(seen[entry.ref], said)))
        return lines

    async def _moves(self, post: DutyPost, span: Span) -> list[_Line]:
        """Return who came, went, took over, and how those who were checked in said to be."""
        lines = []
        for one in await self._store.shift.list_presence(post.name, span.since, span.until):
            lines.append(_Line(one.since, one.person, _("came to the post")))
            if one.until:
                lines.append(_Line(one.until, one.person, _("left the post")))
        for watch in await self._store.shift.list_watches(post.name, span.since, span.until):
            lines.append(_Line(watch.since, watch.person, _("answers for the post from now on")))
        for found in await self._store.checkin.list_between(post.name, span.since, span.until):
            lines += [_Line(found.at, found.person, _began(found))]
            if found.ended_at:
                lines.append(_Line(found.ended_at, found.person, _("checked out")))
        for change in await self._store.checkin.list_said(post.name, span.since, span.until):
            lines.append(_Line(change.at, change.person, _changed(change)))
        handovers = await self._store.handover.list_in(post.room_id, post.name, span.since, span.until, MOST_HANDOVERS)
        lines += [_Line(one.started_at, one.outgoing, _handed(one)) for one in handovers]
        return [one for one in lines if span.since <= one.at < span.until]

    async def _printed(
        self, actor: Actor, told: Told, post: DutyPost, span: Span, people: dict[UserId, CheckIn | None],
        lines: list[_Line],
    ) -> File:  # fmt: skip
        paper = Paper(self._catalogues, actor.menus, actor.zone)
        config = self._config.now

        def name_of(user_id: UserId | None) -> Verbatim:
            return Verbatim(self._room.known_as(user_id, told.room_id) if user_id else "–")

        def agency_of(user_id: UserId) -> Verbatim:
            found = config.agency(user_id)
            return Verbatim(found.code if found else "–")

        paper.title(_("Activity log (ICS-214): {post}", post=Verbatim(post.name)))
        paper.lines(
            [
                Verbatim(f"{config.taskforce.name} ({config.taskforce.code})"),
                _("From {since} to {until}", since=span.since, until=span.until),
                _("Agency: {agency}", agency=Verbatim(post.agency or "–")),
                _("Prepared by {name} ({agency}), {moment}", name=name_of(actor.user_id),
                  agency=agency_of(actor.user_id), moment=told.now),
            ]
        )  # fmt: skip
        paper.heading(_("Who was there"))
        paper.table(
            (_NAME, _("Agency"), _("Vehicle")),
            [(name_of(user), agency_of(user), Verbatim(one.vehicle if one else "")) for user, one in people.items()],
        )
        paper.heading(_("What happened"))
        paper.table(
            (_("When"), _NAME, _("What")),
            [(one.at, name_of(one.who), one.said) for one in lines],
        )
        return paper.file(file_name("ICS-214", post.name, f"{span.since:%Y-%m-%d}"))


_NAME = _("Name")


def _began(one: CheckIn) -> Message:
    if one.vehicle:
        return _("checked in, with {vehicle}", vehicle=Verbatim(one.vehicle))
    return _("checked in")


def _changed(one: Change) -> Message:
    if one.place:
        return _("{status}: “{place}”", status=worded(one.status), place=Verbatim(one.place))
    return worded(one.status)


def _handed(one: Handover) -> Message:
    return _("began the handover {ref}", ref=Code(str(one.ref)))
