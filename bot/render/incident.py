"""An incident's card: how things stand, in the languages of its room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.i18n import Catalogues, Html, Message, Plain, Verbatim, _, _n, isolate
from bot.model.handling import Cleared, Hidden, Purpose
from bot.model.incident import Incident, facts, heading, relations, title_as_written, titled
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.model.translation import Translation
from bot.model.uncertainty import labelled
from bot.render.origin import carried_origin, untranslated
from bot.render.post import Post
from bot.services import Services
from bot.store.outbox import OutboxRow

MOST_SHOWN = 500
"""Characters that are shown of a reason."""


class Cards:
    """Words the cards of incidents."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    async def post(self, row: OutboxRow) -> Post | None:
        """Return the card that *row* posts or edits, as the incident stands at this moment.

        None if not everyone in the room may see it now.
        """
        cleared = await self._services.incident.look(row.room_id, Reference(row.payload["ref"]), Purpose.CARD)
        if isinstance(cleared, Hidden):
            return None
        incident = cleared.content
        languages = await self._services.person.room_languages(row.room_id)
        others = relations(await self._services.relating.of(row.room_id, incident)) if cleared.full else ()
        alone = len(languages) == 1
        known = any(LanguageCode(language).base == incident.language.base for language in languages)
        parts = [
            await self._in(cleared, row.room_id, others, language, alone=alone, original=not (known or index))
            for index, language in enumerate(languages)
        ]
        record = {
            "kind": "card",
            "of": "incident",
            "ref": str(incident.ref),
            "revision": incident.revision,
            "status": incident.status,
            "severity": incident.severity,
        }
        if incident.exercise:
            record["exercise"] = True
        replaces = await self._services.notice.event_of(row.payload["post"]) if "post" in row.payload else None
        body, html = "\n\n".join(body for body, _html in parts), "".join(html for _body, html in parts)
        return Post(body, html, record, replaces=replaces)

    async def _in(
        self,
        cleared: Cleared[Incident],
        room_id: str,
        others: Sequence[Message],
        language: str,
        *,
        alone: bool,
        original: bool,
    ) -> tuple[str, str]:
        """Return the card in one language; *others* are lines about related incidents.

        *original*: with its title as it was written, which stands in no other part of the card.
        """
        made = await self._services.incident.title_in(cleared, language)
        plain, html = Plain(language, alone=alone), Html(language, alone=alone)
        zone = self._services.person.zone

        def name_of(user_id: UserId) -> str:
            return self._services.room.known_as(user_id, room_id)

        def put(message: Message) -> tuple[str, str]:
            said = self._catalogues.text(message, language, zone, plain)
            return plain.aligned(said), html.aligned(self._catalogues.text(message, language, zone, html))

        head, head_html = put(heading(cleared))
        title, title_html = _title(cleared, made, html)
        if cleared.full and not cleared.content.title:
            title, title_html = put(_("{text}", text=titled(cleared.content)))
        elif title and made is None and cleared.content.language.base != language.partition("-")[0]:
            title, title_html = put(untranslated(cleared.content.title, cleared.content.language))
        why = await self._why(cleared, room_id, language)
        known = facts(cleared, name_of, unvalidated=self._services.incident.says_unvalidated(room_id))
        facts_of = [*others, *why, *known, *await self._last(cleared, name_of)]
        origin = [carried_origin(made), *([title_as_written(cleared.content)] if original else [])] if made else []
        lines = [put(line) for line in origin + facts_of]
        body = "\n".join([head, *([title] if title else []), *(f"• {line}" for line, _html in lines)])
        items = "".join(f"<li>{line}</li>" for _line, line in lines)
        below = f"<br>{title_html}" if title else ""
        return body, f"<p><strong>{head_html}</strong>{below}</p><ul>{items}</ul>"

    async def _why(self, cleared: Cleared[Incident], room_id: str, language: str) -> list[Message]:
        """Return why the incident is as bad as it is now, if that has changed; that it is withheld, if it is."""
        ref, incidents = cleared.content.ref, self._services.incident
        entry = await incidents.last_severity(ref) if cleared.full else None
        if entry is None or not entry.text:
            return []
        hidden = (await incidents.withheld(room_id, [cleared.content], Purpose.CARD)).get(ref, {})
        if mark := hidden.get(entry.number):
            label = Verbatim(str(mark.handling or ""))
            return [
                _("Why the severity has changed: {text}", text=_("withheld under its label ({label})", label=label))
            ]
        made = await incidents.text_in(ref, entry.number, LanguageCode(language))
        own = entry.language is None or entry.language.base == LanguageCode(language).base
        said = labelled(entry.text[:MOST_SHOWN], replace(made, text=made.text[:MOST_SHOWN]) if made else None)
        if made is None and not own and entry.language:
            said = untranslated(entry.text[:MOST_SHOWN], entry.language)
        return [_("Why the severity has changed: {text}", text=said)]

    async def _last(self, cleared: Cleared[Incident], name_of: Callable[[UserId], str]) -> list[Message]:
        """Return how many entries there are, and which is the last one: who has entered something sees it there."""
        last = await self._services.incident.last_entry(cleared.content.ref) if cleared.full else None
        if last is None:
            return []
        name = Verbatim(name_of(last.author))
        return [
            _n(
                "{n} entry, by {name}, {moment}",
                "{n} entries, the last one by {name}, {moment}",
                last.number,
                name=name,
                moment=last.entered_at,
            )
        ]


def _title(cleared: Cleared[Incident], made: Translation | None, html: Html) -> tuple[str, str]:
    """Return the title, as text and as HTML; nothing if it may not be said."""
    if not cleared.full or not cleared.content.title:
        return "", ""
    incident = cleared.content
    words = isolate(made.text, made.target) if made else isolate(incident.title, incident.language)
    return words, html.literal(words)
