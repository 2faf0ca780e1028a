"""A label that is given to a message afterwards reaches what records have made of it, and nothing is erased."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.incident import Entry, EntryKind
from bot.model.reference import Reference

from ..fakes import ROOM
from ..world import Person, World
from .marked import ana, asks, cards, comes, direct, logged, luc, ref, ref_of, stand, world
from .scene import answers, edited, reacted, redacted, replied

__all__ = ["ana", "luc", "ref", "world"]

K = EntryKind
WORDS = "Dois homens com malas"
TASK = "Cercar a zona"


@pytest.fixture
def rosa(world: World) -> Person:
    """Return an officer of the same agency."""
    return world.person("rosa", "PRT-GNR")


def card_of(world: World) -> str:
    """Return the event of the first card."""
    return next(f"$sent{at}" for at, heard in enumerate(world.heard, 1) if heard.kind == "card")


async def notes(person: Person, text: str = WORDS) -> str:
    """Let somebody reply to the card; return the message."""
    return await person.says("", **replied(text, card_of(person.world)))


async def marks(person: Person, label: str, message: str) -> None:
    """Let somebody answer a message with a label alone."""
    await person.says("", **replied(label, message))


async def pins(person: Person, message: str, ref: str) -> None:
    """Let somebody put a message on the timeline."""
    await person.says("", **reacted("📌", message))
    await answers(person, ref)


async def recorded(world: World, ref: str) -> list[Entry]:
    return await world.store.incident.entries(Reference(ref))


def shown(world: World, room: str = ROOM) -> str:
    """Return all that the bot's own posts about records say that stand in the room."""
    kinds = ("translation", "relay", "catchup")  # what people say to the room itself
    return " ".join(f"{post.body} {post.record}" for post in stand(world, room) if post.record["kind"] not in kinds)


async def seen(person: Person, ref: str, room: str = ROOM) -> str:
    """Return all that somebody gets who asks for everything about the incident."""
    lines = (f"incident timeline {ref}", f"incident show {ref}", "incident list", "incident find homens", "task list")
    found = [await asks(person, f"!{line}", room) for line in lines]
    return " ".join(f"{post.body} {post.record}" for post in found)


async def test_a_note_is_withheld_once_its_message_is_red(world: World, ana: Person, luc: Person, ref: str) -> None:
    note = await notes(luc)
    assert WORDS in await seen(ana, ref) and WORDS in shown(world)
    await marks(luc, "TLP:RED", note)
    assert WORDS not in shown(world), "answers that said it are taken back"
    timeline = (await asks(ana, f"!incident timeline {ref}")).body
    line = next(line for line in timeline.splitlines() if "• 2." in line)
    assert "FRA-PN" in line and "withheld under its label (TLP:RED)" in line and "Luc" not in line
    assert "entry 2 marked TLP:RED" in timeline and WORDS not in await seen(ana, ref)
    entries = await recorded(world, ref)
    assert [one.kind for one in entries] == [K.DECLARED, K.NOTE, K.MARKED] and entries[1].text == WORDS
    assert (entries[2].author, entries[2].corrects) == (luc.user_id, 2)
    [content] = await logged(world, "incident.marked")
    assert content["corrects"] == 2 and content["values"]["mark"]["handling"] == "TLP:RED"


async def test_who_wrote_what_is_red_reads_it_alone(world: World, ana: Person, luc: Person, ref: str) -> None:
    await marks(luc, "TLP:RED", await notes(luc))
    assert WORDS in (await asks(luc, f"!incident timeline {ref}", direct(luc))).body
    assert WORDS not in await seen(ana, ref, direct(ana))
    assert WORDS not in await seen(luc, ref)


async def test_nobody_finds_what_is_withheld(world: World, ana: Person, luc: Person, ref: str) -> None:
    note = await notes(luc)
    assert ref in (await asks(ana, "!incident find homens")).body
    await marks(luc, "TLP:RED", note)
    absent = await asks(ana, "!incident find zzzz")
    for room in (ROOM, direct(ana), direct(luc)):
        assert (await asks(ana if room != direct(luc) else luc, "!incident find homens", room)).body == absent.body
    await luc.says("", **edited("Quatro pessoas", note))
    assert (await asks(ana, "!incident find pessoas")).body == absent.body, "nor a later version"
    assert ref in (await asks(ana, "!incident find barco")).body, "the rest is found"


