"""Who must look at an incident at once because something grave about it has changed."""

from __future__ import annotations

from bot.config import Current
from bot.i18n import Code, _
from bot.model.incident import Incident, Severity, marked
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

    async def changed(self, actor: Actor | None, told: Told, before: Incident, incident: Incident) -> None:
        """Ring who has a part in the incident if it is of another severity now, but not who has changed that.

        The first word about its severity is no change. What has become very high rings the leads as well.
        """
        if before.severity in (None, incident.severity):
            return
        left = self._meant(incident) - ({actor.user_id} if actor else set())
        for index, room_id in enumerate(dict.fromkeys([incident.room_id, told.room_id])):
            whom = [user for user in self._room.members(room_id) if user in left and self._config.now.serves(user)]
            left -= {*whom}
            if whom:
                await self._ring(incident, room_id, whom, told, index)

    def _meant(self, incident: Incident) -> set[UserId]:
        meant = {one.user_id for one in incident.roles} | ({incident.lead} if incident.lead else set())
        leads = self._config.now.roles.lead if incident.severity is Severity.VERY_HIGH else ()
        return meant | {*map(UserId, leads)}

    async def _ring(self, incident: Incident, room_id: str, whom: list[UserId], told: Told, index: int) -> None:
        card = await self._store.card.find(incident.ref, room_id)
        ref = Code(str(incident.ref))
        await self._notice.ring(
            room_id, "incident", told.event_id, whom,
            marked(incident, _("The severity of {ref} has changed. Please look at its card.", ref=ref)),
            card.post if card else "", told.now, ref=str(incident.ref), index=index, shows=incident.ref,
        )  # fmt: skip
