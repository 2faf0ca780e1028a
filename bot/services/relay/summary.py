"""What was missed while the bot was away: one post a language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.model.handling import label_of
from bot.model.incoming import Incoming
from bot.services.relay.keeping import Keeping
from bot.services.relay.outgoing import Outgoing
from bot.services.relay.pages import Json, cuts, paged
from bot.services.relay.postings import Postings
from bot.services.relay.repeats import Repeats
from bot.services.relay.translating import Relayed
from bot.store import Store

Record = Callable[[Incoming, Relayed, datetime], Awaitable[None]]


class Summary:
    """Sums up, in the open transaction."""

    def __init__(
        self, store: Store, keeping: Keeping, postings: Postings, outgoing: Outgoing, repeats: Repeats
    ) -> None:
        self._store = store
        self._keeping = keeping
        self._postings = postings
        self._outgoing = outgoing
        self._repeats = repeats

    async def sum_up(self, missed: Sequence[tuple[Incoming, Relayed]], now: datetime, record: Record) -> None:
        """Record the translations of what was missed in a room, to be posted as a summary a language.

        What goes to other rooms goes there message by message: there it stands for the message itself. And what may not
        be kept is recorded by itself by *record*: a summary may have to be worded again.
        """
        by_language: dict[str, list[tuple[Json, int]]] = {}
        for incoming, made in missed:
            relayed = await self._repeats.current(made)
            handling = label_of(incoming.words)
            if handling and not handling.kept:
                await record(incoming, relayed, now)
                continue
            await self._keeping.add(incoming.event_id, relayed.translations, handling, now)
            across = [to for to in relayed.destinations if to.crosses]
            await self._outgoing.add(
                await self._postings.of(incoming, incoming.event_id, relayed, across), incoming.event_id, now
            )
            below = {language for to in relayed.destinations if not to.crosses for language in to.languages}
            doubt = await self._postings.doubt(incoming)
            said = {"event": incoming.event_id, "sender": incoming.sender, "at": incoming.sent_at.isoformat()}
            for t in (t for t in relayed.translations if t.target in below):
                for start, end in cuts(t.text):
                    entry = {**said, "part": [t.target, start, end], "doubt": doubt}
                    by_language.setdefault(t.target, []).append((entry, len(t.text[start:end].encode())))
        away = await self._away()
        for language, entries in by_language.items():
            for index, page in enumerate(paged(entries)):
                first = missed[0][0]
                payload = {"language": language, "entries": page, "away": away}
                cause = f"{first.event_id} {language}"
                holds = dict.fromkeys(str(entry["event"]) for entry in page)
                await self._store.outbox.add(first.room_id, "catchup", cause, payload, now, index, holds)

    async def _away(self) -> list[str]:
        """Return between which moments the bot was away last, ISO 8601; empty if it never was."""
        moments = [await self._store.account.find(name) for name in ("away_from", "away_to")]
        return [moment for moment in moments if moment]
