"""What a sender is told of a message that does not do what it seems to be written for."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.command import Reply
from bot.errors import ErrorCode
from bot.i18n import Code, Message, _
from bot.intake.answers import SETTLED, one_of
from bot.intake.ledger import Ledger
from bot.intake.payload import reply_payload
from bot.model.handling import mark_of
from bot.model.handling.sentences import IN_NO_RECORD, mistyped, unknown
from bot.model.incoming import Incoming
from bot.model.question import Question, digit, sealed_digit
from bot.router import Router
from bot.router.addressing import alarmed, hailed
from bot.services import Services
from bot.store import Store

LONGEST_NAMED = 20
LONGEST_WORDED = 40
"""Characters of what may have been meant as the answer to a question; longer, it is said to the others."""
A_WHILE = timedelta(hours=1)
ENDED = ("answered", "settled")
"""What has come of a question that its digits may still be written to."""
LONE_LABEL = _(
    "A label alone marks nothing. Put it before the text of a message, or send it as a reply to the message that it is"
    " for."
)
UNREPLIED = _("Send that digit as a reply to my question, please: without that I do not know what you mean.")

HAILED = _(
    "I passed that on as a message. A report to the rights monitors is written to me alone, in a direct room where"
    " nobody else is."
)


class Advice:
    """Gives advice to the sender of a message, in the open transaction; nobody's phone rings for it."""

    def __init__(self, store: Store, router: Router, services: Services, ledger: Ledger) -> None:
        self._store = store
        self._router = router
        self._services = services
        self._ledger = ledger

    async def give(self, incoming: Incoming, now: datetime) -> None:
        """Tell the sender that *incoming* is read by nobody, each time; or how a label or a hint is used, once an hour.

        That one is not read: it answers a translation in the direct room that only shows these. A label, or a
        hint to the language (`?pt`), does nothing by itself, nor does one of an unknown language. Nor does a siren
        under a label that no record may have. What begins as a command does and is none (`!task force two`) is a
        message like any other. A digit answers a question by a reply to it alone, and only once; words in its place
        answer none.
        """
        said = await self._unread(incoming)
        if said is None and not incoming.beside:
            said = await self._unused(incoming) or self._unrecorded(incoming) or await self._almost(incoming)
            said = said or await self._unsealed(incoming)
            said = said or await self._unreplied(incoming, now) or await self._worded(incoming)
            said = said or await self._hailing(incoming)
        if said:
            payload = reply_payload(Reply(said), incoming.sender, None, ErrorCode.BAD_ARGUMENT)
            await self._store.outbox.add(incoming.room_id, "reply", incoming.event_id, payload, now, 1)

    def _unrecorded(self, incoming: Incoming) -> Message | None:
        alarm = alarmed(incoming.said)
        if alarm is None or alarm.recorded:
            return None
        wrong = mistyped(incoming.said)
        return unknown(wrong) if wrong else IN_NO_RECORD

    async def _hailing(self, incoming: Incoming) -> Message | None:
        """Return where a report to the rights monitors is written, if this could have been meant as one."""
        due = hailed(incoming.said) and await self._ledger.due(incoming, "hailed")
        return HAILED if due else None

    async def _almost(self, incoming: Incoming) -> Message | None:
        words = self._router.almost(incoming.said)
        if words is None:
            return None
        actor = await self._services.person.actor(incoming.sender, incoming.room_id)
        error = self._router.lacking(words, actor, incoming.received_at)
        # In a room of their own nobody else answers them; elsewhere once an hour for each command.
        alone = self._services.direct.holds(incoming.room_id, incoming.sender)
        due = alone or await self._ledger.due(incoming, f"almost {words.split()[0][:LONGEST_NAMED]}")
        return error.messages[0] if due else None

    async def _unsealed(self, incoming: Incoming) -> Message | None:
        """Return how a report to the rights monitors is written, where nobody else can learn that one was tried."""
        if not self._services.direct.holds(incoming.room_id, incoming.sender):
            return None
        actor = await self._services.person.actor(incoming.sender, incoming.room_id)
        error = self._router.unsealed(incoming.said, actor)
        return error.messages[0] if error else None

    async def _unreplied(self, incoming: Incoming, now: datetime) -> Message | None:
        """Return what became of a digit that replies to no question, if its sender was asked something here.

        That it answers by a reply alone, or, of one that waits for no answer any more, that it is settled. Said once a
        question where it may be meant for others in the room; each time where it replies to the bot, or nobody else is
        there.
        """
        if sealed_digit(incoming.said) is None or not await self._to_nobody(incoming):
            return None
        room_id, sender = incoming.room_id, incoming.sender
        asked = [one for one in await self._store.question.list_open(sender) if one.choices]
        here = [one for one in asked if one.room_id == room_id and _answers(incoming, one)]
        if here:
            question, said = here[-1], UNREPLIED
        else:
            last = await self._store.question.last(room_id, sender)
            if last is None or not _settled(incoming, last, now):
                return None
            question, said = last, SETTLED
        first = await self._services.notice.first(room_id, "unreplied", str(question.id), now)
        to_us = incoming.replies_to is not None or self._services.direct.holds(room_id, sender)
        return said if first or to_us else None

    async def _worded(self, incoming: Incoming) -> Message | None:
        """Return which digits answer the question that a few words reply to, if it waits for its sender's answer."""
        if incoming.replies_to is None or len(incoming.said) > LONGEST_WORDED:
            return None
        question = await self._store.question.find_post(incoming.room_id, incoming.replies_to)
        if question is None or not question.open or question.asked != incoming.sender or question.sealed:
            return None
        return one_of(question) if question.choices else None

    async def _to_nobody(self, incoming: Incoming) -> bool:
        """Return whether a message answers nobody's, or something that the bot itself said."""
        answered = incoming.replies_to
        if answered is None:
            return True
        posted = await self._services.notice.posted(incoming.room_id, answered)
        return posted is not None and await self._store.outbox.find_held(incoming.room_id, answered) is None

    async def _unread(self, incoming: Incoming) -> Message | None:
        room_id, answered = incoming.room_id, incoming.replies_to
        if answered is None or not self._services.direct.holds(room_id, incoming.sender):
            return None
        for original in await self._store.original.list_held(room_id, answered):
            linked = await self._services.relay.share_circle(original.room_id, room_id)
            if original.room_id != room_id and not linked:
                return _(
                    "Nobody else reads this room: here I only show you translations. Write your answer in {room}.",
                    room=self._services.room.title(original.room_id),
                )
        return None

    async def _unused(self, incoming: Incoming) -> Message | None:
        label = mark_of(incoming.said)
        if label and not label.unclear:
            return LONE_LABEL if await self._ledger.due(incoming, "label_alone") else None
        if not await self._services.relay.hinted_for_nothing(incoming):
            return None
        actor = await self._services.person.actor(incoming.sender, incoming.room_id)
        said = _(
            "To say which language a message is in, begin it with the code of a language that I translate, such as"
            " {example}, and write the message behind that.",
            example=Code(f"?{actor.language.base}"),
        )
        return said if await self._ledger.due(incoming, "hint") else None


def _settled(incoming: Incoming, question: Question, now: datetime) -> bool:
    """Return whether a digit seems to be another answer to *question*, which waits for none any more.

    Where it replies to nothing, only for a while after it was asked: later it is meant for others.
    """
    lately = incoming.replies_to is not None or now - question.asked_at <= A_WHILE
    return lately and question.outcome in ENDED and digit(incoming.said) in question.choices


def _answers(incoming: Incoming, question: Question) -> bool:
    """Return whether what a message says would answer *question*, or another one that has digits."""
    return digit(incoming.said) is not None or question.sealed
