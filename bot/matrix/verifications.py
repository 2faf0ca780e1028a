"""The verifications that run: hands their events to the state machine, and does what comes of them, one by one.

What people are told and asked stands in `bot.services.verifying`. Nothing of the protocol outlives a restart.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog

from bot.clock import Clock
from bot.i18n import Message
from bot.intake.limits import Limits
from bot.lanes import TryLater
from bot.matrix import verifying as protocol
from bot.matrix.api import HomeserverAway, HomeserverError, path
from bot.matrix.client import MatrixClient
from bot.matrix.identity import kept
from bot.matrix.verifying import METHOD, PREFIX, REQUEST, Ended, Party, Send, Show, Step, Verification, Verified
from bot.model.incoming import Incoming
from bot.model.person import UserId
from bot.model.verifying import LASTS, Shown, Verifying
from bot.services.verifying import BUSY, ENDED, RESTARTED, TOO_LONG, VerifyingService
from bot.store import Store

log = structlog.get_logger(__name__)

BEGINS = timedelta(seconds=20)
"""How long the app of whoever asked has to begin with the emoji; then we do."""
AHEAD = timedelta(minutes=5)
"""How far in the future a request may be dated, as the specification says."""
MOST_RUNNING = 3
"""How many run at once: each takes two of the nine digits by which who has a role answers all that they are asked."""
MOST_WAITING = 1000
MOST_OF_ONE = 50
"""How many events of one person wait at once: a verification takes seven, and others' must not be crowded out."""
STRANGERS = UserId("")
"""All together who do not belong to the task force: one person, as any number of accounts may be one's."""
LOOK_SECONDS = 1.0
TRIES = 3
"""How often a message to a device is tried."""


@dataclass(slots=True)
class _Running:
    """A verification: as it is known to people, and as the protocol has it."""

    told: Verifying
    machine: Verification


@dataclass(frozen=True, slots=True)
class _Came:
    """An event of a verification: from whom and of which device, in which room; no room from device to device."""

    sender: UserId
    type: str
    content: Mapping[str, Any]
    id: str
    room_id: str | None
    device_id: str
    sent_at: datetime


