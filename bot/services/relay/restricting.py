"""How a message is handled from now on: what that forbids is undone, and what is posted of it says so."""

from __future__ import annotations

from dataclasses import replace

from bot.model.handling import Handling
from bot.model.original import Decided, Original
from bot.services.relay.endings import Endings
from bot.services.relay.keeping import Keeping
from bot.services.relay.memory import Memory
from bot.services.relay.outgoing import Cause, Outgoing, Posting
from bot.services.relay.pages import Json, posts
from bot.services.relay.repeats import MOST_POSTS, Repeats
from bot.services.relay.showing import Showing
from bot.store import Store
from bot.store.outbox import OutboxRow


class Restricting:
    """Marks messages, in the open transaction."""

    def __init__(
        self, store: Store, keeping: Keeping, showing: Showing, outgoing: Outgoing, memory: Memory, repeats: Repeats,
        endings: Endings,
    ) -> None:  # fmt: skip
        self._store = store
        self._keeping = keeping
        self._showing = showing
        self._outgoing = outgoing
        self._memory = memory
        self._repeats = repeats
        self._endings = endings

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
        await self.handle(original, handling, decided, cause, index)

    async def handle(
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
                await self._keeping.forget_corrections(handled.revision, cause)
            if handling and not handling.remembered:
                await self._memory.forget(handled.revision)
                corrections = await self._store.correction.list_of(handled.revision)
                await self._store.correction.confine(handled.revision)
                for correction in corrections:
                    await self._keeping.settle(correction, cause)
                    await self._endings.gone(cause, correction)
                    await self._repeats.renew(cause, correction)
            if not travels(handled):
                await self._outgoing.call_home(cause, original, index)
        return handled

    async def _uncorrect_all(self, original: Original, cause: Cause, index: int) -> None:
        """Let the machine's words stand where people have put theirs: of these nothing is to be kept."""
        corrections = {one.target: one for one in await self._store.correction.list_of(original.revision)}
        made = [one for one in await self._store.translation.list_of(original.revision) if one.corrected]
        for turn, one in enumerate(made):
            first = index + turn * MOST_POSTS
            if one.target in corrections:
                await self._showing.uncorrect(cause, original, corrections[one.target], one.uncorrected, first)
            else:
                await self._showing.show(cause, original, one.uncorrected, first)

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


def _doubt_of(sender: str, page: OutboxRow) -> str | None:
    """Return the doubt about *sender* that the *page* of a summary says."""
    return next((entry["doubt"] for entry in page.payload["entries"] if entry["sender"] == sender), None)


def travels(original: Original) -> bool:
    """Return whether a message may leave its room."""
    return original.handling is None or original.handling.travels
