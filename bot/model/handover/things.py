"""What the items of a handover are about, as its room may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.i18n import Language, Message, Verbatim, _
from bot.model.handling import Cleared
from bot.model.handover.item import Item, Said
from bot.model.incident import Entry, Incident
from bot.model.person import LanguageCode
from bot.model.reference import Reference
from bot.model.task import Task
from bot.model.translation import Translation
from bot.model.uncertainty import labelled

At = tuple[Reference, int]
"""Where a text stands: the record, and its number there."""


@dataclass(frozen=True, slots=True)
class Things:
    """Records that items are about, cleared for the room, and texts: as they were written, and as they were `made`.

    `pins` are the entries of pinned messages, and those of `edits`, which say where it stands what a message says since
    it was edited. Of what is `hidden` only the label is said. What was written in none of
    the languages that the reader `reads`, and is not translated, says so.
    """

    incidents: Mapping[Reference, Cleared[Incident]]
    tasks: Mapping[Reference, Task]
    texts: Mapping[At, Said]
    made: Mapping[At, Translation]
    pins: Mapping[At, Entry]
    reads: frozenset[LanguageCode]
    hidden: Mapping[At, str] = field(default_factory=dict)
    edits: Mapping[At, At] = field(default_factory=dict)

    def worded(self, at: At, most: int | None = None) -> Message:
        """Return the text that stands there, in the reader's language if it was translated, or its beginning."""
        if at in self.hidden:
            return _("withheld under its label ({label})", label=Verbatim(self.hidden[at]))
        if not self.written(at) and self.language(at):
            return _("taken back")
        if found := self.made.get(at):
            return labelled("", replace(found, text=_cut(found.text, most)))
        text, language = Verbatim(_cut(self.written(at), most)), self.language(at)
        if language is None or language.base in self.reads:
            return _("{text}", text=text)
        return _("{text} (in {language}, not translated)", text=text, language=Language(language))

    def written(self, at: At) -> str:
        """Return the text that stands there as it was written; an empty one if the room may not read it."""
        ref, number = at
        if at in self.hidden:
            return ""
        if at in self.texts:
            return self.texts[at].text
        if at in self.pins:
            return self.pins[at].text
        for task in self.tasks.values():
            if (task.incident, task.number) == at:
                return task.text
        cleared = self.incidents.get(ref)
        return cleared.content.title if cleared and cleared.full and number == 1 else ""

    def newest(self, at: At) -> At:
        """Return where that stands which is said now: of a pinned message that was edited since, its edit."""
        return self.edits.get(at, at)

    def said(self, at: At) -> Said | None:
        """Return what stands there as it was written, by whom and in which language; None if that is not known."""
        if at in self.texts:
            return self.texts[at]
        text, language, cleared = self.written(at), self.language(at), self.incidents.get(at[0])
        if not text or language is None or cleared is None:
            return None
        incident = cleared.content
        return Said(at[0], at[1], text, language, incident.declared_by, incident.declared_at)

    def language(self, at: At) -> LanguageCode | None:
        """Return in which language the text that stands there was written; None if that is not known."""
        if at in self.texts:
            return self.texts[at].language
        if at in self.pins:
            return self.pins[at].language
        for task in self.tasks.values():
            if (task.incident, task.number) == at:
                return task.language
        cleared = self.incidents.get(at[0])
        return cleared.content.language if cleared else None

    def where(self, item: Item) -> At | None:
        """Return where the text of an item stands; None if the room may read none of it."""
        if item.words:
            return item.words
        cleared = self.incidents.get(incident_of(item))
        if cleared is None or not cleared.full or item.about is None:
            return None
        if task := self.tasks.get(item.about):
            return task.incident, task.number
        return item.about, item.entry or 1


def incident_of(item: Item) -> Reference:
    """Return the incident that an item belongs to; of what was written for the handover, an empty reference."""
    found = item.facts.get("incident") or item.about
    return Reference(str(found)) if found else Reference("")


def _cut(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else f"{text[:most].rstrip()} …"
