"""Who answers for a post, and whether what is handed over can be passed by."""

from __future__ import annotations

import json

import pytest

from ..duties import chooses, rings
from ..fakes import BOT, ROOM
from ..handover.scene import GATE, Scene, plain
from ..handover.test_pinned import pins

ELSEWHERE = "@max:elsewhere.net"


@pytest.mark.parametrize("who", [BOT, ELSEWHERE])
async def test_a_post_does_not_pass_to_whom_no_command_is_taken_of(scene: Scene, who: str) -> None:
    scene.world.rooms.joined[ROOM].append(ELSEWHERE)  # type: ignore[arg-type]
    await scene.lead.says(f"!handover pass {who} Ana is ill")
    assert await scene.answering() == scene.ana.user_id, plain(scene.lead.last)


async def test_the_incoming_person_does_not_clear_what_they_are_to_read_back(scene: Scene) -> None:
    await scene.started(scene.eva)
    await scene.ana.says("!handover note critical:yes Barco com 3 pessoas armadas")
    await scene.ana.says("!handover ready")
    assert scene.ana.hears("waits for", ok=True)
    await scene.eva.says("!handover clear 1")
    await scene.eva.says("!handover accept")
    assert await scene.answering() == scene.ana.user_id, "it was neither read back nor refused"


async def test_who_once_handed_over_clears_no_order_of_the_post_any_more(scene: Scene) -> None:
    ref = await scene.started()
    await scene.ana.says("!handover note standing:yes Ninguém passa sem documentos")
    await scene.ana.says("!handover ready")
    await scene.rui.says("!handover item 1 ok")
    await scene.rui.says("!handover accept")
    await scene.lead.says(f"!handover pass {scene.eva.user_id} Rui is ill")
    scene.world.clock.passes(days=90)
    await scene.ana.says(f"!handover clear {ref} 1")
    assert scene.ana.hears(ok=False, error="not_allowed"), "Eva answers for the gate, for three months"


async def test_what_was_pinned_in_a_watch_that_a_lead_has_ended_is_handed_over(scene: Scene) -> None:
    ref = await scene.declared()
    scene.world.clock.passes(minutes=10)
    await pins(scene, await scene.ana.says("Barco azul, AB-12-CD"), ref)
    scene.world.clock.passes(minutes=10)
    handed = await scene.started()
    kinds = [one.kind for one in (await scene.sheet(handed)).items]
    assert "pin" in kinds, kinds
    await scene.lead.says(f"!handover pass {scene.rui.user_id} Ana is ill")
    scene.world.clock.passes(minutes=10)
    await scene.rui.says(f"!handover start {scene.eva.user_id}")
    after = await scene.sheet(str(scene.rui.last.record["ref"]))
    assert "pin" in [one.kind for one in after.items], "no item disappears"


async def test_a_read_back_that_was_right_is_not_counted_as_wrong(scene: Scene) -> None:
    ref = await scene.started(scene.eva)
    await scene.ana.says("!handover note Barco branco, 3 pessoas")
    await scene.ana.says("!handover ready")
    await scene.eva.says("!handover readback 1 Bateau blanc, 3 personnes")
    await chooses(scene.ana, rings(scene.world)[-1], "right")
    await scene.ana.says("!handover note 1 e um cão")
    await scene.eva.says("!handover readback 1 Bateau blanc, 3 personnes et un chien")
    await chooses(scene.ana, rings(scene.world)[-1], "right")
    await scene.eva.says("!handover accept")
    assert await scene.answering() == scene.eva.user_id
    await scene.eva.says("!handover statistics")
    found = plain(scene.eva.last)
    record = json.loads(await scene.world.store.handover.record((await scene.handover(ref)).ref))
    assert "0 read-backs were wrong" in found
    assert not any(one[4] is False and one[5] for one in record["read_backs"]), "nobody has judged one wrong"


@pytest.mark.parametrize(
    "command",
    [
        "!handover pass {rui} TLP:RED Informador Silva diz que vêm",
        "!shift override gate who:{lead} from:tomorrow 06:00 for:8h insist:TLP:RED Informador Silva",
    ],
)
async def test_what_is_red_goes_into_no_record_as_a_reason(scene: Scene, command: str) -> None:
    await scene.lead.says(command.format(rui=scene.rui.user_id, lead=scene.lead.user_id))
    rows = await scene.world.database.rows("SELECT content FROM audit_content")
    assert not any("Informador" in str(row["content"]) for row in rows)
    assert not any("Informador" in h.post.body for h in scene.world.heard if h.post)


@pytest.mark.parametrize("on", ["9999-12-31", "0001-01-01", "2026-11-20T10:00+23:59"])
@pytest.mark.parametrize("command", ["handover history on:", "handover history ", "shift log on:", "shift log "])
async def test_a_day_at_the_end_of_time_is_no_fault_of_ours(scene: Scene, command: str, on: str) -> None:
    await scene.ana.says(f"!{command}{on}")
    assert scene.ana.last.record.get("error") != "internal", plain(scene.ana.last)


@pytest.mark.parametrize("line", ["!handover item 99999999999999999999 ok", "!handover note 99999999999999999999 x", "!handover clear 99999999999999999999", "!handover readback 99999999999999999999 x", "!handover show from:9999", "!shift roster gate remove:99999999999999999999", "!shift override gate remove:99999999999999999999", "!shift absent remove:99999999999999999999", "!shift override gate who:nobody from:2026-11-23 06:00 until:9999-12-31", "!shift absent from:0001-01-01 until:9999-12-31", "!shift roster gate people:@lead:example.org from:tomorrow 06:00 for:99999999999h", "!checkin gate every:999999999999h", "!handover statistics days:366", "!shift swap with:@liaison:example.org", "!shift card", "!shift log", "!handover kept"])  # fmt: skip  # noqa: E501
async def test_nothing_that_is_typed_is_a_fault_of_ours(scene: Scene, line: str) -> None:
    await scene.handed()
    for person in (scene.lead, scene.ana, scene.rui):
        await person.says(line)
        assert person.last.record.get("error") != "internal", plain(person.last)
    assert await scene.answering() == scene.ana.user_id and GATE
