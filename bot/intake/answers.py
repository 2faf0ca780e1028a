"""Answers to questions: whether they count, what they choose, and whether what was asked still waits."""

from __future__ import annotations

import structlog

from bot.errors import ErrorCode, UserError
from bot.i18n import AnyOf, Code, Message, _
from bot.intake.actions import Answer
from bot.model.checkin import SUBJECT as CHECKIN
from bot.model.checkin import calls
from bot.model.incoming import Incoming
from bot.model.question import SAID, Question
from bot.services.pulse import Pulse
from bot.store import Store
from bot.store.outbox import transaction_id

log = structlog.get_logger(__name__)

UNTRUSTED = _(
    "I take commands only from devices that their owner has verified. Verify this device in your Matrix app"
    " (Settings, Sessions), then send the command again."
)
SETTLED = _("That is settled already. Nothing was changed.")


def one_of(question: Question) -> Message:
    """Return which digits answer *question*."""
    choices = AnyOf(tuple(Code(digit) for digit in question.choices))
    return _("Please reply with one of these: {choices}.", choices=choices)


class Answers:
    """Reads what people answer, and closes what they have answered."""

    def __init__(self, store: Store, pulse: Pulse) -> None:
        self._store = store
        self._pulse = pulse

    async def choice(self, incoming: Incoming, answer: Answer) -> str:
        """Return the name of the choice that a digit means, SAID for words; or raise UserError."""
        question = answer.question
        if not incoming.trusted:
            raise UserError(ErrorCode.NOT_ALLOWED, UNTRUSTED)
        if question.asked != incoming.sender:
            raise UserError(ErrorCode.NOT_ALLOWED, _("I asked somebody else that. Nothing was changed."))
        if answer.said and not answer.digit:
            return SAID  # it is open, and asked of the sender: otherwise it would be no answer
        if choice := question.choices.get(answer.digit):
            if not question.open and not await self._calls(question, answer.digit):
                raise UserError(ErrorCode.CONFLICT, SETTLED)
            if question.sealed and answer.tail != question.data.get("tail"):
                raise UserError(
                    ErrorCode.BAD_ARGUMENT,
                    _(
                        "Nothing was changed. Answer with the number and the last two characters of the reference that"
                        " you mean, such as {example}.",
                        example=Code(f"{answer.digit} {question.data.get('tail', '')}"),
                    ),
                )
            return choice
        others = await self._store.question.list_open(incoming.sender)
        if any(answer.digit in other.choices for other in others):
            # What it replies to stands outside the encryption: the homeserver could put one question for another.
            log.warning("answer.repointed", event_id=incoming.event_id, room=incoming.room_id)
            self._pulse.count("repointed")
            raise UserError(
                ErrorCode.CONFLICT,
                _(
                    "Your answer {digit} belongs to another question than the one that it replies to, so I did"
                    " nothing. Reply to the right question; if you did, somebody on the way has changed your reply.",
                    digit=Code(answer.digit),
                ),
            )
        if not question.open:
            raise UserError(ErrorCode.CONFLICT, SETTLED)
        raise UserError(
            ErrorCode.BAD_ARGUMENT,
            one_of(question),
        )

    async def _calls(self, question: Question, digit: str) -> bool:
        """Return whether the *digit* calls for help, which is never settled, and can belong to no other question."""
        others = await self._store.question.list_open(question.asked)
        return (
            question.subject == CHECKIN
            and calls(question.choices[digit], question.data)
            and not any(digit in other.choices for other in others)
        )

    async def settle(self, question: Question | None, *, calls_for_help: bool = False) -> None:
        """Close the question that is answered, in the open transaction; raise UserError if it is closed already.

        It may be closed for who *calls_for_help*.
        """
        if question is None:
            return
        now = await self._store.question.find(question.id)
        if calls_for_help and now is not None and not now.open:
            return
        if now is None or not now.open:
            raise UserError(ErrorCode.CONFLICT, SETTLED)
        for other in await self._store.question.list_open(question.asked):
            if other.asks(question.room_id, question.subject, question.data):
                await self._store.question.close(other.id, "answered")

    async def ask_again(self, incoming: Incoming, question: Question) -> None:
        """Let what was just answered to *incoming* ask the same, if whoever was asked has not answered it yet."""
        now = await self._store.question.find(question.id)
        if now is None or not now.open or now.asked != incoming.sender or not incoming.trusted:
            return
        post = transaction_id(incoming.event_id, "reply")
        await self._store.question.add(
            now.room_id, now.asked, now.subject, post, now.choices, now.data, now.asked_at, free=now.free
        )
