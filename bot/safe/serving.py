"""Safe mode as a program: the health endpoints, and one answer over the session that the bot has."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from bot import health
from bot.clock import Clock
from bot.config import Config, Current
from bot.i18n import Catalogues
from bot.matrix.client import MatrixClient
from bot.matrix.errors import SessionEnded, StartRefused
from bot.matrix.events import Reader
from bot.matrix.opening import Opening
from bot.matrix.sender import Sender
from bot.router import Router
from bot.safe.answering import Answering, Words
from bot.safe.faults import Fault
from bot.services import DirectService
from bot.services.person import PersonService
from bot.services.pulse import Pulse
from bot.store import Store
from bot.store.database import Database
from bot.store.failing import StorageFailed
from bot.store.opening import DatabaseError, storage_key
from bot.store.salvage import put, salvage

log = structlog.get_logger(__name__)


async def serve(config: Config, fault: Fault, environment_key: str | None, router: Router, clock: Clock) -> None:
    """Say *fault* until cancelled. The database is only read; all that is written goes into a folder that is removed.

    nio's key store goes on as ever: what a sync brings it, it would bring to nobody a second time. Raises StartRefused
    when the health address cannot be bound.
    """
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(health.serve_fault(config, fault.detail))
        except OSError as error:
            raise StartRefused(f"health.listen: {config.health.listen} cannot be bound: {error.strerror}") from error
        log.error("safe.begun", fault=fault.detail)
        try:
            await _speak(config, fault, environment_key, router, clock)
        except BaseExceptionGroup as group:
            if group.split(_SILENT)[1]:
                raise
            log.error("safe.silent", error=str(_leaf(group)))
        except _SILENT as error:
            log.error("safe.silent", error=str(error))
        # Without a word in any room, but for whoever watches over it.
        await asyncio.Event().wait()


_SILENT = (StartRefused, SessionEnded, StorageFailed, DatabaseError, OSError)
"""What leaves safe mode without the homeserver."""


def _leaf(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


async def _speak(config: Config, fault: Fault, environment_key: str | None, router: Router, clock: Clock) -> None:
    """Answer administrators until cancelled; return if the session cannot be gone on with."""
    path = config.storage.directory / "liaison.db"
    key = storage_key(config.storage.key_file, path, environment_key) if path.exists() else ""
    rows = salvage(path, key) if key else None
    if rows is None:
        log.error("safe.silent", error="the database does not say which device this is")
        return
    with TemporaryDirectory(prefix="liaison-safe-") as folder:
        async with Database.open(Path(folder) / path.name, key) as database:
            await put(database, rows)
            store, pulse, current = Store(database), Pulse(clock.now()), Current(config)
            current.lose(await store.identity.list_lost())
            client = MatrixClient(current, key, store, clock, pulse)
            try:
                await _answer(client, current, store, router, fault, clock)
            finally:
                await client.close()


async def _answer(
    client: MatrixClient, current: Current, store: Store, router: Router, fault: Fault, clock: Clock
) -> None:
    catalogues = Catalogues.load()
    person = PersonService(current, store, client.rooms, catalogues)
    answering = Answering(current, store, Reader(client), router, person, client.rooms, fault, clock)
    opening = Opening(client, store, DirectService(current, store, client.rooms))
    sender = Sender(client, store, Words(catalogues, person), opening, clock)
    store.outbox.on_added = sender.wake
    client.on_events = answering.wake
    client.on_room_keys = answering.keys_arrived
    client.nio.on_identities = answering.identities_seen
    await client.start()
    log.info("safe.answers")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(answering.run(), name="safe")
        tasks.create_task(sender.run(), name="sender")
        tasks.create_task(client.run(), name="sync")
