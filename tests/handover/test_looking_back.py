"""What is read of handovers: one whole, in the reader's language; those of a day; counts without names."""

from __future__ import annotations

import pytest

from bot.model.reference import Reference

from ..duties import chooses, replied, rings
from ..incident.marked import marks
from .scene import Scene, plain
from .test_read_back import noted, read_back


async def test_it_is_shown_whole_in_the_readers_own_language(scene: Scene) -> None:
    inc = await scene.declared()
    ref = await scene.started()
    await scene.ana.says("!handover note Chaves no cofre if:se faltarem, ligar")
    await scene.eva.says(f"!handover show {ref}")
    said = plain(scene.eva.last)
    assert f"1. Incident {inc} (open, high): Barco na praia (pt to fr) (machine translation)" in said
    assert "Chaves no cofre (pt to fr)" in said and "se faltarem, ligar (pt to fr)" in said
    made = list(scene.world.translator.made)
    await scene.eva.says(f"!handover show {ref}")
    assert scene.world.translator.made == made, "translated once"
    await scene.rui.says("!handover show")
    assert "Chaves no cofre" in plain(scene.rui.last) and "(pt to" not in plain(scene.rui.last)


async def test_many_items_are_shown_page_by_page_and_answered_by_ranges(scene: Scene) -> None:
    ref = await scene.started()
    for number in range(45):
        scene.world.clock.passes(minutes=1)
        await scene.ana.says(f"!handover note Chave da sala {number}")
    await scene.ana.says("!handover ready")
    card = scene.cards(ref)[-1]
    assert "and 25 more items" in plain(card) and len(card.body.encode()) + len(card.html.encode()) < 60_000
    await scene.ana.says(f"!handover show {ref}")
    assert f"15 more items: !handover show {ref} from:31" in plain(scene.ana.last)
    await scene.ana.says(f"!handover show {ref} from:31")
    assert "31. Note: Chave da sala 30" in plain(scene.ana.last) and "45. Note" in plain(scene.ana.last)
    await scene.rui.says("!handover item 1-20,22-45 ok")
    assert scene.rui.hears("1 item is still to be settled", ok=True), plain(scene.rui.last)
    await scene.rui.says("!handover accept")
    assert scene.rui.hears("Still to be answered: 21", ok=False)


async def test_those_of_a_day_or_of_a_post_are_listed(scene: Scene) -> None:
    ref = await scene.handed()
    await scene.rui.says("!handover accept")
    scene.world.clock.passes(days=1)
    await scene.rui.says(f"!handover start {scene.ana.user_id}")
    second = str(scene.rui.last.record["ref"])
    for line, found in (
        ("", {ref, second}), ("gate", {ref, second}), ("2026-11-22", {ref}), ("on:2026-11-23", {second}),
        ("gate on:2026-11-22", {ref}),
    ):  # fmt: skip
        await scene.ana.says(f"!handover history {line}")
        body = plain(scene.ana.last)
        assert {one for one in (ref, second) if one in body} == found, (line, body)
    await scene.ana.says("!handover history 2026-11-01")
    assert scene.ana.hears("no handover here then", ok=True)
    await scene.ana.says("!handover history on:ontem")
    assert scene.ana.hears("like this: 2026-11-20", ok=False, error="bad_argument")
    await scene.ana.says("!handover history pier")
    assert scene.ana.hears(ok=False, error="not_found")


