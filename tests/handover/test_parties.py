"""Who may do what, and what becomes of a handover when people go, refuse, or a lead decides."""

from __future__ import annotations

import pytest

from bot.model.handover import State

from ..duties import rings
from ..fakes import BOT, ROOM
from .scene import GATE, Scene, plain


async def left(scene: Scene, user_id: str) -> None:
    """Let somebody leave the room."""
    scene.world.rooms.joined[ROOM].remove(user_id)
    content = {"membership": "leave"}
    await scene.world.receives(user_id, "", type="m.room.member", state_key=user_id, content=content)
    await scene.world.settles()


async def came(scene: Scene, user_id: str) -> None:
    """Let somebody come into the room."""
    scene.world.rooms.joined[ROOM].append(user_id)
    content = {"membership": "join"}
    await scene.world.receives(user_id, "", type="m.room.member", state_key=user_id, content=content)
    await scene.world.settles()


async def test_nobody_but_the_incoming_person_accepts(scene: Scene) -> None:
    ref = await scene.handed()
    for person in (scene.ana, scene.eva, scene.lead):
        await person.says(f"!handover accept {ref}")
        assert person.hears("Only Rui may do that", ok=False, error="not_allowed")
    assert await scene.answering() == scene.ana.user_id
    await scene.rui.says(f"!handover accept {ref}")
    assert await scene.answering() == scene.rui.user_id
    await scene.rui.says(f"!handover accept {ref}")
    assert scene.rui.hears("has ended", ok=False, error="conflict")
    assert (await scene.world.services.shift.watch(GATE)).number == 5, "once"


async def test_a_draft_is_not_accepted(scene: Scene) -> None:
    ref = await scene.started()
    await scene.rui.says(f"!handover accept {ref}")
    assert scene.rui.hears("is a draft still", ok=False, error="conflict")


async def test_a_post_has_one_open_handover(scene: Scene) -> None:
    ref = await scene.started()
    await scene.ana.says(f"!handover start {scene.rui.user_id}")
    assert scene.ana.hears(ref, ok=False, error="conflict")
    rows = await scene.world.database.rows("SELECT ref FROM handover")
    assert [row["ref"] for row in rows] == [ref]


async def test_an_open_one_can_be_given_to_somebody_else_and_begins_anew(scene: Scene) -> None:
    world, ana, rui = scene.world, scene.ana, scene.rui
    nuno = world.person("nuno", "PRT-GNR")
    ref = await scene.started()
    await ana.says("!handover note Chaves no cofre")
    await ana.says("!handover ready")
    await rui.says("!handover item 1 ok")
    since = len(world.heard)
    await ana.says(f"!handover start {nuno.user_id}")
    assert ana.hears(ref, ok=True)
    assert [ring.mentions for ring in rings(world, since)] == [(rui.user_id,)]
    handover = await scene.handover(ref)
    assert (handover.incoming, handover.state) == (nuno.user_id, State.DRAFT)
    assert [one.number for one in (await scene.sheet(ref)).open] == [1]
    await rui.says("!handover accept")
    assert rui.hears("Only Nuno", ok=False, error="not_allowed")


async def test_who_refuses_it_all_leaves_the_post_where_it_was(scene: Scene) -> None:
    world, ana, rui = scene.world, scene.ana, scene.rui
    ref = await scene.handed()
    since = len(world.heard)
    await rui.says("!handover refuse Estou doente")
    assert rui.hears("Ana answers for the post as before", ok=True)
    assert [ring.mentions for ring in rings(world, since)] == [(ana.user_id,)]
    assert await scene.answering() == ana.user_id
    assert (await scene.handover(ref)).state is State.REFUSED
    second = await scene.started(scene.eva)
    assert second != ref


async def test_who_leaves_in_the_middle_has_not_taken_over_and_another_can(scene: Scene) -> None:
    world, ana, rui, eva = scene.world, scene.ana, scene.rui, scene.eva
    ref = await scene.started()
    await ana.says("!handover note Chaves no cofre")
    await ana.says("!handover ready")
    await rui.says("!handover item 1 ok")
    since = len(world.heard)
    await left(scene, rui.user_id)
    [ring] = rings(world, since)
    assert ring.mentions == (ana.user_id,) and "Rui" not in ring.body
    assert any("cannot take over" in plain(h.post) for h in world.heard[since:] if h.post)
    assert await scene.answering() == ana.user_id
    await ana.says(f"!handover start {eva.user_id}")
    assert ana.hears(ref, ok=True)


