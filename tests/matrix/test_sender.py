"""What is sent fits into an event, whatever people are called; and what becomes of a row that nobody takes."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import pytest
from nio.crypto.attachments import decrypt_attachment

from bot.matrix.api import Api, HomeserverAway, HomeserverError, path
from bot.matrix.client import MatrixClient
from bot.matrix.nioclient import NioClient
from bot.matrix.sender import MAX_CONTENT_BYTES, Sender, content_of, encrypted
from bot.model.file import File
from bot.render import Post, Renderer
from bot.store.database import DiskFault
from bot.store.outbox import OutboxRow

from ..fakes import BOT, NOON, ROOM, FakeClock, opened
from ..world import World

MOST = 65_536 - 2_000
"""Bytes of an event, and what the homeserver adds to it."""


def nobody_is_lost(room_id: str) -> bool:
    """Return False, as for a room of people whose devices are all theirs."""
    return False


async def test_a_summary_full_of_long_names_is_not_more_than_the_homeserver_takes(tmp_path: Path) -> None:
    nio = NioClient(Api("http://127.0.0.1:1"), BOT, tmp_path, "k" * 64, trust_any=True)
    nio.restore_login(BOT, "DEVICE", "token")
    assert nio.olm is not None
    nio.olm.create_outbound_group_session(ROOM)
    nio.olm.outbound_group_sessions[ROOM].shared = True
    world = World(tmp_path / "liaison.db")
    await world.start()
    eve = world.person("eve", "PRT-GNR", shown="\U0001f6a8" * 60)
    world.person("rui")
    await world.receives(eve.user_id, *["ok a"] * 80, late=True, age=900)
    await world.settles()
    posts = [heard.post for heard in world.heard if heard.kind == "catchup" and heard.post]
    assert posts
    row = OutboxRow("id", ROOM, "catchup", "$cause", {}, NOON)
    for post in posts:
        event = encrypted(nio.olm, ROOM, content_of(post, row))
        assert len(json.dumps(event)) < MOST
    await world.stop()
    await nio.close()


async def test_what_cannot_be_read_from_the_disk_is_not_given_up(tmp_path: Path) -> None:
    class Full(Renderer):
        async def post(self, row: OutboxRow) -> Post:
            raise DiskFault("disk I/O error")

    async with opened(tmp_path / "liaison.db") as (_, store):
        async with store.transaction():
            await store.outbox.add(ROOM, "reply", "$cause", {}, NOON)
        row = await store.outbox.next(ROOM)
        assert row is not None
        with pytest.raises(DiskFault):
            client = cast("MatrixClient", SimpleNamespace(forsaken=nobody_is_lost))
            await Sender(client, store, Full(None, None), cast(Any, None), FakeClock())._deliver(row)  # type: ignore[arg-type]
        assert await store.outbox.next(ROOM) == row


class Refusing:
    """A homeserver that refuses everything."""

    async def request(self, *_args: Any, **_options: Any) -> dict[str, Any]:
        raise HomeserverError(403, "M_FORBIDDEN", "no")


async def test_what_is_given_up_wakes_the_read_receipt(tmp_path: Path) -> None:
    async with opened(tmp_path / "liaison.db") as (_, store):
        client = cast("MatrixClient", SimpleNamespace(api=Refusing(), forsaken=nobody_is_lost))
        sender = Sender(client, store, cast("Renderer", None), cast(Any, None), FakeClock())
        woken = asyncio.Queue[str]()
        sender.on_done = woken.put_nowait
        async with store.transaction():
            await store.outbox.add(ROOM, "join", "$invite", {}, NOON)
        work = asyncio.create_task(sender.run())
        assert await asyncio.wait_for(woken.get(), 5) == ROOM
        assert await store.outbox.depth() == 0
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


def row() -> OutboxRow:
    return OutboxRow("id", ROOM, "reply", "$event", {}, NOON)


@pytest.mark.parametrize("letter", ["x", "Ω", "🚨", "&"])
def test_a_content_that_is_let_through_fits_into_an_encrypted_event(letter: str) -> None:
    length = 1
    while True:
        try:
            content = content_of(Post(letter * length, letter * length, {"kind": "reply"}), row())
        except ValueError:
            break
        plain = json.dumps({"type": "m.room.message", "content": content, "room_id": ROOM}, ensure_ascii=False).encode()
        # Megolm: padding to 16 bytes, a head, a tag and a signature; then unpadded base64.
        assert (len(plain) + 128) * 4 / 3 < MOST
        length += 500
    assert length * len(letter.encode()) * 2 > MAX_CONTENT_BYTES / 2


def test_an_edit_says_it_twice_and_rings_nobody() -> None:
    post = Post("Hi", "<p>Hi</p>", {"kind": "translation"}, reply_to="$said", replaces="$posted")
    content = content_of(post, row())
    assert content["body"] == "* Hi"
    assert content["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$posted"}
    assert content["m.mentions"] == content["m.new_content"]["m.mentions"] == {}
    assert content["org.liaison"] == content["m.new_content"]["org.liaison"] == {"id": "id", "kind": "translation"}
    assert (content["m.new_content"]["body"], content["m.new_content"]["formatted_body"]) == ("Hi", "<p>Hi</p>")
    assert "m.relates_to" not in content["m.new_content"]


def test_whatever_could_be_posted_can_be_edited() -> None:
    post = Post("x" * 20_000, "x" * 20_000, {"kind": "catchup"}, replaces="$posted")
    content = content_of(post, row())
    assert content["m.new_content"]["body"] == post.body
    assert content["org.liaison"] == {"id": "id"}, "it can be found in the room"


class Taking:
    """A homeserver that takes everything."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def request(self, method: str, where: str, *_args: Any, **_options: Any) -> dict[str, Any]:
        self.asked.append((method, where))
        return {"event_id": "$done"}


