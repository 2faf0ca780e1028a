"""Corrections: shown at once under their author's name, for every room only once a second person agrees."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.correction import judges
from bot.model.person import UserId
from bot.model.reference import tail_for
from bot.model.room import Mode, RoomSettings
from bot.model.translation import Flag
from bot.render import Post

from ..fakes import ROOM
from ..intake.test_redactions import redacts
from ..sealing import sealed
from ..world import Person, World

SAID = "O camião 12-AB-34 está na ponte"
BETTER = "The lorry 12-AB-34 is on the bridge"
OTHER = "!other:example.org"


def reply(text: str, to: str) -> dict[str, Any]:
    relation = {"m.relates_to": {"m.in_reply_to": {"event_id": to}}}
    return {"content": {"msgtype": "m.text", "body": text, **relation}}


async def fixes(world: World, person: Person, text: str, to: str) -> str:
    return await person.says(text, **reply(f"!translate fix {text}", to))


async def replies(person: Person, text: str, to: str) -> str:
    return await person.says(text, **reply(text, to))


async def decides(world: World, person: Person, digit: str, question: str) -> str:
    """Let *person* answer *question* with the digit and what it asks for beside it."""
    return await replies(person, sealed(world, question, digit), question)


def question(world: World, of: Person) -> str:
    """Return the event of the last question to a person."""
    asked = [h.post for h in world.heard if h.kind == "question" and h.post and of.user_id in h.post.mentions]
    return world.event_of(asked[-1])


def shown(world: World) -> list[dict[str, str]]:
    return [post.record["texts"] for post in world.shows().values()]


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


@pytest.fixture
def rui(world: World, ana: Person) -> Person:
    """A colleague of Ana's who reads English too."""
    rui = world.person("rui", "PRT-GNR")
    return rui


async def reads_english(rui: Person) -> None:
    await rui.says("!language pt reads:en")


async def test_a_correction_takes_the_place_of_the_machines_words(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(SAID)
    first = world.event_of(ana.last)
    await fixes(world, kate, BETTER, first)
    [post] = world.shows().values()
    assert post.replaces == first and post.record["texts"] == {"en": BETTER}
    assert post.record["corrected"] == {"en": kate.user_id} and post.record["flags"] == {"en": []}
    assert post.record["machine"] == {"en": f"{SAID} (pt to en)"}
    assert "corrected by" in post.body and "Kate" in post.body and "(pt to en)" in post.body
    [kept] = await world.services.relay.translations(said)
    assert kept.corrected and (kept.text, kept.corrected.machine) == (BETTER, f"{SAID} (pt to en)")


async def test_it_may_reply_to_the_original_as_well(world: World, ana: Person, kate: Person) -> None:
    await fixes(world, kate, BETTER, await ana.says(SAID))
    assert shown(world) == [{"en": BETTER}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The lorry 12-AB-43 is on the bridge", ("12-AB-34", "12-AB-43")),
        ("The lorry is on the bridge", ("12-AB-34",)),
        ("The 2 lorries 12-AB-34 are on the bridge", ("2",)),
        ("The lorry 12-AB-34 is not on the bridge", ("“not”",)),
        ("12-AB-34", ("no words",)),
        ("Ο οδηγός του 12-AB-34 είναι στη γέφυρα", ("script",)),
    ],
)
async def test_what_does_not_say_the_same_is_refused_with_what_differs(
    world: World, ana: Person, kate: Person, text: str, words: tuple[str, ...]
) -> None:
    await ana.says(SAID)
    await fixes(world, kate, text, world.event_of(ana.last))
    assert kate.hears(ok=False, error="bad_argument", command="translate fix")
    assert all(word in kate.last.body for word in words), kate.last.body
    assert shown(world) == [{"en": f"{SAID} (pt to en)"}]