async def test_who_comes_back_reads_a_card_of_their_own_and_goes_on(scene: Scene) -> None:
    world, ana, rui = scene.world, scene.ana, scene.rui
    ref = await scene.started()
    await ana.says("!handover note Chaves no cofre")
    await ana.says("!handover ready")
    await left(scene, rui.user_id)
    await ana.says("!handover note 1 As duas")
    since = len(world.heard)
    await came(scene, rui.user_id)
    [card] = [h.post for h in world.heard[since:] if h.kind == "card" and h.post and h.post.record["of"] == "handover"]
    assert card.replaces is None and "As duas" in plain(card)
    await rui.says("!handover item 1 ok")
    await rui.says("!handover accept")
    assert rui.hears("You answer for gate", ok=True)
    assert ref


@pytest.mark.parametrize(
    ("to", "error"),
    [("@nobody:example.org", "not_found"), (BOT, "not_found"), ("@ana:gnr.example", "conflict")],
)
async def test_who_cannot_take_over_is_not_taken(scene: Scene, to: str, error: str) -> None:
    await scene.ana.says(f"!handover start {to}")
    assert scene.ana.hears(ok=False, error=error)
    assert await scene.world.store.handover.list_open(ROOM) == []


async def test_without_a_roster_it_is_said_that_somebody_must_be_named(scene: Scene) -> None:
    await scene.ana.says("!handover start")
    assert scene.ana.hears("Say who takes over", ok=False, error="bad_argument")


async def test_only_who_answers_for_a_post_hands_it_over_or_a_lead_does(scene: Scene) -> None:
    await scene.rui.says(f"!handover start {scene.eva.user_id}")
    assert scene.rui.hears("Ana answers for gate", ok=False, error="not_allowed")
    ref = await scene.started(by=scene.lead)
    assert (await scene.handover(ref)).outgoing == scene.ana.user_id


async def test_a_leads_word_passes_the_post_and_ends_what_is_open(scene: Scene) -> None:
    world, ana, rui, eva, lead = scene.world, scene.ana, scene.rui, scene.eva, scene.lead
    ref = await scene.handed()
    await rui.says(f"!handover pass {rui.user_id} porque sim")
    assert rui.hears(ok=False, error="not_allowed")
    for who, error in (("@nobody:example.org", "not_found"), (ana.user_id, "conflict")):
        await lead.says(f"!handover pass {who} Ana não responde")
        assert lead.hears(ok=False, error=error) and await scene.answering() == ana.user_id
    since = len(world.heard)
    await lead.says(f"!handover pass {eva.user_id} Ana não responde")
    assert lead.hears("Eva answers for gate", ok=True) and await scene.answering() == eva.user_id
    assert {user for ring in rings(world, since) for user in ring.mentions} == {ana.user_id, eva.user_id}
    await rui.says(f"!handover accept {ref}")
    assert rui.hears("has ended", ok=False, error="conflict") and await scene.answering() == eva.user_id
    [entry] = await scene.logged("handover.passed")
    assert entry["reason"] == "Ana não responde" and entry["person"] == eva.user_id


async def test_a_watch_that_has_passed_otherwise_is_not_accepted_from_who_had_it(scene: Scene) -> None:
    ref = await scene.handed()
    post = await scene.world.services.shift.post(ROOM, "gate")
    async with scene.world.store.transaction():
        await scene.world.services.shift.begin_watch(None, post, scene.eva.user_id, scene.world.clock.now())
    await scene.rui.says(f"!handover accept {ref}")
    assert scene.rui.hears("Eva answers for gate by now", ok=False, error="conflict")
    assert await scene.answering() == scene.eva.user_id


async def test_a_handover_is_of_its_room_alone(scene: Scene) -> None:
    ref = await scene.handed()
    other = "!other:example.org"
    scene.world.rooms.joined[other] = [*scene.world.rooms.joined[ROOM]]
    for line in (f"!handover show {ref}", f"!handover accept {ref}"):
        await scene.rui.says(line, room=other)
        assert scene.rui.hears(ok=False, error="not_found")
    assert await scene.answering() == scene.ana.user_id


async def test_an_accepted_one_never_changes_and_what_is_said_later_stands_beside_it(scene: Scene) -> None:
    world, ana, rui = scene.world, scene.ana, scene.rui
    ref = await scene.started()
    await ana.says("!handover note Chaves no cofre")
    await ana.says("!handover ready")
    await rui.says("!handover item 1 ok")
    await rui.says("!handover accept")
    handover = await scene.handover(ref)
    record = await world.store.handover.record(handover.ref)
    await ana.says(f"!handover note {ref} 1 Outras chaves")
    assert ana.hears("items stay as they are", ok=False, error="conflict")
    since = len(world.heard)
    await ana.says(f"!handover note {ref} O cofre é o da entrada")
    assert ana.hears("added to the record", ok=True)
    assert [ring.mentions for ring in rings(world, since)] == [(rui.user_id,)]
    assert await world.store.handover.record(handover.ref) == record
    assert "added afterwards: Ana" in scene.card(ref) and "O cofre é o da entrada" in scene.card(ref)
    [entry] = await scene.logged("handover.addendum")
    assert entry["digest"] == handover.digest
    await scene.eva.says(f"!handover note {ref} Eu também")
    assert scene.eva.hears(ok=False, error="not_allowed")
    with pytest.raises(Exception, match="never changed"):
        async with world.store.transaction():
            await world.database.execute("UPDATE handover SET incoming = 'x' WHERE ref = ?", ref)
    with pytest.raises(Exception, match="never changed"):
        async with world.store.transaction():
            await world.database.execute("UPDATE handover_item SET data = '{}' WHERE ref = ?", ref)
    # What was added is handed on as well.
    await rui.says(f"!handover start {ana.user_id}")
    assert "O cofre é o da entrada" in scene.card(str(rui.last.record["ref"]))


