"""Voice messages: announced to who needs it, and the first reply in writing says for everybody what was heard."""

from __future__ import annotations

from typing import Any

import pytest

from ..world import Person, World


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def rui(world: World, ana: Person) -> Person:
    return world.person("rui")


def voice(**info: Any) -> dict[str, Any]:
    return {
        "msgtype": "m.audio",
        "body": "Voice message.ogg",
        "url": "mxc://example.org/1",
        "info": info,
        "org.matrix.msc3245.voice": {},
    }


def reply(event_id: str, text: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": text, "m.relates_to": {"m.in_reply_to": {"event_id": event_id}}, **more}


async def redacts(person: Person, event_id: str) -> None:
    await person.says("", type="m.room.redaction", content={"redacts": event_id}, encrypted=False)


def posts(world: World) -> list[str]:
    return [heard.kind for heard in world.heard]


async def test_it_is_announced_once_to_those_who_need_it(world: World, ana: Person, rui: Person) -> None:
    said = await ana.says("", content=voice(duration=14_200))
    assert ana.last.body.startswith("Voice message, 0:14, from Ana, not translated.")
    assert (ana.last.reply_to, ana.last.msgtype) == (said, "m.notice")
    assert ana.last.record == {"kind": "notice", "of": "voice", "voice": said}
    assert posts(world) == ["voice"] and world.translator.asked == []


@pytest.mark.parametrize(
    ("duration", "shown"),
    [(1, "0:01"), (65_000, "1:05"), (3_725_000, "1:02:05"), (0, ""), (-5, ""), (10**12, ""), ("9", ""), (True, "")],
)
async def test_its_length_is_told_if_it_can_be(
    world: World, ana: Person, rui: Person, duration: Any, shown: str
) -> None:
    await ana.says("", content=voice(duration=duration))
    assert ana.last.body.startswith(f"Voice message, {shown}, from" if shown else "Voice message from Ana, not")


async def test_nobody_is_told_who_speaks_the_language(world: World, ana: Person) -> None:
    world.person("eva", "PRT-GNR")
    await ana.says("", content=voice(duration=1000))
    assert world.heard == []


async def test_another_audio_file_is_not_one(world: World, ana: Person, rui: Person) -> None:
    song = {key: value for key, value in voice().items() if key != "org.matrix.msc3245.voice"}
    said = await ana.says("", content=song)
    assert world.heard == []
    await ana.says("", content=reply(said, "O carro passou"))
    assert "voice" not in ana.last.record


async def test_the_first_reply_says_what_was_heard(world: World, ana: Person, rui: Person) -> None:
    eva = world.person("eva", "PRT-GNR")
    said = await ana.says("", content=voice(duration=14_000))
    await eva.says("", content=reply(said, "👍"))
    heard = await eva.says("", content=reply(said, "O carro passou"))
    assert "What Ana says in the voice message, as Eva heard it." in eva.last.body
    assert "as Eva heard it." in eva.last.html
    assert eva.last.record["voice"] == said and eva.last.reply_to == heard
    await eva.says("", content=reply(said, "Obrigada"))
    assert "heard it" not in eva.last.body and "voice" not in eva.last.record


async def test_the_transcript_is_in_the_language_of_who_wrote_it(world: World, ana: Person, rui: Person) -> None:
    said = await ana.says("", content=voice())
    await rui.says("", content=reply(said, "The car has passed"))
    assert rui.last.record["texts"] == {"pt": "The car has passed (en to pt)"}
    assert "as Rui heard it" in rui.last.body


async def test_the_sender_may_write_it_down(world: World, ana: Person, rui: Person) -> None:
    said = await ana.says("", content=voice())
    await ana.says("", content=reply(said, "O carro passou"))
    assert "What Ana says in the voice message, as Ana heard it." in ana.last.body


async def test_a_transcript_that_nobody_needs_translated_is_the_first_all_the_same(
    world: World, ana: Person, rui: Person
) -> None:
    said = await ana.says("", content=voice())
    world.rooms.joined = {room: [u for u in users if u != rui.user_id] for room, users in world.rooms.joined.items()}
    eva = world.person("eva", "PRT-GNR")
    first = await eva.says("", content=reply(said, "O carro passou"))
    assert (await world.outcomes())[first] == "no need"
    world.person("rui")
    await eva.says("", content=reply(said, "O carro voltou"))
    assert "heard it" not in eva.last.body


async def test_a_device_that_is_not_believed_writes_nothing_down(world: World, ana: Person, rui: Person) -> None:
    said = await ana.says("", content=voice())
    await ana.says("", content=reply(said, "O carro passou"), trusted=False)
    assert "heard it" not in ana.last.body
    await ana.says("", content=reply(said, "O carro parou"))
    assert "as Ana heard it" in ana.last.body


async def test_it_is_remembered_over_a_restart(world: World, ana: Person, rui: Person) -> None:
    said = await ana.says("", content=voice())
    await world.stop()
    await world.start()
    first = await ana.says("", content=reply(said, "O carro passou"))
    assert "as Ana heard it" in ana.last.body
    await world.stop()
    await world.start()
    edit = {
        "msgtype": "m.text",
        "body": "* O barco",
        "m.new_content": {"msgtype": "m.text", "body": "O barco passou"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": first},
    }
    await ana.says("", content=edit)
    assert "O barco passou (pt to en)" in ana.last.body and "as Ana heard it" in ana.last.body
    assert ana.last.record["voice"] == said


async def test_with_the_voice_message_goes_all_that_was_made_of_it(world: World, ana: Person, rui: Person) -> None:
    said = await ana.says("", content=voice())
    first = await ana.says("", content=reply(said, "O carro passou"))
    sent = [f"$sent{i}" for i in (1, 2)]
    await redacts(ana, said)
    assert world.redacted == sent and world.shows() == {}
    for table in ("voice", "translation", "original", "holding"):
        assert await world.database.rows(f"SELECT * FROM {table}") == [], table
    edit = {"m.new_content": {"msgtype": "m.text", "body": "Sim"}}
    await ana.says("", content=edit | {"m.relates_to": {"rel_type": "m.replace", "event_id": first}})
    assert world.shows() == {}


async def test_when_the_transcript_is_taken_back_the_next_reply_counts(world: World, ana: Person, rui: Person) -> None:
    said = await ana.says("", content=voice())
    first = await ana.says("", content=reply(said, "O carro passou"))
    await redacts(ana, first)
    assert world.redacted == ["$sent2"]
    await rui.says("", content=reply(said, "The car has stopped"))
    assert "as Rui heard it" in rui.last.body


async def test_one_that_is_redacted_before_it_is_announced_is_not(world: World, ana: Person, rui: Person) -> None:
    [said] = await world.receives(ana.user_id, content=voice())
    async with world.store.transaction():
        raw = {"type": "m.room.redaction", "sender": ana.user_id, "content": {"redacts": said}}
        await world.store.inbox.add("!room:example.org", "$gone", raw, world.clock.at)
    world.intake.wake({"!room:example.org"})
    await world.settles()
    assert [heard.post for heard in world.heard if heard.post] == []


async def test_one_that_was_missed_is_not_announced_but_can_be_written_down(
    world: World, ana: Person, rui: Person
) -> None:
    [said] = await world.receives(ana.user_id, content=voice(), late=True)
    await world.settles()
    assert world.heard == []
    await ana.says("", content=reply(said, "O carro passou"))
    assert "as Ana heard it" in ana.last.body


async def test_who_sends_too_many_is_told(world: World, ana: Person, rui: Person) -> None:
    await world.receives(ana.user_id, *[""] * 200, content=voice())
    await world.settles()
    most = world.config.limits.messages_per_person
    assert posts(world).count("voice") == most and posts(world).count("reply") == 1
