"""From values to words: what a reader of one language sees, as plain text and as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.errors import ErrorCode
from bot.i18n import Catalogues, Code, Html, Message, Plain, Verbatim, _, from_json, isolate, to_json
from bot.model.handling import Purpose
from bot.model.person import UserId
from bot.model.translation import Corrected, Flag, Translation
from bot.render.handover import HandoverCards
from bot.render.incident import Cards
from bot.render.origin import MOST_KEPT, author, missed_label, origin, shortened
from bot.render.post import Elsewhere, Post
from bot.render.reasons import DOUBTS
from bot.render.relay import Relays
from bot.render.report import Reports
from bot.render.task import TaskCards
from bot.render.texts import embedded, part_of
from bot.services import Services
from bot.services.incident import GONE
from bot.store.outbox import OutboxRow

__all__ = ["Elsewhere", "Post", "Renderer"]


_ABOUT = ("question", "notice", "alert", "report", "file")
"""Kinds of posts of which nothing is posted where not everyone may see what they say; answers say it is not there."""


class Renderer:
    """Words outbox rows for their readers, at the moment of sending."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services
        self._reports = Reports(catalogues, services)
        self._relays = Relays(catalogues, services)
        self._cards = Cards(catalogues, services)
        self._tasks = TaskCards(catalogues, services)
        self._handovers = HandoverCards(catalogues, services)

    async def post(self, row: OutboxRow) -> Post | None:
        """Return what *row* says to its room; None if what it was to translate is not there any more.

        Raises Elsewhere if it may not be said in that room any more, and is to be said in another.
        """
        if row.kind in _ABOUT and not await self._shown(row):
            return None
        match row.kind:
            case "reply":
                return await self._reply(row)
            case "question":
                return await self._question(row)
            case "settled":
                return await self._settled(row)
            case "translation":
                return await self._translation(row)
            case "relay":
                return await self._relays.post(row)
            case "catchup":
                return await self._catchup(row)
            case "card":
                return await self._card(row)
            case "report":
                return await self._reports.post(row)
            case "file":
                return _file(row)
            case "voice":
                return await self._voice(row)
            case "notice" | "farewell":
                return await self._notice(row)
            case "alert":
                return await self._alert(row)
        raise ValueError(f"nothing renders an outbox row of kind {row.kind}")

    async def _card(self, row: OutboxRow) -> Post | None:
        match row.payload["of"]:
            case "task":
                return await self._tasks.post(row)
            case "handover":
                return await self._handovers.post(row)
        return await self._cards.post(row)

    async def _shown(self, row: OutboxRow) -> bool:
        """Return whether everyone in the room may still see the records that *row* says something of."""
        purpose = Purpose(row.payload.get("for", Purpose.READING))
        refs, cut = row.payload.get("shows", ()), row.payload.get("cut", ())
        return await self._services.incident.shows(row.room_id, refs, purpose, cut)

    async def reason(self, row: OutboxRow) -> str | None:
        """Return why the bot leaves a room or declines to come, in the language of whom it tells; None without one."""
        if "reason" not in row.payload:
            return None
        actor = await self._services.person.actor(UserId(row.payload["to"]), row.room_id)
        plain = Plain(actor.menus, alone=True)
        return plain.aligned(self._catalogues.text(from_json(row.payload["reason"]), actor.menus, markup=plain))

    async def _reply(self, row: OutboxRow) -> Post:
        payload = row.payload
        actor = await self._services.person.actor(UserId(payload["to"]), row.room_id)
        if not await self._shown(row):
            payload = _hidden(payload)
        language = actor.menus
        texts = payload.get("texts", {})
        body, html = self._blocks(payload["blocks"], language, actor.zone, alone=not texts)
        body, html = self._with_wordings(texts, body, html)
        record = {"kind": "reply", "to": row.cause, "command": payload["command"], "ok": payload["ok"]}
        record |= {key: payload[key] for key in ("ref", "error", "choices", "texts") if key in payload}
        if "choices" not in payload:
            return Post(body, html, record, reply_to=payload.get("about", row.cause))
        # It asks something, so it must ring.
        body, html = self._with_choices(payload, body, html, language)
        return Post(body, html, record, reply_to=row.cause, msgtype="m.text", mentions=(payload["to"],))

    async def _question(self, row: OutboxRow) -> Post:
        payload = row.payload
        actor = await self._services.person.actor(UserId(payload["to"]), row.room_id)
        language = actor.menus
        body, html = self._blocks(payload["blocks"], language, actor.zone)
        body, html = self._with_choices(payload, body, html, language)
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

    async def _settled(self, row: OutboxRow) -> Post | None:
        """Return what a question says once it asks nothing any more; None if it was never asked."""
        payload = row.payload
        replaces = await self._replaced(row)
        if replaces is None:
            return None
        actor = await self._services.person.actor(UserId(payload["to"]), row.room_id)
        body, html = self._blocks(payload["blocks"], actor.menus, actor.zone)
        record = {"kind": "question", "of": payload["of"], "choices": {}}
        return Post(body, html, record, msgtype="m.text", replaces=replaces)

    def _with_choices(self, payload: Mapping[str, Any], body: str, html: str, language: str) -> tuple[str, str]:
        """Return a question with its choices below it, each behind the digit that chooses it."""
        if not payload["choices"]:
            return body, html
        lines = [
            (digit, self._catalogues.text(from_json(payload["labels"][name]), language))
            for digit, name in payload["choices"].items()
        ]
        plain, markup = Plain(language, alone=True), Html(language, alone=True)
        how = self._catalogues.text(_how(payload), language, markup=plain)
        shown = "<br>".join(f"<strong>{digit}</strong> {markup.literal(label)}" for digit, label in lines)
        said = "\n".join([*(f"{digit} {label}" for digit, label in lines), how])
        asked = f"<p>{markup.aligned(shown)}</p><p>{markup.aligned(markup.literal(how))}</p>"
        return f"{body}\n{plain.aligned(said)}", html + asked

    async def _notice(self, row: OutboxRow) -> Post:
        body, html = await self._for_the_room(row)
        record = {"kind": "notice", "of": row.payload["of"]}
        return Post(body, html, record, reply_to=row.cause if row.payload.get("answers") else None)

    async def _alert(self, row: OutboxRow) -> Post:
        body, html = await self._for_the_room(row)
        about = await self._services.notice.event_of(row.payload["after"])
        record = {"kind": "reminder" if row.payload.get("reminds") else "alert", "of": row.payload["of"]}
        record |= {key: row.payload[key] for key in ("ref",) if key in row.payload}
        return Post(body, html, record, reply_to=about, msgtype="m.text", mentions=tuple(row.payload["to"]))

    async def _voice(self, row: OutboxRow) -> Post | None:
        """Return that there is a voice message; None if there is not any more."""
        if not await self._services.relay.stands(row.room_id, row.cause):
            return None
        sender = Verbatim(self._services.room.name_of(row.room_id, row.payload["sender"]))
        languages = list(dict.fromkeys(map(self._catalogues.choose, row.payload["languages"])))
        block = to_json(_voice_message(sender, row.payload["seconds"]))
        zone = self._services.person.zone
        shown = [self._blocks([block], language, zone, alone=len(languages) == 1) for language in languages]
        body, html = "\n\n".join(body for body, _html in shown), "".join(html for _body, html in shown)
        return Post(body, html, {"kind": "notice", "of": "voice", "voice": row.cause}, reply_to=row.cause)

    async def _for_the_room(self, row: OutboxRow) -> tuple[str, str]:
        """Return the row's blocks in the languages of the room, one below the other, or as their one reader reads."""
        if "reader" in row.payload:
            actor = await self._services.person.actor(UserId(row.payload["reader"]), row.room_id)
            return self._blocks(row.payload["blocks"], actor.menus, actor.zone)
        named = row.payload.get("languages")
        languages = (
            tuple(dict.fromkeys(map(self._catalogues.choose, named)))
            if named
            else await self._services.person.room_languages(row.room_id)
        )
        zone = self._services.person.zone
        alone = len(languages) == 1
        shown = [self._blocks(row.payload["blocks"], language, zone, alone=alone) for language in languages]
        return "\n\n".join(body for body, _html in shown), "".join(html for _body, html in shown)

    async def _replaced(self, row: OutboxRow) -> str | None:
        """Return the event that *row* takes the place of; None if it is to be a post of its own."""
        return await self._services.notice.event_of(row.payload["post"]) if "post" in row.payload else None

    async def _catchup(self, row: OutboxRow) -> Post | None:
        """Return what was said while the bot was away, in one language; None if not all of it is there any more."""
        entries, away = row.payload["entries"], row.payload["away"]
        language, zone = self._catalogues.choose(row.payload["language"]), self._services.person.zone
        heading = _missed(away)
        plain, markup = Plain(language, alone=True), Html(language, alone=True)
        bodies = [plain.aligned(self._catalogues.text(heading, language, zone, plain))]
        items, texts = [], []
        for entry in entries:
            found = {t.target: t for t in await self._services.relay.translations(entry["event"]) if not t.gone}
            if entry["part"][0] not in found:
                return None
            body, html, text = self._missed_line(row, entry, found[entry["part"][0]], language, zone)
            bodies.append(plain.aligned(f"• {body}"))
            items.append(f"<li>{markup.aligned(html)}</li>")
            texts.append(text)
        record = {
            "kind": "catchup",
            "sources": [entry["event"] for entry in entries],
            "texts": {row.payload["language"]: texts},
            "away": [datetime.fromisoformat(moment).strftime("%Y-%m-%dT%H:%MZ") for moment in away],
        }
        title = markup.aligned(self._catalogues.text(heading, language, zone, markup))
        return Post(
            "\n".join(bodies), f"<p>{title}</p><ul>{''.join(items)}</ul>", record, replaces=await self._replaced(row)
        )

    def _missed_line(
        self, row: OutboxRow, entry: Mapping[str, Any], found: Translation, language: str, zone: str
    ) -> tuple[str, str, str]:
        """Return one entry of a summary as plain text and as HTML, and the translated text alone."""
        target, start, end = entry["part"]
        text = part_of(found, start, end, entry.get("label", "")).text
        sender = Verbatim(self._services.room.name_of(row.room_id, entry["sender"]))
        by = self._author(row.room_id, found.corrected)
        line = missed_label(found, entry["doubt"], sender, datetime.fromisoformat(entry["at"]), by)
        said, said_html = (self._catalogues.text(line, language, zone, m) for m in (Plain(language), Html(language)))
        words = isolate(text, target)
        if Flag.UNAVAILABLE in found.flags:
            return said, said_html, text
        return f"{said} {words}", f"<em>{said_html}</em> {Html(language).literal(words)}", text

    def _blocks(self, blocks: Sequence[Any], language: str, zone: str, *, alone: bool = True) -> tuple[str, str]:
        """Return *blocks* in *language*, which is *alone* if nothing of the message is in another."""
        plain, html = Plain(language, alone=alone), Html(language, alone=alone)
        text = self._catalogues.text
        bodies, htmls = [], []
        for block in blocks:
            if "lines" in block:
                lines = from_json(block["lines"])
                bodies.append("\n".join(plain.aligned(f"• {text(line, language, zone, plain)}") for line in lines))
                items = "".join(f"<li>{html.aligned(text(line, language, zone, html))}</li>" for line in lines)
                htmls.append(f"<ul>{items}</ul>")
            else:
                message = from_json(block)
                bodies.append(plain.aligned(text(message, language, zone, plain)))
                htmls.append(f"<p>{html.aligned(text(message, language, zone, html))}</p>")
        return "\n\n".join(bodies), "".join(htmls)

    async def _translation(self, row: OutboxRow) -> Post | None:
        """Return a translation of the message itself or an edit of it, which caused it unless somebody asked."""
        source = row.payload.get("source", row.cause)
        revision = row.payload.get("revision", row.cause)
        found = {t.target: t for t in await self._services.relay.translations(revision) if not t.gone}
        if not all(target in found for target, _start, _end in row.payload["parts"]):
            return None
        label = row.payload.get("label", "")
        translations = [part_of(found[target], start, end, label) for target, start, end in row.payload["parts"]]
        sender = Verbatim(self._services.room.name_of(row.room_id, row.payload["sender"]))
        heard = row.payload.get("heard")
        speaker = Verbatim(self._services.room.name_of(row.room_id, heard["sender"])) if heard else None
        bodies, htmls = [], []
        for translation in translations:
            body, html = self._translated(row, translation, sender, speaker)
            bodies.append(body)
            htmls.append(html)
        record = {
            "kind": "translation",
            "source": source,
            "from": translations[0].source,
            "texts": {t.target: t.text for t in translations if Flag.UNAVAILABLE not in t.flags},
            "route": {t.target: list(t.route) for t in translations},
            "engine": {t.target: t.engine for t in translations},
            "flags": {t.target: list(t.flags) for t in translations},
        }
        if differs := {t.target: list(t.differs) for t in translations if t.differs}:
            record["differs"] = differs
        if heard:
            record["voice"] = heard["voice"]
        if corrected := {t.target: t.corrected for t in translations if t.corrected}:
            record["corrected"] = {target: one.by for target, one in corrected.items()}
            record["machine"] = {target: shortened(one.machine, MOST_KEPT) for target, one in corrected.items()}
        return Post(
            "\n".join(bodies),
            "".join(htmls),
            record,
            reply_to=source,
            replaces=await self._replaced(row),
            thread=row.payload.get("thread"),
        )

    def _author(self, room_id: str, corrected: Corrected | None) -> Verbatim | None:
        """Return who worded a translation, as the room calls them or another; None if a machine did."""
        return author(corrected, lambda user_id: self._services.room.known_as(user_id, room_id))

    def _translated(
        self, row: OutboxRow, translation: Translation, sender: Verbatim, speaker: Verbatim | None = None
    ) -> tuple[str, str]:
        """Return one language's part: the text, then in that language who said it and what put it so.

        What a *speaker* said in a voice message is said by the *sender*, who heard it.
        """
        language = self._catalogues.choose(translation.target)
        plain, html = Plain(language), Html(language)
        label = origin(translation, sender, self._author(row.room_id, translation.corrected))
        said = self._catalogues.text(label, language, markup=plain)
        said_html = self._catalogues.text(label, language, markup=html)
        if speaker:
            heard = _("What {speaker} says in the voice message, as {sender} heard it.", speaker=speaker, sender=sender)
            said = f"{self._catalogues.text(heard, language, markup=plain)} {said}"
            said_html = f"{self._catalogues.text(heard, language, markup=html)} {said_html}"
        if handled := row.payload.get("handled"):
            mistyped = _("Its label is unknown, so it is handled as {label}.", label=Verbatim(handled))
            said = f"{self._catalogues.text(mistyped, language, markup=plain)} {said}"
            said_html = f"{self._catalogues.text(mistyped, language, markup=html)} {said_html}"
        if doubt := row.payload.get("doubt"):
            caution = self._catalogues.text(DOUBTS[doubt], language)
            said, said_html = f"{caution} {said}", f"{html.literal(caution)} {said_html}"
        said, said_html = plain.aligned(said), html.aligned(said_html)
        if Flag.UNAVAILABLE in translation.flags:
            return (
                f"[{translation.target}] {said}",
                f"<p><strong>{translation.target}</strong> <em>{said_html}</em></p>",
            )
        words = embedded(translation)
        if translation.html:
            body, _plain = _labelled(translation.target, words, said, said_html)
            return body, _formatted(translation, said_html)
        return _labelled(translation.target, words, said, said_html)

    def _with_wordings(self, texts: Mapping[str, str], body: str, html: str) -> tuple[str, str]:
        """Return approved wordings, each labelled as such in its own language, and what is said below them."""
        parts = [self._approved(language, text) for language, text in texts.items()]
        bodies = "\n".join(said for said, _html in parts)
        return "\n\n".join(filter(None, [bodies, body])), "".join(said for _body, said in parts) + html

    def _approved(self, target: str, text: str) -> tuple[str, str]:
        language = self._catalogues.choose(target)
        said = self._catalogues.text(APPROVED, language)
        plain, html = Plain(language), Html(language)
        return _labelled(target, text, plain.aligned(said), html.aligned(html.literal(said)))


