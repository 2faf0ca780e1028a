"""What a room is told once about its translations: which languages are only made for who asks, which cannot be made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.i18n import Language, Message, Typed, Verbatim, _, _c
from bot.model.incoming import GLOBE, Incoming
from bot.model.person import LanguageCode
from bot.services.notice import NoticeService
from bot.services.relay import Relayed
from bot.services.room import RoomService

MANY = 3
"""From how many needed languages on rooms of one language each are calmer."""
COMPANION = Typed(
    (
        "!",
        _c("noun", "room"),
        " ",
        _c("verb", "companion"),
        " ",
        _c("placeholder", "LANG"),
        " ",
        _c("placeholder", "ROOM"),
    )
)


class HintService:
    """Gives hints to a room, in the open transaction."""

    def __init__(self, notice: NoticeService, room: RoomService) -> None:
        self._notice = notice
        self._room = room

    async def give(self, incoming: Incoming, relayed: Relayed, now: datetime) -> None:
        """Say what *incoming* comes to that readers would not find in it, once for each language."""
        if relayed.left_out:
            await self._others(incoming, relayed.left_out, now)
        below = {code for to in relayed.destinations if not (to.crosses or to.wished) for code in to.languages}
        needed = below | {*relayed.left_out, *relayed.without_route}
        linked = any(to.crosses for to in relayed.destinations)
        if relayed.left_out and len(needed) >= MANY and not linked:
            await self._companions(incoming, len(needed), now)
        for target in relayed.without_route:
            await self._no_route(incoming, relayed.source, target, now)

    async def _others(self, incoming: Incoming, left_out: Sequence[LanguageCode], now: datetime) -> None:
        """Tell those whose languages are left out how they get them."""
        room_id = incoming.room_id
        new = [code for code in left_out if await self._notice.first(room_id, "others", code, now)]
        if new:
            said = _(
                "Here I translate into the two languages that most people need. For your language, react to a message"
                " with {globe}.",
                globe=Verbatim(GLOBE),
            )
            await self._give(incoming, "others", [said], new, now)

    async def _companions(self, incoming: Incoming, languages: int, now: datetime) -> None:
        """Offer rooms of one language each, once."""
        if await self._notice.first(incoming.room_id, "companions", "", now):
            said = _(
                "{n} languages are needed here. Companion rooms, one for each language, keep that readable; a lead sets"
                " them up with {command}.",
                n=languages,
                command=COMPANION,
            )
            await self._give(incoming, "companions", [said], None, now)

    async def _no_route(self, incoming: Incoming, source: str, target: LanguageCode, now: datetime) -> None:
        """Tell the readers of *target* that there is no way from *source*."""
        if await self._notice.first(incoming.room_id, "no_route", f"{source} {target}", now):
            said = _(
                "{sender} wrote in {source}. I cannot translate that into {target}, because no model for it is"
                " installed. I say so this once; please tell your administrator.",
                sender=Verbatim(self._room.name_of(incoming.room_id, incoming.sender)),
                source=Language(source),
                target=Language(target),
            )
            await self._give(incoming, f"no_route {target}", [said], [target], now)

    async def _give(
        self,
        incoming: Incoming,
        of: str,
        blocks: Sequence[Message],
        languages: Sequence[LanguageCode] | None,
        now: datetime,
    ) -> None:
        cause = f"{incoming.event_id} {of}"
        await self._notice.give(incoming.room_id, of.partition(" ")[0], cause, blocks, now, languages=languages)
