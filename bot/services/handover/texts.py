"""What people write in handovers: kept as it was written, with its translations beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.errors import ErrorCode, UserError
from bot.i18n import _
from bot.model.handover import At, Handover, Item, Said
from bot.model.incident import Words
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.handover.sheets import Sheets
from bot.services.incident import Wordings
from bot.services.labelled import recordable, shared
from bot.store import Store

LONGEST = 500
ADDENDUM = "addendum"
REFUSAL = "refusal"
"""Why a handover was refused as a whole."""
WHOLE = (ADDENDUM, REFUSAL)
"""What is said to a handover as a whole."""


class Texts:
    """Records texts, in the open transaction."""

    def __init__(self, store: Store, wordings: Wordings, sheets: Sheets) -> None:
        self._store = store
        self._wordings = wordings
        self._sheets = sheets

    async def words(self, text: str, told: Told, by: UserId, languages: Iterable[LanguageCode]) -> Words:
        """Return what somebody writes in the languages of the room, and in these *languages*. Slow."""
        words = await self._wordings.words(text, told.room_id, by, told.event_id, told.now)
        known = {words.language.base, *(one.target for one in words.made)}
        more = [
            await self._wordings.into(text, told.room_id, by, language, told.event_id, told.now)
            for language in dict.fromkeys(languages)
            if language.base not in known
        ]
        return replace(words, made=(*words.made, *(made for one in more for made in one.made)))

    async def whole(self, ref: Reference) -> list[Said]:
        """Return what was said to the whole: what was added to the record of an accepted one, or why it was refused."""
        return [one for kind in WHOLE for one in await self._store.handover.said(ref, kind)]

    async def complete(
        self, handover: Handover, items: Sequence[Item], language: LanguageCode, now: datetime,
        also: Iterable[LanguageCode] = (),
    ) -> dict[At, Words]:  # fmt: skip
        """Return what is missing of what *items* say in *language*, by where it stands. Slow.

        What cannot be said in that is returned in a language that the reader reads *also*.
        """
        more = [one.number for one in await self.whole(handover.ref)]
        things = await self._sheets.things(handover, items, language, more)
        missing = [
            (at, said)
            for at in dict.fromkeys([*things.texts, *filter(None, map(things.where, items)), *things.edits.values()])
            if at not in things.made and (said := things.said(at)) and said.language.base != language.base
        ]
        reads = [language, *(one for one in also if one.base != language.base)]
        found = await asyncio.gather(*(self._into(one, handover, reads, now) for _at, one in missing))
        return {at: words for (at, _said), words in zip(missing, found, strict=True) if words}

    async def _into(self, said: Said, handover: Handover, reads: Sequence[LanguageCode], now: datetime) -> Words | None:
        """Return *said* in the first of the languages that somebody *reads* into which there is a translation.

        None if it is written in one that they read, or if there is none.
        """
        for language in reads:
            if said.language.base == language.base:
                return None
            words = await self._wordings.into(said.text, handover.room_id, said.by, language, str(said.ref), now)
            if words.made:
                return words
        return None

    async def keep(self, found: Mapping[At, Words]) -> None:
        """Record translations that were made when somebody asked."""
        for (ref, number), words in found.items():
            await self._store.wording.add(ref, number, words.made)

    async def say(self, ref: Reference, kind: str, words: Words | None, by: UserId, told: Told) -> Said:
        """Record what somebody wrote; raise UserError if that is nothing, too long, or may stand in no record."""
        if words is None or not words.text.strip():
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say it in words."))
        if len(words.text) > LONGEST:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _("That has {length} characters. In a handover {most} are the most.",
                  length=len(words.text), most=LONGEST),
            )  # fmt: skip
        shared(recordable(words.text))
        said = Said(ref, await self._store.handover.last_said(ref) + 1, words.text, words.language, by, told.now)
        await self._store.handover.say(said, kind, told.said)
        await self._store.wording.add(ref, said.number, words.made)
        return said


def reason_of(words: Words | None) -> Words:
    """Return why somebody does something; raise UserError unless they say it, not at length, for everyone here."""
    if words is not None:
        shared(recordable(words.text))
    if words is None or not words.text or len(words.text) > LONGEST:
        raise UserError(ErrorCode.BAD_ARGUMENT, _("Say why, in 1 to {most} characters.", most=LONGEST))
    return words
