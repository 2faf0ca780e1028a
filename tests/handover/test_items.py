"""Items: answered, asked about, refused; handed on until they are cleared; gone with what they are about."""

from __future__ import annotations

import pytest

from bot.model.handover import Gone, ItemKind, State

from ..duties import replied, rings
from ..fakes import ROOM
from .scene import Scene, plain

LANGUAGES = 2
"""In which a card is shown here."""


async def whole(scene: Scene) -> str:
    """Let Ana hand over to Rui, whatever there is, and then take it back from him by a lead's word."""
    ref = await scene.handed()
    count = len((await scene.sheet(ref)).standing)
    for number in range(1, count + 1):
        await scene.rui.says(f"!handover item {number} ok")
        if not scene.rui.last.record["ok"]:
            await scene.lead.says(f"!handover clear {number}")
    await scene.rui.says("!handover accept")
    assert scene.rui.last.record["ok"], plain(scene.rui.last)
    await scene.lead.says(f"!handover pass {scene.ana.user_id} trocaram de turno")
    assert scene.lead.last.record["ok"], plain(scene.lead.last)
    return ref


async def test_what_is_asked_is_answered_before_anything_is_accepted(scene: Scene) -> None:
    world, ana, rui = scene.world, scene.ana, scene.rui
    ref = await scene.started()
    await ana.says("!handover note Chaves no cofre")
    await ana.says("!handover ready")
    since = len(world.heard)
    await rui.says("!handover item 1 ask Qual cofre?")
    assert [ring.mentions for ring in rings(world, since)] == [(ana.user_id,)]
    assert "Qual cofre" not in rings(world, since)[0].body and "asked: Qual cofre?" in scene.card(ref)
    await rui.says("!handover accept")
    assert rui.hears("Still to be answered: 1", ok=False, error="conflict")
    since = len(world.heard)
    await ana.says("!handover note 1 O da entrada")
    assert [ring.mentions for ring in rings(world, since)] == [(rui.user_id,)]
    assert rings(world, since)[0].body.endswith("your question about item 1 is answered.")
    await rui.says("!handover accept")
    assert rui.hears(ok=False), "the answer is to be taken over as well"
    await rui.says("!handover item 1 ok")
    await rui.says("!handover accept")
    assert rui.hears(ok=True)


async def test_a_refused_item_stays_with_the_outgoing_person_until_it_is_accepted_later(scene: Scene) -> None:
    world, ana, rui = scene.world, scene.ana, scene.rui
    ref = await scene.started()
    await ana.says("!handover note Relatório de ontem por escrever")
    await ana.says("!handover note Chaves no cofre")
    await ana.says("!handover ready")
    await rui.says("!handover item 1 refuse")
    assert rui.hears("why you refuse it", ok=False, error="bad_argument")
    await rui.says("!handover item 1 refuse Esse é teu")
    await rui.says("!handover item 2 ok")
    await rui.says("!handover accept")
    assert rui.hears("1 item stays with Ana", ok=True)
    await ana.says("!handover kept")
    said = plain(ana.last)
    assert "Ana: 1. Note: Relatório de ontem" in said and "Chaves" not in said and "Esse é teu" in said
    assert scene.card(ref).count("refused, and stays: Esse é teu") == LANGUAGES

    # Rui hands back to Ana: what she has kept is in it, and says so.
    await rui.says(f"!handover start {ana.user_id}")
    second = str(rui.last.record["ref"])
    items = {one.key.split(" ")[-1]: one for one in (await scene.sheet(second)).items}
    assert len(items) == 2 and items["1"].stays_with == ana.user_id and items["2"].stays_with is None
    assert "stays with Ana so far" in scene.card(second)
    await rui.says("!handover ready")
    await ana.says("!handover item 1-2 ok")
    await ana.says("!handover accept")
    assert ana.hears("You answer for gate", ok=True)
    assert "stays with Ana" not in scene.card(second), "it is hers as everything is now"
    await ana.says("!handover kept")
    assert ana.hears("Nothing has stayed with anybody", ok=True)
    assert world.rooms is not None


