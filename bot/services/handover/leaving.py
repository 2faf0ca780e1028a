"""What follows when somebody leaves who takes part in a handover, or answers for a post."""

from __future__ import annotations

from datetime import datetime

from bot.config import Current
from bot.i18n import Code, Typed, _, _c
from bot.model.handover import Handover, not_there
from bot.model.person import Role, UserId
from bot.model.shift import DutyPost
from bot.model.told import Told
from bot.services.handover.board import Board
from bot.services.handover.finding import Findings
from bot.services.notice import NoticeService
from bot.services.person import PersonService
from bot.services.room import RoomService
from bot.store import Store

START = ("!", _c("noun", "handover"), " ", _c("verb", "start"))


class Leaving:
    """Tells those who have to know, in the open transaction."""

    def __init__(
        self, config: Current, store: Store, person: PersonService, room: RoomService, notice: NoticeService,
        found: Findings, board: Board,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._person = person
        self._room = room
        self._notice = notice
        self._found = found
        self._board = board

    async def left(self, room_id: str, user_id: UserId, cause: str, now: datetime) -> None:
        """Follow that somebody is gone: they read nothing from now on, and neither take over nor hand over."""
        for handover in await self._store.handover.list_open(room_id):
            await self._board.unread(handover, user_id)
            if user_id == handover.incoming:
                await self._cannot_take_over(handover, Told(room_id, f"{cause} {handover.ref}", now, now, now))
        if user_id not in self._room.audience(room_id) and (posts := await self._answers_for(room_id, user_id)):
            await self._without(posts, user_id, f"{cause} answers", now)

    async def _cannot_take_over(self, handover: Handover, told: Told) -> None:
        said = _(
            "{ref}: {name} is not in this room any more and cannot take over. Name somebody else with {command}.",
            ref=Code(str(handover.ref)), name=self._found.named(handover.room_id, handover.incoming),
            command=Typed((*START, " @…")),
        )  # fmt: skip
        asked = _("{ref} has nobody who takes over. Please see to it.", ref=Code(str(handover.ref)))
        await self._board.ring(handover, [handover.outgoing], asked, told, said=[said])

    async def _answers_for(self, room_id: str, user_id: UserId) -> list[DutyPost]:
        posts = await self._store.shift.list_posts(room_id)
        watches = [(one, await self._store.shift.watch(one.name)) for one in posts]
        return [post for post, watch in watches if watch and watch.person == user_id]

    async def _without(self, posts: list[DutyPost], user_id: UserId, cause: str, now: datetime) -> None:
        """Say that nobody who is there answers for *posts*, and ring the leads and whoever was to take one over."""
        room_id = posts[0].room_id
        open_ = [await self._store.handover.find_open(post.name) for post in posts]
        incoming = [one.incoming for one in open_ if one]
        there = set(self._room.members(room_id))
        whom = [user for user in dict.fromkeys([*await self._leads(posts), *incoming]) if user in there]
        said = not_there(posts, self._found.named(room_id, user_id))
        notice = await self._notice.give(room_id, "handover", cause, [said], now, people=whom)
        if whom:
            await self._notice.ring(room_id, "handover", cause, whom, _ASKED, notice, now)

    async def _leads(self, posts: list[DutyPost]) -> list[UserId]:
        """Return the leads who are there, of the agencies whose posts these are; of all where there is none."""
        room_id, config = posts[0].room_id, self._config.now
        named = {*config.roles.lead, *config.roles.coordinator}
        there = sorted(user for user in self._room.members(room_id) if user in named and config.serves(user))
        people = [await self._person.actor(user, room_id) for user in there]
        leads = [one for one in people if one.may(Role.LEAD)]
        agencies = {post.agency for post in posts} - {None}
        own = [one for one in leads if one.agency in agencies]
        return [one.user_id for one in own or leads or people]


_ASKED = _("A post has nobody in this room who answers for it. Please see to it.")
