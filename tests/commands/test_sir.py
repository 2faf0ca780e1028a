"""Reports to the rights monitors alone: sealed when they come, and nowhere in clear, for nobody."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pyrage.x25519 import Identity
from structlog.testing import capture_logs

from bot.errors import ErrorCode
from bot.intake.limits import MOST_REPORTS
from bot.model.person import UserId
from bot.model.reference import Reference, read
from bot.model.sealed import unseal

from ..fakes import BOT, configuration
from ..incident.test_held_against_the_log import fault
from ..world import Heard, Person, World

MONITORS = {
    UserId("@monitor:rights.example"): Identity.generate(),
    UserId("@second:rights.example"): Identity.generate(),
}
FIRST, SECOND = MONITORS
CONFIG = configuration(
    monitors=[{"user_id": user, "public_key": str(key.to_public())} for user, key in MONITORS.items()]
)
DIRECT = "!ana:example.org"
TEXT = "Batanoga strikes prisoners: 14:30 at the gate --always"
SECRET = "Batanoga"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A task force with two rights monitors, of a server that it does not list."""
    world = World(tmp_path / "liaison.db", CONFIG)
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def ana(world: World) -> Person:
    """Ana, in the room of the task force and in a direct room with the bot."""
    ana = world.person("ana", "PRT-GNR")
    world.rooms.joined[DIRECT] = [UserId(BOT), ana.user_id]
    world.person("kate")
    return ana


async def test_the_log_verifies_and_names_no_sealed_report(world: World, ana: Person) -> None:
    """Its entry looks like the first of a timeline, and there is none."""
    await world.services.audit.begin(world.clock.now())
    await ana.says("!incident declare Barco na praia type:vessel severity:low")
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    await ana.says("!incident note Um homem a bordo")
    assert len(world.files) == 2 and fault(world) is None


async def everything(world: World) -> str:
    """Return all that stands in the database, as one text."""
    tables = await world.database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    found = []
    for table in tables:
        for row in await world.database.rows(f'SELECT * FROM "{table["name"]}"'):
            found += [value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in row]
    return "\n".join(found)


def posted(world: World, kind: str) -> list[Heard]:
    return [heard for heard in world.heard if heard.kind == kind]


def files_event(data: bytes) -> str:
    """Return the digest of a file as the homeserver writes events' ids."""
    return "$" + urlsafe_b64encode(sha256(data).digest()).decode().rstrip("=")


def readable(world: World, file: int, monitor: UserId) -> str:
    return unseal(world.files[file].data, MONITORS[monitor])


async def test_it_is_sealed_for_each_monitor_and_the_reporter_gets_a_receipt(world: World, ana: Person) -> None:
    with capture_logs() as logged:
        await ana.says(f"!sir {TEXT}", room=DIRECT)
    [receipt] = [heard for heard in world.heard if heard.room == DIRECT]
    assert receipt.post
    ref, body = receipt.post.record["ref"], receipt.post.body.replace("\u2068", "").replace("\u2069", "")
    assert receipt.post.record["ok"] and ref in body and "2 rights monitors" in body
    assert isinstance(read(ref, "BRAVO"), Reference)

    sealed, other = world.files
    assert sealed == other and sealed.name == f"{ref}.age"
    assert sha256(sealed.data).hexdigest() in body
    for monitor in MONITORS:
        report = readable(world, 0, monitor)
        assert report.endswith(f"\n\n{TEXT}\n") and ref in report and ana.user_id in report and "PRT-GNR" in report

    rooms = {room: members for room, members in world.rooms.invited.items() if members}
    assert sorted(rooms.values()) == [[FIRST], [SECOND]], "a room was opened for each"
    for room, [monitor] in rooms.items():
        file, ring = (heard for heard in world.heard if heard.room == room)
        assert file.post and ring.post and (file.kind, ring.kind) == ("file", "alert")
        assert file.post.reply_to is None and file.post.record == {"kind": "file", "ref": ref, "name": f"{ref}.age"}
        assert ring.post.msgtype == "m.text" and ring.post.mentions == (monitor,)
        assert ring.post.reply_to == world.event_of(file.post)
        words = ring.post.body + json.dumps(dict(ring.post.record))
        assert ref in words and "Ana" not in words and "GNR" not in words
    assert SECRET not in await everything(world)
    assert logged == [], "no log names it"


