"""From the inbox to the outbox, over a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest
import pytest_asyncio
import structlog

from bot.command import Arg, Context, Reply, command
from bot.errors import ErrorCode, UserError
from bot.i18n import Verbatim, _
from bot.intake import intake, messages, stranded
from bot.model.incoming import Incoming
from bot.model.person import LanguageCode, Role, UserId
from bot.model.translation import Flag, Translation
from bot.render import Post
from bot.store.inbox import InboxRow
from commands import COMMANDS

from ..fakes import BOT, ROOM
from ..world import World


class Doings:
    """What the commands of these tests did, and what they wait for."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.prepared: list[str] = []
        self.go_on = asyncio.Event()
        self.go_on.set()


DOINGS = Doings()


async def _slow(ctx: Context, word: str) -> str:
    DOINGS.prepared.append(word)
    await DOINGS.go_on.wait()
    return word.upper()


@command("record", summary=_("Record a word"), prepare=_slow)
async def record(ctx: Context, word: Annotated[str, Arg(_("The word"))]) -> Reply:
    """Write something, then do as *word* says."""
    await ctx.services.person.set_language(ctx.actor.user_id, LanguageCode("es"), None, ctx.now)
    DOINGS.done.append(word)
    if word == "fault":
        raise RuntimeError("the plate is 12-AB-34")
    if word == "mistake":
        raise UserError(ErrorCode.CONFLICT, _("Someone else has it: {who}.", who=Verbatim("Rui")))
    if word == "silent":
        raise UserError(ErrorCode.STALE)
    return Reply(_("Recorded {word}.", word=Verbatim(ctx.prepared)), ref="BRAVO-7K3Q0")


@command("command", summary=_("Something for leads"), role=Role.LEAD)
async def leads_only(ctx: Context) -> Reply:
    """Do nothing."""
    return Reply(_("Done."))


@command("pointed", summary=_("Say what this is a reply to"))
async def pointed(ctx: Context) -> Reply:
    """Answer with the event that the command replies to."""
    return Reply(_("At {event}.", event=Verbatim(ctx.replies_to or "nothing")))


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Return a world at work, with commands of our own."""
    DOINGS.__init__()  # type: ignore[misc]
    world = World(tmp_path / "liaison.db", commands=(*COMMANDS, record, leads_only, pointed))
    await world.start()
    yield world
    await world.stop()


def reply_to(event_id: str, text: str) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": text, "m.relates_to": {"m.in_reply_to": {"event_id": event_id}}}


async def working() -> None:
    """Leave time in which something could go wrong."""
    await asyncio.sleep(0.03)


async def until(condition: Callable[[], Any]) -> None:
    """Wait until *condition* holds."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


def first_post(world: World) -> Post:
    """Return the first thing that the bot posted."""
    return next(heard.post for heard in world.heard if heard.post)


def said(world: World) -> list[str]:
    """Return the causes of what was posted, in order."""
    return [heard.cause for heard in world.heard]


# Order


