"""Exercises: what is declared meanwhile says first that it is one, and is counted apart; after a day they are over."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.i18n import Catalogues
from bot.render import Renderer

from ..fakes import ROOM, compiled
from ..world import Person, World
from .test_incident import answers, cards, replied

OTHER = "!other:example.org"


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def lead(world: World, ana: Person) -> Person:
    return world.person("lead")


def notices(world: World) -> list[str]:
    return [
        heard.post.body.replace("\u2068", "").replace("\u2069", "")
        for heard in world.heard
        if heard.post and heard.post.record.get("of") == "exercise"
    ]


async def declares(person: Person, line: str) -> str:
    """Return the reference of what *person* declares with *line*, and says to be like nothing that is known."""
    await person.says(f"!incident declare {line} severity:high type:vessel")
    for digit, choice in person.last.record.get("choices", {}).items():
        if choice == "new":
            await answers(person, digit)
    return str(person.last.record["ref"])


async def test_what_is_declared_in_it_says_so_everywhere(world: World, ana: Person, lead: Person) -> None:
    real = await declares(ana, "Barco na praia")
    await lead.says("!exercise start Sea Shield")
    assert "Lead has started the exercise “Sea Shield”" in notices(world)[0]
    await ana.says("!incident declare Barco no rio")
    assert ana.last.msgtype == "m.text" and ana.last.body.startswith("EXERCISE: "), "what rings says it"
    await answers(ana, "1")
    assert ana.last.body.startswith("EXERCISE: ")
    ref = ana.last.record["ref"]
    await ana.says(f"!incident note {ref} Duas pessoas")
    assert ana.last.body.startswith("EXERCISE: ")
    for line in ("show", "timeline"):
        await ana.says(f"!incident {line} {ref}")
        assert ana.last.body.startswith("EXERCISE: "), line
        await ana.says(f"!incident {line} {real}")
        assert "EXERCISE" not in ana.last.body, line
    shown = {post.record["ref"]: post for post in cards(world).values()}
    assert shown[ref].body.startswith("EXERCISE: ") and shown[ref].record["exercise"] is True
    assert "EXERCISE" not in shown[real].body and "exercise" not in shown[real].record
    await lead.says("!incident list")
    body = lead.last.body.replace("\u2068", "").replace("\u2069", "")
    own, other = body.split("EXERCISE: 1 incident is open:")
    assert "1 incident is open:" in own and real in own and ref not in own
    assert f"EXERCISE: {ref}" in other and real not in other

    await lead.says("!exercise stop")
    assert "Lead has ended it" in notices(world)[-1] and "1 incident was declared in it" in notices(world)[-1]
    after = await declares(ana, "Barco na ponte")
    assert "EXERCISE" not in ana.last.body
    await ana.says(f"!incident show {ref}")
    assert ana.last.body.startswith("EXERCISE: "), "it stays one"
    rows = await world.database.rows("SELECT ref FROM incident WHERE exercise")
    assert [row["ref"] for row in rows] == [ref] and after != ref


async def test_what_is_real_is_declared_as_real_though_an_exercise_runs(
    world: World, ana: Person, lead: Person
) -> None:
    await lead.says("!exercise start Sea Shield")
    played = await declares(ana, "Barco na praia")
    real = await declares(ana, "Barco na praia exercise:no")
    assert played != real and "EXERCISE" not in ana.last.body
    assert await declares(ana, "Barco na praia exercise:no") == real
    await lead.says("!exercise stop")
    marked = await declares(ana, "Barco na serra exercise:yes")
    assert ana.last.body.startswith("EXERCISE: ") and marked not in (played, real)


async def test_a_reader_is_told_in_their_own_language(world: World, ana: Person, lead: Person) -> None:
    portuguese = compiled(
        "pt",
        'msgid "EXERCISE: {said}"\nmsgstr "EXERCÍCIO: {said}"',
        'msgid "Incident {ref}: {status}, severity {severity}"\nmsgstr "Ocorrência {ref}: {status}, {severity}"',
    )
    world.renderer = Renderer(Catalogues({"pt": portuguese}), world.services)
    await lead.says("!exercise start Sea Shield")
    ref = await declares(ana, "Barco na praia")
    await ana.says(f"!incident show {ref}")
    assert ana.last.body.startswith("EXERCÍCIO: Ocorrência ")


async def test_it_ends_by_itself_after_a_day_though_nobody_looks(world: World, ana: Person, lead: Person) -> None:
    await lead.says("!exercise start Sea Shield")
    world.clock.passes(hours=23, minutes=59)
    assert await world.services.exercise.end_over(world.clock.now()) == []
    played = await declares(ana, "Barco na praia")
    assert ana.last.body.startswith("EXERCISE: ")
    world.clock.passes(minutes=1)
    await declares(ana, "Barco no rio")
    assert "EXERCISE" not in ana.last.body, "in time, though it was not said yet"
    assert await world.services.exercise.end_over(world.clock.now()) == [ROOM]
    assert await world.services.exercise.end_over(world.clock.now()) == []
    await world.delivers()
    said = notices(world)
    assert len(said) == 2 and "No exercise lasts longer than a day" in said[-1] and "1 incident was" in said[-1]
    rows = await world.database.rows("SELECT ref FROM incident WHERE exercise")
    assert [row["ref"] for row in rows] == [played]


async def test_one_that_is_over_cannot_be_ended_and_is_ended_once(
    world: World, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lead.says("!exercise start Sea Shield")
    world.clock.passes(hours=24)
    await lead.says("!exercise stop")
    assert lead.hears("No exercise is running", ok=False, error="conflict")
    over = await world.store.exercise.list_over(world.clock.now())

    async def listed(_now: object) -> object:
        return over

    monkeypatch.setattr(world.store.exercise, "list_over", listed)
    for _time in range(2):
        await world.services.exercise.end_over(world.clock.now())
    kinds = await world.database.rows("SELECT envelope FROM audit_entry")
    assert len(kinds) == 2, "started, and ended once"


async def test_in_a_room_that_the_bot_has_left_it_ends_without_a_word(world: World, lead: Person) -> None:
    await lead.says("!exercise start Sea Shield")
    world.clock.passes(hours=24)
    world.rooms.joined[ROOM].clear()
    assert await world.services.exercise.end_over(world.clock.now()) == [ROOM]
    assert await world.store.outbox.depth() == 0


async def test_it_lasts_over_a_restart_and_is_of_its_room_alone(world: World, ana: Person, lead: Person) -> None:
    await lead.says("!exercise start Sea Shield")
    await world.stop()
    await world.start()
    await declares(ana, "Barco na praia")
    assert ana.last.body.startswith("EXERCISE: ")
    eva = world.person("eva", room=OTHER)
    await eva.says("!incident declare Boat severity:high type:vessel", room=OTHER)
    assert "EXERCISE" not in eva.last.body


async def test_one_that_is_over_gives_way_to_the_next(world: World, ana: Person, lead: Person) -> None:
    await lead.says("!exercise start Sea Shield")
    world.clock.passes(hours=25)
    await lead.says("!exercise start Iron Gate")
    said = notices(world)
    assert len(said) == 3 and "“Sea Shield” is over" in said[1] and "Iron Gate" in said[2]


async def test_it_stands_in_the_audit_log(world: World, ana: Person, lead: Person) -> None:
    await lead.says("!exercise start Sea Shield")
    await declares(ana, "Barco na praia")
    await lead.says("!exercise stop")
    rows = await world.database.rows(
        "SELECT envelope, content FROM audit_entry JOIN audit_content USING (position) ORDER BY position"
    )
    kept = [(json.loads(row["envelope"])["kind"], json.loads(row["content"])) for row in rows]
    assert [kind for kind, _content in kept] == ["exercise.started", "incident.declared", "exercise.ended"]
    assert kept[1][1]["values"]["exercise"] is True


@pytest.mark.parametrize(
    ("before", "line", "error", "words"),
    [
        ("", "!exercise start", "bad_argument", "missing"),
        ("", f"!exercise start {'x' * 201}", "bad_argument", "200"),
        ("", "!exercise start TLP:RED Sea Shield", "handling", "TLP:RED"),
        ("", "!exercise stop", "conflict", "No exercise is running"),
        ("", "!exercise", "bad_argument", "one more word"),
        ("!exercise start Sea Shield", "!exercise start Iron Gate", "conflict", "Sea Shield"),
        ("", "!incident declare Boat exercise:maybe", "bad_argument", "exercise"),
    ],
)
async def test_what_cannot_be_is_said(
    world: World, lead: Person, before: str, line: str, error: str, words: str
) -> None:
    if before:
        await lead.says(before)
    await lead.says(line)
    assert lead.hears(words, ok=False, error=error), (lead.last.body, lead.last.record)
    assert len(await world.database.rows("SELECT * FROM exercise")) == bool(before)


async def test_only_leads_start_and_end_one(world: World, ana: Person, lead: Person) -> None:
    await ana.says("!exercise start Sea Shield")
    assert ana.hears(ok=False, error="not_allowed")
    await lead.says("!exercise start Sea Shield")
    await ana.says("!exercise stop")
    assert ana.hears(ok=False, error="not_allowed") and len(notices(world)) == 1


async def test_a_reply_to_its_card_says_it(world: World, ana: Person, lead: Person) -> None:
    await lead.says("!exercise start Sea Shield")
    ref = await declares(ana, "Barco na praia")
    event = next(iter(cards(world)))
    said: dict[str, Any] = replied("!incident severity low", event)
    await lead.says("", **said)
    assert lead.hears("EXERCISE: ", ok=True, ref=ref)


async def test_reports_tasks_and_what_rings_say_it(world: World, ana: Person, lead: Person) -> None:
    await lead.says("!exercise start Sea Shield")
    ref = await declares(ana, "Barco na praia")
    await lead.says(f"!incident assign {ref} deputy {ana.user_id}")
    since = len(world.heard)
    await ana.says(f"!report can {ref} conditions: mau tempo, actions: esperar, needs: nada")
    await ana.says(f'!incident task {ref} Chamar o porto due:"in 10m" for:{lead.user_id}')
    await lead.says(f"!incident severity {ref} low Everybody is ashore")
    for _ in range(8):
        world.clock.passes(minutes=10)
        await world.wakes()
    said: dict[tuple[str, Any], list[str]] = {}
    for heard in world.heard[since:]:
        if heard.post:
            said.setdefault((heard.kind, heard.post.record.get("of")), []).append(heard.post.body)
    assert said.keys() >= {("report", "can"), ("card", "task"), ("card", "incident")}, said.keys()
    for of in ("task", "incident"):
        assert any(heard.post and heard.post.msgtype == "m.text" and heard.post.record.get("of") == of
                   for heard in world.heard[since:]), of  # fmt: skip
    for what, bodies in said.items():
        assert all(body.startswith("EXERCISE: ") for body in bodies), (what, bodies)
