"""Rooms: who is in them, and which invitations are accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from bot.config import Current
from bot.errors import ErrorCode, UserError
from bot.i18n import Message, Verbatim, _
from bot.model.names import one_line, shown
from bot.model.people import People, unknown
from bot.model.person import UserId
from bot.model.room import RoomSettings
from bot.store import Store

MOST_NAMED = 3
"""How many of its people a room without a name is called by."""


class Rooms(Protocol):
    """What is known of rooms."""

    def members(self, room_id: str) -> tuple[UserId, ...]:
        """Return who has joined the room, the bot included."""
        ...

    def name_of(self, room_id: str, user_id: str) -> str:
        """Return a member's display name, or the user id."""
        ...

    def own_name(self, room_id: str, user_id: str) -> str:
        """Return a member's display name as it is set, or an empty text."""
        ...

    def title(self, room_id: str) -> str:
        """Return what the room is called, or an empty text."""
        ...

    def find(self, name: str) -> str | None:
        """Return the room that the bot is in and that has the id or the address *name*, or None."""
        ...

    def own(self, room_id: str) -> bool:
        """Return whether the bot has made the room."""
        ...

    def encrypted(self, room_id: str) -> bool:
        """Return whether the room is encrypted."""
        ...

    def audience(self, room_id: str) -> tuple[UserId, ...]:
        """Return who has joined the room or is invited to it, the bot included."""
        ...

    def of(self, user_id: str) -> tuple[str, ...]:
        """Return the rooms that the person has joined and the bot too."""
        ...

    def described(self, room_id: str) -> Mapping[str, Mapping[str, Any]]:
        """Return what the room says of the bot's commands, in the bot's own words, by state key."""
        ...

    def may_describe(self, room_id: str) -> bool:
        """Return whether the bot's power level lets it describe its commands in the room."""
        ...

    def power_level(self, room_id: str, user_id: str) -> int:
        """Return the person's power level in the room."""
        ...

    def admits(self, room_id: str) -> tuple[str, ...]:
        """Return which other servers may take part in the room, as globs."""
        ...


