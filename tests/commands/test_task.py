"""Tasks: added, told, taken, given, due, done; each change is an entry, and one card says how it stands."""

from __future__ import annotations

import pytest

from bot.model.incident import EntryKind
from bot.model.reference import Reference
from bot.model.task import Task

from ..duties import card, event_of, kinds, logged, posts, ref_of, replied, rings
from ..world import Person, World
from ..world import world as world

TITLE = "Barco na praia"


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


@pytest.fixture
async def ref(world: World, ana: Person, kate: Person) -> str:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    return ref_of(world, "incident")


async def stands(world: World) -> Task:
    found = await world.store.task.find(Reference(ref_of(world, "task")))
    assert found
    return found


async def test_its_owner_is_rung_below_its_card(world: World, ana: Person, kate: Person, ref: str) -> None:
    await ana.says(f'!incident task {ref} Chamar o porto for:{kate.user_id} due:"in 2h"')
    assert ana.hears("on record as a task", ok=True, ref=ref_of(world, "task"))
    shown = card(world, "task")
    assert shown.msgtype == "m.notice" and shown.mentions == ()
    assert "Chamar o porto (pt to en)" in shown.body and "Kate" in shown.body and ref in shown.body
    assert shown.record | {"ref": ""} == {
        "kind": "card", "of": "task", "ref": "", "revision": 1, "status": "open", "incident": ref,
    }  # fmt: skip
    [ring] = rings(world)
    assert ring.mentions == (kate.user_id,) and ring.reply_to == event_of(world, "task")
    assert ring.record == {"kind": "alert", "of": "task", "ref": ref_of(world, "task")}
    assert "porto" not in ring.body and "Kate" not in ring.body and ref_of(world, "task") in ring.body
    task = await stands(world)
    assert (task.owner, task.due) == (kate.user_id, world.clock.now().replace(hour=14))
    assert await kinds(world) == [EntryKind.DECLARED, EntryKind.TASK]
    assert (await logged(world))[-1] == "incident.task"


async def test_who_gives_a_task_to_oneself_is_not_rung(world: World, ana: Person, ref: str) -> None:
    await ana.says(f"!incident task {ref} Chamar for:{ana.user_id}")
    assert rings(world) == [] and (await stands(world)).owner == ana.user_id


PILL = '<a href="https://matrix.to/#/@kate:example.org">Kate</a>'


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("@kate", ""), ("@kate.", ""), ("@kate due:18:00", ""), ("due:18:00 @kate:example.org", ""), ("Kate", PILL),
        ("[Kate](https://matrix.to/#/@kate:example.org)", ""),
    ],
)  # fmt: skip
async def test_who_is_mentioned_at_the_end_is_to_do_it(
    world: World, ana: Person, kate: Person, ref: str, typed: str, html: str
) -> None:
    body = f"!incident task {ref} Chamar o porto {typed}"
    formatted = {"format": "org.matrix.custom.html", "formatted_body": f"{body[:-4]}{html}"} if html else {}
    await ana.says("", content={"msgtype": "m.text", "body": body, **formatted})
    assert ana.hears(ok=True), ana.last.body
    task = await stands(world)
    assert (task.owner, task.text) == (kate.user_id, "Chamar o porto") and rings(world)[0].mentions == (kate.user_id,)


@pytest.mark.parametrize("typed", ['"Call @kate"', "-- Call @kate", "Call @kate now", "Call @kate for:@ana"])
async def test_a_mention_that_is_of_the_text_stays_in_it(
    world: World, ana: Person, kate: Person, ref: str, typed: str
) -> None:
    await ana.says(f"!incident task {ref} {typed}")
    task = await stands(world)
    assert "Call @kate" in task.text and task.owner != kate.user_id


async def test_a_mention_of_nobody_is_said(world: World, ana: Person, kate: Person, ref: str) -> None:
    await ana.says(f"!incident task {ref} Call the doctor @karl")
    assert ana.hears("is not a person I can find", ok=False, error="bad_argument")


