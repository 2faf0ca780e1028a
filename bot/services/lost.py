"""Lost devices: a colleague's word freezes somebody at once, two people lift it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Typed, Verbatim, _, _c
from bot.model.identity import DeviceKey, Lost, Method
from bot.model.person import Actor, Role, UserId
from bot.model.room import Use
from bot.model.sequel import Sequel, SequelKind
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.direct import DirectService
from bot.services.identity import IdentityService
from bot.services.notice import LOOK, NoticeService
from bot.services.question import QuestionService
from bot.services.room import RoomService
from bot.services.sequel import SequelService
from bot.store import Store

log = structlog.get_logger(__name__)

COMMAND = "lost"
WITHIN = timedelta(days=1)
"""How long the word of the first who lifts it waits for that of a second."""
MOST_TOLD = 100
"""How many devices are written into the log, signed ones first: a server may list as many as it likes."""
SETTLED = _("That is settled already. Nothing was changed.")
SECOND = _("It takes two people: a lead of the agency of {user} or an administrator, and one more colleague.")


@dataclass(frozen=True, slots=True)
class Lifting:
    """What came of somebody's word that it be lifted: the loss as it is now, and the devices that would count then."""

    lost: Lost
    master: str
    """The key of their identity as it is now; empty when none was ever seen."""
    devices: tuple[DeviceKey, ...]
    second: bool
    """Whether it was the word of the second, who is asked."""


