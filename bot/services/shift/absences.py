"""Whoever cannot be there says so, and somebody is looked for."""

from __future__ import annotations

from collections.abc import Iterable

from bot.i18n import Typed, _, _c
from bot.model.person import Actor, UserId
from bot.model.shift import Absence, Edited, Shift, Span
from bot.model.told import Told
from bot.services.notice import Block, NoticeService
from bot.services.shift.editing import AHEAD, RosterService
from bot.services.shift.ruling import MOST_STRAINS, YEAR, RosterRules, no_such
from bot.services.shift.telling import DUE, line
from bot.store import Store

TAKE = Typed(("!", _c("noun", "shift"), " ", _c("verb", "take")))


class AbsenceService:
    """Records absences; what writes joins the open transaction."""

    def __init__(self, store: Store, notice: NoticeService, rules: RosterRules, roster: RosterService) -> None:
        self._store = store
        self._notice = notice
        self._rules = rules
        self._roster = roster

    async def absent(self, actor: Actor, told: Told, person: UserId, span: Span) -> Edited:
        """Record that *person* is not there in *span*, and ask who comes instead, where nobody was asked yet.

        What is said twice is recorded once.
        """
        if person != actor.user_id:
            self._rules.allow(actor, told.room_id, [person])
        self._rules.lies_ahead(span, told.now, YEAR)
        if (number := await self._store.shift.same_absence(person, span)) is not None:
            return Edited(number)
        new = Absence(told.event_id, person, span, actor.user_id, told.now)
        return await self._enter(actor, told, new)

    async def left(self, actor: Actor, told: Told, person: UserId, span: Span) -> None:
        """Record that *person* is not there in *span*, because they left with their agency; who comes is asked for.

        Whose word that is was settled before: nothing is asked about the roster here.
        """
        if await self._store.shift.same_absence(person, span) is None:
            await self._enter(actor, told, Absence(told.event_id, person, span, actor.user_id, told.now))

    async def _enter(self, actor: Actor, told: Told, new: Absence) -> Edited:
        person, span = new.person, new.span
        until = max(told.now + AHEAD, min(span.until, told.now + YEAR))
        before, after = await self._roster.around([], [person], told.now, until, lambda r: r.missing(new))
        await self._store.shift.add_absence(new)
        number = await self._store.shift.number_of(new.id)
        content = {"person": person, "since": span.since.isoformat(), "until": span.until.isoformat(), "number": number}
        missed = [one for one in after if one.absent == person and one.span.meets(span) and one not in before]
        posts = list(dict.fromkeys(one.post for one in missed))
        done = await self._roster.entered(actor, told, posts, "shift.absent", content, None, before, after, number)
        await self._ask_for(told, missed)
        return done

    async def back(self, actor: Actor, told: Told, number: int) -> Edited:
        """Take an absence back."""
        found = await self._store.shift.find_absence(number)
        if found is None:
            raise no_such(number)
        if found.person != actor.user_id:
            self._rules.allow(actor, told.room_id, [found.person])
        until = max(told.now + AHEAD, min(found.span.until, told.now + YEAR))
        before, after = await self._roster.around([], [found.person], told.now, until, lambda r: r.present(found.id))
        await self._store.shift.end_absence(found.id, told.now)
        posts = list(dict.fromkeys(one.post for one in after if one.person == found.person))
        content = {"person": found.person, "number": number}
        return await self._roster.entered(
            actor, told, posts, "shift.absent.ended", content, None, before, after, number
        )

    async def _ask_for(self, told: Told, missed: Iterable[Shift]) -> None:
        """Say in each post's room that nobody is there now, and ring the leads: somebody has to be found."""
        by_room: dict[str, list[Shift]] = {}
        for shift in missed:
            if (post := await self._store.shift.find_post(shift.post)) is not None:
                by_room.setdefault(post.room_id, []).append(shift)
        for index, (room_id, shifts) in enumerate(by_room.items()):
            lines = tuple(line(shift) for shift in shifts[:MOST_STRAINS])
            blocks: list[Block] = [
                _("Nobody is there, because somebody is absent. Whoever can come: {command}", command=TAKE),
                lines,
            ]
            asked = _("A shift has nobody. Please see the notice above.")
            await self._notice.alert(room_id, DUE, f"{told.event_id} {index}", blocks, asked, told.now)
