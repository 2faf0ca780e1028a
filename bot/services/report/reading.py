"""What somebody says in the fields of a report, read and translated before anything is recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.i18n import Catalogues, Message, Verbatim, _
from bot.model.handling import read_label
from bot.model.handling.sentences import mistyped, unknown
from bot.model.incident import Words
from bot.model.names import one_line
from bot.model.person import Actor
from bot.model.report import (
    HANDLING,
    TEMPLATES,
    Reading,
    Template,
    Value,
    digest,
    field_of,
    keys_of,
    parse,
    short,
)
from bot.model.told import Told
from bot.model.translation import Translation
from bot.services.incident import Wordings
from bot.services.place import PlaceService
from bot.store import Store

LEAVE = "-"
DASHES = frozenset("-–—−‐‑‒―－﹣⁃")


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says in fields, read but not recorded: values, translations by digest, and what is wrong."""

    values: Mapping[str, Value] = field(default_factory=dict)
    made: Mapping[str, Sequence[Translation]] = field(default_factory=dict)
    faults: tuple[Message, ...] = ()


class Readings:
    """Reads and translates (slow, outside any transaction)."""

    def __init__(self, store: Store, catalogues: Catalogues, wordings: Wordings, place: PlaceService) -> None:
        self._store = store
        self._catalogues = catalogues
        self._wordings = wordings
        self._place = place

    # What is said, before it is recorded

    async def read(self, actor: Actor, told: Told, template: Template, text: str | None) -> Given:
        """Return what a text says of the fields of *template* (slow, outside any transaction)."""
        if not text or not text.strip():
            return Given()
        label, wrong = read_label(text), mistyped(text)
        text = text[label.end :] if label else text
        called = [
            (one.code, name)
            for one in TEMPLATES[template]
            for name in self._named(actor, short(template, replace(one, letter="")))
        ]
        said, before, twice = parse(text, keys_of(template, called))
        faults = [_("{field} is given twice.", field=short(template, field_of(template, code))) for code in twice]
        if wrong:
            faults.append(unknown(wrong))
        if before:
            names = tuple(short(template, one) for one in TEMPLATES[template])
            faults.append(
                _(
                    "I do not know where “{text}” belongs. Begin each field with its name and a colon: {names}.",
                    text=Verbatim(one_line(before)[:60]),
                    names=names,
                )
            )
        found = await self._values(actor, told, template, said)
        marked = {HANDLING: Value(str(label.handling), str(label.handling))} if label else {}
        return replace(found, values={**found.values, **marked}, faults=(*faults, *found.faults))

    async def heard(self, actor: Actor, told: Told, data: Mapping[str, Any], said: str) -> Given:
        """Return what an answer in words says of the field that was asked (slow, outside any transaction)."""
        draft = await self._store.report.find_draft(data["draft"])
        if draft is None or said.strip() in DASHES:
            return Given()
        return await self._values(actor, told, draft.template, {data["field"]: said})

    async def _values(self, actor: Actor, told: Told, template: Template, said: Mapping[str, str]) -> Given:
        reading = Reading(
            actor.language,
            actor.zone,
            told.now,
            told.sent_at,
            self._place.gazetteer,
            lambda message: self._named(actor, message),
        )
        read = {code: reading.value(template, field_of(template, code), text) for code, text in said.items()}
        values = {code: replace(value, event=told.said) for code, value in read.items() if isinstance(value, Value)}
        texts = [code for code in values if values[code].language]
        worded = await asyncio.gather(*(self._words(actor, told, values[code].meant) for code in texts))
        for code, words in zip(texts, worded, strict=True):
            values[code] = replace(values[code], language=words.language)
        made = {digest(code, words.text): words.made for code, words in zip(texts, worded, strict=True)}
        return Given(values, made, tuple(fault for fault in read.values() if isinstance(fault, Message)))

    async def _words(self, actor: Actor, told: Told, text: str) -> Words:
        return await self._wordings.words(text, told.room_id, actor.user_id, told.event_id, told.now)

    def _named(self, actor: Actor, message: Message) -> tuple[str, ...]:
        return tuple(self._catalogues.text(message, language) for language in (actor.menus, "en"))
