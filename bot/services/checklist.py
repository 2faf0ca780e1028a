"""Checklists of incidents: what applies, what is ticked off; each tick is an entry of the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.config import Config, ConfigError, Current
from bot.config.checklists import Lists, own_checklists, shipped_checklists
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, _
from bot.model.checklist import Item
from bot.model.incident import Entry, EntryKind, Incident, Type
from bot.model.person import Actor, LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.told import Told
from bot.services.incident import Change, IncidentService, Wordings
from bot.store import Store

Checklists = Mapping[Type, tuple[Item, ...]]


def checklists(config: Config) -> Checklists:
    """Return the checklists by type, the task force's own before those of Liaison; raise ConfigError for faults."""
    lists: dict[str, tuple[Item, ...]] = _items(shipped_checklists())
    if path := config.incident.checklists_file:
        own, faults = own_checklists(path)
        if faults:
            raise ConfigError([f"incident.checklists_file: {fault}" for fault in faults])
        lists |= _items(own)
    return {Type(type): items for type, items in lists.items()}


def _items(lists: Lists) -> dict[str, tuple[Item, ...]]:
    return {
        type: tuple(Item(one.code, None, one.when) if one.code else Item.own(one.text or "", one.when) for one in items)
        for type, items in lists.items()
    }


class ChecklistService:
    """Knows what is to be thought of in an incident; ticking joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, incident: IncidentService, wordings: Wordings, lists: Checklists
    ) -> None:
        self._config = config
        self._store = store
        self._incident = incident
        self._wordings = wordings
        self._lists = lists

    async def items(self, room_id: str, ref: Reference) -> list[tuple[Item, Entry | None]]:
        """Return what applies to the incident, or was ticked off, each with the entry that says so.

        Raise UserError if there is no such incident, or nothing to go through for it.
        """
        incident = await self._incident.read(room_id, ref)
        ticked = {entry.values["item"]: entry for entry in await self._store.incident.list_kind(ref, EntryKind.CHECKED)}
        shown = self._of(incident)
        return [(item, ticked.get(item.key)) for item in shown if item.key in ticked or item.applies(incident)]

    async def tick(self, actor: Actor, told: Told, ref: Reference, key: str) -> Item:
        """Enter that the item *key* is done; raise UserError if it is already, or is none any more."""
        for item, entry in await self.items(told.room_id, ref):
            if item.key == key and entry is None:
                values = {"item": key, **({"text": item.text} if item.text else {})}
                await self._incident.enter(actor, told, ref, Change(EntryKind.CHECKED, values, shown=False))
                return item
            if item.key == key:
                raise UserError(ErrorCode.CONFLICT, _("That is ticked off already."))
        raise UserError(ErrorCode.CONFLICT, _("That is not on the checklist any more."))

    async def translated(
        self, items: Sequence[Item], room_id: str, language: LanguageCode, event_id: str, now: datetime
    ) -> dict[str, str]:
        """Return the task force's own texts in *language*, by the keys of their items; slow."""
        config = self._config.now
        if LanguageCode(config.taskforce.language).base == language.base:
            return {}
        found: dict[str, str] = {}
        for item in items:
            if item.text:
                author = UserId(config.matrix.user_id)
                words = await self._wordings.into(item.text, room_id, author, language, event_id, now)
                found.update({item.key: words.made[0].text} if words.made else {})
        return found

    def _of(self, incident: Incident) -> tuple[Item, ...]:
        ref = Code(str(incident.ref))
        if incident.type is None:
            raise UserError(ErrorCode.CONFLICT, _("{ref} has no type yet, so it has no checklist.", ref=ref))
        return self._lists[incident.type]