@pytest.mark.parametrize(("echo", "state"), [(None, ("failed", None)), ("$echo", ("sent", "$echo"))])
async def test_what_has_no_text_any_more_is_only_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, echo: str | None, state: tuple[str, str | None]
) -> None:
    class Empty(Renderer):
        async def post(self, row: OutboxRow) -> Post | None:
            return None

    async def find_echo(*_args: object) -> str | None:
        return echo

    monkeypatch.setattr("bot.matrix.sender.find_echo", find_echo)
    async with opened(tmp_path / "liaison.db") as (database, store):
        async with store.transaction():
            await store.outbox.add(ROOM, "translation", "$said", {}, NOON)
        homeserver = Taking()
        client = cast("MatrixClient", SimpleNamespace(api=homeserver, forsaken=nobody_is_lost))
        await Sender(client, store, Empty(None, None), cast(Any, None), FakeClock())._room(ROOM)  # type: ignore[arg-type]
        found = await database.row("SELECT state, event_id FROM outbox")
        assert found is not None and tuple(found) == state
        assert homeserver.asked == []


async def test_what_is_sent_is_told_in_the_transaction_that_records_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Empty(Renderer):
        async def post(self, row: OutboxRow) -> Post | None:
            return None

    async def find_echo(*_args: object) -> str | None:
        return "$echo"

    async def posted(row: OutboxRow, now: datetime) -> None:
        told.append((row.kind, now))
        if len(told) == 1:
            raise DiskFault("full")

    told: list[tuple[str, datetime]] = []
    monkeypatch.setattr("bot.matrix.sender.find_echo", find_echo)
    async with opened(tmp_path / "liaison.db") as (_, store):
        async with store.transaction():
            await store.outbox.add(ROOM, "notice", "$said", {}, NOON)
        client = cast("MatrixClient", SimpleNamespace(api=Taking(), forsaken=nobody_is_lost))
        sender = Sender(client, store, Empty(None, None), cast(Any, None), FakeClock())  # type: ignore[arg-type]
        sender.on_posted = posted
        with pytest.raises(DiskFault):
            await sender._room(ROOM)
        assert await store.outbox.depth() == 1, "what was not told is not recorded as sent"
        await sender._room(ROOM)
        assert [kind for kind, _now in told] == ["notice", "notice"] and await store.outbox.depth() == 0


