"""Who approved a correction is told when another ends it, or when it goes with its message."""

from __future__ import annotations

import pytest

from ..intake.test_edits import edits
from ..intake.test_redactions import redacts
from ..world import Heard, Person, World
from .test_translate_fix import BETTER, OTHER, SAID, decides, fixes, question, reads_english, replies, reply, shown

MACHINE = f"{SAID} (pt to en)"


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


def told(world: World, person: Person) -> list[Heard]:
    """Return what rang *person* about a correction."""
    alerts = [heard for heard in world.heard if heard.post and heard.kind == "alert"]
    return [
        h for h in alerts if h.post and h.post.mentions == (person.user_id,) and h.post.record["of"] == "correction"
    ]


async def approved(world: World, ana: Person, kate: Person) -> tuple[str, str]:
    """Let Kate correct a message of Ana's, and Ana approve that; return the message and the command."""
    await reads_english(ana)
    said = await ana.says(SAID)
    command = await fixes(world, kate, BETTER, said)
    await decides(world, ana, "1", question(world, ana))
    assert ana.hears("Approved", ok=True)
    return said, command


@pytest.mark.parametrize("how", ["redacted", "edited", "labelled"])
async def test_when_it_goes_with_its_message(world: World, ana: Person, kate: Person, how: str) -> None:
    eva, tom = world.person("eva", "FRA-PN", OTHER), world.person("tom", room=OTHER)
    world.translator.spoken |= {SAID: "pt"}
    said, _command = await approved(world, ana, kate)
    await eva.says(SAID, room=OTHER)
    assert shown(world)[-1]["en"] == BETTER and tom
    match how:
        case "redacted":
            await redacts(world, said)
        case "edited":
            await edits(ana, said, f"{SAID}.")
        case "labelled":
            await replies(ana, "TLP:AMBER", said)
            await replies(ana, "TLP:RED", said)
    [alert] = told(world, ana)
    assert alert.post and "you approved" in alert.post.body
    assert told(world, kate) == []
    if how != "edited":  # then what was shown may stand
        [*_others, last] = world.shows().values()
        assert last.record["texts"]["en"] == MACHINE and "corrected" not in last.record


@pytest.mark.parametrize("how", ["restore", "command redacted", "by themselves"])
async def test_when_another_takes_it_back(world: World, ana: Person, kate: Person, how: str) -> None:
    said, command = await approved(world, ana, kate)
    match how:
        case "restore":
            await kate.says("", **reply("!translate restore", said))
        case "command redacted":
            await redacts(world, command, kate.user_id)
        case _:
            await ana.says("", **reply("!translate restore", said))
    alerts = told(world, ana)
    assert len(alerts) == (how != "by themselves")
    for alert in alerts:
        assert alert.post and "I have forgotten the correction" in alert.post.body
        assert alert.post.reply_to in world.shows()


async def test_what_nobody_approved_ends_without_a_word(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    await redacts(world, said)
    assert told(world, ana) == told(world, kate) == []
