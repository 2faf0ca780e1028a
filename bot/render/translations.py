"""Translations of messages, below them or in a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.i18n import Catalogues, Html, Message, Plain, Verbatim, _, isolate
from bot.model.translation import Corrected, Flag, Translation
from bot.render.blocks import labelled
from bot.render.origin import MOST_KEPT, author, failure_of, missed_label, origin, shortened, through
from bot.render.post import Post
from bot.render.reasons import DOUBTS
from bot.render.texts import embedded, part_of
from bot.services import Services
from bot.store.outbox import OutboxRow


class Translations:
    """Words translations."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    async def catchup(self, row: OutboxRow) -> Post | None:
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

    async def translation(self, row: OutboxRow) -> Post | None:
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
        if persons := {t.target: {c.pivot: c.by} for t in translations if (c := t.corrected) and c.pivot}:
            record["through"] = persons
        if corrected := {t.target: t.corrected for t in translations if t.corrected and t.reworded}:
            record["corrected"] = {target: one.by for target, one in corrected.items()}
            record["machine"] = {target: shortened(one.machines, MOST_KEPT) for target, one in corrected.items()}
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
        persons = through(translation, lambda user_id: self._services.room.known_as(user_id, row.room_id))
        for more in filter(None, (persons, failure_of(translation))):
            said = f"{said} {self._catalogues.text(more, language, markup=plain)}"
            said_html = f"{said_html} {self._catalogues.text(more, language, markup=html)}"
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
            body, _plain = labelled(translation.target, words, said, said_html)
            return body, _formatted(translation, said_html)
        return labelled(translation.target, words, said, said_html)

    async def _replaced(self, row: OutboxRow) -> str | None:
        """Return the event that *row* takes the place of; None if it is to be a post of its own."""
        return await self._services.notice.event_of(row.payload["post"]) if "post" in row.payload else None


def _formatted(translation: Translation, said_html: str) -> str:
    """Return formatted text behind its language, and below it what is said of it."""
    language = f"<strong>{translation.target}</strong>"
    first = "<p>"
    begun = translation.html.startswith(first)
    html = f"{first}{language} {translation.html[len(first) :]}" if begun else f"<p>{language}</p>{translation.html}"
    return f"{html}<p><em>{said_html}</em></p>"


def _missed(away: Sequence[str]) -> Message:
    """Return the heading of a summary; *away* are the moments between which the bot was away, if that is known."""
    if len(away) == len(("from", "to")):
        since, until = map(datetime.fromisoformat, away)
        return _("I was away from {since} to {until}. Meanwhile (machine translation):", since=since, until=until)
    return _("These messages reached me late (machine translation):")
