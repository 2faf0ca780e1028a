"""Pinned messages, as they are handed over."""

from __future__ import annotations

from ..duties import posts
from ..incident.scene import edited
from .scene import Scene, pins, plain


async def test_what_its_author_has_corrected_is_not_handed_over_as_it_was(scene: Scene) -> None:
    world, ana, eva = scene.world, scene.ana, scene.eva
    ref = await scene.declared()
    world.clock.passes(minutes=10)
    message = await ana.says("Barco branco, 3 pessoas")
    await pins(scene, message, ref)
    world.clock.passes(minutes=10)
    handed = await scene.handed(eva)
    await ana.says("", **edited("Barco branco, 9 pessoas armadas", message))
    await eva.says(f"!handover show {handed}")
    assert "9 pessoas" in plain(eva.last), "it says 3 still, and nothing of the correction"


async def test_it_is_read_back_and_found_as_its_author_has_corrected_it(scene: Scene) -> None:
    ana, eva = scene.ana, scene.eva
    ref = await scene.declared()
    scene.world.clock.passes(minutes=10)
    message = await ana.says("Barco branco, 3 pessoas")
    await pins(scene, message, ref)
    handed = await scene.handed(eva)
    await ana.says("", **edited("Barco azul, 9 pessoas", message))
    number = next(one.number for one in (await scene.sheet(handed)).items if one.kind == "pin")
    for text, missing in (("Bateau bleu, 9 personnes", ""), ("Bateau blanc, 3 personnes", "9")):
        since = len(scene.world.heard)
        await eva.says(f"!handover readback {number} {text}")
        [said] = [plain(h.post) for h in posts(scene.world, "notice", since) if h.post]
        assert "edited since: Barco azul, 9 pessoas" in said
        assert (f"Only in the original: {missing}." in said) is bool(missing), said
    for words in ("barco branco", "barco azul"):
        await ana.says(f"!handover history find:{words}")
        assert handed in plain(ana.last), words


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
