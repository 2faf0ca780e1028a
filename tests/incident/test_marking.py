"""`mark`: anyone restricts until the originator decides, only the originator relaxes, and what is forbidden goes."""

from __future__ import annotations

import pytest

from bot.model.handling import label_of
from bot.model.incident import EntryKind
from bot.model.reference import Reference

from ..fakes import ROOM
from ..world import Person, World
from .marked import OTHER, TITLE, ana, asks, cards, direct, logged, luc, ref, ref_of, stand, world

__all__ = ["ana", "luc", "ref", "world"]


async def entries(world: World, ref: str) -> list[EntryKind]:
    return [entry.kind for entry in await world.store.incident.entries(Reference(ref))]


async def test_a_mark_is_an_entry_and_the_card_says_it(world: World, ana: Person, luc: Person, ref: str) -> None:
    done = await asks(ana, f"!mark {ref} TLP:AMBER H1 rel:FRA-PN,PRT-GNR")
    assert done.record["ok"] and "TLP:AMBER H1 rel:FRA-PN,PRT-GNR" in done.body
    [card] = cards(world)
    for said in (card, await asks(luc, f"!incident show {ref}")):
        lines = said.body.replace("\u2068", "").replace("\u2069", "").splitlines()
        at = lines.index("• Handling: TLP:AMBER H1")
        assert lines[at + 1] == "• Whom it is for: FRA-PN and PRT-GNR"
    assert "TLP:AMBER H1" in card.body and TITLE in card.body and card.record["revision"] == 2
    assert await entries(world, ref) == [EntryKind.DECLARED, EntryKind.MARKED]
    assert "marked TLP:AMBER H1 rel:FRA-PN,PRT-GNR" in (await asks(luc, f"!incident timeline {ref}")).body
    [content] = await logged(world, "incident.marked")
    assert content["values"]["mark"] == {"handling": "TLP:AMBER H1", "rel": ["FRA-PN", "PRT-GNR"], "named": None}


