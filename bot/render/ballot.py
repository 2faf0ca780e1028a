"""Polls that clients show (MSC3381): one for each time of a poll, in the languages of its room."""

from __future__ import annotations

from bot.i18n import Catalogues, Message, Plain
from bot.model.poll import CHOICES, Poll, PollState, answer_id, asked
from bot.model.reference import Reference
from bot.render.post import Post
from bot.services import Services
from bot.services.briefing.polling import OVER
from bot.store.outbox import OutboxRow

PREFIX = "org.matrix.msc3381.poll"
"""What the types that clients use begin with."""
TEXT = "org.matrix.msc1767.text"


class Ballots:
    """Words polls that clients show."""

    def __init__(self, catalogues: Catalogues, services: Services) -> None:
        self._catalogues = catalogues
        self._services = services

    async def start(self, row: OutboxRow) -> Post | None:
        """Return the poll about one time; None if it has ended by now."""
        poll = await self._services.polling.find(Reference(row.payload["ref"]))
        if poll is None or poll.state is not PollState.OPEN:
            return None
        number = int(row.payload["slot"])
        languages = await self._services.person.room_languages(row.room_id)
        question = "\n".join(self._in(asked(poll, number), language, poll, languages) for language in languages)
        answers = [
            (answer_id(poll, number, name),
             " · ".join(dict.fromkeys(self._in(label, language, poll, languages) for language in languages)))
            for name, label in CHOICES
        ]  # fmt: skip
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
        record = {"kind": "poll", "of": "briefing", "ref": str(poll.ref), "slot": number}
        return Post(question, "", record, type=f"{PREFIX}.start", content=content)

    async def end(self, row: OutboxRow) -> Post | None:
        """Return what ends the poll that *row* names; None if that was never posted."""
        event_id = await self._services.notice.event_of(row.payload["start"])
        if event_id is None:
            return None
        poll = await self._services.polling.find(Reference(row.payload["ref"]))
        if poll is None:
            return None
        languages = await self._services.person.room_languages(row.room_id)
        text = "\n".join(self._in(OVER, language, poll, languages) for language in languages)
        content = {
            f"{PREFIX}.end": {}, TEXT: text, "m.relates_to": {"rel_type": "m.reference", "event_id": event_id},
        }  # fmt: skip
        record = {"kind": "poll", "of": "briefing", "ref": str(poll.ref), "ended": True}
        return Post(text, "", record, type=f"{PREFIX}.end", content=content)

    def _in(self, message: Message, language: str, poll: Poll, languages: tuple[str, ...]) -> str:
        plain = Plain(language, alone=len(languages) == 1)
        return plain.aligned(self._catalogues.text(message, language, poll.zone, plain))