@pytest.mark.parametrize("again", [False, True])
async def test_what_others_have_marked_red_shows_again_once_its_sender_decides(
    world: World, ana: Person, luc: Person, rosa: Person, ref: str, again: bool
) -> None:
    note = await notes(rosa)
    await marks(luc, "TLP:RED", note)
    assert WORDS not in await seen(ana, ref)
    assert WORDS in (await asks(ana, f"!incident timeline {ref}", direct(ana))).body, "their own agency is not shut out"
    if again:
        await world.stop()
        await world.start()
    await marks(luc, "TLP:GREEN", note)
    assert WORDS not in await seen(ana, ref), "who has marked it does not relax it"
    await marks(rosa, "TLP:GREEN", note)
    assert WORDS in await seen(luc, ref)
    await marks(luc, "TLP:RED", note)
    assert WORDS in await seen(ana, ref), "the sender has decided"


async def test_a_lead_of_its_agency_decides_until_the_sender_has(
    world: World, ana: Person, luc: Person, rosa: Person, ref: str
) -> None:
    note = await notes(rosa)
    await marks(luc, "TLP:RED", note)
    await marks(ana, "TLP:GREEN", note)
    assert WORDS in await seen(luc, ref)
    await marks(rosa, "TLP:RED", note)
    await marks(ana, "TLP:GREEN", note)
    assert WORDS not in await seen(ana, ref), "of what its sender has decided"


async def test_after_a_restart_it_is_withheld_still(world: World, ana: Person, luc: Person, ref: str) -> None:
    await marks(luc, "TLP:RED", await notes(luc))
    await world.stop()
    await world.start()
    assert WORDS not in await seen(ana, ref)


async def test_what_a_red_message_says_later_is_withheld_too(world: World, ana: Person, luc: Person, ref: str) -> None:
    note = await notes(luc)
    await marks(luc, "TLP:RED", note)
    await luc.says("", **edited("Quatro pessoas", note))
    assert [one.text for one in await recorded(world, ref)][-1] == "Quatro pessoas"
    said = await seen(ana, ref)
    assert "pessoas" not in said and WORDS not in said
    await marks(luc, "TLP:GREEN", note)
    assert "pessoas" in await seen(ana, ref)


