"""What briefings are about: anybody proposes, and what is open in the room stands there by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _, _n
from bot.model.agenda import HEADS, Head, Item, held_as, of_one, wording_of
from bot.model.briefing import Briefing, Occurrence
from bot.model.handling import Cleared, label_of
from bot.model.handover import Sheet, incident_of, line
from bot.model.incident import Incident, Words, marked, titled, worded
from bot.model.names import one_line
from bot.model.person import Actor, LanguageCode, Role
from bot.model.reference import Reference
from bot.model.told import Told
from bot.model.translation import Translation
from bot.model.uncertainty import for_each
from bot.services.audit import AuditService
from bot.services.briefing.finding import Planned
from bot.services.handover import HandoverService
from bot.services.incident import IncidentService, Wordings
from bot.services.labelled import recordable
from bot.services.notice import Block, NoticeService
from bot.services.room import RoomService
from bot.store import Store

LONGEST = 200
MOST_ITEMS = 30
MOST_INCIDENTS = 10
MOST_FLAGS = 10
MOST_CHARACTERS = 150
LONG = 3
"""How often something may be handed on before it stands on the agenda."""
_MINUTE = timedelta(minutes=1)


class AgendaService:
    """Keeps agendas; what writes joins the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, incident: IncidentService, wordings: Wordings, room: RoomService,
        handover: HandoverService, notice: NoticeService,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._incident = incident
        self._wordings = wordings
        self._room = room
        self._handover = handover
        self._notice = notice

    async def add(
        self, actor: Actor, told: Told, briefing: Briefing, words: Words, head: Head, length: timedelta | None, *,
        each: bool,
    ) -> Item:  # fmt: skip
        """Put something on the agenda; raise UserError where it cannot stand there."""
        text, minutes = one_line(words.text), None if length is None else length // _MINUTE
        recordable(text)
        if label_of(text):
            raise UserError(
                ErrorCode.HANDLING, _("An agenda holds no marked text. Name the incident by its reference instead.")
            )
        if not 0 < len(text) <= LONGEST:
            raise UserError(
                ErrorCode.BAD_ARGUMENT, _("Say what the item is, in 1 to {most} characters.", most=LONGEST)
            )  # fmt: skip
        if minutes is not None and not 1 <= minutes <= briefing.length // _MINUTE:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("An item takes 1 minute at least, and {most} minutes at most: so long is the briefing.",
                  most=briefing.length // _MINUTE),
            )  # fmt: skip
        items = await self._store.agenda.list_of(briefing.ref)
        if len(items) >= MOST_ITEMS:
            raise UserError(
                ErrorCode.CONFLICT, _("{most} items are on the agenda. Remove one before you add another.",
                                      most=MOST_ITEMS),
            )  # fmt: skip
        number = max((item.number for item in items), default=0) + 1
        item = Item(number, head, text, words.language, minutes, actor.user_id, told.now, each)
        content = {"number": number, "head": head, "text": text, "minutes": minutes}
        logged = await self._audit.append("briefing.proposed", actor, str(briefing.ref), content, told.now)
        self._audit.said(logged, told, {"number": number})
        await self._store.agenda.add(briefing.ref, item, told.said)
        await self._store.wording.add(briefing.ref, wording_of(number), words.made)
        return item

    async def remove(self, actor: Actor, told: Told, briefing: Briefing, number: int) -> None:
        """Take an item off the agenda; raise UserError unless *actor* has put it there, or is a lead."""
        found = {item.number: item for item in await self._store.agenda.list_of(briefing.ref)}
        if (item := found.get(number)) is None:
            raise UserError(ErrorCode.NOT_FOUND, _("There is no item {number} on the agenda.", number=number))
        if item.by != actor.user_id and not actor.may(Role.LEAD):
            raise UserError(
                ErrorCode.NOT_ALLOWED, _("Only who has put item {number} there, or a lead, may remove it.",
                                         number=number),
            )  # fmt: skip
        await self._store.agenda.remove(briefing.ref, number)
        await self._store.wording.forget(briefing.ref, [wording_of(number)])
        await self._audit.append("briefing.unproposed", actor, str(briefing.ref), {"number": number}, told.now)

    async def items(self, planned: Planned, one: Occurrence) -> list[Item]:
        """Return what is on the agenda of *one*; what is marked has no text."""
        found = await self._store.agenda.list_of(planned.briefing.ref)
        kept = [replace(item, text="") if item.withheld else item for item in found]
        return of_one(kept, planned.briefing, planned.changes, one)

    async def complete(
        self, briefing: Briefing, items: Iterable[Item], reads: Sequence[LanguageCode], now: datetime
    ) -> dict[int, Words]:  # fmt: skip
        """Return what is missing of *items* for somebody who *reads* these languages, their own first. Slow."""
        known = {one.base for one in reads}
        missing = [item for item in items if item.text and item.language.base not in known]
        keys = [(briefing.ref, wording_of(item.number)) for item in missing]
        made = await self._store.wording.list_each(keys, reads[0].base)
        left = [item for item, key in zip(missing, keys, strict=True) if key not in made]
        found = await asyncio.gather(
            *(
                self._wordings.into(
                    item.text, briefing.room_id, item.by, reads[0], f"{briefing.ref} {item.number}", now
                )
                for item in left
            )
        )
        return {item.number: words for item, words in zip(left, found, strict=True)}

    async def keep(self, briefing: Briefing, found: Mapping[int, Words]) -> None:
        """Record translations that were made when they were needed, of what was not taken back meanwhile."""
        items = await self._store.agenda.list_of(briefing.ref) if found else []
        texts = {item.number: item.text for item in items if not item.withheld}
        for number, words in found.items():
            if texts.get(number) == words.text:
                await self._store.wording.add(briefing.ref, wording_of(number), words.made)

    # As it is read

    async def lines(
        self, planned: Planned, one: Occurrence, languages: Sequence[str]
    ) -> list[Block]:  # fmt: skip
        """Return the agenda of *one*, head by head, in each of *languages*, and whether it fits the time."""
        briefing, items = planned.briefing, await self.items(planned, one)
        made = await self._made(briefing, items, languages)
        blocks: list[Block] = []
        for head, name in HEADS.items():
            those = [self._line(briefing, item, made.get(item.number, ())) for item in items if item.head is head]
            blocks += [name, tuple(those)] if those else [_("{head}: nothing yet", head=name)]
        total, length = sum(item.minutes or 0 for item in items), one.length // _MINUTE
        if total > length:
            blocks.append(_("⚠ The items take {total} minutes, but the briefing lasts {length}. Shorten some.",
                            total=total, length=length))  # fmt: skip
        elif total:
            blocks.append(_("The items take {total} of {length} minutes.", total=total, length=length))
        return blocks

    async def _made(
        self, briefing: Briefing, items: Sequence[Item], languages: Sequence[str]
    ) -> dict[int, list[Translation]]:  # fmt: skip
        found: dict[int, list[Translation]] = {}
        numbers = {wording_of(item.number): item for item in items}
        for language in dict.fromkeys(LanguageCode(one).base for one in languages):
            made = await self._store.wording.list_each([(briefing.ref, one) for one in numbers], language)
            for (_ref, number), one in made.items():
                found.setdefault(numbers[number].number, []).append(one)
        return found

    def _line(self, briefing: Briefing, item: Item, made: Iterable[Translation]) -> Message:
        if not item.text:
            return _("{number}. This is not for everyone in this room any more.", number=item.number)
        values = {
            "number": item.number, "text": for_each(item.text, item.language, made),
            "name": Verbatim(self._room.known_as(item.by, briefing.room_id)),
        }  # fmt: skip
        if item.minutes is None:
            return _("{number}. {text} ({name})", **values)
        return _("{number}. {text} ({name}, {minutes} min)", **values, minutes=item.minutes)

    async def _incidents(self, room_id: str, language: LanguageCode) -> tuple[list[Block], list[Reference]]:
        """Return what is open in the room and everybody there may see, the worst first; and the references."""
        found = [one for one in await self._incident.list_open(room_id) if not one.content.exercise]
        if not found:
            return [], []
        shown = found[:MOST_INCIDENTS]
        titles = await self._incident.titles_in(shown, language)
        lines = [incident_line(one, titles.get(one.content.ref)) for one in shown]
        if (left := len(found) - MOST_INCIDENTS) > 0:
            lines.append(_n("and {n} more", "and {n} more", left))
        head = _n("{n} incident is open:", "{n} incidents are open:", len(found))
        return [head, tuple(lines)], [one.content.ref for one in shown]

    async def _flags(self, room_id: str, language: LanguageCode) -> tuple[list[Block], list[Reference]]:
        """Return what handovers leave behind: what was refused, and what is handed on again and again."""
        found = [sheet for _person, sheet in await self._handover.kept(room_id)]
        for post in await self._store.shift.list_posts(room_id):
            handover = await self._store.handover.last_accepted(post.name)
            if handover is None or handover.room_id != room_id:
                continue
            items = [item for item in (await self._handover.sheet(handover)).items if item.passed > LONG]
            gone = await self._handover.gone_of(handover, items)
            found += [Sheet(handover, (item,), {}, {}) for item, why in zip(items, gone, strict=True) if why is None]
        lines, refs = [], []
        for sheet in found[:MOST_FLAGS]:
            [item] = sheet.items
            things = await self._handover.things(sheet.handover, [item], language)
            said = line(sheet, item, things, lambda user: self._room.known_as(user, room_id), MOST_CHARACTERS)
            lines.append(_("{name}: {item}", name=Verbatim(sheet.handover.post), item=said))
            refs += [] if item.kind.written else [incident_of(item)]
        if not lines:
            return [], []
        head = _n("{n} item of a handover was refused or handed on more than 3 times:",
                  "{n} items of handovers were refused or handed on more than 3 times:", len(found))  # fmt: skip
        return [head, tuple(lines)], refs

    async def automatic(self, room_id: str, language: LanguageCode) -> tuple[list[Block], list[Reference]]:
        """Return what is on every agenda by itself, as everybody in the room may see it; and the incidents it shows."""
        blocks, shows = await self._incidents(room_id, language)
        flags, refs = await self._flags(room_id, language)
        return [*blocks, *flags], [*dict.fromkeys([*shows, *refs])]

    # What is taken back

    async def withdraw(self, room_id: str, event_id: str, cause: str, now: datetime) -> bool:
        """Delete what the message *event_id* has put on agendas of the room, and what says it; return whether it has.

        What the log holds of it goes with the message, also where the item was removed before.
        """
        found = await self._store.agenda.said_by(room_id, event_id)
        for ref, number in found:
            await self._store.agenda.remove(ref, number)
            await self._store.wording.forget(ref, [wording_of(number)])
        for ref in dict.fromkeys(ref for ref, _number in found):
            await self._notice.unsay(held_as(ref), ref, cause, now)
        return bool(found)


def incident_line(cleared: Cleared[Incident], made: Translation | None) -> Message:
    """Return an incident in one line, as lists of incidents say it."""
    incident = cleared.content
    values: dict[str, Message | Verbatim | Code] = {
        "ref": Code(str(incident.ref)), "status": worded(incident.status)
    }  # fmt: skip
    if not cleared.full:
        return marked(incident, _("{ref} ({status})", **values))
    title = titled(incident, made)
    if incident.severity is None:
        return marked(incident, _("{ref} ({status}): {title}", **values, title=title))
    severity = worded(incident.severity)
    return marked(incident, _("{ref} ({status}, {severity}): {title}", **values, severity=severity, title=title))
