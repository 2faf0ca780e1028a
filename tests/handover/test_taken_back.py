"""What was said for a handover, and is taken back."""

from __future__ import annotations

from ..duties import chooses, rings
from ..incident.scene import redacted
from .scene import Scene, plain


async def test_redacting_a_note_takes_its_words_off_the_draft(scene: Scene) -> None:
    ref = await scene.started()
    said = await scene.ana.says("!handover note Informador Silva vive na rua 5")
    await scene.ana.says("", **redacted(said))
    await scene.ana.says("!handover ready")
    assert "Silva" not in scene.card(ref)
    rows = await scene.world.database.rows("SELECT text FROM handover_said")
    assert not any("Silva" in row["text"] for row in rows)


async def test_words_that_an_accepted_record_has_taken_over_stay(scene: Scene) -> None:
    ana, rui = scene.ana, scene.rui
    first = await scene.started()
    said = await ana.says("!handover note A chave está no cofre")
    await ana.says("!handover ready")
    await rui.says(f"!handover refuse {first} Estou doente")
    second = await scene.handed()
    await rui.says("!handover item 1 ok")
    await rui.says(f"!handover accept {second}")
    assert rui.last.record["ok"], rui.last.body
    await ana.says("", **redacted(said))
    await ana.says(f"!handover show {second}")
    assert "A chave está no cofre" in ana.last.body, "as its digest says"


async def test_words_of_a_refused_handover_are_taken_back_while_the_next_is_open(scene: Scene) -> None:
    first = await scene.started()
    said = await scene.ana.says("!handover note A chave está no cofre")
    await scene.ana.says("!handover ready")
    await scene.rui.says(f"!handover refuse {first} Estou doente")
    second = await scene.handed()
    await scene.rui.says("!handover item 1 ok")
    await scene.ana.says("", **redacted(said))
    assert "cofre" not in scene.card(second) + scene.card(first)
    assert [one.number for one in (await scene.sheet(second)).open] == [1]


async def test_an_item_of_which_something_is_taken_back_is_answered_again(scene: Scene) -> None:
    ana, rui = scene.ana, scene.rui
    ref = await scene.started()
    await ana.says("!handover note Abrir o portão")
    said = await ana.says("!handover note 1 Mas não à noite")
    await ana.says("!handover note Fechar a porta")
    await ana.says("!handover ready")
    await rui.says("!handover item 1 ok")
    await rui.says("!handover item 2 ok")
    await ana.says("", **redacted(said))
    await rui.says(f"!handover accept {ref}")
    assert rui.hears("Still to be answered: 1.", ok=False, error="conflict")
    await rui.says("!handover item 1 ok")
    await rui.says(f"!handover accept {ref}")
    assert rui.hears("You answer for gate", ok=True)


async def test_a_read_back_that_is_taken_back_is_none(scene: Scene) -> None:
    ana, eva = scene.ana, scene.eva
    ref = await scene.started(eva)
    await ana.says("!handover note Barco branco, 3 pessoas")
    await ana.says("!handover ready")
    said = await eva.says("!handover readback 1 Bateau blanc, 3 personnes")
    asked = rings(scene.world)[-1]
    await eva.says(f"!handover accept {ref}")
    assert eva.hears("read back and confirmed: 1.", ok=False, error="conflict")
    assert "must be read back" not in plain(eva.last)
    await chooses(ana, asked, "right")
    assert not (await scene.sheet(ref)).open
    await eva.says("", **redacted(said))
    # Who comes to it for the first time is told what to write.
    await eva.says(f"!handover accept {ref}")
    assert eva.hears("Item 1 must be read back: say it in your own words, with !handover readback 1 …", ok=False)


async def test_why_a_post_passed_or_nothing_waits_is_taken_back_with_the_message(scene: Scene) -> None:
    world, lead = scene.world, scene.lead
    passed = await lead.says(f"!handover pass {scene.rui.user_id} Ana tem febre alta")
    assert lead.last.record["ok"], lead.last.body
    await scene.rui.says(f"!handover start {scene.eva.user_id}")
    await scene.rui.says("!handover ready")
    broken = await scene.eva.says("!handover break Bateau en feu")
    assert scene.eva.last.record["ok"], scene.eva.last.body
    for kind, said, words in (("passed", passed, "febre"), ("broken", broken, "en feu")):
        [content] = await scene.logged(f"handover.{kind}")
        assert words in str(content)
        told = {world.event_of(h.post) for h in world.heard if h.post and words in h.post.body}
        assert told and told.isdisjoint(world.redacted)
        await lead.says("", **redacted(said))
        assert await scene.logged(f"handover.{kind}") == []
        assert told <= {*world.redacted}
    left = await scene.logged("log.forgotten")
    assert [one.get("post") for one in left] == ["gate", "gate"] and "reason" not in str(left)
    assert await scene.answering() == scene.rui.user_id
    await lead.says("", **redacted(passed))
    assert len(await scene.logged("log.forgotten")) == 2
