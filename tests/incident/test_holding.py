"""Under hold nothing of an incident is deleted: rooms obey a redaction, auditors can read what was taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.model.reference import Reference
from bot.model.room import RoomSettings, Use
from bot.services.retention import RetentionService

from ..fakes import NOON, ROOM, configuration
from ..store.test_others import ForgottenKeys, right
from ..world import Person, World
from .marked import LEADS, ana, asks, comes, direct, logged, luc, marks, ref, stand
from .scene import answers, edited, entries, reacted, redacted, replied
from .test_held_against_the_log import fault
from .test_reports_taken_back import ONE, TWO
from .test_words_taken_back import SAYS, WORDS, K, seen

__all__ = ["ana", "luc", "ref"]

AUDIT = "!audit:example.org"
ROLES = {
    "lead": LEADS,
    "auditor": ["@vera:gnr.example", "@eva:gnr.example", "@luc-pn:example.org"],
    "admin": ["@admin:example.org"],
}


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A task force with auditors."""
    world = World(tmp_path / "liaison.db", configuration(roles=ROLES))
    await world.start()
    await world.services.audit.begin(world.clock.now())
    yield world
    await world.stop()


@pytest.fixture
def vera(world: World, ana: Person) -> Person:
    """Return an auditor of the originator."""
    return world.person("vera", "PRT-GNR")


def tail(ref: str) -> str:
    return ref[-2:]


async def confirms(person: Person, name: str, ref: str, room: str = ROOM) -> Any:
    """Answer the last question with the digit of the choice *name* and the reference's end; return what is said."""
    digit = next(digit for digit, choice in person.last.record["choices"].items() if choice == name)
    heard, to = len(person.world.heard), person.world.event_of(person.last)
    await person.says("", room=room, **replied(f"{digit} {tail(ref)}", to))
    return next(h.post for h in person.world.heard[heard:] if h.post and h.post.record["kind"] == "reply")


async def holds(person: Person, ref: str, reason: str = "Inquérito 4/26", room: str = ROOM) -> Any:
    """Put the incident under hold."""
    await person.says(f"!hold {ref} {reason}", room=room)
    return await confirms(person, "yes", ref, room)


async def lifts(person: Person, ref: str, reason: str = "Arquivado", room: str = ROOM) -> Any:
    """Lift the hold on the incident."""
    await person.says(f"!hold lift {ref} {reason}", room=room)
    return await confirms(person, "yes", ref, room)


async def audits(person: Person, room: str) -> Any:
    """Make the room one for audit, whoever is there; return what is said."""
    asked = await asks(person, "!room use audit", room)
    digit = next(digit for digit, choice in asked.record["choices"].items() if choice == "yes")
    heard = len(person.world.heard)
    await person.says("", room=room, **replied(digit, person.world.event_of(asked)))
    return next(h.post for h in person.world.heard[heard:] if h.post and h.post.record["kind"] == "reply")


async def kept(person: Person, ref: str) -> Any:
    """Let somebody read in their direct room what the hold keeps."""
    return await asks(person, f"!hold show {ref}", direct(person))


async def records(world: World, *besides: str) -> str:
    """Return all that the database holds of incidents and reports; of the audit log only if it is named."""
    tables = ("incident", "entry", "wording", "searched", "question", "report", "report_wording", "hold", "outbox",
              "translation", "memory", *besides)  # fmt: skip
    rows = [tuple(row) for table in tables for row in await world.database.rows(f"SELECT * FROM {table}")]
    return " ".join(
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for row in rows for one in row
    )


# Placing


