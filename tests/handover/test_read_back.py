"""What is read back: restated in the incoming person's language, judged by the outgoing one, only then accepted."""

from __future__ import annotations

import json

from bot.model.handover import Depth, Reason, State
from bot.model.translation import Flag

from ..duties import chooses, posts, replied, rings
from ..fakes import ROOM
from .scene import Scene, plain

NOTE = "Barco branco, 3 pessoas, matrícula AB-12-CD, sem armas"


async def noted(scene: Scene, text: str = NOTE) -> str:
    """Return the reference of a handover to Eva with one note, ready to be gone through."""
    ref = await scene.started(scene.eva)
    await scene.ana.says(f"!handover note {text}")
    await scene.ana.says("!handover ready")
    return ref


async def read_back(scene: Scene, text: str) -> str:
    """Let Eva read item 1 back; return what Ana is told before she is asked."""
    since = len(scene.world.heard)
    await scene.eva.says(f"!handover readback 1 {text}")
    assert scene.eva.hears("I have asked Ana", ok=True), scene.eva.last.body
    [notice] = [h.post for h in posts(scene.world, "notice", since) if h.post]
    return plain(notice)


async def test_another_language_and_agency_and_a_new_person_mean_every_item_is_read_back(scene: Scene) -> None:
    ref = await noted(scene)
    sheet = await scene.sheet(ref)
    assert sheet.handover.risk.reasons == (Reason.LANGUAGE, Reason.AGENCY, Reason.NEW)
    assert sheet.handover.risk.depth is Depth.EVERY
    assert "Every item must be read back: another language, another agency" in scene.card(ref)
    await scene.eva.says("!handover item 1 ok")
    assert scene.eva.hears("must be read back", ok=False, error="conflict")


async def test_a_wrong_number_is_marked_judged_wrong_and_read_back_again(scene: Scene) -> None:
    world, ana, eva = scene.world, scene.ana, scene.eva
    ref = await noted(scene)
    said = await read_back(scene, "Bateau blanc, 8 personnes, immatriculé AB-12-CD, sans armes")
    assert NOTE in said and "8 personnes" in said and "(fr to pt)" in said, "original, read-back, translation"
    assert "Only in the original: 3." in said and "Not in the original: 8." in said
    [question] = rings(world)[-1:]
    assert question.mentions == (ana.user_id,) and "8" not in question.body.replace(ref, "")
    await eva.says("!handover accept")
    assert eva.hears("read back", ok=False, error="conflict")
    since = len(world.heard)
    await chooses(ana, question, "wrong")
    assert ana.hears("read back again", ok=True)
    assert [ring.mentions for ring in rings(world, since)] == [(eva.user_id,)]
    await eva.says("!handover accept")
    assert eva.hears(ok=False, error="conflict") and await scene.answering() == ana.user_id

    said = await read_back(scene, "Bateau blanc, 3 personnes, immatriculé AB-12-CD, sans armes")
    assert "Only in the original" not in said and "agree with the item" in said
    await chooses(ana, rings(world)[-1], "right")
    assert "all is settled" in plain(ana.last) or ana.hears("all is settled")
    await eva.says("!handover accept")
    assert eva.hears("You answer for gate", ok=True) and await scene.answering() == eva.user_id
    record = await world.store.handover.record((await scene.handover(ref)).ref)
    assert "8 personnes" in record and "3 personnes" in record, "both stand in the record"


async def test_a_place_and_a_not_that_differ_are_marked(scene: Scene) -> None:
    await noted(scene)
    said = await read_back(scene, "Bateau blanc, 3 personnes, immatriculé AB-21-CD, avec armes")
    assert "Only in the original: AB-12-CD." in said and "Not in the original: AB-21-CD." in said
    await scene.ana.says("!handover note 1 Não deixem entrar ninguém")
    said = await read_back(scene, "Bateau blanc, 3 personnes, AB-12-CD, sans armes. Laissez entrer tout le monde")
    assert "“not” is missing or too many" in said


async def test_what_the_item_and_a_note_to_it_both_say_is_to_be_said_once(scene: Scene) -> None:
    await noted(scene)
    await scene.ana.says("!handover note 1 As 3 pessoas vão a pé")
    said = await read_back(scene, "Bateau blanc, 3 personnes, immatriculé AB-12-CD, sans armes, à pied")
    assert "agree with the item" in said
    said = await read_back(scene, "Bateau blanc, 5 personnes, immatriculé AB-12-CD, sans armes, à pied")
    assert "Only in the original: 3." in said and "Not in the original: 5." in said


async def test_an_answer_in_a_third_language_is_translated_for_the_outgoing_person(scene: Scene) -> None:
    await noted(scene)
    text = "Weisses Boot, 3 Personen, AB-12-CD, ohne Waffen"
    scene.world.translator.spoken[text] = "de"
    said = await read_back(scene, text)
    assert "in alemão" in said and "(de to pt)" in said


