"""Who may say that a correction is right, and where they are asked: where they see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.config import Current
from bot.i18n import Language, Message, _, _c
from bot.model.correction import APPROVE, ENDED, MOST_ASKED, REFUSE, SUBJECT, Correction, asks, judges
from bot.model.original import Original
from bot.model.person import LanguageCode, UserId
from bot.services.person import PersonService
from bot.services.question import Asking, QuestionService
from bot.services.relay import Cause, RelayService
from bot.services.room import Rooms
from bot.store import Store
from bot.store.outbox import OutboxRow

CHOICES: tuple[tuple[str, Message], ...] = (
    (APPROVE, _c("choice", "Yes, use it in every room")),
    (REFUSE, _c("choice", "No, show the machine's again")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked to approve a correction, each in which room. `unfit`: others read it, and none of them may."""

    rooms: Mapping[UserId, str]
    unfit: bool = False


class Judging:
    """Finds the judges of a correction and asks them, in the open transaction."""

    def __init__(
        self, config: Current, store: Store, person: PersonService, rooms: Rooms, relay: RelayService,
        question: QuestionService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._person = person
        self._rooms = rooms
        self._relay = relay
        self._question = question

    async def judges(self, correction: Correction) -> Sequence[UserId]:
        """Return who may judge it now, in the order in which they are best asked."""
        return _fit(correction, await self._readers(correction))

    async def ask(
        self, cause: Cause, room_id: str, correction: Correction, original: Original, posts: Sequence[OutboxRow]
    ) -> Asked:
        """Ask some of the judges, each below one of the *posts* that show it; the correction came from *room_id*.

        Where none of them sees one, it is posted below the message itself as well.
        """
        readers = await self._readers(correction)
        able = _fit(correction, readers)
        if not able:
            return Asked({}, unfit=any(user != correction.author for user in readers))
        nearest = sorted(posts, key=lambda post: post.room_id != room_id)
        seen = {user: post for user in able if (post := self._seen(user, nearest))}
        if not seen:
            post = await self._relay.show_below(cause, original, correction.target)
            seen = dict.fromkeys(able, post)
        asked = list(seen.items())[:MOST_ASKED]
        right = _("Is the corrected translation above, into {language}, right?", language=Language(correction.target))
        for index, (judge, post) in enumerate(asked):
            thread = await self._relay.thread_of(post)
            asking = Asking(SUBJECT, CHOICES, asks(correction.id), right, thread=thread)
            await self._question.ask(post.room_id, judge, asking, cause.event_id, post.id, cause.at, index)
        return Asked({judge: post.room_id for judge, post in asked})

    async def end(self, cause: Cause, id: int) -> None:
        """Let nobody be asked about the correction any more."""
        await self._question.settle(SUBJECT, asks(id), ENDED, cause.event_id, cause.at)

    def _seen(self, user: UserId, posts: Sequence[OutboxRow]) -> OutboxRow | None:
        """Return the first of *posts* that is in a room of the person's, or None."""
        return next((post for post in posts if user in self._rooms.members(post.room_id)), None)

    async def _readers(self, correction: Correction) -> Mapping[UserId, str | None]:
        """Return who sees the message, or what stands for it in linked rooms, and reads the language; with the agency.

        The direct rooms in which it may be shown are those of the same people.
        """
        config = self._config.now
        places = {correction.room_id}
        if original := await self._store.original.find_revision(correction.room_id, correction.event_id):
            held = {post.room_id for post in await self._store.outbox.list_holding(original.event_id)}
            places |= {room for room in held if await self._relay.share_circle(original.room_id, room)}
        members = {user for room in places for user in self._rooms.members(room)}
        people = [user for user in members if user != config.matrix.user_id and config.serves(user)]
        target = LanguageCode(correction.target).base
        reading = [
            reader.user_id
            for reader in await self._person.readers(people)
            if target in {language.base for language in reader.reads}
        ]
        return {user: found.code if (found := config.agency(user)) else None for user in reading}


def _fit(correction: Correction, readers: Mapping[UserId, str | None]) -> Sequence[UserId]:
    return judges(correction.author, correction.agency, readers)