async def test_a_refused_item_that_is_refused_again_stays_with_the_same_person(scene: Scene) -> None:
    ana, rui, lead = scene.ana, scene.rui, scene.lead
    await scene.started()
    await ana.says("!handover note Relatório")
    await ana.says("!handover ready")
    await rui.says("!handover item 1 refuse Não é meu")
    await rui.says("!handover accept")
    await rui.says(f"!handover start {lead.user_id}")
    await rui.says("!handover ready")
    since = len(scene.world.heard)
    await lead.says("!handover item 1 refuse Nem meu")
    assert [ring.mentions for ring in rings(scene.world, since)] == [(ana.user_id,)], "it stays with her, not with Rui"
    await lead.says("!handover accept")
    assert lead.hears("You answer for gate", ok=True), plain(lead.last)
    assert "1 item stays with Ana." in plain(lead.last)
    await ana.says("!handover kept")
    assert "Ana: 1. Note: Relatório" in plain(ana.last)


async def test_what_was_written_is_handed_on_with_its_age_until_it_is_cleared(scene: Scene) -> None:
    world, ana, lead = scene.world, scene.ana, scene.lead
    await scene.started()
    await ana.says("!handover note standing:yes Ninguém passa sem documentos")
    await ana.says("!handover note kind:equipment Rádio 2 sem bateria")
    await ana.says("!handover note kind:expected Autocarro às 8")
    await ana.says(f"!handover start {scene.rui.user_id}")
    assert ana.hears("is open for this post", ok=False, error="conflict")
    await ana.says("!handover ready")
    await scene.rui.says("!handover item 1-3 ok")
    await scene.rui.says("!handover accept")
    await lead.says(f"!handover pass {ana.user_id} turno trocado")
    world.clock.passes(hours=8)
    ref = await scene.started()
    sheet = await scene.sheet(ref)
    assert [one.kind for one in sheet.items] == [ItemKind.STANDING, ItemKind.EQUIPMENT, ItemKind.EXPECTED]
    assert [(one.passed, one.age(world.clock.now())) for one in sheet.items] == [(1, 8)] * 3
    assert scene.card(ref).count("handed on 1 time since") == 3 * LANGUAGES
    await scene.eva.says("!handover clear 2")
    assert scene.eva.hears(ok=False, error="not_allowed")
    await ana.says("!handover clear 2")
    assert ana.hears("item 2 is cleared", ok=True) and "settled meanwhile" in scene.card(ref)
    await ana.says("!handover ready")
    await scene.rui.says("!handover item 1,3 ok")
    await scene.rui.says("!handover accept")
    assert scene.rui.hears("You answer for gate", ok=True), plain(scene.rui.last)
    await lead.says(f"!handover pass {ana.user_id} turno trocado")
    third = await scene.sheet(await scene.started())
    assert [(one.kind, one.passed) for one in third.items] == [(ItemKind.STANDING, 2), (ItemKind.EXPECTED, 2)]


async def test_what_is_handed_on_a_fourth_time_must_be_read_back_or_rings_the_leads(scene: Scene) -> None:
    world = scene.world
    await scene.declared("Barco na praia", "low")
    for _time in range(3):
        await whole(scene)
    ref = await scene.handed()
    [item] = (await scene.sheet(ref)).items
    assert item.passed == 3 and item.critical
    await scene.rui.says("!handover item 1 ok")
    since = len(world.heard)
    await scene.rui.says("!handover accept")
    assert [ring.mentions for ring in rings(world, since)] == [(scene.lead.user_id,)]
    assert any("item 1 was handed on more than 3 times" in plain(h.post) for h in world.heard[since:] if h.post)