async def test_of_several_open_ones_it_is_said_which_is_meant(scene: Scene) -> None:
    await scene.lead.says("!shift post pier")
    first = await scene.started()
    await scene.lead.says(f"!handover start {scene.rui.user_id} pier")
    second = str(scene.lead.last.record["ref"])
    await scene.ana.says("!handover note Chaves no cofre")
    assert scene.ana.hears(first, ok=True), "the only one that she takes part in"
    await scene.rui.says("!handover show")
    assert scene.rui.hears("Say which handover you mean", ok=False, error="bad_argument")
    await scene.rui.says(f"!handover show {second}")
    assert scene.rui.hears(second, ok=True)


async def test_many_who_come_in_a_minute_are_shown_its_card_together(scene: Scene) -> None:
    ref = await scene.started()
    before = len(scene.cards(ref))
    for number in range(10):
        await came(scene, f"@kate{number}:example.org")
    assert len(scene.cards(ref)) == before + 1, "the first need not wait"
    scene.world.clock.passes(seconds=61)
    await scene.world.wakes()
    assert len(scene.cards(ref)) == before + 2
    card = await scene.world.store.card.find((await scene.handover(ref)).ref, ROOM)
    assert card and {*scene.world.rooms.joined[ROOM]} <= card.readers


async def test_somebody_is_told_when_who_answers_for_a_post_has_gone(scene: Scene) -> None:
    since = len(scene.world.heard)
    await left(scene, scene.ana.user_id)
    assert rings(scene.world, since), "Ana answers for the gate, and is not in the room"


async def test_somebody_is_told_when_who_must_judge_a_read_back_has_gone(scene: Scene) -> None:
    await scene.started(scene.eva)
    await scene.ana.says("!handover note Barco branco, 3 pessoas")
    await scene.ana.says("!handover ready")
    await scene.eva.says("!handover readback 1 Bateau blanc, 3 personnes")
    since = len(scene.world.heard)
    await left(scene, scene.ana.user_id)
    assert rings(scene.world, since), "nobody can judge it, and Eva waits for ever"


async def test_a_labelled_note_is_not_shown_to_who_may_not_read_it(scene: Scene) -> None:
    scene.world.rooms.joined[ROOM].remove(scene.eva.user_id)
    scene.world.rooms.joined[ROOM].remove(scene.lead.user_id)
    ref = await scene.started()
    await scene.ana.says("!handover note TLP:AMBER+STRICT Informador na praia")
    since = len(scene.world.heard)
    await came(scene, scene.eva.user_id)
    shown = [plain(h.post) for h in scene.world.heard[since:] if h.post]
    assert shown and not any("Informador" in text for text in shown), ref
    await scene.eva.says("!handover show")
    assert "Informador" not in plain(scene.eva.last)


async def test_an_item_that_is_refused_does_not_stay_with_who_has_gone(scene: Scene) -> None:
    await scene.started()
    await scene.ana.says("!handover note Chaves perdidas")
    await scene.ana.says("!handover ready")
    await scene.rui.says("!handover item 1 refuse Não sei de chaves")
    await scene.rui.says("!handover accept")
    await left(scene, scene.ana.user_id)
    await scene.rui.says(f"!handover start {scene.eva.user_id}")
    ref = str(scene.rui.last.record["ref"])
    await scene.rui.says("!handover ready")
    since = len(scene.world.heard)
    await scene.eva.says(f"!handover item {ref} 1 refuse Moi non plus")
    assert scene.eva.hears(ok=True), plain(scene.eva.last)
    assert rings(scene.world, since), "somebody is told with whom it stays"


async def test_who_is_asked_who_answers_says_that_they_are_gone(scene: Scene) -> None:
    await scene.lead.says("!shift oncall")
    assert "not in this room any more" not in plain(scene.lead.last)
    scene.world.rooms.joined[ROOM].remove(scene.ana.user_id)
    await scene.lead.says("!shift oncall")
    said = plain(scene.lead.last)
    assert "answers for gate and is not in this room any more" in said and "!handover pass @… …" in said, said
