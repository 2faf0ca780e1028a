"""Labels: a message that is marked afterwards, and one whose label cannot be read for certain."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.clock import Clock
from bot.command import Reply
from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Verbatim, _
from bot.intake.ledger import Ledger
from bot.intake.payload import reply_payload
from bot.model.handling import Handling, Label, read_label
from bot.model.incoming import Incoming
from bot.model.original import Decided, Original
from bot.router import Router
from bot.services import Services
from bot.services.relay import Cause
from bot.store import Store

MOST_POSTS = 10_000
"""More than how many posts change with one mark: those of the next message count from there."""
LABELS = Verbatim("TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN, TLP:CLEAR")


class Labels:
    """Lets messages be handled as people mark them."""

    def __init__(self, store: Store, router: Router, services: Services, ledger: Ledger, clock: Clock) -> None:
        self._store = store
        self._router = router
        self._services = services
        self._ledger = ledger
        self._clock = clock

    async def mark(self, incoming: Incoming, label: Label) -> None:
        """Handle what *incoming* answers as its *label* says and tell the room, or tell its sender why not."""
        async with self._store.transaction():
            if await self._ledger.first(incoming):
                try:
                    await self._mark(incoming, label)
                except UserError as error:
                    await self._ledger.answer(incoming, self._router.refused(error), None, error.code)
        self._ledger.on_done(incoming.room_id)

    async def _mark(self, incoming: Incoming, label: Label) -> None:
        relay, now = self._services.relay, self._clock.now()
        originals = await self._answered(incoming)
        if not originals:
            raise UserError(ErrorCode.NOT_FOUND, _("I do not know that message: I keep nothing of it."))
        rulings = [(original, await self._ruled(incoming, label, original)) for original in originals]
        for turn, (original, (handling, decided)) in enumerate(rulings):
            await relay.restrict(original, handling, decided, Cause(incoming.event_id, now), turn * MOST_POSTS)
            handled = replace(original, handling=handling, decided=decided)
            await self._services.part.follow(incoming, handled, now)
            await self._services.remarking.follow(incoming, handled, now)
        told = self._told(incoming, rulings[0][1][0])
        said = [told, _unclear(label.handling)] if label.unclear else [told]
        await self._services.notice.give(incoming.room_id, "handling", incoming.event_id, said, now, answers=True)
        await self._store.inbox.done(incoming.event_id, "marked")

    async def _answered(self, incoming: Incoming) -> list[Original]:
        """Return the messages that are marked: also those of which records alone hold something."""
        room_id, event_id = incoming.room_id, incoming.replies_to or ""
        found = await self._services.relay.answered(room_id, event_id)
        if found:
            return found
        recorded = await self._services.part.recorded(room_id, event_id)
        recorded = recorded or await self._services.remarking.recorded(room_id, event_id)
        return [recorded] if recorded else []

    async def _ruled(self, incoming: Incoming, label: Label, original: Original) -> tuple[Handling, Decided]:
        """Return how *original* is handled from now on, and by whose word; raises UserError if that is not theirs."""
        own = original.by(incoming.sender, trusted=incoming.trusted)
        own = own or await self._services.part.decides(incoming, original)
        ruled = original.marked(label.handling, own=own)
        if ruled is None:
            name = self._services.room.name_of(original.room_id, original.sender)
            raise UserError(
                ErrorCode.HANDLING,
                _(
                    "This message stays {label}: {sender} wrote it, and only {sender} can change that now.",
                    label=Verbatim(str(original.handling)),
                    sender=Verbatim(name),
                ),
            )
        return ruled

    def _told(self, incoming: Incoming, handling: Handling) -> Message:
        """Return what the room is told of a message that is handled otherwise now."""
        name = Verbatim(self._services.room.name_of(incoming.room_id, incoming.sender))
        label = Verbatim(str(handling))
        if not handling.kept:
            return _(
                "{name} marked this message {label}. It stays in this room, and I keep no translation of it.",
                name=name,
                label=label,
            )
        if not handling.travels:
            return _(
                "{name} marked this message {label}. I pass it on no further, and I do not use its translation again.",
                name=name,
                label=label,
            )
        return _("{name} marked this message {label}.", name=name, label=label)

    async def explain(self, incoming: Incoming, about: str, now: datetime) -> None:
        """Tell the sender, once a message, that its label cannot be read for certain; joins the open transaction.

        The message is *about*; *incoming* is it, or an edit of it as the message that it makes of it.
        """
        label = read_label(incoming.said)
        if label and label.unclear and await self._services.notice.first(incoming.room_id, "label", about, now):
            payload = reply_payload(Reply(_unclear(label.handling)), incoming.sender, None, ErrorCode.BAD_ARGUMENT)
            await self._store.outbox.add(incoming.room_id, "reply", incoming.event_id, payload, now)


def _unclear(handling: Handling) -> Message:
    """Return that a label is mistyped, and how it is read."""
    return _(
        "I could not read that label for certain, so I treat it as {label}. The labels are {labels}. Write it again if"
        " you mean another.",
        label=Verbatim(str(handling)),
        labels=LABELS,
    )
