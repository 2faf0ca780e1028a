"""An incident's card: how things stand, in the languages of its room."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import Catalogues, Html, Message, Plain, Verbatim, _n, isolate
from bot.model.incident import Incident, facts, heading, relations
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.translation import Translation
from bot.render.origin import carried_origin
from bot.render.post import Post
from bot.services import Services
from bot.store.outbox import OutboxRow


class Cards:
    """Words the cards of incidents."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    async def post(self, row: OutboxRow) -> Post:
        """Return the card that *row* posts or edits, as the incident stands at this moment."""
        incident = await self._services.incident.find(row.room_id, Reference(row.payload["ref"]))
        languages = await self._services.person.room_languages(row.room_id)
        others = relations(await self._services.relating.of(row.room_id, incident))
        parts = [await self._in(incident, others, language, alone=len(languages) == 1) for language in languages]
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
        self, incident: Incident, others: Sequence[Message], language: str, *, alone: bool
    ) -> tuple[str, str]:
        """Return the card in one language; *others* are lines about related incidents."""
        made = await self._services.incident.title_in(incident, language)
        plain, html = Plain(language, alone=alone), Html(language, alone=alone)
        zone = self._services.person.zone

        def name_of(user_id: UserId) -> str:
            return self._services.room.name_of(incident.room_id, user_id)

        def put(message: Message) -> tuple[str, str]:
            said = self._catalogues.text(message, language, zone, plain)
            return plain.aligned(said), html.aligned(self._catalogues.text(message, language, zone, html))

        head, head_html = put(heading(incident))
        title, title_html = _title(incident, made, html)
        facts_of = [*others, *facts(incident, name_of), *await self._last(incident)]
        lines = [put(line) for line in ([carried_origin(made)] if made else []) + facts_of]
        body = "\n".join([head, title, *(f"• {line}" for line, _html in lines)])
        items = "".join(f"<li>{line}</li>" for _line, line in lines)
        return body, f"<p><strong>{head_html}</strong><br>{title_html}</p><ul>{items}</ul>"

    async def _last(self, incident: Incident) -> list[Message]:
        """Return how many entries there are, and which is the last one: who has entered something sees it there."""
        last = await self._services.incident.last_entry(incident.ref)
        if last is None:
            return []
        name = Verbatim(self._services.room.name_of(incident.room_id, last.author))
        return [
            _n(
                "{n} entry, by {name}, {moment}",
                "{n} entries, the last one by {name}, {moment}",
                last.number,
                name=name,
                moment=last.entered_at,
            )
        ]


def _title(incident: Incident, made: Translation | None, html: Html) -> tuple[str, str]:
    words = isolate(made.text, made.target) if made else isolate(incident.title, incident.language)
    return words, html.literal(words)