async def test_nothing_that_stays_leads_to_the_reporter(world: World, ana: Person) -> None:
    said = await ana.says(f"!sir {TEXT}", room=DIRECT)
    await world.services.sir.pursue(world.clock.now())
    for table in ("sealed", "sealed_for", "audit_entry", "audit_content", "pseudonym"):
        for row in await world.database.rows(f"SELECT * FROM {table}"):
            kept = " ".join(value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in row)
            assert "ana" not in kept and said not in kept and SECRET not in kept
    [row] = await world.database.rows("SELECT * FROM sealed")
    assert row["data"] is None, "each monitor has it"
    assert (await world.outcomes())[said] == "done"
    [kept] = await world.database.rows("SELECT raw FROM inbox WHERE event_id = ?", said)
    assert kept["raw"] == "{}"


async def test_no_row_of_any_table_holds_who_reported_beside_the_report(world: World, ana: Person) -> None:
    said = await ana.says(f"!sir {TEXT}", room=DIRECT)
    [ref] = [row["ref"] for row in await world.database.rows("SELECT ref FROM sealed")]
    [receipt] = await world.database.rows("SELECT * FROM outbox WHERE room_id = ?", DIRECT)
    who = {ana.user_id, DIRECT, said, receipt["id"], receipt["event_id"]}
    report = {ref, sha256(world.files[0].data).hexdigest(), files_event(world.files[0].data)}
    report |= {row["id"] for row in await world.database.rows("SELECT id FROM outbox WHERE room_id != ?", DIRECT)}
    assert receipt["state"] == "sent" and len(report) > 3
    for table in await world.database.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in await world.database.rows(f'SELECT * FROM "{table["name"]}"'):
            kept = " ".join(value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in row)
            assert not (any(one in kept for one in who) and any(one in kept for one in report)), table["name"]


@pytest.mark.parametrize("given_up", [False, True])
async def test_a_receipt_is_forgotten_also_if_it_does_not_arrive(world: World, ana: Person, given_up: bool) -> None:
    [said] = await world.receives(ana.user_id, f"!sir {TEXT}", room=DIRECT)
    while (await world.outcomes())[said] is None:
        await world.idle()
    async with world.store.transaction():
        for row in await world.store.outbox.list_waiting(DIRECT):
            await (world.store.outbox.failed(row.id, "403") if given_up else world.store.outbox.sent(
                row.id, "$receipt", world.clock.now()))  # fmt: skip
    [row] = await world.database.rows("SELECT * FROM outbox WHERE room_id = ?", DIRECT)
    assert row["payload"] == "{}"


async def test_its_reference_is_nobody_elses(world: World, ana: Person) -> None:
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    [ref] = [Reference(row["ref"]) for row in await world.database.rows("SELECT ref FROM sealed")]
    assert await world.store.incident.taken(ref) and not await world.store.incident.taken(Reference("BRAVO-00000"))


async def test_a_fault_of_ours_names_it_in_no_log(world: World, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_given: Any) -> None:
        raise RuntimeError(TEXT)

    monkeypatch.setattr(world.services.sir, "hand_over", broken)
    with capture_logs() as logged:
        await ana.says(f"!sir {TEXT}", room=DIRECT)
    assert ana.hears("nothing was changed", ok=False, error="internal")
    assert [(entry["event"], entry["command"]) for entry in logged] == [("command.failed", None)]


async def test_its_entry_in_the_log_looks_like_any_other(world: World, ana: Person) -> None:
    await ana.says("!incident declare Barco na praia")
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    usual, own = [
        json.loads(row["envelope"]) for row in await world.database.rows("SELECT * FROM audit_entry ORDER BY position")
    ]
    assert own.keys() == usual.keys() and (own["kind"], own["agency"]) == (usual["kind"], usual["agency"])
    assert [len(str(own[key])) for key in ("actor", "ref", "content", "time")] == [
        len(str(usual[key])) for key in ("actor", "ref", "content", "time")
    ]
    assert own["actor"] != usual["actor"], "and it does not say who it was"
    known, content = [
        json.loads(row["content"]) for row in await world.database.rows("SELECT * FROM audit_content ORDER BY position")
    ]
    assert content.keys() == known.keys() and {*content["values"]} <= {*known["values"]}
    assert [type(content[key]) for key in ("number", "event", "sent", "received", "happened", "corrects")] == [
        type(known[key]) for key in ("number", "event", "sent", "received", "happened", "corrects")
    ]
    assert content["event"] == files_event(world.files[0].data), "the digest is there, in the shape of an event's id"
    assert "sha256" not in str(content) and "ana" not in str(content)