async def test_an_edit_that_begins_with_a_label_reaches_the_record(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    note = await notes(luc)
    await luc.says("", **edited("TLP:RED Quatro pessoas", note))
    said = await seen(ana, ref)
    assert WORDS not in said and "pessoas" not in said and "entry 2 marked TLP:RED" in said
    await luc.says("", **edited("Quatro pessoas", note))
    assert "pessoas" in await seen(ana, ref)


async def test_a_red_note_that_is_taken_back_stays_withheld(world: World, ana: Person, luc: Person, ref: str) -> None:
    note = await notes(luc)
    await marks(luc, "TLP:RED", note)
    await luc.says("", **redacted(note))
    said = await seen(ana, ref)
    assert WORDS not in said and "withheld" in said
    assert [one.kind for one in await recorded(world, ref)][-1] is K.WITHDRAWN


async def test_a_pin_is_withheld_with_its_translations_and_what_was_changed(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    message = await luc.says(WORDS)
    await pins(ana, message, ref)
    await marks(luc, "TLP:RED", message)
    await luc.says("", **edited("Quatro pessoas", message))
    said = await seen(ana, ref)
    assert WORDS not in said and "pessoas" not in said and WORDS not in shown(world)
    assert "FRA-PN: withheld" in said.replace("\u2068", "").replace("\u2069", ""), "of whoever wrote it"
    await luc.says("", **redacted(message))
    assert WORDS not in await seen(ana, ref), "its message is gone, the mark is not"
    kept = await recorded(world, ref)
    assert [one.kind for one in kept] == [K.DECLARED, K.PIN, K.MARKED, K.EDITED, K.REDACTED]
    assert kept[1].text == WORDS and kept[1].values["translations"]


async def test_a_pin_that_was_withdrawn_is_withheld_as_well(world: World, ana: Person, luc: Person, ref: str) -> None:
    message = await luc.says(WORDS)
    await pins(ana, message, ref)
    await ana.says("!incident undo")
    await marks(luc, "TLP:RED", message)
    assert WORDS not in await seen(ana, ref)


PLACED = "🚨 Dois homens em 38SMB4488 type:vessel severity:high"


async def by_cry(luc: Person) -> tuple[str, str]:
    message = await luc.says(PLACED)
    return message, ref_of(luc.world)


async def by_reply(luc: Person) -> tuple[str, str]:
    message = await luc.says("Dois homens em 38SMB4488")
    await luc.says("", **replied("!incident declare type:vessel severity:high", message))
    return message, ref_of(luc.world)


@pytest.mark.parametrize("declare", [by_cry, by_reply])
async def test_a_title_is_withheld_with_the_place_that_it_says(
    world: World, ana: Person, luc: Person, declare: Any
) -> None:
    message, ref = await declare(luc)
    [card] = cards(world)
    assert "homens" in card.body and "Place" in card.body
    await marks(luc, "TLP:RED", message)
    [card] = cards(world)
    assert ref in card.body and "The title is withheld under its label." in card.body
    assert "homens" not in shown(world) and "38S" not in shown(world)
    for person in (ana, luc):  # he reads it in translation
        said = await seen(person, ref)
        assert "homens" not in said and "38S" not in said and "The title is withheld" in said
    await ana.says("", **reacted("📌", await ana.says("Um barco")))
    await ana.says(f"!incident note {ref} Nada mais")
    assert (await asks(ana, f"!incident severity {ref} low")).record["ok"], "and it goes on"
    found = await world.store.incident.find(Reference(ref))
    assert found and "homens" in found.title and found.place, "the record holds it still"
    assert "homens" not in shown(world)
    await marks(luc, "TLP:GREEN", message)
    assert "homens" in cards(world)[0].body and "Place" in cards(world)[0].body


async def test_what_is_not_whole_is_never_recorded(world: World, ana: Person, luc: Person) -> None:
    message, ref = await by_cry(luc)
    await marks(luc, "TLP:RED", message)
    shown = await world.services.incident.find(ROOM, Reference(ref))
    with pytest.raises(ValueError, match="not whole"):
        await world.store.incident.save(shown.content)


async def test_a_title_that_is_withheld_is_no_hint_that_another_is_the_same(
    world: World, ana: Person, luc: Person
) -> None:
    message, ref = await by_cry(luc)
    await marks(luc, "TLP:RED", message)
    answer = await asks(ana, "!incident declare Dois homens em 38SMB4488 type:vessel severity:high")
    assert ref not in answer.body and "choices" not in answer.record


async def test_a_place_that_was_said_later_stays(world: World, ana: Person, luc: Person) -> None:
    message, ref = await by_cry(luc)
    await ana.says(f"!incident place {ref} 38SMB4590")
    await marks(luc, "TLP:RED", message)
    [card] = cards(world)
    assert "MB 45" in card.body and "homens" not in card.body


async def test_a_task_is_withheld_once_the_message_that_added_it_is_red(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    message = await luc.says(f"!incident task {ref} {TASK}")
    assert TASK in await seen(ana, ref)
    await marks(luc, "TLP:RED", message)
    assert TASK not in await seen(ana, ref) and TASK not in shown(world)
    [task] = [post for post in cards(world) if post.record["of"] == "task"]
    assert "withheld under its label (TLP:RED)" in task.body
    listed = await asks(ana, "!task list")
    assert "Nothing" in listed.body and task.record["ref"] not in listed.body, "no list tells that it is there"
    assert TASK in (await asks(luc, "!task list", direct(luc))).body
    await ana.says(f"!task take {task.record['ref']}")
    assert TASK not in shown(world)
    await marks(luc, "TLP:GREEN", message)
    assert TASK in await seen(ana, ref) and TASK in shown(world)


async def test_a_report_is_withheld_once_the_message_that_gave_it_is_red(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    message = await luc.says(f"!report can {ref} conditions: Barco sem luzes actions: Equipa a caminho needs: Nada")
    report = next(post.record["ref"] for post in stand(world) if post.record["kind"] == "report")
    assert "sem luzes" in (await asks(ana, f"!report show {report}")).body
    await marks(luc, "TLP:RED", message)
    assert "sem luzes" not in shown(world)
    absent = await asks(ana, "!report show BRAVO-7K3Q0")
    answer = await asks(ana, f"!report show {report}")
    assert (answer.body, answer.record["error"]) == (absent.body, absent.record["error"])
    assert "has no report yet" in (await asks(ana, f"!report show {ref}")).body
    assert "sem luzes" in (await asks(luc, f"!report show {report}", direct(luc))).body


async def test_an_answer_that_waits_is_not_sent_once_what_it_says_is_red(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    note = await notes(luc)
    await world.receives(ana.user_id, f"!incident timeline {ref}")
    while (await world.store.inbox.depth())[0]:
        await world.idle()
    await world.receives(luc.user_id, "", **replied("TLP:RED", note))
    while (await world.store.inbox.depth())[0]:
        await world.idle()
    since = len(world.heard)
    await world.delivers()
    posts = [heard.post for heard in world.heard[since:] if heard.post and heard.post.record["kind"] == "reply"]
    assert posts and not any(WORDS in post.body for post in posts)


async def test_a_part_for_agencies_alone_is_withheld_while_somebody_of_none_is_there(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    note = await notes(luc)
    await marks(luc, "TLP:AMBER", note)
    assert WORDS in await seen(ana, ref)
    await comes(world, "@kate:example.org", "invite")
    assert WORDS not in shown(world) and WORDS not in await seen(ana, ref)
    await comes(world, "@kate:example.org", "leave")
    assert WORDS in await seen(ana, ref)


async def test_a_title_for_agencies_alone_leaves_the_card_when_somebody_of_none_is_invited(
    world: World, ana: Person, luc: Person
) -> None:
    message, _ref = await by_cry(luc)
    await marks(luc, "TLP:AMBER", message)
    assert "homens" in cards(world)[0].body
    await comes(world, "@kate:example.org", "invite")
    assert "homens" not in shown(world)


async def test_what_is_strict_is_left_to_the_agency_of_its_sender(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await marks(luc, "TLP:AMBER+STRICT", await notes(luc))
    assert WORDS not in await seen(ana, ref) and WORDS not in await seen(ana, ref, direct(ana))
    assert WORDS in (await asks(luc, f"!incident timeline {ref}", direct(luc))).body


async def test_a_message_that_no_record_holds_is_not_known(world: World, ana: Person, luc: Person, ref: str) -> None:
    message = await luc.says("!help")
    await marks(luc, "TLP:RED", message)
    assert luc.hears("I do not know that message", error="not_found")
    other = "!elsewhere:example.org"
    world.rooms.joined[other] = [*world.rooms.joined[ROOM]]
    note = await notes(luc)
    await ana.says("", room=other, **replied("TLP:RED", note))
    assert WORDS in await seen(ana, ref), "who sends may name any event in any room"


async def test_a_title_that_others_have_marked_is_left_to_the_agency_of_who_wrote_it(
    world: World, ana: Person, luc: Person
) -> None:
    message = await luc.says("Dois homens em 38SMB4488")
    await ana.says("", **replied("!incident declare type:vessel severity:high", message))
    ref = ref_of(world)
    await marks(ana, "TLP:AMBER+STRICT", message)
    assert "homens" in (await asks(luc, f"!incident show {ref}", direct(luc))).body
    assert "homens" not in (await asks(ana, f"!incident show {ref}", direct(ana))).body


async def test_what_was_answered_before_and_what_is_asked_stands(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    before = await asks(ana, f"!incident show {ref}")
    world.clock.passes(minutes=1)
    note = await notes(luc)
    after = await asks(ana, f"!incident show {ref}")
    await marks(luc, "TLP:RED", note)
    assert before in stand(world) and after not in stand(world)
    message = await luc.says("!incident declare Dois homens")
    question = luc.last
    await marks(luc, "TLP:RED", message)
    assert question in stand(world)
    digit = next(digit for digit, choice in question.record["choices"].items() if choice == "low")
    await luc.says("", **replied(digit, world.event_of(question)))
    assert luc.hears("What kind of incident is it?", ok=True)


@pytest.mark.parametrize("by", ["unverified", "changed"])
async def test_a_lead_whose_device_or_identity_is_not_trusted_decides_nothing(
    world: World, ana: Person, luc: Person, rosa: Person, ref: str, by: str
) -> None:
    note = await notes(rosa)
    await marks(luc, "TLP:RED", note)
    if by == "changed":
        await world.intake.identities_seen({ana.user_id: "first"})
        await world.intake.identities_seen({ana.user_id: "second"})
    await ana.says("", **replied("TLP:GREEN", note), trusted=by == "changed")
    assert WORDS not in await seen(luc, ref)


async def test_a_lead_does_not_decide_of_what_no_record_holds(
    world: World, ana: Person, luc: Person, rosa: Person, ref: str
) -> None:
    message = await rosa.says(WORDS)
    await marks(luc, "TLP:RED", message)
    await marks(ana, "TLP:GREEN", message)
    assert ana.hears("only Rosa can change that now", error="handling")


async def test_what_is_withheld_is_not_translated_for_who_asks(world: World, luc: Person, ref: str) -> None:
    note = await notes(luc)
    await marks(luc, "TLP:RED", note)
    await asks(world.person("kate"), f"!incident timeline {ref}")
    rows = await world.database.rows("SELECT number, target FROM wording WHERE ref = ? ORDER BY number", ref)
    assert (1, "en") in [tuple(row) for row in rows] and (2, "en") not in [tuple(row) for row in rows]


async def test_a_proposal_that_waits_is_not_sent_once_a_title_in_it_is_red(
    world: World, ana: Person, luc: Person
) -> None:
    title, _ref = await by_cry(luc)
    message = await luc.says("Um barco")
    await world.receives(ana.user_id, "", **reacted("📌", message))
    while (await world.store.inbox.depth())[0]:
        await world.idle()
    await world.receives(luc.user_id, "", **replied("TLP:RED", title))
    while (await world.store.inbox.depth())[0]:
        await world.idle()
    since = len(world.heard)
    await world.delivers()
    assert not [heard for heard in world.heard[since:] if heard.post and "homens" in heard.post.body]


async def test_a_mark_of_the_whole_reaches_the_message_that_its_title_is_from(
    world: World, ana: Person, luc: Person
) -> None:
    message, ref = await by_reply(luc)
    await ana.says(f"!mark {ref} TLP:AMBER")
    original = await world.store.original.find(ROOM, message)
    assert original and str(original.handling) == "TLP:AMBER"


async def test_whose_a_part_is_was_settled_when_it_was_pinned(world: World, ana: Person, luc: Person, ref: str) -> None:
    message = await luc.says(WORDS)
    await pins(ana, message, ref)
    agencies = [
        one.model_copy(update={"members": [luc.user_id, *one.members] if one.code == "PRT-GNR" else one.members})
        for one in world.config.agencies
    ]
    world.config = world.config.model_copy(update={"agencies": agencies})
    await world.stop()
    await world.start()
    assert world.config.agency(luc.user_id).code == "PRT-GNR"  # type: ignore[union-attr]
    await marks(luc, "TLP:AMBER+STRICT", message)
    line = next(one for one in (await asks(ana, f"!incident timeline {ref}")).body.splitlines() if "• 2." in one)
    assert "FRA-PN" in line and "withheld" in line


async def test_the_reason_of_a_severity_is_withheld_on_the_card(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    reason = await ana.says(f"!incident severity {ref} very_high {WORDS}")
    assert WORDS in cards(world)[0].body
    await marks(ana, "TLP:RED", reason)
    card = cards(world)[0].body
    assert WORDS not in card and "Why the severity has changed: withheld under its label (TLP:RED)" in card


async def test_a_fresh_card_for_a_new_agency_withholds_a_reason_of_another(world: World, ana: Person) -> None:
    await ana.says("!incident declare Barco na praia type:vessel severity:high")
    reason = await ana.says(f"!incident severity {ref_of(world)} very_high {WORDS}")
    await marks(ana, "TLP:AMBER+STRICT", reason)
    [old] = cards(world)
    assert WORDS in old.body, "all who are there are of that agency"
    await comes(world, "@luc-pn:example.org", "invite")
    await comes(world, "@luc-pn:example.org", "join")
    [card] = cards(world)
    assert card.replaces != old.replaces and WORDS not in shown(world) and "TLP:AMBER+STRICT" in card.body


async def test_a_translation_of_a_title_that_is_withheld_is_not_shown(world: World, ana: Person, luc: Person) -> None:
    await asks(luc, "!language en")
    message = await ana.says(f"🚨 {WORDS}")
    ref = ref_of(world)
    assert WORDS in (await asks(luc, "!incident list")).body and "machine translation" in luc.last.body
    await marks(ana, "TLP:RED", message)
    for line in ("!incident list", f"!incident show {ref}", "!incident find vessel", f"!incident timeline {ref}"):
        assert WORDS not in (await asks(luc, line)).body, line