async def test_a_hold_is_placed_by_a_digit_and_the_end_of_the_reference(world: World, vera: Person, ref: str) -> None:
    asked = await asks(vera, f"!hold {ref} Inquérito 4/26")
    assert f"Put {ref} under hold?" in asked.body and f"1 {tail(ref)}" in asked.body
    await vera.says("", **replied("1", world.event_of(asked)))
    assert vera.hears("the last two characters", ok=False)
    assert await world.store.hold.find(Reference(ref)) is None
    await vera.says("", **replied("1 ZZ", world.event_of(asked)))
    assert await world.store.hold.find(Reference(ref)) is None
    await vera.says("", **replied(f"1 {tail(ref)}", world.event_of(asked)))
    assert vera.hears(f"{ref} is under hold.", ok=True, command="hold", ref=ref)
    hold = await world.store.hold.find(Reference(ref))
    assert hold and (hold.by, hold.agency, hold.reason) == (vera.user_id, "PRT-GNR", "Inquérito 4/26")
    [content] = await logged(world, "hold.placed")
    assert content["reason"] == "Inquérito 4/26" and content["room"] == ROOM
    assert fault(world) is None


async def test_who_thinks_better_of_it_changes_nothing(world: World, vera: Person, ref: str) -> None:
    await vera.says(f"!hold {ref}")
    answer = await confirms(vera, "leave", ref)
    assert answer.body == "Nothing was changed." and await world.store.hold.find(Reference(ref)) is None
    await holds(vera, ref)
    await vera.says(f"!hold lift {ref} Engano")
    await confirms(vera, "leave", ref)
    assert await world.store.hold.find(Reference(ref)) and await logged(world, "hold.lifted") == []


async def test_a_second_hold_of_an_agency_is_refused_also_if_both_were_asked_for(
    world: World, vera: Person, ref: str
) -> None:
    eva = world.person("eva", "PRT-GNR")
    asked = await asks(eva, f"!hold {ref}")
    await holds(vera, ref)
    assert (await asks(vera, f"!hold {ref}")).record["error"] == "conflict"
    digit = next(digit for digit, choice in asked.record["choices"].items() if choice == "yes")
    await eva.says("", **replied(f"{digit} {tail(ref)}", world.event_of(asked)))
    assert eva.hears(f"{ref} is under hold already.", ok=False, error="conflict")
    hold = await world.store.hold.find(Reference(ref))
    assert hold and hold.by == vera.user_id and len(await logged(world, "hold.placed")) == 1


async def test_the_answer_and_the_audit_rooms_say_why_until_that_is_taken_back(
    world: World, vera: Person, luc: Person, ref: str
) -> None:
    world.person("vera", "PRT-GNR", room=AUDIT)
    async with world.store.transaction():
        await world.services.room.save(AUDIT, RoomSettings(use=Use.AUDIT), NOON)
    for line, done in ((f"!hold {ref} Inquérito armado", "placed"), (f"!hold lift {ref} Fim armado", "lifted")):
        command = await vera.says(line)
        answer = await confirms(vera, "yes", ref)
        why = "Inquérito armado" if done == "placed" else "Fim armado"
        told = next(h.post for h in world.heard[::-1] if h.room == AUDIT and h.post)
        assert f"Why: {why}" in answer.body and f"Why: {why}" in told.body
        await vera.says("", **redacted(command))
        assert {world.event_of(answer), world.event_of(told)} <= set(world.redacted)
        assert "armado" not in await records(world, "audit_content")


@pytest.mark.parametrize("line", ["hold {}", "hold list", "hold lift {} porque sim", "hold show {}"])
async def test_holds_are_for_auditors_and_administrators(world: World, ana: Person, ref: str, line: str) -> None:
    for room in (ROOM, direct(ana)):
        answer = await asks(ana, "!" + line.format(ref), room)
        assert answer.record["error"] == "not_allowed" and "an auditor or an administrator" in answer.body
    admin = world.person("admin")
    answer = await asks(admin, "!" + line.format(ref))
    assert "an auditor or an administrator" not in answer.body


@pytest.mark.parametrize("line", ["hold {}", "hold lift {} porque sim", "hold show {}"])
async def test_a_reference_that_is_unknown_or_a_slip(world: World, vera: Person, ref: str, line: str) -> None:
    room = direct(vera)
    answer = await asks(vera, "!" + line.format("BRAVO-7K3Q0"), room)
    assert answer.record["error"] == "not_found"
    slip = ref[:-1] + ("2" if ref[-1] != "2" else "3")
    answer = await asks(vera, "!" + line.format(slip), room)
    assert answer.record["error"] == "not_found" and "There is a slip in" in answer.body
    assert await world.store.hold.list_all() == []


