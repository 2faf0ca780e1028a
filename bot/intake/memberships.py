"""Who comes and goes, the bot itself included: invitations, the notice on joining, strangers, names that mislead."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.clock import Clock
from bot.config import Current
from bot.i18n import Message, Verbatim, _, _n, to_json
from bot.intake.actions import Invitation
from bot.intake.descriptions import Descriptions
from bot.intake.ledger import Ledger
from bot.intake.newcomers import JOINED, Newcomers
from bot.model.incoming import Incoming
from bot.model.names import confusable, one_line, shown, skeleton
from bot.model.person import UserId
from bot.model.status import SENT_AWAY
from bot.services import Services
from bot.services.notice import HELP, LOOK
from bot.store import Store

log = structlog.get_logger(__name__)

IN_CLEAR = _(
    "This room is not encrypted, so I do not work here and leave now. Invite me into an encrypted room, please."
)

DIRECT = "direct"
"""What is kept of a room that somebody without a role brought the bot into: for the two of them."""
DECLINED = _("I come only where a lead, a coordinator or an administrator of my task force invites me.")


class Memberships:
    """Follows who is in which room."""

    def __init__(
        self,
        config: Current,
        store: Store,
        services: Services,
        descriptions: Descriptions,
        ledger: Ledger,
        clock: Clock,
    ) -> None:
        self._config = config
        self._store = store
        self._services = services
        self._descriptions = descriptions
        self._ledger = ledger
        self._clock = clock
        self.newcomers = Newcomers(config, store, services, self._privacy, ledger, clock)

    async def invited(self, incoming: Incoming, invitation: Invitation) -> None:
        """Accept or decline an invitation."""
        accepted = self._services.room.accepts(invitation.inviter, direct=invitation.direct)
        kind = "join" if accepted else "leave"
        log.info("invitation", room=incoming.room_id, inviter=invitation.inviter, answer=kind)
        async with self._store.transaction():
            await self._store.notice.forget_room(incoming.room_id)
            await self._services.companion.forget(incoming.room_id, incoming.event_id, self._clock.now())
            if accepted and not self._services.room.invites(invitation.inviter):
                await self._store.notice.first(incoming.room_id, DIRECT, invitation.inviter, self._clock.now())
            why = {} if accepted else {"to": invitation.inviter, "reason": to_json(DECLINED)}
            await self._store.outbox.add(incoming.room_id, kind, incoming.event_id, why, self._clock.now())
            await self._store.inbox.done(incoming.event_id, kind)
        self._ledger.on_done(incoming.room_id)

    async def joined(self, incoming: Incoming) -> None:
        """Look round in a room that the bot has come into: is it encrypted, who is there."""
        room_id, now = incoming.room_id, self._clock.now()
        async with self._store.transaction():
            if self._comes(room_id):
                # With its encryption, and with whom we have invited, we look round again.
                log.info("room.comes", room=room_id)
            elif self._config.now.access.require_encryption and not self._services.room.encrypted(room_id):
                log.warning("room.not_encrypted", room=room_id)
                await self._services.notice.farewell(room_id, incoming.event_id, [IN_CLEAR], now)
            elif await self._too_many(incoming):
                log.warning("room.not_direct", room=room_id)
            elif self._services.room.silent(room_id):
                log.warning("room.not_encrypted", room=room_id)
            else:
                await self._begin(room_id, incoming.event_id, now)
            await self._store.inbox.done(incoming.event_id, "joined")
        self._ledger.on_done(room_id)

    def _comes(self, room_id: str) -> bool:
        """Return whether the room is one of ours that comes piece by piece, and not all of it is there."""
        if not self._services.room.own(room_id):
            return False
        return not self._services.room.encrypted(room_id) or len(self._services.room.audience(room_id)) < 2

    def _ready(self, room_id: str) -> bool:
        """Return whether the room is one of ours that is all there."""
        return self._services.room.own(room_id) and not self._comes(room_id)

    async def _begin(self, room_id: str, cause: str, now: datetime) -> bool:
        """Say who we are, in a room where that was not said yet; return whether."""
        if not await self._services.notice.first(room_id, JOINED, self._config.now.matrix.user_id, now):
            return False
        # In a room of ours who is invited reads what is posted from now on, and is told with it.
        invited = self._services.room.audience(room_id) if self._services.room.own(room_id) else ()
        languages = await self.newcomers.languages(room_id, invited) if invited else None
        await self._services.notice.give(room_id, "privacy", cause, self._privacy(), now, languages=languages)
        if admitted := self._services.room.strangers_admitted(room_id):
            # For the operator: nobody has done anything yet, and who comes is announced.
            log.warning("room.admits_strangers", room=room_id, servers=list(admitted))
        await self.newcomers.begin(room_id, now, also=invited)
        for user_id in self._services.room.members(room_id):
            await self._look_at(room_id, user_id, cause, now)
        await self._descriptions.tell(room_id, cause, now)
        return True

    async def changed(self, incoming: Incoming, user_id: UserId) -> None:
        """Look at somebody who came, went or has another name."""
        room_id, now = incoming.room_id, self._clock.now()
        async with self._store.transaction():
            if await self._too_many(incoming):
                log.warning("room.not_direct", room=room_id)
            elif self._ready(room_id) and await self._begin(room_id, incoming.event_id, now):
                log.info("room.came", room=room_id)
            elif user_id in self._services.room.members(room_id):
                await self._look_at(room_id, user_id, incoming.event_id, now)
                await self.newcomers.came(room_id, user_id, now)
                await self._services.companion.look_at(room_id, user_id, incoming.event_id, now)
                await self._services.fresh.came(room_id, user_id, incoming.event_id, now)
                await self._services.welfare.came(room_id, user_id, now)
                await self._services.patrol.relearned(user_id, incoming.event_id, now)
            elif self._services.room.deserted(room_id):
                log.info("room.deserted", room=room_id)
                await self._store.outbox.add(room_id, "leave", incoming.event_id, {}, now)
            if user_id not in self._services.room.members(room_id):
                await self._services.card.left(room_id, user_id)
                await self._services.handover.left(room_id, user_id, incoming.event_id, now)
                await self._services.briefing.left(room_id, user_id)
                await self._services.welfare.left(room_id, user_id, now)
                await self._services.patrol.left(room_id, user_id, incoming.event_id, now)
            await self._services.answering.changed(room_id, incoming.event_id, now)
            await self._services.polling.changed(room_id, user_id, incoming.event_id, now)
            # Who is invited will read what is posted from now on.
            await self._services.incident.look_round(room_id, incoming.event_id, now)
            if user_id not in self._services.room.audience(room_id):
                await self._services.fresh.left(room_id, incoming.event_id, now)
            await self._store.inbox.done(incoming.event_id, "membership")
        self._ledger.on_done(room_id)

    async def levels_changed(self, incoming: Incoming) -> None:
        """Describe the commands, and pin what is open, where the bot may now."""
        async with self._store.transaction():
            await self._descriptions.tell(incoming.room_id, incoming.event_id, self._clock.now())
            await self._services.card.pin_all(incoming.room_id, incoming.event_id, self._clock.now())
            await self._services.handover.pin_all(incoming.room_id, incoming.event_id, self._clock.now())
            await self._services.briefing.pin_all(incoming.room_id, incoming.event_id, self._clock.now())
            await self._store.inbox.done(incoming.event_id, "levels")
        self._ledger.on_done(incoming.room_id)

    async def _too_many(self, incoming: Incoming) -> bool:
        """Leave a room whose invitation counted only because it was direct, once others are there; return whether.

        The inviter alone says that an invitation is direct.
        """
        room_id = incoming.room_id
        inviter = await self._store.notice.subject(room_id, DIRECT)
        if inviter is None or not self._services.room.crowded(room_id):
            return False
        why = {"to": inviter, "reason": to_json(DECLINED)}
        await self._store.outbox.add(room_id, "leave", incoming.event_id, why, self._clock.now())
        return True

    def _privacy(self) -> list[Message]:
        notice = self._services.status.privacy()
        return [
            _(
                "I am Liaison, of {taskforce}. I translate what is said here and take commands: write {help}.",
                taskforce=Verbatim(notice.taskforce),
                help=HELP,
            ),
            _n(
                "I keep translations, and who sent each message and when, for {n} day, encrypted, but no text of"
                " original messages. Whoever operates me ({controller}, {contact}) can read what I can read. I am not"
                " for classified information.",
                "I keep translations, and who sent each message and when, for {n} days, encrypted, but no text of"
                " original messages. Whoever operates me ({controller}, {contact}) can read what I can read. I am not"
                " for classified information.",
                notice.retention_days,
                controller=Verbatim(notice.controller),
                contact=Verbatim(notice.contact),
            ),
            *([SENT_AWAY] if notice.sent_away else ()),
        ]

    async def _look_at(self, room_id: str, user_id: UserId, cause: str, now: datetime) -> None:
        """Say once that somebody is not served, or has a name that may be taken for another's."""
        if self._services.room.silent(room_id):
            return
        notice, bot = self._services.notice, self._config.now.matrix.user_id
        server = user_id.partition(":")[2]
        if user_id == bot:
            return
        if not self._config.now.lists(user_id) and await notice.first(room_id, "server", server, now):
            log.warning("room.stranger", room=room_id, server=server)
            sentence = _(
                "Caution: {user} is of the server {server}, which does not belong to this task force. Everyone of that"
                " server who is in this room can read it; I serve none of them.",
                user=Verbatim(one_line(user_id)),
                server=Verbatim(one_line(server)),
            )
            await notice.alert(room_id, "server", f"{cause} {server}", [sentence], LOOK, now)
        name = self._services.room.own_name(room_id, user_id)
        other = self._confused_with(room_id, user_id, name)
        # By what it looks like: else each invisible mark in a name would be one more notice.
        if other and await notice.first(room_id, "name", f"{user_id} {skeleton(name)}", now):
            log.warning("room.confusable_name", room=room_id, user=user_id, other=other)
            sentence = _(
                "Caution: the name “{name}” of {user} looks like that of {other}. They are two different accounts.",
                name=Verbatim(shown(name, user_id)),
                user=Verbatim(one_line(user_id)),
                other=Verbatim(one_line(other)),
            )
            await notice.give(room_id, "name", f"{cause} {user_id}", [sentence], now)

    def _confused_with(self, room_id: str, user_id: UserId, name: str) -> UserId | None:
        room = self._services.room
        others = [user for user in room.members(room_id) if user != user_id]
        return next((user for user in others if confusable(name, room.own_name(room_id, user))), None)
