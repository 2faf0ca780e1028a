"""What has changed of what somebody received: read, decided and worded at the moment of sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.i18n import Code, Message, Verbatim, _, to_json
from bot.model.handling import Cleared, Purpose
from bot.model.incident import Entry, EntryKind, Incident, as_written, heading, marked, told
from bot.model.person import Actor, UserId
from bot.model.recall import About, Recall, State
from bot.model.uncertainty import labelled
from bot.render.answers import handled
from bot.render.blocks import Blocks, label
from bot.render.post import Post
from bot.services import Services
from bot.store.outbox import OutboxRow

MOST_SHOWN = 400
"""Characters that are shown of a text."""
WORDED = (EntryKind.NOTE, EntryKind.DECISION)


class RecallPosts:
    """Words recalls."""

    def __init__(self, services: Services, blocks: Blocks) -> None:
        self._services = services
        self._blocks = blocks

    async def post(self, row: OutboxRow) -> Post | None:
        """Return what *row* tells its reader; None if all of it was acknowledged meanwhile."""
        actor = await self._services.person.actor(UserId(row.payload["reader"]), row.room_id)
        found = await self._services.recall.batch(row.payload["batch"])
        left = [one for one in found if one.state is State.TOLD]
        if not left:
            return None
        lines, seen = await self._lines(row.room_id, actor, left)
        mark = await self._services.incident.aggregate(row.room_id, sorted(seen))
        head = _("What you have received was changed or withdrawn:")
        blocks = [*label(self._services, row.room_id, mark), to_json(head), {"lines": to_json(tuple(lines))}]
        body, html = self._blocks.said(blocks, actor.menus, actor.zone)
        record = {"kind": "notice", "of": "recall", "refs": sorted(seen), **handled(mark)}
        return Post(body, html, record)

    async def _lines(self, room_id: str, actor: Actor, left: Sequence[Recall]) -> tuple[list[Message], set[str]]:
        """Return a line for each change, and the records of which they show anything."""
        lines: dict[str, Message] = {}
        seen: set[str] = set()
        for one in left:
            ref = one.change.ref
            if one.change.about is About.LINE and await self._services.recall.lets(actor.user_id, one):
                lines[f"{one.id}"] = _(
                    "{ref}: something that you received in it was changed or taken back, {moment}.",
                    ref=Code(str(ref)),
                    moment=one.change.at,
                )
                continue
            cleared = await self._services.incident.look(room_id, ref, Purpose.READING)
            if one.withdrawn or not isinstance(cleared, Cleared) or not cleared.full:
                known = await self._services.recall.exercise(ref)
                said = _("A record that you received was withdrawn: {ref}", ref=Code(str(ref)))
                lines[f"gone {ref}"] = _("EXERCISE: {said}", said=said) if known else said
                continue
            seen.add(str(ref))
            hidden = (await self._services.incident.withheld(room_id, [cleared.content], Purpose.READING)).get(ref, {})
            for index, line in enumerate(await self._changed(room_id, actor, cleared, one, hidden)):
                lines[f"{one.id} {index}"] = line
        return [*lines.values()], seen

    async def _changed(
        self, room_id: str, actor: Actor, cleared: Cleared[Incident], one: Recall, hidden: Mapping[int, object]
    ) -> list[Message]:
        """Return how what was received read, and how it reads now; of a part that is withheld, that alone."""
        incident, number = cleared.content, one.change.number
        entry, before = await self._services.recall.versions(one)
        if entry is None or number in hidden or (before and before.number in hidden):
            said = _("A part of {ref} that you received was withdrawn.", ref=Code(str(incident.ref)))
            return [marked(incident, said)]
        name_of = self._named(room_id)
        name = name_of(entry.author)
        by = Verbatim(f"{name} ({entry.agency})" if entry.agency else name)
        values = {"ref": Code(str(incident.ref)), "name": by, "moment": entry.entered_at}
        if entry.kind in WORDED and entry.text and before and before.text:
            was, now = await self._text(actor, before), await self._text(actor, entry)
            said = _("{ref}: {before} → {now} ({name}, {moment})", before=was, now=now, **values)
            return [marked(incident, said)]
        what = told(entry, name_of)
        if entry.kind is not EntryKind.UNDONE or before is None:
            return [marked(incident, _("{ref}: {what} ({name}, {moment})", what=what, **values))]
        was = told(before, name_of)
        said = _("{ref}: {before} → {now} ({name}, {moment})", before=was, now=what, **values)
        return [marked(incident, said), heading(cleared)]

    def _named(self, room_id: str) -> Callable[[UserId], str]:
        return lambda user_id: self._services.room.known_as(user_id, room_id)

    async def _text(self, actor: Actor, entry: Entry) -> Message | Verbatim:
        """Return the words of an entry as the reader reads them: translated and labelled, or as they were written."""
        text = entry.text[:MOST_SHOWN]
        reads = (actor.language, *actor.reads)
        if entry.language and entry.language.base not in {one.base for one in reads}:
            made = await self._services.incident.text_in(entry.ref, entry.number, actor.language)
            if made is not None:
                return labelled("", replace(made, text=made.text[:MOST_SHOWN]))
        return as_written(text, entry.language, reads)
