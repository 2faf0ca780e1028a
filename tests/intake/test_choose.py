"""What an event is to us: one line a case."""

from __future__ import annotations

from typing import Any

import pytest

from bot.intake.choose import Action, Ignore, Invitation, Invoke, Known, Relay, choose
from bot.model.incoming import Incoming
from bot.model.person import UserId
from bot.router import Line

from ..fakes import BOT, NOON, ROOM

ANA = "@ana:gnr.example"
LINE = Line("help", plainly=True)


def addressed(body: str, html: str | None) -> Line | None:
    return LINE if body.startswith("!") or html == "<b>!help</b>" else None


def event(
    body: object = "Olá",
    *,
    sender: str = ANA,
    type: str = "m.room.message",
    msgtype: object = "m.text",
    encrypted: bool = True,
    state_key: str | None = None,
    **content: Any,
) -> Incoming:
    said = {"msgtype": msgtype, "body": body, **content}
    return Incoming("$e", ROOM, UserId(sender), type, said, NOON, NOON, encrypted, state_key=state_key)


def member(membership: object = "invite", *, of: str = BOT, encrypted: bool = False, **content: Any) -> Incoming:
    said = {"membership": membership, **content}
    return Incoming("$e", ROOM, UserId(ANA), "m.room.member", said, NOON, NOON, encrypted, state_key=of)


EDIT = {"m.relates_to": {"rel_type": "m.replace", "event_id": "$before"}}
REPLY = {"m.relates_to": {"m.in_reply_to": {"event_id": "$before"}}}
HTML = {"format": "org.matrix.custom.html", "formatted_body": "<b>!help</b>"}


@pytest.mark.parametrize(
    ("incoming", "action"),
    [
        (event(), Relay()),
        (event(msgtype="m.emote"), Relay()),
        (event(**REPLY), Relay()),
        (event("!help"), Invoke(LINE)),
        (event("help", **HTML), Invoke(LINE)),
        (event("help", formatted_body="<b>!help</b>"), Relay()),
        (event("!help", msgtype="m.emote"), Relay()),
        (event("!help", msgtype="m.notice"), Ignore("msgtype")),
        (event("!help", encrypted=False), Ignore("plaintext")),
        (event("* !help", **EDIT), Ignore("edit")),
        (event("!help", **EDIT), Ignore("edit")),
        (event("!help", sender=BOT), Ignore("own")),
        (event(sender=BOT), Ignore("own")),
        (event(encrypted=False), Ignore("plaintext")),
        (event(msgtype="m.notice"), Ignore("msgtype")),
        (event("photo.jpg", msgtype="m.image"), Ignore("msgtype")),
        (event(msgtype=None), Ignore("msgtype")),
        (event(msgtype=["m.text"]), Ignore("msgtype")),
        (event(""), Ignore("empty")),
        (event(" \n\t"), Ignore("empty")),
        (event(7), Ignore("empty")),
        (event(["!help"]), Ignore("empty")),
        (event(type="m.reaction"), Ignore("type")),
        (event("!help", type="m.sticker"), Ignore("type")),
        (event("!help", type="m.room.encrypted"), Ignore("type")),
        (event(type="m.room.topic", state_key=""), Ignore("type")),
        (member(), Invitation(UserId(ANA), direct=False, encrypted=False)),
        (member(is_direct=True), Invitation(UserId(ANA), direct=True, encrypted=False)),
        (member(is_direct="yes"), Invitation(UserId(ANA), direct=False, encrypted=False)),
        (
            member(**{"org.liaison.encrypted": True}),
            Invitation(UserId(ANA), direct=False, encrypted=True),
        ),
        (member(of="@other:example.org"), Ignore("membership")),
        (member("join"), Ignore("membership")),
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
        (event(encrypted=False), Ignore("plaintext")),
        (member(), Invitation(UserId(ANA), direct=False, encrypted=False)),
    ],
)
def test_an_event_of_someone_of_an_unlisted_homeserver_is(incoming: Incoming, action: Action) -> None:
    assert choose(incoming, Known(BOT, False, addressed)) == action
