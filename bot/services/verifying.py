"""Verification by emoji: a second person compares, because a machine that finds its own emoji right proves nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import AnyOf, Code, Message, Verbatim, _, _c
from bot.model.emoji import EMOJI
from bot.model.identity import Method
from bot.model.person import Actor, UserId
from bot.model.sequel import Sequel, SequelKind
from bot.model.told import Told
from bot.model.verifying import Shown, Verifying
from bot.services.direct import DirectService
from bot.services.identity import IdentityService, confirmation
from bot.services.notice import LOOK, Block, NoticeService
from bot.services.person import PersonService
from bot.services.question import Asking, QuestionService
from bot.services.room import RoomService
from bot.services.sequel import SequelService
from bot.store import Store

log = structlog.get_logger(__name__)

COMMAND = "identity confirm"
OF = "verification"
MATCH, DIFFER = "confirm", "refuse"
"""The choices of the question, named as those of the keys that were compared in person."""
MOST_ASKED = 5
"""How many people are asked to compare the emoji of one person."""

CHOICES = ((MATCH, _c("choice", "They match")), (DIFFER, _c("choice", "They do not match")))
QUESTION = _("Are the emoji above the same as on the device, in the same order?")
OVER = _("This verification is over, so there is nothing to compare any more.")
SETTLED = _("That is settled already. Nothing was changed.")
ENDED = _("The verification has ended without a result. Nothing was changed: you can begin it again in your app.")
TOO_LONG = _("The verification took longer than ten minutes, so I ended it. You can begin it again in your app.")
RESTARTED = _("I was restarted during the verification, so I ended it. You can begin it again in your app.")
BUSY = _("Others are being verified now, so I declined. Begin again in a few minutes.")


class VerifyingService:
    """Has a second person compare the emoji, and records what came of it; joins the open transaction."""

    def __init__(
        self, config: Current, store: Store, identity: IdentityService, person: PersonService, room: RoomService,
        direct: DirectService, notice: NoticeService, question: QuestionService, sequel: SequelService,
    ) -> None:  # fmt: skip
        self._config = config
        self._store = store
        self._identity = identity
        self._person = person
        self._room = room
        self._direct = direct
        self._notice = notice
        self._question = question
        self._sequel = sequel

    def welcome(self, user_id: UserId) -> bool:
        """Return whether the person belongs to the task force: an agency or a role has them, and no device is lost."""
        config = self._config.now
        return config.serves(user_id) and (config.agency(user_id) is not None or user_id in self._named())

    def direct(self, room_id: str, user_id: UserId) -> bool:
        """Return whether the room is encrypted, and the person's and the bot's alone."""
        return self._direct.holds(room_id, user_id)

    async def master_key(self, user_id: UserId) -> str | None:
        """Return the public master key that the homeserver shows of the person now, or None."""
        identity = await self._identity.find(user_id)
        return (identity.changed_to or identity.master_key) if identity else None

    async def begin(self, verifying: Verifying) -> None:
        """Record that a verification runs; it takes the place of any other of that person."""
        await self._store.verifying.save(verifying)

    async def decline(self, verifying: Verifying, said: Message, now: datetime) -> None:
        """Tell the person why none begins."""
        await self._tell(verifying.user_id, verifying, "declined", [said], now)

    async def find_all(self) -> Sequence[Verifying]:
        """Return all that were running: at the start, what a restart has cut off."""
        return await self._store.verifying.find_all()

    async def show(self, verifying: Verifying, shown: Shown, now: datetime) -> bool:
        """Show the emoji to those who may confirm the person's keys, and ask them; return whether there is anybody."""
        user = verifying.user_id
        asked = await self._ask(verifying, shown, now)
        if not asked:
            said = _(
                "Nobody who may confirm your keys can be asked now, so I ended the verification. A colleague can"
                " compare your keys with you in person and write {command}.",
                command=confirmation(user),
            )
            await self._tell(user, verifying, "nobody", [said], now)
            return False
        names = AnyOf(tuple(Verbatim(self._room.known_as(one, verifying.room_id or "")) for one in asked))
        said = _(
            "Read the seven emoji in your app to {names}, by radio, by telephone or in person, never in a message. They"
            " see mine now. I confirm your keys only if they say that both are the same.",
            names=names,
        )
        await self._tell(user, verifying, "shown", [said], now)
        return True

    async def _ask(self, verifying: Verifying, shown: Shown, now: datetime) -> list[UserId]:
        user = verifying.user_id
        said = _(
            "{name} ({user}) verifies their keys with me. Let them read the seven emoji in their app to you, by radio,"
            " by telephone or in person, never in a message. These are mine:",
            name=Verbatim(self._room.known_as(user, verifying.room_id or "")),
            user=Verbatim(user),
        )
        asking = Asking(COMMAND, CHOICES, _data(verifying), QUESTION)
        asked: list[UserId] = []
        for group in self._vouchers(user):
            for one in group if not asked else ():
                if len(asked) < MOST_ASKED and await self._put(one, verifying, [said, *_words(shown)], asking, now):
                    asked.append(one)
        return asked

    async def _put(
        self, one: UserId, verifying: Verifying, blocks: Sequence[Block], asking: Asking, now: datetime
    ) -> bool:  # fmt: skip
        """Ask one person, alone; return whether they can be asked."""
        if not self._config.now.serves(one) or await self._identity.frozen(one):
            return False
        where = await self._direct.reach(one, now)
        if where is None:
            return False
        cause = f"{_cause(verifying)} {one}"
        if where == one:
            await self._store.outbox.add(one, "open", cause, {}, now)
        post = await self._notice.give(where, OF, cause, blocks, now, reader=one)
        await self._question.ask(where, one, asking, cause, post, now)
        return True

    def _vouchers(self, person: UserId) -> list[list[UserId]]:
        """Return who may confirm the keys: those with a role, of the person's agency first; and colleagues.

        Colleagues are asked only where there is nobody else: a whole agency is not rung.
        """
        config = self._config.now
        agency = config.agency(person)

        def colleague(user: UserId) -> bool:
            return agency is not None and config.agency(user) == agency

        named = sorted(self._named(), key=lambda user: not colleague(user))
        near = [user for room_id in self._room.of(person) for user in self._room.members(room_id) if colleague(user)]
        both = [*named], [*dict.fromkeys(near)]
        return [[user for user in group if user not in (person, config.matrix.user_id)] for group in both]

    def _named(self) -> list[UserId]:
        roles = self._config.now.roles
        return [*dict.fromkeys(map(UserId, (*roles.lead, *roles.coordinator, *roles.admin)))]

    # Answers

    async def judge(self, actor: Actor, told: Told, data: Mapping[str, Any], *, matches: bool) -> None:
        """Record what *actor* says of the emoji that *data* is about; they may confirm that person's keys.

        Raises UserError if that verification does not run any more, or is decided.
        """
        verifying = await self._store.verifying.find(UserId(data["person"]))
        if verifying is None or _data(verifying) != data or verifying.matched_by:
            raise UserError(ErrorCode.CONFLICT, OVER)
        await self._question.settle(COMMAND, _data(verifying), SETTLED, told.event_id, told.now)
        if matches:
            verifying = replace(verifying, matched_by=actor.user_id)
        else:
            await self._doubt(verifying, actor, told.now)
        await self._store.verifying.judge(verifying, matches=matches)

    async def confirm(self, verifying: Verifying, now: datetime) -> bool:
        """Record that the person's keys are theirs: somebody has said so, and the app has proved that it holds them.

        Returns False, and confirms nothing, if nobody has said so or the homeserver shows other keys by now.
        """
        kept = await self._store.verifying.find(verifying.user_id)
        if kept is None or _data(kept) != _data(verifying) or not (by := kept.matched_by):
            return False
        user = verifying.user_id
        actor = await self._person.actor(by, verifying.room_id or "")
        if not await self._identity.confirm(user, verifying.master_key, actor, Method.EMOJI, now):
            return False
        await self._store.verifying.remove(user)
        said = _("The identity of {user} was confirmed by {by} on {moment}.", user=Verbatim(user), by=Verbatim(by),
                 moment=now)  # fmt: skip
        await self._tell(user, verifying, "confirmed", [said], now)
        await self._tell(by, verifying, "confirmed", [said], now)
        return True

    # Ends

    async def end(self, verifying: Verifying, said: Message | None, now: datetime) -> None:
        """Record that a verification is over without a result, and say so to the person, if there is anything to say.

        Whoever was asked to compare need not any more.
        """
        kept = await self._store.verifying.find(verifying.user_id)
        if kept is None or _data(kept) != _data(verifying):
            return
        await self._store.verifying.remove(verifying.user_id)
        await self._question.settle(COMMAND, _data(verifying), OVER, _cause(verifying), now)
        if said is None:
            return
        await self._tell(verifying.user_id, verifying, "ended", [said], now)
        if kept.matched_by:
            await self._tell(kept.matched_by, verifying, "ended", [OVER], now)

    async def differ(self, verifying: Verifying, now: datetime) -> None:
        """Record that the person's own app was told that the emoji are not the same."""
        await self._doubt(verifying, None, now)
        await self.end(verifying, None, now)

    async def _doubt(self, verifying: Verifying, actor: Actor | None, now: datetime) -> None:
        """Let nothing of the person count until their keys are confirmed in person, and warn their rooms."""
        user = verifying.user_id
        if await self._identity.doubt(user, verifying.master_key, actor, now):
            values = {"user": user, "key": verifying.master_key}
            await self._sequel.tell(SequelKind.DOUBTED, values, _cause(verifying), now)
        log.warning("verification.differs", user=user, by=actor.user_id if actor else user)
        for room_id in self._room.of(user):
            if self._room.silent(room_id):
                continue
            name = Verbatim(self._room.name_of(room_id, user))
            caution = _(
                "Caution: the emoji that {name} ({user}) and I show are not the same. Somebody may be between us. I"
                " take no commands from {name} until a colleague has compared the keys in person and written"
                " {command}.",
                name=name,
                user=Verbatim(user),
                command=confirmation(user),
            )
            cause = f"{_cause(verifying)} {room_id}"
            await self._notice.alert(room_id, "identity", cause, [caution], LOOK, now, about=user)

    async def doubt_again(self, sequel: Sequel, now: datetime) -> bool:
        """After a restore doubt again what was doubted after the backup; return whether that is new."""
        user, key = UserId(sequel.values["user"]), sequel.values["key"]
        return not await self._identity.changed(user) and await self._identity.doubt(user, key, None, now)

    async def _tell(
        self, user: UserId, verifying: Verifying, what: str, blocks: Sequence[Block], now: datetime
    ) -> None:  # fmt: skip
        """Tell the person alone: where they verify themselves, or in their direct room."""
        own = verifying.room_id if user == verifying.user_id else None
        if where := own or await self._direct.reach(user, now):
            cause = f"{_cause(verifying)} {what} {user}"
            if where == user:
                await self._store.outbox.add(user, "open", cause, {}, now)
            await self._notice.give(where, OF, cause, blocks, now, reader=user)


def _data(verifying: Verifying) -> dict[str, Any]:
    """Return what a question about *verifying* keeps."""
    return {"person": verifying.user_id, "key": verifying.master_key, "verification": verifying.id}


def _cause(verifying: Verifying) -> str:
    return f"verification {verifying.user_id} {verifying.id} {verifying.begun_at.isoformat()}"


def _words(shown: Shown) -> tuple[Block, ...]:
    """Return the emoji one to a line, and the numbers for whoever cannot tell the signs apart."""
    lines = [_("{sign} {name}", sign=Verbatim(EMOJI[one][0]), name=EMOJI[one][1]) for one in shown.emoji]
    numbers = " ".join(map(str, shown.numbers))
    return tuple(lines), _("As numbers: {numbers}", numbers=Code(numbers))
