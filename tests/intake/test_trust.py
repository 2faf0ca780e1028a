"""What is refused, doubted or asked about before anything is done."""

from __future__ import annotations

from typing import Any

import pytest

from bot.command import Ask
from bot.i18n import Message
from bot.model.person import UserId
from bot.model.question import allot, digit
from bot.render import Post

from ..fakes import BOT, ROOM
from ..world import Person, World

OLD_KEY, NEW_KEY = "o" * 43, "n" * 43


def alerts(world: World) -> list[Post]:
    return [heard.post for heard in world.heard if heard.kind == "alert" and heard.post]


def reply_to(event_id: str, text: str = "") -> dict[str, Any]:
    return {"msgtype": "m.text", "body": text, "m.relates_to": {"m.in_reply_to": {"event_id": event_id}}}


async def answers(person: Person, post: Post, text: str, **raw: Any) -> None:
    """Reply to the bot's *post* with *text*."""
    await person.says(text, content=reply_to(person.world.event_of(post), text), **raw)


# Who wrote it


async def test_a_message_that_came_by_somebody_elses_device_is_refused_and_said(world: World) -> None:
    ana, lead = world.person("ana", "PRT-GNR"), world.person("lead")
    event_id = await ana.says("Olá", trust="forged", megolm=["s1", 0])
    assert ana.hears("came from somebody else's device", kind="notice", of="forged")
    [alert] = alerts(world)
    assert (alert.msgtype, alert.mentions) == ("m.text", (lead.user_id,))
    assert "Ana" not in alert.body
    assert alert.reply_to == world.event_of(world.heard[0].post)
    assert (await world.outcomes())[event_id] == "forged"
    true = await ana.says("Olá", megolm=["s1", 0])
    assert (await world.outcomes())[true] == "relayed", "what was forged does not take the true message's place"


