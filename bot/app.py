"""The composition root: builds everything once, wires it, and closes it."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path

import structlog

from bot import health, safe
from bot.clock import Clock, SystemClock
from bot.config import Config, ConfigError, Current
from bot.i18n import Catalogues
from bot.intake import Intake
from bot.intake.limits import Limits
from bot.loading import Loading
from bot.matrix.client import MatrixClient
from bot.matrix.errors import SessionEnded, StartRefused
from bot.matrix.events import Reader
from bot.matrix.fetching import Fetching
from bot.matrix.media import Media
from bot.matrix.opening import Opening
from bot.matrix.receipts import Receipts
from bot.matrix.sender import Sender
from bot.matrix.verifications import Verifications
from bot.model.phrase import Phrasebook
from bot.model.places import Gazetteer
from bot.reload import Reload
from bot.render import Renderer
from bot.router import Router
from bot.scheduler import Scheduler
from bot.services import Services
from bot.services.assembly import Outside, assemble
from bot.services.audit import AuditService, LogBroken
from bot.services.checklist import Checklists, checklists
from bot.services.phrase import phrasebook
from bot.services.place import gazetteer
from bot.services.pulse import Pulse
from bot.services.retention import RetentionService
from bot.services.sequel import ResumingService
from bot.store import Store
from bot.store.database import Database
from bot.store.failing import StorageFailed
from bot.store.opening import DatabaseError, storage_key
from bot.translation import Translator
from commands import COMMANDS

log = structlog.get_logger(__name__)

RECURSION_LIMIT = 10_000
SAFE_HINT = (
    "Until that is mended, `liaison run --safe` answers /healthz and the administrators' `!status`, and does nothing"
    " else."
)

__all__ = ["SessionEnded", "StartRefused", "StorageFailed", "only_process", "run", "run_safely"]


async def run(config: Config, file: Path, environment_key: str | None = None) -> None:
    """Run the bot until SIGINT or SIGTERM; at SIGHUP read its configuration *file* again.

    Raises StartRefused when it must not start, SessionEnded when the homeserver ended the session, StorageFailed when
    the disk is full or a database damaged.
    """
    # A homeserver passes on JSON nested as deeply as its own parser takes it; ours must not give up sooner.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
    # Before anything is built: a signal stops the bot in order at any moment of its start, too.
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with AsyncExitStack() as stack:
        current = Current(config)
        reload = Reload(file, current)
        loop.add_signal_handler(signal.SIGHUP, reload.ask)
        bot = await _build(current, reload, environment_key, SystemClock(), stack)
        # What is loaded by now stays; a full collection of it would stop the loop for tens of milliseconds.
        gc.collect()
        gc.freeze()
        manager = health.Manager(os.environ)
        work = asyncio.create_task(bot.run(manager), name="bot")
        stop = asyncio.create_task(stopped.wait(), name="stop")
        await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not work.done():
            log.info("stopping")
            manager.tell(health.STOPPING)
            work.cancel()
        try:
            await work
        except asyncio.CancelledError:
            pass
        except BaseExceptionGroup as group:
            raise _first(group) from None


async def run_safely(config: Config, environment_key: str | None = None) -> None:
    """Run in safe mode until SIGINT or SIGTERM, with what keeps the bot from starting.

    Raises StartRefused when nothing does, when another process has the data folder, or the health address cannot be
    bound.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    clock = SystemClock()
    with only_process(config.storage.directory):
        fault = await safe.find(config, environment_key, clock)
        if fault is None:
            raise StartRefused("nothing keeps the bot from starting: run it without --safe")
        router = Router(COMMANDS, Catalogues.load())
        work = asyncio.create_task(safe.serve(config, fault, environment_key, router, clock), name="safe")
        stop = asyncio.create_task(stopped.wait(), name="stop")
        await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


class Bot:
    """The wired parts."""

    def __init__(
        self,
        client: MatrixClient,
        intake: Intake,
        sender: Sender,
        receipts: Receipts,
        scheduler: Scheduler,
        loading: Loading,
        reload: Reload,
        pulse: Pulse,
        resuming: ResumingService,
        verifications: Verifications,
        clock: Clock,
    ) -> None:
        self._client = client
        self._intake = intake
        self._sender = sender
        self._receipts = receipts
        self._scheduler = scheduler
        self._loading = loading
        self._reload = reload
        self._pulse = pulse
        self._resuming = resuming
        self._verifications = verifications
        self._clock = clock

    async def run(self, manager: health.Manager) -> None:
        """Connect, then work until cancelled; *manager* is told how it goes."""
        self._pulse.resumed = await self._resuming.since() is None
        self._client.on_events = self._intake.wake
        self._client.on_room_keys = self._intake.keys_arrived
        self._client.at_rest = self._at_rest
        self._client.nio.on_identities = self._intake.identities_seen
        self._client.on_to_device = self._verifications.to_device
        self._intake.on_verification = self._verifications.in_room
        self._intake.on_done = self._done
        self._sender.on_done = self._receipts.wake
        self._reload.on_taken = self._taken
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._reload.run(), name="reload")
            async with asyncio.TaskGroup() as start:
                start.create_task(self._loading.start(), name="models")
                start.create_task(self._client.start(), name="start")
            await self._resume()
            tasks.create_task(health.watch(manager, self._pulse), name="watch")
            tasks.create_task(self._intake.run(), name="intake")
            tasks.create_task(self._sender.run(), name="sender")
            tasks.create_task(self._receipts.run(), name="receipts")
            tasks.create_task(self._scheduler.run(), name="scheduler")
            tasks.create_task(self._verifications.run(), name="verifications")
            tasks.create_task(self._loading.run(), name="models")
            tasks.create_task(self._client.run(), name="sync")

    async def _resume(self) -> None:
        """After a restore learn from the rooms what came after the backup, before anything is done or shown."""
        if since := await self._resuming.since():
            # Before the rooms are read, which takes long: what is said from the first sync on is answered.
            now = self._clock.now()
            found = await self._client.missed(since)
            await self._resuming.resume(found.sequels, found.redactions, now)
        self._pulse.resumed = True

    def _done(self, room_id: str) -> None:
        self._sender.wake(room_id)
        self._receipts.wake(room_id)

    async def _at_rest(self) -> None:
        # In the order in which one gives the other work.
        await self._intake.rest()
        await self._sender.rest()

    def _taken(self, keys: Collection[str]) -> None:
        if not {"access.servers", "monitors"}.isdisjoint(keys):
            self._client.share_keys_anew()


