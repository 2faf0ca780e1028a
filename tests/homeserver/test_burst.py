"""Five hundred reminders at one minute: all come, none twice, whatever the homeserver lets through a second."""

from __future__ import annotations

import pytest

from bot.demo.homeserver import Homeserver

from .burst import Burst, expected
from .conftest import PASSWORD, LiaisonFactory, OfficerFactory, localpart


@pytest.mark.timeout(240)  # forty seconds of it are the homeserver's limit
async def test_a_burst_of_reminders_comes_whole_and_once_though_the_bot_is_limited_and_killed(
    liaison: LiaisonFactory, officer: OfficerFactory, homeserver: Homeserver
) -> None:
    warden = localpart("warden")
    await homeserver.register(warden, PASSWORD, admin=True)
    admin = (await homeserver.login(warden, PASSWORD)).access_token
    kate = await officer("kate", "GBR-BF")
    burst = Burst(homeserver, await liaison(roles={"lead": [kate.user_id]}), kate)
    await burst.planned()
    await burst.limited(admin, per_second=5, at_once=10)
    await burst.bot.launch()
    await burst.heard(20, 60)
    assert "M_LIMIT_EXCEEDED" in burst.bot.log, burst.bot.log[-2000:]
    await burst.bot.kill()
    await burst.limited(admin, per_second=30)
    await burst.bot.launch()
    await burst.over(140)
    rung, said = burst.counted()
    assert rung == expected() and said == expected()
