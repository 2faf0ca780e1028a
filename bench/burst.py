"""Five hundred reminders at one minute through a homeserver's rate limit: all sent, none twice, and how soon."""

from __future__ import annotations

from bench.row import Row
from bench.world import world
from bot.demo.officer import Officer, new_password
from tests.homeserver.burst import AT_ONCE, COUNT, LEAST, PER_SECOND, ROOMS, Burst, expected


async def measure() -> list[Row]:
    """Return the row; the peer is the homeserver's limit itself."""
    async with world() as here:
        admin, password = "warden", new_password()
        await here.homeserver.register(admin, password, admin=True)
        token = (await here.homeserver.login(admin, password)).access_token
        user_id, password = await here.account("kate-bf")
        officer = Officer(here.homeserver.url, user_id, password, here.folder / "kate", "Kate")
        here.stack.push_async_callback(officer.stop)
        await officer.start()
        burst = Burst(here.homeserver, await here.liaison(user_id), officer)
        await burst.planned()
        await burst.limited(token)
        await burst.bot.launch()
        took = await burst.over(180)
        rung, said = burst.counted()
    lost = sum(((expected() - rung) + (expected() - said)).values())
    twice = sum(((rung - expected()) + (said - expected())).values())
    return [
        Row(
            what=f"{COUNT} reminders due at one minute in {ROOMS} rooms, a notice and a ring each, from the first to"
            f" the last; peer: what a limit of {PER_SECOND} a second, {AT_ONCE} at once, makes of it",
            ours=f"{took:.1f} s; {lost} lost, {twice} twice",
            peer=f"{LEAST:.1f} s",
            ratio=f"{took / LEAST:.2f} ×",
            must="none lost, none twice",
            reached=lost == twice == 0,
            threads="1 and SQLite's 3, the worker apart",
        )
    ]