async def test_only_what_was_posted_is_taken_back(tmp_path: Path) -> None:
    async with opened(tmp_path / "liaison.db") as (_, store):
        async with store.transaction():
            sent = await store.outbox.add(ROOM, "translation", "$one", {}, NOON)
            failed = await store.outbox.add(ROOM, "translation", "$two", {}, NOON)
            await store.outbox.sent(sent, "$posted", NOON)
            await store.outbox.failed(failed, "no")
            edit = await store.outbox.add(ROOM, "translation", "$change", {"post": sent}, NOON)
            await store.outbox.sent(edit, "$edited", NOON)
            back = await store.outbox.add(ROOM, "redact", "$edit", {"post": sent}, NOON)
            await store.outbox.add(ROOM, "redact", "$edit", {"post": failed}, NOON, 1)
        homeserver = Taking()
        client = cast("MatrixClient", SimpleNamespace(api=homeserver, forsaken=nobody_is_lost))
        await Sender(client, store, Renderer(None, None), cast(Any, None), FakeClock())._room(ROOM)  # type: ignore[arg-type]
        assert homeserver.asked == [
            ("PUT", path("rooms", ROOM, "redact", "$posted", back)),
            ("PUT", path("rooms", ROOM, "redact", "$edited", f"{back}$edited")),
        ], "an edit is an event of its own, and keeps its words when the post is gone"
        assert await store.outbox.depth() == 0
        assert await store.outbox.event_of(sent) == "$posted"


@pytest.mark.parametrize(
    ("thread", "reply_to", "falls_back"),
    [("$root", "$root", True), ("$root", None, True), ("$root", "$said", False)],
)
def test_a_post_in_a_thread_is_an_answer_to_who_sees_no_threads(
    thread: str, reply_to: str | None, falls_back: bool
) -> None:
    post = Post("x", "<p>x</p>", {}, reply_to=reply_to, thread=thread)
    relation = content_of(post, OutboxRow("id", ROOM, "translation", "$said", {}, NOON))["m.relates_to"]
    assert relation == {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": falls_back,
        "m.in_reply_to": {"event_id": reply_to or "$root"},
    }


def test_a_file_and_a_ring_for_all_stand_in_the_content() -> None:
    file = {"filename": "photo.jpg", "file": {"url": "mxc://example.org/abc"}}
    post = Post("Ana:", "<p>Ana:</p>", {}, msgtype="m.image", file=file, rings_all=True, mentions=("@rui:example.org",))
    content = content_of(post, OutboxRow("id", ROOM, "relay", "$said", {}, NOON))
    assert (content["msgtype"], content["body"], content["file"]) == ("m.image", "Ana:", file["file"])
    assert content["m.mentions"] == {"user_ids": ["@rui:example.org"], "room": True}


@pytest.mark.parametrize(("payload", "said"), [({"ref": "BRAVO-7K3Q0"}, 0), ({"to": "@ana:example.org"}, 1)])
async def test_of_a_file_that_is_sent_again_nobody_is_told_that_it_does_not_come(
    tmp_path: Path, payload: dict[str, str], said: int
) -> None:
    async with opened(tmp_path / "liaison.db") as (_, store):
        client = cast("MatrixClient", SimpleNamespace(api=Refusing(), forsaken=nobody_is_lost))
        async with store.transaction():
            await store.outbox.add(ROOM, "file", "$cause", {"name": "a.age", **payload}, NOON)
        row = await store.outbox.next(ROOM)
        assert row
        await Sender(client, store, cast("Renderer", None), cast(Any, None), FakeClock())._give_up(row, "403")
        assert await store.outbox.depth() == said


