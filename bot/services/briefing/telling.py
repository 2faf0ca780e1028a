"""Everyone in a room hears of a briefing in their language, by their clock: one message for those who share both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.i18n import Code, Message, Verbatim, _
from bot.model.briefing import Briefing, Occurrence, often
from bot.model.names import one_line
from bot.model.person import Actor, LanguageCode, UserId
from bot.model.told import Told
from bot.model.translation import Translation
from bot.model.uncertainty import for_each
from bot.services.briefing.clocks import Clocks
from bot.services.notice import Block, NoticeService
from bot.store import Store

OF = "briefing"
TITLE = 1
"""The number under which translations of a title are kept, as those of incidents are."""

PLANNED = _("{briefing} is planned by {name}.")
MOVED = _("{briefing} is moved by {name}.")
SKIPPED = _("{name} has cancelled one date of {briefing}.")
CANCELLED = _("{briefing} is cancelled by {name}.")


class Telling:
    """Tells and rings people, in the open transaction."""

    def __init__(self, store: Store, notice: NoticeService, clocks: Clocks) -> None:
        self._store = store
        self._notice = notice
        self._clocks = clocks

    async def title_in(self, briefing: Briefing, language: str) -> Translation | None:
        """Return what it is called in *language*; None if it is called so, or was not translated."""
        wanted = LanguageCode(language).base
        if not briefing.title or wanted == briefing.language.base:
            return None
        return (await self._store.wording.list_each([(briefing.ref, TITLE)], wanted)).get((briefing.ref, TITLE))

    async def named(self, briefing: Briefing, languages: Iterable[str]) -> Message:
        """Return the reference with what it is called, in each of *languages*; without that where it is marked.

        What waits to be posted is no place for a marked text.
        """
        ref = Code(str(briefing.ref))
        if briefing.handling or not briefing.title:
            return _("{ref}", ref=ref)
        made = [await self.title_in(briefing, language) for language in dict.fromkeys(languages)]
        title = for_each(briefing.title, briefing.language, filter(None, made))
        return _("{ref} ({title})", ref=ref, title=title)

    async def scheduled(self, actor: Actor, told: Told, briefing: Briefing, first: Occurrence) -> int:
        """Tell everyone but *actor* of a new briefing; return how many they are."""
        values = {"from_": first.begins, "until": first.ends}
        lines: list[Block] = [
            _("It is from {from_} to {until}, and again.", **values)
            if briefing.rule else _("It is from {from_} to {until}.", **values),
            *_again(briefing),
        ]  # fmt: skip
        asked = _("{ref}: a briefing is planned. Please see the message above.", ref=Code(str(briefing.ref)))
        return await self._all(actor, told, briefing, PLANNED, lines, asked)

    async def moved(
        self, actor: Actor, told: Told, briefing: Briefing, before: Occurrence, after: Occurrence, *, whole: bool
    ) -> int:  # fmt: skip
        """Tell everyone but *actor* from when to when one briefing, or all from that one on, was moved."""
        values = {"before": before.begins, "after": after.begins, "until": after.ends}
        lines: list[Block] = [
            _("From {before} on it is at another time: first from {after} to {until}.", **values)
            if whole else _("Not {before} but {after}, until {until}.", **values),
            *(_again(briefing) if whole else ()),
        ]  # fmt: skip
        asked = _("{ref} is at another time. Please see the message above.", ref=Code(str(briefing.ref)))
        return await self._all(actor, told, briefing, MOVED, lines, asked)

    async def skipped(
        self, actor: Actor, told: Told, briefing: Briefing, one: Occurrence, following: Occurrence | None
    ) -> int:  # fmt: skip
        """Tell everyone but *actor* that one is left out, and when the next is."""
        lines: list[Block] = [_("It is not on {moment}.", moment=one.begins)]
        if following is not None:
            lines.append(_("The next one is {moment}.", moment=following.begins))
        asked = _("One date of {ref} is cancelled. Please see the message above.", ref=Code(str(briefing.ref)))
        return await self._all(actor, told, briefing, SKIPPED, lines, asked)

    async def cancelled(self, actor: Actor, told: Told, briefing: Briefing, one: Occurrence) -> int:
        """Tell everyone but *actor* that none takes place from *one* on."""
        lines: list[Block] = [
            _("None takes place any more, from {moment} on.", moment=one.begins)
            if briefing.rule else _("It was to be {moment}.", moment=one.begins)
        ]  # fmt: skip
        asked = _("{ref} is cancelled. Please see the message above.", ref=Code(str(briefing.ref)))
        return await self._all(actor, told, briefing, CANCELLED, lines, asked)

    async def tell(
        self, briefing: Briefing, people: Sequence[UserId], cause: str, blocks: Sequence[Block], asked: Message,
        now: datetime, *, reminds: bool = False,
    ) -> None:  # fmt: skip
        """Say *blocks* to *people* and ring them with *asked*, which names nothing but the reference.

        What says its title again is taken back with that.
        """
        room_id, ref = briefing.room_id, str(briefing.ref)
        for number, group in enumerate(await self._clocks.groups(room_id, people)):
            reader, of = group.people[0], f"{cause} {ref} {number}"
            notice = await self._notice.give(room_id, OF, of, blocks, now, reader=reader, ref=ref, holds=[ref])
            await self._notice.ring(
                room_id, OF, of, group.people, asked, notice, now, reader=reader, reminds=reminds, ref=ref
            )

    async def _all(
        self, actor: Actor, told: Told, briefing: Briefing, heading: Message, lines: Sequence[Block], asked: Message
    ) -> int:  # fmt: skip
        """Tell everyone in the room but *actor*; return how many they are."""
        people = [user for user in self._clocks.people(briefing.room_id) if user != actor.user_id]
        groups = await self._clocks.groups(briefing.room_id, people)
        named = await self.named(briefing, [group.language for group in groups])
        said = Message(heading.text, {"briefing": named, "name": Verbatim(one_line(actor.name))})
        await self.tell(briefing, people, told.event_id, [said, *lines], asked, told.now)
        return len(people)


def _again(briefing: Briefing) -> list[Message]:
    """Return how often it comes, if it comes again."""
    if briefing.rule is None:
        return []
    return [_("Again and again, by the clock of {zone}: {rule}", zone=Verbatim(briefing.zone), rule=often(briefing))]
