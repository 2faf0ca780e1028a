"""Messages put on a timeline: proposed by 📌, confirmed by an encrypted digit, with what becomes of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from bot.errors import UserError
from bot.model.audit import canonical
from bot.model.incident import EntryKind
from bot.model.told import Told

from ..fakes import ROOM
from ..world import Person, World
from .scene import TITLE, answers, card_of, cards, edited, entries, kinds, reacted, redacted, ref_of, replied

PHOTO = {
    "msgtype": "m.image",
    "body": "Dois a bordo",
    "filename": "praia.jpg",
    "file": {
        "url": "mxc://example.org/abc", "v": "v2", "iv": "aWl2", "hashes": {"sha256": "c2hh"},
        "key": {"alg": "A256CTR", "k": "a2V5", "kty": "oct", "ext": True, "key_ops": ["encrypt", "decrypt"]},
    },
}  # fmt: skip
K = EntryKind
SAID = "Vi dois barcos"


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


async def declared(ana: Person) -> None:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")


async def proposed(kate: Person, said: str) -> str:
    """Have *kate* react to the message; return the reaction."""
    return await kate.says("", **reacted("📌", said))


async def pinned(ana: Person, kate: Person) -> tuple[str, str]:
    """Have a message of *ana* pinned by *kate*; return it and the reaction."""
    await declared(ana)
    said = await ana.says(SAID)
    reaction = await proposed(kate, said)
    await answers(kate, str(ref_of(ana.world)))
    return said, reaction


async def test_a_digit_puts_on_the_timeline_what_a_reaction_proposes(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    said = await ana.says(SAID)
    world.clock.passes(minutes=10)
    await proposed(kate, said)
    question, notice = kate.last, world.heard[-2].post
    assert await kinds(world) == [K.DECLARED], "the reaction alone enters nothing"
    assert question.msgtype == "m.text" and question.mentions == (kate.user_id,)
    assert question.record["of"] == "incident pin" and question.reply_to == world.event_of(notice)
    assert notice and notice.reply_to == said and TITLE in notice.body and notice.msgtype == "m.notice"
    assert TITLE not in question.body and "Ana" not in question.body, "what rings names nobody"
    await answers(kate, str(ref_of(world)))
    assert kate.hears("stands on the timeline", ok=True, ref=str(ref_of(world)))
    entry = (await entries(world))[-1]
    assert (entry.kind, entry.text, entry.language, entry.author) == (K.PIN, SAID, "pt", kate.user_id)
    values = entry.values
    content = {"msgtype": "m.text", "body": SAID}
    assert values["sha256"] == sha256(canonical(content)).hexdigest()
    assert (values["by"], values["agency"], values["event"]) == (ana.user_id, "PRT-GNR", said)
    assert entry.happened_at == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert values["translations"] == {
        "en": {"text": f"{SAID} (pt to en)", "route": ["pt", "en"], "engine": "fake", "flags": []}
    }
    [row] = await world.database.rows("SELECT content FROM audit_content ORDER BY position DESC LIMIT 1")
    assert json.loads(row["content"])["values"] == values
    await kate.says("", **replied("!incident timeline", card_of(world)))
    body = kate.last.body.replace("\u2068", "").replace("\u2069", "")
    assert "pinned message of Ana" in body and values["sha256"][:16] in body and "(machine translation)" in body


@pytest.mark.parametrize("raw", [{}, {"encrypted": True}])
async def test_a_reaction_alone_enters_nothing(world: World, ana: Person, kate: Person, raw: dict[str, Any]) -> None:
    await declared(ana)
    said = await ana.says(SAID)
    await kate.says("", **reacted("📌\ufe0f", said, **raw))
    assert kate.hears(kind="question") and await kinds(world) == [K.DECLARED]
    digit = next(iter(kate.last.record["choices"]))
    question = world.event_of(kate.last)
    await ana.says(digit, **replied(digit, question))
    assert ana.hears("somebody else", ok=False), "nobody answers for another"
    await kate.says(digit, **{**replied(digit, question), "trusted": False})
    await kate.says(digit, **{**replied(digit, question), "encrypted": False})
    assert await kinds(world) == [K.DECLARED]


async def test_no_leaves_it(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    await proposed(kate, await ana.says(SAID))
    await answers(kate, "none")
    assert kate.hears("entered nothing", ok=True) and await kinds(world) == [K.DECLARED]


async def test_one_of_several_incidents_is_chosen(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    await ana.says("!incident declare Carro parado type:vehicle severity:low")
    said = await ana.says(SAID)
    await proposed(kate, said)
    assert len(kate.last.record["choices"]) == 3
    await answers(kate, str(ref_of(world, 1)))
    assert await kinds(world) == [K.DECLARED] and await kinds(world, 1) == [K.DECLARED, K.PIN]


async def test_nobody_is_asked_twice_or_for_nothing(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(SAID)
    heard = len(world.heard)
    await proposed(kate, said)
    assert len(world.heard) == heard, "no incident is open"
    await declared(ana)
    for of in (card_of(world), "$unknown"):
        heard = len(world.heard)
        await proposed(kate, of)
        assert len(world.heard) == heard, of
    await proposed(kate, said)
    heard = len(world.heard)
    await proposed(kate, said)
    assert len(world.heard) == heard, "it is asked already"
    await answers_open(world, kate)
    await proposed(kate, said)
    await answers(kate, str(ref_of(world)))
    assert kate.hears("on the timeline already", ok=False, error="conflict")
    stranger = Person(world, "@eve:elsewhere.example")
    other = Person(world, "@zoe:example.org")
    for person in (stranger, other):
        heard = len(world.heard)
        await proposed(person, await ana.says("Vi um carro"))
        assert "question" not in [one.kind for one in world.heard[heard:]], "who is not in the room is not asked"


async def answers_open(world: World, person: Person) -> None:
    """Pin what was asked about last."""
    number, post = [(n, h.post) for n, h in enumerate(world.heard, 1) if h.kind == "question" and h.post][-1]
    digit = next(digit for digit, choice in post.record["choices"].items() if choice != "none")
    await person.says(digit, **replied(digit, f"$sent{number}"))
    assert await kinds(world) == [K.DECLARED, K.PIN]


async def test_a_command_proposes_as_well(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    said = await ana.says(SAID)
    translation = next(iter(world.shows()))
    await kate.says("", **replied(f"!incident pin {ref_of(world)}", translation))
    await answers(kate, str(ref_of(world)))
    assert (await entries(world))[-1].values["event"] == said
    await kate.says("!incident pin")
    assert kate.hears("Reply to the message", ok=False, error="bad_argument")


async def test_a_file_is_known_again_by_its_digest(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    said = await ana.says("", content=PHOTO)
    world.media.files["mxc://example.org/abc"] = b"the photo"
    await proposed(kate, said)
    await answers(kate, str(ref_of(world)))
    entry = (await entries(world))[-1]
    assert entry.text == "Dois a bordo"
    assert entry.values["file"] == {
        "name": "praia.jpg", "url": "mxc://example.org/abc", "sha256": sha256(b"the photo").hexdigest(), "size": 9,
    }  # fmt: skip
    assert "a2V5" not in json.dumps(entry.values), "its key is not kept"
    await kate.says("", **replied("!incident timeline", card_of(world)))
    assert "praia.jpg" in kate.last.body


async def test_a_file_that_cannot_be_had_is_not_pinned(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    await proposed(kate, await ana.says("", content=PHOTO))
    await answers(kate, str(ref_of(world)))
    assert kate.hears("does not give me that file", ok=False, error="unavailable")
    assert await kinds(world) == [K.DECLARED]


async def test_what_changed_meanwhile_is_not_pinned(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    said = await ana.says(SAID)
    await proposed(kate, said)
    question = kate.last
    await ana.says("", **redacted(said))
    digit = next(iter(question.record["choices"]))
    await kate.says(digit, **replied(digit, world.event_of(question)))
    assert kate.hears("it is gone", ok=False, error="not_found") and await kinds(world) == [K.DECLARED]


async def test_what_is_marked_red_is_not_pinned(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    said = await ana.says(SAID)
    await proposed(kate, said)
    question = kate.last
    await ana.says("", **replied("TLP:RED", said))
    digit = next(iter(question.record["choices"]))
    await kate.says(digit, **replied(digit, world.event_of(question)))
    assert kate.hears("TLP:RED", ok=False, error="handling") and await kinds(world) == [K.DECLARED]
    await proposed(kate, said)
    assert kate.hears("TLP:RED", ok=False, error="handling") and kate.last.reply_to == said


async def test_an_edited_message_is_pinned_as_it_says_now(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    said = await ana.says(SAID)
    edit = await ana.says("", **edited("Vi três barcos", said))
    await proposed(kate, said)
    await answers(kate, str(ref_of(world)))
    entry = (await entries(world))[-1]
    assert entry.text == "Vi três barcos" and entry.values["edit"]["event"] == edit
    assert entry.values["sha256"] == sha256(canonical({"msgtype": "m.text", "body": SAID})).hexdigest()


async def test_an_edit_afterwards_is_recorded_beside_it(world: World, ana: Person, kate: Person) -> None:
    said, _reaction = await pinned(ana, kate)
    await ana.says("", **edited("Vi três barcos", said))
    pin, edit = (await entries(world))[1:]
    assert (pin.text, edit.kind, edit.text, edit.corrects) == (SAID, K.EDITED, "Vi três barcos", pin.number)
    assert edit.author == ana.user_id
    await ana.says("", **edited("Vi três barcos", said))
    assert len(await entries(world)) == 3, "the same words are nothing new"


async def test_a_pin_outlives_a_redaction(world: World, ana: Person, kate: Person) -> None:
    said, _reaction = await pinned(ana, kate)
    await ana.says("", **redacted(said))
    pin, gone = (await entries(world))[1:]
    assert (pin.text, gone.kind, gone.corrects, gone.text) == (SAID, K.REDACTED, pin.number, "")
    assert not world.shows(), "the room obeys"
    assert await world.database.rows("SELECT * FROM translation") == []
    await kate.says("", **replied("!incident timeline", card_of(world)))
    body = kate.last.body.replace("\u2068", "").replace("\u2069", "")
    assert f"{SAID} (pt to en)" in body and "the message of pin 2 was deleted afterwards" in body


async def test_a_note_goes_and_its_pin_stays(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    said = await ana.says("", **replied(SAID, card_of(world)))
    await proposed(kate, said)
    await answers(kate, str(ref_of(world)))
    await ana.says("", **redacted(said))
    assert [(entry.kind, entry.text) for entry in await entries(world)][1:] == [
        (K.NOTE, ""), (K.PIN, SAID), (K.WITHDRAWN, ""), (K.REDACTED, ""),
    ]  # fmt: skip


async def test_taking_the_reaction_back_withdraws_the_pin(world: World, ana: Person, kate: Person) -> None:
    said, reaction = await pinned(ana, kate)
    await ana.says("", **redacted(reaction))
    assert await kinds(world) == [K.DECLARED, K.PIN], "not somebody else's"
    await kate.says("", **redacted(reaction))
    pin, withdrawn = (await entries(world))[1:]
    assert (pin.text, withdrawn.kind, withdrawn.corrects) == (SAID, K.UNPINNED, pin.number)
    await ana.says("", **edited("Vi três barcos", said))
    assert len(await entries(world)) == 3, "what becomes of the message later is not recorded any more"
    await proposed(kate, said)
    await answers(kate, str(ref_of(world)))
    assert (await kinds(world))[-1] is K.PIN and cards(world)


async def test_a_reaction_taken_back_before_the_answer_asks_nothing(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    reaction = await proposed(kate, await ana.says(SAID))
    question = kate.last
    await kate.says("", **redacted(reaction))
    digit = next(iter(question.record["choices"]))
    await kate.says(digit, **replied(digit, world.event_of(question)))
    assert kate.hears("settled", ok=False, error="conflict") and await kinds(world) == [K.DECLARED]


async def test_another_room_changes_nothing(world: World, ana: Person, kate: Person) -> None:
    said, reaction = await pinned(ana, kate)
    room = "!other:example.org"
    world.person("kate", room=room)
    for of in (said, reaction):
        await world.receives(kate.user_id, "", room=room, **redacted(of))
    await world.settles()
    assert await kinds(world) == [K.DECLARED, K.PIN]
    assert "fault" not in (await world.outcomes()).values()


async def test_a_persons_translation_is_kept_as_such(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    said = await ana.says(SAID)
    await kate.says("", **replied("!translate fix I saw two boats", next(iter(world.shows()))))
    await proposed(kate, said)
    await answers(kate, str(ref_of(world)))
    kept = (await entries(world))[-1].values["translations"]["en"]
    assert (kept["text"], kept["corrected_by"]) == ("I saw two boats", kate.user_id)
    await kate.says("", **replied("!incident timeline", card_of(world)))
    assert "I saw two boats (translation by Kate)" in kate.last.body.replace("\u2068", "").replace("\u2069", "")


async def test_what_becomes_of_it_is_shown_by_every_card(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    await ana.says("!incident declare Carro parado type:vehicle severity:low")
    said = await ana.says(SAID)
    for at in (0, 1):
        await kate.says("", **replied(f"!incident pin {ref_of(world, at)}", said))
        await answers(kate, str(ref_of(world, at)))
    await ana.says("", **redacted(said))
    for at in (0, 1):
        assert (await kinds(world, at))[-1] is K.REDACTED
        assert cards(world)[card_of(world, at)].record["revision"] == 3


async def test_what_a_message_answers_is_no_part_of_its_digest(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    first = await ana.says("Onde?")
    said = await ana.says("", **replied(SAID, first))
    await proposed(kate, said)
    await answers(kate, str(ref_of(world)))
    content = {"msgtype": "m.text", "body": SAID}
    assert (await entries(world))[-1].values["sha256"] == sha256(canonical(content)).hexdigest()


async def test_what_changes_while_it_is_fetched_is_not_pinned(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    said = await ana.says(SAID)
    now, ref = world.clock.now(), ref_of(world)
    fetched = await world.services.pinning.fetch(ROOM, {"event": said, "cause": "$reaction"}, now)
    await ana.says("", **edited("Vi três barcos", said))
    actor, told = await world.services.person.actor(kate.user_id, ROOM), Told(ROOM, "$answer", now, now, now)
    with pytest.raises(UserError, match="conflict"):
        async with world.store.transaction():
            await world.services.pinning.pin(actor, told, ref, fetched, "$reaction")
    assert await kinds(world) == [K.DECLARED]


async def test_a_command_that_declared_an_incident_or_entered_a_note_is_said_to_stand_there_already(
    world: World, ana: Person, kate: Person
) -> None:
    declares = await ana.says(f"🚨 {TITLE}")
    note = await ana.says(f"!incident note {ref_of(world)} dois barcos")
    for message in (declares, note):
        await kate.says("", **reacted("📌", message))
        assert kate.hears("on the timeline already", ok=False, error="conflict") and kate.last.reply_to == message
    assert await kinds(world) == [K.DECLARED, K.NOTE]


async def test_a_reaction_that_is_taken_back_asks_nothing_below_an_error_either(
    world: World, ana: Person, kate: Person
) -> None:
    await declared(ana)
    said = await ana.says(SAID)
    reaction = await kate.says("", **reacted("📌", said))
    question = kate.last
    wrong = next(digit for digit in "123456789" if digit not in question.record["choices"])
    await kate.says("", **replied(wrong, world.event_of(question)))
    assert kate.hears("Please reply with one of these", ok=False)
    error = world.event_of(kate.last)
    await kate.says("", **redacted(reaction))
    right = next(digit for digit, name in question.record["choices"].items() if name == str(ref_of(world)))
    await kate.says("", **replied(right, error))
    assert await kinds(world) == [K.DECLARED]
