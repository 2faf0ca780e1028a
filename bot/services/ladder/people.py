"""Who can be asked in a room, and whom to telephone when nobody answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from bot.config import Config, Current
from bot.i18n import Code, Message, Verbatim, _
from bot.model.ladder import Rung
from bot.model.person import Role, UserId
from bot.services.person import PersonService
from bot.services.room import RoomService


class Rungs:
    """Finds who can be asked; only reads."""

    def __init__(self, config: Current, person: PersonService, room: RoomService) -> None:
        self._config = config
        self._person = person
        self._room = room

    async def of(
        self, room_id: str, agency: str | None, near: Mapping[Rung, Collection[UserId | None]]
    ) -> dict[Rung, list[UserId]]:
        """Return who can be asked in the room: those who are *near*, leads of *agency*, the others, coordinators.

        After a restart they are the same, in the same order.
        """
        config = self._config.now
        named = {*config.roles.lead, *config.roles.coordinator, *(user for users in near.values() for user in users)}
        there = sorted(user for user in self._room.members(room_id) if user in named and config.serves(user))
        people = [await self._person.actor(user, room_id) for user in there]
        leads = [one for one in people if one.may(Role.LEAD)]
        own = [one.user_id for one in leads if agency is not None and one.agency == agency]
        return {
            **{rung: [user for user in there if user in users] for rung, users in near.items()},
            Rung.AGENCY: own,
            Rung.LEADS: [one.user_id for one in leads if one.user_id not in own],
            Rung.COORDINATORS: [one.user_id for one in people if one.may(Role.COORDINATOR)],
        }

    def telephone(self, room_id: str, agency: str | None) -> list[Message | tuple[Message, ...]]:
        """Return what is said when nobody has answered: whom to telephone, those of *agency* first."""
        if found := contacts(self._config.now, self._room.members(room_id), agency):
            return [_("Nobody has answered. Please telephone:"), found]
        return [_("Nobody has answered, and I have no number to give you. Please find somebody.")]


def contacts(config: Config, there: Iterable[UserId], first: str | None) -> tuple[Message, ...]:
    """Return the contacts of the agencies of those who are *there*, that of the agency *first* before all."""
    present = {found.code for user in there if (found := config.agency(user))}
    agencies = sorted(config.agencies, key=lambda one: one.code != first)
    return tuple(
        _("{agency}: {contact}", agency=Code(one.code), contact=Verbatim(one.contact))
        for one in agencies
        if one.contact and (one.code in present or one.code == first)
    )
