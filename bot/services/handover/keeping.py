"""What outlasts a handover: what stays with somebody, what is cleared, and what is added to the record afterwards."""

from __future__ import annotations

from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Verbatim, _
from bot.model.handover import Handover, Item, Said, Sheet, State
from bot.model.incident import Words
from bot.model.names import one_line
from bot.model.person import Actor, Role, UserId
from bot.model.reference import Reference
from bot.model.shift import DutyPost
from bot.model.told import Told
from bot.model.uncertainty import for_each
from bot.services.audit import AuditService
from bot.services.handover.board import Board
from bot.services.handover.finding import Findings
from bot.services.handover.sheets import Sheets
from bot.services.handover.texts import ADDENDUM, Texts, reason_of
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.room import RoomService
from bot.services.shift import ShiftService
from bot.store import Store


class Keeping:
    """Keeps, clears and adds; what writes joins the open transaction."""

    def __init__(
        self, store: Store, audit: AuditService, person: PersonService, notice: NoticeService, room: RoomService,
        shift: ShiftService, sheets: Sheets, found: Findings, board: Board, texts: Texts,
    ) -> None:  # fmt: skip
        self._store = store
        self._audit = audit
        self._person = person
        self._notice = notice
        self._room = room
        self._shift = shift
        self._sheets = sheets
        self._found = found
        self._board = board
        self._texts = texts

    async def add(self, actor: Actor, told: Told, handover: Handover, words: Words | None) -> Said:
        """Add something to the record of an accepted handover, which itself stays as it is."""
        if actor.user_id not in (handover.outgoing, handover.incoming) and not actor.may(Role.LEAD):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Only who has handed over or taken over, or a lead, may add to {ref}.", ref=Code(str(handover.ref))),
            )
        said = await self._texts.say(handover.ref, ADDENDUM, words, actor.user_id, told)
        content = {"number": said.number, "text": said.text, "digest": handover.digest}
        await self._audit.append("handover.addendum", actor, str(handover.ref), content, told.now)
        await self._board.show(actor, handover, told)
        asked = _("{ref}: something was added to the record.", ref=Code(str(handover.ref)))
        others = [user for user in (handover.outgoing, handover.incoming) if user != actor.user_id]
        await self._board.ring(handover, others, asked, told)
        return said

    async def clear(self, actor: Actor, told: Told, ref: Reference, number: int) -> Item:
        """Record that nothing is to be minded any more of what was written for handovers; raise UserError."""
        handover = await self._found.find(told.room_id, ref)
        sheet = await self._sheets.sheet(handover)
        item = self._found.item(sheet, number)
        watch = await self._shift.watch(handover.post)
        concerned = {watch.person, item.stays_with}
        if actor.user_id not in concerned and not actor.may(Role.LEAD):
            raise UserError(
                ErrorCode.NOT_ALLOWED,
                _("Only who answers for {post}, or a lead, may clear that.", post=Verbatim(handover.post)),
            )
        if not item.kind.written:
            raise UserError(ErrorCode.CONFLICT, _("Item {n} goes when what it is about is closed or done.", n=number))
        await self._store.handover.clear(handover.post, item.key, actor.user_id, told.now)
        await self._store.handover.let_go(handover.post, item.key)
        content = {"item": number, "key": item.key, "post": handover.post}
        await self._audit.append("handover.cleared", actor, str(ref), content, told.now)
        if handover.state.open:
            await self._board.record(actor, told, handover)
        return item

    async def kept(self, room_id: str) -> list[tuple[UserId, Sheet]]:
        """Return with whom what stays of a room's posts, each on a sheet of the handover that it was refused in."""
        found = []
        for post in await self._store.shift.list_posts(room_id):
            for person, ref, item in await self._store.handover.kept(post.name):
                handover = await self._found.find(post.room_id, ref)
                if await self._sheets.gone_of(handover, [item]) == [None]:
                    found.append((person, Sheet(handover, (item,), {}, {})))
        return found

    async def reason(self, actor: Actor, told: Told, post: DutyPost, person: UserId, text: str) -> Words:
        """Return why *person* is to answer for a post, for its room, and for those who are rung about it. Slow."""
        watch = await self._shift.watch(post.name)
        concerned = [await self._person.actor(user, post.room_id) for user in (person, watch.person)]
        return await self._texts.words(one_line(text), told, actor.user_id, [one.menus for one in concerned])

    async def pass_on(self, actor: Actor, told: Told, post: DutyPost, person: UserId, words: Words | None) -> None:
        """Let *person* answer for a post by a lead's word, without a handover; what is open of one ends there."""
        watch = await self._shift.watch(post.name)
        name = self._found.named(post.room_id, person)
        if watch.person == person:
            raise UserError(
                ErrorCode.CONFLICT, _("{name} answers for {post} already.", name=name, post=Verbatim(post.name))
            )
        if not self._found.takes(post.room_id, person):
            raise UserError(ErrorCode.NOT_FOUND, _("{name} cannot take over: only who is in this room can.", name=name))
        reason = reason_of(words)
        if (handover := await self._store.handover.find_open(post.name)) is not None:
            await self._board.end(actor, told, handover, State.REFUSED)
        content = {"post": post.name, "from": watch.person, "person": person}
        logged = await self._audit.append("handover.passed", actor, None, content | {"reason": reason.text}, told.now)
        self._audit.said(logged, told, content)
        await self._shift.begin_watch(actor, post, person, told.now)
        said = _(
            "{lead} has decided: {name} answers for {post} from now on, without a handover. Why: {reason}",
            lead=Verbatim(one_line(actor.name)), name=name, post=Verbatim(post.name),
            reason=for_each(reason.text, reason.language, reason.made),
        )  # fmt: skip
        whom = [user for user in (person, watch.person) if user in self._room.members(post.room_id)]
        notice = await self._notice.give(post.room_id, "handover", told.event_id, [said], told.now, people=whom)
        asked = _("A post has passed to another person by a lead's word. Please see the notice above.")
        await self._notice.ring(post.room_id, "handover", told.event_id, whom, asked, notice, told.now)