async def test_what_comes_again_after_a_handover_without_it_goes_on_where_it_was(scene: Scene) -> None:
    """Handed on twice, closed in the next handover and open again in the one after: first, since and how often stay."""
    ref = await scene.declared("Barco na praia", "low")
    first, second = await whole(scene), await whole(scene)
    assert [(one.passed, str(one.first)) for one in (await scene.sheet(second)).items] == [(1, first)]
    await scene.lead.says(f"!incident close {ref} resolved")
    assert (await scene.sheet(await whole(scene))).items == ()
    await scene.lead.says(f"!incident reopen {ref} Voltou à praia")
    [item] = (await scene.sheet(await scene.started())).items
    [before] = (await scene.sheet(first)).items
    assert (item.passed, str(item.first), item.since) == (2, first, before.since)


async def test_an_incident_that_is_closed_meanwhile_needs_no_answer_and_says_so(scene: Scene) -> None:
    inc = await scene.declared()
    await scene.ana.says(f"!incident task {inc} Chamar o porto")
    ref = await scene.handed()
    await scene.lead.says(f"!incident close {inc} resolved")
    assert scene.lead.last.record["ok"]
    await scene.rui.says("!handover item 1 ok")
    assert scene.rui.hears("needs no answer any more", ok=False, error="conflict")
    await scene.rui.says("!handover accept")
    assert scene.rui.hears("You answer for gate", ok=True), plain(scene.rui.last)
    assert scene.card(ref).count("settled meanwhile") == 2 * LANGUAGES
    await scene.lead.says(f"!incident reopen {inc} Enganei-me")
    assert (await scene.sheet(ref)).gone == {1: Gone.CLOSED, 2: Gone.CLOSED}, "as it was then"


async def test_an_incident_that_is_marked_meanwhile_is_in_it_no_more_for_who_may_not_see_it(scene: Scene) -> None:
    world = scene.world
    inc = await scene.declared("Barco secreto")
    await scene.ana.says("!handover start " + scene.rui.user_id)
    ref = str(scene.ana.last.record["ref"])
    await scene.ana.says("!handover note Chaves no cofre")
    first = next(
        f"$sent{i}" for i, h in enumerate(world.heard, 1) if h.kind == "card" and h.post and h.post.record["ref"] == ref
    )
    assert "Barco secreto" in scene.card(ref)
    await scene.ana.says(f"!mark {inc} TLP:AMBER rel:PRT-GNR")
    assert first in world.redacted, "what showed it is taken back"
    assert "Barco secreto" not in scene.card(ref) and inc not in scene.card(ref)
    assert "not for everyone in this room any more" in scene.card(ref) and "Chaves no cofre" in scene.card(ref)
    await scene.ana.says("!handover ready")
    await scene.rui.says("!handover item 2 ok")
    await scene.rui.says("!handover accept")
    assert scene.rui.hears("You answer for gate", ok=True), plain(scene.rui.last)
    await scene.rui.says(f"!handover show {ref}")
    assert "Barco secreto" not in plain(scene.rui.last) and inc not in plain(scene.rui.last)


async def test_pins_of_open_incidents_are_in_it_and_go_with_their_message(scene: Scene) -> None:
    inc = await scene.declared()
    message = await scene.ana.says("A carga está no cais 4")
    reaction = {
        "type": "m.reaction",
        "content": {"m.relates_to": {"rel_type": "m.annotation", "event_id": message, "key": "📌"}},
    }
    await scene.ana.says("", **reaction)
    question = scene.ana.last
    digit = next(digit for digit, name in question.record["choices"].items() if name == inc)
    await scene.ana.says(digit, **replied(digit, scene.world.event_of(question)))
    ref = await scene.started()
    assert [one.kind for one in (await scene.sheet(ref)).items] == [ItemKind.INCIDENT, ItemKind.PIN]
    assert f"Pinned in {inc}: A carga está no cais 4" in scene.card(ref)
    card = scene.world.event_of(scene.cards(ref)[0])
    await scene.ana.says("TLP:RED", **replied("TLP:RED", message))
    assert card in scene.world.redacted, "what showed it is taken back"
    assert "cais 4" not in scene.card(ref) and f"Pinned in {inc}: withheld under its label (TLP:RED)" in scene.card(ref)
    assert (await scene.sheet(ref)).gone == {2: Gone.HIDDEN}