@pytest.mark.parametrize("line", ["hold lift {} porque sim", "hold show {}"])
async def test_what_is_under_no_hold(world: World, vera: Person, ref: str, line: str) -> None:
    answer = await asks(vera, "!" + line.format(ref), direct(vera))
    assert answer.record["error"] == "conflict" and f"{ref} is not under hold." in answer.body


async def test_a_reason_that_no_record_may_hold(world: World, vera: Person, ref: str) -> None:
    answer = await asks(vera, f"!hold {ref} TLP:RED armado")
    assert answer.record["error"] == "handling" and "armado" not in await records(world, "audit_content")


@pytest.mark.parametrize(
    "line", ["!{} TLP:AMBER+STRICT Fonte armada", "TLP:AMBER+STRICT !{} Fonte armada", "!{} H1 Fonte"]
)
async def test_a_reason_that_not_everyone_may_read_who_sees_the_hold(
    world: World, vera: Person, ref: str, line: str
) -> None:
    """Whoever may know of the incident reads in the list why it is held, and so do audit rooms."""
    await vera.says(line.format(f"hold {ref}"), room=direct(vera))
    assert vera.hears(ok=False, error="handling") and await world.store.hold.list_all() == []
    await holds(vera, ref)
    await vera.says(line.format(f"hold lift {ref}"), room=direct(vera))
    assert vera.hears(ok=False, error="handling") and await world.store.hold.list_all()
    assert "Fonte" not in await records(world, "audit_content")


async def test_a_question_goes_with_the_message_that_asked_for_it(world: World, vera: Person, ref: str) -> None:
    message = await vera.says(f"!hold {ref} Inquérito armado")
    await vera.says("", **redacted(message))
    assert "armado" not in await records(world, "audit_content")


# What is taken back under hold


@pytest.mark.parametrize("kind", SAYS)
async def test_rooms_obey_and_the_record_keeps_the_words(
    world: World, ana: Person, luc: Person, vera: Person, ref: str, kind: K
) -> None:
    message = await ana.says(SAYS[kind].format(ref=ref, words=WORDS))
    await holds(vera, ref)
    await ana.says("", **redacted(message))
    assert "armados" not in await records(world) and "armados" not in await seen(luc, ref)
    assert ", taken back" in (await asks(luc, f"!incident timeline {ref}")).body
    assert fault(world) is None, "the log holds its words, and says that the timeline does not"
    answer = await kept(vera, ref)
    assert WORDS in answer.body and "2. " in answer.body and "Ana (PRT-GNR)" in answer.body
    assert await logged(world, "log.forgotten") == [] and len(await logged(world, "log.held")) == 1


async def test_a_title_and_all_that_it_could_not_hold_are_kept(
    world: World, ana: Person, luc: Person, vera: Person
) -> None:
    message = await ana.says(f"🚨 {WORDS}. " + "Duas lanchas rápidas a norte do farol. " * 8)
    ref = str((await entries(world))[0].ref)
    await holds(vera, ref)
    await ana.says("", **redacted(message))
    found = await records(world)
    assert "armados" not in found and "lanchas" not in found
    answer = await kept(vera, ref)
    assert "1. " in answer.body and "2. " in answer.body and answer.body.count("lanchas") >= 8
    assert fault(world) is None


