"""The duress word: it changes nothing of what a room sees, and lets those who are named know.

Whatever somebody checks in with, or answers, is done as if the word were not there: no handler knows of it. What
follows each check-in is a due row, planned in the same transaction by the same statements whether the word was in it or
not; only what that row does afterwards differs. The word itself is written nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from hmac import compare_digest
from unicodedata import combining, normalize

from bot.config import Current
from bot.i18n import Message, Verbatim, _, _c
from bot.model.checkin import ALARM
from bot.model.due import Woken
from bot.model.person import UserId
from bot.model.question import unquoted
from bot.model.told import Told
from bot.services.checkin.said import lines
from bot.services.direct import DirectService
from bot.services.notice import Block, NoticeService
from bot.services.question import Asking, QuestionService
from bot.services.room import RoomService
from bot.store import Store

DUE = "checkin"
"""The kind of the due rows: one for each event by which somebody checked in or answered."""
AGAIN = timedelta(minutes=5)
MOST_ROUNDS = 12
_WORD = re.compile(r"\w+")
_SEEN = (("seen", _c("choice", "I am on it")),)


class DuressService:
    """Hears the word, and alerts those who are named for the person's agency, where only they read it."""

    def __init__(
        self, config: Current, store: Store, room: RoomService, direct: DirectService, notice: NoticeService,
        question: QuestionService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._room = room
        self._direct = direct
        self._notice = notice
        self._question = question

    async def follow(
        self, person: UserId, room_id: str, event_id: str, said: str, now: datetime, *, taken: bool
    ) -> None:
        """Plan what follows what *person* said to check in or to answer, *taken* or refused: mostly nothing."""
        forced = int(self._holds(person, unquoted(said)))
        payload = {"person": person, "room": room_id, "at": now.isoformat(), "round": forced, "taken": taken}
        await self._store.due.plan(DUE, event_id, now, payload)

    def without(self, person: UserId, text: str) -> str:
        """Return *text* as it is recorded: without the word of the person's agency."""
        word = self._word(person)
        return _WORD.sub(lambda found: "" if _same(found[0], word) else found[0], normalize("NFC", text))

    async def act(self, woken: Woken) -> None:
        """Alert those who are named, and again until one of them sees to it; most often there is nothing to do."""
        turn = woken.due.payload["round"]
        if turn == 0:
            return
        person = UserId(woken.due.payload["person"])
        for user in self._named(person):
            await self._alert(user, person, woken)
        if turn < MOST_ROUNDS:
            payload = {**woken.due.payload, "round": turn + 1}
            await self._store.due.plan(DUE, woken.due.ref, woken.now + AGAIN, payload)

    async def seen(self, told: Told, id: str) -> None:
        """Let nobody be alerted again, because somebody sees to it.

        Nothing of it stands in the audit log, which more people read than those who are named.
        """
        await self._store.due.drop(DUE, id)
        await self._question.settle(DUE, {"kind": ALARM, "id": id}, _SETTLED, told.event_id, told.now)

    async def prepare(self, now: datetime) -> None:
        """Open a direct room with everyone who is named, in a transaction of its own.

        Each has one before there is an alert: else its opening would tell that there is one.
        """
        async with self._store.transaction():
            for user in sorted({user for one in self._config.now.agencies if one.duress for user in one.duress.users}):
                if not await self._store.direct.find(UserId(user)) and not await self._direct.find(UserId(user)):
                    await self._store.outbox.add(user, "open", f"named {user}", {}, now)

    def _holds(self, person: UserId, said: str) -> bool:
        word = self._word(person)
        # Each word is compared, whether one is found or not: so it takes as long.
        return any([_same(found, word) for found in _WORD.findall(normalize("NFC", said))])

    def _word(self, person: UserId) -> str:
        agency = self._config.now.agency(person)
        return agency.duress.word.get_secret_value() if agency and agency.duress else ""

    def _named(self, person: UserId) -> Iterable[UserId]:
        """Return who is alerted: never the one who is forced, whose telephone may be in other hands."""
        agency = self._config.now.agency(person)
        users = dict.fromkeys(agency.duress.users) if agency and agency.duress else {}
        return [UserId(user) for user in users if user != person and self._config.now.serves(user)]

    async def _alert(self, user: UserId, person: UserId, woken: Woken) -> None:
        """Tell one of those who are named, in their direct room, or as soon as they have one."""
        cause = f"{woken.cause} {user}"
        found = await self._direct.find(user)
        if found is None:
            await self._store.outbox.add(user, "open", cause, {}, woken.now)
        where = found or user
        notice = await self._notice.give(where, DUE, cause, await self._said(person, woken), woken.now, reader=user)
        if found is None:
            await self._notice.ring(where, DUE, cause, [user], _ASKED, notice, woken.now, reader=user)
            return
        asking = Asking(DUE, _SEEN, {"kind": ALARM, "id": woken.due.ref}, _ASKED)
        await self._question.ask(where, user, asking, cause, notice, woken.now)

    async def _said(self, person: UserId, woken: Woken) -> list[Block]:
        room_id, at = woken.due.payload["room"], datetime.fromisoformat(woken.due.payload["at"])
        name = Verbatim(self._room.known_as(person, room_id))
        blocks: list[Block] = [
            _(
                "{name} ({user}) has given the duress word, {moment}: they are being forced, and may be watched.",
                name=name, user=Verbatim(person), moment=at,
            ),
            _("Room: {room}", room=self._room.title(room_id)),
        ]  # fmt: skip
        one = await self._store.checkin.find(person)
        if one:
            blocks.append(lines(one))
        elif last := await self._store.checkin.find_last(person, at):
            blocks.append(lines(last))
            blocks.append(_("{name} is checked out of {post}.", name=name, post=Verbatim(last.post)))
        return [*blocks, _CAREFUL if woken.due.payload.get("taken", True) else _QUIET]


def _same(one: str, word: str) -> bool:
    return compare_digest(_plain(one).encode(), _plain(word).encode())


def _plain(text: str) -> str:
    decomposed = normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not combining(c))


_ASKED: Message = _("Please see the message above at once.")
_SETTLED = _("Somebody sees to it.")
_QUIET = _("Say nothing of it in the room, and do not call or write to them: others may read it.")
_CAREFUL = _(
    "Everyone in the room believes that it was accepted. Say nothing of it there, and do not call or write to them:"
    " others may read it."
)
