"""What people wrote in incidents, in the language of a reader."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.model.handling import Cleared, Purpose
from bot.model.incident import (
    Entry,
    EntryKind,
    Incident,
    Words,
)
from bot.model.person import LanguageCode
from bot.model.reference import Reference
from bot.model.translation import Translation
from bot.services.incident.clearing import Clearing
from bot.services.incident.wording import Wordings
from bot.store import Store


class Texts:
    """Finds what was written, and has translated what is missing."""

    def __init__(self, store: Store, wordings: Wordings, clearing: Clearing) -> None:
        self._store = store
        self._complete = wordings.complete
        self._keep = wordings.keep
        self._clearing = clearing

    async def title_in(self, cleared: Cleared[Incident], language: str) -> Translation | None:
        """Return the title in *language*, None if it is in it, not translated into it, or not to be said."""
        incident = cleared.content
        if not cleared.full or not incident.title or LanguageCode(language).base == incident.language.base:
            return None
        return await self.text_in(incident.ref, 1, LanguageCode(language))

    async def titles_in(
        self, incidents: Sequence[Cleared[Incident]], language: LanguageCode, also: Sequence[LanguageCode] = (),
    ) -> Mapping[Reference, Translation]:  # fmt: skip
        """Return the titles in *language* of those whose title is in another, was translated, and is to be said.

        Where there is none into that, one into a language that is read *also*, unless the title is in one of these.
        """
        said = [one.content for one in incidents if one.full and one.content.title]
        reads = [*dict.fromkeys(one.base for one in (language, *also))]
        titles: dict[Reference, Translation] = {}
        for target in reads:
            read = {target} if target == language.base else {*reads}
            foreign = [(one.ref, 1) for one in said if one.ref not in titles and one.language.base not in read]
            found = await self._store.wording.list_each(foreign, target) if foreign else {}
            titles |= {ref: translation for (ref, _number), translation in found.items()}
        return titles

    async def text_in(self, ref: Reference, number: int, language: LanguageCode) -> Translation | None:
        """Return what somebody wrote in an entry of what was read in *language*, None if that is not known."""
        return (await self._store.wording.list_each([(ref, number)], language.base)).get((ref, number))

    async def complete(
        self, ref: Reference, room_id: str, language: LanguageCode, now: datetime,
        numbers: Collection[int] | None = None,
    ) -> dict[int, Words]:  # fmt: skip
        """Return what is missing in *language* of an incident's texts, of all or of entries with these *numbers*.

        Nothing of what the room may not read. Slow.
        """
        incident = await self._store.incident.find(ref)
        hidden = await self._clearing.withheld(room_id, [incident] if incident else [], Purpose.READING)
        return await self._complete(ref, room_id, language, now, numbers, hidden.get(ref, {}))

    async def keep(self, ref: Reference, found: Mapping[int, Words]) -> None:
        """Record translations that were made when somebody asked, of what is not taken back meanwhile, nor RED."""
        said = await self._store.incident.texts((ref, number) for number in found)
        marks = (await self._store.part.list_of([ref])).get(ref, {})
        red = {number: mark for number, mark in marks.items() if mark.unkept}
        passing = await self._store.part.spread(ref, red) if red else {}
        for number, words in found.items():
            if said.get((ref, number)) and number not in passing:
                await self._keep(ref, number, words)

    async def last_severity(self, ref: Reference) -> Entry | None:
        """Return the entry that says how bad an incident is, if that has changed."""
        return await self._store.note.last_standing(ref, EntryKind.SEVERITY)

    async def last_entry(self, ref: Reference) -> Entry | None:
        """Return the last entry of an incident, or None."""
        return await self._store.note.last(ref)
