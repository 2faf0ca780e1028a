"""What the bot asks one person: each choice has a digit that no other open question to that person uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.i18n import Message, to_json
from bot.model.handling import Purpose
from bot.model.person import UserId
from bot.model.question import allot
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Asking:
    """A question: the command that takes its answer, its choices by name, what it needs (JSON), its sentence.

    `thread` is the event that begins the thread in which it is asked, if it is asked in one. `shows` are the incidents
    of which it says something: nothing is asked where not everyone may see that.
    """

    of: str
    choices: tuple[tuple[str, Message], ...]
    data: Mapping[str, Any]
    text: Message
    ref: str | None = None
    thread: str | None = None
    shows: tuple[str, ...] = ()


class QuestionService:
    """Asks questions, in the open transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def ask(
        self, room_id: str, asked: UserId, asking: Asking, cause: str, after: str, now: datetime, index: int = 0
    ) -> None:
        """Ask somebody in the room, below the outbox row *after*, which says what it is about."""
        choices = await self.choices(room_id, asked, asking.of, [name for name, _label in asking.choices], asking.data)
        payload: dict[str, Any] = {
            "to": asked,
            "blocks": [to_json(asking.text)],
            "of": asking.of,
            "choices": choices,
            "labels": {name: to_json(label) for name, label in asking.choices},
            "after": after,
        }
        if asking.shows:
            payload |= {"shows": list(asking.shows), "for": Purpose.RING}
        if asking.ref:
            payload["ref"] = asking.ref
        if asking.thread:
            payload["thread"] = asking.thread
        if "tail" in asking.data:
            payload["tail"] = asking.data["tail"]
        post = await self._store.outbox.add(room_id, "question", cause, payload, now, index, asking.shows)
        await self._store.question.add(room_id, asked, asking.of, post, choices, asking.data, now)

    async def settle(self, of: str, data: Mapping[str, Any], said: Message, cause: str, now: datetime) -> None:
        """Close every open question of the command *of* with that *data*, and let each read as *said* from now on."""
        for post, question in (await self._store.question.settle(of, data)).items():
            payload = {"to": question.asked, "blocks": [to_json(said)], "of": of, "post": post}
            await self._store.outbox.add(question.room_id, "settled", cause, payload, now, question.id)

    async def settle_all(self, asked: UserId, said: Message, cause: str, now: datetime) -> None:
        """Close everything that was asked of that person, and let each read as *said* from now on."""
        for post, question in (await self._store.question.settle_all(asked)).items():
            payload = {"to": asked, "blocks": [to_json(said)], "of": question.subject, "post": post}
            await self._store.outbox.add(question.room_id, "settled", cause, payload, now, question.id)

    async def choices(
        self, room_id: str, asked: UserId, of: str, names: Sequence[str], data: Mapping[str, Any],
        digits: Sequence[str] = (),
    ) -> dict[str, str]:  # fmt: skip
        """Return the choices by digits that no other open question to this person uses; the oldest ones give way.

        One that asked the same in the same room gives way before all others. Nor does it use, as long as there are
        others, digits of the last ones that were settled before they were answered: who has not seen that yet may
        answer them still, and what an answer replies to is the homeserver's word. Choices that have their *digits*
        already keep them.
        """
        passed = await self._passed(asked)
        waiting = await self._store.question.list_open(asked)
        same = [question for question in waiting if question.asks(room_id, of, data)]
        for question in same:
            await self._store.question.close(question.id, "superseded")
            waiting.remove(question)
        if digits:
            return dict(zip(digits, names, strict=True))
        while True:
            taken = [digit for question in waiting for digit in question.choices]
            if found := allot(names, taken + passed) or allot(names, taken):
                return found
            await self._store.question.close(waiting.pop(0).id, "superseded")

    async def free(self, room_id: str, asked: UserId, of: str, data: Mapping[str, Any]) -> set[str]:
        """Return the digits that `choices` could give to such a question without another one giving way."""
        waiting = await self._store.question.list_open(asked)
        others = [question for question in waiting if not question.asks(room_id, of, data)]
        taken = [digit for question in others for digit in question.choices]
        return {*map(str, range(1, 10))} - {*taken} - {*await self._passed(asked)}

    async def _passed(self, asked: UserId) -> list[str]:
        """Return the digits of the last questions to this person that were settled before they were answered."""
        return [digit for question in await self._store.question.list_passed(asked) for digit in question.choices]
