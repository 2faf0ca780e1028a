"""Relaying: what one person says, in the languages of those who could not read it, where they read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.config import Current
from bot.model.handling import label_of
from bot.model.incoming import Incoming
from bot.model.original import Original
from bot.model.translation import Flag, Translation
from bot.services.direct import DirectService
from bot.services.identity import IdentityService
from bot.services.person import PersonService
from bot.services.question import QuestionService
from bot.services.relay.crossing import Crossings
from bot.services.relay.destinations import Destinations
from bot.services.relay.endings import Endings
from bot.services.relay.keeping import Keeping
from bot.services.relay.memory import Memory
from bot.services.relay.outgoing import Cause, Outgoing, Posting
from bot.services.relay.postings import Postings
from bot.services.relay.repeats import Repeats
from bot.services.relay.restricting import Restricting, travels
from bot.services.relay.showing import Showing
from bot.services.relay.summary import Summary
from bot.services.relay.translating import Relayed, Translates, Translating
from bot.services.relay.voices import Voices
from bot.services.room import Rooms
from bot.services.term import TermService
from bot.store import Store
from bot.store.outbox import OutboxRow
from bot.store.translation import digest


class RelayService:
    """Translates messages, and carries them into other rooms."""

    def __init__(
        self,
        config: Current,
        store: Store,
        person: PersonService,
        identity: IdentityService,
        rooms: Rooms,
        translator: Translates,
        term: TermService,
        direct: DirectService,
        question: QuestionService,
    ) -> None:
        self._store = store
        self._memory = Memory(store, translator)
        self._voices = Voices(store, translator)
        self._destinations = Destinations(config, store, rooms, direct)
        self._crossings = Crossings(config, store, rooms)
        self._outgoing = Outgoing(store)
        self._repeats = Repeats(store, self._memory, self._outgoing)
        self._endings = Endings(store, person, rooms)
        self._keeping = Keeping(store, self._memory, self._outgoing, self._repeats, self._endings, question)
        self._postings = Postings(identity, self._crossings)
        showing = Showing(store, self._outgoing, self._postings)
        self._restricting = Restricting(
            store, self._keeping, showing, self._outgoing, self._memory, self._repeats, self._endings
        )
        self._summary = Summary(store, self._keeping, self._postings, self._outgoing, self._repeats)
        self._translating = translating = Translating(
            config, person, rooms, translator, self._destinations, term, self._memory
        )
        self.renew_repeats = self._repeats.renew
        self.recalled = self._memory.recalled
        self.forgotten = self._endings.forgotten
        self.restrict = self._restricting.restrict
        self.show = showing.show
        self.show_below = showing.show_below
        self.shows = showing.shows
        self.uncorrect = showing.uncorrect
        self.unsay = showing.unsay
        self.prepare = translating.prepare
        self.into = translating.into
        self.words = translating.words
        self.worth = translating.worth
        self.unavailable = translating.unavailable
        self.hinted_for_nothing = translating.hinted_for_nothing
        self.counterpart = self._crossings.counterpart
        self.share_circle = self._destinations.share_circle

    async def keep(self, incoming: Incoming, now: datetime) -> None:
        """Keep whose message it is, so that its edits can be followed, how it is handled, and what was heard in it."""
        await self._voices.heard(incoming)
        room_id, event_id, handling = incoming.room_id, incoming.event_id, label_of(incoming.words)
        await self._store.original.add(
            room_id, event_id, incoming.sender, now, trusted=incoming.trusted, handling=handling
        )

    async def announce(self, incoming: Incoming, now: datetime, *, quiet: bool) -> str:
        """Record a voice message and, unless *quiet*, tell those who need it; return what came of it.

        In linked rooms it is there to be heard itself.
        """
        needed = [] if quiet else await self._translating.needed(incoming)
        await self._voices.announce(incoming, needed, now)
        await self.keep(incoming, now)
        crosses = await self._translating.across(incoming)
        if crosses:
            await self._outgoing.add(
                await self._postings.of(incoming, incoming.event_id, crosses, crosses.destinations),
                incoming.event_id,
                now,
            )
            return "relayed"
        return "announced" if needed else "no need"

    async def stands(self, room_id: str, event_id: str) -> bool:
        """Return whether the message *event_id* is known and was not redacted."""
        return await self._store.original.find(room_id, event_id) is not None

    async def says(self, room_id: str, source: str, revision: str) -> bool:
        """Return whether the event *revision* says what the message *source* says now; False once it is redacted."""
        original = await self._store.original.find(room_id, source)
        return original is not None and original.revision == revision

    async def may_leave(self, room_id: str, source: str) -> bool:
        """Return whether how the message *source* is handled now lets it be said in other rooms."""
        original = await self._store.original.find(room_id, source)
        return original is not None and travels(original)

    async def record(self, incoming: Incoming, relayed: Relayed, now: datetime) -> None:
        """Record the translations and put what shows them into the outbox, in the open transaction."""
        handling, relayed = label_of(incoming.words), await self._repeats.current(relayed)
        await self._keeping.add(incoming.event_id, relayed.translations, handling, now)
        heard = await self._voices.heard(incoming)
        postings = await self._postings.of(incoming, incoming.event_id, relayed, relayed.destinations, heard)
        await self._outgoing.add(postings, incoming.event_id, now)
        await self._keeping.let_pass(handling, incoming.event_id)

    async def record_wished(self, incoming: Incoming, relayed: Relayed, revision: str, by: str, now: datetime) -> None:
        """Record a translation that the event *by* asked for, in a post of its own. It is of the text *revision*."""
        source, relayed = incoming.event_id, await self._repeats.current(relayed)
        original = await self._store.original.find(incoming.room_id, source)
        handling = original.handling if original else label_of(incoming.words)
        await self._keeping.add(revision, relayed.translations, handling, now)
        postings = await self._postings.of(incoming, source, relayed, relayed.destinations, original=original)
        named = [replace(one, payload={**one.payload, "source": source, "revision": revision}) for one in postings]
        await self._outgoing.add(named, source, now, by)
        await self._keeping.let_pass(handling, revision)

    async def thread_of(self, post: OutboxRow) -> str | None:
        """Return the event that begins the thread in which *post* stands in its room, or None."""
        thread, home = post.payload.get("thread"), post.payload.get("room", post.room_id)
        if thread is None or home == post.room_id:
            return thread
        return await self.counterpart(home, thread, post.room_id)

    async def take_back(self, room_id: str, source: str, target: str, cause: Cause) -> None:
        """Take back the message *source* in *target*, which nobody asks for any more."""
        if any(post.target == target for post in await self._store.outbox.list_holding(source)):
            await self._keeping.forget_one(room_id, source, target, cause)
            await self._outgoing.take_back(cause, source, target)

    async def revise(self, edit: Incoming, relayed: Relayed | None, now: datetime) -> str:
        """Record that the translations of an edit take the place of those before; return what came of it.

        None if nobody needs any now: what was posted is taken back, and what was carried into other rooms.
        """
        original = await self._store.original.find(edit.room_id, edit.replaces or "")
        if original is None:
            return "redacted"
        if original.edit and await self._store.inbox.precedes(edit.event_id, original.edit):
            return "superseded"
        cause = Cause(edit.event_id, now)
        original = await self._restricting.handle(original, *original.edited(label_of(edit.revised().words)), cause)
        relayed = await self._repeats.current(relayed) if relayed else None
        made = relayed.translations if relayed else ()
        before = await self._store.translation.list_of(original.revision)
        same = _texts(made, original.revision, before) == _texts(before, original.revision, before)
        if same and not await self._carried(original, relayed):
            await self._store.original.save(original.event_id, edit.event_id, original.revision)
            return "unchanged"
        await self._keeping.add(edit.event_id, made, original.handling, now)
        remembered = original.handling is None or original.handling.remembered
        await self._keeping.forget(original.revision, cause, repeats=not remembered)
        await self._store.original.save(original.event_id, edit.event_id, edit.event_id)
        await self._outgoing.replace(cause, original.event_id, await self._revised(edit, original, relayed))
        await self._keeping.let_pass(original.handling, edit.event_id)
        return "followed"

    async def _revised(self, edit: Incoming, original: Original, relayed: Relayed | None) -> list[Posting]:
        """Return what is to be posted instead of what was posted for the message that *edit* changes."""
        if relayed is None:
            return []
        heard = await self._voices.of(edit.room_id, original.event_id)
        places = [to for to in relayed.destinations if not to.crosses or travels(original)]
        return await self._postings.of(edit.revised(), original.event_id, relayed, places, heard, original)

    async def _carried(self, original: Original, relayed: Relayed | None) -> bool:
        """Return whether a message is, or is to be, in other rooms: there its text counts, not its translation only."""
        if relayed and travels(original) and any(to.crosses for to in relayed.destinations):
            return True
        return any(post.kind == "relay" for post in await self._store.outbox.list_holding(original.event_id))

    async def answered(self, room_id: str, event_id: str) -> list[Original]:
        """Return the messages that an answer to *event_id* is about: it itself, or those that our post translates."""
        original = await self._store.original.find(room_id, event_id)
        return [original] if original else await self._store.original.list_held(room_id, event_id)

    async def withdraw(self, redaction: Incoming, event_id: str, now: datetime) -> bool:
        """Record that the event *event_id* is redacted: its translations are deleted, what shows them is taken back.

        Return whether there were any. Of a redacted edit goes the present text alone: later edits still count.
        With a voice message goes the translation of what was heard in it.
        """
        # Somebody may have taken back a post of ours: then it is not there to be edited.
        for held in await self._store.outbox.list_held_by(redaction.room_id, event_id):
            if held.target:
                await self._keeping.forget_one(
                    redaction.room_id, held.source, held.target, Cause(redaction.event_id, now)
                )
        await self._store.outbox.let_go_event(redaction.room_id, event_id)
        original = await self._store.original.find_revision(redaction.room_id, event_id)
        if original is None:
            return False
        cause = Cause(redaction.event_id, now)
        index = await self._take_away(cause, original)
        if event_id == original.event_id:
            await self._store.original.forget(event_id)
            await self._store.wish.forget(event_id)
            transcript = await self._voices.withdraw(redaction.room_id, event_id)
            if written := await self._store.original.find(redaction.room_id, transcript or ""):
                await self._take_away(cause, written, index)
                await self._store.original.forget(written.event_id)
        else:
            # Nothing says that text any more, neither what waits to be sent.
            await self._store.original.save(original.event_id, original.edit or event_id, redaction.event_id)
        return True

    async def _take_away(self, cause: Cause, original: Original, index: int = 0) -> int:
        """Delete the translations of a message and take back what shows them; return the next index."""
        await self._keeping.forget(original.revision, cause)
        return await self._outgoing.replace(cause, original.event_id, [], index)

    async def sum_up(self, missed: Sequence[tuple[Incoming, Relayed]], now: datetime) -> None:
        """Record the translations of what was missed in a room, to be posted as a summary a language."""
        await self._summary.sum_up(missed, now, self.record)

    async def translations(self, event_id: str) -> list[Translation]:
        """Return the recorded translations of a message."""
        return await self._store.translation.list_of(event_id)


def _texts(
    translations: Sequence[Translation], event_id: str, before: Sequence[Translation]
) -> dict[str, tuple[str, str, str, tuple[Flag, ...]]]:
    """Return what a reader sees of *translations*, by target language; of what is gone from *before*, its digest."""
    gone = {t.target for t in before if t.gone}
    return {
        t.target: (
            t.source,
            (t.digest or digest(event_id, t)) if t.target in gone else t.text,
            "" if t.target in gone else t.html,
            t.flags,
        )
        for t in translations
    }