async def test_what_is_labelled_afterwards_of_a_task_or_a_title_is_in_it_no_more(scene: Scene) -> None:
    command = await scene.ana.says("!incident declare Barco secreto severity:high type:vessel")
    inc = str(scene.ana.last.record["ref"])
    task = await scene.ana.says(f"!incident task {inc} Cercar o cais 4")
    ref = await scene.started()
    assert "cais 4" in scene.card(ref) and "Barco secreto" in scene.card(ref)
    await scene.ana.says("TLP:RED", **replied("TLP:RED", task))
    assert "cais 4" not in scene.card(ref) and "Barco secreto" in scene.card(ref)
    await scene.ana.says("TLP:RED", **replied("TLP:RED", command))
    assert "Barco secreto" not in scene.card(ref)
    await scene.ana.says(f"!handover show {ref}")
    assert "Barco secreto" not in plain(scene.ana.last) and "cais 4" not in plain(scene.ana.last)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("!handover item 9 ok", "not_found"),
        ("!handover item x ok", "bad_argument"),
        ("!handover item 1 perhaps", "bad_argument"),
        ("!handover item 1-2 refuse Não", "bad_argument"),
        ("!handover readback 9 Barco", "not_found"),
        ("!handover readback 1", "bad_argument"),
        ("!handover item 1 ask " + "x" * 501, "bad_argument"),
        ("!handover item 1 ask TLP:RED Quem?", "handling"),
        ("!handover note 1 Barco", "not_allowed"),
        ("!handover ready", "not_allowed"),
        ("!handover clear BRAVO-00000 2", "not_found"),
        ("!handover refuse", "bad_argument"),
    ],
)
async def test_what_cannot_be_meant_is_said_and_changes_nothing(scene: Scene, line: str, error: str) -> None:
    ref = await scene.started()
    await scene.ana.says("!handover note Chaves no cofre")
    await scene.ana.says("!handover note Rádio 2")
    await scene.ana.says("!handover ready")
    before = await scene.sheet(ref)
    await scene.rui.says(line)
    assert scene.rui.hears(ok=False, error=error), plain(scene.rui.last)
    assert await scene.sheet(ref) == before and before.handover.state is State.READY


async def test_what_comes_before_it_is_accepted_is_in_it(scene: Scene) -> None:
    first = await scene.declared("Carro na ponte", "low")
    ref = await scene.started()
    second = await scene.declared("Barco na praia", "low")
    await scene.ana.says("!handover ready")
    assert second in scene.card(ref)
    await scene.rui.says("!handover item 1-2 ok")
    third = await scene.declared("Fogo no cais", "very_high")
    await scene.rui.says("!handover accept")
    assert scene.rui.hears("Something has come since", ok=True) and third in scene.card(ref)
    assert await scene.answering() == scene.ana.user_id
    await scene.rui.says("!handover item 3 ok")
    await scene.lead.says(f"!incident severity {first} very_high Fogo")
    await scene.rui.says("!handover accept")
    assert scene.rui.hears("1 item is still to be settled", ok=True), "it has become critical meanwhile"
    await scene.rui.says("!handover item 1 ok")
    await scene.rui.says("!handover accept")
    assert await scene.answering() == scene.rui.user_id


async def test_what_was_written_for_one_that_was_refused_is_in_the_next(scene: Scene) -> None:
    inc = await scene.declared()
    await scene.started()
    await scene.ana.says("!handover note 1 O barco tem fome")
    await scene.ana.says("!handover note standing:yes Ninguém passa")
    await scene.ana.says("!handover ready")
    await scene.rui.says("!handover refuse Estou doente")
    second = await scene.started(scene.eva)
    card = scene.card(second)
    assert inc in card and "in addition: O barco tem fome" in card and "Standing order: Ninguém passa" in card
    await scene.lead.says(f"!handover pass {scene.eva.user_id} Rui doente")
    await scene.eva.says(f"!handover start {scene.ana.user_id}")
    card = scene.card(str(scene.eva.last.record["ref"]))
    assert "Standing order: Ninguém passa" in card and "O barco tem fome" in card


