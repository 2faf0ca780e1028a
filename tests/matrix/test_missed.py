"""What is read of the time since a backup: no further back, only what concerns us, whatever a homeserver answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest

from bot.matrix.api import Api, HomeserverError
from bot.matrix.missed import missed
from bot.model.sequel import EVENT

from ..fakes import BOT, NOON, ROOM

SINCE = NOON.timestamp() * 1000
HOUR = 3600 * 1000
ANA = "@ana:gnr.example"


def event(id: str, kind: str, sender: str = ANA, at: float = SINCE, **content: Any) -> dict[str, Any]:
    return {"event_id": id, "type": kind, "sender": sender, "origin_server_ts": at, "content": content}


class Homeserver:
    """Answers page by page, the newest first; a room that is not there is refused."""

    def __init__(self, *pages: list[Any]) -> None:
        self.pages = pages
        self.asked: list[Mapping[str, str]] = []
        self.refusal = HomeserverError(403, "M_FORBIDDEN", "no")

    async def request(self, _method: str, path: str, *, query: Mapping[str, str]) -> dict[str, Any]:
        if "gone" in path:
            raise self.refusal
        self.asked.append(query)
        at = int(query.get("from", 0))
        return {"chunk": self.pages[at], **({"end": str(at + 1)} if at + 1 < len(self.pages) else {})}


async def test_pages_are_read_back_to_the_backup_and_no_further() -> None:
    pages = [
        [event("$4", "m.room.redaction", redacts="$a"), event("$3", EVENT, BOT, sealed="two")],
        [],
        [event("$2", EVENT, BOT, SINCE - HOUR / 2, sealed="one"), event("$1", EVENT, BOT, SINCE - 2 * HOUR)],
        [event("$0", EVENT, BOT, sealed="never asked for")],
    ]
    server = Homeserver(*pages)
    found = await missed(cast(Api, server), ["!gone", ROOM], BOT, NOON)
    assert found.sequels == ["one", "two"], "clocks may differ by an hour; the oldest first"
    assert found.redactions == [(ROOM, "$4", pages[0][0])]
    assert len(server.asked) == 3 and json.loads(server.asked[0]["filter"])["types"] == [EVENT, "m.room.redaction"]


async def test_what_others_claim_and_what_is_malformed_is_nothing() -> None:
    odd = [7, {}, {"event_id": 3}, event("$1", EVENT, ANA, sealed="hers"), event("$2", "m.room.redaction", BOT)]
    odd += [{**event("$3", EVENT, BOT), "content": 7}, {**event("$4", EVENT, BOT, sealed="x"), "origin_server_ts": "y"}]
    found = await missed(cast(Api, Homeserver(odd)), [ROOM], BOT, NOON)
    assert found.sequels == ["x"] and found.redactions == []


async def test_a_homeserver_that_may_answer_later_is_asked_again() -> None:
    server = Homeserver([])
    server.refusal = HomeserverError(502, "", "bad gateway")
    with pytest.raises(HomeserverError):
        await missed(cast(Api, server), ["!gone"], BOT, NOON)
