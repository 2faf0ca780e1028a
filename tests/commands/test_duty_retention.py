"""Who was on duty, absent or away, and where: kept as long as was promised, and no longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.services.pulse import Pulse
from bot.services.retention import RetentionService

from ..fakes import configuration
from ..incident.test_held_against_the_log import fault
from ..rosters import GATE, led, sets_up
from ..world import Person, World

PERIOD = 30


class NoKeys:
    """There are no room keys here."""

    def forget(self, session_ids: Sequence[str]) -> None:
        """Forget nothing."""


@pytest.fixture
async def lead(world: World) -> Person:
    await world.services.audit.begin(world.clock.now())
    return await led(world)


@pytest.fixture
def kate(world: World) -> Person:
    return world.person("kate")


async def purged(world: World, days: int) -> None:
    """Let the days pass, and what is too old be deleted."""
    world.clock.passes(days=days)
    now = world.clock.now()
    world.current.now = configuration(
        roles={"lead": list(world.current.now.roles.lead)},
        privacy={"controller": "JOC", "contact": "x", "retention_days": PERIOD},
    )
    pulse = Pulse(now, synced_at=now, skew=0.0, looked_at=now - timedelta(days=1))
    await RetentionService(world.current, world.store, NoKeys(), pulse, world.services.audit).purge(now)


async def held(world: World) -> str:
    """Return all that the tables of rosters and check-ins hold, and what the audit log says of statuses."""
    found = []
    for table in ("rotation", "override", "absence", "presence", "swap", "checkin", "checkin_said"):
        found += [f"{table} {dict(row)}" for row in await world.database.rows(f"SELECT * FROM {table}")]
    rows = await world.database.rows("SELECT content FROM audit_content")
    found += [content for row in rows if '"status"' in (content := bytes(row["content"]).decode())]
    return "\n".join(found)


async def test_where_somebody_was_goes_once_they_are_back_and_from_all_records_after_the_period(
    world: World, lead: Person, kate: Person
) -> None:
    await kate.says("!checkin gate A12")
    await kate.says("!checkin status out the old mill")
    assert "old mill" in (await held(world)).split("checkin_said", maxsplit=1)[0]
    await kate.says("!checkin end")
    assert kate.hears(ok=True), kate.last.body
    assert "old mill" not in (await held(world)).split("checkin_said", maxsplit=1)[0], "nobody has to look for her"
    assert "old mill" in await held(world), "the log of the shift says it"
    await purged(world, PERIOD - 1)
    assert "old mill" in await held(world)
    size = await world.store.audit.size()
    await purged(world, 2)
    forgotten = await world.store.audit.size() - size
    assert "old mill" not in await held(world) and "A12" not in await held(world)
    assert forgotten > 0, "that something was said stays in the log, and that it was forgotten is there too"
    assert fault(world) is None


async def test_whoever_is_checked_in_still_is_not_forgotten(world: World, lead: Person, kate: Person) -> None:
    await kate.says("!checkin gate A12")
    await kate.says("!checkin status out the old mill")
    await purged(world, PERIOD + 5)
    assert (await held(world)).count("old mill") == 3


async def test_past_rosters_name_nobody_and_those_to_come_stay(world: World, lead: Person, kate: Person) -> None:
    await sets_up(lead, kate)
    await kate.says("!shift absent from:2026-11-24 until:2026-11-25")
    await lead.says(f"!shift override gate who:{kate.user_id} from:2026-11-27 20:00 for:4h insist:nobody else")
    await kate.says("!shift start gate")
    await kate.says("!shift end gate")
    revision, before = await world.store.shift.revision(GATE), await held(world)
    assert all(f"{table} {{" in before for table in ("rotation", "override", "absence", "presence")), before
    await purged(world, PERIOD + 10)
    after = await held(world)
    assert [line.split()[0] for line in after.splitlines() if kate.user_id in line] == ["rotation"], after
    assert await world.store.shift.revision(GATE) == revision, "calendars that were exported are still followed"
    await lead.says("!shift roster gate remove:1")
    await purged(world, PERIOD + 1)
    assert kate.user_id not in await held(world)
    now = world.clock.now()
    assert (await world.store.shift.roster(now - timedelta(days=70), now)).shifts(now - timedelta(days=70), now, GATE)
