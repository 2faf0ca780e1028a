"""What `privacy` says of corrections, of what is remembered and of terms, and that it is so."""

from __future__ import annotations

from datetime import timedelta

from bot.services.retention import RetentionService

from ..world import World
from .test_translate_fix import BETTER, SAID, fixes


class NoKeys:
    """A store of room keys without any."""

    def forget(self, session_ids: object) -> None:
        """Do nothing."""


async def count(world: World) -> dict[str, int]:
    tables = ("correction", "memory", "term")
    return {table: len(await world.database.rows(f"SELECT * FROM {table}")) for table in tables}


async def test_corrections_and_memory_go_after_the_days_that_it_names_and_terms_stay(world: World) -> None:
    ana, kate = world.person("ana", "PRT-GNR"), world.person("kate")
    await fixes(world, kate, BETTER, await ana.says(SAID))
    await ana.says("!term add ponte = bridge to:en")
    await kate.says("!privacy")
    assert kate.hears("Corrections with their authors") and kate.hears("Terms of the glossary stay")
    assert kate.hears("What is put under legal hold is kept until the hold is lifted")
    before = await count(world)
    assert all(before.values())
    days = world.config.privacy.retention_days
    assert kate.hears(f"after {days} day")
    retention = RetentionService(world.current, world.store, NoKeys(), world.pulse, world.services.audit)
    for passed, left in ((days - 1, before), (days + 1, {"correction": 0, "memory": 0, "term": before["term"]})):
        now = world.clock.now() + timedelta(days=passed)
        world.pulse.skew, world.pulse.synced_at = 0.0, now
        await retention.purge(now)
        assert await count(world) == left
