"""Who approved a correction is told when it ends by somebody else's doing: two had agreed, and one has ended it."""

from __future__ import annotations

from typing import Any

from bot.i18n import Language, Message, _, to_json
from bot.model.correction import Correction
from bot.services.person import PersonService
from bot.services.relay.outgoing import Cause
from bot.services.room import Rooms
from bot.store import Store

GONE = _(
    "A correction into {language} that you approved serves no longer, because its message was deleted, changed or"
    " labelled."
)
FORGOTTEN = _("The machine's translation into {languages} stands again, and I have forgotten the correction.")


class Endings:
    """Tells who approved a correction that it has ended, in the open transaction."""

    def __init__(self, store: Store, person: PersonService, rooms: Rooms) -> None:
        self._store = store
        self._person = person
        self._rooms = rooms

    async def gone(self, cause: Cause, correction: Correction) -> None:
        """Say that *correction* went with its message, by nobody's word about it, if it served more than that."""
        if correction.key:
            await self._tell(cause, correction, Message(GONE.text, {"language": Language(correction.target)}))

    async def forgotten(self, cause: Cause, correction: Correction) -> None:
        """Say, below what shows the machine's words again, that *correction* was taken back."""
        said = Message(FORGOTTEN.text, {"languages": (Language(correction.target),)})
        await self._tell(cause, correction, said, below=True)

    async def _tell(self, cause: Cause, correction: Correction, said: Message, *, below: bool = False) -> None:
        """Tell it where the message is, or what stands for it: in the first room that the person is in."""
        if not (told := correction.approved_by):
            return
        original = await self._store.original.find_revision(correction.room_id, correction.event_id)
        posts = await self._store.outbox.list_holding(original.event_id) if original else []
        places = [correction.room_id, *(post.room_id for post in posts)]
        room_id = next((place for place in places if told in self._rooms.members(place)), None)
        if room_id is None:
            return
        language = (await self._person.actor(told, room_id)).menus
        payload: dict[str, Any] = {"of": "correction", "blocks": [to_json(said)], "to": [told], "languages": [language]}
        if below and (post := next((post for post in posts if post.room_id == room_id), None)):
            payload["after"] = post.id
        await self._store.outbox.add(room_id, "alert", cause.event_id, payload, cause.at, correction.id)
