"""Commands that show what is sensitive: for what purpose, before anything of it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from bot.arguments import Pill
from bot.clock import Clock
from bot.command import Ask, Context, Reply
from bot.errors import UserError
from bot.i18n import _
from bot.model.incoming import Incoming
from bot.model.person import Actor
from bot.model.purpose import OPTION
from bot.model.question import LATE, PURPOSE, Question
from bot.router import Invocation, Line
from bot.services import Services
from bot.services.purpose import PurposeNeeded
from bot.store import Store

DONE = _("That is done. I show nothing of it before you have said for what purpose you read it.")


class Purposes:
    """Records purposes as they are stated with commands, and asks for those that are missing."""

    def __init__(self, store: Store, services: Services, clock: Clock) -> None:
        self._store = store
        self._services = services
        self._clock = clock

    async def state(self, invocation: Invocation, context: Context, question: Question | None, states: str) -> None:
        """Record for what purpose somebody reads what they ask for, where they say so; joins the open transaction."""
        if question and states:
            await self._services.purpose.state(context.actor, context.told, question.data["refs"], states)
        if invocation.command.reads:
            await self._services.purpose.say(context.actor, context.told, invocation.arguments.get(OPTION))

    async def first(self, actor: Actor, incoming: Incoming, error: UserError) -> UserError:
        """Return *error*, or that a purpose is to be stated first where its sentences tell of what is sensitive."""
        if isinstance(error, PurposeNeeded):
            error.shows = ()
            return error
        try:
            async with self._store.transaction():
                now, cause = self._clock.now(), incoming.event_id
                await self._services.incident.lacking(actor, incoming.room_id, error.shows, cause, now)
        except PurposeNeeded as needed:
            needed.command = error.command
            return needed
        return error


def keeping(error: UserError, kept: Mapping[str, Any]) -> UserError:
    """Return *error*, whose question, if it asks for a purpose, keeps the command that its answer does."""
    if isinstance(error, PurposeNeeded) and error.asking is not None:
        error.asking = replace(error.asking, data={**error.asking.data, **kept})
    return error


def done(needed: PurposeNeeded, invocation: Invocation, reply: Reply) -> Reply | None:
    """Return that what was to change is changed, with the question for the purpose, in the place of *reply*.

    None where nothing was to change, or where the reply asks something itself or is a file: that waits.
    """
    acts = invocation.answer is not None or invocation.command.would_change(invocation.arguments)
    asked = needed.asking
    if not acts or reply.ask or reply.file or asked is None:
        return None
    return Reply(DONE, ask=Ask(asked.of, asked.choices, asked.data, asked.text))


def kept_of(line: Line, replies_to: str | None, *, by_thread: bool) -> dict[str, Any]:
    """Return what a question keeps of a command that its answer does."""
    return {
        "text": line.text,
        "plainly": line.plainly,
        "pills": [asdict(pill) for pill in line.pills],
        "replies_to": replies_to,
        "by_thread": by_thread,
        "label": line.label,
    }


def again(question: Question | None) -> Line | None:
    """Return the command that the answer to a question does; None for what the question's own command answers."""
    if question is None or question.subject not in (LATE, PURPOSE) or "text" not in question.data:
        return None
    data = question.data
    return Line(
        data["text"], data["plainly"], tuple(Pill(**pill) for pill in data["pills"]), label=data.get("label", "")
    )
