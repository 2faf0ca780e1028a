"""What belongs to a marked incident is seen where the incident is: tasks, reports, links, questions, what is found."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.incident import EntryKind
from bot.model.reference import Reference

from ..fakes import ROOM
from ..world import Person, World
from .marked import TITLE, ana, asks, comes, direct, luc, marks, ref, stand, world
from .scene import reacted

__all__ = ["ana", "luc", "ref", "world"]

TASK = "Cercar a zona"
REPORT = "conditions: Barco sem luzes actions: Equipa a caminho needs: Nada"
ABSENT = "BRAVO-7K3Q0"


async def part_of(world: World, table: str) -> str:
    """Return the reference of the first task or report."""
    [row, *_others] = await world.database.rows(f"SELECT ref FROM {table}")
    return str(row["ref"])


def shown(world: World) -> str:
    """Return all that stands in the room."""
    return " ".join(f"{post.body} {post.record}" for post in stand(world))


def said(post: Any) -> dict[str, Any]:
    """Return what a reply says, whoever asked."""
    return {**post.record, "to": "", "body": post.body}


TASKS = ["task take {part}", "task done {part}", "task assign {part} @ana:gnr.example", "ack {part}"]


@pytest.mark.parametrize("line", TASKS)
async def test_a_task_is_as_hidden_as_its_incident(world: World, ana: Person, luc: Person, ref: str, line: str) -> None:
    await ana.says(f"!incident task {ref} {TASK}")
    task = await part_of(world, "task")
    await marks(world, ref, "TLP:AMBER+STRICT")
    before = len(await world.store.incident.entries(Reference(ref)))
    for room in (ROOM, direct(luc)):
        hidden = await asks(luc, "!" + line.format(part=task), room)
        absent = await asks(luc, "!" + line.format(part=ABSENT), room)
        assert said(hidden) == said(absent) and hidden.record["error"] == "not_found"
        assert line.startswith("ack") or "no such task here" in hidden.body
    assert len(await world.store.incident.entries(Reference(ref))) == before


async def test_tasks_of_what_is_hidden_are_in_no_list(world: World, ana: Person, luc: Person, ref: str) -> None:
    await ana.says(f"!incident task {ref} {TASK}")
    assert TASK in (await asks(luc, "!task list")).body
    await marks(world, ref, "TLP:AMBER+STRICT")
    assert "Nothing is to be done" in (await asks(luc, "!task list")).body
    assert TASK in (await asks(ana, "!task list", direct(ana))).body


async def test_a_report_is_as_hidden_as_its_incident(world: World, ana: Person, luc: Person, ref: str) -> None:
    await ana.says(f"!report can {ref} {REPORT}")
    report = await part_of(world, "report")
    assert "Barco sem luzes" in (await asks(luc, f"!report show {report}")).body
    await marks(world, ref, "TLP:AMBER+STRICT")
    for known in (report, ref):
        hidden = await asks(luc, f"!report show {known}")
        assert said(hidden) == said(await asks(luc, f"!report show {ABSENT}"))
        assert "no such incident or report here" in hidden.body


async def test_cards_of_tasks_and_reports_are_withdrawn_with_their_incident(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!incident task {ref} {TASK}")
    await ana.says(f"!report can {ref} {REPORT}")
    assert TASK in shown(world) and "Barco sem luzes" in shown(world)
    await ana.says(f"!mark {ref} TLP:AMBER rel:PRT-GNR")
    assert TASK not in shown(world) and "Barco sem luzes" not in shown(world) and TITLE not in shown(world)


async def test_what_is_hidden_is_neither_linked_nor_named(world: World, ana: Person, luc: Person, ref: str) -> None:
    await luc.says("!incident declare Camion suspect type:vehicle severity:low")
    [other] = [row["ref"] for row in await world.database.rows("SELECT ref FROM incident WHERE ref != ?", ref)]
    await ana.says(f"!incident link {ref} {other}")
    assert ref in (await asks(luc, f"!incident show {other}")).body
    assert "linked with" in (await asks(luc, f"!incident timeline {other}")).body
    await marks(world, ref, "TLP:AMBER+STRICT")
    for line in (f"show {other}", f"timeline {other}"):
        answer = await asks(luc, f"!incident {line}")
        assert answer.record["ok"] and other in answer.body and ref not in answer.body, line
    for line in ("link {other} {ref}", "link {ref} {other}", "duplicate {other} of:{ref}"):
        hidden = await asks(luc, "!incident " + line.format(other=other, ref=ref))
        assert said(hidden) == said(await asks(luc, "!incident " + line.format(other=other, ref=ABSENT))), line
    await luc.says(f"!incident note {other} Deux personnes")
    assert not [post for post in stand(world)[-2:] if ref in post.body]


async def test_nobody_is_asked_whether_it_is_the_same_as_what_is_cut(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await marks(world, ref, "H3", ("FRA-PN",))
    answer = await asks(luc, f"!incident declare {TITLE} type:vessel severity:high")
    assert "on record" in answer.body and "choices" not in answer.record


@pytest.mark.parametrize("line", ["find barco", "find type:vessel"])
async def test_what_is_hidden_is_not_found(world: World, ana: Person, luc: Person, ref: str, line: str) -> None:
    assert ref in (await asks(luc, f"!incident {line}")).body
    await marks(world, ref, "TLP:AMBER+STRICT")
    found = await asks(luc, f"!incident {line}")
    assert ref not in found.body and "no such incident" in found.body
    assert ref in (await asks(ana, f"!incident {line}", direct(ana))).body, "in her direct room she finds it"


async def test_nobody_is_asked_whether_it_is_the_same_as_what_is_hidden(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await marks(world, ref, "TLP:AMBER+STRICT")
    answer = await asks(luc, f"!incident declare {TITLE} type:vessel severity:high")
    assert "on record" in answer.body and "choices" not in answer.record


async def test_what_is_asked_waits_until_all_who_are_there_may_know_of_it(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!incident lead {ref} {ana.user_id}")
    await marks(world, ref, "TLP:AMBER", ("FRA-PN",))
    await comes(world, "@kate:example.org", "join")
    since, before = len(world.heard), await world.database.rows("SELECT id FROM outbox")
    world.clock.passes(hours=2)
    await world.wakes()
    assert len(await world.database.rows("SELECT id FROM outbox")) == len(before), "nobody's turn has passed"
    assert not [heard for heard in world.heard[since:] if heard.post and ref in heard.post.body]
    await comes(world, "@kate:example.org", "leave")
    world.clock.passes(minutes=30)
    await world.wakes()
    assert [heard for heard in world.heard[since:] if heard.post and ref in heard.post.body]


async def test_questions_and_notices_are_decided_when_they_are_sent(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!incident lead {ref} {ana.user_id}")
    await marks(world, ref, "TLP:AMBER", ("FRA-PN",))
    world.clock.passes(hours=2)
    await world.services.due.wake(world.clock.now())
    waiting = {row.kind for row in await world.store.outbox.list_waiting(ROOM)}
    assert waiting >= {"notice", "question"}
    world.rooms.invited[ROOM] = [world.person("kate", room="!x:example.org").user_id]
    since = len(world.heard)
    await world.delivers()
    assert not [heard for heard in world.heard[since:] if heard.post and ref in heard.post.body]


async def test_what_rings_is_decided_when_it_is_sent(world: World, ana: Person, luc: Person, ref: str) -> None:
    await world.receives(ana.user_id, f"!incident task {ref} {TASK} for:{luc.user_id}")
    while (await world.store.inbox.depth())[0]:
        await world.idle()
    assert "alert" in {row.kind for row in await world.store.outbox.list_waiting(ROOM)}
    await marks(world, ref, "TLP:AMBER+STRICT")
    since = len(world.heard)
    await world.delivers()
    assert not [heard for heard in world.heard[since:] if heard.post and heard.post.mentions]


async def test_a_report_about_what_is_red_is_posted_nowhere(world: World, ana: Person, luc: Person, ref: str) -> None:
    await ana.says(f"!mark {ref} TLP:RED rel:{ana.user_id}")
    await asks(ana, f"!report can {ref} {REPORT}", direct(ana))
    assert await world.database.rows("SELECT * FROM report")
    assert not [heard for heard in world.heard if heard.post and heard.post.record["kind"] == "report"]
    assert "Barco sem luzes" in (await asks(ana, f"!report show {ref}", direct(ana))).body, "who asks may read it"


async def test_a_report_that_is_labelled_marks_the_whole(world: World, ana: Person, luc: Person, ref: str) -> None:
    await ana.says(f"!report can {ref} conditions: TLP:AMBER Barco, actions: Equipa needs: Nada")
    assert "TLP:AMBER" in (await asks(luc, f"!incident show {ref}")).body
    await comes(world, "@kate:example.org", "invite")
    assert (await asks(luc, f"!incident show {ref}")).record["error"] == "not_found"


async def test_what_is_cut_says_nothing_that_a_person_wrote(world: World, ana: Person, luc: Person, ref: str) -> None:
    await ana.says(f"!incident task {ref} {TASK}")
    await ana.says(f"!report can {ref} {REPORT}")
    task, report = await part_of(world, "task"), await part_of(world, "report")
    await marks(world, ref, "H3", ("FRA-PN",))
    for line in (f"task take {task}", f"report show {report}", f"incident checklist {ref}", f"incident timeline {ref}"):
        answer = await asks(luc, f"!{line}")
        error = "not_found" if line.startswith("report") else "handling"
        assert answer.record["error"] == error and TASK not in answer.body, line
    assert "no such incident" in (await asks(luc, "!incident find barco")).body, "its words are not looked into"
    assert "Nothing is to be done" in (await asks(luc, "!task list")).body
    kinds = [entry.kind for entry in await world.store.incident.entries(Reference(ref))]
    assert kinds == [EntryKind.DECLARED, EntryKind.TASK, EntryKind.REPORT]


async def test_nothing_is_pinned_to_what_is_cut(world: World, ana: Person, luc: Person, ref: str) -> None:
    await marks(world, ref, "H3", ("FRA-PN",))
    message = await luc.says("Deux bateaux au nord")
    since = len(world.heard)
    await luc.says("", **reacted("📌", message))
    assert not [heard for heard in world.heard[since:] if heard.post]


async def test_what_was_put_together_is_not_sent_once_it_is_cut(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await world.receives(luc.user_id, f"!incident show {ref}", f"!incident timeline {ref}")
    while (await world.store.inbox.depth())[0]:
        await world.idle()
    await marks(world, ref, "H3", ("FRA-PN",))
    since = len(world.heard)
    await world.delivers()
    posts = [heard.post for heard in world.heard[since:] if heard.post]
    assert posts and not any(TITLE in post.body for post in posts)


async def test_the_end_of_an_exercise_counts_what_the_room_may_see(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await ana.says("!exercise start Sea Shield")
    for title in ("Camion suspect", "Avion"):
        await ana.says(f"!incident declare {title} type:vehicle severity:low")
    rows = await world.database.rows("SELECT ref FROM incident WHERE exercise")
    assert len(rows) == 2
    await marks(world, rows[0]["ref"], "TLP:AMBER+STRICT")
    await ana.says("!exercise stop")
    assert "1 incident was declared in it" in stand(world)[-1].body


async def test_a_message_that_is_labelled_marks_the_incident_that_it_is_pinned_to(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    event = await luc.says("Deux bateaux au nord")
    to = {"m.in_reply_to": {"event_id": event}}
    await luc.says("", content={"msgtype": "m.text", "body": "TLP:AMBER", "m.relates_to": to})
    await luc.says("", content={"msgtype": "m.text", "body": f"!incident pin {ref}", "m.relates_to": to})
    relation = {"m.in_reply_to": {"event_id": world.event_of(luc.last)}}
    digit = next(digit for digit, name in luc.last.record["choices"].items() if name == ref)
    await luc.says("", content={"msgtype": "m.text", "body": digit, "m.relates_to": relation})
    assert luc.hears("stands on the timeline", ok=True)
    assert "TLP:AMBER" in (await asks(luc, f"!incident show {ref}")).body


async def test_an_undo_tells_nothing_of_what_is_hidden(world: World, ana: Person, luc: Person, ref: str) -> None:
    await ana.says(f"!incident severity {ref} low")
    await marks(world, ref, "TLP:AMBER+STRICT")
    hidden = await asks(ana, "!incident undo")
    assert "changed nothing" in hidden.body and hidden.record["error"] == "not_found"


async def test_of_duplicates_nothing_is_said_that_is_cut_or_hidden(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await luc.says("!incident declare Camion suspect type:vehicle severity:low")
    [main] = [row["ref"] for row in await world.database.rows("SELECT ref FROM incident WHERE ref != ?", ref)]
    await ana.says(f"!incident duplicate {ref} of:{main}")
    await marks(world, ref, "H3", ("FRA-PN",))
    timeline = await asks(luc, f"!incident timeline {main}")
    assert timeline.record["ok"] and TITLE not in timeline.body
    await marks(world, ref, "TLP:GREEN")
    await marks(world, main, "TLP:AMBER+STRICT")
    answer = await asks(ana, f"!incident note {ref} Dois")
    assert answer.record["error"] == "conflict" and "duplicate" in answer.body and main not in answer.body


async def test_what_is_cut_is_not_undone(world: World, ana: Person, luc: Person, ref: str) -> None:
    await luc.says(f"!incident severity {ref} low")
    await marks(world, ref, "H3", ("FRA-PN",))
    assert "changed nothing" in (await asks(luc, "!incident undo")).body


async def test_whoever_takes_back_a_note_is_obeyed_where_the_incident_is_hidden(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    [card] = [f"$sent{at}" for at, heard in enumerate(world.heard, 1) if heard.kind == "card"][:1]
    relation = {"m.in_reply_to": {"event_id": card}}
    note = await luc.says("", content={"msgtype": "m.text", "body": "Deux a bord", "m.relates_to": relation})
    assert [one.text for one in await world.store.incident.entries(Reference(ref))][1] == "Deux a bord"
    await marks(world, ref, "TLP:AMBER+STRICT")
    await luc.says("", type="m.room.redaction", content={"redacts": note}, encrypted=False, trusted=False)
    entries = await world.store.incident.entries(Reference(ref))
    assert entries[1].text == "" and entries[-1].kind is EntryKind.WITHDRAWN


async def test_whose_task_is_withdrawn_by_a_mark_is_told_once_without_its_words(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!incident task {ref} {TASK} for:{luc.user_id}")
    await ana.says(f"!incident task {ref} Ligar as luzes for:{ana.user_id}")
    home, since = direct(luc), len(world.heard)
    await ana.says(f"!mark {ref} TLP:AMBER rel:PRT-GNR")
    told = [heard.post for heard in world.heard[since:] if heard.post and heard.room == home]
    assert [post.body for post in told] == [
        "A task of yours is withdrawn: its incident is marked now so that you may not read it."
    ]
    assert ref not in str(told) and await part_of(world, "task") not in str(told)
    await ana.says(f"!mark {ref} TLP:AMBER H2 rel:PRT-GNR", room=direct(ana))
    assert ana.hears("is marked") and len([h for h in world.heard[since:] if h.post and h.room == home]) == 1


async def test_a_mark_that_hides_it_here_says_where_it_goes_on(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!mark {ref} TLP:AMBER rel:PRT-GNR")
    assert ana.hears("can go on with it in a direct room with me", ok=True)
    assert (await asks(ana, f"!incident show {ref}", direct(ana))).record["ok"]
