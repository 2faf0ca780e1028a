"""What is taken out of a sync answer before anything else happens with it."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nio import SyncResponse

from bot.matrix.sync import identified, invitations, is_late, only_echoes, sent_at, since_joining, without_messages

BOT = "@liaison:example.org"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Event = dict[str, Any]


def said(id: str) -> Event:
    return {"type": "m.room.encrypted", "event_id": id, "sender": "@ana:gnr.example", "content": {}}


def member(id: str, membership: str, user: str = BOT, before: str | None = None) -> Event:
    event: Event = {
        "type": "m.room.member",
        "event_id": id,
        "state_key": user,
        "sender": user,
        "content": {"membership": membership},
    }
    if before:
        event["unsigned"] = {"prev_content": {"membership": before}}
    return event


OWN: Event = {"type": "m.room.encrypted", "event_id": "$own", "sender": BOT, "content": {}}


@pytest.mark.parametrize(
    ("rooms", "beside", "echoes"),
    [
        ({"!a": [OWN], "!b": [OWN, OWN]}, {}, True),
        ({"!a": [OWN]}, {"to_device": {"events": []}, "device_lists": {"changed": []}}, True),
        ({}, {}, False),
        ({"!a": []}, {}, False),
        ({"!a": [OWN], "!b": [said("$1")]}, {}, False),
        ({"!a": [OWN, member("$1", "join", "@ana:gnr.example")]}, {}, False),
        ({"!a": [OWN, "no event"]}, {}, False),
        ({"!a": [OWN]}, {"to_device": {"events": [{"type": "m.room_key"}]}}, False),
        ({"!a": [OWN]}, {"device_lists": {"changed": ["@ana:gnr.example"]}}, False),
    ],
)
def test_an_answer_that_holds_only_what_we_said(
    rooms: dict[str, list[Any]], beside: dict[str, Any], echoes: bool
) -> None:
    joined = {room_id: {"timeline": {"events": events}} for room_id, events in rooms.items()}
    assert only_echoes({"rooms": {"join": joined}, **beside}, BOT) is echoes


def test_an_invitation_is_no_echo() -> None:
    joined = {"!a": {"timeline": {"events": [OWN]}}}
    assert not only_echoes({"rooms": {"join": joined, "invite": {"!b": {}}}}, BOT)


def ids(events: list[Any]) -> list[str]:
    return [event["event_id"] for event in events]


@pytest.mark.parametrize(
    ("timeline", "kept", "joined"),
    [
        ([said("$1"), said("$2")], ["$1", "$2"], False),
        ([said("$1"), member("$j", "join"), said("$2")], ["$j", "$2"], True),
        ([said("$1"), member("$j", "join", before="invite"), said("$2")], ["$j", "$2"], True),
        ([said("$1"), member("$j", "join", before="leave"), said("$2")], ["$j", "$2"], True),
        ([said("$1"), member("$n", "join", before="join"), said("$2")], ["$1", "$n", "$2"], False),
        ([said("$1"), member("$o", "join", user="@ana:gnr.example"), said("$2")], ["$1", "$o", "$2"], False),
        ([said("$1"), member("$i", "invite"), said("$2")], ["$1", "$i", "$2"], False),
        (
            [member("$j", "join"), said("$1"), member("$l", "leave", before="join"), member("$k", "join"), said("$2")],
            ["$k", "$2"],
            True,
        ),
        ([], [], False),
    ],
    ids=[
        "no joining",
        "first joining",
        "after an invitation",
        "after leaving",
        "a new name is no joining",
        "somebody else",
        "only invited",
        "the last joining counts",
        "nothing",
    ],
)
def test_what_was_said_before_we_came_is_not_ours_to_read(timeline: list[Event], kept: list[str], joined: bool) -> None:
    events, found = since_joining(timeline, BOT)
    assert (ids(events), found) == (kept, joined)


@pytest.mark.parametrize(
    "odd",
    [
        None,
        "text",
        7,
        {},
        {"type": "m.room.member", "state_key": BOT, "content": None},
        {"type": "m.room.member", "state_key": BOT, "content": {"membership": "join"}, "unsigned": None},
        {"type": "m.room.member", "state_key": [BOT], "content": {"membership": ["join"]}},
        {"type": "m.room.member", "state_key": BOT, "content": {}, "unsigned": {"prev_content": 7}},
    ],
)
def test_odd_events_do_not_stop_the_reading_of_a_timeline(odd: Any) -> None:
    events, _ = since_joining([said("$1"), odd, said("$2")], BOT)
    assert events[-1]["event_id"] == "$2"
    assert identified(odd) is False


def sync(**room: Any) -> Event:
    to_device = {"events": [{"type": "m.dummy"}]}
    return {"next_batch": "s2", "rooms": {"join": {"!room": room}, "leave": {"!old": {}}}, "to_device": to_device}


def test_nio_gets_state_and_no_message() -> None:
    raw = sync(
        state={"events": [member("$s", "join")]},
        timeline={"events": [said("$1"), member("$j", "join"), said("$2")], "limited": True, "prev_batch": "p"},
    )
    before = deepcopy(raw)
    told = without_messages(raw)
    timeline = told["rooms"]["join"]["!room"]["timeline"]
    assert ids(timeline["events"]) == ["$j"]
    assert (timeline["limited"], timeline["prev_batch"]) == (True, "p")
    assert told["rooms"]["join"]["!room"]["state"] == raw["rooms"]["join"]["!room"]["state"]
    assert told["to_device"] == raw["to_device"]
    assert isinstance(SyncResponse.from_dict(told), SyncResponse), "what we make for nio, nio understands"
    assert raw == before, "the answer itself is still ours to read"


def test_a_timeline_without_its_parts_is_made_whole() -> None:
    assert without_messages(sync())["rooms"]["join"]["!room"]["timeline"] == {
        "limited": False,
        "prev_batch": "",
        "events": [],
    }
    assert without_messages({"next_batch": "s2"})["rooms"]["join"] == {}


def test_odd_events_are_kept_from_nio() -> None:
    timeline = {"events": [None, "x", 7, [], member("$j", "join")]}
    assert ids(without_messages(sync(timeline=timeline))["rooms"]["join"]["!room"]["timeline"]["events"]) == ["$j"]


def invited(*state: Any) -> Event:
    return {"next_batch": "s2", "rooms": {"invite": {"!new": {"invite_state": {"events": list(state)}}}}}


def invitation(**content: Any) -> Event:
    return {
        "type": "m.room.member",
        "state_key": BOT,
        "sender": "@lead:example.org",
        "content": {"membership": "invite", **content},
    }


def test_an_invitation_is_the_event_that_invites_us() -> None:
    encryption = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    [(room, _, event)] = invitations(invited(encryption, invitation()))
    assert (room, event["sender"], event["state_key"]) == ("!new", "@lead:example.org", BOT)
    assert event["content"] == {"membership": "invite"}


def test_a_later_invitation_to_the_same_room_is_a_new_one() -> None:
    first, second = invited(invitation()), {**invited(invitation()), "next_batch": "s3"}
    assert [id for _, id, _ in invitations(first)] != [id for _, id, _ in invitations(second)]
    assert [id for _, id, _ in invitations(first)] == [id for _, id, _ in invitations(invited(invitation()))]


def test_other_members_and_odd_events_of_an_invitation_are_none() -> None:
    joined = {"type": "m.room.member", "state_key": "@lead:example.org", "content": {"membership": "join"}}
    odd = {"type": "m.room.member", "state_key": BOT, "content": 7}
    assert list(invitations(invited(joined, odd, None, "x"))) == []
    assert list(invitations({"next_batch": "s2"})) == []
    assert list(invitations({"next_batch": "s2", "rooms": {"invite": {"!new": {}}}})) == []


NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STAMP = int((NOW - timedelta(minutes=7)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("event", "before"),
    [
        ({"unsigned": {"age": 90_000}, "origin_server_ts": STAMP}, timedelta(seconds=90)),
        ({"unsigned": {"age": 0}, "origin_server_ts": STAMP}, timedelta()),
        ({"unsigned": {"age": -5}, "origin_server_ts": STAMP}, timedelta(minutes=7)),
        ({"unsigned": {"age": True}, "origin_server_ts": STAMP}, timedelta(minutes=7)),
        ({"unsigned": {"age": "90000"}, "origin_server_ts": STAMP}, timedelta(minutes=7)),
        ({"unsigned": [], "origin_server_ts": STAMP}, timedelta(minutes=7)),
        ({"origin_server_ts": STAMP}, timedelta(minutes=7)),
        ({"origin_server_ts": STAMP + 86_400_000}, timedelta()),
        ({"origin_server_ts": 10**30}, timedelta()),
        ({"unsigned": {"age": 10**30}}, timedelta()),
        ({"origin_server_ts": None}, timedelta()),
        ({}, timedelta()),
    ],
)
def test_when_an_event_was_sent(event: Event, before: timedelta) -> None:
    assert sent_at(event, NOW) == NOW - before


STATE_THAT_STUNS_NIO = {
    "m.room.encrypted": {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "A", "session_id": "", "sender_key": "k"},
    "m.room.name": {"name": 7},
    "m.room.create": {"room_version": []},
}


@pytest.mark.parametrize("kind", STATE_THAT_STUNS_NIO)
@pytest.mark.parametrize("part", ["state", "timeline"])
def test_state_that_nio_needs_not_is_kept_from_it(kind: str, part: str) -> None:
    """Who may set state in one room must not make the bot deaf in all: nio decrypts such state, and falls over it."""
    event = {**member("$s", "join"), "type": kind, "state_key": "", "content": STATE_THAT_STUNS_NIO[kind]}
    told = without_messages(sync(**{part: {"events": [event, member("$j", "join")]}}))
    assert ids(told["rooms"]["join"]["!room"][part]["events"]) == ["$j"]


def test_an_invitation_is_no_business_of_nio() -> None:
    raw = invited({"type": "m.room.name", "state_key": "", "sender": "@mallory:example.org", "content": {"name": 7}})
    assert "invite" not in without_messages(raw)["rooms"]


def test_to_device_messages_that_are_none_are_kept_from_nio() -> None:
    raw = {"next_batch": "s2", "to_device": {"events": [None, "x", {"type": "m.room.encrypted"}]}}
    assert without_messages(raw)["to_device"]["events"] == [{"type": "m.room.encrypted"}]


@pytest.mark.parametrize(
    ("event", "late"),
    [
        ({"type": "m.room.encrypted"}, True),
        ({"type": "m.room.message"}, True),
        ({"type": "m.room.member", "state_key": "@ana:gnr.example"}, False),
        ({"type": "m.room.redaction"}, False),
    ],
)
def test_what_is_late_waits_but_for_state_and_redactions(event: dict[str, Any], late: bool) -> None:
    assert is_late({**event, "unsigned": {"age": 301_000}}, NOON) is late
    assert is_late({**event, "unsigned": {"age": 299_000}}, NOON) is False
