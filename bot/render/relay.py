"""What somebody said in another room, as a linked room or a reader's own room sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.i18n import Catalogues, Html, Message, Plain, Verbatim, _, isolate
from bot.model.person import UserId
from bot.model.translation import Translation
from bot.render.origin import MOST_KEPT, author, carried_origin, failure_of, shortened, through
from bot.render.post import Elsewhere, Post
from bot.render.reasons import DOUBTS
from bot.render.texts import behind, embedded, part_of
from bot.services import Services
from bot.store.outbox import OutboxRow

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Said:
    """A text, the language that it is in, its HTML if it has any, and the translation that it is of, if any."""

    text: str
    language: str
    html: str
    made: Translation | None


class Relays:
    """Words what crosses from one room into another."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    async def post(self, row: OutboxRow) -> Post | None:
        """Return what *row* says in its room; None if it may not cross, or says what is not said any more.

        Raises Elsewhere if it was for one person alone and its room is not theirs alone any more.
        """
        payload, relay = row.payload, self._services.relay
        said = await self._said(row)
        if said is None or not await relay.says(payload["room"], payload["source"], payload.get("revision", row.cause)):
            return None
        home = row.room_id == payload["room"]
        if not home and not await relay.may_leave(payload["room"], payload["source"]):
            return None
        if "to" in payload and not home and not self._services.direct.holds(row.room_id, UserId(payload["to"])):
            raise Elsewhere
        if "to" not in payload and not await relay.share_circle(payload["room"], row.room_id):
            return None
        body, html = await self._shown(row, said)
        return await self._posted(row, body, html, self._record(payload, said), home=home)

    async def _posted(self, row: OutboxRow, body: str, html: str, record: Json, *, home: bool) -> Post:
        """Return the post; at *home*, where the message itself is, it is the reply that it would have been."""
        payload, relay = row.payload, self._services.relay
        replaces = await self._services.notice.event_of(payload["post"]) if "post" in payload else None
        if home:
            return Post(body, html, record, reply_to=payload["source"], replaces=replaces)
        there = {
            name: await relay.counterpart(payload["room"], payload[name], row.room_id) if payload.get(name) else None
            for name in ("answers", "thread")
        }
        file = dict(payload.get("file", {}))
        rings = payload.get("rings", ())
        return Post(
            body,
            html,
            record,
            reply_to=there["answers"] or there["thread"],
            msgtype=file.pop("msgtype", "m.text"),
            mentions=tuple(user for user in rings if user in self._services.room.members(row.room_id)),
            replaces=replaces,
            thread=there["thread"],
            rings_all="@room" in rings,
            file=file,
        )

    async def _said(self, row: OutboxRow) -> _Said | None:
        """Return the text of *row*; None if its translation is gone."""
        payload, label = row.payload, row.payload.get("label", "")
        made = {t.target: t for t in await self._services.relay.translations(payload.get("revision", row.cause))}
        if "part" not in payload:
            untranslated = made.get(payload["of"])
            language = untranslated.source if untranslated else payload["language"]
            html = "" if label else payload.get("html", "")
            return _Said(behind(label, payload["text"]), language, html, untranslated)
        target, start, end = payload["part"]
        if target not in made:
            return None
        part = part_of(made[target], start, end, label)
        return _Said(part.text, target, part.html, part)

    def _record(self, payload: Json, said: _Said) -> Json:
        record = {
            "kind": "relay",
            "room": payload["room"],
            "source": payload["source"],
            "sender": payload["sender"],
            "texts": {said.language: said.text} if said.text and (said.made is None or "part" in payload) else {},
        }
        if made := said.made:
            record |= {
                "from": made.source,
                "route": {made.target: list(made.route)},
                "engine": {made.target: made.engine},
                "flags": {made.target: list(made.flags)},
            }
            if made.corrected and made.corrected.pivot:
                record["through"] = {made.target: {made.corrected.pivot: made.corrected.by}}
            elif made.corrected:
                record["corrected"] = {made.target: made.corrected.by}
                record["machine"] = {made.target: shortened(made.corrected.machines, MOST_KEPT)}
        return record

    async def _shown(self, row: OutboxRow, said: _Said) -> tuple[str, str]:
        """Return who said it, the text, what is to be known of it, and the way to the original."""
        payload = row.payload
        language = self._catalogues.choose(payload["language"])
        zone = self._services.person.zone
        plain, html = Plain(language), Html(language)
        name = await self._name(payload)
        who, who_html = (self._catalogues.text(name, language, zone, markup) for markup in (plain, html))
        words = isolate(embedded(said.made) if said.made and said.text == said.made.text else said.text, said.language)
        label, label_html = self._label(row, said, language)
        body = "\n".join(filter(None, [f"{who} {words}".rstrip(), *label]))
        below = "<br>".join(f"<em>{line}</em>" for line in label_html)
        if not said.html:
            return body, f"<p><strong>{who_html}</strong> {html.literal(words)}<br>{below}</p>"
        begun = said.html.removeprefix("<p>")
        first = f"<p><strong>{who_html}</strong>{' ' if begun != said.html else '</p>'}"
        return body, f"{first}{begun}<p>{below}</p>"

    def _label(self, row: OutboxRow, said: _Said, language: str) -> tuple[list[str], list[str]]:
        """Return the lines below the text: cautions, how it was translated, the original and the way to it."""
        payload = row.payload
        plain, html = Plain(language), Html(language)
        said_of: list[Message] = [DOUBTS[payload["doubt"]]] if payload["doubt"] else []
        if said.made:
            rooms = (row.room_id, payload["room"])

            def name_of(user_id: str) -> str:
                return self._services.room.known_as(user_id, *rooms)

            said_of.append(carried_origin(said.made, author(said.made.corrected, name_of)))
            said_of += filter(None, (through(said.made, name_of), failure_of(said.made)))
        texts = [
            (self._catalogues.text(m, language, markup=plain), self._catalogues.text(m, language, markup=html))
            for m in said_of
        ]
        if original := payload.get("original"):
            words = isolate(original)
            texts.append((words, html.literal(words)))
        where = f"https://matrix.to/#/{quote(payload['room'])}/{quote(payload['source'])}"
        word = self._catalogues.text(_("Original"), language)
        link = f'<a href="{where}">{html.literal(word)}</a>'
        bodies = [plain.aligned(text) for text, _marked in texts]
        htmls = [html.aligned(marked) for _text, marked in texts]
        return [*bodies, f"{word}: {where}"], [*htmls, link]

    async def _name(self, payload: Json) -> Message:
        """Return who said it: the name, the agency, and the moment if that is long ago."""
        sender = await self._services.person.actor(UserId(payload["sender"]), payload["room"])
        name = Verbatim(self._services.room.name_of(payload["room"], payload["sender"]))
        if "at" not in payload:
            if sender.agency is None:
                return _("{sender}:", sender=name)
            return _("{sender} ({agency}):", sender=name, agency=Verbatim(sender.agency))
        at = datetime.fromisoformat(payload["at"])
        if sender.agency is None:
            return _("{sender}, {moment}:", sender=name, moment=at)
        return _("{sender} ({agency}), {moment}:", sender=name, agency=Verbatim(sender.agency), moment=at)