async def test_a_message_of_an_unverified_device_is_translated_with_a_caution(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    await ana.says("Olá", trusted=False)
    assert ana.hears("⚠ Not sure who wrote this: it came from a device", kind="translation")
    await ana.says("Olá")
    assert "⚠" not in ana.last.body


async def test_a_replay_is_said_to_the_room_and_rings_its_leads(world: World) -> None:
    ana, lead = world.person("ana", "PRT-GNR"), world.person("lead")
    await ana.says("!timezone Europe/Athens", megolm=["s1", 3])
    await ana.says("!timezone Europe/Athens", megolm=["s1", 3])
    assert ana.hears("delivered again as if it were new", kind="notice", of="replay")
    assert [alert.mentions for alert in alerts(world)] == [(lead.user_id,)]


# Identities


async def seen(world: World, user: str, key: str) -> None:
    await world.intake.identities_seen({UserId(user): key})
    await world.settles()


async def changed(world: World) -> tuple[Person, Person]:
    """Return a person whose identity has changed, and her colleague."""
    ana, rui = world.person("ana", "PRT-GNR"), world.person("rui", "PRT-GNR")
    await seen(world, ana.user_id, OLD_KEY)
    assert world.heard == []
    await seen(world, ana.user_id, NEW_KEY)
    return ana, rui


async def test_a_changed_identity_takes_commands_away_and_is_said_once(world: World) -> None:
    ana, _rui = await changed(world)
    assert [heard.post.record for heard in world.heard if heard.post] == [{"kind": "notice", "of": "identity"}]
    await seen(world, ana.user_id, NEW_KEY)
    assert len(world.heard) == 1
    await ana.says("!timezone Europe/Athens")
    assert ana.hears("encryption identity is not the one that I know", error="not_allowed")
    assert (await world.store.person.find(ana.user_id)).zone is None
    await world.stop()
    await world.start()
    await ana.says("!status")
    assert ana.hears(error="not_allowed"), "a restart does not forget it"
    await seen(world, ana.user_id, OLD_KEY)
    await ana.says("!status")
    assert ana.hears(ok=True), "the old identity is still hers"


async def test_what_someone_with_a_changed_identity_says_is_doubted(world: World) -> None:
    ana, _rui = await changed(world)
    world.person("kate")
    await ana.says("Olá")
    assert ana.hears("⚠ Not sure who wrote this: the sender's encryption identity has changed.")


async def test_a_colleague_confirms_a_changed_identity(world: World) -> None:
    ana, rui = await changed(world)
    await rui.says(f"!identity confirm {ana.user_id}")
    notice, question = (heard.post for heard in world.heard[-2:])
    assert notice and question
    assert "nnnn nnnn" in notice.body
    assert "Session PHONE" in notice.body
    assert question.record == {"kind": "question", "of": "identity confirm", "choices": {"1": "confirm", "2": "refuse"}}
    assert (question.msgtype, question.mentions) == ("m.text", (rui.user_id,))
    assert "ana" not in question.body
    await answers(rui, question, "1")
    assert rui.hears("is served again", ok=True, command="identity confirm")
    await ana.says("!status")
    assert ana.hears(ok=True)
    await rui.says(f"!identity show {ana.user_id}")
    assert rui.hears("was confirmed by @rui:gnr.example")
    await answers(rui, question, "2")
    assert rui.hears("settled already", error="conflict")


async def test_asking_for_the_same_again_takes_no_more_of_a_persons_digits(world: World) -> None:
    ana, rui = await changed(world)
    await rui.says("!timezone Europe/Athens", age=121)
    other = rui.last
    for _time in range(5):
        await rui.says(f"!identity confirm {ana.user_id}")
        assert rui.last.record["choices"] == {"3": "confirm", "4": "refuse"}
    first = next(
        heard.post for heard in world.heard if heard.post and heard.post.record.get("of") == "identity confirm"
    )
    await answers(rui, first, "3")
    assert rui.hears("settled already", error="conflict"), "the last question counts"
    await answers(rui, other, "1")
    assert (await world.store.person.find(rui.user_id)).zone == "Europe/Athens"


async def test_the_same_question_in_another_room_or_about_somebody_else_stays_open(world: World) -> None:
    ana, rui = await changed(world)
    eva = world.person("eva", "PRT-GNR")
    for key in (OLD_KEY, NEW_KEY):
        await world.intake.identities_seen({eva.user_id: key})
    await rui.says(f"!identity confirm {ana.user_id}")
    world.person("rui", "PRT-GNR", room="!other:example.org")
    await rui.says(f"!identity confirm {ana.user_id}", room="!other:example.org")
    await rui.says(f"!identity confirm {eva.user_id}")
    assert len(await world.store.question.list_open(rui.user_id)) == 3


async def test_an_identity_that_is_refused_stays_in_doubt(world: World) -> None:
    ana, rui = await changed(world)
    await rui.says(f"!identity confirm {ana.user_id}")
    await answers(rui, rui.last, "2")
    assert rui.hears("somebody else may be using the account")
    await ana.says("!status")
    assert ana.hears(error="not_allowed")


async def test_an_identity_that_changes_again_before_the_answer_is_not_confirmed(world: World) -> None:
    ana, rui = await changed(world)
    await rui.says(f"!identity confirm {ana.user_id}")
    question = rui.last
    await seen(world, ana.user_id, "x" * 43)
    await answers(rui, question, "1")
    assert rui.hears(error="conflict")
    assert await world.services.identity.changed(ana.user_id)


async def test_nobody_confirms_their_own_identity_nor_does_just_anybody(world: World) -> None:
    ana, _rui = await changed(world)
    kate, lead = world.person("kate"), world.person("lead")
    await kate.says(f"!identity confirm {ana.user_id}")
    assert kate.hears("Only a colleague of the same agency", error="not_allowed")
    await lead.says(f"!identity confirm {kate.user_id}")
    assert lead.hears("not in doubt", error="conflict")
    await kate.says(f"!identity confirm {kate.user_id}")
    assert kate.hears("Nobody can confirm their own keys", error="not_allowed")
    await lead.says(f"!identity confirm {ana.user_id}")
    assert lead.hears(kind="question")


async def test_a_command_that_waits_its_turn_counts_only_if_its_device_is_still_believed(world: World) -> None:
    """A homeserver shows a false identity, lets its device write, and takes it back before the command's turn."""
    ana, _rui = await changed(world)
    world.person("kate")
    go_on = world.translator.hold("Olá")
    await world.receives(ana.user_id, "Olá", "!timezone Europe/Athens")
    while not world.translator.asked:
        await world.idle()
    world.reader.false.add(ana.user_id)
    await world.intake.identities_seen({ana.user_id: OLD_KEY})
    go_on.set()
    await world.settles()
    assert (await world.store.person.find(ana.user_id)).zone is None
    assert world.heard[-1].post is not None
    assert world.heard[-1].post.record["error"] == "not_allowed"


# Too late


async def test_a_command_that_came_too_late_is_asked_about(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    late = await ana.says("!timezone Europe/Athens", age=121)
    question = ana.last
    assert question.record == {
        "kind": "reply", "to": late, "command": "timezone", "ok": False, "error": "stale",
        "choices": {"1": "run", "2": "leave"},
    }  # fmt: skip
    assert (question.msgtype, question.mentions) == ("m.text", (ana.user_id,))
    assert (await world.store.person.find(ana.user_id)).zone is None
    await answers(ana, question, "1")
    assert ana.hears(ok=True, command="timezone")
    assert (await world.store.person.find(ana.user_id)).zone == "Europe/Athens"
    await answers(ana, question, "1")
    assert ana.hears("settled already", error="conflict")


async def test_a_late_command_may_be_left(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!timezone Europe/Athens", age=121)
    await answers(ana, ana.last, "2")
    assert ana.hears("I left it as it was.", ok=True)
    assert (await world.store.person.find(ana.user_id)).zone is None


async def test_a_late_command_that_changes_nothing_is_only_refused(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!status", age=121)
    assert ana.hears(error="stale", command="status")
    assert "choices" not in ana.last.record
    await ana.says("!status", age=119)
    assert ana.hears(ok=True)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("!language", False),
        ("!timezone", False),
        ("!language auto", True),
        ("!language reads:none", True),
        ("!timezone auto", True),
    ],
)
async def test_a_late_command_that_only_shows_without_a_value_is_only_refused(
    world: World, line: str, asked: bool
) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says(line, age=121)
    assert ana.hears(error="stale")
    assert ("choices" in ana.last.record) is asked
    assert bool(await world.store.question.list_open(ana.user_id)) is asked


async def test_a_late_answer_does_nothing(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!timezone Europe/Athens", age=121)
    question = ana.last
    await answers(ana, question, "1", age=121)
    assert ana.hears(error="stale")
    await answers(ana, question, "1")
    assert ana.hears(ok=True)


# Answers


async def test_an_answer_that_was_pointed_at_another_question_does_nothing(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!timezone Europe/Athens", age=121)
    first = ana.last
    await ana.says("!timezone Asia/Tokyo", age=121)
    second = ana.last
    assert second.record["choices"] == {"3": "run", "4": "leave"}
    await answers(ana, first, "3")
    assert ana.hears("belongs to another question", ok=False, error="conflict")
    assert (await world.store.person.find(ana.user_id)).zone is None
    await answers(ana, second, "3")
    assert (await world.store.person.find(ana.user_id)).zone == "Asia/Tokyo"


async def test_an_answer_from_another_room_does_nothing(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.person("ana", "PRT-GNR", room="!other:example.org")
    await ana.says("!timezone Europe/Athens", age=121)
    question = ana.last
    await answers(ana, question, "1", room="!other:example.org")
    assert (await world.store.person.find(ana.user_id)).zone is None
    assert world.heard[-1].post is question, "nothing was answered"
    await answers(ana, question, "1")
    assert (await world.store.person.find(ana.user_id)).zone == "Europe/Athens"


async def test_only_who_was_asked_may_answer_and_only_from_a_trusted_device(world: World) -> None:
    ana, rui = world.person("ana", "PRT-GNR"), world.person("rui", "PRT-GNR")
    await ana.says("!timezone Europe/Athens", age=121)
    question = ana.last
    await answers(rui, question, "1")
    assert rui.hears("asked somebody else", error="not_allowed")
    await answers(ana, question, "1", trusted=False)
    assert ana.hears("only from devices", error="not_allowed")
    await answers(ana, question, "9")
    assert ana.hears("Please reply with one of these: 1", error="bad_argument")
    assert (await world.store.person.find(ana.user_id)).zone is None


async def test_when_digits_run_out_the_oldest_question_gives_way(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    questions = []
    for zone in ("Asia/Tokyo", "Europe/Athens", "Europe/Paris", "Europe/Rome", "Europe/Oslo"):
        await ana.says(f"!timezone {zone}", age=121)
        questions.append(ana.last)
    assert [list(q.record["choices"]) for q in questions[3:]] == [["7", "8"], ["1", "2"]]
    await answers(ana, questions[0], "1")
    assert ana.hears("settled already", error="conflict")
    await answers(ana, questions[4], "1")
    assert (await world.store.person.find(ana.user_id)).zone == "Europe/Oslo"


@pytest.mark.parametrize(
    ("body", "found"),
    [("1", "1"), (" 2 ", "2"), ("3.", "3"), ("(4)", "4"), ("\u200f٥", "5"), ("５", "5"), ("", None), ("10", None),
     ("0", None), ("1 2", None), ("one", None), ("1" * 5000, None), ("½", None), ("> a\n> b\n\n7", "7")],
)  # fmt: skip
def test_a_digit(body: str, found: str | None) -> None:
    assert digit(body) == found


def test_digits_are_never_shared() -> None:
    assert allot(["a", "b"], ["1", "3"]) == {"2": "a", "4": "b"}
    assert allot(["a", "b"], "12345678") is None


@pytest.mark.parametrize("count", [0, 10])
def test_a_question_has_no_more_choices_than_there_are_digits(count: int) -> None:
    choices = tuple((str(i), Message("Confirm")) for i in range(count))
    with pytest.raises(ValueError, match="1 to 9 choices"):
        Ask("identity confirm", choices, {})


async def test_a_replayed_edit_is_said_at_once(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    edit = {
        "msgtype": "m.text",
        "body": "* !status",
        "m.new_content": {"msgtype": "m.text", "body": "!status"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$before"},
    }
    await ana.says("* !status", content=edit, megolm=["s1", 0])
    woken: list[str] = []
    world.intake.on_done = woken.append
    [again] = await world.receives(ana.user_id, "* !status", content=edit, megolm=["s1", 0])
    await world.settles()
    assert (await world.outcomes())[again] == "replay"
    assert woken == [ROOM], "the sender is told that there is a caution to send"


async def test_an_identity_that_changes_to_the_same_key_again_is_said_again(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui", "PRT-GNR")
    for key in ("first", "second", "first", "second"):
        world.clock.passes(hours=1)
        await world.intake.identities_seen({ana.user_id: key})
    await world.delivers()
    assert [heard.post.record for heard in world.heard if heard.post] == 2 * [{"kind": "notice", "of": "identity"}]


# Limits


async def test_too_many_commands_are_left_and_said_once(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    most = world.config.limits.commands_per_person
    events = await world.receives(ana.user_id, *["!status"] * (most + 5))
    await world.settles()
    outcomes = await world.outcomes()
    assert [outcomes[event] for event in events] == ["done"] * most + ["rate_limited"] * 5
    assert len(world.heard) == most + 1
    world.clock.passes(seconds=30)
    event = await ana.says("!status")
    assert not ana.hears() and (await world.outcomes())[event] == "rate_limited"
    world.clock.passes(seconds=30)
    await world.receives(ana.user_id, *["!status"] * most)
    await world.settles()
    assert set((await world.outcomes()).values()) == {"done", "rate_limited"} and len(world.heard) == 2 * most + 1


async def test_too_many_messages_are_not_translated_and_said_once(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    most = world.config.limits.messages_per_person
    await world.receives(ana.user_id, *["Olá"] * (most + 5))
    await world.settles()
    kinds = [heard.kind for heard in world.heard]
    assert (kinds.count("translation"), kinds.count("reply")) == (most, 1)
    [word] = [heard.post for heard in world.heard if heard.kind == "reply"]
    assert word is not None
    assert word.record["error"] == "rate_limited"


async def test_what_others_write_in_somebodys_name_takes_nothing_away_from_them(world: World) -> None:
    """Who makes devices for an account could else silence its owner."""
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    await ana.says("!timezone Europe/Athens", age=121)
    question = ana.last
    most = world.config.limits
    reply = reply_to(world.event_of(question), "9")
    await world.receives(ana.user_id, *["Olá"] * (most.messages_per_person + 1), trusted=False)
    await world.receives(ana.user_id, *["9"] * (most.commands_per_person + 1), content=reply, trusted=False)
    await world.settles()
    await ana.says("Olá")
    assert ana.hears(kind="translation")
    await answers(ana, question, "1")
    assert ana.hears(ok=True, command="timezone")


# Who is there


async def membership(world: World, user: str, membership: str = "join", sender: str | None = None) -> str:
    [event_id] = await world.receives(
        sender or user,
        type="m.room.member",
        state_key=user,
        content={"membership": membership},
        encrypted=False,
    )
    await world.settles()
    return event_id


async def test_on_joining_the_bot_says_once_what_it_keeps(world: World) -> None:
    world.person("ana", "PRT-GNR")
    await membership(world, BOT)
    [heard] = world.heard
    assert heard.post is not None
    assert heard.post.record == {"kind": "notice", "of": "privacy"}
    for words in ("365 days", "Joint Operations Centre", "not for classified information", "can read"):
        assert words in heard.post.body
    await membership(world, BOT)
    assert len(world.heard) == 1


async def test_in_a_room_in_clear_the_bot_says_so_and_leaves(world: World) -> None:
    world.person("ana", "PRT-GNR")
    world.rooms.in_clear.add(ROOM)
    await membership(world, BOT)
    assert [heard.kind for heard in world.heard] == ["farewell", "leave"]
    assert world.heard[0].post is not None
    assert "not encrypted" in world.heard[0].post.body


async def test_where_rooms_in_clear_are_allowed_the_bot_stays_there_without_a_word(world: World) -> None:
    config = world.config
    world.current.now = config.model_copy(
        update={"access": config.access.model_copy(update={"require_encryption": False, "describe_commands": True})}
    )
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    world.rooms.in_clear.add(ROOM)
    await membership(world, BOT)
    said = [await ana.says(text, encrypted=False) for text in ("Olá", "!help")]
    said += [await ana.says("!timezone Europe/Athens"), await ana.says("Olá", trust="forged")]
    world.rooms.joined[ROOM].append(UserId("@eve:elsewhere.net"))
    await membership(world, "@eve:elsewhere.net")
    await world.intake.identities_seen({ana.user_id: OLD_KEY})
    await world.intake.identities_seen({ana.user_id: NEW_KEY})
    await world.intake.identities_seen({ana.user_id: OLD_KEY})
    await world.settles()
    assert world.heard == []
    assert {(await world.outcomes())[event_id] for event_id in said} == {"in clear"}
    assert (await world.services.person.find(ana.user_id)).zone is None
    world.rooms.in_clear.clear()
    await ana.says("", type="m.room.encryption", state_key="", content={})
    assert ana.hears("I am Liaison", kind="notice", of="privacy"), "it says what it keeps before it reads anything"
    await ana.says("Olá")
    assert ana.hears(kind="translation")


async def test_a_member_of_an_unlisted_server_is_said_once_and_rings_the_leads(world: World) -> None:
    world.person("ana", "PRT-GNR")
    lead = world.person("lead")
    for user in ("@eve:elsewhere.net", "@mal:elsewhere.net"):
        world.rooms.joined[ROOM].append(UserId(user))
        await membership(world, user)
    assert [heard.kind for heard in world.heard] == ["notice", "alert"]
    assert [alert.mentions for alert in alerts(world)] == [(lead.user_id,)]
    assert world.heard[0].post is not None
    assert "elsewhere.net" in world.heard[0].post.body


async def test_which_strangers_a_room_admits(world: World) -> None:
    room = world.services.room
    assert room.strangers_admitted(ROOM) == ("*",)
    world.rooms.admitted = ("*.example", "gnr.example")
    assert room.strangers_admitted(ROOM) == ("*.example",)
    world.rooms.admitted = ("gnr.example", "example.org")
    assert room.strangers_admitted(ROOM) == ()


async def test_nobody_translates_for_a_member_of_an_unlisted_server(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.rooms.joined[ROOM].append(UserId("@eve:elsewhere.net"))
    await ana.says("Olá")
    assert not ana.hears()


async def test_names_that_look_alike_are_said_once(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    eve = world.person("eve", shown="Аnа")
    await membership(world, eve.user_id)
    await membership(world, eve.user_id)
    [heard] = world.heard
    assert heard.post is not None
    assert ana.user_id in heard.post.body
    assert eve.user_id in heard.post.body
    world.rooms.names[eve.user_id] = "Liaisоn"
    await membership(world, eve.user_id)
    assert len(world.heard) == 2
    for n in range(3):
        world.rooms.names[eve.user_id] = "Liaisоn" + "\u200b" * n
        await membership(world, eve.user_id)
    assert len(world.heard) == 2, "nor again for each mark that nobody sees"


async def test_nobody_speaks_through_the_cautions_about_them(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    order = "\n\nAll units leave the bridge now"
    for user, name in ((f"@x{order}\u202e:elsewhere.net", "X"), ("@eve:example.org", "A\u202ena\n" + "\u200b" * 300)):
        world.rooms.joined[ROOM].append(UserId(user))
        world.rooms.names[user] = name
        await membership(world, user)
    said = [heard.post.body for heard in world.heard if heard.post]
    assert len(said) == 2, ana
    assert not any("\nAll units" in body or "\u202e" in body for body in said)
    assert "name “Ana” of" in said[1]


async def test_when_nobody_is_left_the_bot_leaves(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.rooms.joined[ROOM].append(UserId("@eve:elsewhere.net"))
    world.rooms.joined[ROOM].remove(ana.user_id)
    await membership(world, ana.user_id, "leave")
    assert [heard.kind for heard in world.heard] == ["leave"]


async def invited(world: World, inviter: str) -> None:
    content = {"membership": "invite", "is_direct": True}
    await world.receives(inviter, type="m.room.member", state_key=BOT, content=content, encrypted=False)
    await world.settles()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_direct_room_that_is_none_is_left(world: World, when: str) -> None:
    """Who may not bring the bot into rooms could else do so by calling one direct."""
    ana = world.person("ana", "PRT-GNR")
    await invited(world, ana.user_id)
    if when == "after":
        await membership(world, BOT)
        assert [heard.kind for heard in world.heard] == ["join", "notice"]
    rui = world.person("rui", "PRT-GNR")
    await membership(world, BOT if when == "before" else rui.user_id)
    assert world.heard[-1].kind == "leave"


async def test_a_lead_brings_the_bot_into_any_room(world: World) -> None:
    lead, ana = world.person("lead"), world.person("ana", "PRT-GNR")
    await invited(world, ana.user_id)
    await invited(world, lead.user_id)
    await membership(world, BOT)
    await membership(world, ana.user_id)
    assert [heard.kind for heard in world.heard] == ["join", "join", "notice"]


async def test_a_power_level_takes_a_role_away_and_gives_none(world: World) -> None:
    lead, ana = world.person("lead"), world.person("ana", "PRT-GNR")
    world.rooms.levels |= {lead.user_id: 49, ana.user_id: -1}
    assert (await world.services.person.actor(lead.user_id, ROOM)).roles == {"officer"}
    await ana.says("!status")
    assert ana.hears("power level", error="not_allowed")
    world.rooms.levels |= {lead.user_id: 50, ana.user_id: 100}
    assert (await world.services.person.actor(lead.user_id, ROOM)).roles == {"officer", "lead"}
    assert (await world.services.person.actor(ana.user_id, ROOM)).roles == {"officer"}
    world.rooms.joined["!direct"] = [UserId(BOT), lead.user_id]
    world.rooms.levels[lead.user_id] = 0
    assert (await world.services.person.actor(lead.user_id, "!direct")).roles == {"officer", "lead"}
    world.rooms.in_clear.add("!direct")
    assert (await world.services.person.actor(lead.user_id, "!direct")).roles == {"officer"}


# What is genuine


async def test_genuine_says_whether_the_bot_posted_it_and_whether_it_stands(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!timezone Europe/Athens", age=121)
    question = ana.last
    said = world.event_of(question)
    await ana.says("!genuine", content=reply_to(said, "!genuine"))
    assert ana.hears("Yes. I posted that message", command="genuine")
    await answers(ana, question, "2")
    await ana.says("!genuine", content=reply_to(said, "!genuine"))
    assert ana.hears("no longer stands")
    await ana.says("!genuine", content=reply_to("$other", "!genuine"))
    assert ana.hears("No. I did not post that")
    await ana.says("!genuine")
    assert ana.hears("Write this as a reply", error="bad_argument")
