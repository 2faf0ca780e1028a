"""Incidents by what is said of them: only those that the room may read, and of others not a hint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, repeat

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import AnyOf, Code, Verbatim, _
from bot.model.handling import Purpose
from bot.model.incident import Hit, Wanted
from bot.model.person import LanguageCode
from bot.model.places import distance
from bot.model.reference import Reference
from bot.model.spelling import stems
from bot.model.translation import Translation
from bot.services.incident.service import IncidentService
from bot.store import Store

MOST_WORDS = 20
MOST_SHOWN = 60
"""Characters that are shown of what somebody typed."""
PAGES = (16, 48, 200)
"""Rows of the index that are read at first, and then at a time: usually the first of them hold all that is shown."""
SPARE = 3
"""How many more incidents than are shown are looked at together."""


class FindingService:
    """Finds incidents; only reads."""

    def __init__(self, config: Current, store: Store, incident: IncidentService) -> None:
        self._config = config
        self._store = store
        self._incident = incident

    def words(self, text: str | None) -> tuple[str, ...]:
        """Return the words that are looked for; raise UserError if there are none in *text*, or too many."""
        found = stems(text) if text else ()
        if text and not found:
            raise UserError(
                ErrorCode.BAD_ARGUMENT, _("There is no word in “{text}”.", text=Verbatim(text[:MOST_SHOWN]))
            )
        if len(found) > MOST_WORDS:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("A search has {most} words at most.", most=MOST_WORDS))
        return found

    def agency(self, typed: str | None) -> str | None:
        """Return the code of the agency that somebody *typed*; raise UserError if there is none of that code."""
        codes = {agency.code.casefold(): agency.code for agency in self._config.now.agencies}
        if typed is None or typed.casefold() in codes:
            return codes[typed.casefold()] if typed else None
        shown = AnyOf(tuple(map(Code, codes.values())))
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            _("I know no agency “{word}”. You can choose {choices}.", word=Verbatim(typed[:MOST_SHOWN]), choices=shown),
        )

    async def find(self, room_id: str, wanted: Wanted, most: int) -> tuple[list[Hit], bool]:
        """Return *most* of what is wanted and the room may read, and whether that is not all.

        The newest first, without words the nearest to the place that is said. If nothing holds the words that are
        looked for, what holds words that begin so is found. Raises UserError where nothing is asked for.
        """
        if wanted.anything:
            raise UserError(ErrorCode.BAD_ARGUMENT, _("Say what to look for: words, or an option such as the type."))
        hits = await self._collect(room_id, wanted, most, begun=False)
        if not hits and wanted.words:
            hits = await self._collect(room_id, wanted, most, begun=True)
        listed = list(hits.values())
        if wanted.nearest:
            listed.sort(key=lambda hit: hit.metres or 0.0)
        return listed[:most], len(listed) > most

    async def _collect(self, room_id: str, wanted: Wanted, most: int, *, begun: bool) -> dict[Reference, Hit]:
        """Return at least one more than *most* of what is wanted and the room may read, or all of it."""
        rooms, hits, offset = await self._incident.rooms_seen(room_id), dict[Reference, Hit](), 0
        looked_at = set[Reference]()
        for count in chain(PAGES, repeat(PAGES[-1])):
            found = await self._store.search.page(rooms, wanted, count, offset, begun=begun)
            numbers: dict[Reference, list[int | None]] = {}
            for one in found:
                if one.ref not in looked_at:
                    numbers.setdefault(one.ref, []).append(one.number)
            for refs in _chunks(list(numbers), most + SPARE):
                by = {ref: numbers[ref] for ref in refs}
                fresh, withheld = await self._hits(room_id, wanted, by)
                hits |= {hit.incident.ref: hit for hit in fresh}
                looked_at.update(by.keys() - withheld)
                if len(hits) > most:
                    return hits
            offset += count
            if len(found) < count:
                return hits
        raise AssertionError("pages do not end")

    async def _hits(
        self, room_id: str, wanted: Wanted, numbers: Mapping[Reference, Sequence[int | None]]
    ) -> tuple[list[Hit], set[Reference]]:
        """Return what the room may read of the incidents that were found by entries with these *numbers*.

        And those of which it may read others: they may still be found by one.
        """
        # What is cut is not looked into, nor is what is withheld: that it is found would tell what it says.
        seen = [one for one in await self._incident.seen(room_id, list(numbers)) if one.full]
        hidden = await self._incident.withheld(room_id, [one.content for one in seen], Purpose.SEARCH)
        hits, withheld = [], set[Reference]()
        for one in seen:
            ref = one.content.ref
            if open_to := [number for number in numbers[ref] if number not in hidden.get(ref, ())]:
                hits.append(Hit(one, open_to[0]))
            else:
                withheld.add(ref)
        if (near := wanted.near) is None:
            return hits, withheld
        away = [replace(hit, metres=distance(near, hit.incident.place)) for hit in hits if hit.incident.place]
        return [hit for hit in away if (hit.metres or 0.0) <= wanted.metres], withheld

    async def texts(
        self, hits: Sequence[Hit], language: LanguageCode
    ) -> Mapping[Reference, tuple[str, Translation | None]]:
        """Return by which text beside its title each was found, in *language* where it is known in that."""
        wanted = [(hit.incident.ref, hit.number) for hit in hits if hit.number and hit.number > 1]
        made = await self._store.wording.list_each(wanted, language.base)
        written = await self._store.incident.texts([at for at in wanted if at not in made])
        said = {at: (text, None) for at, text in written.items()} | {at: (one.text, one) for at, one in made.items()}
        return {ref: text for (ref, _number), text in said.items()}


def _chunks(refs: Sequence[Reference], size: int) -> Iterator[Sequence[Reference]]:
    for at in range(0, len(refs), size):
        yield refs[at : at + size]
