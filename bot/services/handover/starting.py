"""How a handover begins: who takes over, what is in it, and what is at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Verbatim, _
from bot.model.handover import Handover, Item, Risk, Sheet, Side, State, risk_of
from bot.model.person import Actor, Role, UserId
from bot.model.shift import DutyPost, Watch
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.handover.board import Board
from bot.services.handover.drafting import Drafting
from bot.services.handover.finding import Findings
from bot.services.incident import IncidentService
from bot.services.person import PersonService
from bot.services.room import RoomService
from bot.services.shift import ShiftService
from bot.store import Store


class Starting:
    """Begins handovers; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, incident: IncidentService, person: PersonService,
        room: RoomService, shift: ShiftService, drafting: Drafting, found: Findings, board: Board,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._draw = incident.draw
        self._person = person
        self._room = room
        self._shift = shift
        self._drafting = drafting
        self._found = found
        self._board = board

    async def start(self, actor: Actor, told: Told, post: DutyPost, to: UserId | None) -> Sheet:
        """Begin to hand a post over to *to*, or to whose shift it is; build the draft and show it.

        An open one that is for another person is given to that one, from its beginning. Raises UserError.
        """
        watch = await self._shift.watch(post.name)
        if actor.user_id != watch.person and not actor.may(Role.LEAD):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("{name} answers for {post} and hands it over, or a lead does.",
                  name=self._found.named(post.room_id, watch.person), post=Verbatim(post.name)),
            )  # fmt: skip
        incoming, expected = await self._next(post, watch, to, told.now)
        if (before := await self._store.handover.find_open(post.name)) is not None:
            return await self._given(actor, told, before, incoming, expected)
        handover, items = await self._drafted(post, watch, incoming, expected, told.now)
        handover = await self.weighed(handover, told.now, len(items))
        await self._store.handover.save(handover)
        await self._store.handover.save_items(handover.ref, items)
        content = {"post": post.name, "outgoing": watch.person, "incoming": incoming}
        await self._audit.append("handover.started", actor, str(handover.ref), content, told.now)
        await self._board.show(actor, handover, told, items)
        await self._tell(actor, handover, told)
        return Sheet(handover, tuple(items), {}, {})

    async def foreseen(self, told: Told, post: DutyPost, to: UserId | None) -> tuple[Handover, Sequence[Item]]:
        """Return what `start` would begin or give to somebody else, as it was before; raise UserError as that does."""
        watch = await self._shift.watch(post.name)
        incoming, expected = await self._next(post, watch, to, told.now)
        if (before := await self._store.handover.find_open(post.name)) is not None:
            return replace(before, incoming=incoming), await self._store.handover.items(before.ref)
        return await self._drafted(post, watch, incoming, expected, told.now)

    async def _drafted(
        self, post: DutyPost, watch: Watch, incoming: UserId, expected: datetime | None, now: datetime
    ) -> tuple[Handover, Sequence[Item]]:
        handover = Handover(
            await self._draw(), post.name, post.room_id, watch.person, incoming, State.DRAFT, now, Risk(), expected
        )
        return handover, await self._drafting.items(handover, post, watch.since, now)

    async def _tell(self, actor: Actor, handover: Handover, told: Told) -> None:
        """Ring who answers for the post where a lead has named who takes it over from them."""
        if actor.user_id != handover.outgoing:
            said = _("{ref} is open for this post. Go on with that one.", ref=Code(str(handover.ref)))
            await self._board.ring(handover, [handover.outgoing], said, told, index=1)

    async def refresh(self, handover: Handover, now: datetime) -> list[Item]:
        """Put into an open handover what has come since, and what has become critical; return that."""
        watch = await self._shift.watch(handover.post)
        post = await self._found.post(handover)
        newer = await self._drafting.newer(handover, post, watch.since, now)
        await self._store.handover.save_items(handover.ref, newer)
        for item in newer:
            await self._store.handover.void(handover.ref, item.number)
        return newer

    async def _next(
        self, post: DutyPost, watch: Watch, to: UserId | None, now: datetime
    ) -> tuple[UserId, datetime | None]:
        """Return who is to take over, and when their shift begins; raise UserError if nobody can."""
        found = await self._shift.on_call(post, now)
        shifts = [one for one in (found.now, found.next) if one and one.person and one.person != watch.person]
        wanted = to or (shifts[0].person if shifts else None)
        if wanted is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("No other shift is planned. Say who takes over: @PERSON."))
        name = self._found.named(post.room_id, wanted)
        if wanted == watch.person:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{name} answers for {post} already.", name=name, post=Verbatim(post.name)),
            )
        there = wanted in self._room.members(post.room_id) and self._config.now.serves(wanted)
        if not there or wanted == self._config.now.matrix.user_id:
            raise UserError(ErrorCode.NOT_FOUND, _("{name} cannot take over: only who is in this room can.", name=name))
        return wanted, next((one.span.since for one in shifts if one.person == wanted), None)

    async def _given(
        self, actor: Actor, told: Told, before: Handover, incoming: UserId, expected: datetime | None
    ) -> Sheet:
        """Let somebody else take over what is open: what the first one has answered counts for nothing."""
        ref = Code(str(before.ref))
        if before.incoming == incoming:
            raise UserError(ErrorCode.CONFLICT, _("{ref} is open for this post. Go on with that one.", ref=ref))
        items = await self._store.handover.items(before.ref)
        await self._store.handover.save_items(before.ref, [replace(item, answered=None) for item in items])
        for item in items:
            await self._store.handover.void(before.ref, item.number)
        handover = replace(before, incoming=incoming, expected=expected, state=State.DRAFT, ready_at=None)
        content = {"from": before.incoming, "incoming": incoming}
        await self._audit.append("handover.given", actor, str(before.ref), content, told.now)
        sheet = await self._board.record(actor, told, await self.weighed(handover, told.now))
        said = _("{ref} is not for you any more.", ref=ref)
        if before.state.handed:
            await self._board.ring(handover, [before.incoming], said, told)
        await self._tell(actor, handover, told)
        return sheet

    async def weighed(self, handover: Handover, now: datetime, items: int | None = None) -> Handover:
        """Return the handover with what is at risk in it, with so many *items* if that is known."""
        post = await self._found.post(handover)
        sides = [await self._side(handover, user, now) for user in (handover.outgoing, handover.incoming)]
        if items is None:
            items = await self._store.handover.count(handover.ref)
        return replace(handover, risk=risk_of(sides[0], sides[1], items, handover.expected or now, post.zone))

    async def _side(self, handover: Handover, user: UserId, now: datetime) -> Side:
        actor = await self._person.actor(user, handover.room_id)
        here, anywhere = await self._store.shift.last_watched(user, handover.post, now)
        return Side(actor.language.base, actor.agency, here, anywhere)
