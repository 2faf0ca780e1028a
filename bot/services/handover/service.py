"""Handovers: drafted by the bot, worded by the outgoing person, answered item by item by the incoming one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _, _n
from bot.model.handover import Answer, Answered, At, Handover, Item, ItemKind, Sheet, State
from bot.model.incident import Words
from bot.model.person import Actor, LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.shift import DutyPost
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.handover.accepting import MOST_LISTED, Accepting, to_read_back
from bot.services.handover.board import MOST_SHOWN, Board
from bot.services.handover.finding import Findings
from bot.services.handover.history import History
from bot.services.handover.keeping import Keeping
from bot.services.handover.leaving import Leaving
from bot.services.handover.sheets import Sheets
from bot.services.handover.starting import Starting
from bot.services.handover.texts import REFUSAL, Texts
from bot.store import Store


class HandoverService:
    """Changes handovers; what writes joins the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, starting: Starting, accepting: Accepting, sheets: Sheets,
        found: Findings, board: Board, texts: Texts, keeping: Keeping, history: History, leaving: Leaving,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._sheets = sheets
        self._found = found
        self._board = board
        self._texts = texts
        self._weighed, self._refresh = starting.weighed, starting.refresh
        self._foreseen = starting.foreseen
        self._record = board.record
        self.start, self.accept = starting.start, accepting.accept
        self.sheet, self.things, self.gone_of = sheets.sheet, sheets.things, sheets.gone_of
        self.find, self.meant, self.posted = found.find, found.meant, found.posted
        self.post_of = found.post_of
        self.add, self.whole = keeping.add, texts.whole
        self.clear, self.kept = keeping.clear, keeping.kept
        self.reason, self.pass_on = keeping.reason, keeping.pass_on
        self.listed, self.holding, self.statistics = history.listed, history.holding, history.statistics
        self.complete, self.keep = texts.complete, texts.keep
        self.languages = board.languages
        self.left = leaving.left

    # The outgoing person

    async def foreseen(self, told: Told, post: DutyPost, to: UserId | None) -> list[dict[At, Words]]:
        """Return what is missing of what the card of a handover says that begins now, in each of its languages. Slow.

        Raises UserError as `start` does.
        """
        handover, items = await self._foreseen(told, post, to)
        languages = await self.languages(handover)
        shown = items[: MOST_SHOWN // len(languages)]
        return [await self.complete(handover, shown, LanguageCode(one), told.now) for one in languages]

    async def note(
        self, actor: Actor, told: Told, ref: Reference, number: int | None, words: Words | None,
        contingency: Words | None = None, kind: ItemKind = ItemKind.NOTE, *, critical: bool = False,
    ) -> int:  # fmt: skip
        """Enter what the outgoing person says to an item, or as a new one; return its number.

        What the incoming person has said to that item counts no more.
        """
        handover = await self._found.open(actor, told, ref, outgoing=True)
        sheet = await self._sheets.sheet(handover)
        if number is None:
            item = await self._new(actor, told, sheet, words, kind, critical=critical)
        else:
            item = await self._noted(actor, told, sheet, number, words)
        if contingency:
            said = await self._texts.say(ref, "contingency", contingency, actor.user_id, told)
            item = replace(item, contingency=(ref, said.number))
        content = {"item": item.number, "key": item.key, "text": _text(words), "then": _text(contingency)}
        await self._log("handover.note", actor, told, ref, content)
        asked = item.answered is not None and item.answered.answer is Answer.ASKED
        await self._store.handover.save_item(ref, replace(item, answered=None))
        await self._store.handover.void(ref, item.number)
        await self._record(actor, told, await self._weighed(handover, told.now))
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
        said = await self._texts.say(ref, "item", words, actor.user_id, told)
        number = max((one.number for one in sheet.items), default=0) + 1
        return Item(
            number, f"note {ref} {said.number}", kind, words=(ref, said.number), critical=critical, first=ref,
            since=told.now,
        )  # fmt: skip

    async def _noted(self, actor: Actor, told: Told, sheet: Sheet, number: int, words: Words | None) -> Item:
        item = self._found.item(sheet, number)
        said = await self._texts.say(sheet.handover.ref, "note", words, actor.user_id, told)
        return replace(item, notes=(*item.notes, (said.ref, said.number)))

    async def ready(self, actor: Actor, told: Told, ref: Reference) -> Sheet:
        """Say that it is the incoming person's turn, and ring them."""
        handover = await self._found.open(actor, told, ref, outgoing=True)
        if handover.state is not State.DRAFT:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{ref} waits for {name} already.", ref=Code(str(ref)),
                  name=self._found.named(told.room_id, handover.incoming)),
            )  # fmt: skip
        await self._refresh(handover, told.now)
        handover = await self._weighed(replace(handover, state=State.READY, ready_at=told.now), told.now)
        await self._audit.append("handover.ready", actor, str(ref), {"incoming": handover.incoming}, told.now)
        sheet = await self._record(actor, told, handover)
        said = _("{ref} waits for you. Please go through it.", ref=Code(str(ref)))
        await self._board.ring(handover, [handover.incoming], said, told)
        return sheet

    # The incoming person

    async def answer(
        self, actor: Actor, told: Told, ref: Reference, numbers: Sequence[int], answer: Answer, words: Words | None
    ) -> Sheet:
        """Enter what the incoming person says to items; what is asked or refused says why."""
        handover = await self._found.open(actor, told, ref, incoming=True)
        sheet = await self._sheets.sheet(handover)
        items = self._answerable(sheet, numbers, answer)
        if answer is not Answer.OK and len(items) > 1:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Ask about one item at a time, or refuse one at a time."))
        reason = None
        if answer is not Answer.OK:
            if words is None:
                raise UserError(ErrorCode.BAD_ARGUMENT, _("Say what you ask, or why you refuse it."))
            kind = "question" if answer is Answer.ASKED else "reason"
            reason = (await self._texts.say(ref, kind, words, actor.user_id, told)).number
        answered = Answered(answer, actor.user_id, told.now, reason)
        await self._store.handover.save_items(ref, [replace(item, answered=answered) for item in items])
        content = {"items": [item.number for item in items], "answer": answer, "text": _text(words)}
        await self._log("handover.item", actor, told, ref, content)
        sheet = await self._record(actor, told, replace(handover, state=State.WAITING))
        if answer is not Answer.OK:
            await self._tell(handover, items[0], answer, told)
        return sheet

    def _answerable(self, sheet: Sheet, numbers: Sequence[int], answer: Answer) -> list[Item]:
        """Return the items of these *numbers*; raise UserError if one of them cannot be answered so."""
        items = [self._found.item(sheet, number) for number in dict.fromkeys(numbers)]
        if gone := tuple(one.number for one in items if one.number in sheet.gone):
            raise UserError(
                ErrorCode.CONFLICT,
                _n("Item {items} needs no answer any more.", "Items {items} need no answer any more.",
                   len(gone), items=gone[:MOST_LISTED]),
            )  # fmt: skip
        reading = tuple(one.number for one in items if sheet.needs_reading(one))
        if answer is Answer.OK and reading:
            raise UserError(ErrorCode.CONFLICT, to_read_back(reading))
        return items

    async def _tell(self, handover: Handover, item: Item, answer: Answer, told: Told) -> None:
        ref = Code(str(handover.ref))
        if answer is Answer.ASKED:
            said = _("{ref}: you are asked about item {n}. Please answer.", ref=ref, n=item.number)
            whom = handover.outgoing
        else:
            said = _("{ref}: item {n} is refused. It stays with you.", ref=ref, n=item.number)
            whom = self._found.keeper(handover, item)
        await self._board.ring(handover, [whom], said, told)

    async def refuse(self, actor: Actor, told: Told, ref: Reference, words: Words | None) -> Handover:
        """Enter that the incoming person does not take over at all, and why: it ends there."""
        handover = await self._found.open(actor, told, ref, incoming=True)
        reason = await self._texts.say(ref, REFUSAL, words, actor.user_id, told)
        content = {"post": handover.post, "incoming": handover.incoming, "reason": reason.number}
        await self._audit.append("handover.refused", actor, str(ref), content, told.now)
        handover = await self._board.end(actor, told, handover, State.REFUSED)
        said = _("{ref} is refused. You answer for the post as before.", ref=Code(str(ref)))
        await self._board.ring(handover, [handover.outgoing], said, told)
        return handover

    async def _log(self, kind: str, actor: Actor, told: Told, ref: Reference, content: Mapping[str, Any]) -> None:
        """Enter into the log what was said, so that it can be taken back out of that."""
        logged = await self._audit.append(kind, actor, str(ref), content, told.now)
        await self._store.handover.log(ref, told.said, logged)

    async def withdraw(self, room_id: str, event_id: str, cause: str, now: datetime) -> bool:
        """Delete what the message *event_id* has said for handovers of the room; return whether it has said anything.

        The record of one that is accepted stays as it is, with what it has taken over from one that was refused.
        """
        touched: dict[Reference, Handover] = {}
        gone: set[At] = set()
        for said, logged in await self._store.handover.said_by(event_id):
            handover = await self._store.handover.find(said.ref)
            if handover is None or handover.room_id != room_id or handover.state is State.ACCEPTED:
                continue
            if await self._store.handover.frozen(handover.post, said):
                continue
            gone.add((said.ref, said.number))
            await self._store.handover.empty(said)
            await self._store.wording.forget(said.ref, [said.number])
            if logged is not None:
                await self._audit.forget(logged, {}, now)
            touched[said.ref] = handover
            # What was written for one that was refused is handed on in the next.
            if following := await self._store.handover.find_open(handover.post):
                touched[following.ref] = following
        for handover in touched.values():
            await self._reopen(handover, gone)
            await self._record(None, Told(room_id, cause, now, now, now), handover)
        return bool(touched)

    async def _reopen(self, handover: Handover, gone: Set[At]) -> None:
        """Let be answered, and read back, again whatever has lost words that are *gone*, or was read back in them."""
        if not handover.state.open:
            return
        ref = handover.ref
        for item in await self._store.handover.items(ref):
            if not gone.isdisjoint([item.words, item.contingency, *item.notes]):
                await self._store.handover.save_item(ref, replace(item, answered=None))
                await self._store.handover.void(ref, item.number)
        for one in await self._store.handover.read_backs(ref):
            if one.right is not False and (ref, one.said) in gone:
                await self._store.handover.void(ref, one.item)

    # Who comes and goes

    async def came(self, room_id: str, user_id: UserId, cause: str, now: datetime) -> bool:
        """Show what is open to somebody who was not there when it was shown first; return whether there is any."""
        told = Told(room_id, cause, now, now, now)
        found = await self._store.handover.list_open(room_id)
        return any([await self._board.renew(handover, user_id, told) for handover in found])

    async def pin_all(self, room_id: str, cause: str, now: datetime) -> None:
        """Pin the cards of a room's open handovers: the bot may do that now, perhaps."""
        for handover in await self._store.handover.list_open(room_id):
            await self._board.pin(handover, Told(room_id, cause, now, now, now))


def _text(words: Words | None) -> str:
    return words.text if words else ""