async def test_it_is_taken_and_done_by_replies(world: World, ana: Person, kate: Person, ref: str) -> None:
    await ana.says("", **replied("!incident task Chamar o porto", event_of(world, "incident")))
    await kate.says("", **replied("!task take", event_of(world, "task")))
    assert kate.hears("is yours", ok=True, command="task take") and rings(world) == []
    assert "Kate" in card(world, "task").body and card(world, "task").record["revision"] == 2
    await ana.says("", **replied("!task done Call made", event_of(world, "task")))
    assert "Done by Ana" in card(world, "task").body.replace("\u2068", "").replace("\u2069", "")
    assert card(world, "task").record["status"] == "done"
    assert len({h.post.replaces for h in posts(world, "card") if h.post and h.post.record["of"] == "task"}) == 2
    assert (await kinds(world))[1:] == [EntryKind.TASK, EntryKind.TASK_FOR, EntryKind.TASK_DONE]
    await kate.says("!task list")
    assert kate.hears("Nothing is to be done", ok=True)


async def test_an_incident_command_below_a_tasks_card_means_its_incident(
    world: World, ana: Person, kate: Person, ref: str
) -> None:
    await ana.says(f"!incident task {ref} Chamar for:{kate.user_id}")
    await kate.says("", **replied("!incident note Called", event_of(world, "task")))
    assert kate.hears("entered", ok=True, ref=ref)
    await kate.says("", **replied("!task done", world.event_of(rings(world)[0])))
    assert kate.hears("is done", ok=True, ref=ref_of(world, "task"))


async def test_a_plain_reply_below_a_tasks_card_is_a_note_of_its_incident(
    world: World, ana: Person, kate: Person, ref: str
) -> None:
    await ana.says(f"!incident task {ref} Chamar for:{kate.user_id}")
    await kate.says("", **replied("They do not answer", event_of(world, "task")))
    entries = await world.store.incident.entries(Reference(ref))
    assert [(entry.kind, entry.text) for entry in entries[2:]] == [(EntryKind.NOTE, "They do not answer")]


async def test_who_had_it_is_told_too(world: World, ana: Person, kate: Person, ref: str) -> None:
    rui = world.person("rui")
    await ana.says(f"!incident task {ref} Chamar for:{kate.user_id}")
    await ana.says(f"!task assign {ref_of(world, 'task')} {rui.user_id}")
    [_first, given, taken] = rings(world)
    assert given.mentions == (rui.user_id,) and "for you to do" in given.body
    assert taken.mentions == (kate.user_id,) and "not for you any more" in taken.body


async def test_its_owner_is_rung_when_it_is_due_at_another_time(
    world: World, ana: Person, kate: Person, ref: str
) -> None:
    await ana.says(f"!incident task {ref} Chamar for:{kate.user_id}")
    await ana.says(f"!task due {ref_of(world, 'task')} tomorrow 09:00")
    assert rings(world)[-1].mentions == (kate.user_id,) and "another time" in rings(world)[-1].body
    assert (await stands(world)).due == world.clock.now().replace(day=23, hour=9)
    assert (await kinds(world))[-1] is EntryKind.TASK_DUE


async def test_ones_own_stand_first(world: World, ana: Person, kate: Person, ref: str) -> None:
    for text, whom in (("Um", ana.user_id), ("Dois", kate.user_id), ("Tres", None)):
        await ana.says(f"!incident task {ref} {text}" + (f" for:{whom}" if whom else ""))
    await kate.says("!task list")
    body = kate.last.body
    assert body.index("1 task is for you") < body.index("Dois (pt to en)") < body.index("2 other tasks")
    assert body.index("2 other tasks") < body.index("Tres (pt to en)") < body.index("Um (pt to en)")


