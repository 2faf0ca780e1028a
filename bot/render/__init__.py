"""From values to words: what a reader of one language sees, as plain text and as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.i18n import Catalogues, Html, Language, Message, Plain, Verbatim, _, from_json, isolate
from bot.model import scripts
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
    replaces: str | None = None
    """The event of our own that it takes the place of."""


class Renderer:
    """Words outbox rows for their readers, at the moment of sending."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    async def post(self, row: OutboxRow) -> Post | None:
        """Return what *row* says to its room; None if what it was to translate is not there any more."""
        match row.kind:
            case "reply":
                return await self._reply(row)
            case "question":
                return await self._question(row)
            case "translation":
                return await self._translation(row)
            case "catchup":
                return await self._catchup(row)
            case "notice" | "farewell":
                return await self._notice(row)
            case "alert":
                return await self._alert(row)
        raise ValueError(f"nothing renders an outbox row of kind {row.kind}")

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
        language = actor.menus
        texts = payload.get("texts", {})
        body, html = self._blocks(payload["blocks"], language, actor.zone, alone=not texts)
        body, html = self._with_wordings(texts, body, html)
        record = {"kind": "reply", "to": row.cause, "command": payload["command"], "ok": payload["ok"]}
        record |= {key: payload[key] for key in ("ref", "error", "choices", "texts") if key in payload}
        if "choices" not in payload:
            return Post(body, html, record, reply_to=row.cause)
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
        return Post(body, html, record, reply_to=about, msgtype="m.text", mentions=(payload["to"],))

    def _with_choices(self, payload: Mapping[str, Any], body: str, html: str, language: str) -> tuple[str, str]:
        """Return a question with its choices below it, each behind the digit that chooses it."""
        lines = [
            (digit, self._catalogues.text(from_json(payload["labels"][name]), language))
            for digit, name in payload["choices"].items()
        ]
        plain, markup = Plain(language, alone=True), Html(language, alone=True)
        how = self._catalogues.text(_("Reply to this message with the number."), language)
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
        record = {"kind": "alert", "of": row.payload["of"]}
        return Post(body, html, record, reply_to=about, msgtype="m.text", mentions=tuple(row.payload["to"]))

    async def _for_the_room(self, row: OutboxRow) -> tuple[str, str]:
        """Return the row's blocks in the languages of the room, one below the other."""
        languages = await self._services.person.room_languages(row.room_id)
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
            found = {t.target: t for t in await self._services.relay.translations(entry["event"])}
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
        text = found.text[start:end]
        sender = Verbatim(self._services.room.name_of(row.room_id, entry["sender"]))
        line = _missed_label(found, entry["doubt"], sender, datetime.fromisoformat(entry["at"]))
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
        """Return a translation; what causes it is what was translated: the message itself, or an edit of it."""
        source = row.payload.get("source", row.cause)
        found = {t.target: t for t in await self._services.relay.translations(row.cause)}
        if not all(target in found for target, _start, _end in row.payload["parts"]):
            return None
        translations = [
            replace(found[target], text=found[target].text[start:end]) for target, start, end in row.payload["parts"]
        ]
        sender = Verbatim(self._services.room.name_of(row.room_id, row.payload["sender"]))
        bodies, htmls = [], []
        for translation in translations:
            body, html = self._translated(translation, sender, row.payload.get("doubt"))
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
        return Post("\n".join(bodies), "".join(htmls), record, reply_to=source, replaces=await self._replaced(row))

    def _translated(self, translation: Translation, sender: Verbatim, doubt: str | None) -> tuple[str, str]:
        """Return one language's part: the text, then in that language who said it and that a machine put it so."""
        language = self._catalogues.choose(translation.target)
        plain, html = Plain(language), Html(language)
        label = _label(translation, sender)
        said = self._catalogues.text(label, language, markup=plain)
        said_html = self._catalogues.text(label, language, markup=html)
        if doubt:
            caution = self._catalogues.text(DOUBTS[doubt], language)
            said, said_html = f"{caution} {said}", f"{html.literal(caution)} {said_html}"
        said, said_html = plain.aligned(said), html.aligned(said_html)
        if Flag.UNAVAILABLE in translation.flags:
            return (
                f"[{translation.target}] {said}",
                f"<p><strong>{translation.target}</strong> <em>{said_html}</em></p>",
            )
        return _labelled(translation.target, translation.text, said, said_html)

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


DOUBTS = {
    "device": _("⚠ Not sure who wrote this: it came from a device that its owner has not verified."),
    "identity": _("⚠ Not sure who wrote this: the sender's encryption identity has changed."),
}


REASONS = {
    Flag.NUMBER: _("numbers have changed"),
    Flag.UNIT: _("a unit of measure has changed"),
    Flag.NEGATION: _("a “not” may be missing or too many"),
    Flag.PLACEHOLDER: _("a part is not translated"),
    Flag.REPETITION: _("words are repeated"),
    Flag.LENGTH: _("something may be missing"),
    Flag.SCRIPT: _("the script is wrong"),
    Flag.UNKNOWN: _("there are words that I do not know"),
    Flag.IDENTICAL: _("it is the same as the original"),
    Flag.LANGUAGE: _("I am not sure of the language"),
}
"""Why a translation is uncertain: parts of a sentence, listed after a colon."""
MIXED = _("a plate or callsign mixes letters of two alphabets that look alike")
"""Why the script is doubtful where it is the sender's doing: the words in question stand behind it."""
MOST_DIFFERENCES = 5


def _missed(away: Sequence[str]) -> Message:
    """Return the heading of a summary; *away* are the moments between which the bot was away, if that is known."""
    if len(away) == len(("from", "to")):
        since, until = map(datetime.fromisoformat, away)
        return _("I was away from {since} to {until}. Meanwhile (machine translation):", since=since, until=until)
    return _("These messages reached me late (machine translation):")


def _missed_label(translation: Translation, doubt: str | None, sender: Verbatim, at: datetime) -> Message:
    if Flag.UNAVAILABLE in translation.flags:
        return _("{sender}, {moment}: translation unavailable, please read the original.", sender=sender, moment=at)
    if doubt:
        return _("⚠ {sender} (not sure that it was), {moment}:", sender=sender, moment=at)
    if translation.flags:
        return _("⚠ {sender}, {moment} (uncertain):", sender=sender, moment=at)
    return _("{sender}, {moment}:", sender=sender, moment=at)


def _reasons(translation: Translation) -> Mapping[Flag, Message]:
    """Return what each flag of *translation* means."""
    return REASONS | {Flag.SCRIPT: MIXED} if any(map(scripts.mixed, translation.differs)) else REASONS


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
        reasons = tuple(map(_reasons(translation).__getitem__, translation.flags))
        if translation.differs:
            return _(
                "⚠ Uncertain machine translation, {route}, of what {sender} wrote: {reasons} ({words}). Check the"
                " original.",
                route=route,
                sender=sender,
                reasons=reasons,
                words=tuple(Verbatim(word) for word in translation.differs[:MOST_DIFFERENCES]),
            )
        return _(
            "⚠ Uncertain machine translation, {route}, of what {sender} wrote: {reasons}. Check the original.",
            route=route,
            sender=sender,
            reasons=reasons,
        )
    return _("Machine translation, {route}, of what {sender} wrote.", route=route, sender=sender)
