"""What a command is done in: who gives it, where, when, and what it replies to."""

from __future__ import annotations

from typing import Any

from bot.clock import Clock
from bot.command import Context
from bot.intake.purposes import again, kept_of
from bot.model.incoming import Incoming
from bot.model.person import Actor
from bot.model.question import Question
from bot.router import Line, Router
from bot.services import Services
from bot.services.incident import ANSWERED_BY
from bot.store import Store


class Contexts:
    """Finds what commands are done in, also of those that the answer to a question does."""

    def __init__(self, store: Store, router: Router, services: Services, clock: Clock) -> None:
        self._store = store
        self._router = router
        self._services = services
        self._clock = clock

    async def actor(self, incoming: Incoming) -> Actor:
        """Return who gives a command."""
        return await self._services.person.actor(incoming.sender, incoming.room_id)

    async def of(
        self, incoming: Incoming, question: Question | None, line: Line | None, prepared: object = None
    ) -> Context:
        """Return what a command, or the answer to a *question*, is done in; *prepared* is what its slow work made."""
        line = again(question) or line
        confirms = question is not None and (again(question) is not None or question.subject == ANSWERED_BY)
        replied = await self.replied_to(incoming, question)
        return Context(
            actor=await self.actor(incoming),
            room=incoming.room_id,
            event=incoming.event_id,
            now=self._clock.now(),
            services=self._services,
            help=self._router.help,
            names=self._router.names,
            prepared=prepared,
            replies_to=replied,
            by_thread=await self.by_thread(incoming, question),
            sent_at=incoming.sent_at,
            received_at=incoming.received_at,
            source=await self._store.question.cause(question) if question and confirms else "",
            label=line.label if line else "",
        )

    async def by_thread(self, incoming: Incoming, question: Question | None = None) -> bool:
        """Return whether a command replies to nothing itself, and means the record whose thread it stands in."""
        if question is not None and again(question):
            return bool(question.data.get("by_thread"))
        replied = await self.replied_to(incoming, question)
        return replied is not None and replied == incoming.thread and not incoming.replies_to

    async def replied_to(self, incoming: Incoming, question: Question | None = None) -> str | None:
        """Return what a command replies to: in a record's thread its card, where it replies to nothing else.

        A late one that is done after all still means what it replied to itself.
        """
        if question is not None and again(question):
            replied: str | None = question.data.get("replies_to")
            return replied
        if incoming.replies_to or not incoming.thread:
            return incoming.replies_to
        about = await self._store.incident.find_about(incoming.room_id, incoming.thread)
        return incoming.thread if about else None

    async def kept(self, incoming: Incoming, line: Line) -> dict[str, Any]:
        """Return what a question keeps of a command that its answer does."""
        return kept_of(line, await self.replied_to(incoming), by_thread=await self.by_thread(incoming))
