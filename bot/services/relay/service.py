"""Relaying: what one person says, in the languages of those who could not read it, where they read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.config import Current
from bot.model.correction import ENDED, SUBJECT, Correction
from bot.model.handling import Handling, label_of, read_label
from bot.model.incoming import Incoming
from bot.model.original import Decided, Original
from bot.model.person import UserId
from bot.model.room import Mode
from bot.model.translation import Flag, Translation
from bot.model.voice import Recording
from bot.services.direct import DirectService
from bot.services.identity import IdentityService
from bot.services.person import PersonService
from bot.services.question import QuestionService
from bot.services.relay.crossing import Crossings
from bot.services.relay.destinations import Destination, Destinations
from bot.services.relay.endings import Endings
from bot.services.relay.memory import Memory
from bot.services.relay.outgoing import Cause, Outgoing, Posting
from bot.services.relay.pages import Json, cuts, paged, posts
from bot.services.relay.repeats import MOST_POSTS, Repeats
from bot.services.relay.translating import Relayed, Translates, Translating
from bot.services.relay.voices import Voices
from bot.services.relay.written import written_in
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
        self._question = question
        self._identity = identity
        self._memory = Memory(store, translator)
        self._voices = Voices(store, translator)
        self._destinations = Destinations(config, store, rooms, direct)
        self._crossings = Crossings(config, store, rooms)
        self._outgoing = Outgoing(store)
        self._repeats = Repeats(store, self._memory, self._outgoing)
        self._endings = Endings(store, person, rooms)
        self._translating = translating = Translating(
            config, person, rooms, translator, self._destinations, term, self._memory
        )
        self.renew_repeats = self._repeats.renew
        self.recalled = self._memory.recalled
        self.forgotten = self._endings.forgotten
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

    async def _let_pass(self, handling: Handling | None, event_id: str) -> None:
        """See that translations of an event are kept no longer than its *handling* allows."""
        if handling and not handling.kept:
            await self._store.translation.let_pass(event_id)

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
                await self._postings(incoming, incoming.event_id, crosses, crosses.destinations), incoming.event_id, now
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
        return original is not None and _travels(original)

    async def record(self, incoming: Incoming, relayed: Relayed, now: datetime) -> None:
        """Record the translations and put what shows them into the outbox, in the open transaction."""
        handling, relayed = label_of(incoming.words), await self._repeats.current(relayed)
        await self._add(incoming.event_id, relayed.translations, handling, now)
        heard = await self._voices.heard(incoming)
        postings = await self._postings(incoming, incoming.event_id, relayed, relayed.destinations, heard)
        await self._outgoing.add(postings, incoming.event_id, now)
        await self._let_pass(handling, incoming.event_id)

    async def record_wished(self, incoming: Incoming, relayed: Relayed, revision: str, by: str, now: datetime) -> None:
        """Record a translation that the event *by* asked for, in a post of its own. It is of the text *revision*."""
        source, relayed = incoming.event_id, await self._repeats.current(relayed)
        original = await self._store.original.find(incoming.room_id, source)
        handling = original.handling if original else label_of(incoming.words)
        await self._add(revision, relayed.translations, handling, now)
        postings = await self._postings(incoming, source, relayed, relayed.destinations, original=original)
        named = [replace(one, payload={**one.payload, "source": source, "revision": revision}) for one in postings]
        await self._outgoing.add(named, source, now, by)
        await self._let_pass(handling, revision)

    async def _add(
        self, event_id: str, translations: Sequence[Translation], handling: Handling | None, now: datetime
    ) -> None:
        """Record the translations of what the event *event_id* says, and what may be remembered of them."""
        await self._store.translation.add(event_id, translations, now)
        if handling is None or handling.remembered:
            await self._memory.learn(event_id, translations, now)

    async def _forget(self, event_id: str, cause: Cause, *, repeats: bool = True) -> None:
        """Delete the translations of what the event *event_id* says, and what is remembered of it alone.

        Unless the *repeats* of its corrections may stand, nothing that is posted repeats these any more.
        """
        await self._store.translation.forget(event_id)
        await self._memory.forget(event_id)
        await self._forget_corrections(event_id, cause, repeats=repeats)

    async def _forget_corrections(self, event_id: str, cause: Cause, *, repeats: bool = True) -> None:
        """Delete what people put in place of the translations of what the event *event_id* says."""
        for correction in await self._store.correction.list_of(event_id):
            await self._forget_correction(correction, cause, repeats=repeats)

    async def _forget_correction(self, correction: Correction, cause: Cause, *, repeats: bool = True) -> None:
        """Delete *correction*; unless its *repeats* may stand, nothing that is posted repeats it any more."""
        await self._settle(correction, cause)
        await self._endings.gone(cause, correction)
        await self._store.correction.forget(correction.id)
        if repeats:
            await self._repeats.renew(cause, correction)

    async def _settle(self, correction: Correction, cause: Cause) -> None:
        """Let nobody be asked any more whether *correction* is right."""
        await self._question.settle(SUBJECT, {"correction": correction.id}, ENDED, cause.event_id, cause.at)

    async def show(self, cause: Cause, original: Original, translation: Translation, index: int = 0) -> list[OutboxRow]:
        """Let the posts with a message's translation say *translation* in its place; return these posts.

        What is recorded counts from *index*, for that cause.
        """
        await self._store.translation.add(original.revision, [translation], cause.at)
        return await self._outgoing.renew(cause, original, translation.target, index)

    async def show_below(self, cause: Cause, original: Original, target: str) -> OutboxRow:
        """Post the translation of a message in *target* below it, where no post of its room has it; return the post."""
        made = [t for t in await self._store.translation.list_of(original.revision) if t.target == target]
        said: Json = {
            "sender": original.sender,
            "doubt": await self._doubt_about(original.sender, trusted=original.trusted),
            "source": original.event_id,
            "revision": original.revision,
        }
        postings = [Posting(original.room_id, "translation", {**said, "parts": parts}) for parts in posts(made)]
        await self._outgoing.add(postings, original.event_id, cause.at, cause.event_id)
        held = await self._store.outbox.list_holding(original.event_id)
        return [post for post in held if (post.room_id, post.kind) == (original.room_id, "translation")][-1]

    async def thread_of(self, post: OutboxRow) -> str | None:
        """Return the event that begins the thread in which *post* stands in its room, or None."""
        thread, home = post.payload.get("thread"), post.payload.get("room", post.room_id)
        if thread is None or home == post.room_id:
            return thread
        return await self.counterpart(home, thread, post.room_id)

    async def uncorrect(
        self, cause: Cause, original: Original, correction: Correction, before: Translation, index: int = 0
    ) -> None:
        """Let *before* stand again where the *correction* of a message stood, and take back what said that.

        What is recorded counts from *index*, for that cause.
        """
        edits = await self._outgoing.said_by(correction.command, original.event_id)
        await self.show(cause, original, before, index)
        await self._outgoing.unsay(cause, edits, index)

    async def unsay(self, cause: Cause, event_id: str) -> None:
        """Take back the edits of posts that the event *event_id* asked for: later ones have taken their place."""
        await self._outgoing.unsay(cause, await self._store.outbox.list_edits_by(event_id))

    async def take_back(self, room_id: str, source: str, target: str, cause: Cause) -> None:
        """Take back the message *source* in *target*, which nobody asks for any more."""
        if any(post.target == target for post in await self._store.outbox.list_holding(source)):
            await self._forget_one(room_id, source, target, cause)
            await self._outgoing.take_back(cause, source, target)

    async def _forget_one(self, room_id: str, source: str, target: str, cause: Cause) -> None:
        """Delete the translation of the message *source* into *target*, and its correction.

        What a second person has approved stays: it serves other rooms.
        """
        original = await self._store.original.find(room_id, source)
        if original is None:
            return
        await self._store.translation.forget_one(original.revision, target)
        for one in await self._store.correction.list_of(original.revision):
            if one.target == target and not one.approved_by:
                await self._outgoing.unsay(cause, await self._outgoing.said_by(one.command, source))
                await self._forget_correction(one, cause)

    async def shows(self, room_id: str, source: str, revision: str, target: str) -> bool:
        """Return whether a post below the message *source* holds it in *target*, and not only that it has failed."""
        made = await self._store.translation.list_of(revision)
        if not any(t.target == target and Flag.UNAVAILABLE not in t.flags for t in made):
            return False
        held = await self._store.outbox.list_holding(source)
        shown = (post for post in held if post.kind not in ("reply", "notice"))
        return any(post.room_id == room_id and post.target in (None, target) for post in shown)

    async def _postings(
        self,
        incoming: Incoming,
        source: str,
        relayed: Relayed,
        destinations: Sequence[Destination],
        heard: Recording | None = None,
        original: Original | None = None,
    ) -> list[Posting]:
        """Return what is to be posted for the message *source*, which *incoming* is or makes of it, and where.

        *heard* is the voice message that it writes down, *original* what is kept of it, if it was said before.
        """
        doubt = await self._doubt(incoming)
        label = _label_of(incoming, original)
        said: Json = {"sender": incoming.sender, "doubt": doubt, **label}
        if heard:
            said["heard"] = {"voice": heard.event_id, "sender": heard.sender}
        made = {t.target: t for t in relayed.translations}
        written = written_in(incoming, relayed.hint)
        found: list[Posting] = []
        for to in destinations:
            if to.crosses:
                one = made.get(to.languages[0])
                payloads = await self._crossings.payloads(incoming, source, written, one, to, doubt)
                found += [Posting(to.room_id, "relay", {**payload, **label}) for payload in payloads]
            else:
                shown = [made[language] for language in to.languages]
                thread: Json = {"thread": incoming.thread or source} if to.mode is Mode.THREAD else {}
                asked = to.languages[0] if to.wished else None
                found += [
                    Posting(to.room_id, "translation", {**said, "parts": parts, **thread}, asked)
                    for parts in posts(shown)
                ]
        return found

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
        original = await self._handle(original, *original.edited(label_of(edit.revised().words)), cause)
        relayed = await self._repeats.current(relayed) if relayed else None
        made = relayed.translations if relayed else ()
        before = await self._store.translation.list_of(original.revision)
        same = _texts(made, original.revision, before) == _texts(before, original.revision, before)
        if same and not await self._carried(original, relayed):
            await self._store.original.save(original.event_id, edit.event_id, original.revision)
            return "unchanged"
        await self._add(edit.event_id, made, original.handling, now)
        remembered = original.handling is None or original.handling.remembered
        await self._forget(original.revision, cause, repeats=not remembered)
        await self._store.original.save(original.event_id, edit.event_id, edit.event_id)
        await self._outgoing.replace(cause, original.event_id, await self._revised(edit, original, relayed))
        await self._let_pass(original.handling, edit.event_id)
        return "followed"

    async def _revised(self, edit: Incoming, original: Original, relayed: Relayed | None) -> list[Posting]:
        """Return what is to be posted instead of what was posted for the message that *edit* changes."""
        if relayed is None:
            return []
        heard = await self._voices.of(edit.room_id, original.event_id)
        places = [to for to in relayed.destinations if not to.crosses or _travels(original)]
        return await self._postings(edit.revised(), original.event_id, relayed, places, heard, original)

    async def _carried(self, original: Original, relayed: Relayed | None) -> bool:
        """Return whether a message is, or is to be, in other rooms: there its text counts, not its translation only."""
        if relayed and _travels(original) and any(to.crosses for to in relayed.destinations):
            return True
        return any(post.kind == "relay" for post in await self._store.outbox.list_holding(original.event_id))

    async def answered(self, room_id: str, event_id: str) -> list[Original]:
        """Return the messages that an answer to *event_id* is about: it itself, or those that our post translates."""
        original = await self._store.original.find(room_id, event_id)
        return [original] if original else await self._store.original.list_held(room_id, event_id)

    async def restrict(
        self, original: Original, handling: Handling, decided: Decided, cause: Cause, index: int = 0
    ) -> None:
        """Let a message be handled otherwise from now on, in the open transaction: what is posted of it says so.

        What is recorded counts from *index*, for that cause.
        """
        handled = replace(original, handling=handling, decided=decided)
        if not handling.kept:
            await self._uncorrect_all(handled, cause, index)
            await self._take_apart(handled, cause, index)
        if handled.label != original.label:
            await self._outgoing.relabel(cause, handled, index)
        await self._handle(original, handling, decided, cause, index)

    async def _handle(
        self, original: Original, handling: Handling | None, decided: Decided, cause: Cause, index: int = 0
    ) -> Original:
        """Record how a message is handled now, and undo what that forbids."""
        if (handling, decided) == (original.handling, original.decided):
            return original
        await self._store.original.mark(original.event_id, handling, decided)
        handled = replace(original, handling=handling, decided=decided)
        if handling != original.handling:
            if handling and not handling.kept:
                await self._take_apart(handled, cause, index)
                await self._store.translation.let_pass(handled.revision)
                await self._forget_corrections(handled.revision, cause)
            if handling and not handling.remembered:
                await self._memory.forget(handled.revision)
                corrections = await self._store.correction.list_of(handled.revision)
                await self._store.correction.confine(handled.revision)
                for correction in corrections:
                    await self._settle(correction, cause)
                    await self._endings.gone(cause, correction)
                    await self._repeats.renew(cause, correction)
            if not _travels(handled):
                await self._outgoing.call_home(cause, original, index)
        return handled

    async def _uncorrect_all(self, original: Original, cause: Cause, index: int) -> None:
        """Let the machine's words stand where people have put theirs: of these nothing is to be kept."""
        corrections = {one.target: one for one in await self._store.correction.list_of(original.revision)}
        made = [one for one in await self._store.translation.list_of(original.revision) if one.corrected]
        for turn, one in enumerate(made):
            first = index + turn * MOST_POSTS
            if one.target in corrections:
                await self.uncorrect(cause, original, corrections[one.target], one.uncorrected, first)
            else:
                await self.show(cause, original, one.uncorrected, first)

    async def _take_apart(self, original: Original, cause: Cause, index: int) -> None:
        """Let a message that stands in summaries have a post of its own: they may have to be worded again later."""
        held = await self._store.outbox.list_holding(original.event_id)
        pages = [post for post in held if post.kind == "catchup"]
        if not pages:
            return
        for number, page in enumerate(pages, index):
            await self._outgoing.take_out(cause, original.event_id, page, number)
        made = await self._store.translation.list_of(original.revision)
        said: Json = {"sender": original.sender, "doubt": _doubt_of(original.sender, pages[0])}
        said |= {"label": original.label} if original.label else {}
        postings = [Posting(original.room_id, "translation", {**said, "parts": parts}) for parts in posts(made)]
        await self._outgoing.add(postings, original.event_id, cause.at, original.revision)

    async def withdraw(self, redaction: Incoming, event_id: str, now: datetime) -> bool:
        """Record that the event *event_id* is redacted: its translations are deleted, what shows them is taken back.

        Return whether there were any. Of a redacted edit goes the present text alone: later edits still count.
        With a voice message goes the translation of what was heard in it.
        """
        # Somebody may have taken back a post of ours: then it is not there to be edited.
        for held in await self._store.outbox.list_held_by(redaction.room_id, event_id):
            if held.target:
                await self._forget_one(redaction.room_id, held.source, held.target, Cause(redaction.event_id, now))
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
        await self._forget(original.revision, cause)
        return await self._outgoing.replace(cause, original.event_id, [], index)

    async def sum_up(self, missed: Sequence[tuple[Incoming, Relayed]], now: datetime) -> None:
        """Record the translations of what was missed in a room, to be posted as a summary a language.

        What goes to other rooms goes there message by message: there it stands for the message itself. And what may not
        be kept is posted by itself: a summary may have to be worded again.
        """
        by_language: dict[str, list[tuple[Json, int]]] = {}
        for incoming, made in missed:
            relayed = await self._repeats.current(made)
            handling = label_of(incoming.words)
            if handling and not handling.kept:
                await self.record(incoming, relayed, now)
                continue
            await self._add(incoming.event_id, relayed.translations, handling, now)
            across = [to for to in relayed.destinations if to.crosses]
            await self._outgoing.add(
                await self._postings(incoming, incoming.event_id, relayed, across), incoming.event_id, now
            )
            below = {language for to in relayed.destinations if not to.crosses for language in to.languages}
            doubt = await self._doubt(incoming)
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

    async def _doubt(self, incoming: Incoming) -> str | None:
        """Return why it is not certain who wrote a message: its `device`, or the sender's `identity`."""
        return await self._doubt_about(incoming.sender, trusted=incoming.trusted)

    async def _doubt_about(self, sender: UserId, *, trusted: bool) -> str | None:
        if not trusted:
            return "device"
        return "identity" if await self._identity.changed(sender) else None

    async def translations(self, event_id: str) -> list[Translation]:
        """Return the recorded translations of a message."""
        return await self._store.translation.list_of(event_id)


def _doubt_of(sender: str, page: OutboxRow) -> str | None:
    """Return the doubt about *sender* that the *page* of a summary says."""
    return next((entry["doubt"] for entry in page.payload["entries"] if entry["sender"] == sender), None)


def _label_of(incoming: Incoming, original: Original | None) -> Json:
    """Return what posts have to say of a message's label: that it was given afterwards, or how a mistyped one is read.

    *original* is what is kept of the message, if it was said before.
    """
    if original and original.label:
        return {"label": original.label}
    label = read_label(incoming.words)
    return {"handled": str(label.handling)} if label and label.unclear else {}


def _travels(original: Original) -> bool:
    """Return whether a message may leave its room."""
    return original.handling is None or original.handling.travels


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
