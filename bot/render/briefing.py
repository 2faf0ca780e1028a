"""A briefing's card: what it is, when it is by everybody's clock, and what differs, in the languages of its room."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import UserError
from bot.i18n import Catalogues, Code, Html, Local, Message, Plain, Verbatim, _, isolate
from bot.model.briefing import Briefing, State, often
from bot.model.reference import Reference
from bot.model.rsvp import tallied
from bot.render.origin import carried_origin, untranslated
from bot.render.post import Post
from bot.services import Services
from bot.services.briefing import Planned
from bot.store.outbox import OutboxRow

MOST_CHANGES = 5
Said = tuple[str, str]
"""A sentence, plain and as HTML."""


class BriefingCards:
    """Words the cards of briefings."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    async def post(self, row: OutboxRow) -> Post | None:
        """Return the card that *row* posts or edits, as the briefing stands now; None if there is none any more."""
        service = self._services.briefing
        try:
            briefing = await service.find(row.room_id, Reference(row.payload["ref"]))
        except UserError:
            return None
        planned = await service.planned(briefing, row.created_at)
        languages = await self._services.person.room_languages(row.room_id)
        lines = await self._lines(planned)
        parts = [await self._in(planned, lines, language, alone=len(languages) == 1) for language in languages]
        record: dict[str, Any] = {
            "kind": "card", "of": "briefing", "ref": str(briefing.ref), "revision": briefing.sequence,
            "status": _status(planned),
        }  # fmt: skip
        if planned.next and briefing.state is State.PLANNED:
            record |= {"begins": planned.next.begins.isoformat(), "ends": planned.next.ends.isoformat()}
        if briefing.handling:
            record["handling"] = briefing.handling
        replaces = await self._services.notice.event_of(row.payload["post"]) if "post" in row.payload else None
        body, html = "\n\n".join(body for body, _html in parts), "".join(html for _body, html in parts)
        return Post(body, html, record, replaces=replaces)

    async def _lines(self, planned: Planned) -> list[Message]:
        """Return what is said below what it is called."""
        briefing, service = planned.briefing, self._services.briefing
        by = self._services.room.known_as(briefing.by, briefing.room_id)
        named = Verbatim(f"{by} ({briefing.agency})" if briefing.agency else by)
        lines = []
        if planned.next and briefing.state is State.PLANNED:
            lines += await service.echo(briefing.room_id, briefing, planned.changes, planned.next)
            lines += _differing(planned)
            if found := await self._services.answering.shown(planned):
                lines += tallied(found, self._services.answering.unnamed)
        if briefing.rule:
            lines.append(_("Again and again, by the clock of {zone}: {rule}",
                           zone=Verbatim(briefing.zone), rule=often(briefing)))  # fmt: skip
        lines += await self._services.minutes.card(briefing.ref)
        return [*lines, _("Planned by {name}", name=named)]

    async def _in(self, planned: Planned, lines: list[Message], language: str, *, alone: bool) -> tuple[str, str]:
        """Return the card in one language."""
        briefing = planned.briefing
        plain, html = Plain(language, alone=alone), Html(language, alone=alone)

        def put(message: Message) -> Said:
            said = self._catalogues.text(message, language, briefing.zone, plain)
            return plain.aligned(said), html.aligned(self._catalogues.text(message, language, briefing.zone, html))

        head, head_html = put(_heading(planned))
        made = await self._services.briefing.title_in(briefing, language)
        foreign = made is None and briefing.language.base != language.partition("-")[0]
        if not briefing.title:
            words, words_html = put(_("taken back"))
        elif foreign:
            words, words_html = put(untranslated(briefing.title, briefing.language))
        else:
            words = isolate(made.text, made.target) if made else isolate(briefing.title, briefing.language)
            words_html = html.literal(words)
        said = [put(line) for line in ([carried_origin(made)] if made else []) + lines]
        body = "\n".join([head, words, *(f"• {line}" for line, _html in said)])
        items = "".join(f"<li>{line}</li>" for _line, line in said)
        return body, f"<p><strong>{head_html}</strong><br>{words_html}</p><ul>{items}</ul>"


def _status(planned: Planned) -> str:
    if planned.briefing.state is State.CANCELLED:
        return "cancelled"
    return "planned" if planned.next else "over"


def _heading(planned: Planned) -> Message:
    ref = Code(str(planned.briefing.ref))
    match _status(planned):
        case "cancelled":
            return _("Briefing {ref}: cancelled", ref=ref)
        case "over":
            return _("Briefing {ref}: over", ref=ref)
    return _("Briefing {ref}", ref=ref)


def _differing(planned: Planned) -> list[Message]:
    """Return which of those to come are left out or at another time, the next few."""
    briefing: Briefing = planned.briefing
    if briefing.rule is None or planned.next is None:
        return []
    coming = [one for one in planned.changes if one.original >= planned.next.original]
    return [_differs(briefing, one.original, one.begins) for one in coming[:MOST_CHANGES]]


def _differs(briefing: Briefing, original: datetime, begins: datetime | None) -> Message:
    was = Local(_wall(briefing, original), briefing.zone)
    if begins is None:
        return _("Not on {moment}", moment=was)
    return _("Not {before} but {after}", before=was, after=Local(_wall(briefing, begins), briefing.zone))


def _wall(briefing: Briefing, wall: datetime) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(briefing.zone))
