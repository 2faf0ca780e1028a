"""Whether a crew understands each other: by the languages that its people are known to read and write."""

from __future__ import annotations

from collections.abc import Sequence

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Language, Message, Typed, Verbatim, _, _c, _n
from bot.model.patrol import Member, Patrol, Speaker, Tongue, apart, tongue
from bot.services.person import PersonService
from bot.services.room import RoomService

MOST_LINES = 6
MOST_NAMED = 6
INTERPRETER = Typed((_c("option", "interpreter"), ":@…"))


class Tongues:
    """Compares what the people of a crew speak; only reads. Who is not in the patrol's room any more does not count."""

    def __init__(self, config: Current, person: PersonService, room: RoomService) -> None:
        self._config = config
        self._person = person
        self._room = room

    def there(self, patrol: Patrol) -> list[Member]:
        """Return those of the crew who are in the patrol's room, and served."""
        members = set(self._room.members(patrol.room_id))
        return [one for one in patrol.crew if one.person in members and self._config.now.serves(one.person)]

    async def tongue(self, patrol: Patrol) -> Tongue:
        """Return in which languages all of the crew who are there are reached."""
        return tongue(await self._speakers(patrol))

    async def gaps(self, patrol: Patrol) -> tuple[Message, ...]:
        """Return who shares no language with whom; nothing where all of the crew are reached in one."""
        crew = await self._speakers(patrol)
        if not crew or tongue(crew):
            return ()
        found = apart(crew)
        lines = [
            _("{one} shares no language with {others}.",
              one=self._known(patrol, one), others=self._all_known(patrol, others))
            for one, others in found[:MOST_LINES]
        ]  # fmt: skip
        if (left := len(found) - MOST_LINES) > 0:
            lines.append(_n("and {n} more", "and {n} more", left))
        if not lines:
            lines.append(_("Any two of them can talk with each other, but no language reaches all of them."))
        return tuple(lines)

    async def understood(self, patrol: Patrol) -> None:
        """Raise UserError, which says who shares nothing with whom, unless all are reached in some language."""
        if gaps := await self.gaps(patrol):
            raise UserError(
                ErrorCode.CONFLICT,
                _("That crew has no language in common, so I have saved nothing."),
                *gaps,
                _("Change the crew, or name somebody who interprets between them with {option}.", option=INTERPRETER),
            )

    async def _speakers(self, patrol: Patrol) -> list[Speaker]:
        crew = {one.person: one for one in self.there(patrol)}
        readers = await self._person.readers(crew)
        return [
            Speaker(one.user_id, frozenset(code.base for code in one.reads), crew[one.user_id].interprets)
            for one in readers
        ]

    def _known(self, patrol: Patrol, one: Speaker) -> Message:
        name = Verbatim(self._room.known_as(one.person, patrol.room_id))
        return _("{name} ({languages})", name=name, languages=tuple(map(Language, sorted(one.languages))))

    def _all_known(self, patrol: Patrol, people: Sequence[Speaker]) -> tuple[Message | Verbatim, ...]:
        named = [self._known(patrol, one) for one in people[:MOST_NAMED]]
        return (*named, *([Verbatim("…")] if len(people) > MOST_NAMED else []))