async def test_what_the_outgoing_person_could_not_read_is_refused_and_kept_nowhere(scene: Scene) -> None:
    ref = await noted(scene)
    text = "Wit schip, 3 mensen"
    scene.world.translator.spoken[text] = "nl"
    scene.world.translator.lacking.add(("nl", "pt"))
    scene.world.translator.flags[text] = (Flag.UNAVAILABLE,)
    await scene.eva.says(f"!handover readback 1 {text}")
    assert scene.eva.hears("so Ana could not judge it", ok=False, error="unavailable")
    assert (await scene.sheet(ref)).read_back == {}
    assert text not in str(await scene.world.store.handover.said((await scene.handover(ref)).ref))


async def test_a_read_back_by_somebody_else_counts_for_nothing(scene: Scene) -> None:
    ref = await noted(scene)
    for person in (scene.rui, scene.ana, scene.lead):
        await person.says("!handover readback 1 Barco branco")
        assert person.hears("Only Eva may do that", ok=False, error="not_allowed")
    assert (await scene.handover(ref)).state is State.READY


async def test_only_who_was_asked_judges_and_only_once(scene: Scene) -> None:
    world, ana, eva = scene.world, scene.ana, scene.eva
    await noted(scene)
    await read_back(scene, "Bateau blanc, 3 personnes, AB-12-CD, sans armes")
    question = rings(world)[-1]
    right = next(digit for digit, name in question.record["choices"].items() if name == "right")
    wrong = next(digit for digit, name in question.record["choices"].items() if name == "wrong")
    await eva.says(right, **replied(right, world.event_of(question)))
    assert eva.hears("I asked somebody else", ok=False)
    await chooses(ana, question, "right")
    await ana.says(wrong, **replied(wrong, world.event_of(question)))
    assert ana.hears("settled already", ok=False, error="conflict")
    await eva.says("!handover accept")
    assert eva.hears(ok=True)


async def test_what_is_said_again_takes_the_place_of_what_was_not_judged_yet(scene: Scene) -> None:
    world, ana = scene.world, scene.ana
    ref = await noted(scene)
    await read_back(scene, "Bateau blanc")
    first = rings(world)[-1]
    await read_back(scene, "Bateau blanc, 3 personnes, AB-12-CD, sans armes")
    right = next(iter(first.record["choices"]))
    await ana.says(right, **replied(right, world.event_of(first)))
    assert ana.hears(ok=False, error="conflict")
    assert (await scene.sheet(ref)).read_back[1].right is None


async def test_an_item_that_has_changed_is_read_back_anew(scene: Scene) -> None:
    world, ana, eva = scene.world, scene.ana, scene.eva
    await noted(scene)
    await read_back(scene, "Bateau blanc, 3 personnes, AB-12-CD, sans armes")
    await chooses(ana, rings(world)[-1], "right")
    since = len(world.heard)
    await ana.says("!handover note 1 Agora são 5 pessoas")
    assert [ring.mentions for ring in rings(world, since)] == [(eva.user_id,)]
    await eva.says("!handover accept")
    assert eva.hears("read back", ok=False, error="conflict")


async def test_what_was_asked_before_the_item_changed_is_not_judged_any_more(scene: Scene) -> None:
    await noted(scene)
    await read_back(scene, "Bateau blanc, 3 personnes, AB-12-CD, sans armes")
    question = rings(scene.world)[-1]
    await scene.ana.says("!handover note 1 Agora são 5 pessoas")
    await chooses(scene.ana, question, "right")
    assert scene.ana.hears("not asked about any more", ok=False, error="conflict")


async def test_between_colleagues_of_one_language_by_day_nothing_is_read_back(scene: Scene) -> None:
    await scene.declared("Barco na praia", "very_high")
    ref = await scene.handed()
    assert (await scene.handover(ref)).risk.depth is Depth.NONE
    assert "Nothing must be read back" in scene.card(ref)
    await scene.rui.says("!handover item 1 ok")
    await scene.rui.says("!handover accept")
    assert scene.rui.hears(ok=True)


async def test_it_goes_on_after_a_restart_in_the_middle(scene: Scene) -> None:
    world, ana, eva = scene.world, scene.ana, scene.eva
    await noted(scene)
    await read_back(scene, "Bateau blanc, 3 personnes, AB-12-CD, sans armes")
    question = rings(world)[-1]
    await world.stop()
    await world.start()
    await chooses(ana, question, "right")
    await eva.says("!handover accept")
    assert await scene.answering() == eva.user_id
    assert [post.name for post in await world.services.shift.posts(ROOM)] == ["gate"]


async def test_who_reads_no_language_of_the_room_is_asked_in_their_own(scene: Scene) -> None:
    ref = await noted(scene)
    await scene.ana.says("!language el")
    said = await read_back(scene, "Bateau blanc, 3 personnes, AB-12-CD, sans armes")
    assert "sans armes (fr to el)" in said
    assert (await scene.sheet(ref)).read_back[1].right is None


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
