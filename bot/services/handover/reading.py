"""Read-back: the incoming person restates an item, and the outgoing one says whether that is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Language, Message, Verbatim, _, _c
from bot.model.handover import Handover, Item, ReadBack, Said, Sheet, State, Things, beside, incident_of
from bot.model.incident import Words
from bot.model.person import Actor
from bot.model.places import Gazetteer
from bot.model.reference import Reference
from bot.model.told import Told
from bot.model.translation import Flag
from bot.services.audit import AuditService
from bot.services.correction.drafting import differing
from bot.services.handover.board import Board
from bot.services.handover.comparing import compared
from bot.services.handover.finding import Findings
from bot.services.handover.sheets import Sheets
from bot.services.handover.texts import Texts
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.question import Asking, QuestionService
from bot.store import Store

COMMAND = "handover readback"
RIGHT, WRONG = "right", "wrong"
CHOICES = ((RIGHT, _c("choice", "Yes, that is right")), (WRONG, _c("choice", "No, that is wrong")))
PASSED = _("That read-back is not asked about any more. Nothing was changed.")


class ReadingService:
    """Takes read-backs and what is said to them; what writes joins the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, person: PersonService, notice: NoticeService,
        question: QuestionService, sheets: Sheets, found: Findings, board: Board, texts: Texts, gazetteer: Gazetteer,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._person = person
        self._notice = notice
        self._question = question
        self._sheets = sheets
        self._found = found
        self._board = board
        self._texts = texts
        self._gazetteer = gazetteer

    async def words(self, actor: Actor, told: Told, ref: Reference, text: str) -> Words:
        """Return a read-back in the languages of the room and of the outgoing person. Slow."""
        handover = await self._found.find(told.room_id, ref)
        return await self._texts.words(text, told, actor.user_id, [(await self._outgoing(handover)).language])

    async def read_back(self, actor: Actor, told: Told, ref: Reference, number: int, words: Words | None) -> ReadBack:
        """Enter how the incoming person restates an item, and ask the outgoing one whether it is right.

        Raises UserError, before anything is asked, if that one could not read it.
        """
        handover = await self._found.open(actor, told, ref, incoming=True)
        sheet = await self._sheets.sheet(handover)
        item = self._found.item(sheet, number)
        if number in sheet.gone:
            raise UserError(ErrorCode.CONFLICT, _("Item {n} needs no answer any more.", n=number))
        said = await self._texts.say(ref, "read-back", words, actor.user_id, told)
        outgoing = await self._outgoing(handover)
        translated = self._read_by(outgoing, words, said)
        things = await self._sheets.things(handover, [item], outgoing.language, also=outgoing.reads)
        found = compared(ReadBack(number, said.number, actor.user_id, told.now), item, things, said, self._gazetteer)
        await self._pass_over(handover, number, told)
        await self._store.handover.read_back(ref, found)
        await self._store.handover.save_item(ref, replace(item, answered=None))
        content = {"item": number, "said": said.number, "missing": found.missing, "added": found.added}
        await self._audit.append("handover.read_back", actor, str(ref), content, told.now)
        await self._board.record(actor, told, replace(handover, state=State.WAITING))
        await self._ask(actor, outgoing, told, handover, item, things, found, said, translated)
        return found

    async def judge(self, actor: Actor, told: Told, data: Mapping[str, Any], *, right: bool) -> tuple[Sheet, int]:
        """Enter whether a read-back is right; of a wrong one, the item must be read back again. Raises UserError."""
        ref, said = Reference(data["ref"]), int(data["said"])
        handover = await self._found.open(actor, told, ref, outgoing=True)
        asked = next((one for one in await self._store.handover.read_backs(ref) if one.said == said), None)
        if asked is None or asked.right is not None:
            raise UserError(ErrorCode.CONFLICT, PASSED)
        await self._store.handover.read_back(ref, replace(asked, right=right, judged_at=told.now))
        await self._audit.append(
            "handover.judged", actor, str(ref), {"item": asked.item, "said": said, "right": right}, told.now
        )
        sheet = await self._board.record(actor, told, handover)
        code = Code(str(ref))
        if not right:
            asks = _("{ref}: item {n} was read back wrong. Please read it back again.", ref=code, n=asked.item)
            await self._board.ring(handover, [handover.incoming], asks, told)
        elif not sheet.open:
            asks = _("{ref}: all is settled. You can accept it.", ref=code)
            await self._board.ring(handover, [handover.incoming], asks, told)
        return sheet, asked.item

    async def _pass_over(self, handover: Handover, number: int, told: Told) -> None:
        """Ask no more about what was read back of that item before."""
        for one in await self._store.handover.read_backs(handover.ref):
            if one.item == number and one.right is None:
                await self._store.handover.read_back(handover.ref, replace(one, right=False))
                data = _asking(handover.ref, number, one.said)
                await self._question.settle(COMMAND, data, PASSED, f"{told.event_id} {one.said}", told.now)

    async def _ask(
        self, actor: Actor, outgoing: Actor, told: Told, handover: Handover, item: Item, things: Things,
        found: ReadBack, said: Said, translated: str,
    ) -> None:  # fmt: skip
        ref, at = Code(str(handover.ref)), things.where(item)
        original = things.worded(at) if at else Message("{ref}", {"ref": Code(str(item.about))})
        blocks = [
            _("{ref}, item {n}: {text}", ref=ref, n=item.number, text=original),
            *beside(item, things),
            _("{name} reads it back, in {language}: {text}", name=Verbatim(actor.name),
              language=Language(said.language), text=Verbatim(said.text)),
        ]  # fmt: skip
        if translated:
            blocks.append(_("In your language (machine translation): {text}", text=Verbatim(translated)))
        blocks += _differences(found)
        shows = incident_of(item) if not item.kind.written else None
        notice = await self._notice.give(
            handover.room_id, "handover", f"{told.event_id} {said.number}", blocks, told.now,
            languages=[outgoing.menus], ref=str(handover.ref), shows=shows,
        )  # fmt: skip
        asking = Asking(
            COMMAND, CHOICES, _asking(handover.ref, item.number, said.number),
            _("{ref}: is item {n} read back right?", ref=ref, n=item.number), str(handover.ref),
            shows=(str(shows),) if shows else (),
        )  # fmt: skip
        await self._question.ask(handover.room_id, handover.outgoing, asking, told.event_id, notice, told.now)

    def _read_by(self, outgoing: Actor, words: Words | None, said: Said) -> str:
        """Return the read-back in the outgoing person's language, empty if they read it as it is; raise UserError."""
        if said.language.base in {one.base for one in outgoing.reads}:
            return ""
        made = [one for one in words.made if one.target == outgoing.language.base] if words else []
        if not made or Flag.UNAVAILABLE in made[0].flags:
            raise UserError(
                ErrorCode.UNAVAILABLE,
                _("I cannot translate that from {source} into {target} just now, so {name} could not judge it. Say it"
                  " in another language, or try again.",
                  source=Language(said.language), target=Language(outgoing.language), name=Verbatim(outgoing.name)),
            )  # fmt: skip
        return made[0].text

    async def _outgoing(self, handover: Handover) -> Actor:
        return await self._person.actor(handover.outgoing, handover.room_id)


def _asking(ref: Reference, item: int, said: int) -> dict[str, Any]:
    return {"ref": str(ref), "item": item, "said": said}


def _differences(found: ReadBack) -> list[Message]:
    said = differing(found.missing, found.added)
    if found.negation:
        said.append(_("A “not” is missing or too many."))
    if not said:
        said.append(
            _(
                "Its figures, places and “not” agree with the item. Numbers in words I do not compare, and whether the"
                " rest is right, only you know."
            )
        )
    return said