class RoomService:
    """Decides about invitations, knows people by the names that a room gives them, and what a room has chosen."""

    def __init__(self, config: Current, store: Store, rooms: Rooms) -> None:
        self._config = config
        self._store = store
        self._rooms = rooms

    async def settings(self, room_id: str) -> RoomSettings:
        """Return what the room has chosen."""
        return await self._store.room.find(room_id)

    async def save(self, room_id: str, settings: RoomSettings, now: datetime) -> None:
        """Record what the room has chosen, in the open transaction."""
        await self._store.room.save(room_id, settings, now)

    def name_of(self, room_id: str, user_id: str) -> str:
        """Return a member's display name on one line, or the user id where it would mislead."""
        return shown(self._rooms.name_of(room_id, user_id), user_id)

    def own_name(self, room_id: str, user_id: str) -> str:
        """Return a member's display name as it is set, without what tells equal ones apart; or an empty text."""
        return self._rooms.own_name(room_id, user_id)

    def people(self, room_id: str, asker: UserId) -> People:
        """Return who is in the room beside the bot, with their display names.

        From a direct room of *asker* those of all their other rooms can be found as well: nobody else hears of it.
        """
        bot, here = self._config.now.matrix.user_id, self._named(room_id)
        if set(self._rooms.audience(room_id)) != {bot, asker}:
            return People(here, served=self._config.now.serves)
        return People(
            here, lambda: tuple(one for room in self._rooms.of(asker) for one in self._named(room)),
            self._config.now.serves,
        )  # fmt: skip

    def present(self, room_id: str, asker: UserId, user: UserId) -> Verbatim:
        """Return the display name of *user*, whom *asker* names; raise UserError if they are not in the room."""
        name = Verbatim(self.name_of(room_id, user))
        if user in self._rooms.members(room_id):
            return name
        near = unknown(name, self.people(room_id, asker).near(user))
        raise UserError(ErrorCode.NOT_FOUND, near or _("{name} is not in this room.", name=name))

    def _named(self, room_id: str) -> tuple[tuple[UserId, str], ...]:
        users = [user for user in self._rooms.members(room_id) if user != self._config.now.matrix.user_id]
        return tuple((user, self._rooms.own_name(room_id, user)) for user in users)

    def known_as(self, user_id: str, *room_ids: str) -> str:
        """Return a person's display name: in the first of these rooms that they are in, else in any other of ours."""
        near = (room_id for room_id in room_ids if user_id in self._rooms.members(room_id))
        room_id = next(near, None) or next(iter(self._rooms.of(user_id)), None)
        return self.name_of(room_id, user_id) if room_id else user_id

    def title(self, room_id: str) -> Verbatim | Message:
        """Return what the room is called, on one line: its name or address, else who is in it."""
        if title := one_line(self._rooms.title(room_id)):
            return Verbatim(title)
        people = [user for user in self._rooms.members(room_id) if user != self._config.now.matrix.user_id]
        if not people:
            return Verbatim(room_id)
        names = [self.name_of(room_id, user) for user in people[:MOST_NAMED]]
        members = ", ".join([*names, *(["…"] if len(people) > MOST_NAMED else [])])
        return _("a room without a name ({members})", members=Verbatim(members))

    def find(self, name: str) -> str | None:
        """Return the room that the bot is in and that has the id or the address *name*, or None."""
        return self._rooms.find(name)

    def members(self, room_id: str) -> tuple[UserId, ...]:
        """Return who has joined the room, the bot included."""
        return self._rooms.members(room_id)

    def audience(self, room_id: str) -> tuple[UserId, ...]:
        """Return who has joined the room or is invited to it, the bot included."""
        return self._rooms.audience(room_id)

    def officers_in(self, room_id: str) -> list[UserId]:
        """Return who is there, or invited, and is neither an auditor nor an administrator."""
        config = self._config.now
        others = {config.matrix.user_id, *config.roles.auditor, *config.roles.admin}
        return [user for user in self.audience(room_id) if user not in others]

    def of(self, user_id: str) -> tuple[str, ...]:
        """Return the rooms that the person and the bot have both joined."""
        return self._rooms.of(user_id)

    def encrypted(self, room_id: str) -> bool:
        """Return whether the room is encrypted."""
        return self._rooms.encrypted(room_id)

    def own(self, room_id: str) -> bool:
        """Return whether the bot has made the room: it is encrypted, though the first sync may not show that yet."""
        return self._rooms.own(room_id)

    def silent(self, room_id: str) -> bool:
        """Return whether the bot is in the room and says nothing there: it may stay, and it sends no plain text."""
        return not self._config.now.access.require_encryption and not self._rooms.encrypted(room_id)

    def described(self, room_id: str) -> Mapping[str, Mapping[str, Any]]:
        """Return what the room says of the bot's commands, in the bot's own words, by state key."""
        return self._rooms.described(room_id)

    def may_describe(self, room_id: str) -> bool:
        """Return whether the bot's power level lets it describe its commands in the room."""
        return self._rooms.may_describe(room_id)

    def deserted(self, room_id: str) -> bool:
        """Return whether nobody whom the bot serves is left in the room, or invited to it."""
        bot, there = self._config.now.matrix.user_id, self._rooms.audience(room_id)
        return bot in there and not any(user != bot and self._config.now.lists(user) for user in there)

    def strangers_admitted(self, room_id: str) -> tuple[str, ...]:
        """Return what the room's rules admit beside the listed servers: server names, or globs such as `*`."""
        return tuple(server for server in self._rooms.admits(room_id) if server not in self._config.now.access.servers)

    def crowded(self, room_id: str) -> bool:
        """Return whether more people than one are in the room with the bot, or invited to it."""
        return len(set(self._rooms.audience(room_id)) - {self._config.now.matrix.user_id}) > 1

    def invites(self, inviter: str) -> bool:
        """Return whether *inviter* has a role that may bring the bot into any room."""
        roles = self._config.now.roles
        return any(inviter in getattr(roles, role) for role in self._config.now.access.invites_from)

    def accepts(self, inviter: str, *, direct: bool) -> bool:
        """Return whether to follow an invitation of *inviter*.

        Rooms: by a role that may invite. Direct rooms: by any member of a listed agency. Always from a served
        homeserver. Whether the room is encrypted is seen inside: an invitation need not say it.
        """
        config = self._config.now
        if not config.serves(inviter):
            return False
        if direct and config.agency(inviter) is not None:
            return True
        return self.invites(inviter)