async def test_an_edit_and_a_redaction_leave_each_version(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    card = next(f"$sent{at}" for at, heard in enumerate(world.heard, 1) if heard.kind == "card")
    message = await ana.says("", **replied("Três homens armados", card))
    await holds(vera, ref)
    await ana.says("", **edited("Dois homens desarmados", message))
    assert "Três homens armados" in (await asks(luc, f"!incident timeline {ref}")).body, "an edit erases nothing"
    await ana.says("", **redacted(message))
    assert "armados" not in await records(world)
    answer = await kept(vera, ref)
    assert "Três homens armados" in answer.body and "Dois homens desarmados" in answer.body
    assert fault(world) is None


async def test_what_was_taken_back_before_stays_gone(world: World, ana: Person, vera: Person, ref: str) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    await ana.says("", **redacted(message))
    await holds(vera, ref)
    assert (await kept(vera, ref)).body == f"I can show nothing here that was taken back since {ref} is under hold."
    assert "armados" not in await records(world, "audit_content") and fault(world) is None


async def test_another_incident_is_not_held_with_it(world: World, ana: Person, vera: Person, ref: str) -> None:
    await ana.says("!incident declare Carro type:vehicle severity:low")
    other = next(post.record["ref"] for post in stand(world) if post.record.get("ref") not in (None, ref))
    message = await ana.says(f"!incident note {other} {WORDS}")
    await holds(vera, ref)
    await ana.says("", **redacted(message))
    assert "armados" not in await records(world, "audit_content") and fault(world) is None


async def test_reports_are_kept_text_by_text(world: World, ana: Person, luc: Person, vera: Person, ref: str) -> None:
    first = await ana.says(f"!report can {ref} {ONE}")
    second = await luc.says(f"!report can {ref} {TWO}")
    await holds(vera, ref)
    await ana.says("", **redacted(first))
    found = await records(world)
    assert "sem luzes" not in found and "a caminho" not in found and "Barco parado" in found
    answer = await kept(vera, ref)
    assert "sem luzes" in answer.body and "a caminho" in answer.body and "revision 1" in answer.body
    assert "Barco parado" not in answer.body, "that stands where it stood"
    await luc.says("", **redacted(second))
    answer = await kept(vera, ref)
    assert "Barco parado" in answer.body and "sem luzes" in answer.body and fault(world) is None
    await lifts(vera, ref)
    everything = await records(world, "audit_content")
    assert not any(words in everything for words in ("sem luzes", "a caminho", "Barco parado", "no local"))
    assert fault(world) is None


async def test_a_report_of_which_the_log_has_nothing_more_is_kept_all_the_same(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    """Once one message is taken back, the log has lost what the others have said in it; the report has not."""
    first = await ana.says(f"!report can {ref} {ONE}")
    second = await luc.says(f"!report can {ref} {TWO}")
    await ana.says("", **redacted(first))
    await holds(vera, ref)
    await luc.says("", **redacted(second))
    assert "Barco parado" not in await records(world)
    answer = await kept(vera, ref)
    assert "Barco parado" in answer.body and "Equipa no local" in answer.body and "sem luzes" not in answer.body
    assert fault(world) is None
    await lifts(vera, ref)
    assert "Barco parado" not in await records(world, "audit_content") and fault(world) is None


async def test_a_pin_stands_as_it_does_without_a_hold(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    message = await luc.says(WORDS)
    await ana.says("", **reacted("📌", message))
    await answers(ana, ref)
    await holds(vera, ref)
    await luc.says("", **redacted(message))
    assert "armados" in (await asks(ana, f"!incident timeline {ref}")).body
    await lifts(vera, ref)
    assert "armados" in (await asks(ana, f"!incident timeline {ref}")).body


async def test_a_copy_of_what_is_marked_red_goes_when_the_hold_is_lifted(
    world: World, ana: Person, vera: Person, ref: str
) -> None:
    message = await ana.says("Foto da praia")
    await ana.says("", **reacted("📌", message))
    await answers(ana, ref)
    async with world.store.transaction():
        await world.database.execute(f"INSERT INTO copy VALUES ('{ref}', 2, 'a.jpg', 'image/jpeg', x'00')")
    await holds(vera, ref)
    await ana.says("", **replied("TLP:RED", message))
    assert len(await world.database.rows("SELECT * FROM copy")) == 1
    await lifts(vera, ref)
    assert await world.database.rows("SELECT * FROM copy") == []


# Retention


async def purges(world: World, days: int) -> list[str]:
    """Let that many days pass and delete what is too old; return the room keys that were forgotten."""
    world.clock.passes(days=days)
    keys, now = ForgottenKeys(), world.clock.now()
    service = RetentionService(world.current, world.store, keys, right(now), world.services.audit)
    assert await service.purge(now) is not None
    return keys.forgotten


async def messages(world: World) -> list[set[str]]:
    """Return of which messages it is known who said them, and of which there are translations."""
    tables = ("original", "translation")
    return [{row[0] for row in await world.database.rows(f"SELECT event_id FROM {table}")} for table in tables]


async def test_retention_deletes_nothing_of_it(world: World, ana: Person, luc: Person, vera: Person, ref: str) -> None:
    said = await luc.says(WORDS, megolm=("s1", 0))
    await luc.says("Outra coisa", megolm=("s2", 0))
    await ana.says("", **reacted("📌", said))
    await answers(ana, ref)
    note = await ana.says(f"!incident note {ref} Nota {WORDS}")
    await holds(vera, ref)
    await ana.says("", **redacted(note))
    assert await purges(world, 400) == ["s2"]
    assert await messages(world) == [{said}, {said}]
    assert WORDS in (await kept(vera, ref)).body and fault(world) is None
    await lifts(vera, ref)
    assert await purges(world, 1) == ["s1"]
    assert await messages(world) == [set(), set()]


@pytest.mark.parametrize("table", ["incident", "report", "audit_content", "copy"])
async def test_the_tables_themselves_refuse_to_lose_it(
    world: World, ana: Person, vera: Person, ref: str, table: str
) -> None:
    await ana.says(f"!report can {ref} {ONE}")
    async with world.store.transaction():
        await world.database.execute(f"INSERT INTO copy VALUES ('{ref}', 1, 'a.jpg', 'image/jpeg', x'00')")
    await holds(vera, ref)
    with pytest.raises(Exception, match="under hold"):
        async with world.store.transaction():
            await world.database.execute(f"DELETE FROM {table}")


# Lifting


async def test_when_it_is_lifted_what_was_taken_back_goes_at_once(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    await holds(vera, ref)
    await ana.says("", **redacted(message))
    shown = await kept(vera, ref)
    asked = await asks(vera, f"!hold lift {ref} Arquivado")
    assert "deleted for good" in asked.body
    await vera.says("", **replied(f"1 {tail(ref)}", world.event_of(asked)))
    assert vera.hears(f"The hold on {ref} is lifted.", ok=True, command="hold lift")
    assert "armados" not in await records(world, "audit_content", "held")
    assert len(await logged(world, "log.forgotten")) == 1 and fault(world) is None
    assert world.event_of(shown) in world.redacted, "what was shown of it goes as well"
    assert (await kept(vera, ref)).record["error"] == "conflict"
    assert [content["reason"] for content in await logged(world, "hold.lifted")] == ["Arquivado"]
    note = await ana.says(f"!incident note {ref} Mais {WORDS}")
    await ana.says("", **redacted(note))
    assert "armados" not in await records(world, "audit_content"), "as before the hold"


async def test_each_agency_lifts_its_own_hold_and_no_other(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    await holds(vera, ref)
    answer = await asks(luc, f"!hold lift {ref} Fini")
    assert answer.record["error"] == "not_allowed" and "another agency" in answer.body
    await holds(luc, ref, "Enquête 7")
    await ana.says("", **redacted(message))
    listed = await asks(vera, "!hold list", direct(vera))
    assert "Inquérito 4/26" in listed.body and "Enquête 7" in listed.body
    asked = await asks(vera, f"!hold lift {ref} Arquivado")
    assert "stays under the hold of another agency" in asked.body and "deleted" not in asked.body
    answer = await confirms(vera, "yes", ref)
    assert f"{ref} stays under hold: another agency holds it as well" in answer.body
    assert WORDS in (await kept(vera, ref)).body and fault(world) is None
    answer = await asks(vera, f"!hold lift {ref} Outra vez")
    assert answer.record["error"] == "not_allowed"
    answer = await lifts(luc, ref, "Fini")
    assert "is deleted" in answer.body
    assert "armados" not in await records(world, "audit_content", "held") and fault(world) is None


async def test_who_asked_to_lift_and_is_of_another_agency_by_now_lifts_nothing(
    world: World, ana: Person, vera: Person, ref: str
) -> None:
    await holds(vera, ref)
    await vera.says(f"!hold lift {ref} Arquivado")
    agencies = [
        one.model_copy(update={"members": [] if one.code == "PRT-GNR" else [*one.members, "@*:gnr.example"]})
        for one in world.config.agencies
    ]
    world.current.now = world.config.model_copy(update={"agencies": agencies})
    answer = await confirms(vera, "yes", ref)
    assert answer.record["error"] == "not_allowed" and await world.store.hold.find(Reference(ref))


async def test_the_hold_of_an_agency_that_has_left_is_lifted_by_whoever_may_lift_one(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    await holds(luc, ref)
    assert (await asks(vera, f"!hold lift {ref} Saiu")).record["error"] == "not_allowed"
    agencies = [one for one in world.config.agencies if one.code != "FRA-PN"]
    world.current.now = world.config.model_copy(update={"agencies": agencies})
    assert "is deleted" in (await lifts(vera, ref, "Saiu")).body
    assert await world.store.hold.list_all() == []


async def test_a_yes_lifts_no_other_hold_than_was_asked_about(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    await holds(luc, ref)
    await holds(vera, ref)
    await ana.says("", **redacted(message))
    await vera.says(f"!hold lift {ref} Arquivado")
    assert "stays under the hold of another agency" in vera.last.body
    asked = vera.last
    await lifts(luc, ref, "Fini")
    digit = next(digit for digit, choice in asked.record["choices"].items() if choice == "yes")
    await vera.says("", **replied(f"{digit} {tail(ref)}", world.event_of(asked)))
    assert vera.hears("Something has changed meanwhile", error="conflict")
    assert WORDS in (await kept(vera, ref)).body and fault(world) is None
    assert "is deleted" in (await lifts(vera, ref)).body


async def test_after_a_lift_it_can_be_held_again(world: World, ana: Person, vera: Person, ref: str) -> None:
    first = await ana.says(f"!incident note {ref} Primeira nota")
    second = await ana.says(f"!incident note {ref} Segunda nota")
    await holds(vera, ref)
    await ana.says("", **redacted(first))
    await lifts(vera, ref)
    await holds(vera, ref)
    await ana.says("", **redacted(second))
    answer = await kept(vera, ref)
    assert "Segunda nota" in answer.body and "Primeira" not in answer.body and fault(world) is None


async def test_it_survives_a_restart(world: World, ana: Person, vera: Person, ref: str) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    await holds(vera, ref)
    await world.stop()
    await world.start()
    await ana.says("", **redacted(message))
    await world.stop()
    await world.start()
    assert WORDS in (await kept(vera, ref)).body and fault(world) is None


async def test_words_that_vanish_under_hold_are_missed(world: World, ana: Person, vera: Person, ref: str) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    await holds(vera, ref)
    await ana.says("", **redacted(message))
    async with world.store.transaction():
        await world.database.execute("DROP TRIGGER audit_content_held")
        await world.database.execute(
            "DELETE FROM audit_content WHERE position IN (SELECT logged FROM entry WHERE number = 2)"
        )
    found = fault(world)
    assert found and found.what == "content_missing"


# Showing


async def test_holds_are_shown_in_audit_rooms_and_direct_rooms_alone(
    world: World, ana: Person, vera: Person, ref: str
) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    await holds(vera, ref)
    await ana.says("", **redacted(message))
    for line in ("hold list", f"hold show {ref}"):
        answer = await asks(vera, f"!{line}")
        assert answer.record["error"] == "not_allowed" and "only in an audit room" in answer.body
    for room in (direct(vera), ROOM):
        if room == ROOM:
            assert (await audits(vera, ROOM)).record["ok"]
            assert "This room is for audit" in (await asks(vera, "!room show")).body
        listed = await asks(vera, "!hold list", room)
        assert ref in listed.body and "by Vera (PRT-GNR). Why: Inquérito 4/26" in listed.body
        assert "22/11/2026" in listed.body
        assert WORDS in (await asks(vera, f"!hold show {ref}", room)).body


async def test_who_makes_an_audit_room_of_a_room_with_others_is_told_who_reads_there(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    asked = await asks(vera, "!room use audit")
    assert "1 person here is neither an auditor nor an administrator" in asked.body, "Ana; Luc is an auditor"
    assert await world.store.room.list_used_for(Use.AUDIT) == []
    digit = next(digit for digit, choice in asked.record["choices"].items() if choice == "leave")
    await vera.says("", **replied(digit, world.event_of(asked)))
    assert vera.hears("Nothing was changed.") and await world.store.room.list_used_for(Use.AUDIT) == []
    assert "This room is for audit" in (await audits(vera, ROOM)).body
    assert "This room is for audit" in (await asks(vera, "!room use audit", direct(vera))).body, "nobody else is there"


async def test_a_room_of_operations_again_shows_nothing(world: World, ana: Person, vera: Person, ref: str) -> None:
    await holds(vera, ref)
    await audits(vera, ROOM)
    await vera.says("!room use coordination")
    assert (await asks(vera, "!hold list")).record["error"] == "not_allowed"
    assert (await asks(ana, "!room use audit")).record["error"] == "not_allowed"


async def test_nothing_is_under_hold(world: World, vera: Person, ref: str) -> None:
    assert (await asks(vera, "!hold list", direct(vera))).body == "Nothing is under hold here."


async def test_each_reading_is_recorded(world: World, ana: Person, luc: Person, vera: Person, ref: str) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    await holds(vera, ref)
    await ana.says("", **redacted(message))
    await kept(vera, ref)
    await kept(luc, ref)
    contents = await logged(world, "hold.shown")
    assert [(one["entries"], one["agencies"]) for one in contents] == [([2], ["PRT-GNR"]), ([2], ["FRA-PN"])]
    assert [one["room"] for one in contents] == [direct(vera), direct(luc)] and fault(world) is None


async def test_many_lines_are_shown_part_by_part(world: World, ana: Person, vera: Person, ref: str) -> None:
    said = [await ana.says(f"!incident note {ref} Nota {n}: " + "x" * 3900) for n in range(1, 8)]
    await holds(vera, ref)
    for message in said:
        await ana.says("", **redacted(message))
    found, start = [], 1
    while start:
        answer = await asks(vera, f"!hold show {ref} from:{start}", direct(vera))
        found += [n for n in range(1, 8) if f"Nota {n}: " in answer.body]
        start = int(answer.body.rpartition("from:")[2].strip("\u2069 .") or 0) if "from:" in answer.body else 0
    assert found == [*range(1, 8)], "all of it, and nothing twice"


async def test_a_reason_goes_with_its_message_and_the_hold_stays(
    world: World, ana: Person, vera: Person, ref: str
) -> None:
    command = await vera.says(f"!hold {ref} Inquérito armado")
    await confirms(vera, "yes", ref)
    listed = await asks(vera, "!hold list", direct(vera))
    await vera.says("", **redacted(command))
    assert "armado" not in await records(world, "audit_content")
    assert world.event_of(listed) in world.redacted
    again = await asks(vera, "!hold list", direct(vera))
    assert ref in again.body and "Why" not in again.body and fault(world) is None
    command = await vera.says(f"!hold lift {ref} Fim do inquérito armado")
    await confirms(vera, "yes", ref)
    await vera.says("", **redacted(command))
    assert "armado" not in await records(world, "audit_content") and fault(world) is None


# Marks


async def test_what_is_marked_is_shown_to_those_alone_who_may_read_it(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    await holds(vera, ref)
    await ana.says("", **redacted(message))
    await ana.says(f"!mark {ref} TLP:AMBER+STRICT")
    answer = await kept(luc, ref)
    assert answer.record["error"] == "not_found"
    assert (await asks(luc, "!hold list", direct(luc))).body == "Nothing is under hold here."
    answer = await kept(vera, ref)
    assert WORDS in answer.body and "TLP:AMBER+STRICT" in answer.body


async def test_a_part_that_is_marked_is_left_out(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    hidden = await ana.says(f"!incident note {ref} {WORDS}")
    open_ = await ana.says(f"!incident note {ref} Nada de novo")
    await ana.says("", **replied("TLP:AMBER+STRICT", hidden))
    await holds(vera, ref, room=direct(vera))
    for message in (hidden, open_):
        await ana.says("", **redacted(message))
    answer = await kept(luc, ref)
    assert "Nada de novo" in answer.body and "armados" not in answer.body
    assert (await logged(world, "hold.shown"))[-1]["entries"] == [3]
    assert "armados" in (await kept(vera, ref)).body


async def test_where_nothing_may_be_shown_it_is_not_said_that_there_is_nothing(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    message = await ana.says(f"!incident note {ref} {WORDS}")
    await holds(vera, ref)
    nothing = (await kept(luc, ref)).body
    await ana.says("", **replied("TLP:RED", message))
    await ana.says("", **redacted(message))
    assert (
        (await kept(luc, ref)).body
        == nothing
        == f"I can show nothing here that was taken back since {ref} is under hold."
    )
    assert "armados" in await records(world, "audit_content") and fault(world) is None


async def test_what_stands_in_an_audit_room_goes_when_it_is_marked(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    await audits(vera, ROOM)
    message = await ana.says(f"!incident note {ref} {WORDS}")
    await holds(vera, ref)
    await ana.says("", **redacted(message))
    shown = await asks(vera, f"!hold show {ref}")
    await ana.says(f"!mark {ref} TLP:AMBER+STRICT")
    assert world.event_of(shown) in world.redacted


# Audit rooms


async def test_audit_rooms_are_told_if_everyone_there_may_know_of_it(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    for room in (AUDIT, "!ours:example.org"):
        world.person("vera", "PRT-GNR", room=room)
        async with world.store.transaction():
            await world.services.room.save(room, RoomSettings(use=Use.AUDIT), NOON)
    world.person("luc", "FRA-PN", room=AUDIT)
    await marks(world, ref, "TLP:AMBER+STRICT")
    await holds(vera, ref, room=direct(vera))
    told = [post for post in stand(world, "!ours:example.org") if post.record["kind"] == "notice"]
    assert [(post.body, post.record["of"], post.record["ref"]) for post in told] == [
        (f"Vera (PRT-GNR) has put {ref} under hold.\n\nWhy: Inquérito 4/26", "hold", ref)
    ]
    assert stand(world, AUDIT) == []
    await lifts(vera, ref, room=direct(vera))
    assert f"Vera (PRT-GNR) has lifted the hold on {ref}." in stand(world, "!ours:example.org")[-1].body


async def test_what_belongs_to_an_exercise_says_so_wherever_a_hold_is_told(
    world: World, ana: Person, luc: Person, vera: Person
) -> None:
    world.person("vera", "PRT-GNR", room=AUDIT)
    async with world.store.transaction():
        await world.services.room.save(AUDIT, RoomSettings(use=Use.AUDIT), NOON)
    await ana.says("!exercise start Treino")
    await ana.says("!incident declare Barco type:vessel severity:low")
    ref = str((await entries(world))[0].ref)
    await holds(vera, ref)
    assert "EXERCISE" in (await asks(vera, "!hold list", direct(vera))).body
    await lifts(vera, ref)
    told = [post.body for post in stand(world, AUDIT)]
    assert len(told) == 2 and all(body.startswith("EXERCISE") for body in told)


async def test_who_comes_into_an_audit_room_reads_no_more_than_may_be_read(
    world: World, ana: Person, luc: Person, vera: Person, ref: str
) -> None:
    await vera.says("!room use audit", room=AUDIT)
    world.rooms.joined[AUDIT] = [*world.rooms.joined.get(AUDIT, []), *world.rooms.joined[direct(vera)]]
    await marks(world, ref, "TLP:AMBER+STRICT")
    message = await ana.says(f"!incident note {ref} {WORDS}", room=direct(ana))
    await holds(vera, ref, room=direct(vera))
    await ana.says("", room=direct(ana), **redacted(message))
    assert WORDS in (await asks(vera, f"!hold show {ref}", AUDIT)).body
    await comes(world, luc.user_id, "join", AUDIT)
    assert (await asks(vera, f"!hold show {ref}", AUDIT)).record["error"] == "not_found"