async def test_those_that_say_a_word_are_found(scene: Scene) -> None:
    inc = await scene.declared("Barco à deriva")
    ref = await scene.started()
    await scene.ana.says("!handover note Chaves no COFRE if:se faltarem, ligar")
    await scene.ana.says("!handover ready")
    await scene.rui.says("!handover item 2 refuse O número não confere")
    await scene.rui.says("!handover item 1 ok")
    await scene.rui.says("!handover accept")
    await scene.ana.says(f"!handover note {ref} Afinal eram três")
    scene.world.clock.passes(days=1)
    await scene.rui.says(f"!handover start {scene.eva.user_id}")
    second = str(scene.rui.last.record["ref"])
    for line, found in (
        ("find:cofre", {ref, second}), ("find:se faltarem", {ref, second}), ("gate find:numero", {ref}),
        ("find:AFINAL", {ref, second}), ("find:eram tres on:2026-11-23", {second}),
        ("find:barco a deriva", {ref, second}), ("on:2026-11-22 find:deriva", {ref}),
        ("find:helicóptero", set()),
    ):  # fmt: skip
        await scene.ana.says(f"!handover history {line}")
        body = plain(scene.ana.last)
        assert scene.ana.hears(ok=True) and {one for one in (ref, second) if one in body} == found, (line, body)
    await scene.ana.says("!handover history find:…")
    assert scene.ana.hears("Say it in words", ok=False, error="bad_argument")
    await marks(scene.world, inc, "TLP:AMBER H3")
    await scene.ana.says("!handover history find:deriva")
    assert scene.ana.hears("I know no such handover here", ok=True), "the room may not read that any more"


async def test_what_was_handed_on_for_long_is_counted(scene: Scene) -> None:
    await scene.ana.says(f"!handover start {scene.rui.user_id}")
    await scene.ana.says("!handover note Chaves no cofre")
    both = [(scene.ana, scene.rui), (scene.rui, scene.ana)]
    for number, counted in enumerate((0, 0, 0, 1, 1)):
        outgoing, incoming = both[number % 2]
        if number:
            await outgoing.says(f"!handover start {incoming.user_id}")
        await outgoing.says("!handover ready")
        await incoming.says("!handover item 1 ok")
        await incoming.says("!handover accept")
        assert await scene.answering() == incoming.user_id
        scene.world.clock.passes(minutes=5)
        await scene.eva.says("!handover statistics")
        said = f"{counted} item was" if counted == 1 else f"{counted} items were"
        assert f"{said} handed on more than 3 times" in plain(scene.eva.last), (number, plain(scene.eva.last))


async def test_counts_hold_no_name(scene: Scene) -> None:
    await noted(scene)
    await read_back(scene, "Bateau blanc, 8 personnes")
    await chooses(scene.ana, rings(scene.world)[-1], "wrong")
    await read_back(scene, "Bateau blanc, 3 personnes, AB-12-CD, sans armes")
    await chooses(scene.ana, rings(scene.world)[-1], "right")
    scene.world.clock.passes(minutes=20)
    await scene.eva.says("!handover accept")
    await scene.ana.says("!handover statistics")
    said = plain(scene.ana.last)
    assert "1 handover was accepted" in said and "20 minutes" in said and "1 read-back was wrong" in said
    assert not any(name in said for name in ("Ana", "Eva", "@"))


@pytest.mark.parametrize("line", ["!handover show", "!handover accept", "!handover note Barco"])
async def test_without_an_open_one_it_is_said_that_there_is_none(scene: Scene, line: str) -> None:
    await scene.ana.says(line)
    assert scene.ana.hears("No handover is open in this room", ok=False, error="not_found")


async def test_a_globe_on_its_card_shows_it_in_ones_own_language_once(scene: Scene) -> None:
    ref = await scene.started()
    await scene.ana.says("!handover note Chaves no cofre")
    event = next(
        f"$sent{i}" for i, h in enumerate(scene.world.heard, 1)
        if h.kind == "card" and h.post and h.post.record["ref"] == ref and not h.post.replaces
    )  # fmt: skip
    content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": "🌐"}}
    await scene.eva.says("", type="m.reaction", content=content)
    assert scene.eva.hears("Chaves no cofre (pt to fr)", command="handover show", ok=True)
    since = len(scene.world.heard)
    await scene.eva.says("", type="m.reaction", content=content)
    assert scene.world.heard[since:] == []
    await scene.rui.says("", type="m.reaction", content=content)
    assert scene.rui.hears("Chaves no cofre", command="handover show")


