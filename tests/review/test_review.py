"""`review`: a draft after closing, comments, actions that are tasks, a reminder until it is published, then frozen."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import pytest_asyncio

from bot.model.reference import Reference

from ..fakes import ROOM
from ..incident.marked import OTHER, TITLE, ana, asks, direct, logged, luc, marks, ref_of, world
from ..incident.scene import redacted, replied
from ..world import Person, World

__all__ = ["ana", "luc", "world"]


@pytest_asyncio.fixture
async def ref(world: World, ana: Person, luc: Person) -> str:
    """Return the reference of an incident that was lived through, and is closed."""
    rui = world.person("rui", "PRT-GNR")
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    ref = ref_of(world)
    world.clock.passes(minutes=10)
    await asks(luc, f"!incident note {ref} Deux personnes")
    world.clock.passes(minutes=20)
    await asks(rui, f"!incident validate {ref}")
    world.clock.passes(minutes=5)
    await asks(ana, f"!incident decide {ref} Esperar pelo barco rationale: Mau tempo")
    world.clock.passes(minutes=8 * 60)
    await asks(luc, f"!incident timeline {ref}", direct(luc))
    world.clock.passes(minutes=25)
    await asks(ana, f"!incident close {ref} resolved Tudo bem")
    return ref


async def publishes(person: Person, ref: str, room: str = ROOM) -> Any:
    """Let somebody publish the review, who is asked whether they are sure; return what the bot answers."""
    question = await asks(person, f"!review publish {ref}", room)
    event = next(f"$sent{number}" for number, h in enumerate(person.world.heard, 1) if h.post is question)
    digit = next(digit for digit, name in question.record["choices"].items() if name == "save")
    said = await person.says("", room=room, **replied(digit, event))
    return next(h.post for h in person.world.heard if h.kind == "reply" and h.cause == said)


async def later(world: World, minutes: float) -> list[Any]:
    """Let time pass and do what is due; return what is posted about reviews."""
    heard = len(world.heard)
    world.clock.passes(minutes=minutes)
    await world.wakes()
    return [h for h in world.heard[heard:] if h.post and h.post.record.get("of") == "review"]


async def test_of_a_decision_it_tells_what_was_decided_and_nobody_s_name(
    world: World, ana: Person, luc: Person
) -> None:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    ref = ref_of(world)
    await asks(
        ana, f"!incident decide {ref} Lançar o barco options: barco ou helicóptero authority: Silva dissent: Kate"
    )
    await asks(ana, f"!incident close {ref} resolved")
    for person, decided in ((ana, "Lançar o barco"), (luc, "Lançar o barco (pt to fr)")):
        body = (await asks(person, f"!review {ref}", direct(person))).body
        assert decided.split(" (")[0] in body
        assert "Silva" not in body and "Kate" not in body and "helicóptero" not in body, body


async def test_the_draft_holds_figures_and_the_timeline_in_brief_and_names_nobody(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    shown = (await asks(ana, f"!review {ref}")).body.replace("\u2068", "").replace("\u2069", "")
    for line in (
        f"Review of {ref}: a draft",
        "Until somebody saw to it: 10 min",
        "Until it was validated: 30 min",
        "Until it was closed: 9 h",
        "Updates that came too late: 1",
        "Decisions: 1",
        "Notes: 1",
        "FRA-PN: 1",
        "declared",
        "Esperar pelo barco",
        "closed: resolved",
    ):
        assert line in shown, (line, shown)
    assert not any(name in shown for name in ("Ana", "Luc", "Rui", "Deux personnes", "@"))


async def test_each_reads_it_in_their_language_and_free_text_is_labelled(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    shown = (await asks(luc, f"!review {ref}")).body
    assert "[fr] Esperar" in shown or "machine translation" in shown or "not translated" in shown
    portuguese = (await asks(ana, f"!review {ref}")).body
    assert "machine translation" not in portuguese


async def test_an_incident_that_is_not_closed_has_no_review(world: World, ana: Person) -> None:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    for line in ("review {}", "review comment {} Bem", "review publish {}"):
        answer = await asks(ana, "!" + line.format(ref_of(world)))
        assert answer.record["error"] == "conflict"


async def test_comments_stand_in_it_by_agency_and_go_with_their_message(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    said = await luc.says(f"!review comment {ref} Le radar manquait")
    shown = (await asks(luc, f"!review {ref}")).body
    assert "Le radar manquait" in shown and "FRA-PN" in shown and "Luc" not in shown
    await luc.says("", **redacted(said))
    assert "Le radar manquait" not in (await asks(luc, f"!review {ref}")).body


async def test_an_action_is_a_task_of_somebody_who_is_asked_though_the_incident_is_closed(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    answer = await asks(ana, f"!review action {ref} Comprar um radar for:@rui:gnr.example due:20:00Z")
    assert answer.record["ok"], answer.body
    task = await world.store.task.find(Reference(answer.record["ref"]))
    assert task and task.review and task.owner == "@rui:gnr.example"
    assert "Comprar um radar" in (await asks(ana, f"!review {ref}")).body
    assert "Comprar um radar" in (await asks(world.person("rui", "PRT-GNR"), "!task list")).body
    await asks(ana, f"!incident note {ref} Mais uma coisa")
    heard = len(world.heard)
    world.clock.passes(minutes=24 * 60)
    await world.wakes()
    asked = [h for h in world.heard[heard:] if h.kind == "question" and h.post]
    assert [h.post.mentions for h in asked if h.post] == [("@rui:gnr.example",)]


async def test_an_action_needs_an_owner_and_other_tasks_still_need_an_open_incident(
    world: World, ana: Person, ref: str
) -> None:
    assert (await asks(ana, f"!review action {ref} Comprar um radar")).record["error"] == "bad_argument"
    assert (await asks(ana, f"!incident task {ref} Comprar um radar")).record["error"] == "conflict"


async def test_a_draft_is_announced_and_its_lead_reminded_until_it_is_published(
    world: World, ana: Person, ref: str
) -> None:
    assert not await later(world, 59)
    [notice] = await later(world, 2)
    assert f"!review {ref}" in notice.post.body and notice.kind == "notice"
    week = 7 * 24 * 60 + 1
    await world.stop()
    await world.start()
    notice, ring = await later(world, week)
    assert "still not published" in notice.post.body
    assert ana.user_id in ring.post.mentions and TITLE not in ring.post.body
    assert len(await later(world, week)) == 2
    await publishes(ana, ref)
    assert not await later(world, week)


async def test_what_is_reopened_cancelled_or_not_that_bad_is_announced_nowhere(world: World, ana: Person) -> None:
    for severity, reason in (("high", "cancelled"), ("low", "resolved")):
        await ana.says(f"!incident declare {severity} {reason} type:vessel severity:{severity}")
        made = next(str(h.post.record["ref"]) for h in reversed(world.heard) if h.kind == "card" and h.post)
        await asks(ana, f"!incident close {made} {reason} Fim")
    await ana.says("!incident declare Terceiro type:vessel severity:high")
    made = next(str(h.post.record["ref"]) for h in reversed(world.heard) if h.kind == "card" and h.post)
    await asks(ana, f"!incident close {made} resolved Fim")
    await asks(ana, f"!incident reopen {made} Afinal não")
    assert not await later(world, 61)


async def test_it_is_published_once_frozen_and_its_digest_is_in_the_log(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    said = await luc.says(f"!review comment {ref} Le radar manquait")
    await asks(ana, f"!review action {ref} Comprar um radar for:@rui:gnr.example")
    before = (await asks(ana, f"!review {ref}")).body.split("\n\n", 1)[1]
    answer = await publishes(ana, ref)
    [entry] = await logged(world, "review.published")
    found = await world.store.review.find(Reference(ref))
    assert found and entry["sha256"] == hashlib.sha256(found.record.encode()).hexdigest()
    assert entry["sha256"] in answer.body and "radar" not in found.record
    for line in (
        f"review comment {ref} Mais",
        f"review publish {ref}",
        f"review action {ref} Ver for:@rui:gnr.example",
    ):
        assert (await asks(ana, f"!{line}")).record["error"] == "conflict"
    await asks(luc, f"!incident timeline {ref}", direct(luc))
    await asks(ana, f"!incident reopen {ref} Outra vez")
    await asks(ana, f"!incident decide {ref} Depois de publicar")
    after = (await asks(ana, f"!review {ref}")).body
    assert "published" in after and after.split("\n\n", 1)[1] == before
    await luc.says("", **redacted(said))
    assert "Le radar manquait" not in (await asks(ana, f"!review {ref}")).body
    assert found.sound and json.loads(found.record)["ref"] == ref


async def test_it_is_asked_first_whether_it_is_to_be_published(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    question = await asks(ana, f"!review publish {ref}")
    assert "It cannot be changed any more then." in question.body and "Nothing is changed yet." in question.body
    assert [*question.record["choices"].values()] == ["save", "leave"]
    assert await world.store.review.find(Reference(ref)) is None and not await logged(world, "review.published")
    event = world.event_of(question)
    await luc.says("", **replied("1", event))
    assert await world.store.review.find(Reference(ref)) is None, "only who asked answers"
    await ana.says("", **replied(next(d for d, n in question.record["choices"].items() if n == "leave"), event))
    assert ana.hears("Nothing was changed.", ok=True) and not await logged(world, "review.published")
    assert (await asks(ana, f"!review comment {ref} Mais")).record["ok"], "it is a draft still"
    assert "is published (SHA-256" in (await publishes(ana, ref)).body


async def test_a_published_review_cannot_be_changed_in_the_database(world: World, ana: Person, ref: str) -> None:
    await publishes(ana, ref)
    with pytest.raises(Exception, match="never changes"):
        async with world.store.transaction():
            await world.database.execute("UPDATE review SET record = '{}'")


async def test_only_its_lead_or_a_lead_of_its_agency_publishes(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    rosa = world.person("rosa", "PRT-GNR")
    for person in (luc, rosa):
        assert (await asks(person, f"!review publish {ref}")).record["error"] == "not_allowed"
    assert not await logged(world, "review.published")


async def test_what_is_withheld_is_in_no_line_and_no_figure(world: World, ana: Person, luc: Person, ref: str) -> None:
    other = await ana.says(f"!review comment {ref} Fonte secreta")
    await ana.says("", **replied("TLP:AMBER+STRICT", other))
    assert "Fonte secreta" not in (await asks(luc, f"!review {ref}", direct(luc))).body
    assert "Fonte secreta" in (await asks(ana, f"!review {ref}", direct(ana))).body


async def test_what_is_marked_more_strictly_counts_in_no_published_figure(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    note = await ana.says(f"!incident note {ref} Fonte secreta")
    await ana.says("", **replied("TLP:AMBER+STRICT", note))
    assert "Notes: 1" in (await asks(luc, f"!review {ref}", direct(luc))).body
    await publishes(ana, ref, direct(ana))
    found = await world.store.review.find(Reference(ref))
    assert found and found.facts.notes == 1


async def test_who_may_not_read_the_incident_is_told_of_no_review(world: World, ana: Person, ref: str) -> None:
    await marks(world, ref, "TLP:AMBER+STRICT")
    await publishes(ana, ref, direct(ana))
    mia = world.person("mia", "FRA-PN", room=OTHER)
    answer = await asks(mia, f"!review {ref}", OTHER)
    assert answer.record["error"] == "not_found" and ROOM != OTHER