async def test_who_reads_another_language_has_the_list_in_it(world: World, ana: Person, ref: str) -> None:
    luc = world.person("luc", "FRA-PN")
    world.rooms.joined[next(iter(world.rooms.joined))].remove(luc.user_id)
    await ana.says(f"!incident task {ref} Chamar o porto")
    world.rooms.joined[next(iter(world.rooms.joined))].append(luc.user_id)
    await luc.says("!task list")
    assert "Chamar o porto (pt to fr)" in luc.last.body and "machine translation" in luc.last.body


@pytest.mark.parametrize(
    ("typed", "error", "words"),
    [
        ("!incident task {ref}", "bad_argument", "Say what is to be done"),
        ("!incident task Chamar", "bad_argument", "which incident"),
        ("!incident task BRAVO-7K3Q1 Chamar", "not_found", "slip"),
        ("!incident task {ref} " + "x" * 501, "bad_argument", "500"),
        ('!incident task {ref} Chamar due:"2026-11-22 11:00Z"', "bad_argument", "is past"),
        ("!incident task {ref} Chamar due:tomorrow", "bad_argument", "time of day"),
        ("!incident task {ref} Chamar due:soon", "bad_argument", "as a time"),
        ("!incident task {ref} Chamar for:@nobody:example.org", "not_found", "only who is in this room"),
        ("!incident task {ref} Chamar for:@liaison:example.org", "not_found", "only who is in this room"),
        ("!incident task {ref} Chamar for:porto", "bad_argument", "is not a person"),
        ("!incident task {ref} TLP:RED chamar", "handling", "TLP:RED"),
        ("!task done", "bad_argument", "which task"),
        ("!task done {ref}", "not_found", "no such task"),
        ("!task done BRAVO-7K3Q1", "not_found", "slip"),
        ("!task done BRAVO-7K3Q0", "not_found", "no such task"),
        ("!task", "bad_argument", "one more word"),
    ],
)
async def test_what_cannot_be_is_said(world: World, kate: Person, ref: str, typed: str, error: str, words: str) -> None:
    await kate.says(typed.format(ref=ref))
    assert kate.hears(words, ok=False, error=error), (kate.last.body, kate.last.record)
    assert await world.database.rows("SELECT * FROM task") == []
    assert await kinds(world) == [EntryKind.DECLARED]


@pytest.mark.parametrize(
    ("typed", "error", "words"),
    [
        ("!task take {ref}", "conflict", "for Ana already"),
        ("!task due {ref} 2026-11-22T11:00Z", "bad_argument", "past"),
        ("!task assign {ref} @nobody:example.org", "not_found", "only who is in this room"),
    ],
)
async def test_what_cannot_become_of_it_is_said(
    world: World, ana: Person, ref: str, typed: str, error: str, words: str
) -> None:
    await ana.says(f"!incident task {ref} Chamar for:{ana.user_id}")
    before = await stands(world)
    await ana.says(typed.format(ref=ref_of(world, "task")))
    assert ana.hears(ok=False, error=error), (ana.last.body, ana.last.record)
    assert words in ana.last.body.replace("\u2068", "").replace("\u2069", "") and await stands(world) == before


async def test_only_those_concerned_change_it(world: World, ana: Person, kate: Person, ref: str) -> None:
    await ana.says(f"!incident task {ref} Chamar for:{ana.user_id}")
    task = ref_of(world, "task")
    for line in (f"!task done {task}", f"!task due {task} 15:00", f"!task assign {task} {ana.user_id}"):
        await kate.says(line)
        assert kate.hears("a lead or a coordinator may do that", ok=False, error="not_allowed"), line
    lead = Person(world, "@lead:example.org")
    world.rooms.joined[next(iter(world.rooms.joined))].append(lead.user_id)
    await lead.says(f"!task done {task}")
    assert lead.hears(ok=True)
    await ana.says(f"!task done {task}")
    assert ana.hears(ok=False, error="conflict")
    await ana.says(f"!task take {task}")
    assert ana.hears(ok=False, error="conflict")


