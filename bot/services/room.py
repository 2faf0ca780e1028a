"""Rooms: who is in them, and which invitations are accepted."""

from __future__ import annotations

from typing import Protocol

from bot.config import Config
from bot.model.person import UserId


class Rooms(Protocol):
    """What is known of rooms."""

    def members(self, room_id: str) -> tuple[UserId, ...]:
        """Return who has joined the room, the bot included."""
        ...

    def name_of(self, room_id: str, user_id: str) -> str:
        """Return a member's display name, or the user id."""
        ...

    def encrypted(self, room_id: str) -> bool:
        """Return whether the room is encrypted."""
        ...


class RoomService:
    """Decides about invitations, and knows people by the names that a room gives them."""

    def __init__(self, config: Config, rooms: Rooms) -> None:
        self._config = config
        self._rooms = rooms

    def name_of(self, room_id: str, user_id: str) -> str:
        """Return a member's display name, or the user id."""
        return self._rooms.name_of(room_id, user_id)

    def accepts(self, inviter: str, *, direct: bool, encrypted: bool) -> bool:
        """Return whether to follow an invitation of *inviter*.

        Rooms: by a role that may invite. Direct rooms: by any member of a listed agency. Always from a
        served homeserver, and to an encrypted room where encryption is required.
        """
        config = self._config
        if not config.serves(inviter) or (config.access.require_encryption and not encrypted):
            return False
        if direct and config.agency(inviter) is not None:
            return True
        return any(inviter in getattr(config.roles, role) for role in config.access.invites_from)
