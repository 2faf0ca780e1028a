"""A handover as it stands at this moment: what its items are about may have gone meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.model.handling import Cleared, Purpose
from bot.model.handover import At, Gone, Handover, Item, ItemKind, ReadBack, Sheet, State, Things, gone_in, incident_of
from bot.model.incident import Incident
from bot.model.person import LanguageCode
from bot.model.reference import Reference
from bot.model.task import Task
from bot.model.translation import Translation
from bot.services.incident import IncidentService
from bot.store import Store


class Sheets:
    """Reads handovers with all that belongs to them."""

    def __init__(self, store: Store, incident: IncidentService) -> None:
        self._store = store
        self._incident = incident

    async def sheet(self, handover: Handover) -> Sheet:
        """Return the handover with its items; once it is accepted, nothing of it is settled any more but hidden."""
        items = await self._store.handover.items(handover.ref)
        found: dict[int, ReadBack] = {one.item: one for one in await self._store.handover.read_backs(handover.ref)}
        gone = await self.gone(handover, items)
        if handover.state is State.ACCEPTED:
            then = gone_in(await self._store.handover.record(handover.ref))
            gone = then | {number: why for number, why in gone.items() if why is Gone.HIDDEN}
        return Sheet(handover, tuple(items), gone, found)

    async def gone(self, handover: Handover, items: Sequence[Item]) -> dict[int, Gone]:
        """Return which of *items* need no answer any more, and why."""
        seen = {one.content.ref: one for one in await self._incident.seen(handover.room_id, _incidents(items))}
        tasks = await self._store.task.list_of(one.about for one in items if one.kind is ItemKind.TASK and one.about)
        pins = await self._store.pin.standing(
            (one.about, one.entry) for one in items if one.kind is ItemKind.PIN and one.about and one.entry
        )
        cleared = await self._store.handover.cleared(handover.post, (one.key for one in items if one.kind.written))
        hidden = await self._hidden(handover, seen.values())
        found: dict[int, Gone] = {}
        for item in items:
            if item.kind.written:
                over = item.key in cleared
            elif (
                (incident := seen.get(incident_of(item))) is None
                or not (incident.full or item.kind is ItemKind.INCIDENT)
                or _at(item, tasks) in hidden
            ):
                found[item.number] = Gone.HIDDEN
                continue
            elif item.kind is ItemKind.TASK:
                task = tasks.get(item.about) if item.about else None
                over = task is None or task.done or incident.content.ended
            elif item.kind is ItemKind.PIN:
                over = (item.about, item.entry) not in pins or incident.content.ended
            else:
                over = incident.content.ended
            if over:
                found[item.number] = Gone.CLOSED
        return found

    async def gone_of(self, handover: Handover, items: Sequence[Item]) -> list[Gone | None]:
        """Return of each of *items*, from whichever handovers of that post, why it needs nothing any more; or None."""
        numbered = [replace(item, number=number) for number, item in enumerate(items)]
        gone = await self.gone(handover, numbered)
        return [gone.get(item.number) for item in numbered]

    async def things(
        self, handover: Handover, items: Sequence[Item], language: LanguageCode, more: Sequence[int] = (),
        also: Iterable[LanguageCode] = (),
    ) -> Things:  # fmt: skip
        """Return what *items* are about, as the room may read it, in *language* where it is known in that.

        Else in one of the languages that the reader reads *also*. Also the handover's texts with the numbers in *more*.
        """
        seen = await self._incident.seen(handover.room_id, _incidents(items))
        incidents = {one.content.ref: one for one in seen}
        shown = [one for one in items if (found := incidents.get(incident_of(one))) and found.full]
        tasks = await self._store.task.list_of(one.about for one in shown if one.kind is ItemKind.TASK and one.about)
        pins = [(one.about, one.entry) for one in shown if one.kind is ItemKind.PIN and one.about and one.entry]
        at = [*_texts(handover.ref, items), *((handover.ref, number) for number in more)]
        texts = await self._store.handover.texts(at)
        reads = [*dict.fromkeys(one.base for one in (language, *also))]
        edited = await self._store.pin.edited(pins)
        edits = {at: (one.ref, one.number) for at, one in edited.items()}
        titles = [(ref, 1) for ref, one in incidents.items() if one.full]
        wanted = [*texts, *titles, *pins, *edits.values(), *((task.incident, task.number) for task in tasks.values())]
        hidden = await self._hidden(handover, seen)
        entries = await self._store.pin.entries(pins) | {(one.ref, one.number): one for one in edited.values()}
        bare = Things(incidents, tasks, texts, {}, entries, frozenset(reads), hidden, edits)
        made = await self._made(bare, [at for at in wanted if at not in hidden], reads)
        return replace(bare, made=made)

    async def _made(self, things: Things, wanted: Iterable[At], reads: Sequence[LanguageCode]) -> dict[At, Translation]:
        """Return the translations of what is not written in the first language that somebody reads.

        Where there is none into that, those into the others, unless it is written in one of these.
        """
        own, *others = reads
        left = [at for at in wanted if (language := things.language(at)) is None or language.base != own]
        made = await self._store.wording.list_each(left, own)
        for one in others:
            left = [at for at in left if at not in made and (things.language(at) or own).base not in reads]
            made |= await self._store.wording.list_each(left, one)
        return made

    async def _hidden(self, handover: Handover, seen: Iterable[Cleared[Incident]]) -> dict[At, str]:
        """Return which entries of incidents that the room may see it may not, and under which label each stands."""
        whole = [one.content for one in seen if one.full]
        found = await self._incident.withheld(handover.room_id, whole, Purpose.READING)
        return {(ref, number): str(one.handling or "") for ref, at in found.items() for number, one in at.items()}


def _at(item: Item, tasks: Mapping[Reference, Task]) -> At | None:
    """Return which entry an item shows, if it is not about an incident as a whole."""
    if item.kind is ItemKind.TASK and item.about and (task := tasks.get(item.about)):
        return task.incident, task.number
    return (item.about, item.entry) if item.about and item.entry else None


def _incidents(items: Iterable[Item]) -> list[Reference]:
    return [*dict.fromkeys(incident_of(one) for one in items if not one.kind.written)]


def _texts(ref: Reference, items: Iterable[Item]) -> list[tuple[Reference, int]]:
    found = []
    for item in items:
        found += [at for at in (item.words, item.contingency) if at]
        found += item.notes
        if item.answered and item.answered.reason:
            found.append((ref, item.answered.reason))
    return found