async def test_what_was_said_to_an_item_goes_on_with_it(scene: Scene) -> None:
    await scene.started()
    await scene.ana.says("!handover note Chaves no cofre")
    await scene.ana.says("!handover note 1 O da entrada if:se faltarem, ligar")
    assert scene.ana.hears("said to item 1", ok=True)
    await scene.ana.says("!handover ready")
    await scene.rui.says("!handover item 1 ok")
    await scene.rui.says("!handover accept")
    await scene.rui.says(f"!handover start {scene.ana.user_id}")
    card = scene.card(str(scene.rui.last.record["ref"]))
    assert "in addition: O da entrada" in card and "if needed: se faltarem, ligar" in card


async def test_what_has_stayed_with_somebody_is_over_when_it_is_done(scene: Scene) -> None:
    inc = await scene.declared("Carro na ponte", "low")
    await scene.ana.says(f"!incident task {inc} Chamar o reboque")
    task = str(scene.ana.last.record["ref"])
    await scene.handed()
    await scene.rui.says("!handover item 1 ok")
    await scene.rui.says("!handover item 2 refuse Isso é contigo")
    await scene.rui.says("!handover accept")
    await scene.ana.says("!handover kept")
    assert f"Ana: 2. Task {task}" in plain(scene.ana.last)
    await scene.ana.says(f"!task done {task}")
    await scene.ana.says("!handover kept")
    assert scene.ana.hears("Nothing has stayed with anybody", ok=True)


async def test_an_incident_is_not_cleared_it_is_closed(scene: Scene) -> None:
    await scene.declared()
    await scene.started()
    await scene.ana.says("!handover clear 1")
    assert scene.ana.hears("closed or done", ok=False, error="conflict")


async def test_of_an_incident_that_is_cut_the_reference_alone_is_in_it(scene: Scene) -> None:
    world = scene.world
    world.rooms.joined[ROOM].remove(scene.lead.user_id)  # of no agency: nothing that is marked is for them
    inc = await scene.declared("Barco secreto", "very_high")
    await scene.ana.says(f"!incident task {inc} Chamar o porto")
    world.clock.passes(hours=5)
    ref = await scene.started()
    await scene.ana.says("!handover note 1 Tem motor novo if:se fugir, ligar")
    assert "an update is overdue" in scene.card(ref)
    await scene.ana.says(f"!mark {inc} H3 rel:FRA-PN")
    assert scene.ana.last.record["ok"], plain(scene.ana.last)
    await scene.ana.says("!handover note Chaves no cofre")
    card = scene.card(ref)
    assert f"1. {inc}" in card and "not for everyone" in card, "the task is hidden"
    for words in ("secreto", "very high", "overdue", "motor", "fugir", "porto"):
        assert words not in card, words
    await scene.eva.says(f"!handover show {ref}")
    assert inc in plain(scene.eva.last) and "motor" not in plain(scene.eva.last)


async def test_of_what_is_labelled_afterwards_only_the_label_is_in_it(scene: Scene) -> None:
    inc = await scene.declared()
    task = await scene.ana.says(f"!incident task {inc} Chamar o Joaquim")
    ref = await scene.started()
    assert "Chamar o Joaquim" in scene.card(ref)
    await scene.ana.says("TLP:RED", **replied("TLP:RED", task))
    assert "Joaquim" not in scene.card(ref) and "withheld under its label (TLP:RED)" in scene.card(ref)
    await scene.eva.says(f"!handover show {ref}")
    assert "withheld under its label" in plain(scene.eva.last) and "Joaquim" not in plain(scene.eva.last)


async def test_what_is_taken_back_is_taken_back_in_it(scene: Scene) -> None:
    inc = await scene.declared()
    task = await scene.ana.says(f"!incident task {inc} Chamar o Joaquim")
    ref = await scene.started()
    await scene.ana.says("", type="m.room.redaction", content={"redacts": task}, encrypted=False, trusted=False)
    assert "Joaquim" not in scene.card(ref) and "taken back" in scene.card(ref)
