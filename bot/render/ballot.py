"""Polls that clients show (MSC3381), in the languages of their room: one for each time of a poll, or who comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import UserError
from bot.i18n import Catalogues, Message, Plain, _
from bot.model import poll, rsvp
from bot.model.person import Zone
from bot.model.poll import PollState
from bot.model.reference import Reference
from bot.render.post import Post
from bot.services import Services
from bot.services.briefing.polling import OVER
from bot.store.outbox import OutboxRow

PREFIX = "org.matrix.msc3381.poll"
"""What the types that clients use begin with."""
TEXT = "org.matrix.msc1767.text"
_BEGINS = "begins"
"""What the payload of a poll says that asks who comes; that of one about a time says the number of that."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a poll asks, by the clock of `zone`: its question, a line each, and its answers, each with its id.

    It names no title: whatever a briefing's mark is, a poll stands on lock screens.
    """

    question: tuple[Message, ...]
    answers: tuple[tuple[str, Message], ...]
    zone: Zone
    record: dict[str, Any]


class Ballots:
    """Words polls that clients show."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    async def start(self, row: OutboxRow) -> Post | None:
        """Return the poll that *row* opens; None if it has ended by now."""
        sheet = await (self._coming(row) if _BEGINS in row.payload else self._slot(row))
        if sheet is None:
            return None
        languages = await self._services.person.room_languages(row.room_id)
        question = "\n".join(
            self._in(line, language, sheet.zone, languages) for language in languages for line in sheet.question
        )
        answers = [
            (id, " · ".join(dict.fromkeys(self._in(label, language, sheet.zone, languages) for language in languages)))
            for id, label in sheet.answers
        ]
        listed = "\n".join(f"{n}. {text}" for n, (_id, text) in enumerate(answers, 1))
        content = {
            f"{PREFIX}.start": {
                "kind": f"{PREFIX}.disclosed",
                "max_selections": 1,
                "question": {TEXT: question},
                "answers": [{"id": id, TEXT: text} for id, text in answers],
            },
            TEXT: f"{question}\n{listed}",
        }
        record = {"kind": "poll", "of": "briefing", "ref": row.payload["ref"], **sheet.record}
        return Post(question, "", record, type=f"{PREFIX}.start", content=content)

    async def end(self, row: OutboxRow) -> Post | None:
        """Return what ends the poll that *row* names; None if that was never posted."""
        event_id = await self._services.notice.event_of(row.payload["start"])
        if event_id is None:
            return None
        languages = await self._services.person.room_languages(row.room_id)
        text = "\n".join(self._in(OVER, language, Zone("UTC"), languages) for language in languages)
        content = {
            f"{PREFIX}.end": {}, TEXT: text, "m.relates_to": {"rel_type": "m.reference", "event_id": event_id},
        }  # fmt: skip
        record = {"kind": "poll", "of": "briefing", "ref": row.payload["ref"], "ended": True}
        return Post(text, "", record, type=f"{PREFIX}.end", content=content)

    async def _slot(self, row: OutboxRow) -> Sheet | None:
        """Return the poll about one time at which a briefing might be; None if it has ended."""
        found = await self._services.polling.find(Reference(row.payload["ref"]))
        if found is None or found.state is not PollState.OPEN:
            return None
        number = int(row.payload["slot"])
        answers = tuple((poll.answer_id(found, number, name), label) for name, label in poll.CHOICES)
        return Sheet((poll.asked(found, number),), answers, found.zone, {"slot": number})

    async def _coming(self, row: OutboxRow) -> Sheet | None:
        """Return the poll who comes to one briefing; None if that is settled."""
        ref, begins = Reference(row.payload["ref"]), datetime.fromisoformat(row.payload[_BEGINS])
        try:
            briefing = await self._services.briefing.find(row.room_id, ref)
        except UserError:
            return None
        if not await self._services.inviting.stands(ref, begins):
            return None
        since, until = (
            one.astimezone(ZoneInfo(briefing.zone)) for one in (begins, datetime.fromisoformat(row.payload["until"]))
        )
        asked = (rsvp.asked(briefing), _("{from_} to {until}", from_=since, until=until))
        answers = tuple((rsvp.answer_id(ref, begins, name), label) for name, label in rsvp.CHOICES)
        return Sheet(asked, answers, briefing.zone, {"begins": begins.isoformat()})

    def _in(self, message: Message, language: str, zone: Zone, languages: tuple[str, ...]) -> str:
        plain = Plain(language, alone=len(languages) == 1)
        return plain.aligned(self._catalogues.text(message, language, zone, plain))
