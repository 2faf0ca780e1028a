"""What a post is put together from: blocks of sentences, choices, approved wordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.i18n import Catalogues, Code, Html, Message, Plain, Verbatim, _, from_json, isolate, to_json
from bot.model.handling import Mark, Purpose
from bot.model.person import UserId
from bot.services import Services
from bot.store.outbox import OutboxRow

MOST_LANGUAGES = 5
"""In which the same is said."""


class Blocks:
    """Words blocks in a language, or in those of a room."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    def said(self, blocks: Sequence[Any], language: str, zone: str, *, alone: bool = True) -> tuple[str, str]:
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

    async def for_the_room(self, row: OutboxRow) -> tuple[str, str]:
        """Return the row's blocks in the languages of whom they are for, one below the other.

        That is one reader, those who are rung, or the room, and in it first the people who are to act.
        """
        if "reader" in row.payload:
            actor = await self._services.person.actor(UserId(row.payload["reader"]), row.room_id)
            return self.said(row.payload["blocks"], actor.menus, actor.zone)
        languages = await self._languages(row)
        zone = self._services.person.zone
        alone = len(languages) == 1
        shown = [self.said(row.payload["blocks"], language, zone, alone=alone) for language in languages]
        return "\n\n".join(body for body, _html in shown), "".join(html for _body, html in shown)

    async def _languages(self, row: OutboxRow) -> tuple[str, ...]:
        payload, person = row.payload, self._services.person
        if named := payload.get("languages"):
            return tuple(dict.fromkeys(map(self._catalogues.choose, named)))
        rung = payload.get("to", ())
        people = [await person.actor(UserId(user), row.room_id) for user in rung or payload.get("people", ())]
        room = () if rung else await person.room_languages(row.room_id)
        return tuple(dict.fromkeys([*(str(one.menus) for one in people), *room]))[:MOST_LANGUAGES]

    def with_choices(self, payload: Mapping[str, Any], body: str, html: str, language: str) -> tuple[str, str]:
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

    def with_wordings(self, texts: Mapping[str, str], body: str, html: str) -> tuple[str, str]:
        """Return approved wordings, each labelled as such in its own language, and what is said below them."""
        parts = [self._approved(language, text) for language, text in texts.items()]
        bodies = "\n".join(said for said, _html in parts)
        return "\n\n".join(filter(None, [bodies, body])), "".join(said for _body, said in parts) + html

    def _approved(self, target: str, text: str) -> tuple[str, str]:
        language = self._catalogues.choose(target)
        said = self._catalogues.text(APPROVED, language)
        plain, html = Plain(language), Html(language)
        return labelled(target, text, plain.aligned(said), html.aligned(html.literal(said)))


APPROVED = _("Approved wording, not machine translation.")


def labelled(target: str, text: str, said: str, said_html: str) -> tuple[str, str]:
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


def label(services: Services, room_id: str, mark: Mark) -> list[Any]:
    """Return what stands before a list of several records: how all of it is handled, and whom it is for."""
    if not mark.marked:
        return []
    people = [services.room.known_as(user, room_id) for user in mark.named or ()]
    handled = [_("Handling: {label}", label=Verbatim(str(mark.handling)))] if mark.handling else []
    names = tuple(map(Verbatim, [*(mark.releasable or ()), *people]))
    return [to_json(said) for said in (*handled, *([_("Whom it is for: {names}", names=names)] if names else []))]


async def shown(services: Services, row: OutboxRow) -> bool:
    """Return whether everyone in the room may still see the records that *row* says something of."""
    purpose = Purpose(row.payload.get("for", Purpose.READING))
    refs, cut, withheld = row.payload.get("shows", ()), row.payload.get("cut", ()), row.payload.get("withheld")
    return await services.incident.shows(row.room_id, refs, purpose, cut, withheld)