async def test_nothing_is_added_to_a_closed_incident(world: World, ana: Person, ref: str) -> None:
    lead = Person(world, "@lead:example.org")
    world.rooms.joined[next(iter(world.rooms.joined))].append(lead.user_id)
    await lead.says(f"!incident close {ref} resolved")
    await ana.says(f"!incident task {ref} Chamar")
    assert ana.hears(ok=False, error="conflict")


async def test_another_room_learns_nothing_of_it(world: World, ana: Person, ref: str) -> None:
    await ana.says(f"!incident task {ref} Chamar")
    eva = world.person("eva", room="!other:example.org")
    task = ref_of(world, "task")
    for line in (f"!task done {task}", f"!task take {task}", f"!task due {task} 15:00"):
        await world.receives(eva.user_id, line, room="!other:example.org")
        await world.settles()
        assert eva.hears("no such task", ok=False, error="not_found")
    await world.receives(eva.user_id, "!task list", room="!other:example.org")
    await world.settles()
    assert eva.hears("Nothing is to be done", ok=True)


async def test_no_reference_is_given_twice(world: World, ana: Person, ref: str) -> None:
    await ana.says(f"!incident task {ref} Chamar")
    for taken in (ref, ref_of(world, "task")):
        assert await world.store.incident.taken(Reference(taken))


async def test_what_has_become_past_while_it_waited_is_no_due_time(world: World, kate: Person, ref: str) -> None:
    await world.receives(kate.user_id, f'!incident task {ref} Call due:"in 1m"')
    world.clock.passes(seconds=90)
    await world.settles()
    assert kate.hears("still to come", ok=False, error="bad_argument")
    assert await world.database.rows("SELECT * FROM task") == []


async def entered(world: World) -> list[tuple[EntryKind, int | None]]:
    found = await world.store.incident.entries(Reference(ref_of(world, "incident")))
    return [(entry.kind, entry.corrects) for entry in found][2:]


async def test_one_that_was_added_by_mistake_is_undone(world: World, ana: Person, kate: Person, ref: str) -> None:
    await ana.says(f'!incident task {ref} Chamar o porto for:{kate.user_id} due:"in 2h"')
    task, shown = ref_of(world, "task"), event_of(world, "task")
    await ana.says("!incident undo")
    assert ana.hears("undone", ok=True, ref=ref) and ana.hears("not for you any more", of="task")
    assert rings(world)[-1].mentions == (kate.user_id,)
    assert await entered(world) == [(EntryKind.UNDONE, 2)] and shown in world.redacted
    await kate.says("!task list")
    assert kate.hears("Nothing is to be done", ok=True)
    await kate.says(f"!task take {task}")
    assert kate.hears(ok=False, error="not_found")
    world.clock.passes(hours=3)
    before = len(world.heard)
    await world.wakes()
    assert not [post for post in rings(world, before) if post.record["of"] == "task"]
    await ana.says("!incident timeline " + ref)
    body = ana.last.body.replace("\u2068", "").replace("\u2069", "")
    assert "Chamar o porto" in body and "entry 2 undone" in body


@pytest.mark.parametrize("line", ["task take {}", "task due {} tomorrow 09:00", "task done {} Feito"])
async def test_what_became_of_it_is_undone(world: World, ana: Person, kate: Person, ref: str, line: str) -> None:
    await ana.says(f'!incident task {ref} Chamar o porto for:{kate.user_id} due:"in 2h"')
    before = await stands(world)
    await ana.says("!" + line.format(before.ref))
    changed = await stands(world)
    assert (changed.owner, changed.due, changed.done) != (before.owner, before.due, before.done)
    world.clock.passes(seconds=100)
    await ana.says("!incident undo")
    assert ana.hears("undone", ok=True, ref=ref)
    after = await stands(world)
    assert (after.owner, after.due, after.done_by, after.done) == (before.owner, before.due, None, False)
    assert (await entered(world))[1:] == [(EntryKind.UNDONE, 3)]
    assert card(world, "task").record["status"] == "open" and card(world, "task").record["revision"] == 3
    assert ana.hears("is for you to do", of="task") is ("take" in line)