async def test_a_plain_reply_to_its_card_is_said_to_the_room_and_enters_no_incident(scene: Scene) -> None:
    inc = await scene.declared()
    ref = await scene.started()
    event = next(
        f"$sent{i}" for i, h in enumerate(scene.world.heard, 1)
        if h.kind == "card" and h.post and h.post.record["ref"] == ref
    )  # fmt: skip
    entries = len(await scene.world.store.incident.entries(Reference(inc)))
    since = len(scene.world.heard)
    await scene.rui.says("Já vou", **replied("Já vou", event))
    assert len(await scene.world.store.incident.entries(Reference(inc))) == entries
    assert {h.kind for h in scene.world.heard[since:]} == {"translation"}
    await scene.ana.says("", **replied("!handover ready", event))
    assert scene.ana.hears(ref, ok=True), "a command in reply to it needs no reference"


async def test_items_stand_under_headings_by_what_they_ask_for(scene: Scene) -> None:
    inc = await scene.declared()
    await scene.ana.says(f"!incident task {inc} Chamar o porto")
    ref = await scene.started()
    await scene.eva.says(f"!handover show {ref}")
    assert "To be known" not in plain(scene.eva.last), "no heading over nothing"
    await scene.ana.says("!handover note Chaves no cofre")
    await scene.eva.says(f"!handover show {ref}")
    for said in (scene.card(ref), plain(scene.eva.last)):
        places = [said.index(one) for one in (
            "What goes on:", f"1. Incident {inc}", "To be done:", "2. Task", "To be known:", "3. Note: Chaves",
        )]  # fmt: skip
        assert places == sorted(places), said
    assert "<p>To be done:</p><ul><li>" in scene.cards(ref)[-1].html.replace("\u2068", "").replace("\u2069", "")


async def test_a_task_that_is_handed_over_says_whose_it_is(scene: Scene) -> None:
    inc = await scene.declared()
    await scene.ana.says(f"!incident task {inc} Chamar o porto for:{scene.eva.user_id}")
    await scene.ana.says(f"!incident task {inc} Fechar a praia due:18:00")
    ref = await scene.started()
    await scene.rui.says(f"!handover show {ref}")
    for said in (scene.card(ref), plain(scene.rui.last)):
        assert "Chamar o porto · For: Eva" in said, said
        assert "Fechar a praia · For whoever takes it · due" in said, said


async def test_tasks_stand_by_when_they_are_due_and_those_that_are_overdue_say_so(scene: Scene) -> None:
    inc = await scene.declared()
    for what, due in (("Sem prazo", ""), ("Fechar a praia", " due:18:00"), ("Chamar o porto", " due:14:00")):
        await scene.ana.says(f"!incident task {inc} {what}{due}")
    scene.world.clock.passes(hours=3)
    ref = await scene.started()
    card = scene.card(ref)
    lines = [line for line in card.partition("\n\n")[0].splitlines() if ". Task" in line]
    assert ["Chamar" in lines[0], "Fechar" in lines[1], "Sem prazo" in lines[2]] == [True] * 3, card
    assert "· overdue since" in lines[0] and "· due" in lines[1] and "due" not in lines[2], card


async def test_once_it_is_accepted_nothing_must_be_read_back(scene: Scene) -> None:
    ref = await scene.handed()
    await scene.eva.says(f"!handover show {ref}")
    assert "must be read back" in plain(scene.eva.last) and "must be read back" in scene.card(ref)
    await scene.rui.says("!handover accept")
    await scene.eva.says(f"!handover show {ref}")
    for said in (scene.card(ref), plain(scene.eva.last)):
        assert "accepted" in said and "must be read back" not in said, said


async def test_what_cannot_be_noted_any_more_says_how_it_is_added(scene: Scene) -> None:
    ref = await scene.handed()
    await scene.rui.says("!handover accept")
    assert scene.rui.last.record["ok"], scene.rui.last.body
    for line in (f"!handover note {ref} 1 Two boats", "!handover note Two boats"):
        await scene.ana.says(line)
        assert scene.ana.last.record["ok"] is False and f"!handover note {ref} …" in plain(scene.ana.last)
    await scene.ana.says(f"!handover note {ref} Two boats")
    assert scene.ana.hears("added to the record", ok=True)
