"""`incident export`: asked by who reads it, agreed to by another lead of its originator, cut to what the agency has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import ErrorCode, UserError
from bot.model.handling import Release
from bot.model.incident import EntryKind
from bot.model.reference import Reference
from bot.model.told import Told

from ..fakes import ROOM
from ..incident.marked import OTHER, TITLE, asks, logged, marks
from ..incident.scene import redacted
from ..incident.test_releasing import entries, question
from ..world import Person, World
from .conftest import answers, checked, given, parts


async def let(world: World, ref: str, agency: str = "FRA-PN") -> None:
    """Let the record be released to an agency."""
    async with world.store.transaction():
        await world.store.mark.release(Reference(ref), Release(agency, None))


async def test_a_pack_is_posted_once_a_second_person_has_agreed_and_checks_without_the_bot(
    world: World, ana: Person, rosa: Person, ref: str, tmp_path: Path
) -> None:
    await let(world, ref)
    await rosa.says(f"!incident note {ref} Three persons on board")
    file = await given(world, rosa, ana, f"{ref} to fra-pn for cooperation")
    assert file.name == f"{ref}-FRA-PN.zip"
    path = tmp_path / "pack.zip"
    path.write_bytes(file.data)
    done = checked(path)
    assert done.returncode == 0 and "all of it holds" in done.stdout and "complete" in done.stdout, done.stdout
    found = parts(file)
    record = json.loads(found["record.json"])
    assert record["ref"] == ref and record["incident"]["title"] == TITLE and record["agency"] == "FRA-PN"
    assert "Three persons on board" in [one.get("text") for one in record["entries"]]
    assert TITLE in found["incident.html"].decode() and b"<script" not in found["incident.html"]
    assert (await entries(world, ref))[-3:] == [EntryKind.EXPORT_ASKED, EntryKind.EXPORT_AGREED, EntryKind.EXPORTED]
    [content] = await logged(world, "incident.exported")
    assert content["values"]["agreed_by"] == ana.user_id and content["values"]["asked_by"] == rosa.user_id
    assert content["values"]["entries"] == "1-4" and content["values"]["withheld"] == ""
    [kept] = await world.store.export.list_of(Reference(ref))
    assert kept.digest == content["values"]["sha256"] and rosa.user_id in kept.people and kept.last == 4
    timeline = (await asks(ana, f"!incident timeline {ref}")).body
    assert "exported to FRA-PN" in timeline and "export to FRA-PN agreed to" in timeline


async def test_nobody_agrees_to_what_they_have_asked_for_and_officers_agree_to_nothing(
    world: World, ana: Person, rui: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    await asks(ana, f"!incident export {ref} to FRA-PN for cooperation")
    assert [h.post.mentions for h in world.heard if h.post and h.post.record["kind"] == "question"] == [(rui.user_id,)]
    export = (await world.store.export.list_of(Reference(ref)))[0]
    event, post = question(world, rui)
    digit = next(iter(post.record["choices"]))
    for one in (ana, rosa):
        relation = {"m.in_reply_to": {"event_id": event}}
        body = {"msgtype": "m.text", "body": f"{digit} {ref[-2:]}", "m.relates_to": relation}
        await one.says("", content=body)
    await world.wakes()
    assert not world.files and (await world.store.export.find(export.id)).outcome is None  # type: ignore[union-attr]
    assert (await answers(rui, "export", ref, tail="")).record["ok"] is False, "without its end nothing is agreed to"
    await answers(rui, "export", ref)
    await world.wakes()
    assert len(world.files) == 1


async def test_what_an_agency_may_not_have_is_not_asked_for(world: World, ana: Person, rosa: Person, ref: str) -> None:
    told = await asks(rosa, f"!incident export {ref} to FRA-PN for cooperation")
    assert told.record["error"] == "handling" and f"!release {ref} to FRA-PN" in told.body
    for typed in ("FRA-PN cooperation", "to FRA-PN cooperation", "FRA-PN for cooperation"):
        told = await asks(rosa, f"!incident export {ref} {typed}")
        assert told.record["error"] == "handling" and f"!release {ref} to FRA-PN" in told.body, typed
    told = await asks(rosa, f"!incident export {ref}")
    assert "AGENCY is missing" in told.body and "to is missing" not in told.body
    assert "for is missing" not in told.body
    unknown = await asks(rosa, f"!incident export {ref} to NOBODY for cooperation")
    assert unknown.record["error"] == "bad_argument"
    await let(world, ref)
    await marks(world, ref, "TLP:RED")
    assert (await asks(rosa, f"!incident export {ref} to FRA-PN for cooperation")).record["error"] in (
        "handling", "not_found",
    )  # fmt: skip


async def test_a_refusal_a_day_without_an_answer_and_a_mark_in_between_give_nothing(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    line = f"!incident export {ref} to FRA-PN for cooperation"
    await asks(rosa, line)
    assert (await asks(rosa, line)).record["error"] == "conflict"
    await answers(ana, "refuse", ref)
    await asks(rosa, line)
    world.clock.passes(hours=24, minutes=1)
    await world.wakes()
    assert (await answers(ana, "export", ref)).record["error"] == "conflict"
    await asks(rosa, line)
    await marks(world, ref, "TLP:AMBER", ("FRA-PN", "PRT-GNR"))
    assert "was marked after" in (await answers(ana, "export", ref)).body
    await world.wakes()
    assert not world.files
    assert [one.outcome for one in await world.store.export.list_of(Reference(ref))] == ["refused", "expired", "marked"]


async def test_a_mark_between_the_answer_and_the_file_stops_the_file(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    await asks(rosa, f"!incident export {ref} to FRA-PN for cooperation")
    await answers(ana, "export", ref)
    await marks(world, ref, "H2", ("PRT-GNR",))
    await world.wakes()
    assert not world.files and (await world.store.export.list_of(Reference(ref)))[0].outcome == "marked"


async def test_evidence_needs_the_recorded_word_of_the_originator_for_h1(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    await marks(world, ref, "TLP:AMBER H1", ("FRA-PN", "PRT-GNR"))
    told = await asks(rosa, f"!incident export {ref} to FRA-PN for court")
    assert told.record["ok"]
    assert "permission" in next(h.post.body for h in reversed(world.heard) if h.kind == "notice" and h.post)
    await answers(ana, "export", ref)
    await world.wakes()
    assert json.loads(parts(world.files[-1])["manifest.json"])["purpose"] == "judicial"
    [content] = await logged(world, "incident.export_agreed")
    assert content["values"]["purpose"] == "judicial" and content["values"]["agreed_by"] == ana.user_id


async def test_a_room_in_which_somebody_may_not_read_it_gets_no_file(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    world.rooms.joined[ROOM].append(world.person("eva", None, room=OTHER).user_id)
    await marks(world, ref, "TLP:AMBER", ("FRA-PN", "PRT-GNR"))
    assert not (await asks(rosa, f"!incident export {ref} to FRA-PN for cooperation")).record["ok"]


async def test_whoever_asked_cannot_agree_even_if_they_are_asked(
    world: World, ana: Person, rui: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    await asks(ana, f"!incident export {ref} to FRA-PN for cooperation")
    [export] = await world.store.export.list_of(Reference(ref))
    told = Told(ROOM, "$x", world.clock.now(), world.clock.now(), world.clock.now())
    for one in (ana, rosa):
        actor = await world.services.person.actor(one.user_id, ROOM)
        with pytest.raises(UserError) as refused:
            async with world.store.transaction():
                await world.services.export.answer(actor, told, export.id, "export")
        assert refused.value.code is ErrorCode.NOT_ALLOWED
    await world.wakes()
    assert not world.files


async def test_another_incident_is_named_only_to_whom_it_may_be_named(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    await rosa.says("!incident declare Outro barco type:vessel severity:low")
    refs = {str(h.post.record["ref"]) for h in world.heard if h.kind == "card" and h.post}
    [other] = refs - {ref}
    await rosa.says(f"!incident link {ref} {other}")
    line = f"{ref} to FRA-PN for cooperation as:json"
    hidden = await given(world, rosa, ana, line)
    assert other not in hidden.data.decode()
    await let(world, other)
    assert other in (await given(world, rosa, ana, line)).data.decode()


async def test_what_somebody_asked_whose_device_was_lost_is_not_agreed_to_and_others_may_ask(
    world: World, ana: Person, rui: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    await asks(rosa, f"!incident export {ref} to FRA-PN for cooperation")
    assert (await asks(rui, f"!lost {rosa.user_id}")).record["ok"]
    answer = await answers(ana, "export", ref)
    assert answer.record["error"] == "conflict" and "changed meanwhile" in answer.body
    await world.wakes()
    assert not world.files
    await given(world, rui, ana, f"{ref} to FRA-PN for cooperation")


@pytest.mark.parametrize("who", ["ana", "rosa"])
async def test_a_device_that_is_lost_between_the_answer_and_the_file_stops_the_file(
    world: World, ana: Person, rui: Person, rosa: Person, ref: str, who: str
) -> None:
    await let(world, ref)
    await asks(rosa, f"!incident export {ref} to FRA-PN for cooperation")
    assert (await answers(ana, "export", ref)).record["ok"]
    lost = {"ana": ana, "rosa": rosa}[who]
    assert (await asks(rui, f"!lost {lost.user_id}")).record["ok"]
    await world.wakes()
    assert not world.files and (await world.store.export.list_of(Reference(ref)))[0].outcome == "withheld"


async def test_words_that_are_taken_back_while_the_file_waits_are_not_posted(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    said = await rosa.says(f"!incident note {ref} Three persons on board")
    await asks(rosa, f"!incident export {ref} to FRA-PN for cooperation as:json")
    await answers(ana, "export", ref)
    await world.services.due.wake(world.clock.now())  # the homeserver is away: nothing is delivered
    [row] = await world.database.rows("SELECT data FROM file")
    assert b"Three persons" in row["data"]
    await rosa.says("", **redacted(said))
    assert not world.files and not await world.database.rows("SELECT 1 FROM file")
    again = await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation as:json")
    assert b"Three persons" not in again.data
