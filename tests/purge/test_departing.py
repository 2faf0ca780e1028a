"""An agency that leaves gets what it originated, and it is purged; what is held or open stays, said plainly."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.model.person import UserId, Zone
from bot.model.reference import Reference
from bot.model.shift import PostName, Rotation

from ..briefing.held import LEADS, Held
from ..briefing.test_minutes import minuted
from ..handover.scene import begun
from ..incident.marked import asks, direct
from ..incident.scene import replied
from ..incident.test_holding import holds, lifts
from ..purges import AUDIT, MARKER, audited, force, left, verified
from ..world import Person, World


def question(world: World, of: Person) -> Any:
    posts = [h.post for h in world.heard if h.kind == "question" and h.post and h.post.record["of"] == "purge agency"]
    return [post for post in posts if of.user_id in post.mentions][-1]


async def leaves(asker: Person, second: Person, choice: str = "purge") -> None:
    await asks(asker, "!purge agency PRT-GNR Fim do mandato")
    post = question(asker.world, second)
    digit = next(digit for digit, name in post.record["choices"].items() if name == choice)
    tail = post.body.rpartition(f"{digit} ")[2].rstrip(".").strip()[:2]
    await second.says("", **replied(f"{digit} {tail}", asker.world.event_of(post)))


async def look(world: World, **time: float) -> None:
    world.clock.passes(**time)
    await world.wakes()
    await world.wakes()


async def there(world: World, ref: str) -> bool:
    return await world.store.incident.find(Reference(ref)) is not None


def said(world: World) -> list[Any]:
    return [h.post for h in world.heard if h.room == AUDIT and h.post and "purge agency" in h.post.record]


async def test_it_is_handed_back_what_it_originated_and_then_that_is_purged(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!incident close {ref} resolved")
    await luc.says("!incident declare Autre chose type:vessel")
    alone = direct(ana)
    await leaves(vera, luc)
    assert luc.hears("PRT-GNR leaves", ok=True), luc.last
    await world.wakes()
    assert await there(world, ref), "not before it is handed over"
    [file] = world.files
    told, handed = [one for one in world.heard if one.room == alone][-2:]
    assert told.post and "The file below holds what it originated" in told.post.body, "what it is stands before it"
    assert handed.post and handed.post.record["kind"] == "file"
    found = json.loads(file.data)
    assert found["of"] == "PRT-GNR" and MARKER in file.data.decode() and b"Autre chose" not in file.data
    await look(world, minutes=10)
    assert not await there(world, ref) and await left(world) == [] and verified(world).fault is None
    [notice] = said(world)
    assert notice.record["purge agency"] == {"agency": "PRT-GNR", "purged": 1, "held": 0, "open": 0}


async def test_nothing_is_purged_before_its_lead_has_the_file(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!incident close {ref} resolved")
    await leaves(vera, luc)
    await world.wakes()
    await look(world, minutes=30)
    assert world.files == [] and await there(world, ref)
    room = next(room for room, people in world.rooms.invited.items() if ana.user_id in people)
    world.rooms.invited[room], world.rooms.joined[room] = [], [*world.rooms.joined[room], ana.user_id]
    await look(world, minutes=1)
    assert len(world.files) == 1
    await look(world, minutes=10)
    assert not await there(world, ref)


async def test_a_hold_of_others_wins_until_it_is_lifted(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!incident close {ref} resolved")
    await holds(luc, ref)
    direct(ana)
    await leaves(vera, luc)
    await world.wakes()
    await look(world, minutes=10)
    assert await there(world, ref)
    [notice] = said(world)
    assert notice.record["purge agency"] == {"agency": "PRT-GNR", "purged": 0, "held": 1, "open": 0}
    assert "Under hold, and kept until that is lifted: 1." in notice.body
    await lifts(luc, ref)
    await look(world, days=1)
    assert not await there(world, ref) and await left(world) == []


async def test_its_people_are_asked_nothing_any_more(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await ana.says("!briefing schedule Brief 2026-11-24 09:00")
    assert await world.store.question.list_open(ana.user_id)
    await leaves(vera, luc)
    assert not await world.store.question.list_open(ana.user_id)


async def on_duty(world: World, until: datetime) -> set[UserId | None]:
    """Return who has shifts at the gate until then."""
    now = world.clock.now()
    return {one.person for one in (await world.store.shift.roster(now, until)).shifts(now, until, PostName("gate"))}


async def test_its_people_are_off_the_rosters(world: World, ana: Person, vera: Person, luc: Person, ref: str) -> None:
    lead = world.person("lead")
    await lead.says("!shift post gate")
    start = world.clock.now().replace(tzinfo=None) + timedelta(hours=2)
    rotation = Rotation(
        "one",
        PostName("gate"),
        None,
        (ana.user_id, luc.user_id),
        start,
        Zone("UTC"),
        timedelta(hours=12),
        "FREQ=DAILY",
        1,
    )
    async with world.store.transaction():
        await world.store.shift.add_rotation(rotation, lead.user_id, world.clock.now())
    until = world.clock.now() + timedelta(days=6)
    before = await on_duty(world, until)
    await leaves(vera, luc)
    after = await on_duty(world, until)
    assert ana.user_id in before and ana.user_id not in after and luc.user_id in after
    assert any("Nobody is there, because somebody is absent." in h.post.body for h in world.heard if h.post)


@pytest.mark.parametrize(
    ("line", "error"),
    [("purge agency XXX Porque sim", "bad_argument"), ("purge agency PRT-GNR", "bad_argument"),
     ("purge agency PRT-GNR TLP:RED x", "handling")],
)  # fmt: skip
async def test_bad_input(world: World, vera: Person, luc: Person, line: str, error: str) -> None:
    assert (await asks(vera, f"!{line}")).record["error"] == error


async def test_one_alone_decides_nothing(world: World, ana: Person, vera: Person, luc: Person, ref: str) -> None:
    await ana.says(f"!incident close {ref} resolved")
    direct(ana)
    await leaves(vera, luc, "refuse")
    assert luc.hears("Nothing was changed.")
    await asks(vera, "!purge agency PRT-GNR Fim")
    assert (await asks(vera, "!purge agency PRT-GNR Fim")).record["error"] == "conflict"
    await look(world, days=2)
    assert world.files == [] and await there(world, ref)
    assert (await asks(ana, "!purge agency PRT-GNR Fim")).record["error"] == "not_allowed"


async def test_what_is_opened_again_before_its_turn_is_purged_once_it_is_over(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!incident close {ref} resolved")
    direct(ana)
    await leaves(vera, luc)
    await world.wakes()
    world.clock.passes(minutes=10)
    await world.wakes()
    assert (await asks(ana, f"!incident reopen {ref} Afinal continua")).record["ok"]
    await world.wakes()
    assert await there(world, ref)
    await ana.says(f"!incident close {ref} resolved Ocapi apanhado")
    files = len(world.files)
    await look(world, days=1)
    assert await there(world, ref), "what was said since is handed over as well"
    await look(world, minutes=10)
    assert len(world.files) == files + 1 and b"Ocapi" in world.files[-1].data
    assert not await there(world, ref)
    await look(world, days=1)
    assert await world.store.due.find("agency leaves", "PRT-GNR") is None


async def test_its_leads_get_no_word_that_leaves_named_persons_only(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    rosa = world.person("rosa", "PRT-GNR")
    fields = "sem luzes actions: Equipa needs: Nada"
    said = [
        await rosa.says(f"!report can {ref} conditions: Ocapi-1 {fields}"),
        await rosa.says(f"!report can conditions: Ocapi-2 {fields}"),
        await rosa.says("!incident declare Ocapi-3 na ponte type:vessel severity:low"),
    ]
    for event in said:
        await rosa.says("", **replied("TLP:RED", event))
    direct(ana)
    await leaves(vera, luc)
    await world.wakes()
    [file] = world.files
    assert MARKER in file.data.decode() and b"Ocapi" not in file.data, file.data.decode()
    # The entry of the first report; both reports; the entry of the title, and the title.
    assert json.loads(file.data)["withheld"] == 5


async def test_a_part_that_is_marked_while_the_file_waits_is_not_handed_over(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    rosa = world.person("rosa", "PRT-GNR")
    said = await rosa.says(f"!incident note {ref} Ocapi no cais")
    direct(ana)
    await leaves(vera, luc)
    await world.services.due.wake(world.clock.now())  # the homeserver is away: nothing is delivered
    await rosa.says("", **replied("TLP:RED", said))
    assert world.files == []
    await ana.says(f"!incident close {ref} resolved")
    await look(world, minutes=10)
    assert await there(world, ref), "nobody has it yet"
    await look(world, minutes=10)
    [file] = world.files
    assert MARKER in file.data.decode() and b"Ocapi" not in file.data
    for _again in range(3):
        await look(world, minutes=10)
    assert not await there(world, ref)


async def test_minutes_and_handovers_are_handed_back_too(tmp_path: Path) -> None:
    world = World(tmp_path / "briefing.db", force(*LEADS))
    await world.start()
    await world.services.audit.begin(world.clock.now())
    people = [world.person("ana", "PRT-GNR"), *(Person(world, f"@{name}:example.org") for name in ("a", "b", "c"))]
    held = Held(world, *people)
    await held.begun()
    await minuted(held, f"Procurar {MARKER} esta noite")
    secret = await minuted(held, "Falar com Ocapi")
    await held.ana.says("", **replied("TLP:RED", secret))
    await held.confirms(held.ana, "!briefing minutes close")
    vera, luc = world.person("vera", "PRT-GNR"), world.person("luc", "FRA-PN")
    await audited(world, vera)
    direct(held.ana)
    await leaves(vera, luc)
    await world.wakes()
    [file] = world.files
    kept = json.loads(file.data)["kept"]
    assert f"Procurar {MARKER} esta noite" in [one["text"] for one in kept["minutes"]] and b"Ocapi" not in file.data
    assert len(kept["minutes marked"]) == 1
    await look(world, minutes=10)
    assert await left(world) == [] and verified(world).fault is None
    await world.stop()


async def test_notes_of_handovers_are_handed_back(world: World) -> None:
    vera, luc = world.person("vera", "PRT-GNR"), world.person("luc", "FRA-PN")
    scene = await begun(world)
    ref = await scene.started()
    await scene.ana.says(f"!handover note O {MARKER} dorme no porto")
    direct(scene.ana)
    async with world.store.transaction():
        await world.database.execute("UPDATE duty_post SET agency = 'PRT-GNR'")
    await leaves(vera, luc)
    await world.wakes()
    kept = json.loads(world.files[-1].data)["kept"]
    assert [one["handover"] for one in kept["handovers"]] == [ref]
    assert f"O {MARKER} dorme no porto" in [one["text"] for one in kept["handover notes"]]
