"""The protocol of a verification by emoji, against a second implementation, and against whatever may come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.verifying import Ended, Party, Send, Show, Step, Verification, Verified

from .emoji_app import PREFIX, App, Event

ANA = Party("@ana:example.org", "PHONE", "AnasDeviceKey", "AnasMasterKey")
BOT = Party("@bot:example.org", "BOTDEVICE", "BotsDeviceKey", "BotsMasterKey")
LOW = replace(ANA, user_id="@zoe:example.org")
"""Somebody whose user id sorts behind the bot's."""


def pair(theirs: Party = ANA, *, in_room: bool = False) -> tuple[Verification, App]:
    return Verification(BOT, theirs, "t1", in_room=in_room), App(theirs, BOT, "t1", in_room=in_room)


def sent(steps: list[Step], kind: str) -> Mapping[str, Any]:
    """Return the content of the event of that kind among *steps*."""
    [found] = [step.content for step in steps if isinstance(step, Send) and step.type == PREFIX + kind]
    return found


def kinds(steps: list[Step]) -> list[str]:
    return [step.type.removeprefix(PREFIX) if isinstance(step, Send) else type(step).__name__ for step in steps]


def up_to_emoji(theirs: Party = ANA, *, in_room: bool = False) -> tuple[Verification, App, Show]:
    """Go on until both sides show their emoji."""
    bot, app = pair(theirs, in_room=in_room)
    app.accepted(sent(bot.take(*app.start()), "accept"))
    steps = bot.take(*app.key())
    app.took(sent(steps, "key"))
    [shown] = [step for step in steps if isinstance(step, Show)]
    return bot, app, shown


@pytest.mark.parametrize("in_room", [False, True])
def test_both_sides_show_the_same_and_prove_their_keys(in_room: bool) -> None:
    bot, app = pair(in_room=in_room)
    ready = sent(bot.accept(), "ready")
    assert (ready["from_device"], ready["methods"]) == ("BOTDEVICE", ["m.sas.v1"])
    bot, app, shown = up_to_emoji(in_room=in_room)
    assert (shown.emoji, shown.numbers) == app.shown()
    steps = bot.match()
    assert kinds(steps) == ["mac"] and app.proves(sent(steps, "mac"))
    assert kinds(bot.take(*app.mac())) == ["done", "Verified"] and bot.over


def test_who_says_so_last_does_not_matter() -> None:
    bot, app, _shown = up_to_emoji()
    assert bot.take(*app.mac()) == []
    assert kinds(bot.match()) == ["mac", "done", "Verified"]


def test_before_the_emoji_are_shown_nobody_can_say_that_they_match() -> None:
    bot, app = pair()
    assert bot.match() == []
    bot.take(*app.start())
    assert bot.match() == []
    bot, app, _shown = up_to_emoji()
    assert kinds(bot.match()) == ["mac"] and bot.match() == []


def test_the_bot_begins_where_the_other_side_waits() -> None:
    bot, app = pair()
    start = sent(bot.begin(), "start")
    steps = bot.take(*app.accept(start))
    app.took(sent(steps, "key"))
    [shown] = bot.take(*app.key())
    assert isinstance(shown, Show) and (shown.emoji, shown.numbers) == app.shown()
    assert app.proves(sent(bot.match(), "mac")) and kinds(bot.take(*app.mac())) == ["done", "Verified"]
    assert bot.begin() == []


def test_a_key_that_was_not_promised_ends_it() -> None:
    bot, app = pair()
    app.accept(sent(bot.begin(), "start"))
    liar = App(ANA, BOT, "t1")
    bot.take(*liar.accept(sent(pair()[0].begin(), "start")))
    steps = bot.take(*app.key())
    assert (
        sent(steps, "cancel")["code"] == "m.mismatched_commitment" and Ended("m.mismatched_commitment", True) in steps
    )
    assert bot.match() == [] and bot.over


def test_of_two_beginnings_that_of_the_first_user_id_counts() -> None:
    bot, app = pair()
    bot.begin()
    assert kinds(bot.take(*app.start())) == ["accept"]
    bot, app = pair(LOW)
    start = sent(bot.begin(), "start")
    assert bot.take(*app.start()) == []
    assert kinds(bot.take(*app.accept(start))) == ["key"]


@pytest.mark.parametrize(
    "keys",
    [
        {"ed25519:PHONE": "AnasDeviceKey"},
        {"ed25519:AnasMasterKey": "AnasMasterKey"},
        {"ed25519:PHONE": "another", "ed25519:AnasMasterKey": "AnasMasterKey"},
        {"ed25519:PHONE": "AnasDeviceKey", "ed25519:AnasMasterKey": "another"},
        {"ed25519:PHONE": "AnasDeviceKey", "ed25519:another": "another"},
    ],
)
@pytest.mark.parametrize("first", [False, True])
def test_who_does_not_prove_both_keys_is_not_verified(keys: dict[str, str], first: bool) -> None:
    bot, app, _shown = up_to_emoji()
    if not first:
        bot.match()
    assert kinds(steps := bot.take(*app.mac(keys))) == ["cancel", "Ended"]
    assert sent(steps, "cancel")["code"] == "m.key_mismatch" and bot.match() == []


