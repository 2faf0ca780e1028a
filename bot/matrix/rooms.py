"""Rooms and their members as the last sync left them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nio import AsyncClient

from bot.model.person import UserId

_CREATORS_LISTED = frozenset(map(str, range(1, 12)))
"""Room versions in which the creator's power level stands in the list like everyone's."""
UNLIMITED = 2**53
PINNED = "m.room.pinned_events"
DESCRIPTION = "org.matrix.msc4391.command_description"
"""The type of the state events that describe commands."""


class MatrixRooms:
    """What the services may know of rooms (the protocol `bot.services.room.Rooms`)."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._creators: dict[str, frozenset[str]] = {}
        self._admits: dict[str, tuple[str, ...]] = {}
        self._local: set[str] = set()
        self._own: set[str] = set()
        self._descriptions: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._names: dict[str, str] = {}
        self._aliases: dict[str, str] = {}

    def learn(self, room_id: str, events: Iterable[Any]) -> None:
        """Learn from state events who created the room (from version 12 on, creators may do everything).

        And which servers may take part in it, what it is called, and what it says of our commands.
        """
        for event in events:
            if not isinstance(event, Mapping) or not isinstance(event.get("state_key"), str):
                continue
            kind, key, content = event.get("type"), event["state_key"], event.get("content")
            if kind == "m.room.create" and key == "":
                self._creators[room_id] = _creators(event)
                if event.get("sender") == self._client.user_id:
                    self._own.add(room_id)
                if isinstance(content, Mapping) and content.get("m.federate") is False:
                    self._local.add(room_id)
            elif kind == "m.room.server_acl" and key == "" and isinstance(content, Mapping):
                allowed = content.get("allow")
                self._admits[room_id] = tuple(map(str, allowed)) if isinstance(allowed, list) else ()
            elif kind == "m.room.name" and key == "":
                self._names[room_id] = _text(content, "name")
            elif kind == "m.room.canonical_alias" and key == "":
                self._aliases[room_id] = _text(content, "alias")
            elif kind == DESCRIPTION:
                self._learn_description(self._descriptions.setdefault(room_id, {}), event)

    def forget(self, room_id: str) -> None:
        """Forget a room that we have left."""
        for known in (self._creators, self._admits, self._descriptions, self._names, self._aliases):
            known.pop(room_id, None)
        self._local.discard(room_id)
        self._own.discard(room_id)

    def admits(self, room_id: str) -> tuple[str, ...]:
        """Return which other servers may take part in the room, as globs: all of them where no rule says otherwise."""
        return () if room_id in self._local else self._admits.get(room_id, ("*",))

    def _learn_description(self, known: dict[str, Mapping[str, Any]], event: Mapping[str, Any]) -> None:
        content = event.get("content")
        # Whoever has the power may have put words of their own under one of our keys.
        if event.get("sender") == self._client.user_id and isinstance(content, Mapping) and content:
            known[event["state_key"]] = content
        else:
            known.pop(event["state_key"], None)

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

    def own_name(self, room_id: str, user_id: str) -> str:
        """Return the display name of a member as it is set, or an empty text."""
        room = self._client.rooms.get(room_id)
        user = room.users.get(user_id) if room else None
        return (user.display_name if user else None) or ""

    def title(self, room_id: str) -> str:
        """Return the room's name, or its address, or an empty text."""
        return self._names.get(room_id) or self._aliases.get(room_id, "")

    def find(self, name: str) -> str | None:
        """Return the room that we are in and that has the id or the main address *name*, or None."""
        if name in self._client.rooms:
            return name
        return next((id for id, alias in self._aliases.items() if name and alias == name), None)

    def own(self, room_id: str) -> bool:
        """Return whether we have made the room."""
        return room_id in self._own

    def encrypted(self, room_id: str) -> bool:
        """Return whether the room is encrypted."""
        room = self._client.rooms.get(room_id)
        return bool(room and room.encrypted)

    def audience(self, room_id: str) -> tuple[UserId, ...]:
        """Return who has joined the room or is invited to it, the bot included; nobody for a room we are not in."""
        room = self._client.rooms.get(room_id)
        return tuple(UserId(user) for user in room.users) if room else ()

    def of(self, user_id: str) -> tuple[str, ...]:
        """Return the rooms that the person has joined and we too."""
        rooms = self._client.rooms.items()
        return tuple(id for id, room in rooms if (user := room.users.get(user_id)) and not user.invited)

    def described(self, room_id: str) -> Mapping[str, Mapping[str, Any]]:
        """Return what the room says of our commands, in our own words, by state key."""
        return self._descriptions.get(room_id, {})

    def may_describe(self, room_id: str) -> bool:
        """Return whether our power level lets us describe our commands in the room."""
        return self._may_set(room_id, DESCRIPTION)

    def may_pin(self, room_id: str) -> bool:
        """Return whether our power level lets us say what is pinned in the room."""
        return self._may_set(room_id, PINNED)

    def _may_set(self, room_id: str, kind: str) -> bool:
        room = self._client.rooms.get(room_id)
        if room is None:
            return False
        needed: int = room.power_levels.get_state_event_required_level(kind)
        return self.power_level(room_id, self._client.user_id) >= needed

    def power_level(self, room_id: str, user_id: str) -> int:
        """Return the person's power level in the room; 0 where nothing says otherwise."""
        if user_id in self._creators.get(room_id, ()):
            return UNLIMITED
        room = self._client.rooms.get(room_id)
        return room.power_levels.get_user_level(user_id) if room else 0


def _text(content: Any, key: str) -> str:
    text = content.get(key) if isinstance(content, Mapping) else None
    return text if isinstance(text, str) else ""


def _creators(event: Mapping[str, Any]) -> frozenset[str]:
    content = event.get("content")
    if not isinstance(content, Mapping) or content.get("room_version", "1") in _CREATORS_LISTED:
        return frozenset()
    further = content.get("additional_creators")
    names = [event.get("sender"), *(further if isinstance(further, list) else ())]
    return frozenset(name for name in names if isinstance(name, str))
