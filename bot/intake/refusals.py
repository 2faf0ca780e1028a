"""Events that are not acted upon, and what those concerned are told of them."""

from __future__ import annotations

import structlog

from bot.clock import Clock
from bot.errors import ErrorCode, UserError
from bot.i18n import Verbatim, _
from bot.intake.actions import Refusal, Refuse
from bot.intake.ledger import Ledger
from bot.intake.sirens import Sirens
from bot.model.incoming import Incoming
from bot.router import Router
from bot.services import Services
from bot.services.notice import LOOK
from bot.services.pulse import Pulse
from bot.store import Store

log = structlog.get_logger(__name__)

REFUSED = {
    Refusal.PLAINTEXT: _(
        "This message came unencrypted into an encrypted room. Anybody on the way could have written it, so I neither"
        " acted on it nor translated it."
    ),
    Refusal.EDIT: _("I act on no edited commands. Please send it as a new message."),
    Refusal.KEPT: _(
        "The record keeps what you wrote first, your edit changes nothing there. To correct it, send what is right as a"
        " new message: the same command, or a reply to the card."
    ),
    Refusal.CAPTION: _(
        "A report to the rights monitors is a message of text alone, in a direct room with me. I kept nothing of this"
        " one and passed nothing on."
    ),
}


class Refusals:
    """Says why, and closes the event."""

    def __init__(
        self,
        store: Store,
        router: Router,
        services: Services,
        ledger: Ledger,
        sirens: Sirens,
        clock: Clock,
        pulse: Pulse,
    ) -> None:
        self._store = store
        self._router = router
        self._services = services
        self._ledger = ledger
        self._sirens = sirens
        self._clock = clock
        self._pulse = pulse

    async def refuse(self, incoming: Incoming, action: Refuse) -> None:
        """Tell those concerned why an event is not acted upon, at most once an hour for each person and room.

        Of what a record keeps, for each message.
        """
        refusal = action.refusal
        log.warning("event.refused", event_id=incoming.event_id, room=incoming.room_id, refusal=refusal.value)
        self._pulse.count(refusal.value)
        made = await self._sirens.remade(incoming) if action.of else None
        async with self._store.transaction():
            # What is forged must not take the place of the true message, which may still come.
            if refusal not in (Refusal.EDIT, Refusal.KEPT, Refusal.CAPTION) or await self._ledger.first(incoming):
                await self._say(incoming, refusal)
                if action.of:
                    await self._services.relay.revise(incoming, made, self._clock.now())
        self._ledger.on_done(incoming.room_id)

    async def _say(self, incoming: Incoming, refusal: Refusal) -> None:
        """Say why and close the event, in the open transaction."""
        of = incoming.replaces if refusal is Refusal.KEPT else None
        due = await self._ledger.due(incoming, f"{refusal.value} {of}" if of else refusal.value)
        if due and refusal is Refusal.FORGED:
            caution = _(
                "Caution: a message that was delivered as one of {sender} came from somebody else's device. I"
                " ignored it.",
                sender=Verbatim(self._services.room.name_of(incoming.room_id, incoming.sender)),
            )
            await self._services.notice.alert(
                incoming.room_id,
                "forged",
                incoming.event_id,
                [caution],
                LOOK,
                self._clock.now(),
                about=incoming.sender,
            )
        elif due:
            error = UserError(ErrorCode.NOT_ALLOWED, REFUSED[refusal])
            await self._ledger.answer(incoming, self._router.refused(error), None, error.code)
        await self._store.inbox.done(incoming.event_id, refusal.value)