async def test_others_find_nothing_of_it(world: World, ana: Person) -> None:
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    ref = str(posted(world, "reply")[0].post.record["ref"])  # type: ignore[union-attr]
    lead = world.person("lead")
    for line in (f"!incident show {ref}", f"!incident timeline {ref}", f"!incident note {ref} x"):
        await lead.says(line)
        assert lead.hears("no such incident", ok=False, error="not_found")
    await lead.says("!incident list")
    assert lead.hears("No incident is open")
    assert [heard.room for heard in world.heard if heard.post and SECRET in heard.post.body] == []


async def test_in_a_room_of_others_it_is_refused_and_nothing_is_made_of_it(world: World, ana: Person) -> None:
    said = await ana.says(f"!sir {TEXT}")
    assert ana.hears("Delete your message", ok=False, error="not_allowed")
    assert SECRET not in "".join(heard.post.body for heard in world.heard if heard.post)
    reaction = {"rel_type": "m.annotation", "event_id": said, "key": "🌐"}
    kate = Person(world, "@kate:example.org")
    await kate.says("", type="m.reaction", encrypted=False, content={"m.relates_to": reaction})
    await kate.says("", content={"msgtype": "m.text", "body": "!translate pt",
                                 "m.relates_to": {"m.in_reply_to": {"event_id": said}}})  # fmt: skip
    assert kate.hears("cannot translate", ok=False)
    image = {"msgtype": "m.image", "body": f"!sir {TEXT}", "filename": "a.jpg", "url": "mxc://x/y"}
    await ana.says("", content=image)
    assert ana.hears("text alone", ok=False, error="not_allowed")
    plain = await ana.says("Bom dia")
    new = {"msgtype": "m.text", "body": f"!sir {TEXT}"}
    edit = {"msgtype": "m.text", "body": f"* !sir {TEXT}", "m.new_content": new,
            "m.relates_to": {"rel_type": "m.replace", "event_id": plain}}  # fmt: skip
    edited = await ana.says("", content=edit)
    assert (await world.outcomes())[edited] == "edit"
    caption = {**image, "body": "Uma foto"}
    photo = await ana.says("", content=caption)
    new = {**image, "m.relates_to": {}}
    edit = {**image, "m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": photo}}
    edited = await ana.says("", content=edit)
    assert (await world.outcomes())[edited] == "edit"
    assert world.translator.made == ["Bom dia", "Uma foto"] and world.files == []
    assert SECRET not in await everything(world)


@pytest.mark.parametrize(
    "line",
    [
        "!sir they are shooting", "!Sir, eles estão a disparar da ponte",
        "!SIR they are shooting at us from the old bridge, send somebody!",
    ],
)  # fmt: skip
async def test_who_calls_out_to_a_sir_is_heard_by_the_others(world: World, ana: Person, line: str) -> None:
    said = await ana.says(line)
    assert ana.hears(f"{line} (pt to en)", kind="translation")
    assert ana.hears("in a direct room", kind="reply", ok=False)
    await ana.says(line)
    assert len(posted(world, "translation")) == 2 and len(posted(world, "reply")) == 1
    new = {"msgtype": "m.text", "body": f"!sir {TEXT}"}
    edit = {"msgtype": "m.text", "body": f"* !sir {TEXT}", "m.new_content": new,
            "m.relates_to": {"rel_type": "m.replace", "event_id": said}}  # fmt: skip
    edited = await ana.says("", content=edit)
    assert (await world.outcomes())[edited] == "edit" and SECRET not in await everything(world)
    await ana.says(line, room=DIRECT)
    assert ana.hears("sealed", ok=True), "to the bot alone it is a report"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "at 14 they struck him",
        "he struck them\nagain",
        "my chief struck him",
        "Mi jefe ha golpeado a un detenido",
    ],
)
async def test_what_plainly_is_a_report_is_passed_on_nowhere(world: World, ana: Person, text: str) -> None:
    await ana.says(f"!sir {text}")
    assert ana.hears("Delete your message", ok=False) and world.translator.made == []


