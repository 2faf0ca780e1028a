"""The one answer of safe mode: what is wrong, to an administrator who asks for the status."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from bot.clock import Clock
from bot.config import Current
from bot.errors import UserError
from bot.i18n import Catalogues, Html, Plain, _, from_json, to_json
from bot.intake import Unreadable, Waiting
from bot.intake.reading import Reader
from bot.model.incoming import Incoming
from bot.model.person import Role, UserId
from bot.render import Post
from bot.router import Addressee, Router
from bot.safe.faults import Fault
from bot.services.person import PersonService
from bot.services.room import Rooms
from bot.store import Store
from bot.store.inbox import InboxRow
from bot.store.outbox import OutboxRow

log = structlog.get_logger(__name__)

PAGE = 100
ASKS = "status"
_SAFE = _(
    "I am in safe mode, because I cannot start: I answer nothing but this, and translate nothing. What is said"
    " meanwhile is not lost: I do it after my next start. The operator sees the details in my log."
)


class Words:
    """Words that answer in the reader's language."""

    def __init__(self, catalogues: Catalogues, person: PersonService) -> None:
        self._catalogues = catalogues
        self._person = person

    async def post(self, row: OutboxRow) -> Post:
        """Return the answer that *row* is."""
        actor = await self._person.actor(UserId(row.payload["to"]), row.room_id)
        plain, html = Plain(actor.menus, alone=True), Html(actor.menus, alone=True)
        said = [from_json(block) for block in row.payload["blocks"]]
        text, language, zone = self._catalogues.text, actor.menus, actor.zone
        body = "\n\n".join(plain.aligned(text(one, language, zone, plain)) for one in said)
        marked = "".join(f"<p>{html.aligned(text(one, language, zone, html))}</p>" for one in said)
        event_id = row.payload["about"]
        record = {"kind": "reply", "to": event_id, "command": ASKS, "ok": False, "error": "unavailable"}
        return Post(body, marked, record, reply_to=event_id)

    async def reason(self, row: OutboxRow) -> None:
        """Return None: no room is left in safe mode."""


class Answering:
    """Reads a scratch inbox and answers administrators' `status` alone; what it cannot read it lets be."""

    def __init__(
        self,
        config: Current,
        store: Store,
        reader: Reader,
        router: Router,
        person: PersonService,
        rooms: Rooms,
        fault: Fault,
        clock: Clock,
    ) -> None:
        self._config = config
        self._store = store
        self._reader = reader
        self._router = router
        self._person = person
        self._rooms = rooms
        self._fault = fault
        self._clock = clock
        self._woken = asyncio.Event()
        self._shown: dict[UserId, str] = {}
        """The master keys that the homeserver shows now."""

    def wake(self, rooms: set[str], late: set[str]) -> None:
        """Say that something was said. What came late was said before we began, and is for the next start."""
        if rooms:
            self._woken.set()

    async def keys_arrived(self, sessions: set[str]) -> None:
        """Say that what could not be read may be readable now."""
        self._woken.set()

    async def identities_seen(self, masters: Mapping[UserId, str]) -> None:
        """Keep the present master keys: whose is not the pinned one is not answered. Nothing is pinned."""
        self._shown.update(masters)

    async def run(self) -> None:
        """Answer until cancelled."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            for room_id in await self._store.inbox.list_rooms():
                position = 0
                while rows := await self._store.inbox.list_open(room_id, position, PAGE):
                    position = rows[-1].position
                    for row in rows:
                        await self._take_safely(row)

    async def _take_safely(self, row: InboxRow) -> None:
        try:
            await self._take(row)
        # The edge of one event: a fault in it must not end safe mode.
        except Exception as error:
            log.error("safe.event_failed", event_id=row.event_id, error=type(error).__name__)
            async with self._store.transaction():
                await self._store.inbox.done(row.event_id, "fault")

    async def _take(self, row: InboxRow) -> None:
        read = self._reader.read(row)
        if isinstance(read, Incoming) and read.encrypted and not read.trusted:
            await self._reader.refresh(read.sender)
            read = self._reader.read(row)
        if isinstance(read, Waiting):
            return
        answers = not isinstance(read, Unreadable) and await self._asked(read)
        async with self._store.transaction():
            await self._store.inbox.done(row.event_id, "safe")
            if answers:
                said = [to_json(_SAFE), to_json(self._fault.said)]
                payload = {"to": row.raw["sender"], "about": row.event_id, "blocks": said}
                # A cause of its own: the next start answers the same event, and must not be taken for a retry of this.
                await self._store.outbox.add(row.room_id, "reply", f"{row.event_id} safe", payload, self._clock.now())

    async def _asked(self, said: Incoming) -> bool:
        """Return whether *said* is an administrator's `status`, typed on a device that is trusted at this moment."""
        sender = said.sender
        if said.type != "m.room.message" or not said.trusted or said.replaces or not await self._known(sender):
            return False
        me = self._config.now.matrix.user_id
        addressee = Addressee(me, self._rooms.own_name(said.room_id, me))
        line = self._router.addressed(said.words, said.html, addressee)
        actor = await self._person.actor(sender, said.room_id)
        if line is None or not actor.may(Role.ADMIN):
            return False
        try:
            found = self._router.resolve(line, actor, self._clock.now())
        except UserError:
            return False
        return found.command.name == ASKS and self._reader.still_trusts(said)

    async def _known(self, sender: UserId) -> bool:
        """Return whether the sender is served, has lost no device, and shows the identity that was pinned."""
        pinned = await self._store.identity.find(sender)
        if pinned is None or pinned.changed or not self._config.now.serves(sender):
            return False
        if await self._store.identity.find_lost(sender):
            return False
        return self._shown.get(sender, pinned.master_key) == pinned.master_key
