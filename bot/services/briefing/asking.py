"""What a poll asks: which times there are, which of them are meant, and who is asked how."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Typed, Verbatim, _, _c
from bot.model.person import Actor, UserId, Zone
from bot.model.poll import CHOICES, COMMAND, MOST_ASKED, MOST_PROPOSED, MOST_SLOTS, Poll, asked, numbered, unanswered
from bot.model.shift import Span
from bot.model.slot import Ranked
from bot.model.told import Told
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.ranking import Ranking
from bot.services.briefing.service import BriefingService
from bot.services.briefing.telling import OF, Telling
from bot.services.notice import Block, NoticeService
from bot.services.question import Asking, QuestionService
from bot.services.reference import referred
from bot.store import Store

POLL = Typed(("!", _c("noun", "briefing"), " ", _c("verb", "poll")))
LASTS = timedelta(hours=24)
"""How long a poll is open at most, unless that is said."""
LEAST_SLOTS = 2


class Asker:
    """Proposes polls and asks people; what writes joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, notice: NoticeService, question: QuestionService,
        briefing: BriefingService, clocks: Clocks, telling: Telling, ranking: Ranking,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._notice = notice
        self._question = question
        self._briefing = briefing
        self._clocks = clocks
        self._telling = telling
        self._ranking = ranking

    # Which one

    async def meant(
        self, room_id: str, typed: str | None, replied: str | None, *, alone: bool = True
    ) -> Poll | None:  # fmt: skip
        """Return the poll that is meant: by its reference, by the post replied to, or *alone* by being the only one.

        None if that is something else, or nothing: a poll that is a briefing by now is none any more.
        """
        if typed is not None:
            ref = referred(typed, self._config.now.taskforce.code, _("I know no such briefing here."))
        else:
            found = await self._store.incident.find_about(room_id, replied) if replied else None
            if found is None:
                here = await self._store.poll.list_open(room_id) if alone else []
                return here[0] if len(here) == 1 else None
            ref = found
        poll = await self._store.poll.find(ref)
        briefing = await self._store.briefing.find(ref)
        return poll if poll and poll.room_id == room_id and briefing is None else None

    async def list_open(self, room_id: str) -> list[Poll]:
        """Return the polls of the room that are open, the first to end first."""
        return await self._store.poll.list_open(room_id)

    # A new one

    def needed(self, room_id: str, codes: Iterable[str]) -> tuple[str, ...]:
        """Return *codes* of agencies as they are written; raise UserError for one that there is not, or not here."""
        known = [agency.code for agency in self._config.now.agencies]
        found = tuple(dict.fromkeys(code.upper() for code in codes))
        for code in found:
            if code not in known:
                raise UserError(
                    ErrorCode.BAD_ARGUMENT,
                    _("I know no agency {code}. The agencies are {known}.",
                      code=Code(code), known=tuple(map(Code, known))),
                )  # fmt: skip
            if code not in self._ranking.people(room_id).values():
                raise UserError(ErrorCode.BAD_ARGUMENT, _("Nobody of {agency} is in this room.", agency=Verbatim(code)))
        return found

    async def propose(
        self, actor: Actor, told: Told, title: str, walls: Sequence[datetime], zone: Zone, length: timedelta,
        need: tuple[str, ...] | None, closes_at: datetime | None,
    ) -> tuple[Poll, list[Ranked]]:  # fmt: skip
        """Return the poll that would be opened, and its times, the best first; raise UserError where it cannot be.

        *walls* are naive wall times of *zone*; without any, the best of the week after the end of the poll are
        proposed. A time that is named twice counts once.
        """
        if walls:
            spans = [await self._span(actor, told, title, wall, zone, length) for wall in walls]
            ranks = await self._ranking.rank(told.room_id, spans, need, told.now)
        else:
            closes_at = closes_at or told.now + LASTS
            since = max(closes_at, told.now)
            ranks = await self._ranking.propose(
                told.room_id, since, zone, length, need, told.now, MOST_PROPOSED
            )  # fmt: skip
        if not LEAST_SLOTS <= len(ranks) <= MOST_SLOTS:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("A poll has from {least} to {most} different times.", least=LEAST_SLOTS, most=MOST_SLOTS),
            )
        slots = tuple(one.slot.since for one in ranks)
        if closes_at is None:
            closes_at = told.now + min(LASTS, (min(slots) - told.now) / 2)
        self.in_time(slots, closes_at, told.now)
        first = ranks[0].slot.since.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        briefing, _one = await self._briefing.propose(actor, told, title, first, zone, length, None)
        return Poll(
            briefing.ref, title, briefing.language, told.room_id, actor.user_id, actor.agency, zone, length, slots,
            need, told.now, closes_at, handling=briefing.handling,
        ), ranks  # fmt: skip

    async def _span(
        self, actor: Actor, told: Told, title: str, wall: datetime, zone: Zone, length: timedelta
    ) -> Span:  # fmt: skip
        _briefing, one = await self._briefing.propose(actor, told, title, wall, zone, length, None)
        since = one.begins.astimezone(UTC)
        return Span(since, since + length)

    def in_time(self, slots: Collection[datetime], closes_at: datetime, now: datetime) -> None:
        """Raise UserError unless a poll ends after *now*, and before the first of its times."""
        if not now < closes_at <= min(slots):
            raise UserError(ErrorCode.BAD_ARGUMENT, _("A poll ends later than now, and before the first of its times."))

    # Asking

    async def ask(
        self, poll: Poll, people: Sequence[UserId], why: Sequence[Message], cause: str, now: datetime
    ) -> None:  # fmt: skip
        """Ask *people*, below a message that says by their clocks which times there are, and *why* they are asked.

        Each about the first time to which they have said nothing. More than MOST_ASKED are rung together instead:
        each of them is asked once they say so.
        """
        cast = await self._store.poll.cast(poll.ref)
        times = await self.listed(poll, now)
        index, of = 0, f"{cause} {poll.ref} poll"
        for count, group in enumerate(await self._clocks.groups(poll.room_id, people)):
            notice = await self._tell(poll, group.people[0], [*why, *times], f"{of} {count}", now)
            if len(people) > MOST_ASKED:
                text = _("{ref}: please say when you can come, with {command}.",
                         ref=Code(str(poll.ref)), command=POLL)  # fmt: skip
                await self._notice.ring(
                    poll.room_id, OF, f"{of} {count}", group.people, text, notice, now, reader=group.people[0],
                    ref=str(poll.ref),
                )  # fmt: skip
                continue
            for user in group.people:
                number = unanswered(poll, cast, user) or 1
                asking = Asking(COMMAND, CHOICES, poll.data(number), asked(poll, number), str(poll.ref))
                await self._question.ask(poll.room_id, user, asking, of, notice, now, index)
                index += 1

    async def _tell(self, poll: Poll, reader: UserId, blocks: Sequence[Block], cause: str, now: datetime) -> str:
        language = (await self._clocks.groups(poll.room_id, [reader]))[0].language
        named = await self._telling.named(poll.briefing(), [language])
        heading = _("When can {briefing} be? The poll ends {moment}, or once all have answered.",
                    briefing=named, moment=poll.closes_at)  # fmt: skip
        ref = str(poll.ref)
        return await self._notice.give(
            poll.room_id, OF, cause, [heading, *blocks], now, reader=reader, ref=ref, holds=[ref]
        )

    async def listed(self, poll: Poll, now: datetime) -> list[Block]:
        """Return the times of a poll with their numbers, and why each ranks there."""
        spans = [poll.span(number) for number in range(1, len(poll.slots) + 1)]
        found = {one.slot: one for one in await self._ranking.rank(poll.room_id, spans, poll.need, now)}
        blocks: list[Block] = []
        for number, span in enumerate(spans, 1):
            blocks += [numbered(poll, number), found[span].reasons]
        return blocks