async def _build(
    current: Current, reload: Reload, environment_key: str | None, clock: Clock, stack: AsyncExitStack
) -> Bot:
    config = current.now
    phrases, lists, points = _read(config)
    stack.enter_context(only_process(config.storage.directory))
    key, store = await _opened(config, environment_key, stack)
    pulse, catalogues = Pulse(clock.now()), Catalogues.load()
    translator = Translator.configured(config)
    stack.push_async_callback(translator.close)
    client = MatrixClient(current, key, store, clock, pulse)
    stack.push_async_callback(client.close)
    reader = Reader(client)
    outside = Outside(
        current,
        store,
        client.rooms,
        catalogues,
        devices=client,
        translator=translator,
        pairs=translator,
        originals=Fetching(client.api, reader, clock),
        media=Media(client.api),
        phrases=phrases,
        checklists=lists,
        pulse=pulse,
        gazetteer=points,
        clock=clock,
    )
    services = assemble(outside)
    intake = Intake(current, store, reader, Router(COMMANDS, catalogues), services, clock, pulse)
    sender = _sender(client, store, services, catalogues, clock)
    store.identity.on_lost = _losing(current, client)
    current.lose(await store.identity.list_lost())
    scheduler = _scheduler(current, client, store, services, pulse, clock)
    await _listen(config, store, pulse, clock, translator, stack)
    await _begin(services.audit, clock)
    loading = Loading(translator, config.taskforce.languages, pulse)
    receipts = Receipts(client.api, store)
    verifications = _verifications(current, client, store, services, clock)
    return Bot(
        client, intake, sender, receipts, scheduler, loading, reload, pulse, services.resuming, verifications, clock
    )


def _read(config: Config) -> tuple[Phrasebook, Checklists, Gazetteer]:
    """Return what the task force's own files hold."""
    try:
        return phrasebook(config), checklists(config), gazetteer(config)
    except ConfigError as error:
        raise StartRefused(f"{error} {SAFE_HINT}") from error


async def _opened(config: Config, environment_key: str | None, stack: AsyncExitStack) -> tuple[str, Store]:
    """Return the key of the databases, and what is in ours until *stack* is closed."""
    path = config.storage.directory / "liaison.db"
    try:
        key = storage_key(config.storage.key_file, path, environment_key)
        return key, Store(await stack.enter_async_context(Database.open(path, key)))
    except DatabaseError as error:
        raise StartRefused(f"{error} {SAFE_HINT}") from error
    except OSError as error:
        raise StartRefused(f"storage: {error.filename}: {error.strerror}") from error


def _sender(client: MatrixClient, store: Store, services: Services, catalogues: Catalogues, clock: Clock) -> Sender:
    opening = Opening(client, store, services.direct)
    sender = Sender(client, store, Renderer(catalogues, services), opening, clock)
    store.outbox.on_added = sender.wake
    sender.on_posted = services.recall.posted
    return sender


def _scheduler(
    current: Current, client: MatrixClient, store: Store, services: Services, pulse: Pulse, clock: Clock
) -> Scheduler:
    scheduler = Scheduler(
        RetentionService(current, store, client.keys, pulse, services.audit, services.expiring),
        services.switch,
        services.audit,
        services.due,
        services.sir,
        services.duress,
        services.exercise,
        services.witness,
        clock,
    )
    store.due.on_planned = scheduler.planned
    return scheduler


def _verifications(
    current: Current, client: MatrixClient, store: Store, services: Services, clock: Clock
) -> Verifications:
    limits = Limits(current, lambda: clock.now().timestamp())
    verifications = Verifications(client, store, services.verifying, limits, clock)
    store.verifying.on_judged = verifications.judged
    return verifications


async def _listen(
    config: Config, store: Store, pulse: Pulse, clock: Clock, translator: Translator, stack: AsyncExitStack
) -> None:
    """Serve the health endpoints until *stack* is closed."""
    try:
        await stack.enter_async_context(health.serve(config, store, pulse, clock, translator))
    except OSError as error:
        raise StartRefused(f"health.listen: {config.health.listen} cannot be bound: {error.strerror}") from error


async def _begin(audit: AuditService, clock: Clock) -> None:
    """Go on with the audit log, if it is whole."""
    try:
        await audit.begin(clock.now())
    except LogBroken as error:
        raise StartRefused(f"{error} {SAFE_HINT}") from error


def _losing(current: Current, client: MatrixClient) -> Callable[[frozenset[str], frozenset[tuple[str, str]]], None]:
    """Return what is done once it is recorded that devices are lost: at once, before anything else is sent."""

    def lose(people: frozenset[str], devices: frozenset[tuple[str, str]]) -> None:
        current.lose(people)
        client.lose(devices)

    return lose


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