def test_the_list_of_keys_is_proved_as_well() -> None:
    bot, app, _shown = up_to_emoji()
    kind, content = app.mac()
    macs = {**content["mac"], "ed25519:more": "x"}
    assert sent(bot.take(kind, {**content, "mac": macs}), "cancel")["code"] == "m.key_mismatch"


def test_further_keys_of_theirs_do_no_harm() -> None:
    bot, app, _shown = up_to_emoji()
    bot.match()
    keys = {"ed25519:PHONE": ANA.key, f"ed25519:{ANA.master}": ANA.master, "ed25519:TABLET": "another"}
    assert kinds(bot.take(*app.mac(keys))) == ["done", "Verified"]


def test_somebody_between_the_two_is_seen() -> None:
    """Both sides are led through by a third who has keys of their own: what they show differs."""
    _bot, towards_bot, shown = up_to_emoji()
    mallory, ana = pair()
    ana.accepted(sent(mallory.take(*ana.start()), "accept"))
    ana.took(sent(mallory.take(*ana.key()), "key"))
    assert (shown.emoji, shown.numbers) == towards_bot.shown() != ana.shown()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"method": "m.reciprocate.v1"}, "m.unknown_method"),
        ({"key_agreement_protocols": ["curve25519"]}, "m.unknown_method"),
        ({"hashes": ["md5"]}, "m.unknown_method"),
        ({"message_authentication_codes": ["hkdf-hmac-sha256"]}, "m.unknown_method"),
        ({"short_authentication_string": ["decimal"]}, "m.unknown_method"),
        ({"from_device": "OTHER"}, "m.invalid_message"),
        ({"hashes": None}, "m.invalid_message"),
    ],
)
def test_what_the_two_cannot_both_do_ends_it(changed: dict[str, Any], code: str) -> None:
    bot, app = pair()
    assert sent(bot.take(*app.start(**changed)), "cancel")["code"] == code


def test_a_key_of_nothing_ends_it() -> None:
    bot, app = pair()
    bot.take(*app.start())
    assert sent(bot.take(*app.event("key", key="A" * 43)), "cancel")["code"] == "m.invalid_message"


def test_what_comes_twice_or_out_of_turn_ends_it() -> None:
    bot, app = pair()
    start = app.start()
    bot.take(*start)
    assert sent(bot.take(*start), "cancel")["code"] == "m.unexpected_message"
    bot, app, _shown = up_to_emoji()
    assert sent(bot.take(*app.key()), "cancel")["code"] == "m.unexpected_message"
    bot, app, _shown = up_to_emoji()
    assert sent(bot.take(*app.event("done")), "cancel")["code"] == "m.unexpected_message"
    bot, app, _shown = up_to_emoji()
    bot.take(*app.mac())
    assert sent(bot.take(*app.mac()), "cancel")["code"] == "m.unexpected_message"
    assert bot.take(*app.mac()) == []


def test_who_cancels_is_said() -> None:
    bot, app, _shown = up_to_emoji()
    assert bot.take(*app.event("cancel", code="m.mismatched_sas")) == [Ended("m.mismatched_sas", ours=False)]
    assert bot.match() == [] and bot.cancel("m.timeout") == []
    bot, app = pair()
    assert bot.take(*app.event("cancel", code="m.mismatched_sas")) == [Ended("m.user", ours=False)]


class Moves:
    """What an app may do in whatever order, and what anybody may make up."""

    @staticmethod
    def event(app: App, move: str, value: Any, last: list[Mapping[str, Any]]) -> Event:
        made = {
            "start": app.start,
            "key": app.key,
            "accept": lambda: app.accept(last[-1] if last else {}),
            "done": lambda: app.event("done"),
            "cancel": lambda: app.event("cancel", code="m.user"),
        }
        if move in made:
            return made[move]()
        if move == "mac":
            try:
                return app.mac()
            except ValueError:
                return app.event("mac", mac={}, keys="")
        return app.event(move.removeprefix("odd "), **(value if isinstance(value, dict) else {"key": value}))


KINDS = ["request", "ready", "start", "accept", "key", "mac", "done", "cancel"]
NAMES = ["key", "mac", "keys", "method", "from_device", "commitment", "hashes"]
PLAIN = st.none() | st.text(max_size=5) | st.integers()
ODD = st.recursive(PLAIN, lambda inner: st.dictionaries(st.sampled_from(NAMES), inner, max_size=4))


@given(
    st.lists(st.tuples(st.sampled_from([*KINDS[2:], *(f"odd {kind}" for kind in KINDS), "we begin"]), ODD), max_size=12)
)
def test_whatever_comes_the_mac_is_sent_only_once_a_person_has_said_so(moves: list[tuple[str, Any]]) -> None:
    bot, app = pair()
    last: list[Mapping[str, Any]] = []
    for move, value in moves:
        steps = bot.begin() if move == "we begin" else bot.take(*Moves.event(app, move, value, last))
        for step in steps:
            assert not isinstance(step, Verified)
            if isinstance(step, Send):
                assert step.type not in (f"{PREFIX}mac", f"{PREFIX}done")
                last.append(step.content)
                if step.type.endswith(".accept"):
                    app.accepted(step.content)
                if step.type.endswith(".key"):
                    app._theirs = step.content["key"]
