"""Linked rooms: proposed by a lead of one, linked once a lead of each has agreed, taken apart by any of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Language, Message, Verbatim, _, _c
from bot.model.companion import Companion, Proposal
from bot.model.names import one_line
from bot.model.person import Actor, LanguageCode, Role, UserId
from bot.model.reference import tail_for
from bot.model.room import Mode
from bot.services.notice import Block, NoticeService
from bot.services.person import PersonService
from bot.services.question import Asking, QuestionService
from bot.services.room import RoomService
from bot.store import Store

COMMAND = "room companion"
LINK, REFUSE = "link", "refuse"
MOST_ASKED = 3
"""How many leads of one room are asked; the first answer counts for it."""
MOST_LISTED = 20
"""How many people are listed in one message: names can be long, and it says all in two languages."""
JOINED = "companion"
CHOICES = ((LINK, _c("choice", "Yes, link the rooms")), (REFUSE, _c("choice", "No, keep them apart")))
INTRO = _(
    "A lead wants to link these rooms. What is said in one would be read in all of them, each in its own language, and"
    " files would go along. A lead of each room must agree, within a day."
)
ASKED = _("A lead of another room wants to link it with this one: see above. Shall what is said here be read there?")


class CompanionService:
    """Links rooms, and says in each of them what becomes of it."""

    def __init__(
        self,
        config: Current,
        store: Store,
        person: PersonService,
        notice: NoticeService,
        question: QuestionService,
        room: RoomService,
    ) -> None:
        self._config = config
        self._store = store
        self._person = person
        self._notice = notice
        self._question = question
        self._room = room

    async def circle(self, room_id: str) -> list[Companion]:
        """Return the rooms that are linked with that one, itself included; nothing if there are none."""
        return await self._store.companion.list_of(room_id)

    async def propose(
        self, actor: Actor, room_id: str, other: str, languages: tuple[LanguageCode | None, LanguageCode], cause: str,
        now: datetime,
    ) -> Proposal:  # fmt: skip
        """Ask the leads of the rooms to be linked; *languages* are that of this room, if it is said, and the other's.

        Raises UserError when they cannot be linked.
        """
        wanted = await self._languages(room_id, other, *languages)
        for each in wanted:
            await self._fit(each)
        members = {each: self._people(each) for each in wanted}
        proposal = Proposal(cause, room_id, wanted, members, {room_id: actor.user_id}, now)
        leads = {each: await self._leads(each, actor) for each in proposal.waits_for}
        await self._store.companion.propose(proposal)
        await self._show(proposal, room_id, now)
        for each, asked in leads.items():
            await self._ask(proposal, each, asked, now)
        return proposal

    async def _languages(
        self, room_id: str, other: str, own: LanguageCode | None, others: LanguageCode
    ) -> dict[str, LanguageCode]:
        """Return the language of each room of the circle that is wanted, or raise UserError."""
        here, there = await self.circle(room_id), await self.circle(other)
        if room_id == other or any(one.room_id == other for one in here):
            raise UserError(ErrorCode.CONFLICT, _("These rooms are linked already."))
        wanted = {one.room_id: one.language for one in (*here, *there)}
        wanted.setdefault(other, others.base)
        if wanted[other] != others.base:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{room} is linked already, as the room where {language} is spoken.",
                  room=self._room.title(other), language=Language(wanted[other])),
            )  # fmt: skip
        if room_id not in wanted:
            wanted[room_id] = own.base if own else await self._spoken(room_id, wanted.values())
        doubled = [language for language in wanted.values() if list(wanted.values()).count(language) > 1]
        if doubled:
            raise UserError(
                ErrorCode.CONFLICT,
                _("Two of these rooms would speak {language}. Linked rooms speak a language each.",
                  language=Language(doubled[0])),
            )  # fmt: skip
        return wanted

    async def _spoken(self, room_id: str, taken: Iterable[LanguageCode]) -> LanguageCode:
        """Return the language that most people of the room write, of those that no linked room speaks."""
        spoken = [language.base for language, _menus in await self._person.languages_of(room_id)]
        spoken.append(LanguageCode(self._config.now.taskforce.language).base)
        return next((language for language in spoken if language not in set(taken)), spoken[0])

    async def _fit(self, room_id: str) -> None:
        """Raise UserError unless the room is encrypted and only people who are served are in it."""
        title = self._room.title(room_id)
        if not self._room.encrypted(room_id):
            raise UserError(ErrorCode.CONFLICT, _("{room} is not encrypted, so I carry nothing into it.", room=title))
        strangers = [user for user in self._people(room_id) if not self._config.now.serves(user)]
        if strangers:
            raise UserError(
                ErrorCode.CONFLICT,
                _("{user} is in {room} and does not belong to this task force, so I link it with no other.",
                  user=Verbatim(one_line(strangers[0])), room=title),
            )  # fmt: skip

    def _people(self, room_id: str) -> tuple[UserId, ...]:
        return tuple(user for user in self._room.audience(room_id) if user != self._config.now.matrix.user_id)

    async def _leads(self, room_id: str, asker: Actor) -> list[UserId]:
        """Return the leads to ask in the room, the one who asks last; raise UserError if there are none."""
        there = [user for user in self._room.members(room_id) if user in self._config.now.roles.lead]
        actors = [await self._person.actor(user, room_id) for user in there]
        leads = [actor.user_id for actor in actors if actor.may(Role.LEAD)]
        if not leads:
            title = self._room.title(room_id)
            raise UserError(ErrorCode.CONFLICT, _("No lead is in {room} who could agree.", room=title))
        return sorted(leads, key=lambda user: user == asker.user_id)[:MOST_ASKED]

    async def _ask(self, proposal: Proposal, room_id: str, asked: Sequence[UserId], now: datetime) -> None:
        """Show the room who would read it and whom it would read, and ask its leads."""
        after = await self._show(proposal, room_id, now)
        asking = Asking(COMMAND, CHOICES, {"proposal": proposal.id, "tail": tail_for(proposal.id)}, ASKED)
        for index, user in enumerate(asked):
            await self._question.ask(room_id, user, asking, f"{proposal.id} {room_id}", after, now, index)

    async def _show(self, proposal: Proposal, room_id: str, now: datetime) -> str:
        """Show the room each room of the proposal and everyone in it; return the last outbox row that does."""
        last, intro = "", [INTRO]
        for other, language in proposal.languages.items():
            title = self._room.title(other)
            heading = _("In {room}, where {language} is spoken, are:", room=title, language=Language(language))
            people = proposal.members[other]
            for start in range(0, max(1, len(people)), MOST_LISTED):
                listed = self._listed(other, people[start : start + MOST_LISTED])
                cause = f"{proposal.id} {room_id} {other} {start}"
                last = await self._notice.give(room_id, JOINED, cause, [*intro, heading, listed], now)
                intro = []
        return last

    def _listed(self, room_id: str, people: Sequence[UserId]) -> tuple[Message, ...]:
        lines = []
        for user in people:
            agency = self._config.now.agency(user)
            name, id = Verbatim(self._room.name_of(room_id, user)), Verbatim(one_line(user))
            if agency:
                lines.append(_("{name} ({user}), {agency}", name=name, user=id, agency=Verbatim(agency.code)))
            else:
                lines.append(_("{name} ({user}), of no agency", name=name, user=id))
        return tuple(lines) or (_("nobody"),)

    async def answer(self, actor: Actor, room_id: str, choice: str, id: str, now: datetime) -> Proposal:
        """Record what a lead of the room answers to a proposal; return it as it stands then.

        The rooms are linked once a lead of each has agreed. Raises UserError when it is too late to answer.
        """
        proposal = await self._store.companion.find_proposal(id)
        if proposal is None or not proposal.stands(now) or room_id not in proposal.waits_for:
            raise UserError(ErrorCode.CONFLICT, _("That is settled, or more than a day old. Nothing was changed."))
        if choice != LINK:
            await self._store.companion.close(id, "refused")
            refused = _("A lead of {room} has refused to link it.", room=self._room.title(room_id))
            await self._tell([each for each in proposal.languages if each != room_id], "refused", id, [refused], now)
            return replace(proposal, outcome="refused")
        await self._still_fit(proposal)
        agreed = {**proposal.agreed, room_id: actor.user_id}
        await self._store.companion.agree(id, agreed)
        proposal = replace(proposal, agreed=agreed)
        if proposal.waits_for:
            return proposal
        await self._link(proposal, now)
        return replace(proposal, outcome="linked")

    async def _still_fit(self, proposal: Proposal) -> None:
        """Raise UserError unless the rooms can be linked now, and nobody has come who was not shown to the leads."""
        for room_id in proposal.languages:
            await self._fit(room_id)
            if new := set(self._people(room_id)) - set(proposal.members.get(room_id, ())):
                raise UserError(
                    ErrorCode.CONFLICT,
                    _("{user} has come into {room} since I asked. The link must be proposed anew.",
                      user=Verbatim(one_line(min(new))), room=self._room.title(room_id)),
                )  # fmt: skip
            for agreed_in, user in proposal.agreed.items():
                if not (await self._person.actor(user, agreed_in)).may(Role.LEAD):
                    raise UserError(
                        ErrorCode.CONFLICT,
                        _("{user}, who agreed, is not a lead any more. The link must be proposed anew.",
                          user=Verbatim(one_line(user))),
                    )  # fmt: skip

    async def _link(self, proposal: Proposal, now: datetime) -> None:
        await self._store.companion.link(proposal.id, proposal.languages, now)
        rooms = tuple(
            _("{language}: {room}", language=Language(language), room=self._room.title(room_id))
            for room_id, language in proposal.languages.items()
        )
        said = _("These rooms are linked now. What is said in one is read in the others, each in its own language.")
        for room_id in proposal.languages:
            settings = await self._store.room.find(room_id)
            await self._store.room.save(room_id, replace(settings, mode=Mode.COMPANION), now)
            for user in self._people(room_id):
                await self._notice.first(room_id, JOINED, user, now)
        await self._store.companion.close(proposal.id, "linked")
        await self._tell(proposal.languages, "linked", proposal.id, [said, rooms], now)

    async def leave(self, room_id: str, language: LanguageCode, cause: str, now: datetime) -> Companion:
        """Take the room that speaks *language* out of the circle of *room_id*, and say so in all of its rooms."""
        circle = await self.circle(room_id)
        leaving = next((one for one in circle if one.language.base == language.base), None)
        if leaving is None:
            raise UserError(
                ErrorCode.NOT_FOUND,
                _("No room that speaks {language} is linked with this one.", language=Language(language)),
            )
        await self._part(leaving, circle, cause, now)
        return leaving

    async def forget(self, room_id: str, cause: str, now: datetime) -> None:
        """Take a room that the bot was out of from its circle: whoever let it in again has agreed to nothing."""
        circle = await self.circle(room_id)
        leaving = next((one for one in circle if one.room_id == room_id), None)
        if leaving:
            await self._part(leaving, circle, cause, now)

    async def _part(self, leaving: Companion, circle: Sequence[Companion], cause: str, now: datetime) -> None:
        """Let one room, and the last that would be left alone, be linked with none."""
        rest = [one for one in circle if one is not leaving]
        for one in (leaving, *(rest if len(rest) == 1 else ())):
            await self._store.companion.leave(one.room_id)
            settings = await self._store.room.find(one.room_id)
            await self._store.room.save(one.room_id, replace(settings, mode=Mode.REPLY), now)
        apart = _(
            "{room} is not linked any more: nothing that is said in it is read in the other rooms, nor the other way.",
            room=self._room.title(leaving.room_id),
        )
        await self._tell([one.room_id for one in circle], "parted", cause, [apart], now)

    async def look_at(self, room_id: str, user_id: UserId, cause: str, now: datetime) -> None:
        """Say in the linked rooms that somebody new reads what is said there."""
        circle = await self.circle(room_id)
        if not circle or not await self._notice.first(room_id, JOINED, user_id, now):
            return
        heard = _("Somebody has come into the linked room {room} and reads what is said here:",
                  room=self._room.title(room_id))  # fmt: skip
        others = [one.room_id for one in circle if one.room_id != room_id]
        await self._tell(others, "heard", f"{cause} {user_id}", [heard, self._listed(room_id, [user_id])], now)

    async def _tell(self, rooms: Iterable[str], what: str, cause: str, blocks: Sequence[Block], now: datetime) -> None:
        """Tell each of the rooms that the bot is in."""
        for room_id in rooms:
            if self._room.members(room_id):
                await self._notice.give(room_id, JOINED, f"{cause} {what} {room_id}", blocks, now)
