"""What tests of shifts have in common: a task force on the clock of Lisbon, one post, and who is at it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.model.shift import PostName, Shift
from bot.render import Post

from .fakes import configuration
from .world import Person, World

GATE = PostName("gate")
LEADS = {"lead": ["@lead:example.org", "@zoe:example.org", "@rui:gnr.example"], "admin": ["@admin:example.org"]}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def led(world: World) -> Person:
    """Return a lead of the task force itself, who has set up a post on the clock of Lisbon: UTC in November."""
    taskforce = {"code": "BRAVO", "name": "Bravo", "languages": ["en"], "timezone": "Europe/Lisbon"}
    world.config = world.current.now = configuration(roles=LEADS, taskforce=taskforce)
    lead = world.person("lead")
    await lead.says("!shift post gate zone:Europe/Lisbon")
    return lead


async def shifts(world: World, days: int = 7) -> list[Shift]:
    now = world.clock.now()
    roster = await world.services.shift.roster(None, now, now + timedelta(days=days))
    return roster.shifts(now, now + timedelta(days=days), GATE)


async def who(world: World, days: int = 3) -> list[tuple[str, str | None]]:
    return [
        (f"{one.span.since:%dT%H}-{one.span.until:%dT%H}", one.person and one.person[1:].partition(":")[0])
        for one in await shifts(world, days)
    ]


def answer(person: Person) -> Post:
    """Return the answer to what a person said last, whatever others were told meanwhile."""
    return [h.post for h in person.world.heard[person._from :] if h.post and h.kind == "reply"][-1]


def direct(world: World, person: Person, since: int = 0) -> list[Post]:
    """Return what was said to somebody alone since the bot had posted so much."""
    rooms = [room for room in world.rooms.joined if room.startswith("!direct")]
    mine = [room for room in rooms if person.user_id in world.rooms.audience(room)]
    return [heard.post for heard in world.heard[since:] if heard.post and heard.room in mine]


def accept(world: World) -> None:
    """Let everyone accept the invitations to their direct rooms."""
    for room, invited in world.rooms.invited.items():
        world.rooms.joined[room] += invited
        invited.clear()


async def sets_up(lead: Person, *people: Person, at: str = "2026-11-24 06:00", more: str = "every:weekdays") -> None:
    names = ", ".join(one.user_id for one in people)
    await lead.says(f"!shift roster gate people:{names} from:{at} {more}")
