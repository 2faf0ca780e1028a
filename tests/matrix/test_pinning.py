"""Our cards among what is pinned in a room: what others pinned stays, and without the power nothing is asked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.matrix.api import HomeserverError
from bot.matrix.client import MatrixClient
from bot.matrix.pinning import Pinning
from bot.store import Store
from bot.store.outbox import OutboxRow

from ..fakes import NOON, ROOM

EVENTS = {"old": "$old", "new": "$new"}


class Homeserver:
    """Has one room's pinned events; None: there never were any."""

    def __init__(self, pinned: Any, may_pin: bool = True) -> None:
        self.pinned = pinned
        self.asked: list[str] = []
        self.rooms = SimpleNamespace(may_pin=lambda room_id: may_pin)
        self.api = self

    async def request(self, method: str, path: str, body: Any = None, needs: Any = ()) -> dict[str, Any]:
        """Answer for the state of the room."""
        assert path.endswith("/state/m.room.pinned_events/")
        self.asked.append(method)
        if method == "PUT":
            self.pinned = body["pinned"]
            return {"event_id": "$state"}
        if self.pinned is None:
            raise HomeserverError(404, "M_NOT_FOUND", "no such state")
        return {"pinned": self.pinned}


async def change(homeserver: Homeserver, **payload: list[str]) -> str:
    async def event_of(post: str) -> str | None:
        return EVENTS.get(post)

    store = SimpleNamespace(outbox=SimpleNamespace(event_of=event_of))
    pinning = Pinning(cast(MatrixClient, homeserver), cast(Store, store))
    return await pinning.change(OutboxRow("id", ROOM, "pin", "$cause", payload, NOON))


@pytest.mark.parametrize(
    ("before", "payload", "after"),
    [
        (None, {"pins": ["new"]}, ["$new"]),
        (["$theirs"], {"pins": ["new"]}, ["$theirs", "$new"]),
        (["$old", "$theirs"], {"pins": ["new"], "unpins": ["old"]}, ["$theirs", "$new"]),
        (["$old", "$theirs"], {"unpins": ["old"]}, ["$theirs"]),
        (["$theirs", 7, None], {"pins": ["new"]}, ["$theirs", "$new"]),
        ("nonsense", {"pins": ["new"]}, ["$new"]),
    ],
)
async def test_only_our_cards_change(before: Any, payload: dict[str, list[str]], after: list[str]) -> None:
    homeserver = Homeserver(before)
    assert await change(homeserver, **payload) == "$state"
    assert homeserver.pinned == after


@pytest.mark.parametrize("payload", [{"pins": ["old"]}, {"unpins": ["new"]}, {"pins": ["never sent"]}])
async def test_what_is_so_already_is_not_said_again(payload: dict[str, list[str]]) -> None:
    homeserver = Homeserver(["$old"])
    assert await change(homeserver, **payload) == "" and homeserver.asked == ["GET"]


async def test_without_the_power_nothing_is_asked() -> None:
    homeserver = Homeserver([], may_pin=False)
    assert await change(homeserver, pins=["new"]) == "" and homeserver.asked == []


async def test_a_homeserver_that_fails_is_asked_again() -> None:
    homeserver = Homeserver([])

    async def fails(*_args: Any, **_more: Any) -> dict[str, Any]:
        raise HomeserverError(502, "M_UNKNOWN", "away")

    homeserver.request = fails  # type: ignore[method-assign]
    with pytest.raises(HomeserverError):
        await change(homeserver, pins=["new"])