async def test_translations_are_posted_in_the_order_of_the_messages_however_they_finish(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    one = world.translator.hold("um")
    ids = await world.receives(ana.user_id, "um", "dois", "três")
    await until(lambda: len(world.translator.asked) == 3)
    await working()
    await world.delivers()
    assert [text for text, *_ in world.translator.asked] == ["um", "dois", "três"], "they run ahead"
    assert said(world) == [], "but none overtakes the first"
    one.set()
    await world.settles()
    assert said(world) == ids


async def test_no_more_than_a_few_translations_of_a_room_run_ahead(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    gate = world.translator.hold("texto 0")
    await world.receives(ana.user_id, *(f"texto {i}" for i in range(20)))
    await until(lambda: len(world.translator.asked) == messages.READ_AHEAD)
    await working()
    assert len(world.translator.asked) == messages.READ_AHEAD
    gate.set()
    await world.settles()
    assert len(world.translator.asked) == 20


async def test_a_room_does_not_wait_for_another(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    eva = world.person("eva", "PRT-GNR", room="!other")
    world.person("zoe", room="!other")
    world.translator.hold("um")
    await world.receives(ana.user_id, "um")
    [second] = await world.receives(eva.user_id, "dois", room="!other")
    woken: list[str] = []
    world.intake.on_done = woken.append
    await until(lambda: woken)
    await world.delivers()
    assert said(world) == [second]


async def test_a_command_neither_overtakes_what_was_said_before_nor_is_overtaken(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    gate = world.translator.hold("um")
    DOINGS.go_on.clear()
    ids = await world.receives(ana.user_id, "um", "!record x", "dois")
    await working()
    assert DOINGS.prepared == [], "the command waits for what was said before it"
    gate.set()
    await until(lambda: DOINGS.prepared == ["x"])
    await working()
    assert [text for text, *_ in world.translator.asked] == ["um"], "what follows waits for the command"
    DOINGS.go_on.set()
    await world.settles()
    assert said(world) == ids


async def test_a_command_changes_what_comes_after_it(world: World) -> None:
    ana, rui = world.person("ana", "PRT-GNR"), world.person("rui")
    await world.receives(ana.user_id, "um")
    await world.receives(rui.user_id, "!language pt")
    await world.receives(ana.user_id, "dois")
    await world.settles()
    assert [text for text, *_ in world.translator.asked] == ["um"]


async def test_more_than_a_page_of_events_is_worked_through(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(intake, "PAGE", 3)
    ana = world.person("ana", "PRT-GNR")
    await world.receives(ana.user_id, *["olá"] * 10)
    await world.settles()
    assert set((await world.outcomes()).values()) == {"no need"}


# Commands and their errors


async def test_a_command_is_answered_where_it_was_given(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    event_id = await ana.says("!record olá")
    assert ana.last.record == {
        "kind": "reply",
        "to": event_id,
        "command": "record",
        "ok": True,
        "ref": "BRAVO-7K3Q0",
    }
    assert (ana.last.body, ana.last.reply_to) == ("Recorded OLÁ.", event_id)
    assert (await world.outcomes())[event_id] == "done"


@pytest.mark.parametrize("target", ["$card", None])
async def test_a_late_command_that_is_done_after_all_replies_to_what_it_replied_to(
    world: World, target: str | None
) -> None:
    ana = world.person("ana", "PRT-GNR")
    content = reply_to(target, "!pointed") if target else {"msgtype": "m.text", "body": "!pointed"}
    await ana.says("!pointed", content=content, age=121)
    await ana.says("1", content=reply_to(world.event_of(ana.last), "1"))
    assert ana.hears(f"At {target or 'nothing'}.", ok=True, command="pointed")


async def test_a_persons_mistake_takes_back_what_was_done_and_is_answered_with_its_code(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    event_id = await ana.says("!record mistake")
    assert ana.hears("Someone else has it: Rui.", ok=False, error="conflict", command="record", to=event_id)
    assert (await world.store.person.find(ana.user_id)).language is None
    assert (await world.outcomes())[event_id] == "conflict"


async def test_a_mistake_without_words_is_worded_by_its_code(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!record silent")
    assert ana.hears("That came too late", ok=False, error="stale")


async def test_a_fault_of_ours_takes_back_what_was_done_and_has_a_reference_that_is_in_the_log(
    world: World,
) -> None:
    ana = world.person("ana", "PRT-GNR")
    with structlog.testing.capture_logs() as logs:
        event_id = await ana.says("!record fault")
    [fault] = [entry for entry in logs if entry["event"] == "command.failed"]
    assert ana.hears(fault["reference"], ok=False, error="internal", command="record", to=event_id)
    assert (fault["log_level"], fault["command"]) == ("error", "record")
    assert "12-AB-34" not in ana.last.body + str({**fault, "exc_info": None})
    assert (await world.store.person.find(ana.user_id)).language is None
    assert world.pulse.counters["fault"] == 1
    await ana.says("!record next")
    assert ana.hears("Recorded NEXT.")


async def test_a_command_from_a_device_that_is_not_trusted_does_nothing_and_says_why(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!record x", trusted=False)
    assert DOINGS.done == DOINGS.prepared == []
    assert ana.hears("only from devices that their owner has verified", ok=False, error="not_allowed")


async def test_plain_text_does_nothing_and_is_answered_once_an_hour(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    event_id = await ana.says("!record x", encrypted=False)
    assert DOINGS.done == []
    assert ana.hears("came unencrypted", ok=False, error="not_allowed", to=event_id)
    assert (await world.outcomes())[event_id] == "plaintext"
    await ana.says("Olá", encrypted=False)
    assert not ana.hears()
    world.clock.passes(hours=1)
    await ana.says("Olá", encrypted=False)
    assert ana.hears("came unencrypted")


async def test_a_command_is_for_its_role(world: World) -> None:
    ana, lead = world.person("ana", "PRT-GNR"), world.person("lead")
    await ana.says("!command")
    assert ana.hears(ok=False, error="not_allowed", command="command")
    await lead.says("!command")
    assert lead.hears("Done.", ok=True)


async def test_all_faults_of_a_line_come_before_anything_is_done(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!record")
    assert ana.hears(ok=False, error="bad_argument", command="record")
    assert DOINGS.prepared == []


async def test_a_role_is_asked_again_after_the_slow_work(world: World, monkeypatch: Any) -> None:
    ana = world.person("ana", "PRT-GNR")
    DOINGS.go_on.clear()
    await world.receives(ana.user_id, "!record x")
    await until(lambda: DOINGS.prepared)
    person = world.services.person
    asked: list[str] = []
    actor = person.actor

    async def again(user_id: UserId, room_id: str) -> Any:
        asked.append(user_id)
        return await actor(user_id, room_id)

    monkeypatch.setattr(type(person), "actor", lambda self, user, room: again(user, room))
    DOINGS.go_on.set()
    await world.settles()
    assert asked[0] == ana.user_id
    assert DOINGS.done == ["x"]


# Messages


async def test_a_translation_that_fails_stops_nobody(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    world.translator.broken["mau"] = RuntimeError("engine died on: mau")
    with structlog.testing.capture_logs() as logs:
        bad, good = await world.receives(ana.user_id, "mau", "bom")
        await world.settles()
    assert said(world) == [bad, good]
    assert "Ana wrote in Portuguese. Translation unavailable: please read the original." in first_post(world).body
    assert first_post(world).record["flags"] == {"en": ["unavailable"]}
    assert (await world.outcomes())[bad] == "relayed"
    assert (world.pulse.counters["fault"], world.pulse.flagged) == (1, {"unavailable": 1})
    [entry] = [entry for entry in logs if entry["event"] == "relay.failed"]
    assert "mau" not in str({**entry, "exc_info": None})


async def test_a_translation_that_fails_is_nothing_to_those_who_read_its_language(world: World) -> None:
    ana, _eva = world.person("ana", "PRT-GNR"), world.person("eva", "PRT-GNR")
    world.translator.broken["mau"] = RuntimeError("engine died")
    bad = await ana.says("mau")
    assert (world.heard, (await world.outcomes())[bad]) == ([], "no need")


@pytest.mark.parametrize("late", [False, True])
async def test_a_translation_that_cannot_be_recorded_is_said_to_be_unavailable(
    world: World, monkeypatch: Any, late: bool
) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    add = world.store.translation.add

    async def broken(event_id: str, translations: Sequence[Translation], now: datetime) -> None:
        if any(Flag.UNAVAILABLE not in translation.flags for translation in translations):
            raise ValueError("half a character")
        await add(event_id, translations, now)

    monkeypatch.setattr(world.store.translation, "add", broken)
    [bad] = await world.receives(ana.user_id, "mau", late=late)
    await world.settles()
    assert "ranslation unavailable" in first_post(world).body
    assert (await world.outcomes())[bad] == ("summed up" if late else "relayed")


@pytest.mark.parametrize("late", [False, True])
async def test_what_cannot_even_be_said_to_be_unavailable_stops_nobody(
    world: World, monkeypatch: Any, late: bool
) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    world.translator.broken["mau"] = RuntimeError("engine died")

    async def broken(incoming: Incoming) -> None:
        raise ValueError("nor that")

    monkeypatch.setattr(world.services.relay, "unavailable", broken)
    bad, good = await world.receives(ana.user_id, "mau", "bom", late=late)
    await world.settles()
    assert await world.outcomes() == {bad: "fault", good: "summed up" if late else "relayed"}


async def test_what_everyone_present_can_read_is_not_translated(world: World) -> None:
    ana, _eva = world.person("ana", "PRT-GNR"), world.person("eva", "PRT-GNR")
    event_id = await ana.says("Bom dia")
    assert (world.heard, (await world.outcomes())[event_id]) == ([], "no need")


async def test_what_cannot_be_read_for_ever_is_closed_with_its_reason(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    event_id = await ana.says("x", unreadable="malformed")
    assert (world.heard, (await world.outcomes())[event_id]) == ([], "malformed")
    assert world.pulse.counters["malformed"] == 1


# Keys


async def test_a_message_waits_for_its_key_and_holds_nobody_up(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    um = await ana.says("um", session="s1")
    dois = await ana.says("dois")
    assert said(world) == [dois]
    assert await world.store.inbox.depth() == (0, 1)
    world.reader.keys.add("s1")
    await world.intake.keys_arrived({"other", "s1"})
    await world.settles()
    assert said(world) == [dois, um]


async def test_what_waits_for_a_key_is_looked_at_again_after_a_restart(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    event_id = await ana.says("um", session="s1")
    await world.stop()
    world.reader.keys.add("s1")
    woken: list[str] = []
    await world.start()
    world.intake.on_done = woken.append
    await until(lambda: woken)
    await world.settles()
    assert said(world) == [event_id]


async def test_the_sender_of_a_message_whose_key_never_comes_is_told_once(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(stranded, "CHECK_SECONDS", 0.005)
    await world.stop()
    await world.start()
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    event_id = await ana.says("um", session="s1")
    await working()
    await world.delivers()
    assert world.heard == [], "it is not given up at once"
    world.clock.at += stranded.PATIENCE + timedelta(seconds=1)
    await until(lambda: world.pulse.counters.get("undecryptable"))
    await working()
    await world.delivers()
    assert ana.hears("its key did not reach me", ok=False, error="unavailable", command=None, to=event_id)
    assert (await world.outcomes())[event_id] == "undecryptable"
    world.clock.passes(hours=1)
    world.reader.keys.add("s1")
    await world.intake.keys_arrived({"s1"})
    await working()
    await world.settles()
    assert len(world.heard) == 1


async def test_someone_who_is_not_served_is_not_told_that_a_key_is_missing(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(stranded, "CHECK_SECONDS", 0.005)
    await world.stop()
    await world.start()
    [event_id] = await world.receives("@eve:elsewhere.net", "x", session="s1")
    await working()
    world.clock.at += stranded.PATIENCE + timedelta(seconds=1)
    await until(lambda: world.pulse.counters.get("undecryptable"))
    await working()
    await world.delivers()
    assert (world.heard, (await world.outcomes())[event_id]) == ([], "undecryptable")


async def test_a_waiting_message_that_cannot_be_looked_at_stops_nobody(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(stranded, "CHECK_SECONDS", 0.005)
    await world.stop()
    await world.start()
    ana = world.person("ana", "PRT-GNR")
    odd, lost = await ana.says("um", session="s1"), await ana.says("dois", session="s2")
    read = world.reader.read

    def breaks(row: InboxRow) -> Any:
        if row.event_id == odd:
            raise KeyError("content")
        return read(row)

    monkeypatch.setattr(world.reader, "read", breaks)
    world.clock.at += stranded.PATIENCE + timedelta(seconds=1)
    await until(lambda: world.pulse.counters.get("undecryptable"))
    await world.settles()
    assert await world.outcomes() == {odd: "fault", lost: "undecryptable"}


# Once, and not less


async def test_the_same_ciphertext_under_a_new_event_id_does_nothing(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    with structlog.testing.capture_logs() as logs:
        ids = [
            await ana.says(text, megolm=["s1", index])
            for index, text in enumerate(("!record x", "Olá", "!record mistake"))
            for _turn in range(2)
        ]
    assert DOINGS.done == ["x", "mistake"]
    assert [heard.cause for heard in world.heard if heard.kind != "notice"] == ids[::2]
    assert said(world).count(ids[1]) == 1, "the room is told of the first replay within the hour"
    assert list((await world.outcomes()).values())[1::2] == ["replay"] * 3
    assert [entry["event"] for entry in logs].count("event.replayed") == 3


async def test_a_replay_among_messages_that_nobody_needs_translated_is_found(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    ids = [
        event_id
        for index in (0, 0, 1, 2, 1)
        for event_id in await world.receives(ana.user_id, "Olá", megolm=["s1", index])
    ]
    await world.settles()
    outcomes = await world.outcomes()
    assert [outcomes[event_id] for event_id in ids] == ["no need", "replay", "no need", "no need", "replay"]


async def test_a_replay_does_nothing_after_a_restart_either(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!record x", megolm=["s1", 0])
    await world.stop()
    await world.start()
    event_id = await ana.says("!record x", megolm=["s1", 0])
    assert DOINGS.done == ["x"]
    assert (await world.outcomes())[event_id] == "replay"


async def test_two_replays_in_two_rooms_at_once_are_one(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.person("ana", "PRT-GNR", room="!other")
    DOINGS.go_on.clear()
    await world.receives(ana.user_id, "!record x", megolm=["s1", 0])
    await world.receives(ana.user_id, "!record x", megolm=["s1", 0], room="!other")
    await until(lambda: DOINGS.prepared == ["x", "x"])
    DOINGS.go_on.set()
    await world.settles()
    assert DOINGS.done == ["x"]
    assert sorted(heard.kind for heard in world.heard) == ["notice", "reply"]


async def test_a_restart_in_the_middle_neither_loses_nor_doubles(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    world.translator.hold("dois")
    texts = ("um", "dois", "!record x")
    ids = [(await world.receives(ana.user_id, text, megolm=["s1", i]))[0] for i, text in enumerate(texts)]
    await working()
    await world.stop()
    world.translator.held.clear()
    DOINGS.go_on.clear()
    await world.start()
    await until(lambda: DOINGS.prepared == ["x"])
    assert DOINGS.done == [], "stopped again, in the command's slow work"
    await world.stop()
    DOINGS.go_on.set()
    await world.start()
    await world.settles()
    assert said(world) == ids
    assert DOINGS.done == ["x"]
    assert set((await world.outcomes()).values()) == {"relayed", "done"}


@pytest.mark.parametrize("after", [i / 4000 for i in range(0, 40, 4)])
async def test_a_stop_at_any_moment_neither_loses_nor_doubles(world: World, after: float) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    ids = []
    for i in range(6):
        text = f"!record {i}" if i % 3 == 2 else f"texto {i}"
        ids += await world.receives(ana.user_id, text, megolm=["s1", i])
    await asyncio.sleep(after)
    await world.stop()
    await world.start()
    await world.settles()
    assert said(world) == ids


# Invitations


def inviting(world: World, sender: str, *, direct: bool) -> Any:
    content = {"membership": "invite", "is_direct": direct}
    return world.receives(
        sender, room="!new", type="m.room.member", state_key=BOT, content=content, encrypted=False, trusted=False
    )


@pytest.mark.parametrize(
    ("sender", "direct", "answer"),
    [
        ("@lead:example.org", False, "join"),
        ("@admin:example.org", False, "join"),
        ("@lead:example.org", True, "join"),
        ("@ana:gnr.example", False, "leave"),
        ("@ana:gnr.example", True, "join"),
        ("@luc-pn:example.org", True, "join"),
        ("@nobody:example.org", True, "leave"),
        ("@lead:elsewhere.net", False, "leave"),
        ("@chief:elsewhere.net", False, "leave"),
        ("@eve:elsewhere.net", True, "leave"),
    ],
)
async def test_an_invitation_is_followed_only_where_it_may_be(
    world: World, sender: str, direct: bool, answer: str
) -> None:
    [event_id] = await inviting(world, sender, direct=direct)
    await world.settles()
    assert [(heard.kind, heard.room, heard.cause) for heard in world.heard] == [(answer, "!new", event_id)]
    assert (await world.outcomes())[event_id] == answer


async def test_whoever_is_invited_the_bot_follows_only_its_own_invitation(world: World) -> None:
    world.person("lead")
    await world.receives(
        "@lead:example.org",
        room=ROOM,
        type="m.room.member",
        state_key="@rui:example.org",
        content={"membership": "invite"},
    )
    await world.settles()
    assert world.heard == []


async def test_the_sender_is_woken_for_what_is_to_be_posted(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    woken: list[str] = []
    world.intake.on_done = woken.append
    await ana.says("!record x")
    assert woken == [ROOM]


async def test_how_long_commands_and_translations_take_is_measured_from_receipt(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    world.translator.flags["12 carros"] = (Flag.NUMBER,)
    await ana.says("!status")
    await ana.says("12 carros")
    waiting = world.translator.hold("Olá")
    await world.receives(ana.user_id, "Olá")
    world.clock.passes(seconds=20)
    waiting.set()
    await world.settles()
    took = {work: (sum(latency.counts), latency.seconds) for work, latency in world.pulse.latencies.items()}
    assert took == {"command": (1, 0.0), "translate": (2, 0.0), "relay": (2, 20.0)}
    assert world.pulse.flagged == {"number": 1}


async def test_what_a_client_quotes_in_a_reply_is_not_translated_again(world: World) -> None:
    ana, rui = world.person("ana", "PRT-GNR"), world.person("rui")
    body = f"> <{rui.user_id}> Where?\n> There?\n\nAli"
    relation = {"m.relates_to": {"m.in_reply_to": {"event_id": "$before"}}}
    await ana.says(body, content={"msgtype": "m.text", "body": body, **relation})
    assert ana.hears(kind="translation", texts={"en": "Ali (pt to en)"})
