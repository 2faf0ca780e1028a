"""Linked rooms: what crosses between them, in whose words, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.model.person import UserId
from bot.model.room import Mode, RoomSettings
from bot.model.translation import Failure, Flag

from ..companions import (
    CHEFE,
    CONFIG,
    FILE,
    LEAD,
    SALA,
    answer,
    edit,
    image,
    in_room,
    judged,
    lines,
    link,
    plain,
    question,
    seen,
)
from ..fakes import BOT, NOON, ROOM
from ..sealing import sealed
from ..world import Person, World
from .test_redactions import redaction, redacts
from .test_wishes import reaction

ANA = "@ana:gnr.example"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Return a world of two leads."""
    world = World(tmp_path / "liaison.db", CONFIG)
    await world.start()
    yield world
    await world.stop()


@pytest_asyncio.fixture
async def rui(world: World) -> Person:
    """Return an officer of the English room, which is linked."""
    await link(world)
    return in_room(world, "@rui:example.org", ROOM)


@pytest.fixture
def ana(world: World, rui: Person) -> Person:
    return in_room(world, ANA, SALA)


def post_of(world: World, source: str, room: str) -> str:
    """Return the event by which *room* shows the message *source*."""
    return next(event for event, post in seen(world, room).items() if post.record["source"] == source)