async def test_a_room_where_somebody_is_only_invited_is_not_direct(world: World, ana: Person) -> None:
    world.rooms.invited[DIRECT] = [UserId("@lead:example.org")]
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    assert ana.hears("only in a direct room", ok=False, error="not_allowed")
    assert world.files == [] and await world.database.rows("SELECT * FROM audit_entry") == []


async def test_who_comes_while_it_is_sealed_stops_it(
    world: World, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = world.services.sir.seal

    async def slowly(*given: Any) -> Any:
        made = await seal(*given)
        world.rooms.joined[DIRECT].append(UserId("@lead:example.org"))
        return made

    monkeypatch.setattr(world.services.sir, "seal", slowly)
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    assert ana.hears("only in a direct room", ok=False, error="not_allowed") and world.files == []


async def test_without_monitors_it_says_whom_to_turn_to(tmp_path: Path) -> None:
    world = World(tmp_path / "liaison.db")
    await world.start()
    ana = world.person("ana", room=DIRECT)
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    assert ana.hears("privacy@example.org", ok=False, error="unavailable")
    world.person("kate", room=DIRECT)
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    assert ana.hears("Delete your message", ok=False, error="not_allowed")
    assert SECRET not in await everything(world)
    await world.stop()


async def test_late_it_is_done_all_the_same_and_asked_about_nowhere(world: World, ana: Person) -> None:
    await ana.says(f"!sir {TEXT}", room=DIRECT, age=3600)
    assert ana.hears("sealed", ok=True) and len(world.files) == 2
    assert await world.database.rows("SELECT * FROM question") == []


@pytest.mark.parametrize(("text", "said"), [("", "missing"), ("   ", "missing"), ('""', "empty"), ('" "', "empty")])
async def test_an_empty_one_is_none(world: World, ana: Person, text: str, said: str) -> None:
    await ana.says(f"!sir {text}", room=DIRECT)
    assert ana.hears(said, ok=False, error="bad_argument") and world.files == []


async def test_one_that_is_too_long_is_refused_without_its_words(world: World, ana: Person) -> None:
    await ana.says(f"!sir {SECRET * 600}", room=DIRECT)
    assert ana.hears("characters at most", ok=False, error="bad_argument") and SECRET not in ana.last.body
    assert SECRET not in await everything(world)


async def test_from_a_device_that_is_not_verified_it_is_not_taken(world: World, ana: Person) -> None:
    await ana.says(f"!sir {TEXT}", room=DIRECT, trusted=False)
    assert ana.hears("verified", ok=False, error=ErrorCode.NOT_ALLOWED) and world.files == []
    assert SECRET not in await everything(world)


async def test_too_many_are_refused_each_with_a_word(world: World, ana: Person) -> None:
    for _time in range(MOST_REPORTS):
        await ana.says(f"!sir {TEXT}", room=DIRECT)
        assert ana.hears(ok=True)
    for _time in range(2):
        await ana.says(f"!sir {TEXT}", room=DIRECT)
        assert ana.hears("kept nothing", ok=False, error="rate_limited")
    assert len(world.files) == 2 * MOST_REPORTS
    world.clock.passes(minutes=1, seconds=1)
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    assert ana.hears(ok=True)


async def test_a_replay_and_a_restart_hand_over_nothing_twice(world: World, ana: Person) -> None:
    await ana.says(f"!sir {TEXT}", room=DIRECT, megolm=["session", 1])
    await ana.says(f"!sir {TEXT}", room=DIRECT, megolm=["session", 1])
    assert len(world.files) == 2 and len(await world.database.rows("SELECT * FROM sealed")) == 1
    [said] = await world.receives(ana.user_id, f"!sir {TEXT}", room=DIRECT)
    while (await world.outcomes())[said] is None:
        await world.idle()
    await world.stop()
    await world.start()
    await world.settles()
    await world.services.sir.pursue(world.clock.now())
    await world.delivers()
    assert len(world.files) == 4 and len(await world.database.rows("SELECT * FROM sealed")) == 2


async def test_what_the_homeserver_does_not_take_is_sent_again(world: World, ana: Person) -> None:
    [said] = await world.receives(ana.user_id, f"!sir {TEXT}", room=DIRECT)
    while (await world.outcomes())[said] is None:
        await world.idle()
    async with world.store.transaction():
        for row in await world.store.outbox.list_waiting(SECOND):
            await world.store.outbox.failed(row.id, "403")
            await world.store.file.forget(row.id)
    await world.delivers()
    await world.services.sir.pursue(world.clock.now())
    assert len(world.files) == 1
    await world.delivers()
    assert len(world.files) == 2 and readable(world, 1, SECOND).endswith(f"{TEXT}\n")
    for _time in range(2):
        await world.services.sir.pursue(world.clock.now())
        await world.delivers()
    assert len(world.files) == 2


async def test_who_is_no_monitor_any_more_is_sent_nothing_again(world: World, ana: Person) -> None:
    [said] = await world.receives(ana.user_id, f"!sir {TEXT}", room=DIRECT)
    while (await world.outcomes())[said] is None:
        await world.idle()
    async with world.store.transaction():
        for row in await world.store.outbox.list_waiting(SECOND):
            await world.store.outbox.failed(row.id, "403")
    world.current.now = world.current.now.model_copy(update={"monitors": CONFIG.monitors[:1]})
    await world.services.sir.pursue(world.clock.now())
    await world.delivers()
    assert len(world.files) == 1


async def test_the_bot_cannot_read_the_message_again(world: World, ana: Person) -> None:
    await ana.says("!about", room=DIRECT)
    assert world.reader.unlearned == []
    first = await ana.says(f"!sir {TEXT}", room=DIRECT)
    assert world.reader.unlearned == [first]
    # What waits for a key may need the same one.
    await world.receives(ana.user_id, "Bom dia", room=DIRECT, session="other")
    while (await world.store.inbox.depth())[1] == 0:
        await world.idle()
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    assert ana.hears("sealed", ok=True) and world.reader.unlearned == [first]


async def test_a_room_key_that_cannot_be_given_up_costs_no_report(
    world: World, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_incoming: Any) -> None:
        raise ValueError(TEXT)

    monkeypatch.setattr(world.reader, "unlearn", broken)
    said = await ana.says(f"!sir {TEXT}", room=DIRECT)
    assert (await world.outcomes())[said] == "done"
    assert len([heard for heard in world.heard if heard.room == DIRECT]) == 1 and ana.hears(ok=True)


async def test_each_monitor_has_a_room_before_there_is_a_report(world: World, ana: Person) -> None:
    for _time in range(2):
        await world.services.sir.pursue(world.clock.now())
        await world.delivers()
    rooms = dict(world.rooms.joined)
    assert sorted(map(tuple, world.rooms.invited.values())) == [(FIRST,), (SECOND,)]
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    assert len(world.files) == 2 and world.rooms.joined.keys() == rooms.keys()
    kinds = await world.database.rows("SELECT count(*) AS n FROM outbox WHERE kind = 'open'")
    assert kinds[0]["n"] == 2


async def test_a_monitor_who_declines_is_asked_again_only_for_a_report(world: World, ana: Person) -> None:
    await world.services.sir.pursue(world.clock.now())
    await world.delivers()
    for invited in world.rooms.invited.values():
        invited.clear()
    async with world.store.transaction():
        await world.database.execute("DELETE FROM outbox")
    await world.services.sir.pursue(world.clock.now())
    assert await world.store.outbox.depth() == 0
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    assert len(world.files) == 2 and len(world.rooms.joined) == 6


async def test_a_monitors_room_is_used_again(world: World, ana: Person) -> None:
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    rooms = dict(world.rooms.joined)
    await ana.says(f"!sir {TEXT}", room=DIRECT)
    assert len(world.files) == 4 and world.rooms.joined.keys() == rooms.keys()


async def test_it_is_described_in_no_room() -> None:
    from bot.command import command
    from bot.i18n import _

    async def handler(ctx: Any) -> Any: ...

    with pytest.raises(ValueError, match="described"):
        command("sir", summary=_("Report"), described=True)(handler)
