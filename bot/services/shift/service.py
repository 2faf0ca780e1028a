"""Posts and who answers for them: one person each, always."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Verbatim, _
from bot.model.names import one_line
from bot.model.person import Actor, UserId, Zone
from bot.model.reference import Reference
from bot.model.shift import DutyPost, OnCall, PostName, Roster, Shift, Watch, post_name
from bot.model.shift.roster import FAR
from bot.model.told import Told
from bot.services.audit import AuditService
from bot.services.room import RoomService
from bot.services.shift.relief import Relief
from bot.store import Store

EARLIER = timedelta(days=3)
"""How far back shifts are looked for that still last."""

MOST_NAMED = 20
"""Posts that are named where one of them has to be."""


class ShiftService:
    """Sets up posts and says who answers for them; what writes joins the open transaction."""

    def __init__(self, config: Current, store: Store, audit: AuditService, room: RoomService) -> None:
        self._config = config
        self._store = store
        self._audit = audit
        self._room = room
        self.relief = Relief(store)

    async def add_post(self, actor: Actor, told: Told, name: str, zone: Zone | None, agency: str | None) -> DutyPost:
        """Set up a post in the room; whoever does so answers for it until somebody else has accepted it."""
        known = [one.code for one in self._config.now.agencies]
        if agency is not None and agency not in known:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("I know no agency {code}. The agencies are {known}.",
                  code=Verbatim(one_line(agency)), known=Verbatim(", ".join(known))),
            )  # fmt: skip
        named = self._named(name)
        if (there := await self._store.shift.find_post(named)) is not None:
            raise UserError(ErrorCode.CONFLICT, _("There is a post {post} already.", post=Verbatim(there.name)))
        zone = zone or Zone(self._config.now.taskforce.timezone)
        post = DutyPost(named, told.room_id, zone, agency, actor.user_id, told.now)
        await self._store.shift.add_post(post)
        content = {"post": post.name, "room": post.room_id, "zone": post.zone, "agency": post.agency}
        await self._audit.append("shift.post", actor, None, content, told.now)
        await self.begin_watch(actor, post, actor.user_id, told.now)
        return post

    async def post(self, room_id: str, name: str | None) -> DutyPost:
        """Return the post of that name, or the only one of the room; raise UserError if it is not clear which."""
        here = await self._store.shift.list_posts(room_id)
        if name is not None:
            wanted = post_name(name)
            found = next((one for one in here if one.name == wanted), None)
            if found is None:
                raise UserError(
                    ErrorCode.NOT_FOUND,
                    _("There is no post {post} in this room.", post=Verbatim(one_line(name)[:40])),
                )
            return found
        if not here:
            raise UserError(ErrorCode.NOT_FOUND, _("There is no post in this room yet."))
        if len(here) > 1:
            raise which(here)
        return here[0]

    async def posts(self, room_id: str) -> list[DutyPost]:
        """Return the posts of a room, by name."""
        return await self._store.shift.list_posts(room_id)

    async def on_call(self, post: DutyPost, now: datetime) -> OnCall:
        """Return who answers for *post* at *now*, whose shift it is, and whose is next."""
        roster = await self.roster([post.name], now, now + FAR)
        shift = roster.at(post.name, now)
        following = roster.after(post.name, shift.span.until if shift else now)
        return OnCall(post, await self.watch(post.name), shift, following)

    async def roster(self, posts: list[PostName] | None, since: datetime, until: datetime) -> Roster:
        """Return what counts for the shifts in [*since*, *until*)."""
        return await self._store.shift.roster(since - EARLIER, until, posts)

    async def on_patrol(self, people: Collection[UserId], since: datetime, until: datetime) -> list[Shift]:
        """Return the patrols of *people* in a stretch as shifts: for rest and hours they count as these do."""
        found = await self._store.patrol.list_of(people, since, until)
        return [shift for patrol in found for shift in patrol.shifts(people)]

    async def watch(self, post: PostName) -> Watch:
        """Return who answers for a post that there is."""
        found = await self._store.shift.watch(post)
        if found is None:
            raise LookupError(f"nobody has ever answered for {post}")
        return found

    async def begin_watch(
        self, actor: Actor | None, post: DutyPost, person: UserId, now: datetime, handover: Reference | None = None
    ) -> Watch:
        """Let *person* answer for a post from now on, in place of whoever did."""
        before = await self._store.shift.watch(post.name)
        watch = Watch(post.name, before.number + 1 if before else 1, person, now, handover)
        await self._store.shift.begin_watch(watch)
        content = {"post": post.name, "person": person, "number": watch.number}
        await self._audit.append("shift.watch", actor, str(handover) if handover else None, content, now)
        await self.relief.plan(post.name, now)
        return watch

    def _named(self, name: str) -> PostName:
        named = post_name(name)
        if named is None:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("A post is called by {most} letters, digits and blanks at most.", most=30),
            )
        return named


def which(posts: list[DutyPost]) -> UserError:
    """Return that one of *posts* has to be named."""
    more = ["…"] if len(posts) > MOST_NAMED else []
    names = Verbatim(", ".join([*(one.name for one in posts[:MOST_NAMED]), *more]))
    return UserError(ErrorCode.BAD_ARGUMENT, _("Say which post you mean: {names}.", names=names))
