"""From values to words: what a reader of one language sees, as plain text and as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.i18n import Catalogues, Html, Language, Message, Plain, Verbatim, _, from_json, isolate
from bot.model.person import UserId
from bot.model.translation import Flag, Translation
from bot.services import Services
from bot.store.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Post:
    """A message ready to be wrapped into an event: `record` is its machine-readable copy."""

    body: str
    html: str
    record: Mapping[str, Any]
    reply_to: str | None = None
    msgtype: str = "m.notice"
    mentions: tuple[str, ...] = field(default=())


class Renderer:
    """Words outbox rows for their readers, at the moment of sending."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    async def post(self, row: OutboxRow) -> Post:
        """Return what *row* says to its room."""
        match row.kind:
            case "reply":
                return await self._reply(row)
            case "translation":
                return await self._translation(row)
        raise ValueError(f"nothing renders an outbox row of kind {row.kind}")

    async def _reply(self, row: OutboxRow) -> Post:
        payload = row.payload
        actor = await self._services.person.actor(UserId(payload["to"]), row.room_id)
        language = self._services.person.interface_language(actor)
        body, html = self._blocks(payload["blocks"], language, actor.zone)
        record = {"kind": "reply", "to": row.cause, "command": payload["command"], "ok": payload["ok"]}
        record |= {key: payload[key] for key in ("ref", "error") if key in payload}
        return Post(body, html, record, reply_to=row.cause)

    def _blocks(self, blocks: Sequence[Any], language: str, zone: str) -> tuple[str, str]:
        plain, html = Plain(language), Html(language)
        text = self._catalogues.text
        bodies, htmls = [], []
        for block in blocks:
            if "lines" in block:
                lines = from_json(block["lines"])
                bodies.append("\n".join(f"• {text(line, language, zone, plain)}" for line in lines))
                items = "".join(f"<li>{text(line, language, zone, html)}</li>" for line in lines)
                htmls.append(f"<ul>{items}</ul>")
            else:
                message = from_json(block)
                bodies.append(text(message, language, zone, plain))
                htmls.append(f"<p>{text(message, language, zone, html)}</p>")
        return "\n\n".join(bodies), "".join(htmls)

    async def _translation(self, row: OutboxRow) -> Post:
        found = {t.target: t for t in await self._services.relay.translations(row.cause)}
        translations = [
            replace(found[target], text=found[target].text[start:end]) for target, start, end in row.payload["parts"]
        ]
        sender = Verbatim(self._services.room.name_of(row.room_id, row.payload["sender"]))
        bodies, htmls = [], []
        for translation in translations:
            body, html = self._translated(translation, sender)
            bodies.append(body)
            htmls.append(html)
        record = {
            "kind": "translation",
            "source": row.cause,
            "from": translations[0].source,
            "texts": {t.target: t.text for t in translations if Flag.UNAVAILABLE not in t.flags},
            "route": {t.target: list(t.route) for t in translations},
            "engine": {t.target: t.engine for t in translations},
            "flags": {t.target: list(t.flags) for t in translations},
        }
        return Post("\n".join(bodies), "".join(htmls), record, reply_to=row.cause)

    def _translated(self, translation: Translation, sender: Verbatim) -> tuple[str, str]:
        """Return one language's part: the text, then in that language who said it and that a machine put it so."""
        language = self._catalogues.choose(translation.target)
        plain, html = Plain(language), Html(language)
        label = _label(translation, sender)
        said = self._catalogues.text(label, language, markup=plain)
        said_html = self._catalogues.text(label, language, markup=html)
        if Flag.UNAVAILABLE in translation.flags:
            return (
                f"[{translation.target}] {said}",
                f"<p><strong>{translation.target}</strong> <em>{said_html}</em></p>",
            )
        words = isolate(translation.text)
        return (
            f"[{translation.target}] {words}\n{said}",
            f"<p><strong>{translation.target}</strong> {html.literal(words)}<br><em>{said_html}</em></p>",
        )


def _label(translation: Translation, sender: Verbatim) -> Message:
    source = Language(translation.source)
    if Flag.UNAVAILABLE in translation.flags:
        return _(
            "{sender} wrote in {language}. Translation unavailable: please read the original.",
            sender=sender,
            language=source,
        )
    route = Verbatim(" → ".join(translation.route))
    if translation.flags:
        return _(
            "⚠ Uncertain machine translation, {route}, of what {sender} wrote: check the original.",
            route=route,
            sender=sender,
        )
    return _("Machine translation, {route}, of what {sender} wrote.", route=route, sender=sender)