@dataclass(slots=True)
class Verifications:
    """Everybody's verification that runs, one a person."""

    client: MatrixClient
    store: Store
    service: VerifyingService
    limits: Limits
    clock: Clock
    _begun: bool = False
    _running: dict[UserId, _Running] = field(default_factory=dict)
    _waiting: deque[Callable[[], Awaitable[None]]] = field(default_factory=deque)
    _of_each: Counter[UserId] = field(default_factory=Counter)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.work()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS if self._running or not self._begun else None):
                    await self._woken.wait()

    async def work(self) -> None:
        """Take all that waits, one after the other; then see what has taken too long.

        The first time, before anything else, what a restart has cut off is ended.
        """
        self._begun = self._begun or await self._safely(self._forget_all)
        self._woken.clear()
        while self._waiting:
            await self._safely(self._waiting.popleft())
        self._of_each.clear()
        await self._safely(self._look)

    async def _safely(self, act: Callable[[], Awaitable[None]]) -> bool:
        """Do it; return whether it was done. What could not be recorded ends by the time that it may take."""
        try:
            await act()
            return True
        except TryLater:
            log.warning("verification.put_off")
            return False
        # The edge of one event of a verification: it must not take the others with it.
        except Exception:
            log.exception("verification.failed")
            return True

    # What comes in

    def to_device(self, events: Iterable[Any]) -> None:
        """Take what a sync brought from devices, in clear: who sent it is the homeserver's word until the end."""
        for event in events:
            if isinstance(event, Mapping) and isinstance(kind := event.get("type"), str) and kind.startswith(PREFIX):
                content, sender = event.get("content"), event.get("sender")
                if isinstance(content, Mapping) and isinstance(sender, str):
                    id, device = content.get("transaction_id"), content.get("from_device")
                    if isinstance(id, str):
                        device = device if isinstance(device, str) else ""
                        self._add(_Came(UserId(sender), kind, content, id, None, device, _dated(content)))

    async def in_room(self, incoming: Incoming) -> None:
        """Take an event of a room: encrypted, from a trusted device of its sender, or in clear as some apps send it."""
        request = incoming.type == "m.room.message"
        id = incoming.event_id if request else incoming.refers_to
        device = self._device(incoming)
        if id and device is not None:
            kind = REQUEST if request else incoming.type
            self._add(_Came(incoming.sender, kind, incoming.content, id, incoming.room_id, device, incoming.sent_at))

    def _device(self, incoming: Incoming) -> str | None:
        """Return the device that sent it: what it says itself if it came in clear; None if we do not know it."""
        if key := incoming.megolm:
            device = self.client.device_of(incoming.sender, key.sender_key)
            return device.id if device else None
        said = incoming.content.get("from_device")
        return said if isinstance(said, str) else ""

    def judged(self, verifying: Verifying, matches: bool) -> None:
        """Take what a second person has said of the emoji; it is on the disk."""
        self._put(lambda: self._judged(verifying, matches=matches))

    def _add(self, came: _Came) -> None:
        one = came.sender if self.service.welcome(came.sender) else STRANGERS
        if len(self._waiting) >= MOST_WAITING or self._of_each[one] >= MOST_OF_ONE:
            log.warning("verification.too_many", user=came.sender)
            return
        self._of_each[one] += 1
        self._put(lambda: self._take(came))

    def _put(self, act: Callable[[], Awaitable[None]]) -> None:
        self._waiting.append(act)
        self._woken.set()

    # One after the other

    async def _take(self, came: _Came) -> None:
        if came.type == REQUEST:
            return await self._requested(came)
        running = self._running.get(came.sender)
        if running is None or (running.told.id, running.told.room_id) != (came.id, came.room_id):
            return
        if came.device_id and came.device_id != running.told.device_id:
            return
        await self._do(running, running.machine.take(came.type, came.content))

    async def _requested(self, came: _Came) -> None:
        now = self.clock.now()
        methods, addressed = came.content.get("methods"), came.content.get("to", self.client.user_id)
        old = not -AHEAD <= now - came.sent_at <= LASTS
        if old or not isinstance(methods, list) or addressed != self.client.user_id:
            return
        if came.sender == self.client.user_id or self.client.lost(came.sender):
            return
        if not self.limits.allows_verification(came.sender):
            return
        if came.content.get("from_device") != came.device_id or METHOD not in methods:
            return await self._refuse(came, protocol.METHOD_UNKNOWN if METHOD not in methods else protocol.INVALID)
        theirs, ours = await self._theirs(came), await self._ours()
        if theirs is None or ours is None:
            return await self._refuse(came, protocol.USER)
        if len(self._running.keys() - {came.sender}) >= MOST_RUNNING:
            return await self._refuse(came, protocol.USER, BUSY)
        if before := self._running.get(came.sender):
            await self._do(before, before.machine.cancel(protocol.USER), None)
        told = Verifying(came.sender, came.id, came.device_id, came.room_id, now, theirs.master)
        running = _Running(told, Verification(ours, theirs, came.id, in_room=came.room_id is not None))
        async with self.store.transaction():
            await self.service.begin(told)
        self._running[came.sender] = running
        log.info("verification.begun", user=came.sender, device=came.device_id, room=came.room_id)
        await self._do(running, running.machine.accept())

    async def _theirs(self, came: _Came) -> Party | None:
        """Return who asks, if they are welcome, by a device that their present identity has signed; else None."""
        user, nio = came.sender, self.client.nio
        if not self.service.welcome(user) or (came.room_id and not self.service.direct(came.room_id, user)):
            return None
        nio.users_for_key_query.add(user)
        try:
            await nio.keys_query()
        except (HomeserverAway, HomeserverError) as error:
            log.warning("keys.not_queried", user=user, error=str(error))
        device = nio.device_store[user].get(came.device_id)
        master = await self.service.master_key(user)
        if device is None or device.deleted or not device.verified or master is None:
            return None
        return Party(user, device.id, device.ed25519, master)

    async def _ours(self) -> Party | None:
        nio, user = self.client.nio, self.client.user_id
        identity = await kept(self.store, user)
        if identity is None or nio.olm is None:
            return None
        return Party(user, nio.device_id, nio.olm.account.identity_keys["ed25519"], identity.master.public)

    async def _judged(self, verifying: Verifying, *, matches: bool) -> None:
        running = self._running.get(verifying.user_id)
        if running is None or running.told.id != verifying.id:
            return
        machine = running.machine
        await self._do(running, machine.match() if matches else machine.cancel(protocol.MISMATCH), None)

    async def _look(self) -> None:
        """End what has taken too long; begin with the emoji where the other side waits for that."""
        now = self.clock.now()
        for running in [*self._running.values()]:
            since = now - running.told.begun_at
            # Begun in the future: the clock was set back, and nobody knows how long it has taken.
            if not -AHEAD <= since < LASTS:
                # It may be over without our knowing, if what came of it could not be recorded.
                ends = running.machine.cancel(protocol.TIMEOUT) or [Ended(protocol.TIMEOUT, ours=True)]
                await self._do(running, ends, TOO_LONG)
            elif since >= BEGINS:
                await self._do(running, running.machine.begin())

    async def _forget_all(self) -> None:
        """End in words what was running when the bot was stopped: nothing of the protocol is kept."""
        for told in await self.service.find_all():
            send = self._cancellation(told, protocol.UNKNOWN)
            async with self.store.transaction():
                await self.service.end(told, RESTARTED, self.clock.now())
                await self._post(told, send)
            await self._deliver(told, [send])

    # What comes of it

    async def _do(self, running: _Running, steps: list[Step], said: Message | None = ENDED) -> None:
        """Record *steps*, then send them; *said* is what a person is told if we end it."""
        if not steps:
            return
        told, now = running.told, self.clock.now()
        async with self.store.transaction():
            if Verified() in steps and not await self.service.confirm(told, now):
                # Nobody has said so, or the homeserver shows other keys by now.
                steps = [self._cancellation(told, protocol.KEYS), Ended(protocol.KEYS, ours=True)]
            for step in [*steps]:
                if isinstance(step, Show):
                    shown = Shown(step.emoji, step.numbers)
                    if not await self.service.show(told, shown, now):
                        steps, said = [*steps, *running.machine.cancel(protocol.USER)], None
            for step in steps:
                match step:
                    case Send():
                        await self._post(told, step)
                    case Ended(protocol.MISMATCH, ours=False):
                        await self.service.differ(told, now)
                    case Ended():
                        await self.service.end(told, said, now)
        if running.machine.over and self._running.get(told.user_id) is running:
            del self._running[told.user_id]
        await self._deliver(told, [step for step in steps if isinstance(step, Send)])

    async def _refuse(self, came: _Came, code: str, said: Message | None = None) -> None:
        log.info("verification.refused", user=came.sender, device=came.device_id, code=code)
        told = Verifying(came.sender, came.id, came.device_id, came.room_id, self.clock.now(), "")
        send = self._cancellation(told, code)
        async with self.store.transaction():
            await self._post(told, send)
            if said:
                await self.service.decline(told, said, told.begun_at)
        await self._deliver(told, [send])

    def _cancellation(self, told: Verifying, code: str) -> Send:
        return protocol.cancellation(told.id, code, in_room=told.room_id is not None)

    async def _post(self, told: Verifying, send: Send) -> None:
        """Put what goes into a room into the outbox, in the open transaction."""
        if told.room_id:
            payload = {"type": send.type, "content": dict(send.content)}
            cause = f"{told.id} {send.type}"
            await self.store.outbox.add(told.room_id, "verification", cause, payload, self.clock.now())

    async def _deliver(self, told: Verifying, sends: Iterable[Send]) -> None:
        """Send what goes from device to device; what does not arrive ends by the time that a verification may take."""
        for send in () if told.room_id else sends:
            where = path("sendToDevice", send.type, uuid4().hex)
            body = {"messages": {told.user_id: {told.device_id: dict(send.content)}}}
            for again in range(TRIES):
                try:
                    await self.client.api.request("PUT", where, body)
                    break
                except (HomeserverAway, HomeserverError) as error:
                    log.warning("verification.not_sent", type=send.type, error=str(error))
                    await asyncio.sleep(2**again)


def _dated(content: Mapping[str, Any]) -> datetime:
    """Return when a request says that it was made; long ago if it does not."""
    stamp = content.get("timestamp")
    try:
        return datetime.fromtimestamp(float(stamp) / 1000, UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
