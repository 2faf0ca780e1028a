"""The composition root: builds everything once, wires it, and closes it."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import structlog

from bot import health
from bot.clock import Clock, SystemClock
from bot.config import Config
from bot.i18n import Catalogues
from bot.intake import Intake
from bot.matrix.client import MatrixClient
from bot.matrix.errors import SessionEnded, StartRefused
from bot.matrix.events import Reader
from bot.matrix.receipts import Receipts
from bot.matrix.sender import Sender
from bot.render import Renderer
from bot.router import Router
from bot.scheduler import Scheduler
from bot.services import (
    IdentityService,
    NoticeService,
    PersonService,
    RelayService,
    RoomService,
    Services,
    StatusService,
)
from bot.services.pulse import Pulse
from bot.services.retention import RetentionService
from bot.store import Store
from bot.store.database import Database, DatabaseError, storage_key
from bot.store.failing import StorageFailed
from bot.translation import Translator
from commands import COMMANDS

log = structlog.get_logger(__name__)

RECURSION_LIMIT = 10_000

__all__ = ["SessionEnded", "StartRefused", "StorageFailed", "only_process", "run"]


async def run(config: Config, environment_key: str | None = None) -> None:
    """Run the bot until SIGINT or SIGTERM.

    Raises StartRefused when it must not start, SessionEnded when the homeserver ended the session, StorageFailed when
    the disk is full or a database damaged.
    """
    # A homeserver passes on JSON nested as deeply as its own parser takes it; ours must not give up sooner.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
    async with AsyncExitStack() as stack:
        bot = await _build(config, environment_key, SystemClock(), stack)
        # What is loaded by now stays; a full collection of it would stop the loop for tens of milliseconds.
        gc.collect()
        gc.freeze()
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        work = asyncio.create_task(bot.run(), name="bot")
        stop = asyncio.create_task(stopped.wait(), name="stop")
        await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not work.done():
            log.info("stopping")
            work.cancel()
        try:
            await work
        except asyncio.CancelledError:
            pass
        except BaseExceptionGroup as group:
            raise _first(group) from None


class Bot:
    """The wired parts."""

    def __init__(
        self,
        client: MatrixClient,
        intake: Intake,
        sender: Sender,
        receipts: Receipts,
        scheduler: Scheduler,
        translator: Translator,
        languages: Sequence[str],
        pulse: Pulse,
    ) -> None:
        self._client = client
        self._intake = intake
        self._sender = sender
        self._receipts = receipts
        self._scheduler = scheduler
        self._translator = translator
        self._languages = languages
        self._pulse = pulse

    async def run(self) -> None:
        """Connect, then work until cancelled."""
        self._client.on_events = self._intake.wake
        self._client.on_room_keys = self._intake.keys_arrived
        self._client.nio.on_identities = self._intake.identities_seen
        self._intake.on_done = self._done
        self._sender.on_sent = self._receipts.wake
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._load_models(), name="models")
            tasks.create_task(self._client.start(), name="start")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._intake.run(), name="intake")
            tasks.create_task(self._sender.run(), name="sender")
            tasks.create_task(self._receipts.run(), name="receipts")
            tasks.create_task(self._scheduler.run(), name="scheduler")
            tasks.create_task(self._client.run(), name="sync")

    def _done(self, room_id: str) -> None:
        self._sender.wake(room_id)
        self._receipts.wake(room_id)

    async def _load_models(self) -> None:
        """Start the worker and load what the working languages need, so that the first message need not wait."""
        await self._translator.start()
        pairs = ((source, target) for source in self._languages for target in self._languages)
        unusable = await self._translator.ready(pairs)
        for pair, reason in unusable.items():
            log.error("translation.model_unusable", pair=pair, reason=reason)
        self._pulse.models_loaded = not unusable


async def _build(config: Config, environment_key: str | None, clock: Clock, stack: AsyncExitStack) -> Bot:
    folder = config.storage.directory
    stack.enter_context(only_process(folder))
    path = folder / "liaison.db"
    try:
        key = storage_key(config.storage.key_file, path, environment_key)
        database = await stack.enter_async_context(Database.open(path, key))
    except DatabaseError as error:
        raise StartRefused(str(error)) from error
    except OSError as error:
        raise StartRefused(f"storage: {error.filename}: {error.strerror}") from error
    store = Store(database)
    pulse = Pulse(clock.now())
    catalogues = Catalogues.load()
    translator = Translator(folder / "models", config.translation.engines)
    stack.push_async_callback(translator.close)
    client = MatrixClient(config, key, store, clock, pulse)
    stack.push_async_callback(client.close)
    rooms = client.rooms
    person = PersonService(config, store, rooms, catalogues)
    identity = IdentityService(store, client)
    services = Services(
        identity,
        NoticeService(config, store, rooms),
        person,
        RelayService(config, store, person, identity, rooms, translator),
        RoomService(config, rooms),
        StatusService(config, store, translator, catalogues, pulse),
    )
    router = Router(COMMANDS, catalogues)
    reader = Reader(client)
    intake = Intake(config, store, reader, router, services, clock, pulse)
    sender = Sender(client, store, Renderer(catalogues, services), clock)
    scheduler = Scheduler(RetentionService(config, store, client.keys), clock)
    try:
        await stack.enter_async_context(health.serve(config, store, pulse, clock))
    except OSError as error:
        raise StartRefused(f"health.listen: {config.health.listen} cannot be bound: {error.strerror}") from error
    return Bot(
        client, intake, sender, Receipts(client.api, store), scheduler, translator, config.taskforce.languages, pulse
    )


@contextmanager
def only_process(folder: Path) -> Iterator[None]:
    """Own the data folder: a second bot on it would break the encryption of both."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (folder / "lock").open("w")
    except FileExistsError as error:
        raise StartRefused(f"storage.directory: {folder} is not a folder") from error
    except OSError as error:
        raise StartRefused(f"storage.directory: {folder} cannot be made or written to: {error.strerror}") from error
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StartRefused(f"another Liaison runs on the data folder {folder}") from error
        yield


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first single error of nested groups."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
