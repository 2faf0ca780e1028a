"""What a sync answer says: pure, because a homeserver may answer anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard

_FOR_NIO = ("m.room.member", "m.room.power_levels", "m.room.encryption")
"""The state that nio is asked about. It falls over some of what members can put into other state."""
_PARTS = ("state", "timeline")
LATE = timedelta(minutes=5)
"""What reaches us so long after it was sent waits behind what is said now."""


def without_messages(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sync answer for nio: state that we need only, since messages are decrypted from the inbox.

    nio decrypts even a state event that is called `m.room.encrypted`, and falls over it.
    """
    joined = {}
    for room_id, room in raw.get("rooms", {}).get("join", {}).items():
        timeline = room.get("timeline", {})
        joined[room_id] = {
            "state": {"events": _state(room.get("state", {}))},
            "timeline": {
                "limited": timeline.get("limited", False),
                "prev_batch": timeline.get("prev_batch", ""),
                "events": _state(timeline),
            },
        }
    sent = raw.get("to_device", {}).get("events", ())
    told = {
        "rooms": {"join": joined},
        "to_device": {"events": [event for event in sent if isinstance(event, dict)]},
        "device_lists": raw.get("device_lists", {}),
        "device_one_time_keys_count": raw.get("device_one_time_keys_count", {}),
        "next_batch": raw["next_batch"],
    }
    # nio takes apart what it is given, and the inbox still needs it whole.
    return deepcopy(told)


def _state(part: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the state events in *part* that nio is to know, without what it makes nothing of."""
    return [
        {name: value for name, value in event.items() if name != "unsigned"}
        for event in part.get("events", ())
        if isinstance(event, dict) and "state_key" in event and event.get("type") in _FOR_NIO
    ]


def identified(event: Any) -> bool:
    """Return whether *event* is an event with an id."""
    return isinstance(event, dict) and isinstance(event.get("event_id"), str)


def since_joining(events: Sequence[Any], user_id: str) -> tuple[list[Any], bool]:
    """Return the part of a timeline that follows our last joining, and whether we joined in it.

    What was said before we came is not ours to read.
    """
    start = None
    for i, event in enumerate(events):
        if not isinstance(event, dict) or event.get("type") != "m.room.member":
            continue
        content, unsigned = event.get("content"), event.get("unsigned")
        before = unsigned.get("prev_content") if isinstance(unsigned, dict) else None
        joined = isinstance(content, dict) and content.get("membership") == "join"
        was_in = isinstance(before, dict) and before.get("membership") == "join"
        if event.get("state_key") == user_id and joined and not was_in:
            start = i
    return list(events[start or 0 :]), start is not None


def only_echoes(raw: Mapping[str, Any], user_id: str) -> bool:
    """Return whether a sync answer holds something that *user_id* said, and nothing of anybody else."""
    rooms, lists = raw.get("rooms", {}), raw.get("device_lists", {})
    if raw.get("to_device", {}).get("events") or lists.get("changed") or lists.get("left"):
        return False
    if any(rooms.get(kind) for kind in ("invite", "leave", "knock")):
        return False
    parts = [room.get(part, {}).get("events", ()) for room in rooms.get("join", {}).values() for part in _PARTS]
    senders = {event.get("sender") if isinstance(event, dict) else None for events in parts for event in events}
    return senders == {user_id}


def invitations(raw: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield invitations as (room id, an id of our own, the member event that invites us)."""
    for room_id, room in raw.get("rooms", {}).get("invite", {}).items():
        state = room.get("invite_state", {}).get("events", ())
        members = [
            event
            for event in state
            if isinstance(event, dict)
            and event.get("type") == "m.room.member"
            and isinstance(event.get("content"), dict)
            and event["content"].get("membership") == "invite"
        ]
        for event in members:
            # Stripped state has no event id; the homeserver tells an invitation until it is answered.
            id = f"invite:{room_id}:{event.get('sender')}:{raw['next_batch']}"
            yield room_id, id, event


def is_late(event: Mapping[str, Any], now: datetime) -> bool:
    """Return whether *event* came so long after it was sent that it waits behind what is said now.

    What changes the room never does, and what takes something back: before anything is made of it, if it can be.
    """
    return "state_key" not in event and event.get("type") != "m.room.redaction" and now - sent_at(event, now) > LATE


def sent_at(event: Mapping[str, Any], received_at: datetime) -> datetime:
    """Return when *event* was sent, never after *received_at*.

    By our own clock where the homeserver says how old the event was when it gave it to us, so that two clocks that
    differ make no message old; else by the homeserver's time stamp.
    """
    unsigned = event.get("unsigned")
    age = unsigned.get("age") if isinstance(unsigned, Mapping) else None
    stamp = event.get("origin_server_ts")
    if _whole(age) and age >= 0:
        milliseconds = received_at.timestamp() * 1000 - age
    elif _whole(stamp):
        milliseconds = stamp
    else:
        return received_at
    try:
        return min(datetime.fromtimestamp(milliseconds / 1000, UTC), received_at)
    except (OverflowError, ValueError, OSError):
        return received_at


def _whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
