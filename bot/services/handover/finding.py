"""Which handover is meant, and who may change it."""

from __future__ import annotations

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _
from bot.model.handover import Handover, Item, Sheet
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.shift import DutyPost
from bot.model.told import Told
from bot.services.reference import referred
from bot.services.room import RoomService
from bot.services.shift import ShiftService
from bot.store import Store

GONE = _("I know no such handover here.")
OVER = _("{ref} has ended. Nothing was changed.")


class Findings:
    """Finds handovers; only reads."""

    def __init__(self, config: Current, store: Store, room: RoomService, shift: ShiftService) -> None:
        self._config = config
        self._store = store
        self._room = room
        self._shift = shift

    async def find(self, room_id: str, ref: Reference) -> Handover:
        """Return the handover if it is of that room; raise UserError as if there were none otherwise."""
        found = await self._store.handover.find(ref)
        if found is None or found.room_id != room_id:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        return found

    async def posted(self, room_id: str, event_id: str) -> Handover | None:
        """Return the handover that our post *event_id* is about, or None."""
        found = await self._store.incident.find_about(room_id, event_id)
        return await self._store.handover.find(found) if found else None

    async def meant(self, actor: Actor, room_id: str, typed: str | None, replied: str | None) -> Reference:
        """Return the handover that is meant: by its reference, by the post replied to, or the only open one.

        Of several, the only one that *actor* takes part in. Raises UserError.
        """
        if typed is not None:
            return referred(typed, self._config.now.taskforce.code, GONE)
        found = await self._store.incident.find_about(room_id, replied) if replied else None
        if found and await self._store.handover.find(found):
            return found
        here = await self._store.handover.list_open(room_id)
        own = [one for one in here if actor.user_id in (one.outgoing, one.incoming)] or here
        if len(own) == 1:
            return own[0].ref
        if not own:
            raise UserError(ErrorCode.NOT_FOUND, _("No handover is open in this room."))
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _("Say which handover you mean: reply to its card, or write its reference."),
        )

    def item(self, sheet: Sheet, number: int) -> Item:
        """Return the item of that number; raise UserError if there is none."""
        if (found := sheet.item(number)) is None:
            raise UserError(
                ErrorCode.NOT_FOUND,
                _("{ref} has no item {n}.", ref=Code(str(sheet.handover.ref)), n=number),
            )
        return found

    async def open(
        self, actor: Actor, told: Told, ref: Reference, *, outgoing: bool = False, incoming: bool = False
    ) -> Handover:
        """Return an open handover that *actor* may change as the one or the other; raise UserError."""
        handover = await self.find(told.room_id, ref)
        code = Code(str(ref))
        if not handover.state.open:
            raise UserError(ErrorCode.CONFLICT, Message(OVER.text, {"ref": code}))
        whom = handover.outgoing if outgoing else handover.incoming
        if (outgoing or incoming) and actor.user_id != whom:
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Only {name} may do that in {ref}.", name=self.named(told.room_id, whom), ref=code),
            )
        if incoming and not handover.state.handed:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{ref} is a draft still. {name} is writing it.", ref=code,
                  name=self.named(told.room_id, handover.outgoing)),
            )  # fmt: skip
        return handover

    async def still(self, handover: Handover) -> None:
        """Raise UserError unless the outgoing person still answers for the post."""
        watch = await self._shift.watch(handover.post)
        if watch.person != handover.outgoing:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{name} answers for {post} by now.", post=Verbatim(handover.post),
                  name=self.named(handover.room_id, watch.person)),
            )  # fmt: skip

    async def post_of(self, actor: Actor, room_id: str, name: str | None) -> DutyPost:
        """Return the post of that name; without one, the only one of the room that *actor* answers for, or at all."""
        if name is None:
            here = await self._shift.posts(room_id)
            own = [one for one in here if (await self._shift.watch(one.name)).person == actor.user_id]
            if len(own) == 1:
                return own[0]
        return await self._shift.post(room_id, name)

    async def post(self, handover: Handover) -> DutyPost:
        """Return the post of a handover; raise UserError if it was given up."""
        found = await self._store.shift.find_post(handover.post)
        if found is None:
            raise UserError(ErrorCode.NOT_FOUND, _("There is no such post any more."))
        return found

    def takes(self, room_id: str, user_id: UserId) -> bool:
        """Return whether somebody can answer for a post of the room."""
        there = user_id in self._room.members(room_id) and self._config.now.serves(user_id)
        return there and user_id != self._config.now.matrix.user_id

    def keeper(self, handover: Handover, item: Item) -> UserId:
        """Return with whom an item stays that is refused: who has kept it so far, while they are in the room."""
        kept = item.stays_with
        return kept if kept and self.takes(handover.room_id, kept) else handover.outgoing

    def named(self, room_id: str, user_id: UserId) -> Verbatim:
        """Return what somebody is called in the room."""
        return Verbatim(self._room.name_of(room_id, user_id))
