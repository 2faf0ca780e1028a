"""Commands and the answers to questions: trust, limits and age first, then the handler in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.command import Ask, Context, Reply
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _, _c
from bot.intake.actions import Answer, Ballot
from bot.intake.answers import UNTRUSTED, Answers
from bot.intake.calls import Doubted, called, heed
from bot.intake.contexts import Contexts
from bot.intake.ledger import Ledger
from bot.intake.limits import Limits
from bot.intake.purposes import Purposes, again, done, keeping
from bot.intake.reading import Reader
from bot.lanes import TryLater
from bot.model.incoming import Incoming
from bot.model.person import Actor
from bot.model.poll import COMMAND as POLL
from bot.model.question import LATE, PURPOSE, SAID, Question
from bot.model.reference import Ref
from bot.model.rsvp import COMMAND as RSVP
from bot.router import Invocation, Line, Router
from bot.services import Services
from bot.services.checkin.duress import DUE as FOLLOWED
from bot.services.identity import confirmation
from bot.services.pulse import Pulse
from bot.services.purpose import PurposeNeeded
from bot.store import Store

log = structlog.get_logger(__name__)

STALE = timedelta(minutes=2)
"""How old a command may be when it is acted upon; an older one is asked about."""

UNCONFIRMED = _(
    "I take commands only from people whose keys somebody has confirmed. Verify me in your Matrix app, by emoji, in our"
    " direct room; or let a colleague compare your keys with you and write {command}."
)
DIFFERS = _(
    "Your app filled in another command than your message says, so I did nothing. Please type the command instead."
)
LEFT = _("I left it as it was.")
TOO_MANY_REPORTS = _(
    "Those are more reports than I can take at once. I kept nothing of this one: wait a minute, then send it again."
)

Plan = Callable[[Actor], Invocation]
"""Returns what is to be done for a person, or raises UserError."""


class Commands:
    """Does what commands ask, once each, and answers every one."""

    def __init__(
        self,
        store: Store,
        reader: Reader,
        router: Router,
        services: Services,
        ledger: Ledger,
        limits: Limits,
        clock: Clock,
        pulse: Pulse,
    ) -> None:
        self._store = store
        self._reader = reader
        self._router = router
        self._services = services
        self._ledger = ledger
        self._limits = limits
        self._clock = clock
        self._pulse = pulse
        self._purposes = Purposes(store, services, clock)
        self._contexts = Contexts(store, router, services, clock)
        self._answers = Answers(store, pulse)

    async def invoke(self, incoming: Incoming, line: Line, beside: Line | None = None) -> None:
        """Do what *line* asks, if *beside*, where there is one, asks for the same."""
        await self._attempt(incoming, lambda actor: self._agreed(incoming, line, beside, actor), line, None)

    def _agreed(self, incoming: Incoming, line: Line, beside: Line | None, actor: Actor) -> Invocation:
        """Return what *line* asks for, or raise UserError; also if *beside* asks for something else."""
        if not line.usable:
            log.warning("command.not_taken", event_id=incoming.event_id, room=incoming.room_id)
        wanted = self._resolved(incoming, line, actor)
        if beside is None:
            return wanted
        try:
            other = self._resolved(incoming, beside, actor)
            name: str | None = other.command.name
        except UserError as error:
            other, name = None, error.command
        if other == wanted:
            return wanted
        log.warning(
            "command.differs",
            event_id=incoming.event_id,
            room=incoming.room_id,
            filled_in=wanted.command.name,
            filled_in_length=len(line.text),
            typed=name,
            typed_length=len(beside.text),
        )
        raise UserError(ErrorCode.CONFLICT, DIFFERS)

    def _resolved(self, incoming: Incoming, line: Line, actor: Actor) -> Invocation:
        gazetteer = self._services.place.gazetteer
        people = self._services.room.people(incoming.room_id, incoming.sender)
        return self._router.resolve(line, actor, incoming.received_at, incoming.sent_at, gazetteer, people)

    async def answer(self, incoming: Incoming, answer: Answer) -> None:
        """Do what the answer to a question brings about: it is a new command."""
        question = answer.question
        if not self._limits.answers(incoming.sender, trusted=incoming.trusted):
            return await self._too_many(incoming, question.subject)
        try:
            choice = await self._answers.choice(incoming, answer)
        except UserError as error:
            return await self._refuse(incoming, error, None, question)
        if question.subject == PURPOSE and (kept := again(question)):
            return await self._attempt(
                incoming, lambda actor: self._resolved(incoming, kept, actor), None, question, states=choice
            )
        if question.subject != LATE:
            data = {**question.data, SAID: answer.said} if choice == SAID else question.data
            await self._attempt(
                incoming,
                lambda actor: self._router.answered(question.subject, choice, data, actor),
                None,
                question,
            )
        elif choice == "run" and (line := again(question)):
            await self._attempt(incoming, lambda actor: self._resolved(incoming, line, actor), None, question)
        else:
            async with self._store.transaction():
                if await self._ledger.first(incoming):
                    await self._store.question.close(question.id, choice)
                    await self._ledger.answer(incoming, Reply(LEFT), None, None)
            self._ledger.on_done(incoming.room_id)

    async def ballot(self, incoming: Incoming, ballot: Ballot) -> None:
        """Do what a vote in a poll of ours brings about: it says itself what it is about."""
        if not self._limits.answers(incoming.sender, trusted=incoming.trusted):
            return await self._too_many(incoming, ballot.of)
        await self._attempt(
            incoming,
            lambda actor: self._router.answered(ballot.of, ballot.choice, ballot.data, actor),
            None,
            None,
        )

    async def leaves(self, incoming: Incoming) -> bool:
        """Return whether a label in answer to a message is one command too many; then it is closed.

        Those that come late are done as well, so they have an allowance of their own: that of late messages.
        """
        sender, room_id, trusted = incoming.sender, incoming.room_id, incoming.trusted
        if self._clock.now() - incoming.sent_at > STALE:
            allowed = self._limits.exceeded(sender, room_id, trusted=trusted, late=True) is None
        else:
            allowed = self._limits.allows(sender, room_id, trusted=trusted)
        if not allowed:
            await self._too_many(incoming)
        return not allowed

    # One attempt

    async def _attempt(
        self, incoming: Incoming, plan: Plan, line: Line | None, question: Question | None, states: str = ""
    ) -> None:  # fmt: skip
        """Do what *plan* comes to; a late *line* that would change something is asked about first.

        Before it is done, whoever asks *states* for what purpose they read what the *question* is about.
        """
        name: str | None = None
        sealed = False
        typed: list[str] = []
        try:
            late = self._clock.now() - incoming.sent_at > STALE
            if not late and not self._limits.allows(incoming.sender, incoming.room_id, trusted=incoming.trusted):
                return await self._too_many(incoming, await self._named(incoming, plan))
            context = await self._contexts.of(incoming, question, line)
            await self._believe(incoming, question)
            invocation = plan(context.actor)
            name, sealed = invocation.command.name, invocation.command.sealed
            typed = _typed(invocation, question)
            if sealed and not self._limits.allows_report(incoming.sender):
                raise UserError(ErrorCode.RATE_LIMITED, TOO_MANY_REPORTS)
            if late and not sealed and not await self._keeps(incoming, invocation, context):
                return await self._too_late(incoming, invocation, line)
            prepared = await self._router.prepare(invocation, context)
            async with self._store.transaction():
                if not await self._ledger.first(incoming):
                    return
                # Read again inside: what was true before the slow work may not be any more.
                context = await self._contexts.of(incoming, question, line, prepared)
                await self._believe(incoming, question)
                invocation = plan(context.actor)
                await self._answers.settle(question, calls_for_help=called(invocation, context.label) is not None)
                await self._services.gate.check(context.told, invocation.command.name)
                await self._purposes.state(invocation, context, question, states)
                reply = await self._router.run(invocation, context)
                await self._show(incoming, invocation, reply)
            if sealed:
                await self._unlearn(incoming)
        except UserError as error:
            if isinstance(error, Doubted) and await self._heeds(incoming, plan, line, question):
                return
            if not sealed:
                error.shows = await self._concerned(incoming, question, error, typed)
                error = await self._purposed(incoming, error, line or again(question))
            await self._refuse(incoming, error, error.command or name, question)
        except TryLater:
            raise
        # The edge of one command: a fault of ours has a reference that is also in the log.
        except Exception:
            await self._refuse(incoming, self._fault(incoming, None if sealed else name), name)
        finally:
            self._pulse.took("command", incoming.received_at, self._clock.now())
            self._ledger.on_done(incoming.room_id)

    async def _heeds(self, incoming: Incoming, plan: Plan, line: Line | None, question: Question | None) -> bool:
        """Return whether somebody whose keys are in doubt has called for help, which is answered then."""
        context = await self._contexts.of(incoming, question, line)
        try:
            invocation = plan(context.actor)
            place = called(invocation, context.label)
            if place is None:
                return False
            late = self._clock.now() - incoming.sent_at > STALE
            if late and not await self._services.checkin.unheard(context.actor, incoming.sent_at):
                return False
            async with self._store.transaction():
                if await self._ledger.first(incoming):
                    # Their device may have been reported lost meanwhile.
                    with suppress(Doubted):
                        await self._believe(incoming, question)
                    reply = await heed(self._services, place, context)
                    await self._answer(incoming, reply, invocation.command.name, None)
        except UserError:
            # Whoever it is reads nothing of why, but that their keys are in doubt.
            return False
        except TryLater:
            raise
        # The edge of one call, as of one command.
        except Exception:
            await self._refuse(incoming, self._fault(incoming, None), None, question)
        return True

    async def _keeps(self, incoming: Incoming, invocation: Invocation, context: Context) -> bool:
        """Return whether that counts however late it comes: as a call for help does, if nothing was heard since."""
        if called(invocation, context.label) is None:
            return _patient(invocation)
        return await self._services.checkin.unheard(context.actor, incoming.sent_at)

    async def _show(self, incoming: Incoming, invocation: Invocation, reply: Reply) -> None:
        """Record the answer to what is done; before a purpose is stated, of what changed something that it is done."""
        name = invocation.command.name
        try:
            await self._answer(incoming, reply, name, None)
        except PurposeNeeded as needed:
            instead = done(needed, invocation, reply)
            if instead is None:
                raise
            await self._answer(incoming, instead, name, None)

    async def _purposed(self, incoming: Incoming, error: UserError, line: Line | None) -> UserError:
        """Return *error*, or that a purpose is to be stated first; the answer to that does what the *line* asks for."""
        error = await self._purposes.first(await self._contexts.actor(incoming), incoming, error)
        return keeping(error, await self._contexts.kept(incoming, line)) if line is not None else error

    async def _concerned(
        self, incoming: Incoming, question: Question | None, error: UserError, typed: list[str]
    ) -> tuple[str, ...]:
        """Return the incidents of which the sentences of *error* may say something."""
        replied = await self._contexts.replied_to(incoming, question)
        return tuple(await self._services.incident.concerned(incoming.room_id, error, typed, replied))

    async def _unlearn(self, incoming: Incoming) -> None:
        """Make what is sealed unreadable for ourselves as well: the homeserver still has the message.

        Not while something in the room waits that may need the same key; then the next report takes this one along.
        """
        try:
            if await self._store.inbox.idle(incoming.room_id):
                self._reader.unlearn(incoming)
        # The edge of one key: the command is done and answered, whatever becomes of this.
        except Exception:
            log.exception("key.kept", room=incoming.room_id)

    async def _believe(self, incoming: Incoming, question: Question | None) -> None:
        # Asked anew: its device may have been found false while the event waited for those before it.
        if not incoming.trusted or not self._reader.still_trusts(incoming):
            raise UserError(ErrorCode.NOT_ALLOWED, UNTRUSTED)
        if await self._services.identity.lost(incoming.sender):
            # Said while it waited for its turn; what comes later is not even taken for a command.
            raise UserError(ErrorCode.NOT_ALLOWED, UNTRUSTED)
        if await self._services.identity.changed(incoming.sender):
            raise Doubted(incoming.sender)
        if not await self._services.identity.trusted(incoming.sender):
            command = confirmation(incoming.sender)
            raise UserError(ErrorCode.NOT_ALLOWED, Message(UNCONFIRMED.text, {"command": command}))
        there = self._services.room.members(incoming.room_id)
        if question is not None and question.sealed and incoming.sender not in there:
            # What others must agree to is not agreed to by who has left, or was put out, meanwhile.
            name = Verbatim(self._services.room.known_as(incoming.sender, incoming.room_id))
            raise UserError(ErrorCode.NOT_ALLOWED, _("{name} is not in this room.", name=name))

    async def _too_late(self, incoming: Incoming, invocation: Invocation, line: Line | None) -> None:
        """Answer that the command came too late; ask whether to do it now if it would change something."""
        command = Code("!" + self._router.name(invocation.command, await self._contexts.actor(incoming)))
        sentence = _(
            "{command} reached me too late: it was sent on {moment}. I have not done it.",
            command=command,
            moment=incoming.sent_at,
        )
        ask = None
        if line is not None and invocation.command.would_change(invocation.arguments):
            choices = (("run", _c("choice", "Do it now")), ("leave", _c("choice", "Leave it")))
            ask = Ask(LATE, choices, await self._contexts.kept(incoming, line))
        async with self._store.transaction():
            if await self._ledger.first(incoming):
                reply = Reply(sentence, ask=ask)
                await self._answer(incoming, reply, invocation.command.name, ErrorCode.STALE)
        self._ledger.on_done(incoming.room_id)

    async def _named(self, incoming: Incoming, plan: Plan) -> str | None:
        """Return which command is meant that nothing is done about; None if that is not clear, or nobody's to say."""
        if not incoming.trusted:
            return None
        try:
            return plan(await self._contexts.actor(incoming)).command.name
        except UserError as error:
            return error.command

    async def _too_many(self, incoming: Incoming, about: str | None = None) -> None:
        """Refuse a command above the limits: with a word for the first of them, quietly for those that follow.

        What follows a check-in follows it nevertheless.
        """
        self._pulse.count("rate_limited")
        if self._limits.tell(incoming.sender, incoming.room_id):
            error = UserError(
                ErrorCode.RATE_LIMITED,
                _("That was too much at once, so I left it. Wait a minute; what you send before that I leave too."),
            )
            return await self._refuse(incoming, error, None, about=about)
        if _follows(about):
            async with self._store.transaction():
                if await self._ledger.first(incoming):
                    await self._follow(incoming, about, taken=False)
        await self._ledger.close(incoming.event_id, incoming.room_id, "rate_limited")

    async def _refuse(
        self, incoming: Incoming, error: UserError, name: str | None, question: Question | None = None,
        about: str | None = None,
    ) -> None:  # fmt: skip
        """Answer with *error*; a reply to that answers the *question*, which still waits for its answer."""
        async with self._store.transaction():
            if await self._ledger.first(incoming):
                about = about or name or (question.subject if question else None)
                await self._answer(incoming, self._router.refused(error), name, error.code, about)
                if question and not error.asking and not error.final:
                    await self._answers.ask_again(incoming, question)
        self._ledger.on_done(incoming.room_id)

    async def _answer(
        self, incoming: Incoming, reply: Reply, name: str | None, code: ErrorCode | None, subject: str | None = None
    ) -> None:
        """Record the answer to a command, and what follows a check-in whatever came of it."""
        await self._ledger.answer(incoming, reply, name, code)
        await self._follow(incoming, name or subject, taken=code is None)

    async def _follow(self, incoming: Incoming, name: str | None, *, taken: bool) -> None:
        """Plan what follows a check-in, if the command of that *name* is one."""
        if _follows(name):
            sender, room_id, event_id = incoming.sender, incoming.room_id, incoming.event_id
            now = self._clock.now()
            await self._services.duress.follow(sender, room_id, event_id, incoming.said, now, taken=taken)

    def _fault(self, incoming: Incoming, name: str | None) -> UserError:
        reference = secrets.token_hex(3)
        log.exception("command.failed", reference=reference, event_id=incoming.event_id, command=name)
        self._pulse.count("fault")
        return UserError(
            ErrorCode.INTERNAL,
            _(
                "Something went wrong on my side, and nothing was changed. Please try again; if it happens"
                " again, give your administrator the reference {reference}.",
                reference=Code(reference),
            ),
        )


def _patient(invocation: Invocation) -> bool:
    """Return whether that says what somebody can do at a time, which is as true later."""
    about = {POLL: "slot", RSVP: "begins"}.get(invocation.command.name)
    return invocation.answer is not None and about in invocation.answer[1]


def _follows(name: str | None) -> bool:
    """Return whether something follows a command of that name, whatever became of it."""
    return (name or "").partition(" ")[0] == FOLLOWED


def _typed(invocation: Invocation, question: Question | None) -> list[str]:
    """Return the references that a command was given, or that the question was asked with that it answers."""
    given: list[str] = [value for value in invocation.arguments.values() if isinstance(value, Ref)]
    asked = question.data.get("ref") if question else None
    return [*given, asked] if isinstance(asked, str) else given
