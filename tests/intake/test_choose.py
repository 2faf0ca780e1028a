"""What an event is to us: one line a case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.intake.actions import (
    Action,
    Announce,
    Answer,
    Follow,
    Ignore,
    Invitation,
    Invoke,
    Joined,
    Levels,
    Membership,
    Refusal,
    Refuse,
    Relay,
    Request,
    Withdraw,
)
from bot.intake.choose import Known, choose
from bot.model.incoming import Incoming, Trust
from bot.model.original import Original
from bot.model.person import UserId
from bot.model.question import Question
from bot.router import Line

from ..fakes import BOT, NOON, ROOM

ANA = "@ana:gnr.example"
LINE = Line("help", plainly=True)
QUESTION = Question(1, ROOM, UserId(ANA), "stale", {"1": "run", "2": "leave"}, {}, NOON)


def addressed(body: str, html: str | None) -> Line | None:
    return LINE if body.startswith("!") or html == "<b>!help</b>" else None


def event(
    body: object = "Olá",
    *,
    sender: str = ANA,
    type: str = "m.room.message",
    msgtype: object = "m.text",
    trust: Trust = Trust.CHECKED,
    state_key: str | None = None,
    **content: Any,
) -> Incoming:
    said = {"msgtype": msgtype, "body": body, **content}
    return Incoming("$e", ROOM, UserId(sender), type, said, NOON, NOON, trust, state_key=state_key)


def member(membership: object = "invite", *, of: str = BOT, sender: str = ANA, **content: Any) -> Incoming:
    said = {"membership": membership, **content}
    return Incoming("$e", ROOM, UserId(sender), "m.room.member", said, NOON, NOON, state_key=of)


def reaction(key: object = "🌐", trust: Trust = Trust.PLAIN, **options: Any) -> Incoming:
    relation = {"rel_type": "m.annotation", "event_id": "$before", "key": key}
    return event(type="m.reaction", trust=trust, **{"m.relates_to": relation}, **options)


EDIT = {"m.relates_to": {"rel_type": "m.replace", "event_id": "$before"}}
REPLY = {"m.relates_to": {"m.in_reply_to": {"event_id": "$before"}}}
QUOTED = {"format": "org.matrix.custom.html", "formatted_body": "<mx-reply>quoted</mx-reply>!help"}
HTML = {"format": "org.matrix.custom.html", "formatted_body": "<b>!help</b>"}


VOICE = {"msgtype": "m.audio", "org.matrix.msc3245.voice": {}}
POLL = {"org.matrix.msc3381.poll.start": {"question": {"org.matrix.msc1767.text": "Qual é o rio?"}}}


@pytest.mark.parametrize(
    ("incoming", "action"),
    [
        (event(), Relay()),
        (event(msgtype="m.emote"), Relay()),
        (event(type="m.room.member", membership="join"), Ignore("type")),
        (event(type="m.room.member", membership="join", trust=Trust.PLAIN), Ignore("type")),
        (event(**REPLY), Relay()),
        (event("!help"), Invoke(LINE)),
        (event("help", **HTML), Invoke(LINE)),
        (event("help", formatted_body="<b>!help</b>"), Relay()),
        (event("> <@liaison:example.org> text\n> more\n\n!help", **REPLY), Invoke(LINE)),
        (event("> * <@liaison:example.org> text\n\n!help", **REPLY), Invoke(LINE)),
        (event("> text\n\n!help", **QUOTED), Invoke(LINE)),
        (event("> <@liaison:example.org> text\n\n!help"), Relay()),
        (event("> text\n\n!help", **REPLY), Relay()),
        (event("> <@liaison:example.org> text\n\n", **REPLY), Ignore("empty")),
        (event("!help", msgtype="m.emote"), Relay()),
        (event("!help", msgtype="m.notice"), Ignore("msgtype")),
        (event("!help", trust=Trust.PLAIN), Refuse(Refusal.PLAINTEXT)),
        (event("* !help", **EDIT), Ignore("edit")),
        (event("!help", **EDIT), Ignore("edit")),
        (event("* !help", **EDIT, **{"m.new_content": {"body": "!help"}}), Refuse(Refusal.EDIT)),
        (event("* !help", **EDIT, **{"m.new_content": {"body": "!help"}}, trust=Trust.UNCHECKED), Ignore("edit")),
        (event("* !help", **EDIT, **{"m.new_content": {"body": "!help"}}, trust=Trust.PLAIN), Ignore("edit")),
        (event("* Hi", **EDIT, **{"m.new_content": {"body": "Hi"}}), Ignore("edit")),
        (event("* Hi", **EDIT, **{"m.new_content": ["!help"]}), Ignore("edit")),
        (event("* Hi", **EDIT, **{"m.new_content": {"msgtype": "m.text", "body": "Hi"}}), Ignore("edit")),
        (event(trust=Trust.UNCHECKED), Relay()),
        (event("!help", trust=Trust.UNCHECKED), Invoke(LINE)),
        (event(trust=Trust.FORGED), Refuse(Refusal.FORGED)),
        (event("!help", trust=Trust.FORGED), Refuse(Refusal.FORGED)),
        (event("* !help", **EDIT, trust=Trust.FORGED), Refuse(Refusal.FORGED)),
        (event(" ", trust=Trust.PLAIN), Ignore("empty")),
        (event("x.jpg", msgtype="m.image", trust=Trust.PLAIN), Ignore("msgtype")),
        (event("2"), Relay()),
        (event("!help", sender=BOT), Ignore("own")),
        (event(sender=BOT), Ignore("own")),
        (event(trust=Trust.PLAIN), Refuse(Refusal.PLAINTEXT)),
        (event(msgtype="m.notice"), Ignore("msgtype")),
        (event("photo.jpg", msgtype="m.image"), Relay()),
        (event("!help", msgtype="m.image", filename="photo.jpg"), Relay()),
        (event("A ponte", msgtype="m.image", filename="a.jpg", trust=Trust.PLAIN), Refuse(Refusal.PLAINTEXT)),
        (event("a.jpg", msgtype="m.image", filename="a.jpg", trust=Trust.PLAIN), Ignore("msgtype")),
        (event("A ponte", msgtype="m.image", filename="a.jpg", trust=Trust.FORGED), Refuse(Refusal.FORGED)),
        (event("A ponte", msgtype="m.file", filename="a.pdf", trust=Trust.UNCHECKED), Relay()),
        (event("!help", msgtype="m.location"), Relay()),
        (event("Voice message", **VOICE), Announce()),
        (event("Voice message", **VOICE, trust=Trust.PLAIN), Ignore("msgtype")),
        (event("Voice message", **VOICE, trust=Trust.FORGED), Refuse(Refusal.FORGED)),
        (event("song.mp3", msgtype="m.audio"), Relay()),
        (event(type="m.poll.start"), Relay()),
        (event("!help", type="org.matrix.msc3381.poll.start"), Relay()),
        (event(type="org.matrix.msc3381.poll.start", trust=Trust.PLAIN, **POLL), Refuse(Refusal.PLAINTEXT)),
        (event(type="org.matrix.msc3381.poll.response"), Ignore("type")),
        (event(type="org.matrix.msc3381.poll.end"), Ignore("type")),
        (event("A ponte", type="m.sticker"), Ignore("type")),
        (event(msgtype=None), Ignore("msgtype")),
        (event(msgtype=["m.text"]), Ignore("msgtype")),
        (event(""), Ignore("empty")),
        (event(" \n\t"), Ignore("empty")),
        (event(7), Ignore("empty")),
        (event(["!help"]), Ignore("empty")),
        (event(type="m.reaction"), Ignore("type")),
        (reaction(), Request("$before")),
        (reaction("🌐\ufe0f"), Request("$before")),
        (reaction("🌐\ufe0e"), Request("$before")),
        (reaction(trust=Trust.UNCHECKED), Request("$before")),
        (reaction(trust=Trust.FORGED), Refuse(Refusal.FORGED)),
        (reaction("🌍"), Ignore("type")),
        (reaction("🌐🌐"), Ignore("type")),
        (reaction(["🌐"]), Ignore("type")),
        (reaction(state_key=""), Ignore("type")),
        (reaction(sender=BOT), Ignore("own")),
        (event(type="m.reaction", **{"m.relates_to": {"rel_type": "m.annotation", "key": "🌐"}}), Ignore("type")),
        (event(type="m.reaction", **EDIT), Ignore("type")),
        (event(**{"m.relates_to": {"rel_type": "m.annotation", "event_id": "$before", "key": "🌐"}}), Relay()),
        (event("!help", type="m.sticker"), Ignore("type")),
        (event("!help", type="m.room.encrypted"), Ignore("type")),
        (event(type="m.room.redaction", trust=Trust.PLAIN, redacts="$before"), Withdraw("$before")),
        (event(type="m.room.redaction", trust=Trust.PLAIN, redacts="$before", sender=BOT), Ignore("own")),
        (event(type="m.room.redaction", trust=Trust.PLAIN, redacts=["$before"]), Ignore("type")),
        (event(type="m.room.redaction", trust=Trust.PLAIN), Ignore("type")),
        (event(type="m.room.redaction", redacts="$before"), Ignore("type")),
        (event(type="m.room.topic", state_key=""), Ignore("type")),
        (event(type="m.room.encryption", state_key=""), Joined()),
        (event(type="m.room.encryption", state_key="x"), Ignore("type")),
        (event(type="m.room.encryption"), Ignore("type")),
        (event(type="m.room.power_levels", state_key=""), Levels()),
        (event(type="m.room.power_levels", state_key="x"), Ignore("type")),
        (event(type="m.room.power_levels"), Ignore("type")),
        (member(), Invitation(UserId(ANA), direct=False)),
        (member(is_direct=True), Invitation(UserId(ANA), direct=True)),
        (member(is_direct="yes"), Invitation(UserId(ANA), direct=False)),
        (member(of="@other:example.org"), Membership(UserId("@other:example.org"))),
        (member("join", sender=BOT), Joined()),
        (member("leave", sender=BOT, of=ANA), Membership(UserId(ANA))),
        (member("ban"), Ignore("membership")),
        (member(["invite"]), Ignore("membership")),
    ],
)
def test_an_event_of_someone_served_is(incoming: Incoming, action: Action) -> None:
    assert choose(incoming, Known(BOT, True, addressed)) == action


@pytest.mark.parametrize(
    ("incoming", "action"),
    [
        (event(), Ignore("server")),
        (event("!help"), Ignore("server")),
        (reaction(), Ignore("server")),
        (event(trust=Trust.PLAIN), Ignore("server")),
        (event(trust=Trust.FORGED), Ignore("server")),
        (member(), Invitation(UserId(ANA), direct=False)),
    ],
)
def test_an_event_of_someone_of_an_unlisted_homeserver_is(incoming: Incoming, action: Action) -> None:
    assert choose(incoming, Known(BOT, False, addressed)) == action


@pytest.mark.parametrize(
    ("incoming", "action"),
    [
        (event("1", **REPLY), Answer(QUESTION, "1")),
        (event(" 2.", **REPLY), Answer(QUESTION, "2")),
        (event("> <@liaison:example.org> Do it?\n\n２", **REPLY), Answer(QUESTION, "2")),
        (event("٢", **REPLY), Answer(QUESTION, "2")),
        (event("Sim!", **REPLY), Answer(QUESTION)),
        (event("نعم", **REPLY), Answer(QUESTION)),
        (event("όχι", **REPLY), Answer(QUESTION)),
        (event("👍🏽", **REPLY), Answer(QUESTION)),
        (event("> <@liaison:example.org> Do it?\n\nok.", **REPLY), Answer(QUESTION)),
        (event("ok", **REPLY, sender="@rui:example.org"), Relay()),
        (event("Sim, à direita", **REPLY), Relay()),
        (event("...", **REPLY), Relay()),
        (event("0", **REPLY), Relay()),
        (event("12", **REPLY), Relay()),
        (event("1 of them", **REPLY), Relay()),
        (event("!help", **REPLY), Invoke(LINE)),
        (event("1", **REPLY, trust=Trust.PLAIN), Refuse(Refusal.PLAINTEXT)),
        (event("1", **REPLY, msgtype="m.emote"), Relay()),
    ],
)
def test_a_reply_to_a_question_is(incoming: Incoming, action: Action) -> None:
    assert choose(incoming, Known(BOT, True, addressed, QUESTION)) == action


def test_a_yes_to_a_question_that_is_settled_is_a_message() -> None:
    assert choose(event("Sim", **REPLY), Known(BOT, True, addressed, replace(QUESTION, outcome="answered"))) == Relay()


MINE = Original("$before", UserId(ANA), True, "$before")
HERS = Original("$before", UserId("@rui:example.org"), True, "$before")
DOUBTFUL = Original("$before", UserId(ANA), False, "$before")


def edit(text: object = "Hi", msgtype: str = "m.text", **options: Any) -> Incoming:
    return event("* Hi", **EDIT, **{"m.new_content": {"msgtype": msgtype, "body": text}}, **options)


@pytest.mark.parametrize(
    ("incoming", "of", "action"),
    [
        (edit(), MINE, Follow(MINE)),
        (edit(), DOUBTFUL, Follow(DOUBTFUL)),
        (edit(msgtype="m.emote"), MINE, Follow(MINE)),
        (edit(""), MINE, Follow(MINE)),
        (edit(trust=Trust.UNCHECKED), DOUBTFUL, Follow(DOUBTFUL)),
        (edit(trust=Trust.UNCHECKED), MINE, Ignore("edit")),
        (edit(trust=Trust.PLAIN), MINE, Ignore("edit")),
        (edit(trust=Trust.PLAIN), DOUBTFUL, Ignore("edit")),
        (edit(trust=Trust.FORGED), MINE, Refuse(Refusal.FORGED)),
        (edit(), HERS, Ignore("edit")),
        (edit(sender=BOT), MINE, Ignore("own")),
        (edit("!help"), MINE, Refuse(Refusal.EDIT, MINE)),
        (edit("!help"), HERS, Refuse(Refusal.EDIT)),
        (edit("!help", trust=Trust.UNCHECKED), DOUBTFUL, Ignore("edit")),
        (edit(7), MINE, Ignore("edit")),
        (edit(msgtype="m.image"), MINE, Follow(MINE)),
        (edit("!help", msgtype="m.image"), MINE, Follow(MINE)),
        (edit(7, msgtype="m.notice"), MINE, Ignore("edit")),
        (edit(None, type="org.matrix.msc3381.poll.start"), MINE, Follow(MINE)),
        (edit(type="m.sticker"), MINE, Ignore("type")),
    ],
)
def test_an_edit_of_a_message_between_people_is(incoming: Incoming, of: Original, action: Action) -> None:
    assert choose(incoming, Known(BOT, True, addressed, original=of)) == action


FILLED = Line("status", plainly=True)


@pytest.mark.parametrize(
    ("incoming", "action"),
    [
        (event(), Invoke(FILLED)),
        (event(""), Invoke(FILLED)),
        (event("!help"), Invoke(FILLED, LINE)),
        (event("1", **REPLY), Invoke(FILLED, Line("1", plainly=True))),
        (event(trust=Trust.UNCHECKED), Invoke(FILLED)),
        (event(trust=Trust.PLAIN), Refuse(Refusal.PLAINTEXT)),
        (event("", trust=Trust.PLAIN), Refuse(Refusal.PLAINTEXT)),
        (event(trust=Trust.FORGED), Refuse(Refusal.FORGED)),
        (event(msgtype="m.emote"), Relay()),
        (event(msgtype="m.notice"), Ignore("msgtype")),
        (event("* Hi", **EDIT), Ignore("edit")),
        (event(sender=BOT), Ignore("own")),
        (event(type="m.sticker"), Ignore("type")),
    ],
)
def test_a_message_with_a_command_that_an_app_filled_in_is(incoming: Incoming, action: Action) -> None:
    assert choose(incoming, Known(BOT, True, addressed, QUESTION, lambda content: FILLED)) == action
