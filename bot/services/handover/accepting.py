"""How a handover is accepted: the watch passes, and the record is frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Typed, _, _c, _n
from bot.model.handover import Handover, Sheet, State, frozen
from bot.model.person import Actor, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.handover.board import Board
from bot.services.handover.drafting import MOST_HANDED
from bot.services.handover.finding import Findings
from bot.services.handover.sheets import Sheets
from bot.services.handover.starting import Starting
from bot.services.shift import ShiftService
from bot.store import Store

READ_BACK = ("!", _c("noun", "handover"), " ", _c("verb", "readback"))
MOST_LISTED = 20


class Accepting:
    """Accepts handovers; what writes joins the open transaction."""

    def __init__(
        self,
        config: Current,
        store: Store,
        audit: AuditService,
        shift: ShiftService,
        sheets: Sheets,
        starting: Starting,
        found: Findings,
        board: Board,
    ) -> None:
        self._config = config
        self._store = store
        self._audit = audit
        self._shift = shift
        self._sheets = sheets
        self._refresh = starting.refresh
        self._found = found
        self._board = board

    async def accept(self, actor: Actor, told: Told, ref: Reference) -> Sheet:
        """Let the incoming person answer for the post from now on, once nothing is left to be answered.

        If something has come since, nothing is accepted: it is put into the handover, which is returned as it is then.
        What was refused stays with the outgoing person. The record is frozen; its digest stands in the audit log.
        """
        handover = await self._found.open(actor, told, ref, incoming=True)
        await self._found.still(handover)
        if await self._refresh(handover, told.now):
            return await self._board.record(actor, told, handover)
        sheet = await self._sheets.sheet(handover)
        if sheet.open:
            raise UserError(ErrorCode.CONFLICT, *_left(sheet))
        read_backs = await self._store.handover.read_backs(ref)
        texts = await self._store.handover.texts(
            {at for one in sheet.items for at in (one.words, one.contingency, *one.notes) if at}
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
        await self._shift.begin_watch(actor, await self._found.post(handover), handover.incoming, told.now, ref)
        await self._board.show(actor, handover, told)
        await self._escalate(handover, sheet, told)
        return replace(sheet, handover=handover)

    async def _escalate(self, handover: Handover, sheet: Sheet, told: Told) -> None:
        """Ring the leads about what is handed on again and again."""
        often = [one for one in sheet.taken if one.passed >= MOST_HANDED]
        if often:
            numbers = tuple(one.number for one in often[:MOST_LISTED])
            said = _n(
                "{ref}: item {items} was handed on more than {most} times.",
                "{ref}: items {items} were handed on more than {most} times.",
                len(often), ref=Code(str(handover.ref)), items=numbers, most=MOST_HANDED,
            )  # fmt: skip
            asked = _("{ref}: something is handed on again and again. Please decide.", ref=Code(str(handover.ref)))
            leads = [*map(UserId, self._config.now.roles.lead)]
            await self._board.ring(handover, leads, asked, told, index=1, said=[said])

    async def _settle(self, sheet: Sheet, now: datetime) -> None:
        """Record with whom each item is from now on."""
        post = sheet.handover.post
        for item in sheet.items:
            if item in sheet.refused:
                person = self._found.keeper(sheet.handover, item)
                await self._store.handover.keep(post, item.key, person, sheet.handover.ref, item.number, now)
            elif item.stays_with:
                await self._store.handover.let_go(post, item.key)


def _left(sheet: Sheet) -> list[Message]:
    """Return what is missing before it can be accepted."""
    reading = tuple(one.number for one in sheet.open if sheet.needs_reading(one))
    answers = tuple(one.number for one in sheet.open if not sheet.needs_reading(one))
    said = [_("It is not accepted yet. You answer for the post only once all items are settled.")]
    if answers:
        said.append(_("Still to be answered: {items}.", items=answers[:MOST_LISTED]))
    if unread := tuple(number for number in reading if not _waits(sheet, number)):
        said.append(to_read_back(unread))
    if waiting := tuple(number for number in reading if _waits(sheet, number)):
        said.append(_("Still to be read back and confirmed: {items}.", items=waiting[:MOST_LISTED]))
    return said


def _waits(sheet: Sheet, number: int) -> bool:
    """Return whether an item was read back, and nobody has said yet whether that is right."""
    found = sheet.read_back.get(number)
    return found is not None and found.right is None


def to_read_back(numbers: Sequence[int]) -> Message:
    """Return how the items of those *numbers* are read back."""
    items, command = tuple(numbers[:MOST_LISTED]), Typed((*READ_BACK, f" {numbers[0]} …"))
    return _n("Item {items} must be read back: say it in your own words, with {command}.",
              "Items {items} must be read back: say each in your own words, with {command}.",
              len(numbers), items=items, command=command)  # fmt: skip