async def test_a_file_that_was_made_for_a_post_is_encrypted_made_anew_at_each_try_and_kept_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Making(Renderer):
        made = 0

        async def post(self, row: OutboxRow) -> Post | None:
            self.made += 1
            file = File("digest.png", "image/png", b"picture %d" % self.made)
            return Post("New: 3", "", {"kind": "digest"}, msgtype="m.image", file={"info": {"w": 3}}, enclosed=file)

    class Uploading(Taking):
        uploaded: ClassVar[list[bytes]] = []

        async def upload(self, where: str, data: bytes, *, seconds: float) -> dict[str, Any]:
            self.uploaded.append(data)
            if len(self.uploaded) == 1:
                raise HomeserverAway("it is away for a moment")
            return {"content_uri": "mxc://example.org/abc"}

    said: list[dict[str, Any]] = []

    async def encrypt(_self: Sender, _room: str, content: dict[str, Any], _type: str) -> dict[str, Any]:
        said.append(content)
        return {}

    monkeypatch.setattr(Sender, "_encrypt", encrypt)
    monkeypatch.setattr("bot.matrix.sender.backoff", lambda *_args: 0.0)
    async with opened(tmp_path / "liaison.db") as (database, store):
        async with store.transaction():
            await store.outbox.add(ROOM, "digest", "$asked", {"form": "picture"}, NOON)
        homeserver = Uploading()
        nio = SimpleNamespace(rooms={ROOM: object()})
        client = cast("MatrixClient", SimpleNamespace(api=homeserver, nio=nio, forsaken=lambda _room: False))
        await Sender(client, store, Making(None, None), cast(Any, None), FakeClock())._room(ROOM)  # type: ignore[arg-type]
        [content] = said
        assert (content["msgtype"], content["body"], content["info"]) == ("m.image", "New: 3", {"w": 3})
        file = content["file"]
        assert "url" not in content and file["url"] == "mxc://example.org/abc"
        assert not any(b"picture" in one for one in homeserver.uploaded)
        clear = decrypt_attachment(homeserver.uploaded[-1], file["key"]["k"], file["hashes"]["sha256"], file["iv"])
        assert clear == b"picture 2"
        assert await database.row("SELECT 1 FROM file") is None and await store.outbox.depth() == 0


async def test_what_is_no_message_keeps_its_type_within_the_encryption(tmp_path: Path) -> None:
    nio = NioClient(Api("http://127.0.0.1:1"), BOT, tmp_path, "k" * 64, trust_any=True)
    nio.restore_login(BOT, "DEVICE", "token")
    assert nio.olm is not None
    nio.olm.create_outbound_group_session(ROOM)
    nio.olm.outbound_group_sessions[ROOM].shared = True
    relation = {"rel_type": "m.reference", "event_id": "$start"}
    post = Post("Over", "", {"kind": "poll"}, type="m.poll.end", content={"m.poll.end": {}, "m.relates_to": relation})
    content = content_of(post, row())
    assert content == {
        "m.mentions": {}, "m.poll.end": {}, "m.relates_to": relation, "org.liaison": {"id": row().id, "kind": "poll"},
    }  # fmt: skip
    event = encrypted(nio.olm, ROOM, content, post.type)
    [session] = nio.olm.inbound_group_store[ROOM][nio.olm.account.identity_keys["curve25519"]].values()
    within = json.loads(session.decrypt(event["ciphertext"])[0])
    assert (within["type"], within["content"]) == ("m.poll.end", content)
    assert event["m.relates_to"] == relation, "servers and clients find what it ends by that"
    await nio.close()


def test_what_is_no_message_says_as_well_whom_it_means() -> None:
    """Without that, clients go by older rules: a poll that holds somebody's name would ring them."""
    post = Post("When?", "", {"kind": "poll"}, type="org.matrix.msc3381.poll.start", content={"a": 1})
    assert content_of(post, row())["m.mentions"] == {}