class LostService:
    """Freezes people whose device is lost, and serves them again; joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, identity: IdentityService, room: RoomService,
        direct: DirectService, notice: NoticeService, question: QuestionService, sequel: SequelService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._identity = identity
        self._room = room
        self._direct = direct
        self._notice = notice
        self._question = question
        self._sequel = sequel

    async def report(self, actor: Actor, told: Told, person: UserId) -> Message:
        """Freeze *person* at once and tell whoever must know; return what they are told.

        Raises UserError unless *actor* is of their agency, a lead, or themselves; or if they are frozen already.
        """
        config = self._config.now
        agency = config.agency(person)
        colleague = agency is not None and agency.code == actor.agency
        if person == config.matrix.user_id or not (colleague or actor.may(Role.LEAD) or person == actor.user_id):
            raise UserError(
                ErrorCode.NOT_ALLOWED, _("Only a colleague of the same agency or a lead may say that a device is lost.")
            )
        if await self._identity.lost(person):
            raise UserError(
                ErrorCode.CONFLICT, _("That a device of {user} is lost is known already.", user=Verbatim(person))
            )
        devices = await self._identity.lose(Lost(person, actor.user_id, told.now))
        await self._question.settle_all(person, SETTLED, told.event_id, told.now)
        await self._record(SequelKind.LOST, actor, told, person, devices)
        log.warning("device.reported_lost", user=person, by=actor.user_id)
        said = _(
            "{name} says that a device of {user} is lost. From now on I take nothing from {user} and send them nothing,"
            " in any room, until two people lift that with {command}.",
            name=Verbatim(actor.name),
            user=Verbatim(person),
            command=lifting(person),
        )
        await self._tell(said, actor, person, told)
        return said

    async def word(self, actor: Actor, told: Told, person: UserId) -> Lifting:
        """Record that *actor* wants *person* to be served again, as the first; or find that it takes no other.

        Raises UserError if they may not say so, or nothing is to be lifted.
        """
        lost, devices = await self._liftable(actor, person), tuple(self._identity.devices(person))
        master = await self._identity.present(person)
        if self._first(lost, actor, told.now):
            return Lifting(lost, master, devices, second=True)
        if self._waits(lost, told.now) and lost.lifted_by != actor.user_id:
            # Two who may not decide: the first one's word goes on waiting for somebody who may.
            raise UserError(ErrorCode.NOT_ALLOWED, Message(SECOND.text, {"user": Verbatim(person)}))
        lost = replace(lost, lifted_by=actor.user_id, lifted_at=told.now)
        await self._store.identity.save_lost(lost)
        await self._audit.append("lost.lifting", actor, None, {"user": person, "event": told.event_id}, told.now)
        return Lifting(lost, master, devices, second=False)

    async def lift(self, actor: Actor, told: Told, data: Mapping[str, Any]) -> Message:
        """Serve the person again that *data* names, as the second; return what those are told who must know.

        The identity that was shown is confirmed by it: whoever may lift this may confirm that, and has compared it.
        Raises UserError if the first one's word does not stand any more, or other keys would count than were shown.
        """
        person = UserId(data["person"])
        lost = await self._liftable(actor, person)
        keys, master = [one.key for one in self._identity.devices(person)], await self._identity.present(person)
        shown = (keys, master) == (data["keys"], data.get("master"))
        if lost.tail != data["tail"] or not self._first(lost, actor, told.now) or not shown:
            raise UserError(ErrorCode.CONFLICT, _("Something has changed meanwhile, so I did nothing. Begin again."))
        await self._identity.lift(person)
        if master:
            await self._identity.confirm(person, master, actor, Method.FINGERPRINT, told.now)
        await self._record(SequelKind.FOUND, actor, told, person, ())
        log.warning("device.lifted", user=person, by=actor.user_id, first=lost.lifted_by)
        said = _(
            "{name} and {other} have lifted it: I serve {user} again, but not by the devices that they had when that"
            " was said to be lost.",
            name=Verbatim(actor.name),
            other=Verbatim(self._room.known_as(lost.lifted_by or "", told.room_id)),
            user=Verbatim(person),
        )
        await self._tell(said, actor, person, told)
        return said

    async def _liftable(self, actor: Actor, person: UserId) -> Lost:
        lost = await self._identity.lost(person)
        if lost is None:
            raise UserError(ErrorCode.CONFLICT, _("No device of {user} is lost.", user=Verbatim(person)))
        if actor.user_id == person or not (self._near(actor.user_id, person) or actor.may(Role.LEAD)):
            raise UserError(ErrorCode.NOT_ALLOWED, Message(SECOND.text, {"user": Verbatim(person)}))
        return lost

    def _first(self, lost: Lost, actor: Actor, now: datetime) -> bool:
        """Return whether *actor* is the second of two who together may lift it."""
        first = lost.lifted_by
        if first is None or first == actor.user_id or not self._waits(lost, now):
            return False
        decides = self._decides(actor.user_id, lost.user_id) and bool(actor.roles & {Role.LEAD, Role.ADMIN})
        return decides or self._decides(first, lost.user_id)

    def _waits(self, lost: Lost, now: datetime) -> bool:
        if lost.lifted_by is None or lost.lifted_at is None or not self._config.now.serves(lost.lifted_by):
            return False
        return now - lost.lifted_at <= WITHIN

    def _decides(self, user: UserId, person: UserId) -> bool:
        """Return whether *user* is a lead of the person's agency, or an administrator, whose own device is not lost."""
        roles, agency = self._config.now.roles, self._config.now.agency(person)
        lead = user in roles.lead and agency is not None and self._config.now.agency(user) == agency
        return lead or user in roles.admin

    def _near(self, user: UserId, person: UserId) -> bool:
        agency = self._config.now.agency(person)
        return self._decides(user, person) or (agency is not None and self._config.now.agency(user) == agency)

    # Telling

    async def _record(
        self, kind: SequelKind, actor: Actor, told: Told, person: UserId, devices: Sequence[DeviceKey]
    ) -> None:
        """Enter into the log what was done, and tell it to a bot that may be restored."""
        listed = [[one.device_id, one.key] for one in devices[:MOST_TOLD]]
        content = {"user": person, "room": told.room_id, "event": told.event_id, "devices": listed}
        await self._audit.append(kind, actor, None, content, told.now)
        values = {"user": person, "by": actor.user_id, "devices": listed}
        await self._sequel.tell(kind, values, told.event_id, told.now)

    async def _tell(self, said: Message, actor: Actor, person: UserId, told: Told) -> None:
        """Tell the rooms of the person, the audit rooms, and, each alone, leads of their agency and who oversees.

        By now the person's devices get no key for any of it.
        """
        bot, roles = self._config.now.matrix.user_id, self._config.now.roles
        audit = [one for one in await self._store.room.list_used_for(Use.AUDIT) if bot in self._room.members(one)]
        for room_id in dict.fromkeys([*self._room.of(person), *audit]):
            # Where it was said, the answer says it.
            if room_id != told.room_id and not self._direct.holds(room_id, person) and not self._room.silent(room_id):
                await self._notice.give(room_id, COMMAND, f"{told.event_id} {room_id}", [said], told.now)
        agency = self._config.now.agency(person)
        leads = [user for user in roles.lead if agency is not None and self._config.now.agency(user) == agency]
        for user in dict.fromkeys(map(UserId, [*leads, *roles.admin, *roles.auditor])):
            if user in (person, actor.user_id) or not (where := await self._direct.reach(user, told.now)):
                continue
            cause = f"{told.event_id} {user}"
            if where == user:
                await self._store.outbox.add(user, "open", cause, {}, told.now)
            notice = await self._notice.give(where, COMMAND, cause, [said], told.now, reader=user)
            await self._notice.ring(where, COMMAND, cause, [user], LOOK, notice, told.now, reader=user)

    # After a restore

    async def lose_again(self, sequel: Sequel, now: datetime) -> bool:
        """Freeze again whoever was frozen after the backup; return whether that is new."""
        said = sequel.values
        person, devices = UserId(said["user"]), [DeviceKey(*one) for one in said["devices"]]
        known = await self._identity.lost(person)
        await self._identity.lose(known or Lost(person, UserId(said["by"]), sequel.at), devices)
        if known is None:
            await self._audit.append(sequel.kind, None, None, {"user": person}, now)
        return known is None

    async def lift_again(self, sequel: Sequel, now: datetime) -> bool:
        """Serve again whom two people have vouched for after the backup; return whether that is new."""
        person = UserId(sequel.values["user"])
        if await self._identity.lost(person) is None:
            return False
        await self._identity.lift(person)
        await self._audit.append(sequel.kind, None, None, {"user": person}, now)
        return True


def lifting(user_id: str) -> Typed:
    """Return the command by which two people have *user_id* served again."""
    return Typed(("!", _c("noun", "lost"), " ", _c("verb", "lift"), f" {user_id}"))
