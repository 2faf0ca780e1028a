"""A task's card: what is to be done, for whom, by when, in the languages of its room."""

from __future__ import annotations

from typing import Any

from bot.errors import UserError
from bot.i18n import Catalogues, Html, Message, Plain, _, isolate
from bot.model.handling import Hidden, Purpose
from bot.model.incident import marked
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.task import Task, facts, heading
from bot.render.origin import carried_origin, untranslated
from bot.render.post import Post
from bot.services import Services
from bot.store.outbox import OutboxRow


class TaskCards:
    """Words the cards of tasks."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    async def post(self, row: OutboxRow) -> Post | None:
        """Return the card that *row* posts or edits, as the task stands now; None if the room may not read of it."""
        try:
            task = await self._services.task.find(row.room_id, Reference(row.payload["ref"]))
        except UserError:
            return None
        cleared = await self._services.incident.look(row.room_id, task.incident, Purpose.CARD)
        if isinstance(cleared, Hidden) or not cleared.full:
            return None
        incident = cleared.content
        languages = await self._services.person.room_languages(row.room_id)
        head = marked(incident, heading(task))
        parts = [await self._in(task, head, row.room_id, language, alone=len(languages) == 1) for language in languages]
        record: dict[str, Any] = {
            "kind": "card",
            "of": "task",
            "ref": str(task.ref),
            "revision": task.revision,
            "status": "done" if task.done else "open",
            "incident": str(task.incident),
        }
        if incident.exercise:
            record["exercise"] = True
        replaces = await self._services.notice.event_of(row.payload["post"]) if "post" in row.payload else None
        body, html = "\n\n".join(body for body, _html in parts), "".join(html for _body, html in parts)
        return Post(body, html, record, replaces=replaces)

    async def _in(self, task: Task, heading: Message, room_id: str, language: str, *, alone: bool) -> tuple[str, str]:
        """Return the card in one language."""
        made = await self._services.task.text_in(task, language)
        plain, html = Plain(language, alone=alone), Html(language, alone=alone)
        zone = self._services.person.zone

        def name_of(user_id: UserId) -> str:
            return self._services.room.known_as(user_id, room_id)

        def put(message: Message) -> tuple[str, str]:
            said = self._catalogues.text(message, language, zone, plain)
            return plain.aligned(said), html.aligned(self._catalogues.text(message, language, zone, html))

        head, head_html = put(heading)
        if not task.text:
            words, words_html = put(_("{text}", text=task.said))
        elif made is None and task.language.base != language.partition("-")[0]:
            words, words_html = put(untranslated(task.text, task.language))
        else:
            words = isolate(made.text, made.target) if made else isolate(task.text, task.language)
            words_html = html.literal(words)
        lines = [put(line) for line in ([carried_origin(made)] if made else []) + [*facts(task, name_of)]]
        body = "\n".join([head, words, *(f"• {line}" for line, _html in lines)])
        items = "".join(f"<li>{line}</li>" for _line, line in lines)
        return body, f"<p><strong>{head_html}</strong><br>{words_html}</p><ul>{items}</ul>"
