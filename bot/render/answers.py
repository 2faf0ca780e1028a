"""What the bot says itself: answers, questions, notices, alerts, and that there is a voice message."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from bot.errors import ErrorCode
from bot.i18n import Catalogues, Message, Verbatim, _, to_json
from bot.model.handling import NO_MARK, Mark
from bot.model.person import UserId
from bot.render.blocks import Blocks, label, shown
from bot.render.post import Post
from bot.services import Services
from bot.services.incident import GONE
from bot.store.outbox import OutboxRow

SEVERAL = 2


class Answers:
    """Words what the bot says."""

    def __init__(self, catalogues: Catalogues, services: Services, blocks: Blocks) -> None:
        self._catalogues = catalogues
        self._services = services
        self._blocks = blocks

    async def reply(self, row: OutboxRow) -> Post:
        """Return the answer to a command, with what it asks if it asks something."""
        payload = row.payload
        actor = await self._services.person.actor(UserId(payload["to"]), row.room_id)
        if not await shown(self._services, row):
            payload = _hidden(payload)
        mark = await self._mark(row.room_id, payload)
        language = actor.menus
        texts = payload.get("texts", {})
        blocks = [*self._label(row.room_id, payload, mark), *payload["blocks"]]
        body, html = self._blocks.said(blocks, language, actor.zone, alone=not texts)
        body, html = self._blocks.with_wordings(texts, body, html)
        record = {"kind": "reply", "to": row.cause, "command": payload["command"], "ok": payload["ok"]}
        record |= {key: payload[key] for key in ("ref", "error", "choices", "texts") if key in payload} | handled(mark)
        record |= await self._log(payload)
        if "choices" not in payload:
            return Post(body, html, record, reply_to=payload.get("about", row.cause))
        # It asks something, so it must ring.
        body, html = self._blocks.with_choices(payload, body, html, language)
        return Post(body, html, record, reply_to=row.cause, msgtype="m.text", mentions=(payload["to"],))

    async def _log(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a confirmation says of the log, so that every phone can testify to it: size and short head."""
        last = await self._services.audit.last() if payload["ok"] else None
        return {"log": {"size": last.size, "head": last.head}} if last else {}

    async def _mark(self, room_id: str, payload: Mapping[str, Any]) -> Mark:
        """Return how all that an answer shows is handled; whom it is for, unless that is not shown of one of them."""
        if not payload.get("shows"):
            return NO_MARK
        mark = await self._services.incident.aggregate(room_id, payload["shows"])
        return Mark(mark.handling) if payload.get("cut") else mark

    def _label(self, room_id: str, payload: Mapping[str, Any], mark: Mark) -> list[Any]:
        """Return what stands before a list of several records."""
        if not mark.marked or len(payload["shows"]) < SEVERAL or not any("lines" in one for one in payload["blocks"]):
            return []
        return label(self._services, room_id, mark)

    async def question(self, row: OutboxRow) -> Post:
        """Return a question to one person, below what it is about."""
        payload = row.payload
        actor = await self._services.person.actor(UserId(payload["to"]), row.room_id)
        language = actor.menus
        body, html = self._blocks.said(payload["blocks"], language, actor.zone)
        body, html = self._blocks.with_choices(payload, body, html, language)
        record = {"kind": "question", "of": payload["of"], "choices": payload["choices"]}
        record |= {key: payload[key] for key in ("ref",) if key in payload}
        about = await self._services.notice.event_of(payload["after"])
        return Post(
            body,
            html,
            record,
            reply_to=about,
            msgtype="m.text",
            mentions=(payload["to"],),
            thread=payload.get("thread"),
        )

    async def settled(self, row: OutboxRow) -> Post | None:
        """Return what a question says once it asks nothing any more; None if it was never asked."""
        payload = row.payload
        replaces = await self._replaced(row)
        if replaces is None:
            return None
        actor = await self._services.person.actor(UserId(payload["to"]), row.room_id)
        body, html = self._blocks.said(payload["blocks"], actor.menus, actor.zone)
        record = {"kind": "question", "of": payload["of"], "choices": {}}
        return Post(body, html, record, msgtype="m.text", replaces=replaces)

    async def notice(self, row: OutboxRow) -> Post:
        """Return what is said to a whole room."""
        body, html = await self._blocks.for_the_room(row)
        record = {"kind": "notice", "of": row.payload["of"]}
        record |= {key: row.payload[key] for key in ("ref",) if key in row.payload}
        if "record" in row.payload:
            record[row.payload["of"]] = row.payload["record"]
        return Post(body, html, record, reply_to=row.cause if row.payload.get("answers") else None)

    async def checkpoint(self, row: OutboxRow) -> Post:
        """Return a signed checkpoint of the log with its proof, as it can be copied into a file."""
        body, html = await self._blocks.for_the_room(row)
        text = str(row.payload["text"]).rstrip("\n")
        return Post(f"{body}\n\n{text}", f"{html}<pre><code>{escape(text)}</code></pre>", row.payload["record"])

    async def alert(self, row: OutboxRow) -> Post:
        """Return what rings those who must look, below what it is about."""
        body, html = await self._blocks.for_the_room(row)
        after = row.payload.get("after")
        about = await self._services.notice.event_of(after) if after else None
        record = {"kind": "reminder" if row.payload.get("reminds") else "alert", "of": row.payload["of"]}
        record |= {key: row.payload[key] for key in ("ref",) if key in row.payload}
        return Post(body, html, record, reply_to=about, msgtype="m.text", mentions=tuple(row.payload["to"]))

    async def voice(self, row: OutboxRow) -> Post | None:
        """Return that there is a voice message; None if there is not any more."""
        if not await self._services.relay.stands(row.room_id, row.cause):
            return None
        sender = Verbatim(self._services.room.name_of(row.room_id, row.payload["sender"]))
        languages = list(dict.fromkeys(map(self._catalogues.choose, row.payload["languages"])))
        block = to_json(_voice_message(sender, row.payload["seconds"]))
        zone = self._services.person.zone
        shown = [self._blocks.said([block], language, zone, alone=len(languages) == 1) for language in languages]
        body, html = "\n\n".join(body for body, _html in shown), "".join(html for _body, html in shown)
        return Post(body, html, {"kind": "notice", "of": "voice", "voice": row.cause}, reply_to=row.cause)

    async def _replaced(self, row: OutboxRow) -> str | None:
        """Return the event that *row* takes the place of; None if it is to be a post of its own."""
        return await self._services.notice.event_of(row.payload["post"]) if "post" in row.payload else None


def handled(mark: Mark) -> dict[str, Any]:
    """Return what the record of an answer says of how it is handled; nothing if nothing in it is marked."""
    if not mark.marked:
        return {}
    found = {"handling": str(mark.handling or ""), "releasable": mark.releasable, "named": mark.named}
    return {
        key: list(value) if isinstance(value, tuple) else value for key, value in found.items() if value is not None
    }


def _hidden(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answer to somebody who asks for a record that is not there."""
    error = ErrorCode.NOT_FOUND
    return {"to": payload["to"], "blocks": [to_json(GONE)], "command": payload["command"], "ok": False, "error": error}


def _voice_message(sender: Verbatim, seconds: int | None) -> Message:
    """Return what is said of a voice message that is so long, if that is known."""
    if seconds is None:
        return _(
            "Voice message from {sender}, not translated. If you understand it, reply to it with what it says: I"
            " translate that.",
            sender=sender,
        )
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    length = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return _(
        "Voice message, {length}, from {sender}, not translated. If you understand it, reply to it with what it says:"
        " I translate that.",
        length=Verbatim(length),
        sender=sender,
    )
