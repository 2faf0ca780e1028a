"""A report as its room reads it: each field in the languages of the room, what was written translated and labelled."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import UserError
from bot.i18n import Catalogues, Html, Message, Plain
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.report import Report, heading, lines
from bot.render.post import Post
from bot.services import Services
from bot.store.outbox import OutboxRow


class Reports:
    """Words reports."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    async def post(self, row: OutboxRow) -> Post | None:
        """Return the revision that *row* posts; None if the room may not read it any more."""
        payload, service = row.payload, self._services.report
        try:
            report = await service.find(row.room_id, Reference(payload["ref"]), payload["revision"])
        except UserError:
            return None
        languages = payload["languages"]
        about_it = await service.marked(report, heading(report, self._named(report)))
        parts = [await self._in(report, about_it, language, alone=len(languages) == 1) for language in languages]
        record = {
            "kind": "report",
            "of": report.template,
            "ref": str(report.ref),
            "revision": report.revision,
            "incident": str(report.incident) if report.incident else None,
            "fields": {code: value.meant for code, value in report.values.items()},
        }
        about = await self._services.notice.event_of(payload["after"]) if payload.get("after") else None
        body, html = "\n\n".join(body for body, _html in parts), "".join(html for _body, html in parts)
        return Post(body, html, record, reply_to=about)

    def _named(self, report: Report) -> Callable[[UserId], str]:
        def named(user_id: UserId) -> str:
            return self._services.room.known_as(user_id, report.room_id)

        return named

    async def _in(self, report: Report, heading: Message, language: str, *, alone: bool) -> tuple[str, str]:
        """Return the report in one language."""
        service, zone = self._services.report, self._services.person.zone
        plain, html = Plain(language, alone=alone), Html(language, alone=alone)

        def put(message: Message) -> tuple[str, str]:
            said = self._catalogues.text(message, language, zone, plain)
            return plain.aligned(said), html.aligned(self._catalogues.text(message, language, zone, html))

        head, head_html = put(heading)
        made = await service.texts_in(report.ref, language)
        told = [put(line) for line in lines(report, await service.before(report), made, language)]
        body = "\n".join([head, *(f"• {line}" for line, _html in told)])
        items = "".join(f"<li>{line}</li>" for _line, line in told)
        return body, f"<p><strong>{head_html}</strong></p><ul>{items}</ul>"
