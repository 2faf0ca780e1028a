"""A handover's card: who hands over to whom, what, and how far that is, in the languages of those two and the room."""

from __future__ import annotations

from collections.abc import Iterable

from bot.errors import UserError
from bot.i18n import Catalogues, Html, Message, Plain, _, _n
from bot.model.handover import Sheet, State, added, heading, line, parted, standing
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference
from bot.render.post import Post
from bot.services import Services
from bot.services.handover.board import MOST_SHOWN
from bot.store.outbox import OutboxRow

Said = tuple[str, str]
"""A sentence, plain and as HTML."""
MOST_ADDED = 3
MOST_CHARACTERS = 100
"""Of each text of an item."""
MOST_BYTES = 30_000
"""Of the items, as text and marked up, in all languages together: what an event holds, with what stands beside them."""


class HandoverCards:
    """Words the cards of handovers."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    async def post(self, row: OutboxRow) -> Post | None:
        """Return the card that *row* posts or edits, as the handover stands now; None if there is none any more."""
        service = self._services.handover
        try:
            sheet = await service.sheet(await service.find(row.room_id, Reference(row.payload["ref"])))
        except UserError:
            return None
        languages = await self._services.handover.languages(sheet.handover)
        parts = [await self._in(sheet, language, len(languages)) for language in languages]
        handover = sheet.handover
        record = {
            "kind": "card", "of": "handover", "ref": str(handover.ref), "revision": handover.revision,
            "status": handover.state, "post": handover.post, "items": len(sheet.items), "open": len(sheet.open),
        }  # fmt: skip
        if handover.digest:
            record["digest"] = handover.digest
        replaces = await self._services.notice.event_of(row.payload["post"]) if "post" in row.payload else None
        body, html = "\n\n".join(body for body, _html in parts), "".join(html for _body, html in parts)
        return Post(body, html, record, replaces=replaces)

    async def _in(self, sheet: Sheet, language: str, languages: int) -> tuple[str, str]:
        """Return the card in one of so many *languages*."""
        plain, html = Plain(language, alone=languages == 1), Html(language, alone=languages == 1)
        zone, handover = self._services.person.zone, sheet.handover

        def name_of(user_id: UserId) -> str:
            return self._services.room.name_of(handover.room_id, user_id)

        def put(message: Message) -> Said:
            said = self._catalogues.text(message, language, zone, plain)
            return plain.aligned(said), html.aligned(self._catalogues.text(message, language, zone, html))

        shown = sheet.items[: MOST_SHOWN // languages]
        more = await self._services.handover.whole(handover.ref)
        numbers = [one.number for one in more[-MOST_ADDED:]]
        things = await self._services.handover.things(handover, shown, LanguageCode(language), numbers)
        head, head_html = put(heading(handover))
        later = tuple(added(one, things, name_of) for one in more[-MOST_ADDED:])
        about = [put(one) for one in standing(sheet, name_of, later)]
        lines = _fitting(
            (put(line(sheet, item, things, name_of, MOST_CHARACTERS)) for item in shown), MOST_BYTES // languages
        )
        said = dict(zip((item.number for item in shown), lines, strict=False))
        parts = [(put(part), [said[item.number] for item in items]) for part, items in parted(shown[: len(lines)])]
        rest = []
        if left := len(sheet.items) - len(lines):
            rest.append(put(_n("and {n} more item", "and {n} more items", left)))
        if more and handover.state is not State.REFUSED:
            rest.append(put(_("added afterwards: {texts}", texts=later)))
        told, told_html = "\n".join(said for said, _html in about), "<br>".join(said for _said, said in about)
        body = "\n".join([head, told, *(f"{part}\n{_bullets(those)}" for (part, _html), those in parts)])
        body += f"\n{_bullets(rest)}" if rest else ""
        listed = "".join(f"<p>{part}</p>{_listed(those)}" for (_said, part), those in parts)
        return body, f"<p><strong>{head_html}</strong><br>{told_html}</p>{listed}{_listed(rest) if rest else ''}"


def _fitting(lines: Iterable[Said], most: int) -> list[Said]:
    """Return those of *lines*, from the first on, that have *most* bytes together, in text and marked up."""
    found: list[Said] = []
    for text, html in lines:
        most -= len(text.encode()) + len(html.encode())
        if most < 0:
            break
        found.append((text, html))
    return found


def _bullets(lines: Iterable[Said]) -> str:
    return "\n".join(f"• {said}" for said, _html in lines)


def _listed(lines: Iterable[Said]) -> str:
    return f"<ul>{''.join(f'<li>{said}</li>' for _said, said in lines)}</ul>"