async def test_its_room_is_served_alone_until_another_agrees(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    eva, tom = world.person("eva", "FRA-PN", OTHER), world.person("tom", room=OTHER)
    world.translator.spoken |= {SAID.replace("12-AB-34", "99-ZZ-11"): "pt", f"{SAID}.": "pt", SAID: "pt"}
    await ana.says(SAID)
    await fixes(world, kate, BETTER, world.event_of(ana.last))
    assert "Ana" in [h.post for h in world.heard if h.kind == "reply" and h.post][-1].body

    await ana.says(SAID.replace("12-AB-34", "99-ZZ-11"))
    assert ana.last.record["texts"] == {"en": "The lorry 99-ZZ-11 is on the bridge"}
    assert ana.last.record["corrected"] == {"en": kate.user_id} and "Kate" in ana.last.body
    await world.receives(eva.user_id, SAID, room=OTHER)
    await world.settles()
    assert world.heard[-1].post and world.heard[-1].post.record["texts"]["en"] == f"{SAID} (pt to en)"

    await decides(world, ana, "1", question(world, ana))
    assert ana.hears("Approved", ok=True)
    await world.receives(eva.user_id, SAID, room=OTHER)
    await world.settles()
    assert world.heard[-1].post and world.heard[-1].post.record["texts"]["en"] == BETTER
    assert world.heard[-1].post.record["corrected"] == {"en": kate.user_id}
    assert "approved" in world.heard[-1].post.body and tom


@pytest.mark.parametrize("said", ["1", "1 {}0", "{}"])
async def test_a_bare_digit_or_another_end_approves_nothing(world: World, ana: Person, kate: Person, said: str) -> None:
    await reads_english(ana)
    await ana.says(SAID)
    await fixes(world, kate, BETTER, world.event_of(ana.last))
    asked = question(world, ana)
    right = sealed(world, asked, "1")
    wrong = "Z" if right[-2] != "Z" else "Y"
    await replies(ana, said.format(wrong), asked)
    assert not ana.hears(ok=True)
    [row] = await world.database.rows("SELECT approved_by FROM correction")
    assert row["approved_by"] is None
    await replies(ana, right.lower(), asked)
    assert ana.hears("Approved", ok=True)


async def test_one_person_cannot_approve_alone(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    await ana.says(SAID)
    await fixes(world, kate, BETTER, world.event_of(ana.last))
    asked = question(world, ana)
    await decides(world, kate, "1", asked)
    assert kate.hears(ok=False, error="not_allowed")
    [row] = await world.database.rows("SELECT * FROM correction")
    assert row["approved_by"] is None
    # Nor does a question that somebody was asked in another's stead help.
    async with world.store.transaction():
        choices, data = {"1": "approve", "2": "refuse"}, {"correction": row["id"], "tail": tail_for("x")}
        post = await world.store.outbox.add(ROOM, "reply", "$forged", {}, world.clock.now())
        await world.store.outbox.sent(post, "$forged", world.clock.now())
        await world.store.question.add(ROOM, kate.user_id, "translate fix", post, choices, data, world.clock.now())
    await replies(kate, f"1 {tail_for('x')}", "$forged")
    assert kate.hears("own correction", ok=False, error="not_allowed")


async def test_a_colleague_does_not_do_where_another_agency_is_there(
    world: World, ana: Person, kate: Person, rui: Person
) -> None:
    marie = world.person("marie", "FRA-PN")
    await marie.says("!language fr reads:en")
    await reads_english(rui)
    await reads_english(ana)
    said = await rui.says(SAID)
    await ana.says("", **reply(f"!translate fix to:en {BETTER}", said))
    asked = {user for h in world.heard if h.kind == "question" and h.post for user in h.post.mentions}
    assert asked == {marie.user_id}


def test_who_may_judge() -> None:
    ana, rui, eva, leo, kate = map(UserId, ("@ana", "@rui", "@eva", "@leo", "@kate"))
    own = {ana: "PT", rui: "PT"}
    assert judges(ana, "PT", own) == [rui]
    assert judges(ana, "PT", {**own, kate: None}) == [rui], "whoever is of no agency does not count"
    assert judges(kate, None, {kate: None, leo: None}) == []
    assert judges(ana, "PT", {**own, kate: None, eva: "FR"}) == [eva]
    assert judges(ana, "PT", {**own, eva: "FR", leo: "FR", kate: "UK"}) == [eva, kate, leo], "of each agency one first"
    assert judges(ana, "PT", {ana: "PT"}) == []


async def test_who_disagrees_puts_the_machines_words_back(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    world.translator.flags[SAID] = (Flag.LENGTH,)
    await ana.says(SAID)
    first = world.event_of(ana.last)
    await fixes(world, kate, BETTER, first)
    await decides(world, ana, "2", question(world, ana))
    [post] = world.shows().values()
    assert post.replaces == first and post.record["texts"] == {"en": f"{SAID} (pt to en)"}
    assert "corrected" not in post.record and post.record["flags"] == {"en": ["length"]}
    await ana.says(SAID)
    assert ana.last.record["texts"] == {"en": f"{SAID} (pt to en)"}


async def test_its_author_takes_it_back(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    await ana.says(SAID)
    first = world.event_of(ana.last)
    await fixes(world, kate, BETTER, first)
    await ana.says("", **reply("!translate restore", first))
    assert ana.hears(ok=False, error="not_allowed")
    await kate.says("", **reply("!translate restore", first))
    assert shown(world) == [{"en": f"{SAID} (pt to en)"}]
    await decides(world, ana, "1", question(world, ana))
    assert ana.hears("settled already", ok=False)


@pytest.mark.parametrize("what", ["message", "command"])
async def test_it_goes_with_what_is_redacted(world: World, ana: Person, kate: Person, what: str) -> None:
    await reads_english(ana)
    said = await ana.says(SAID)
    command = await fixes(world, kate, BETTER, world.event_of(ana.last))
    await decides(world, ana, "1", question(world, ana))
    await redacts(world, said if what == "message" else command)
    assert shown(world) == ([] if what == "message" else [{"en": f"{SAID} (pt to en)"}])
    assert await world.database.rows("SELECT * FROM correction") == []
    await ana.says(SAID)
    assert ana.last.record["texts"] == {"en": f"{SAID} (pt to en)"}


async def test_an_edit_of_the_original_ends_it(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, world.event_of(ana.last))
    content = {"msgtype": "m.text", "body": "O barco está na ponte"}
    relation = {"m.relates_to": {"rel_type": "m.replace", "event_id": said}}
    await ana.says("", content={**content, "m.new_content": content, **relation})
    assert shown(world) == [{"en": "O barco está na ponte (pt to en)"}]
    assert await world.database.rows("SELECT * FROM correction") == []
    await decides(world, ana, "1", question(world, ana))
    assert ana.hears("settled already", ok=False)


async def test_what_is_labelled_serves_its_message_alone(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    await ana.says(f"TLP:AMBER {SAID}")
    await fixes(world, kate, f"TLP:AMBER {BETTER}", world.event_of(ana.last))
    assert shown(world) == [{"en": f"TLP:AMBER {BETTER}"}]
    assert kate.hears("this message alone", ok=True)
    assert [h for h in world.heard if h.kind == "question"] == []
    await ana.says(f"TLP:AMBER {SAID}")
    assert ana.last.record["texts"] == {"en": f"TLP:AMBER {SAID} (pt to en)"}


async def test_a_label_stands_before_the_correction_whether_or_not_it_was_typed(
    world: World, ana: Person, kate: Person
) -> None:
    await ana.says(f"TLP:GREEN {SAID}")
    await fixes(world, kate, BETTER, world.event_of(ana.last))
    assert shown(world) == [{"en": f"TLP:GREEN {BETTER}"}]
    await ana.says(f"TLP:GREEN {SAID}")
    assert ana.last.record["texts"] == {"en": f"TLP:GREEN {BETTER}"} and ana.last.record["corrected"]


async def test_of_what_is_red_nothing_is_kept_that_could_be_corrected(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"TLP:RED {SAID}")
    await fixes(world, kate, BETTER, world.event_of(ana.last))
    assert kate.hears("label", ok=False, error="not_allowed")
    assert await world.database.rows("SELECT * FROM correction") == []


async def test_a_later_mark_confines_it_to_its_message(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    await decides(world, ana, "1", question(world, ana))
    await replies(ana, "TLP:AMBER", said)
    assert shown(world) == [{"en": f"TLP:AMBER {BETTER}"}]
    await ana.says(SAID)
    assert ana.last.record["texts"] == {"en": f"{SAID} (pt to en)"}


async def test_the_machines_words_come_back_as_they_were_formatted(world: World, ana: Person, kate: Person) -> None:
    html = {"format": "org.matrix.custom.html", "formatted_body": "A <b>ponte</b>"}
    said = await ana.says("", content={"msgtype": "m.text", "body": "A ponte", **html})
    before = next(iter(world.shows().values())).html
    await fixes(world, kate, "The bridge", said)
    assert "<b>" not in next(iter(world.shows().values())).html
    await kate.says("", **reply("!translate restore", said))
    assert next(iter(world.shows().values())).html == before


async def test_what_somebody_asked_for_stays_by_itself(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(SAID)
    await ana.says("!translate fr", **reply("!translate fr", said))
    await fixes(world, kate, BETTER, said)
    texts = [post.record["texts"] for post in world.shows().values()]
    assert texts == [{"en": BETTER}, {"fr": f"{SAID} (pt to fr)"}], "what was asked for stands by itself"


async def test_of_several_translations_its_language_tells_which(world: World, ana: Person, kate: Person) -> None:
    marie = world.person("marie", "FRA-PN")
    await marie.says("!language fr reads:en")
    said = await ana.says(SAID)
    french = "Le camion 12-AB-34 est sur le pont"
    world.translator.spoken[french] = "fr"
    await fixes(world, marie, french, said)
    assert shown(world) == [{"en": f"{SAID} (pt to en)", "fr": french}]
    await fixes(world, marie, "Le camion 12-AB-34 est là", said)
    await marie.says("", **reply(f"!translate fix {BETTER} to:en", said))
    assert shown(world)[0]["en"] == BETTER


@pytest.mark.parametrize(
    ("text", "to", "error"),
    [
        ("!translate fix Better", None, "bad_argument"),
        ("!translate fix", "post", "bad_argument"),
        ("!translate fix Better", "$nothing", "not_found"),
        ("!translate fix Better to:es", "post", "not_found"),
        (f"!translate fix {SAID} (pt to en)", "post", "conflict"),
        ("!translate restore", "post", "not_found"),
    ],
)
async def test_what_cannot_be_is_said(
    world: World, ana: Person, kate: Person, text: str, to: str | None, error: str
) -> None:
    await ana.says(SAID)
    event = world.event_of(ana.last) if to == "post" else to
    await kate.says(text, **(reply(text, event) if event else {}))
    assert kate.hears(ok=False, error=error), kate.last.record


async def test_without_the_original_nothing_is_taken(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(SAID)
    del world.events[said]
    await fixes(world, kate, BETTER, said)
    assert kate.hears("cannot read the original", ok=False, error="unavailable")


async def test_what_was_summed_up_is_corrected_in_the_summary(world: World, ana: Person, kate: Person) -> None:
    [said] = await world.receives(ana.user_id, SAID, late=True)
    await world.settles()
    await fixes(world, kate, BETTER, said)
    assert [post.record["texts"] for post in world.shows().values()] == [{"en": [BETTER]}]
    assert "corrected by" in next(iter(world.shows().values())).body
    longer = f"{BETTER}, next to the customs house"
    await fixes(world, kate, longer, said)
    assert [post.record["texts"] for post in world.shows().values()] == [{"en": [longer]}]


async def test_whoever_does_not_read_the_language_any_more_cannot_approve(
    world: World, ana: Person, kate: Person
) -> None:
    await reads_english(ana)
    await ana.says(SAID)
    await fixes(world, kate, BETTER, world.event_of(ana.last))
    await ana.says("!language pt reads:none")
    await decides(world, ana, "1", question(world, ana))
    assert ana.hears("somebody who reads", ok=False, error="not_allowed")
    [row] = await world.database.rows("SELECT approved_by FROM correction")
    assert row["approved_by"] is None


async def test_a_hint_of_the_language_is_no_part_of_what_is_corrected(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says("?pt Ponte")
    assert shown(world) == [{"en": "Ponte (pt to en)"}]
    await fixes(world, kate, "Bridge", said)
    assert shown(world) == [{"en": "Bridge"}]
    await ana.says("Ponte")
    assert ana.last.record["texts"] == {"en": "Bridge"}


async def test_what_stands_in_code_is_typed_plainly(world: World, ana: Person, kate: Person) -> None:
    html = {"format": "org.matrix.custom.html", "formatted_body": "O camião <code>12-AB-34</code> está na ponte"}
    said = await ana.says("", content={"msgtype": "m.text", "body": "O camião `12-AB-34` está na ponte", **html})
    await fixes(world, kate, BETTER, said)
    assert shown(world) == [{"en": BETTER}]


async def test_who_judges_is_asked_in_which_language_it_is(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    await ana.says(SAID)
    await fixes(world, kate, BETTER, world.event_of(ana.last))
    [asked] = [h.post for h in world.heard if h.kind == "question" and h.post]
    assert "inglês" in asked.body


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (f"a:en {BETTER}", "a:en"),
        (f"para:en {BETTER}", "para:en"),
        (f"lang:English {BETTER}", "lang:English"),
        (f"{BETTER} a:en", "a:en"),
    ],
)
async def test_a_mistyped_option_is_no_part_of_the_correction(
    world: World, ana: Person, kate: Person, line: str, word: str
) -> None:
    await ana.says(SAID)
    await fixes(world, kate, line, world.event_of(ana.last))
    assert kate.hears(f"I do not know what to do with “{word}”. Did you mean to:LANG?", error="bad_argument")
    assert shown(world) == [{"en": f"{SAID} (pt to en)"}]


@pytest.mark.parametrize(
    "text",
    [
        "Note: the lorry 12-AB-34",
        "Two: the lorry 12-AB-34",
        "“a:en the lorry 12-AB-34”",
        "-- a:en 12-AB-34 lorry",
        "to:en Gate:de lorry 12-AB-34",
    ],
)
async def test_what_only_looks_like_an_option_is_text(world: World, ana: Person, kate: Person, text: str) -> None:
    await ana.says(SAID)
    await fixes(world, kate, text, world.event_of(ana.last))
    [texts] = shown(world)
    assert texts["en"] == text.removeprefix("to:en ").removeprefix("-- ").strip("“”")


@pytest.mark.parametrize("text", ["yes", "Sim", "ok!"])
async def test_a_yes_in_words_is_asked_for_as_a_digit(world: World, ana: Person, kate: Person, text: str) -> None:
    await reads_english(ana)
    await ana.says(SAID)
    await fixes(world, kate, BETTER, world.event_of(ana.last))
    asked = question(world, ana)
    await replies(ana, text, asked)
    assert ana.hears("Please reply with one of these: 1", ok=False, error="bad_argument")
    assert (ana.last.mentions, ana.hears(kind="translation")) == ((), False)
    await replies(kate, text, asked)
    assert not kate.hears("Please reply")
    await decides(world, ana, "1", asked)
    assert ana.hears("Approved", ok=True)


# Who is asked, and where


async def directly(world: World) -> None:
    """Let the room's translations go to each reader's own room."""
    async with world.store.transaction():
        await world.store.room.save(ROOM, RoomSettings(Mode.DM), world.clock.now())


def accept(world: World) -> None:
    """Let everybody accept the bot's invitations."""
    for room, invited in world.rooms.invited.items():
        world.rooms.joined[room] += invited
        invited.clear()


def asked_in(world: World) -> dict[str, str]:
    """Return in which room each was asked whether a correction is right."""
    return {h.post.mentions[0]: h.room for h in world.heard if h.kind == "question" and h.post}


async def test_where_each_reads_in_a_room_of_their_own_each_is_asked_there(
    world: World, ana: Person, kate: Person
) -> None:
    eva = world.person("eva", "FRA-PN")
    await eva.says("!language en")
    await directly(world)
    said = await ana.says(SAID)
    accept(world)
    rooms = {h.post.record["source"]: h for h in world.heard if h.kind == "relay" and h.post}
    assert rooms
    own = {user: await world.services.direct.find(user) for user in (kate.user_id, eva.user_id)}
    post = next(f"$sent{i}" for i, h in enumerate(world.heard, 1) if h.room == own[kate.user_id])
    await kate.says("", room=own[kate.user_id], **reply(f"!translate fix {BETTER}", post))
    assert kate.hears("I have asked: Eva", ok=True)
    assert asked_in(world) == {eva.user_id: own[eva.user_id]}
    await eva.says("", room=own[eva.user_id], **reply(sealed(world, question(world, eva), "1"), question(world, eva)))
    assert eva.hears("Approved", ok=True)
    [row] = await world.database.rows("SELECT approved_by FROM correction")
    assert row["approved_by"] == eva.user_id and said


async def test_who_reads_both_languages_is_asked_below_the_message(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    await directly(world)
    said = await ana.says(SAID)
    accept(world)
    await fixes(world, kate, BETTER, said)
    [post] = world.shows().values()
    assert post.record["texts"] == {"en": BETTER} and post.reply_to == said
    assert asked_in(world) == {ana.user_id: ROOM} and kate.hears("I have asked: Ana", ok=True)
    await decides(world, ana, "2", question(world, ana))
    assert shown(world) == [{"en": f"{SAID} (pt to en)"}]
    await redacts(world, said)
    assert shown(world) == []


async def test_who_is_not_in_the_messages_room_any_more_cannot_approve(world: World, ana: Person, kate: Person) -> None:
    eva = world.person("eva", "FRA-PN")
    await eva.says("!language en")
    await directly(world)
    said = await ana.says(SAID)
    accept(world)
    await fixes(world, kate, BETTER, said)
    own = asked_in(world)[eva.user_id]
    world.rooms.joined[ROOM].remove(eva.user_id)
    await eva.says("", room=own, **reply(sealed(world, question(world, eva), "1"), question(world, eva)))
    assert eva.hears("somebody who reads", ok=False, error="not_allowed")


async def test_it_is_said_why_nobody_is_asked(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    assert kate.hears("Nobody else who sees that message reads", ok=True) and "In this room" in kate.last.body
    world.person("tom")
    await fixes(world, kate, f"{BETTER} now", said)
    assert kate.hears("but they belong to no agency", ok=True) and asked_in(world) == {}


async def test_a_correction_from_a_room_of_ones_own_serves_the_messages_room(
    world: World, ana: Person, kate: Person
) -> None:
    await directly(world)
    await ana.says(SAID)
    accept(world)
    own = await world.services.direct.find(kate.user_id)
    post = next(f"$sent{i}" for i, h in enumerate(world.heard, 1) if h.room == own)
    await kate.says("", room=own, **reply(f"!translate fix {BETTER}", post))
    assert kate.hears("Where that message was written", ok=True) and "In this room" not in kate.last.body


async def test_only_who_reads_the_language_corrects_it(world: World, ana: Person, kate: Person) -> None:
    marie = world.person("marie", "FRA-PN")
    await marie.says("!language fr reads:es")
    said = await ana.says(SAID)
    await marie.says("", **reply(f"!translate fix {BETTER} to:en", said))
    assert marie.hears("reads:es,en", ok=False, error="not_allowed")
    assert await world.database.rows("SELECT * FROM correction") == [] and kate
    await marie.says("!language reads:es,en")
    await marie.says("", **reply(f"!translate fix {BETTER} to:en", said))
    assert marie.hears("under your name", ok=True)


# What is settled


async def two(world: World) -> dict[str, Person]:
    """Return two who read English and may judge what Kate corrects."""
    judges = {"marie": world.person("marie", "FRA-PN"), "rui": world.person("rui", "PRT-GNR")}
    for person in judges.values():
        await person.says("!language reads:en")
    return judges


def edits(world: World, event: str) -> list[Post]:
    """Return what took the place of the bot's post *event*."""
    return [h.post for h in world.heard if h.post and h.post.replaces == event]


@pytest.mark.parametrize("what", ["approved", "refused", "taken back", "marked", "redacted"])
async def test_what_others_were_asked_reads_as_settled(world: World, ana: Person, kate: Person, what: str) -> None:
    judges = await two(world)
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    asked = {name: question(world, person) for name, person in judges.items()}
    match what:
        case "approved" | "refused":
            await decides(world, judges["rui"], "1" if what == "approved" else "2", asked["rui"])
            assert edits(world, asked["rui"]) == []
        case "taken back":
            await kate.says("", **reply("!translate restore", said))
        case "marked":
            await replies(ana, "TLP:AMBER", said)
        case "redacted":
            await redacts(world, said)
    [post] = edits(world, asked["marie"])
    assert post.body == "That correction is no longer up for approval."
    assert post.mentions == () and post.record["choices"] == {}
    await decides(world, judges["marie"], "1", asked["marie"])
    assert judges["marie"].hears("settled already", ok=False)


async def test_the_answer_names_the_language_that_is_restored(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(SAID)
    await fixes(world, kate, BETTER, said)
    await kate.says("", **reply("!translate restore", said))
    assert kate.hears("The machine's translation into English stands again", ok=True)
    judges = await two(world)
    await fixes(world, kate, BETTER, said)
    await decides(world, judges["marie"], "2", question(world, judges["marie"]))
    assert judges["marie"].hears("The machine's translation into English stands again", ok=True)


async def test_in_a_thread_its_approval_is_asked_for_there(world: World, ana: Person, kate: Person) -> None:
    await reads_english(ana)
    async with world.store.transaction():
        await world.store.room.save(ROOM, RoomSettings(Mode.THREAD), world.clock.now())
    said = await ana.says(SAID)
    [(first, post)] = world.shows().items()
    assert post.thread == said
    await fixes(world, kate, BETTER, said)
    [asked] = [h.post for h in world.heard if h.kind == "question" and h.post]
    assert (asked.thread, asked.reply_to) == (said, first)
    relation = {"rel_type": "m.thread", "event_id": said, "is_falling_back": False}
    relation |= {"m.in_reply_to": {"event_id": world.event_of(asked)}}
    said = sealed(world, world.event_of(asked), "1")
    await ana.says(said, content={"msgtype": "m.text", "body": said, "m.relates_to": relation})
    assert ana.hears("Approved", ok=True)


@pytest.mark.parametrize("how", ["flagged", "broken"])
async def test_where_there_was_no_translation_it_is_no_repetition(
    world: World, ana: Person, kate: Person, how: str
) -> None:
    if how == "flagged":
        world.translator.flags[SAID] = (Flag.UNAVAILABLE,)
    else:
        world.translator.broken[SAID] = RuntimeError()
    await fixes(world, kate, BETTER, await ana.says(SAID))
    [post] = world.shows().values()
    assert post.record["corrected"] == {"en": kate.user_id} and post.record["machine"] == {"en": ""}
    assert "orrected by Kate" in post.body and "before" not in post.body and "machine" not in post.body
