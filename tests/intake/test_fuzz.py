"""Whatever a room says goes through intake, outbox and rendering: nothing is lost, and no event ends in a fault."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.config import Config
from bot.i18n import INTERFACE_LANGUAGES, Catalogues
from bot.model.person import UserId

from ..fakes import BOT, ROOM, configuration
from ..fuzz import REF, SENDERS, events, lines
from ..world import World

CATALOGUES = Catalogues.load()
SPEAKERS = tuple(UserId(f"@{language}-speaker:example.org") for language in INTERFACE_LANGUAGES)
SECONDS = 20
"""How long one example may take: events are done in milliseconds, the machine may be busy."""


def _config() -> Config:
    agencies = [
        {
            "code": f"AG-{language.upper()}",
            "country": "PT",
            "language": language,
            "timezone": "Europe/Lisbon",
            "members": [f"@{language}-*:example.org"],
        }
        for language in INTERFACE_LANGUAGES
    ]
    own = configuration()
    every = ["@lead:example.org", *SPEAKERS]
    roles = {"lead": every, "admin": ["@admin:example.org", *SPEAKERS[::2]], "auditor": list(SPEAKERS[1::2])}
    known = [agency.model_dump() for agency in own.agencies]
    return configuration(agencies=[*known, *agencies], roles=roles)


CONFIG = _config()


def _meant(raw: dict[str, Any], refs: list[str]) -> dict[str, Any]:
    """Return *raw* with one of *refs*, if there is one, in the place of the reference that stands for such."""
    body = raw["content"].get("body")
    if not refs or not isinstance(body, str):
        return raw
    return {**raw, "content": {**raw["content"], "body": body.replace(REF, refs[len(body) % len(refs)])}}


async def goes_through(raws: list[dict[str, Any]]) -> None:
    """Have all of *raws* said in one room; raise AssertionError for a fault, an open event, or a hanging one."""
    with TemporaryDirectory() as folder, structlog.testing.capture_logs() as logs:
        world = World(Path(folder) / "liaison.db", CONFIG)
        world.catalogues = CATALOGUES
        world.rooms.joined[ROOM] = [UserId(BOT), *map(UserId, SENDERS[:4]), *SPEAKERS]
        await world.start()
        try:
            numbers = itertools.count(1)
            for raw in raws:
                raw = _meant(raw, [h.post.record["ref"] for h in world.heard if h.post and "ref" in h.post.record])
                async with world.store.transaction():
                    id = f"$event{next(numbers)}"
                    await world.store.inbox.add(ROOM, id, raw, world.clock.now())
                world.events[id], world.said_at[id] = (ROOM, raw), world.clock.now()
                world.intake.wake({ROOM})
                async with asyncio.timeout(SECONDS):
                    while (await world.store.inbox.depth())[0] and not world._work.done():
                        await asyncio.sleep(0.001)
                    await world.delivers()
            await world.wakes()
            outcomes = await world.outcomes()
        finally:
            await world.stop()
    failed = [entry for entry in logs if entry["event"] in ("event.failed", "due.failed")]
    assert not failed, failed[0]
    assert len(outcomes) == len(raws) and None not in outcomes.values(), outcomes
    assert "fault" not in outcomes.values()


def bounded(examples: int) -> Any:
    """Return settings for so many examples; their time has a limit of its own."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    # An example takes a second, so a failure is shown as it was found: shrinking it would take minutes.
    found = [Phase.explicit, Phase.reuse, Phase.generate]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow, phases=found)


def typed(sender: str, body: str) -> dict[str, Any]:
    content = {"msgtype": "m.text", "body": body}
    return {"type": "m.room.message", "content": content, "sender": sender, "encrypted": True, "trusted": True}


TYPED = st.one_of(
    [
        st.builds(typed, st.just(speaker), lines(language))
        for speaker, language in zip(SPEAKERS, INTERFACE_LANGUAGES, strict=True)
    ]
)
BEFORE = [
    typed(SPEAKERS[0], line)
    for line in (
        "!incident declare Fire at the bridge severity:high",
        "!briefing schedule Morning briefing tomorrow 09:00",
        "!remind me in 2h Call the harbour",
        "!handover start",
    )
]
"""So that there is something to speak of."""


@bounded(6)
@given(st.lists(events(), min_size=5, max_size=12))
def test_no_event_of_a_room_is_lost_or_ends_in_a_fault(raws: list[dict[str, Any]]) -> None:
    asyncio.run(goes_through([*BEFORE, *raws]))


@bounded(6)
@given(st.lists(TYPED, min_size=5, max_size=12))
def test_no_command_line_in_any_language_ends_in_a_fault(raws: list[dict[str, Any]]) -> None:
    asyncio.run(goes_through([*BEFORE, *raws]))


@pytest.mark.soak
@pytest.mark.timeout(3600)
@bounded(1500)
@given(st.lists(events() | TYPED, min_size=5, max_size=25))
def test_a_long_run_of_events_and_commands_ends_in_no_fault(raws: list[dict[str, Any]]) -> None:
    asyncio.run(goes_through([*BEFORE, *raws]))
