"""What a briefing will be about is posted an hour before it, once, in the language of each who is there.

It comes late where the bot was away, and not at all where the briefing is over by then, is cancelled, or is at another
time. Of one that is planned, or moved, to less than an hour from now it comes at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.i18n import Local, Message, Verbatim, _
from bot.model.agenda import Item, held_as
from bot.model.briefing import Briefing, Occurrence, State, next_of, occurrences
from bot.model.due import LATE, Woken
from bot.model.incident import Words
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
KEPT = timedelta(days=7)
"""How long it is known of which the agenda was posted."""
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
        last = await self._store.due.last(DUE, str(briefing.ref))
        await self._plan(briefing, set(last.get("posted", ())), now)

    async def _plan(self, briefing: Briefing, posted: Set[str], now: datetime) -> None:
        """Plan the first that is to come and is not among those *posted* (when they begin), now if that is soon."""
        changes = await self._store.briefing.changes(briefing.ref)
        one = next_of(briefing, changes, now)
        while one is not None and _begins(one).isoformat() in posted:
            one = next_of(briefing, changes, one.begins)
        kept = sorted(begins for begins in posted if datetime.fromisoformat(begins) > now - KEPT)
        payload: dict[str, Any] = {"planned": now.isoformat(), "posted": kept}
        at = now
        if one is not None:
            at = max(_begins(one) - BEFORE, now)
            payload |= {"begins": _begins(one).isoformat(), "due": at.isoformat()}
        await self._store.due.plan(DUE, str(briefing.ref), at, payload)
        if one is None:
            await self._store.due.drop(DUE, str(briefing.ref))

    async def _wanted(self, woken: Woken) -> tuple[Planned, list[Occurrence]] | None:
        """Return the briefing and those of it whose moment has come and that are not over; None if there is none."""
        briefing = await self._store.briefing.find(Reference(woken.due.ref))
        if briefing is None:
            return None
        now, payload = woken.now, woken.due.payload
        changes = tuple(await self._store.briefing.changes(briefing.ref))
        # By a clock that was ahead it may begin later than what is next now.
        first = min(datetime.fromisoformat(payload["begins"]) if "begins" in payload else now, now)
        coming = occurrences(briefing, changes, max(first, now - LONGEST), now + BEFORE + datetime.resolution)
        posted = payload.get("posted", ())
        wanted = [one for one in coming if one.ends.astimezone(UTC) > now and _begins(one).isoformat() not in posted]
        return Planned(briefing, changes, None), wanted

    async def prepare(self, woken: Woken) -> Sequence[Mapping[int, Words]]:
        """Return what of the agenda is missing in the languages of those who are there (slow)."""
        found = await self._wanted(woken)
        if found is None:
            return ()
        planned, wanted = found
        briefing = planned.briefing
        items = {item.number: item for one in wanted for item in await self._agenda.items(planned, one)}
        readers = await self._readers(briefing) if items else {}
        return await asyncio.gather(
            *(
                self._agenda.complete(briefing, items.values(), [LanguageCode(language)], woken.now)
                for language in readers
            )
        )

    async def post(self, woken: Woken) -> None:
        """Post the agenda of each that its moment has come for and that is not over, and plan the next."""
        found = await self._wanted(woken)
        if found is None:
            return
        planned, wanted = found
        briefing, now = planned.briefing, woken.now
        if wanted and not self._clocks.people(briefing.room_id):
            # Who is in the room is not known yet.
            await self._store.due.plan(DUE, woken.due.ref, now + SOON, woken.due.payload)
            return
        for made in woken.prepared or ():
            await self._agenda.keep(briefing, made)
        due = datetime.fromisoformat(woken.due.payload.get("due") or now.isoformat())
        for one in wanted:
            await self._post(planned, one, now, late=now - max(_begins(one) - BEFORE, min(due, now)) > LATE)
        posted = {*woken.due.payload.get("posted", ()), *(_begins(one).isoformat() for one in wanted)}
        await self._plan(briefing, posted, now)

    async def _readers(self, briefing: Briefing) -> dict[str, UserId]:
        """Return the languages of those who are there, each with one who reads it."""
        readers: dict[str, UserId] = {}
        for group in await self._clocks.groups(briefing.room_id, self._clocks.people(briefing.room_id)):
            readers.setdefault(group.language, group.people[0])
        return readers

    async def _post(self, planned: Planned, one: Occurrence, now: datetime, *, late: bool) -> None:
        briefing = planned.briefing
        items = await self._agenda.items(planned, one)
        ref = str(briefing.ref)
        for language, reader in (await self._readers(briefing)).items():
            # The cause is the same whenever it is done: a clock that was set back posts nothing twice.
            cause = f"{DUE} {ref} {_begins(one).isoformat()} {language}"
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


def _begins(one: Occurrence) -> datetime:
    """Return when *one* begins (UTC), by which it is told from the others."""
    return one.begins.astimezone(UTC)