async def test_after_two_minutes_or_when_others_went_on_it_is_not(
    world: World, ana: Person, kate: Person, ref: str
) -> None:
    await ana.says(f"!incident task {ref} Chamar o porto")
    await kate.says("", **replied("!task take", event_of(world, "task")))
    await ana.says("!incident undo")
    assert ana.hears("has gone on from there", ok=False, error="conflict")
    await kate.says("!incident undo")
    assert (await stands(world)).owner is None
    await kate.says("", **replied("!task take", event_of(world, "task")))
    world.clock.passes(seconds=121)
    await kate.says("!incident undo")
    assert kate.hears("2 minutes", ok=False, error="not_found") and (await stands(world)).owner == kate.user_id


@pytest.fixture
def lead(world: World) -> Person:
    lead = Person(world, "@lead:example.org")
    world.rooms.joined[next(iter(world.rooms.joined))].append(lead.user_id)
    return lead


async def test_what_is_left_to_do_is_said_on_closing_and_stays_listed(
    world: World, ana: Person, kate: Person, lead: Person, ref: str
) -> None:
    await ana.says(f"!incident task {ref} Chamar o porto for:{kate.user_id}")
    await ana.says(f"!incident task {ref} Buscar o barco")
    tasks = [row["ref"] for row in await world.database.rows("SELECT ref FROM task ORDER BY number")]
    await lead.says(f"!incident close {ref} resolved")
    said = lead.last.body.replace("\u2068", "").replace("\u2069", "")
    assert f"2 tasks of it are still open: {tasks[0]}, {tasks[1]}." in said
    await ana.says("!incident declare Outro type:vessel severity:high")
    other = ana.last.record["ref"]
    await ana.says(f"!incident task {other} Outra for:{kate.user_id}")
    await kate.says("!task list")
    body = kate.last.body.replace("\u2068", "").replace("\u2069", "")
    assert body.index("2 tasks are for you") < body.index("Outra") < body.index("Chamar o porto")
    assert body.index("1 other task") < body.index("Buscar o barco")
    assert body.count(f"(Incident {ref}: closed (resolved))") == 2 and f"Incident {other}" not in body
    await kate.says(f"!task done {tasks[0]} Called")
    await lead.says(f"!incident reopen {ref} there is more")
    await lead.says(f"!incident close {ref} resolved")
    assert "1 task of it is still open" in lead.last.body.replace("\u2068", "").replace("\u2069", "")


async def test_what_is_left_of_a_duplicate_can_be_done(
    world: World, ana: Person, kate: Person, lead: Person, ref: str
) -> None:
    await ana.says(f"!incident task {ref} Chamar o porto for:{kate.user_id}")
    await ana.says("!incident declare Outro type:drugs severity:high")
    main = ana.last.record["ref"]
    await lead.says(f"!incident duplicate {ref} of:{main}")
    assert lead.hears("still open", ok=True)
    await kate.says("!task list")
    assert kate.hears("closed (duplicate)", ok=True)
    await kate.says(f"!task done {ref_of(world, 'task')}")
    assert kate.hears("is done", ok=True)
    await kate.says("!task list")
    assert kate.hears("Nothing is to be done", ok=True)


async def test_what_is_left_in_another_room_is_not_listed(world: World, ana: Person, lead: Person, ref: str) -> None:
    await ana.says(f"!incident task {ref} Chamar o porto")
    await lead.says(f"!incident close {ref} resolved")
    other = "!other:example.org"
    luc = world.person("luc", "FRA-PN", other)
    await luc.says("!task list", room=other)
    assert luc.hears("Nothing is to be done", ok=True)
