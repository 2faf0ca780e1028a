"""Who answers for a post, and that nobody else settles or changes what is handed over."""

from __future__ import annotations

import pytest

from ..fakes import BOT, ROOM
from .scene import Scene, plain

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