APPROVED = _("Approved wording, not machine translation.")


def _labelled(target: str, text: str, said: str, said_html: str) -> tuple[str, str]:
    """Return *text* behind its language, and below it what is said of it, as plain text and as HTML."""
    words = isolate(text, target)
    shown = Html(target).literal(words)
    return (
        f"[{target}] {words}\n{said}",
        f"<p><strong>{target}</strong> {shown}<br><em>{said_html}</em></p>",
    )


def _how(payload: Mapping[str, Any]) -> Message:
    """Return how a question is answered."""
    if "tail" not in payload:
        return _("Reply to this message with the number.")
    tail, first = payload["tail"], next(iter(payload["choices"]))
    return _("Reply to this message with the number and {tail}, such as {example}.",
             tail=Code(tail), example=Code(f"{first} {tail}"))  # fmt: skip


def _hidden(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answer to somebody who asks for a record that is not there."""
    error = ErrorCode.NOT_FOUND
    return {"to": payload["to"], "blocks": [to_json(GONE)], "command": payload["command"], "ok": False, "error": error}


def _file(row: OutboxRow) -> Post:
    """Return a file's post: its name. The sender encloses the file itself."""
    name = str(row.payload["name"])
    if "of" in row.payload:
        return Post(name, "", {"kind": "file", "of": row.payload["of"], "name": name}, msgtype="m.file")
    if "ref" in row.payload:
        # It answers nothing that stands in this room.
        return Post(name, "", {"kind": "file", "ref": row.payload["ref"], "name": name}, msgtype="m.file")
    return Post(name, "", {"kind": "file", "to": row.cause, "name": name}, reply_to=row.cause, msgtype="m.file")


def _formatted(translation: Translation, said_html: str) -> str:
    """Return formatted text behind its language, and below it what is said of it."""
    language = f"<strong>{translation.target}</strong>"
    first = "<p>"
    begun = translation.html.startswith(first)
    html = f"{first}{language} {translation.html[len(first) :]}" if begun else f"<p>{language}</p>{translation.html}"
    return f"{html}<p><em>{said_html}</em></p>"


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


def _missed(away: Sequence[str]) -> Message:
    """Return the heading of a summary; *away* are the moments between which the bot was away, if that is known."""
    if len(away) == len(("from", "to")):
        since, until = map(datetime.fromisoformat, away)
        return _("I was away from {since} to {until}. Meanwhile (machine translation):", since=since, until=until)
    return _("These messages reached me late (machine translation):")
