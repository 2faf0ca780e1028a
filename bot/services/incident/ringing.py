"""Who must look at an incident at once because something grave about it has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.config import Current
from bot.i18n import Code, Message, _
from bot.model.incident import Incident, Part, Severity, marked
from bot.model.person import Actor, UserId
from bot.model.told import Told
from bot.services.notice import NoticeService
from bot.services.room import RoomService
from bot.store import Store


class Ringing:
    """Rings those concerned, in the open transaction, below the card that says it already."""

    def __init__(self, config: Current, store: Store, notice: NoticeService, room: RoomService) -> None:
        self._config = config
        self._store = store
        self._notice = notice
        self._room = room

    async def declared(self, actor: Actor, told: Told, incident: Incident) -> None:
        """Ring the leads if what was just declared is very grave, but not who has declared it."""
        await self.changed(actor, told, replace(incident, severity=None), incident)

    async def changed(self, actor: Actor | None, told: Told, before: Incident, incident: Incident) -> None:
        """Ring whom a change concerns, but not who has made it: those of whom it is said, and who has a part.

        The first word about its severity is no change. What has become very high rings the leads as well.
        """
        ref, number = Code(str(incident.ref)), 0
        for whom, asked in self._calls(before, incident, ref):
            left = whom - ({actor.user_id} if actor else set())
            for room_id in await self._rooms(incident, told) if left else ():
                there = [user for user in self._room.members(room_id) if user in left and self._config.now.serves(user)]
                left -= {*there}
                if there:
                    await self._ring(incident, room_id, there, asked, told, number)
                    number += 1

    def _calls(self, before: Incident, incident: Incident, ref: Code) -> Iterator[tuple[set[UserId], Message]]:
        """Yield whom to ring with what."""
        had, has = _parts(before), _parts(incident)
        concerned, new = {user for _part, user in has}, {user for _part, user in has - had}
        grave = incident.severity is Severity.VERY_HIGH
        if before.severity is not incident.severity and (before.severity or grave):
            leads = {*map(UserId, self._config.now.roles.lead)} if grave else set()
            said = _("The severity of {ref} has changed. Please look at its card.", ref=ref)
            first = _("{ref} is of very high severity. Please look at its card.", ref=ref)
            yield concerned | leads, said if before.severity else first
        yield new, _("You have a part in {ref} now. Please look at its card.", ref=ref)
        yield {user for _part, user in had} - concerned, _("{ref} is not for you any more.", ref=ref)
        if before.status is not incident.status:
            yield concerned, _("The status of {ref} has changed. Please look at its card.", ref=ref)

    async def _rooms(self, incident: Incident, told: Told) -> list[str]:
        """Return where people may be rung about it, the first rooms first."""
        return [*dict.fromkeys([incident.room_id, told.room_id, *await self._store.card.list_of(incident.ref)])]

    async def _ring(
        self, incident: Incident, room_id: str, whom: list[UserId], asked: Message, told: Told, index: int
    ) -> None:
        card = await self._store.card.find(incident.ref, room_id)
        cause = f"{told.event_id} {incident.ref}"  # one event may change several
        await self._notice.ring(
            room_id, "incident", cause, whom, marked(incident, asked), card.post if card else "", told.now,
            ref=str(incident.ref), index=index, shows=incident.ref, reader=whom[0] if len(whom) == 1 else None,
        )  # fmt: skip


def _parts(incident: Incident) -> set[tuple[Part, UserId]]:
    lead = {(Part.LEAD, incident.lead)} if incident.lead else set()
    return lead | {(one.part, one.user_id) for one in incident.roles}
