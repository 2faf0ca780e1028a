"""What a briefing will be about is posted an hour before it, once, in the language of each who is there.

It comes late where the bot was away, and not at all where the briefing is over by then, is cancelled, or is at another
time. One that is planned or moved to less than an hour from now has none: `briefing agenda` shows it at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.i18n import Local, Message, Verbatim, _
from bot.model.agenda import Item, held_as
from bot.model.briefing import Briefing, Occurrence, State, next_of, occurrences
from bot.model.due import LATE, Woken
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.services.briefing.agenda import AgendaService
from bot.services.briefing.clocks import Clocks
from bot.services.briefing.finding import LONGEST, Planned
from bot.services.briefing.telling import OF, Telling
from bot.services.notice import Block, NoticeService
from bot.services.term import TermService
from bot.store import Store

DUE = "briefing pack"
BEFORE = timedelta(minutes=60)
SOON = timedelta(minutes=1)
MOST_TERMS = 15


class Pack:
    """Plans and posts agendas; all of it joins the open transaction."""

    def __init__(
        self, store: Store, notice: NoticeService, clocks: Clocks, telling: Telling, agenda: AgendaService,
        term: TermService,
    ) -> None:  # fmt: skip
        self._store = store
        self._notice = notice
        self._clocks = clocks
        self._telling = telling
        self._agenda = agenda
        self._term = term

    async def plan(self, briefing: Briefing, now: datetime) -> None:
        """Plan when the next agenda is posted, as the briefing is now; one that is late already still is."""
        waiting = await self._store.due.find(DUE, str(briefing.ref))
        if waiting and waiting.at <= now and briefing.state is State.PLANNED:
            return
        changes = await self._store.briefing.changes(briefing.ref)
        one = next_of(briefing, changes, now + BEFORE)
        if one is None:
            await self._store.due.drop(DUE, str(briefing.ref))
            return
        begins = one.begins.astimezone(UTC)
        await self._store.due.plan(DUE, str(briefing.ref), begins - BEFORE, {"begins": begins.isoformat()})

    async def post(self, woken: Woken) -> None:
        """Post the agenda of each that its moment has come for and that is not over, and plan the next."""
        briefing = await self._store.briefing.find(Reference(woken.due.ref))
        if briefing is None:
            return
        people, now = self._clocks.people(briefing.room_id), woken.now
        changes = tuple(await self._store.briefing.changes(briefing.ref))
        since = max(datetime.fromisoformat(woken.due.payload["begins"]), now - LONGEST)
        coming = occurrences(briefing, changes, since, now + BEFORE + datetime.resolution)
        wanted = [one for one in coming if one.ends.astimezone(UTC) > now]
        if wanted and not people:
            # Who is in the room is not known yet.
            await self._store.due.plan(DUE, woken.due.ref, now + SOON, woken.due.payload)
            return
        for one in wanted:
            await self._post(Planned(briefing, changes, one), one, people, now)
        await self.plan(briefing, now)

    async def _post(self, planned: Planned, one: Occurrence, people: Sequence[UserId], now: datetime) -> None:
        briefing, begins = planned.briefing, one.begins.astimezone(UTC)
        items = await self._agenda.items(planned, one)
        readers: dict[str, UserId] = {}
        for group in await self._clocks.groups(briefing.room_id, people):
            readers.setdefault(group.language, group.people[0])
        ref, late = str(briefing.ref), now - (begins - BEFORE) > LATE
        for language, reader in readers.items():
            # The cause is the same whenever it is done: a clock that was set back posts nothing twice.
            cause = f"{DUE} {ref} {begins.isoformat()} {language}"
            more, shows = await self._agenda.automatic(briefing.room_id, LanguageCode(language))
            if not items and not more:
                continue
            named = await self._telling.named(briefing, [language])
            zone = briefing.zone
            blocks: list[Block] = [
                _("{briefing}: {from_} to {until}.", briefing=named, from_=Local(one.begins, zone),
                  until=Local(one.ends, zone)),
                *([_("I was away, so this comes late.")] if late else []),
                *await self._agenda.lines(planned, one, [language]),
                *await self._terms(items, LanguageCode(language)),
            ]  # fmt: skip
            holds = [ref, held_as(briefing.ref)]
            await self._notice.give(briefing.room_id, OF, cause, blocks, now, reader=reader, ref=ref, holds=holds)
            if more:
                # Apart from the agenda: where somebody who may not see these comes in meanwhile, only these are lost.
                await self._notice.give(
                    briefing.room_id, OF, f"{cause} open", more, now, reader=reader, ref=ref, shows=shows
                )

    async def _terms(self, items: Sequence[Item], language: LanguageCode) -> list[Block]:
        """Return the terms of the glossary that *items* have, with what they are in *language*."""
        glossary = await self._term.glossary()
        found = dict.fromkeys(
            one.term
            for item in items if item.language.base != language.base
            for one in glossary.find(item.text, item.language, language)
            if one.term.target
        )  # fmt: skip
        lines: list[Message] = [
            _("{text}", text=Verbatim(f"{term.source} = {term.target}")) for term in [*found][:MOST_TERMS]
        ]
        return [_("Terms of the day:"), tuple(lines)] if lines else []
