"""Rooms and their members as the last sync left them."""

from __future__ import annotations

from nio import AsyncClient

from bot.model.person import UserId


class MatrixRooms:
    """What the services may know of rooms (the protocol `bot.services.room.Rooms`)."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    def members(self, room_id: str) -> tuple[UserId, ...]:
        """Return who has joined the room, the bot included; nobody for a room that we are not in."""
        room = self._client.rooms.get(room_id)
        if room is None:
            return ()
        return tuple(UserId(user) for user, member in room.users.items() if not member.invited)

    def name_of(self, room_id: str, user_id: str) -> str:
        """Return the display name of a member of the room, or the user id where there is none."""
        room = self._client.rooms.get(room_id)
        return (room.user_name(user_id) if room else None) or user_id

    def encrypted(self, room_id: str) -> bool:
        """Return whether the room is encrypted."""
        room = self._client.rooms.get(room_id)
        return bool(room and room.encrypted)
