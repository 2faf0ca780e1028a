"""Handovers: drafted by the bot, worded by the outgoing person, answered item by item by the incoming one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _
from bot.model.handover import (
    Answer,
    Answered,
    Handover,
    Item,
    ItemKind,
    Risk,
    Sheet,
    Side,
    State,
    frozen,
    risk_of,
)
from bot.model.incident import Words
from bot.model.person import Actor, Role, UserId
from bot.model.reference import Reference
from bot.model.shift import DutyPost, Watch
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.handover.board import Board
from bot.services.handover.drafting import Drafting
from bot.services.handover.sheets import Sheets
from bot.services.handover.texts import Texts
from bot.services.incident import IncidentService
from bot.services.person import PersonService
from bot.services.reference import referred
from bot.services.room import RoomService
from bot.services.shift import ShiftService
from bot.store import Store

GONE = _("I know no such handover here.")
OVER = _("{ref} has ended. Nothing was changed.")


class HandoverService:
    """Begins, changes and ends handovers; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, audit: AuditService, incident: IncidentService, person: PersonService,
        room: RoomService, shift: ShiftService, drafting: Drafting, sheets: Sheets, board: Board, texts: Texts,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._audit = audit
        self._incident = incident
        self._person = person
        self._room = room
        self._shift = shift
        self._drafting = drafting
        self.sheet, self.things = sheets.sheet, sheets.things
        self._board = board
        self._texts = texts

    # Beginning

    async def start(self, actor: Actor, told: Told, post: DutyPost, to: UserId | None) -> Sheet:
        """Begin to hand a post over to *to*, or to whose shift it is; build the draft and show it.

        An open one that is for another person is given to that one, from its beginning. Raises UserError.
        """
        watch = await self._shift.watch(post.name)
        if actor.user_id != watch.person and not actor.may(Role.LEAD):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("{name} answers for {post} and hands it over, or a lead does.",
                  name=self._named(post.room_id, watch.person), post=Verbatim(post.name)),
            )  # fmt: skip
        incoming, expected = await self._next(post, watch, to, told.now)
        if (before := await self._store.handover.find_open(post.name)) is not None:
            return await self._given(actor, told, before, incoming, expected)
        handover = Handover(
            await self._incident.draw(), post.name, post.room_id, watch.person, incoming, State.DRAFT, told.now, Risk(),
            expected,
        )  # fmt: skip
        await self._store.handover.save(handover)
        for item in await self._drafting.items(handover, post, watch.since):
            await self._store.handover.save_item(handover.ref, item)
        content = {"post": post.name, "outgoing": watch.person, "incoming": incoming}
        await self._audit.append("handover.started", actor, str(handover.ref), content, told.now)
        return await self._shown(actor, told, await self._weighed(handover, told.now))

    async def _next(
        self, post: DutyPost, watch: Watch, to: UserId | None, now: datetime
    ) -> tuple[UserId, datetime | None]:
        """Return who is to take over, and when their shift begins; raise UserError if nobody can."""
        found = await self._shift.on_call(post, now)
        shifts = [one for one in (found.now, found.next) if one and one.person and one.person != watch.person]
        wanted = to or (shifts[0].person if shifts else None)
        if wanted is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("No other shift is planned. Say who takes over: @PERSON."))
        name = self._named(post.room_id, wanted)
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
        for item in await self._store.handover.items(before.ref):
            await self._store.handover.save_item(before.ref, replace(item, answered=None))
            await self._store.handover.void(before.ref, item.number)
        handover = replace(before, incoming=incoming, expected=expected, state=State.DRAFT, ready_at=None)
        content = {"from": before.incoming, "incoming": incoming}
        await self._audit.append("handover.given", actor, str(before.ref), content, told.now)
        sheet = await self._shown(actor, told, await self._weighed(handover, told.now))
        said = _("{ref} is not for you any more.", ref=ref)
        if before.state.handed:
            await self._board.ring(handover, [before.incoming], said, told)
        return sheet

    async def _weighed(self, handover: Handover, now: datetime) -> Handover:
        """Return the handover with what is at risk in it."""
        post = await self._post(handover)
        sides = [await self._side(handover, user, now) for user in (handover.outgoing, handover.incoming)]
        items = len(await self._store.handover.items(handover.ref))
        return replace(handover, risk=risk_of(sides[0], sides[1], items, handover.expected or now, post.zone))

    async def _side(self, handover: Handover, user: UserId, now: datetime) -> Side:
        actor = await self._person.actor(user, handover.room_id)
        here, anywhere = await self._store.shift.last_watched(user, handover.post, now)
        return Side(actor.language.base, actor.agency, here, anywhere)

    # The outgoing person

    async def note(
        self, actor: Actor, told: Told, ref: Reference, number: int | None, words: Words | None,
        contingency: Words | None = None, kind: ItemKind = ItemKind.NOTE, *, critical: bool = False,
    ) -> int:  # fmt: skip
        """Enter what the outgoing person says to an item, or as a new one; return its number.

        What the incoming person has said to that item counts no more.
        """
        handover = await self._open(actor, told, ref, outgoing=True)
        sheet = await self.sheet(handover)
        if number is None:
            item = await self._new(actor, told, sheet, words, kind, critical=critical)
        else:
            item = await self._noted(actor, told, sheet, number, words)
        if contingency:
            said = await self._texts.say(ref, "contingency", contingency, actor.user_id, told.now)
            item = replace(item, contingency=(ref, said.number))
        asked = item.answered is not None and item.answered.answer is Answer.ASKED
        await self._store.handover.save_item(ref, replace(item, answered=None))
        await self._store.handover.void(ref, item.number)
        await self._shown(actor, told, await self._weighed(handover, told.now))
        if handover.state.handed:
            text = (
                _("{ref}: your question about item {n} is answered.", ref=Code(str(ref)), n=item.number)
                if asked
                else _("{ref}: item {n} has changed. Please look at it again.", ref=Code(str(ref)), n=item.number)
            )
            await self._board.ring(handover, [handover.incoming], text, told)
        return item.number

    async def _new(
        self, actor: Actor, told: Told, sheet: Sheet, words: Words | None, kind: ItemKind, *, critical: bool
    ) -> Item:
        ref = sheet.handover.ref
        said = await self._texts.say(ref, "item", words, actor.user_id, told.now)
        number = max((one.number for one in sheet.items), default=0) + 1
        return Item(
            number, f"note {ref} {said.number}", kind, words=(ref, said.number), critical=critical, first=ref,
            since=told.now,
        )  # fmt: skip

    async def _noted(self, actor: Actor, told: Told, sheet: Sheet, number: int, words: Words | None) -> Item:
        item = self.item(sheet, number)
        said = await self._texts.say(sheet.handover.ref, "note", words, actor.user_id, told.now)
        return replace(item, notes=(*item.notes, said.number))

    async def ready(self, actor: Actor, told: Told, ref: Reference) -> Sheet:
        """Say that it is the incoming person's turn, and ring them."""
        handover = await self._open(actor, told, ref, outgoing=True)
        if handover.state is not State.DRAFT:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{ref} waits for {name} already.", ref=Code(str(ref)),
                  name=self._named(told.room_id, handover.incoming)),
            )  # fmt: skip
        handover = await self._weighed(replace(handover, state=State.READY, ready_at=told.now), told.now)
        await self._audit.append("handover.ready", actor, str(ref), {"incoming": handover.incoming}, told.now)
        sheet = await self._shown(actor, told, handover)
        said = _("{ref} waits for you. Please go through it.", ref=Code(str(ref)))
        await self._board.ring(handover, [handover.incoming], said, told)
        return sheet

    # The incoming person

    async def answer(
        self, actor: Actor, told: Told, ref: Reference, numbers: Sequence[int], answer: Answer, words: Words | None
    ) -> Sheet:
        """Enter what the incoming person says to items; what is asked or refused says why."""
        handover = await self._open(actor, told, ref, incoming=True)
        sheet = await self.sheet(handover)
        items = [self._answerable(sheet, number, answer) for number in dict.fromkeys(numbers)]
        if answer is not Answer.OK and len(items) > 1:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Ask about one item at a time, or refuse one at a time."))
        reason = None
        if answer is not Answer.OK:
            if words is None:
                raise UserError(ErrorCode.BAD_ARGUMENT, _("Say what you ask, or why you refuse it."))
            kind = "question" if answer is Answer.ASKED else "reason"
            reason = (await self._texts.say(ref, kind, words, actor.user_id, told.now)).number
        for item in items:
            answered = Answered(answer, actor.user_id, told.now, reason)
            await self._store.handover.save_item(ref, replace(item, answered=answered))
            content = {"item": item.number, "answer": answer, "reason": reason}
            await self._audit.append("handover.item", actor, str(ref), content, told.now)
        sheet = await self._shown(actor, told, replace(handover, state=State.WAITING))
        if answer is not Answer.OK:
            await self._tell(handover, items[0], answer, told)
        return sheet

    def _answerable(self, sheet: Sheet, number: int, answer: Answer) -> Item:
        item = self.item(sheet, number)
        if number in sheet.gone:
            raise UserError(ErrorCode.CONFLICT, _("Item {n} needs no answer any more.", n=number))
        if answer is Answer.OK and sheet.needs_reading(item):
            raise UserError(
                ErrorCode.CONFLICT,
                _("Item {n} must be read back: say it in your own words, with {command}.",
                  n=number, command=Code(f"!handover readback {number} …")),
            )  # fmt: skip
        return item

    async def _tell(self, handover: Handover, item: Item, answer: Answer, told: Told) -> None:
        ref = Code(str(handover.ref))
        if answer is Answer.ASKED:
            said = _("{ref}: you are asked about item {n}. Please answer.", ref=ref, n=item.number)
        else:
            said = _("{ref}: item {n} is refused. It stays with you.", ref=ref, n=item.number)
        await self._board.ring(handover, [handover.outgoing], said, told)

    async def accept(self, actor: Actor, told: Told, ref: Reference) -> Sheet:
        """Let the incoming person answer for the post from now on, once nothing is left to be answered.

        What was refused stays with the outgoing person. The record is frozen; its digest stands in the audit log.
        """
        handover = await self._open(actor, told, ref, incoming=True)
        await self._still(handover)
        sheet = await self.sheet(handover)
        if sheet.open:
            raise UserError(ErrorCode.CONFLICT, *_left(sheet))
        read_backs = await self._store.handover.read_backs(ref)
        texts = await self._store.handover.texts(
            {at for one in sheet.items for at in (one.words, one.contingency) if at}
        )
        own = {(one.ref, one.number): one for one in await self._store.handover.said(ref)}
        record, digest = frozen(sheet, [*(texts | own).values()], read_backs, told.now)
        await self._settle(sheet, told.now)
        handover = replace(
            handover, state=State.ACCEPTED, ended_at=told.now, digest=digest, revision=handover.revision + 1
        )
        await self._store.handover.save(handover, record)
        content = {
            "post": handover.post, "outgoing": handover.outgoing, "incoming": handover.incoming, "digest": digest,
            "items": len(sheet.items), "refused": [one.number for one in sheet.refused],
        }  # fmt: skip
        await self._audit.append("handover.accepted", actor, str(ref), content, told.now)
        await self._shift.begin_watch(actor, await self._post(handover), handover.incoming, told.now, ref)
        await self._board.show(actor, handover, told)
        return replace(sheet, handover=handover)

    async def _settle(self, sheet: Sheet, now: datetime) -> None:
        """Record with whom each item is from now on."""
        post = sheet.handover.post
        for item in sheet.items:
            if item in sheet.refused:
                person = item.stays_with or sheet.handover.outgoing
                await self._store.handover.keep(post, item.key, person, sheet.handover.ref, item.number, now)
            elif item.stays_with:
                await self._store.handover.let_go(post, item.key)

    async def refuse(self, actor: Actor, told: Told, ref: Reference, words: Words | None) -> Handover:
        """Enter that the incoming person does not take over at all, and why: it ends there."""
        handover = await self._open(actor, told, ref, incoming=True)
        reason = await self._texts.say(ref, "reason", words, actor.user_id, told.now)
        content = {"post": handover.post, "incoming": handover.incoming, "reason": reason.number}
        await self._audit.append("handover.refused", actor, str(ref), content, told.now)
        handover = replace(handover, state=State.REFUSED, ended_at=told.now)
        await self._shown(actor, told, handover)
        said = _("{ref} is refused. You answer for the post as before.", ref=Code(str(ref)))
        await self._board.ring(handover, [handover.outgoing], said, told)
        return handover

    # Finding

    async def find(self, room_id: str, ref: Reference) -> Handover:
        """Return the handover if it is of that room; raise UserError as if there were none otherwise."""
        found = await self._store.handover.find(ref)
        if found is None or found.room_id != room_id:
            raise UserError(ErrorCode.NOT_FOUND, GONE)
        return found

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

    # Rules

    async def _open(
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
                _("Only {name} may do that in {ref}.", name=self._named(told.room_id, whom), ref=code),
            )
        if incoming and not handover.state.handed:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{ref} is a draft still. {name} is writing it.", ref=code,
                  name=self._named(told.room_id, handover.outgoing)),
            )  # fmt: skip
        return handover

    async def _still(self, handover: Handover) -> None:
        """Raise UserError unless the outgoing person still answers for the post."""
        watch = await self._shift.watch(handover.post)
        if watch.person != handover.outgoing:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{name} answers for {post} by now.", post=Verbatim(handover.post),
                  name=self._named(handover.room_id, watch.person)),
            )  # fmt: skip

    async def _post(self, handover: Handover) -> DutyPost:
        found = await self._store.shift.find_post(handover.post)
        if found is None:
            raise UserError(ErrorCode.NOT_FOUND, _("There is no such post any more."))
        return found

    async def _shown(self, actor: Actor, told: Told, handover: Handover) -> Sheet:
        """Record the handover as it stands, and let its card say so."""
        handover = replace(handover, revision=handover.revision + 1)
        await self._store.handover.save(handover)
        await self._board.show(actor, handover, told)
        return await self.sheet(handover)

    def _named(self, room_id: str, user_id: UserId) -> Verbatim:
        return Verbatim(self._room.name_of(room_id, user_id))


def _left(sheet: Sheet) -> list[Message]:
    """Return what is missing before it can be accepted."""
    reading = tuple(one.number for one in sheet.open if sheet.needs_reading(one))
    answers = tuple(one.number for one in sheet.open if not sheet.needs_reading(one))
    said = [_("It is not accepted yet. You answer for nothing until all items are settled.")]
    if answers:
        said.append(_("Still to be answered: {items}.", items=answers[:MOST_LISTED]))
    if reading:
        said.append(_("Still to be read back and confirmed: {items}.", items=reading[:MOST_LISTED]))
    return said


MOST_LISTED = 20