async def test_what_is_said_is_read_in_the_other_room_in_its_language(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("A ponte está livre", room=SALA)
    await rui.says("Copied")
    assert lines(world, ROOM) == ["Ana (PRT-GNR): A ponte está livre (pt to en)"]
    assert lines(world, SALA) == ["Rui: Copied (en to pt)"]
    [post] = seen(world, ROOM).values()
    assert post.msgtype == "m.text"
    assert "Machine translation, pt → en." in post.body.replace("\u2068", "").replace("\u2069", "")
    assert "matrix.to/#/%21sala%3Aexample.org/%24event" in post.html
    record = {name: post.record[name] for name in ("kind", "room", "source", "sender", "texts")}
    texts = {"en": "A ponte está livre (pt to en)"}
    assert record == {"kind": "relay", "room": SALA, "source": said, "sender": ANA, "texts": texts}


async def test_who_writes_the_other_rooms_language_is_read_there_as_written(world: World, rui: Person) -> None:
    world.translator.spoken["A ponte caiu"] = "pt"
    await rui.says("A ponte caiu")
    assert lines(world, SALA) == ["Rui: A ponte caiu"]
    assert "achine translation" not in next(iter(seen(world, SALA).values())).body
    # Those in the room itself who cannot read it are answered there.
    assert [post.msgtype for post in seen(world, ROOM).values()] == ["m.notice"]


async def test_a_hint_decides_and_does_not_cross(world: World, rui: Person, ana: Person) -> None:
    await rui.says("?pt A ponte caiu")
    await rui.says("?pt TLP:AMBER A ponte caiu")
    assert lines(world, SALA) == ["Rui: A ponte caiu"]
    await ana.says("?es alto aí", room=SALA)
    assert lines(world, ROOM, "relay") == ["Ana (PRT-GNR): alto aí (es to en)"]


async def test_what_needs_no_translation_crosses_too(world: World, rui: Person, ana: Person) -> None:
    await ana.says("22:45", room=SALA)
    await ana.says("👍", room=SALA)
    assert lines(world, ROOM) == ["Ana (PRT-GNR): 22:45", "Ana (PRT-GNR): 👍"]


async def test_an_emote_crosses(world: World, rui: Person, ana: Person) -> None:
    await ana.says("", room=SALA, content={"msgtype": "m.emote", "body": "acena"})
    assert lines(world, ROOM) == ["Ana (PRT-GNR): acena (pt to en)"]


async def test_who_is_in_no_room_of_their_own_is_answered_below_the_message(world: World, rui: Person) -> None:
    """A Portuguese officer in the English room alone, and one in both."""
    in_room(world, ANA, ROOM), in_room(world, CHEFE, ROOM)
    await rui.says("The bridge is free")
    assert [post.record["kind"] for post in seen(world, ROOM).values()] == ["translation"]
    world.rooms.joined[ROOM].remove(UserId(ANA))
    await rui.says("The road is free")
    assert len(seen(world, ROOM)) == 1


# Nothing goes round


async def test_a_relay_and_what_the_bot_says_are_never_carried_on(world: World, rui: Person, ana: Person) -> None:
    await ana.says("livre", room=SALA)
    [relay] = [h for h in world.heard if h.kind == "relay"]
    assert relay.post
    content = {"msgtype": "m.text", "body": relay.post.body}
    await world.receives(BOT, "", room=ROOM, content=content)
    # Another bot of the same kind: what it carries says so of itself.
    copied = {**content, "org.liaison": {"id": "x", **relay.post.record}}
    await world.receives("@other:example.org", "", room=ROOM, content=copied)
    await world.receives("@other:example.org", "", room=ROOM, content={"msgtype": "m.notice", "body": "notice"})
    await world.settles()
    assert len([h for h in world.heard if h.kind == "relay"]) == 1


async def test_commands_and_their_answers_stay(world: World, rui: Person) -> None:
    await rui.says("!about")
    await rui.says("!timezon Mars")
    assert lines(world, SALA) == []


# Answers, names, rings


async def test_an_answer_answers_the_counterpart(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("Onde estão?", room=SALA)
    reply = await rui.says("", content=answer(post_of(world, said, ROOM), "At the bridge"))
    assert seen(world, SALA)[post_of(world, reply, SALA)].reply_to == said, "to a relay: to the message itself"
    more = await ana.says("", room=SALA, content=answer(post_of(world, reply, SALA), "Obrigada"))
    assert seen(world, ROOM)[post_of(world, more, ROOM)].reply_to == reply
    own = await rui.says("", content=answer(reply, "Correction"))
    assert seen(world, SALA)[post_of(world, own, SALA)].reply_to == post_of(world, reply, SALA)
    lost = await rui.says("", content=answer("$unknown", "What?"))
    assert seen(world, SALA)[post_of(world, lost, SALA)].reply_to is None


async def test_a_relay_rings_whom_the_message_rang_and_who_is_there(world: World, rui: Person, ana: Person) -> None:
    there = {"m.mentions": {"user_ids": [CHEFE, "@absent:example.org"]}}
    await rui.says("", content={"msgtype": "m.text", "body": "Chefe, look", **there})
    assert next(iter(seen(world, SALA).values())).mentions == (CHEFE,)


async def test_an_answer_that_is_edited_before_it_is_posted_is_one_still(
    world: World, rui: Person, ana: Person
) -> None:
    said = await ana.says("A ponte está livre", room=SALA)
    relay = post_of(world, said, ROOM)
    [reply] = await world.receives(rui.user_id, "", content=answer(relay, "Copied"))
    while (await world.outcomes())[reply] is None:
        await world.idle()
    await rui.says("", content=edit(reply, "Thanks"))
    [post] = (post for post in seen(world, SALA).values() if post.record["source"] == reply)
    assert (post.reply_to, post.replaces) == (said, None)
    assert "Thanks" in post.body


async def test_who_answers_a_relay_rings_its_author(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("Onde estão?", room=SALA)
    meant = {"m.mentions": {"user_ids": [BOT]}}
    reply = await rui.says("", content=answer(post_of(world, said, ROOM), "At the bridge", **meant))
    assert seen(world, SALA)[post_of(world, reply, SALA)].mentions == (ANA,)


@pytest.mark.parametrize(("level", "rings"), [(50, True), (0, False)])
async def test_a_whole_room_is_rung_by_who_may(world: World, rui: Person, level: int, rings: bool) -> None:
    world.rooms.levels[rui.user_id] = level
    await rui.says("", content={"msgtype": "m.text", "body": "All out", "m.mentions": {"room": True}})
    assert next(iter(seen(world, SALA).values())).rings_all is rings


# Edits and redactions


async def test_edits_end_on_the_last(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("livre", room=SALA)
    for text in ("ocupada", "fechada"):
        await ana.says("", room=SALA, content=edit(said, text))
    assert lines(world, ROOM) == ["Ana (PRT-GNR): fechada (pt to en)"]
    assert list(seen(world, ROOM)) == [f"$sent{1 + [h.kind for h in world.heard].index('relay')}"], "edits, not posts"


async def test_an_edit_of_what_is_not_translated_is_followed(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("22:45", room=SALA)
    await ana.says("", room=SALA, content=edit(said, "22:54"))
    assert lines(world, ROOM) == ["Ana (PRT-GNR): 22:54"]


async def test_what_is_edited_before_it_is_sent_is_sent_once_as_it_is_now(
    world: World, rui: Person, ana: Person
) -> None:
    [said] = await world.receives(ANA, "22:45", room=SALA)
    while (await world.outcomes())[said] is None:
        await world.idle()
    await world.receives(ANA, "", room=SALA, content=edit(said, "22:54"))
    await world.settles()
    assert lines(world, ROOM) == ["Ana (PRT-GNR): 22:54"]
    assert [h.post.replaces for h in world.heard if h.kind == "relay" and h.post] == [None]


async def test_a_redaction_takes_every_relay_back(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("22:45", room=SALA)
    await world.receives(ANA, "", room=SALA, **redaction(said))
    await world.settles()
    assert lines(world, ROOM) == []


async def test_what_is_redacted_before_it_is_sent_is_not_sent(world: World, rui: Person, ana: Person) -> None:
    [said] = await world.receives(ANA, "22:45", room=SALA)
    while (await world.outcomes())[said] is None:
        await world.idle()
    await world.receives(ANA, "", room=SALA, **redaction(said))
    await world.settles()
    assert "relay" not in [h.kind for h in world.heard]


async def test_a_redacted_edit_takes_the_relay_back_and_later_edits_count(
    world: World, rui: Person, ana: Person
) -> None:
    said = await ana.says("22:45", room=SALA)
    changed = await ana.says("", room=SALA, content=edit(said, "22:54"))
    await world.receives(ANA, "", room=SALA, **redaction(changed))
    await world.settles()
    assert lines(world, ROOM) == []
    await ana.says("", room=SALA, content=edit(said, "23:00"))
    assert lines(world, ROOM) == ["Ana (PRT-GNR): 23:00"]


async def test_a_moderator_who_takes_a_relay_away_changes_nothing_else(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("livre", room=SALA)
    before = len(world.heard)
    await redacts(world, post_of(world, said, ROOM), by=LEAD)
    assert len(world.heard) == before
    assert await world.store.original.find(SALA, said) is not None


async def test_all_is_followed_after_a_restart(world: World, rui: Person, ana: Person) -> None:
    first, second = await ana.says("livre", room=SALA), await ana.says("ocupada", room=SALA)
    await world.stop()
    await world.start()
    await ana.says("", room=SALA, content=edit(first, "fechada"))
    await world.receives(ANA, "", room=SALA, **redaction(second))
    await world.settles()
    assert lines(world, ROOM) == ["Ana (PRT-GNR): fechada (pt to en)"]


async def test_what_waits_when_the_bot_stops_is_sent_later(world: World, rui: Person, ana: Person) -> None:
    [said] = await world.receives(ANA, "22:45", room=SALA)
    while (await world.outcomes())[said] is None:
        await world.idle()
    await world.stop()
    await world.start()
    await world.delivers()
    assert lines(world, ROOM) == ["Ana (PRT-GNR): 22:45"]


async def test_what_was_missed_crosses_one_by_one_with_its_time(world: World, rui: Person, ana: Person) -> None:
    await world.receives(ANA, "livre", "22:45", room=SALA, late=True, age=900)
    await world.settles()
    assert [line.endswith((": livre (pt to en)", ": 22:45")) for line in lines(world, ROOM)] == [True, True]
    assert all("12:45" in line for line in lines(world, ROOM)), "in the zone of the task force"
    assert [h.kind for h in world.heard].count("catchup") == 0


# Files


async def test_a_file_crosses_by_its_keys(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("", room=SALA, content=image())
    [post] = seen(world, ROOM).values()
    assert post.msgtype == "m.image"
    assert post.file == {"filename": "photo.jpg", "file": FILE, "info": {"mimetype": "image/jpeg", "w": 4, "h": 3}}
    assert lines(world, ROOM) == ["Ana (PRT-GNR):"]
    assert world.translator.asked == [], "a file's name is no text"
    rows = await world.database.rows("SELECT payload FROM outbox WHERE kind = 'relay'")
    assert len(rows) == 1 and "file" not in json.loads(rows[0]["payload"]), "the keys are forgotten once they are sent"
    await world.receives(ANA, "", room=SALA, **redaction(said))
    await world.settles()
    assert lines(world, ROOM) == []


async def test_a_caption_is_translated_and_its_edit_followed(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("", room=SALA, content=image(caption="a carrinha"))
    assert lines(world, ROOM) == ["Ana (PRT-GNR): a carrinha (pt to en)"]
    new = image(caption="o camião")
    changed = {**new, "m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": said}}
    await ana.says("", room=SALA, content=changed)
    assert lines(world, ROOM) == ["Ana (PRT-GNR): o camião (pt to en)"]
    assert [post.file["file"] for post in seen(world, ROOM).values()] == [FILE]


@pytest.mark.parametrize("broken", [{"file": None, "url": "mxc://example.org/clear"}, {"file": {**FILE, "key": "k"}}])
async def test_a_file_in_clear_or_broken_stays(world: World, rui: Person, ana: Person, broken: dict[str, Any]) -> None:
    await ana.says("", room=SALA, content={**image(), **broken})
    assert lines(world, ROOM) == []


async def test_files_of_rooms_that_are_not_linked_are_none_of_ours(world: World) -> None:
    ana = in_room(world, ANA, ROOM)
    in_room(world, "@rui:example.org", ROOM)
    said = await ana.says("", content=image())
    assert (await world.outcomes())[said] == "no need"
    assert world.heard == []


# What may not cross


@pytest.mark.parametrize("label", ["TLP:RED", "TLP:AMBER", "H2", "?pt TLP:RED"])
async def test_what_a_label_forbids_is_translated_in_its_room_alone(
    world: World, rui: Person, ana: Person, label: str
) -> None:
    in_room(world, "@kate:example.org", SALA)
    await ana.says(f"{label} a ponte está livre", room=SALA)
    assert lines(world, ROOM) == []
    assert [post.record["kind"] for post in seen(world, SALA).values()] == ["translation"]


async def test_a_label_that_comes_later_takes_the_relay_back(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("a ponte está livre", room=SALA)
    await ana.says("", room=SALA, content=edit(said, "TLP:RED a ponte está livre"))
    assert lines(world, ROOM) == []
    await ana.says("", room=SALA, content=edit(said, "TLP:GREEN a ponte está livre"))
    assert lines(world, ROOM) == ["Ana (PRT-GNR): TLP:GREEN a ponte está livre (pt to en)"]


async def test_a_mark_by_answer_takes_the_relay_back_and_later_edits_stay_at_home(
    world: World, rui: Person, ana: Person
) -> None:
    said = await ana.says("a ponte está livre", room=SALA)
    assert lines(world, ROOM) == ["Ana (PRT-GNR): a ponte está livre (pt to en)"]
    await ana.says("TLP:RED", room=SALA, content=answer(said, "TLP:RED"))
    assert lines(world, ROOM) == []
    await ana.says("", room=SALA, content=edit(said, "a ponte está fechada"))
    assert lines(world, ROOM) == []


async def test_what_is_marked_before_it_is_sent_never_leaves(world: World, rui: Person, ana: Person) -> None:
    [said] = await world.receives(ANA, "a ponte está livre", room=SALA)
    while (await world.outcomes())[said] is None:
        await world.idle()
    await world.receives(ANA, "TLP:RED", room=SALA, content=answer(said, "TLP:RED"))
    await world.settles()
    assert "relay" not in [h.kind for h in world.heard]


async def test_a_doubtful_sender_crosses_with_a_caution(world: World, rui: Person) -> None:
    await world.receives(ANA, "22:45", room=SALA, trusted=False)
    await world.settles()
    assert "Not sure who wrote this" in next(iter(seen(world, ROOM).values())).body


@pytest.mark.parametrize("raw", [{"trust": "forged"}, {"encrypted": False}])
async def test_what_is_not_believed_does_not_cross(world: World, rui: Person, raw: dict[str, Any]) -> None:
    await world.receives(ANA, "22:45", room=SALA, **raw)
    await world.receives("@eve:elsewhere.example", "22:45", room=SALA)
    await world.settles()
    assert lines(world, ROOM) == []


async def test_what_was_translated_elsewhere_says_by_whom(world: World, rui: Person, ana: Person) -> None:
    world.translator.engine = "libretranslate"
    await ana.says("livre", room=SALA)
    assert "Machine translation, pt → en (libretranslate)." in next(iter(seen(world, ROOM).values())).body


async def test_where_translation_fails_the_original_crosses(world: World, rui: Person, ana: Person) -> None:
    world.translator.broken["livre"] = RuntimeError("worker")
    await ana.says("livre", room=SALA)
    assert lines(world, ROOM) == ["Ana (PRT-GNR): livre"]
    [post] = seen(world, ROOM).values()
    assert "Translation unavailable" in post.body
    assert post.record["texts"] == {}


async def test_a_doubtful_translation_has_the_original_beside_it(world: World, rui: Person, ana: Person) -> None:
    world.translator.flags["não dispare"] = (Flag.NEGATION,)
    await ana.says("não dispare", room=SALA)
    [post] = seen(world, ROOM).values()
    assert "não dispare\u2069\nOriginal: " in post.body
    assert "Uncertain" in post.body


async def test_a_long_message_crosses_in_parts(world: World, rui: Person) -> None:
    world.translator.spoken[text := "ponte " * 1500] = "en"
    await world.receives(ANA, text, room=SALA)
    await world.settles()
    posts = list(seen(world, ROOM).values())
    assert len(posts) == 3
    assert "".join(post.record["texts"]["en"] for post in posts) == text
    assert [len(post.mentions) for post in posts] == [0, 0, 0]


# Links that stand no longer


async def test_a_room_that_is_off_or_paused_gets_nothing(world: World, rui: Person) -> None:
    for settings in (
        RoomSettings(Mode.COMPANION, on=False),
        RoomSettings(Mode.COMPANION, paused_until=NOON.replace(hour=13)),
        RoomSettings(Mode.REPLY),
    ):
        async with world.store.transaction():
            await world.store.room.save(SALA, settings, NOON)
        await rui.says("The bridge is free")
    assert lines(world, SALA) == []


async def test_what_waits_for_a_room_that_is_unlinked_is_not_sent(world: World, rui: Person) -> None:
    [said] = await world.receives(rui.user_id, "The bridge is free")
    while (await world.outcomes())[said] is None:
        await world.idle()
    async with world.store.transaction():
        await world.store.companion.leave(SALA)
    await world.delivers()
    assert lines(world, SALA) == []


async def test_a_room_that_the_bot_is_out_of_gets_nothing(world: World, rui: Person) -> None:
    world.rooms.joined[SALA].remove(UserId(BOT))
    await rui.says("The bridge is free")
    assert lines(world, SALA) == []


async def test_lists_bold_and_spoilers_cross(world: World, rui: Person, ana: Person) -> None:
    html = "<p>Rota <b>norte</b></p><ul><li>um</li><li><span data-mx-spoiler>dois</span></li></ul><script>x</script>"
    formatted = {"format": "org.matrix.custom.html", "formatted_body": html}
    world.translator.spoken["Rota norte\n\n- um\n- dois"] = "en"
    await ana.says("", room=SALA, content={"msgtype": "m.text", "body": "Rota norte", **formatted})
    [post] = seen(world, ROOM).values()
    assert "</strong> Rota <strong>norte</strong></p><ul><li>um</li>" in post.html
    assert "<span data-mx-spoiler>dois</span>" in post.html
    assert "||dois||" in post.body


async def test_a_voice_message_crosses_to_be_heard(world: World, rui: Person, ana: Person) -> None:
    voice = {**image("voice.ogg"), "msgtype": "m.audio", "org.matrix.msc3245.voice": {}}
    said = await ana.says("", room=SALA, content=voice)
    [post] = seen(world, ROOM).values()
    assert (post.msgtype, post.file["org.matrix.msc3245.voice"]) == ("m.audio", {})
    await redacts_in(world, SALA, said)
    assert lines(world, ROOM) == []


async def test_a_poll_crosses_as_its_question(world: World, rui: Person, ana: Person) -> None:
    asked = {"question": {"org.matrix.msc1767.text": "Quando?"}, "answers": []}
    content = {"org.matrix.msc3381.poll.start": asked}
    await ana.says("", room=SALA, content=content, type="org.matrix.msc3381.poll.start")
    assert lines(world, ROOM) == ["Ana (PRT-GNR): Quando? (pt to en)"]


async def redacts_in(world: World, room: str, event_id: str) -> None:
    await world.receives(ANA, "", room=room, **redaction(event_id))
    await world.settles()


async def test_a_correction_is_made_where_it_is_read(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("A ponte está livre", room=SALA)
    post = post_of(world, said, ROOM)
    await rui.says("", content=answer(post, "!translate fix The bridge is clear"))
    [shown] = seen(world, ROOM).values()
    assert shown.replaces == post and shown.record["texts"] == {"en": "The bridge is clear"}
    assert shown.record["corrected"] == {"en": rui.user_id}
    assert "Corrected by Rui. " in plain(shown.body) and "(pt to en)" in shown.body and "matrix.to" in shown.body
    assert lines(world, SALA) == [], "nothing of it is said where the message is"
    await rui.says("", content=answer(post, "!translate restore"))
    assert lines(world, ROOM) == ["Ana (PRT-GNR): A ponte está livre (pt to en)"]


async def test_who_corrected_it_is_named_in_every_room(world: World, rui: Person, ana: Person) -> None:
    eve = in_room(world, "@eve-pn:example.org", ROOM)
    await eve.says("!language en")
    said = await ana.says("A ponte está livre", room=SALA)
    await eve.says("", content=answer(post_of(world, said, ROOM), "!translate fix The bridge is clear"))
    await ana.says("", room=SALA, content=answer(said, "!translate en"))
    [relayed], [below] = seen(world, ROOM, "relay").values(), seen(world, SALA, "translation").values()
    assert "Corrected by Eve-pn (FRA-PN). " in plain(relayed.body)
    assert "as Eve-pn (FRA-PN) has corrected" in plain(below.body)


async def test_who_reads_the_linked_room_judges_there(world: World, rui: Person, ana: Person) -> None:
    eve = in_room(world, "@eve-pn:example.org", ROOM)
    await eve.says("!language fr reads:en")
    said = await ana.says("A ponte está livre", room=SALA)
    await rui.says("", content=answer(post_of(world, said, ROOM), "!translate fix The bridge is clear"))
    assert [h.room for h in world.heard if h.kind == "question" and h.post and eve.user_id in h.post.mentions] == [ROOM]
    await eve.says("1", content=judged(world, question(world, ROOM), "1"))
    again = await ana.says("A ponte está livre", room=SALA)
    shown = seen(world, ROOM)[post_of(world, again, ROOM)]
    assert shown.record["texts"] == {"en": "The bridge is clear"} and "Corrected by" in shown.body


async def test_who_reads_the_message_in_its_own_room_may_judge_there(world: World, rui: Person, ana: Person) -> None:
    eve = in_room(world, "@eve-pn:example.org", SALA)
    await eve.says("!language fr reads:en", room=SALA)
    said = await ana.says("A ponte está livre", room=SALA)
    await rui.says("", content=answer(post_of(world, said, ROOM), "!translate fix The bridge is clear"))
    asked = [h for h in world.heard if h.kind == "question" and h.post and eve.user_id in h.post.mentions]
    assert [h.room for h in asked] == [SALA]
    below = [post for post in seen(world, SALA).values() if "en" in post.record["texts"]]
    assert [post.record["texts"]["en"] for post in below] == ["The bridge is clear"]
    await eve.says("1", room=SALA, content=judged(world, question(world, SALA), "1"))
    assert eve.hears("Approved", ok=True)


async def test_the_caption_of_a_file_that_crossed_stays_as_it_is(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("", room=SALA, content=image(caption="A ponte"))
    post = post_of(world, said, ROOM)
    await rui.says("", content=answer(post, "!translate fix The bridge"))
    assert rui.hears("say it in a message", ok=False, error="bad_argument")
    assert lines(world, ROOM) == ["Ana (PRT-GNR): A ponte (pt to en)"]


async def test_a_check_goes_back_from_the_linked_room(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("A ponte está livre", room=SALA)
    await ana.says("", room=SALA, content=answer(said, "!translate check"))
    replies = [h.post.body for h in world.heard if h.room == SALA and h.kind == "reply" and h.post]
    assert "(pt to en) (en to pt)" in replies[-1]


async def test_who_is_alone_in_a_linked_room_is_read_in_the_other(world: World) -> None:
    lead, chefe = await link(world)
    await lead.says("The bridge is clear")
    post = [*seen(world, SALA)][-1]
    await chefe.says("", room=SALA, content=answer(post, "Obrigado"))
    assert lines(world, ROOM)[-1].endswith("Obrigado (pt to en)")
    assert not chefe.hears("Nobody else reads this room")


async def test_who_asks_for_a_copy_is_told_where_to_ask(world: World, rui: Person, ana: Person) -> None:
    said = await ana.says("A ponte está livre", room=SALA)
    copy = post_of(world, said, ROOM)
    await rui.says("!language es")
    await rui.says("", **reaction(copy))
    assert rui.hears("That is a copy of a message from another room.", ok=False, error="bad_argument")
    assert rui.last.reply_to == copy
    await rui.says("", content=answer(copy, "!translate es"))
    assert rui.hears("the link below the copy leads to it", ok=False, error="bad_argument")
    chefe = Person(world, CHEFE)
    await chefe.says("!language es", room=SALA)
    await chefe.says("", room=SALA, **reaction(said))
    assert chefe.last.record["texts"] == {"es": "A ponte está livre (pt to es)"}


async def test_why_there_is_no_translation_is_said_there_too(world: World, ana: Person) -> None:
    text = "A ponte está livre"
    world.translator.flags[text], world.translator.failed[text] = (Flag.UNAVAILABLE,), Failure.NO_ANSWER
    await ana.says(text, room=SALA)
    [post] = seen(world, ROOM).values()
    assert "What translates on my side does not answer." in post.body and post.html.count("does not answer") == 1


async def test_what_answers_a_correction_links_no_rooms_and_the_other_way_round(world: World) -> None:
    """A lead is asked about both in one room: each digit means one thing alone, whichever question it is put below."""
    lead, chefe = in_room(world, LEAD, ROOM), in_room(world, CHEFE, SALA)
    kate, ana = in_room(world, "@kate:example.org", SALA), in_room(world, ANA, SALA)
    said = await kate.says("The bridge is closed", room=SALA)
    better = {"m.relates_to": {"m.in_reply_to": {"event_id": said}}}
    fix = "!translate fix A ponte está cortada"
    await ana.says(fix, room=SALA, content={"msgtype": "m.text", "body": fix, **better})
    correction = question(world, SALA)
    await lead.says(f"!room companion pt {SALA}")
    linking = question(world, SALA)
    of = {world.event_of(h.post): h.post.record for h in world.heard if h.post and h.kind == "question"}
    assert of[correction]["choices"] == {"1": "approve", "2": "refuse"}
    assert of[linking]["choices"] == {"3": "link", "4": "refuse"}

    for to, digit in ((correction, "3"), (correction, "4"), (linking, "1"), (linking, "2")):
        await chefe.says(digit, room=SALA, content=answer(to, digit))
        assert chefe.hears("belongs to another question", error="conflict")
    [row] = await world.database.rows("SELECT approved_by FROM correction")
    assert row["approved_by"] is None and await world.store.companion.list_of(SALA) == []

    # Nor does a bare digit, or one with another question's end: somebody on the way may have put it there.
    for to, other, digit in ((correction, linking, "1"), (linking, correction, "3")):
        for said in (digit, f"{digit} {sealed(world, other, digit)[-2:]}"):
            await chefe.says(said, room=SALA, content=answer(to, said))
            assert chefe.hears("Nothing was changed.", error="bad_argument") or chefe.hears(
                "Nada", error="bad_argument"
            )
    [row] = await world.database.rows("SELECT approved_by FROM correction")
    assert row["approved_by"] is None and await world.store.companion.list_of(SALA) == []

    for to, digit in ((correction, "1"), (linking, "3")):
        await chefe.says(digit, room=SALA, content=judged(world, to, digit))
        assert chefe.hears(ok=True)
    [row] = await world.database.rows("SELECT approved_by FROM correction")
    assert row["approved_by"] == CHEFE and len(await world.store.companion.list_of(SALA)) == 2
