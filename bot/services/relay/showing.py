"""What stands in the posts of a message: another translation, a correction, the machine's words again."""

from __future__ import annotations

from bot.model.correction import Correction
from bot.model.original import Original
from bot.model.translation import Flag, Translation
from bot.services.relay.outgoing import Cause, Outgoing, Posting
from bot.services.relay.pages import Json, posts
from bot.services.relay.postings import Postings
from bot.store import Store
from bot.store.outbox import OutboxRow


class Showing:
    """Words posts anew, in the open transaction."""

    def __init__(self, store: Store, outgoing: Outgoing, postings: Postings) -> None:
        self._store = store
        self._outgoing = outgoing
        self._postings = postings

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
            "doubt": await self._postings.doubt_about(original.sender, trusted=original.trusted),
            "source": original.event_id,
            "revision": original.revision,
        }
        postings = [Posting(original.room_id, "translation", {**said, "parts": parts}) for parts in posts(made)]
        await self._outgoing.add(postings, original.event_id, cause.at, cause.event_id)
        held = await self._store.outbox.list_holding(original.event_id)
        return [post for post in held if (post.room_id, post.kind) == (original.room_id, "translation")][-1]

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

    async def shows(self, room_id: str, source: str, revision: str, target: str) -> bool:
        """Return whether a post below the message *source* holds it in *target*, and not only that it has failed."""
        made = await self._store.translation.list_of(revision)
        if not any(t.target == target and Flag.UNAVAILABLE not in t.flags for t in made):
            return False
        held = await self._store.outbox.list_holding(source)
        shown = (post for post in held if post.kind not in ("reply", "notice"))
        return any(post.room_id == room_id and post.target in (None, target) for post in shown)
