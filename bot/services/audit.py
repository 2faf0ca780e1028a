"""The audit log: an entry for everything that counts, written with what it records, and signed checkpoints."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import token_bytes, token_hex
from typing import Any

import structlog

from bot.config import Current
from bot.model.audit import FORGOTTEN, SALT_BYTES, Content, Entry, Envelope, canonical
from bot.model.checkpoint import Cut, LogKey
from bot.model.merkle import Tree, edge, joined
from bot.model.person import Actor, UserId
from bot.model.told import Told
from bot.store import Store

log = structlog.get_logger(__name__)

PSEUDONYM_BYTES = 8


class LogBroken(Exception):
    """The audit log is not as this program left it; the text says what is wrong with it."""


class AuditService:
    """Appends to the log in the open transaction; cuts its checkpoints in transactions of its own."""

    def __init__(self, config: Current, store: Store) -> None:
        self._config = config
        self._store = store

    async def begin(self, now: datetime) -> None:
        """Make the key that signs the checkpoints, at the first start; it is named after the task force, for ever.

        At the first start after a restore, record what is missing since the backup; after an upgrade, which contents
        were forgotten by a version that did not say so. Raises LogBroken if there are
        entries and no key: a new one could not sign for them.
        """
        if await self._store.audit.key() is None:
            await self._make_key(now)
        await self._declare_gap(now)
        await self._declare_forgotten(now)

    async def _make_key(self, now: datetime) -> None:
        if await self._store.audit.size():
            raise LogBroken(
                "the audit log has entries, but its signing key is gone. Bring the last backup back with `liaison"
                " restore`; a new key would not be the one that others know."
            )
        key = LogKey.make(self._config.now.taskforce.code)
        async with self._store.transaction():
            await self._store.audit.add_key(key, now)
        log.info("audit.key_made", verifier=key.verifier.text)

    async def _declare_gap(self, now: datetime) -> None:
        """Record that a backup was brought back: entries and checkpoints since then may be in others' hands."""
        since, until, declared = [
            await self._store.account.find(name) for name in ("restored_from", "restored_at", "restored_declared")
        ]
        if until is None or until == declared:
            return
        async with self._store.transaction():
            await self.append("log.restored", None, None, {"from": since, "to": until}, now)
            await self._store.account.save(restored_declared=until)

    async def _declare_forgotten(self, now: datetime) -> None:
        """Record what was emptied before emptying was itself recorded, and what the timelines have left of it."""
        async with self._store.transaction():
            for index in await self._store.audit.list_unsaid():
                entry = await self._store.note.find_logged(index)
                await self.append(FORGOTTEN, None, str(index), entry.content if entry else {}, now)
                await self._store.audit.say(index)

    async def append(
        self, kind: str, actor: Actor | None, ref: str | None, content: Mapping[str, Any], now: datetime, *,
        unnamed: bool = False,
    ) -> int:  # fmt: skip
        """Append an entry in the open transaction, with which it stands and falls; return its index.

        `kind` is a noun and a verb (`incident.declare`), `actor` None for the bot itself. The envelope (kind, time,
        pseudonym, agency, *ref*) stays for ever; *content*, any JSON, can be purged. *unnamed*: under a pseudonym that
        is written down nowhere, so that the entry looks like any other and leads to nobody.
        """
        size = await self._store.audit.size()
        tree = Tree(size, await self._store.audit.hashes(edge(size)))
        inside = Content(token_bytes(SALT_BYTES), canonical(content))
        pseudonym = None if actor is None else await self._name(actor.user_id, unnamed=unnamed)
        envelope = Envelope(size, kind, now, pseudonym, actor.agency if actor else None, ref, inside.digest)
        entry = Entry.of(envelope, inside)
        await self._store.audit.add(entry, tree.add(entry.leaf))
        return size

    def said(self, index: int, told: Told, left: Mapping[str, Any], by: str = "") -> None:
        """Record that an entry holds words of the message that was told, or of the message *by*.

        Without them this is *left* of it, which holds no words of anybody: it stays in the log.
        """
        self._store.audit.said(index, told.room_id, by or told.said, json.dumps(left, ensure_ascii=False))

    async def withdraw(self, room_id: str, event_id: str, now: datetime) -> bool:
        """Delete what the message *event_id* of the room said; return whether any entry holds it."""
        return await self._unsay(await self._store.audit.said_by(room_id, event_id), now)

    async def purge(self, before: datetime, now: datetime) -> bool:
        """Delete what messages have said in entries older than *before*; return whether any entry held it."""
        return await self._unsay(await self._store.audit.said_before(before), now)

    async def _unsay(self, found: Sequence[tuple[int, str]], now: datetime) -> bool:
        for index, left in found:
            await self.forget(index, json.loads(left), now)
        return bool(found)

    async def forget(self, index: int, left: Mapping[str, Any], now: datetime) -> None:
        """Delete what an entry is about, in the open transaction; that there is one stays, and the tree holds.

        An entry says that it was done, and what is *left* of the content: what has none of its own is missing.
        """
        if await self._store.audit.delete_content(index):
            await self.append(FORGOTTEN, None, str(index), left, now)

    async def says(self, index: int) -> bool:
        """Return whether the entry still says what it is about."""
        entry = await self._store.audit.find(index)
        return entry is not None and entry.content is not None

    async def _name(self, user_id: UserId, *, unnamed: bool) -> str:
        return token_hex(PSEUDONYM_BYTES) if unnamed else await self.pseudonym(user_id)

    async def pseudonym(self, user_id: UserId) -> str:
        """Return the name under which a person stands in the log, made in the open transaction if there is none."""
        found = await self._store.audit.pseudonym(user_id)
        if found is None:
            found = token_hex(PSEUDONYM_BYTES)
            await self._store.audit.add_pseudonym(user_id, found)
        return found

    async def cut(self, now: datetime) -> Cut | None:
        """Sign a checkpoint of the log as it is, in a transaction of its own; return it, or None if nothing is new.

        Raises LogBroken where the log does not begin with what was signed last: two checkpoints that contradict each
        other must never be signed.
        """
        async with self._store.transaction():
            size, last = await self._store.audit.size(), await self._store.audit.last_checkpoint()
            if last and (size < last.size or await self._root(last.size) != last.root):
                raise LogBroken(f"the log of {size} entries does not begin with the checkpoint of {last.size} entries")
            if size == (last.size if last else 0):
                return None
            key = await self._store.audit.key()
            if key is None:
                raise LogBroken("the signing key of the audit log is gone")
            root = await self._root(size)
            made = Cut(size, root, key.sign(size, root), now)
            await self._store.audit.add_checkpoint(made)
        log.info("audit.checkpoint_cut", size=size, head=made.head)
        return made

    async def size(self) -> int:
        """Return how many entries the log has."""
        return await self._store.audit.size()

    async def last(self) -> Cut | None:
        """Return the checkpoint that was cut last, or None before the first."""
        return await self._store.audit.last_checkpoint()

    async def _root(self, size: int) -> bytes:
        return joined(await self._store.audit.hashes(edge(size)))