async def test_anyone_who_reads_it_restricts_until_the_originator_decides(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    restricted = await asks(luc, f"!mark {ref} TLP:AMBER")
    assert "until a lead of PRT-GNR decides" in restricted.body
    assert (await asks(luc, f"!mark {ref} TLP:GREEN")).record["error"] == "handling", "that would relax it"
    assert (await asks(luc, f"!mark {ref} none")).record["error"] == "handling"
    decided = await asks(ana, f"!mark {ref} TLP:GREEN")
    assert decided.record["ok"] and "until a lead" not in decided.body and "TLP:GREEN" in cards(world)[0].body
    refused = await asks(luc, f"!mark {ref} TLP:AMBER")
    assert refused.record["error"] == "handling" and "PRT-GNR has decided" in refused.body
    assert (await asks(ana, f"!mark {ref} none")).record["ok"] and "TLP" not in cards(world)[0].body


async def test_an_officer_of_the_originator_relaxes_nothing(world: World, ana: Person, luc: Person, ref: str) -> None:
    rosa = world.person("rosa", "PRT-GNR")
    assert (await asks(rosa, f"!mark {ref} TLP:AMBER")).record["ok"]
    assert (await asks(rosa, f"!mark {ref} TLP:CLEAR")).record["error"] == "handling"
    world.rooms.levels[ana.user_id] = 0
    assert (await asks(ana, f"!mark {ref} TLP:CLEAR")).record["error"] == "handling", "the room has taken it from her"
    assert (await asks(ana, f"!mark {ref} TLP:CLEAR", direct(ana))).record["ok"]


async def test_what_a_mark_hides_is_taken_back_everywhere(world: World, ana: Person, luc: Person, ref: str) -> None:
    for room in (ROOM, direct(luc)):
        await asks(luc, f"!incident show {ref}", room)
        await asks(luc, "!incident list", room)
    done = await asks(ana, f"!mark {ref} TLP:AMBER+STRICT")
    assert "taken back" in done.body
    for room in (ROOM, direct(luc)):
        left = [post for post in stand(world, room) if post is not done]
        assert not any(TITLE in post.body or post.record["kind"] == "card" for post in left), room
    for room in (ROOM, direct(luc)):
        assert (await asks(luc, f"!incident show {ref}", room)).record["error"] == "not_found"
    assert TITLE in (await asks(ana, f"!incident show {ref}", direct(ana))).body
    assert (await asks(ana, f"!mark {ref} TLP:AMBER", direct(ana))).record["ok"]
    [card] = cards(world)
    assert TITLE in card.body, "a fresh one, since all may read it again"


async def test_others_cannot_shut_out_the_originator(world: World, ana: Person, luc: Person, ref: str) -> None:
    assert (await asks(luc, f"!mark {ref} TLP:RED rel:{luc.user_id}")).record["ok"]
    assert cards(world) == [] and (await asks(ana, f"!incident show {ref}")).record["error"] == "not_found"
    assert TITLE in (await asks(ana, f"!incident show {ref}", direct(ana))).body
    assert TITLE in (await asks(luc, f"!incident show {ref}", direct(luc))).body
    assert (await asks(ana, f"!mark {ref} TLP:GREEN", direct(ana))).record["ok"]
    assert len(cards(world)) == 1


async def test_red_is_for_those_who_are_named_in_their_direct_rooms(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    rosa = world.person("rosa", "PRT-GNR")
    done = await asks(ana, f"!mark {ref} TLP:RED rel:{luc.user_id}")
    assert "in no room any more" in done.body and TITLE not in done.body
    assert not any(TITLE in post.body for post in stand(world))
    for person, reads in ((ana, True), (luc, True), (rosa, False)):
        answer = await asks(person, f"!incident show {ref}", direct(person))
        assert answer.record["ok"] is reads and (TITLE in answer.body) is reads
        assert (await asks(person, f"!incident show {ref}")).record["error"] == "not_found"
    assert (await asks(luc, f"!incident note {ref} Vu", direct(luc))).record["ok"] and cards(world) == []
    assert ref not in (await asks(luc, "!incident list", direct(luc))).body


async def test_an_agency_that_is_named_reads_it_where_it_is(world: World, ana: Person, luc: Person, ref: str) -> None:
    eva = world.person("eva", "FRA-PN", room=OTHER)
    assert (await asks(eva, f"!incident show {ref}", OTHER)).record["error"] == "not_found"
    await asks(luc, f"!mark {ref} TLP:AMBER rel:FRA-PN")
    assert (await asks(eva, f"!incident show {ref}", OTHER)).record["error"] == "not_found", "others let nobody have it"
    await asks(ana, f"!mark {ref} TLP:AMBER rel:FRA-PN")
    assert TITLE in (await asks(eva, f"!incident show {ref}", OTHER)).body
    assert "1 incident is open" in (await asks(eva, "!incident list", OTHER)).body
    await asks(ana, f"!mark {ref} TLP:AMBER")
    assert "No incident is open" in (await asks(eva, "!incident list", OTHER)).body
    assert not any(TITLE in post.body for post in stand(world, OTHER)), "what was shown there is taken back"


async def test_what_others_have_labelled_in_it_is_not_relaxed(world: World, ana: Person, luc: Person, ref: str) -> None:
    await asks(luc, f"!incident note {ref} TLP:AMBER H1 Deux personnes")
    refused = await asks(ana, f"!mark {ref} TLP:GREEN")
    assert refused.record["error"] == "handling" and "FRA-PN" in refused.body and "TLP:AMBER H1" in refused.body
    assert (await asks(ana, f"!mark {ref} TLP:AMBER H1 H0")).record["ok"]


async def test_what_nobody_could_read_is_not_marked_so(world: World, ana: Person, luc: Person) -> None:
    kate = world.person("kate")
    await kate.says("!incident declare A boat type:vessel severity:high")
    ref = ref_of(world)
    assert (await asks(luc, f"!mark {ref} TLP:AMBER+STRICT")).record["error"] == "handling"
    assert (await asks(luc, f"!mark {ref} TLP:RED rel:{luc.user_id}")).record["error"] == "handling"
    assert (await asks(luc, f"!mark {ref} TLP:AMBER rel:FRA-PN")).record["ok"]
    assert "A boat" in (await asks(luc, f"!incident show {ref}", direct(luc))).body


async def test_messages_that_stand_in_it_leave_memory_and_other_rooms(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    said = await luc.says("Deux bateaux au nord")
    assert await world.database.rows("SELECT * FROM memory")
    entry = (await world.store.incident.entries(Reference(ref)))[0]
    async with world.store.transaction():
        world.database.write(
            "INSERT INTO entry SELECT ref, 2, 'note', author, agency, entered_at, received_at, sent_at, ?, happened_at,"
            " text, language, data, corrects, NULL FROM entry WHERE ref = ? AND number = 1",
            said,
            str(entry.ref),
        )
    await asks(ana, f"!mark {ref} TLP:AMBER")
    assert not await world.database.rows("SELECT * FROM memory")
    original = await world.store.original.find(ROOM, said)
    assert original and original.handling == label_of("TLP:AMBER")


@pytest.mark.parametrize(
    ("typed", "error", "words"),
    [
        ("!mark", "bad_argument", "REF is missing"),
        ("!mark {ref}", "bad_argument", "how it is to be handled"),
        ("!mark {ref} TLP:PINK", "bad_argument", "for certain"),
        ("!mark {ref} TLP RED", "bad_argument", "for certain"),
        ("!mark {ref} H4", "bad_argument", "for certain"),
        ("!mark {ref} TLP:AMBER please", "bad_argument", "for certain"),
        ("!mark {ref} TLP:AMBER rel:XXX", "bad_argument", "no agency XXX"),
        ("!mark {ref} TLP:AMBER rel:", "bad_argument", "no value"),
        ("!mark {ref} TLP:AMBER rel:@ana:gnr.example", "bad_argument", "TLP:RED alone"),
        ("!mark {ref} TLP:RED", "bad_argument", "not for agencies"),
        ("!mark {ref} TLP:RED rel:FRA-PN", "bad_argument", "not for agencies"),
        ("!mark {ref} TLP:RED rel:@kate:example.org", "bad_argument", "of no agency"),
        ("!mark {ref} TLP:RED rel:@x:elsewhere.net", "bad_argument", "of no agency"),
        ("!mark BRAVO-7K3Q1 TLP:AMBER", "not_found", "slip"),
        ("!mark BRAVO-7K3Q0 TLP:AMBER", "not_found", "no such"),
        ("!mark TLP:AMBER", "not_found", "no such"),
    ],
)
async def test_what_cannot_be_marked_is_said(
    world: World, ana: Person, luc: Person, ref: str, typed: str, error: str, words: str
) -> None:
    answer = await asks(ana, typed.format(ref=ref))
    assert answer.record["error"] == error and words in answer.body, answer.body
    assert await entries(world, ref) == [EntryKind.DECLARED]


async def test_it_never_takes_its_reference_from_what_it_replies_to(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    card = next(f"$sent{n}" for n, heard in enumerate(world.heard, 1) if heard.kind == "card")
    content = {"msgtype": "m.text", "body": "!mark TLP:AMBER", "m.relates_to": {"m.in_reply_to": {"event_id": card}}}
    await ana.says("", content=content)
    assert not ana.last.record["ok"] and await entries(world, ref) == [EntryKind.DECLARED]


async def test_the_same_mark_again_changes_nothing(world: World, ana: Person, luc: Person, ref: str) -> None:
    await asks(ana, f"!mark {ref} TLP:AMBER")
    for person in (ana, luc):
        assert (await asks(person, f"!mark {ref} TLP:AMBER")).record["error"] == "conflict"
    assert len(await entries(world, ref)) == 2


async def test_who_is_named_is_said_to_who_may_read_it(world: World, ana: Person, luc: Person, ref: str) -> None:
    assert (await asks(ana, f"!mark {ref} TLP:RED rel:{ana.user_id},{luc.user_id}")).record["ok"]
    said = (await asks(ana, f"!incident show {ref}", direct(ana))).body
    assert "Whom it is for: " in said and "Luc" in said
