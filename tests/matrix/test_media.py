"""Files: encrypted on the homeserver, believed only if they are what their message says, and posted once."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import pytest_asyncio
from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.i18n import Catalogues
from bot.matrix import media
from bot.matrix.api import Api
from bot.matrix.client import MatrixClient
from bot.matrix.media import Media
from bot.matrix.sender import Sender
from bot.model.file import Enclosed, File, enclosed
from bot.render import Renderer
from bot.services.file import Unfetched
from bot.store import Store
from bot.store.outbox import OutboxRow

from ..fakes import NOON, ROOM, FakeClock, opened
from .test_api import served


def unpadded(data: bytes, *, url: bool = False) -> str:
    return (base64.urlsafe_b64encode if url else base64.b64encode)(data).decode().rstrip("=")


def encrypted(data: bytes, **changes: Any) -> tuple[bytes, dict[str, Any]]:
    """Return *data* as the specification has it encrypted, by another library than the bot's, and its `file`."""
    key, iv = os.urandom(32), os.urandom(8) + bytes(8)
    made = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor().update(data)
    jwk = {"kty": "oct", "alg": "A256CTR", "ext": True, "k": unpadded(key, url=True), "key_ops": ["encrypt", "decrypt"]}
    file = {"v": "v2", "key": jwk, "iv": unpadded(iv), "hashes": {"sha256": unpadded(hashlib.sha256(made).digest())}}
    return made, file | {"url": "mxc://example.org/abc"} | changes


def decrypted(data: bytes, file: Mapping[str, Any]) -> bytes:
    def raw(text: str) -> bytes:
        return base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "==")

    assert hashlib.sha256(data).digest() == raw(file["hashes"]["sha256"])
    return Cipher(algorithms.AES(raw(file["key"]["k"])), modes.CTR(raw(file["iv"]))).decryptor().update(data)


class Homeserver:
    """A content repository; `answer` takes the place of what it would give."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []
        self.posted: list[tuple[str, dict[str, Any]]] = []
        self.refusals: list[web.Response] = []
        self.slow = 0.0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.method, request.path))
        assert request.headers["Authorization"] == "Bearer token"
        await asyncio.sleep(self.slow)
        if self.refusals:
            return self.refusals.pop(0)
        if request.path == "/_matrix/media/v3/upload":
            name = f"up{len(self.files)}"
            self.files[name] = await request.read()
            return web.json_response({"content_uri": f"mxc://example.org/{name}"})
        if request.method == "PUT":
            self.posted.append((request.path, await request.json()))
            return web.json_response({"event_id": f"$posted{len(self.posted)}"})
        prefix = "/_matrix/client/v1/media/download/example.org/"
        assert request.path.startswith(prefix)
        return web.Response(body=self.files[request.path.removeprefix(prefix)])


@pytest_asyncio.fixture
async def homeserver() -> AsyncIterator[Homeserver]:
    yield Homeserver()


@pytest_asyncio.fixture
async def api(homeserver: Homeserver) -> AsyncIterator[Api]:
    async with served(homeserver.handle) as url:  # type: ignore[arg-type]
        api = Api(url)
        api.token = "token"
        yield api
        await api.close()


def of(file: dict[str, Any]) -> Enclosed:
    found = enclosed({"body": "terms.csv", "file": file})
    assert found is not None
    return found


async def test_a_file_comes_back_as_it_was_encrypted_by_another_client(api: Api, homeserver: Homeserver) -> None:
    for data in (b"plate,matricula\n", b"", os.urandom(300_000)):
        homeserver.files["abc"], file = encrypted(data)
        assert await Media(api).fetch(of(file), 300_000) == data


async def test_what_is_uploaded_is_read_by_another_client_and_not_by_the_homeserver(
    api: Api, homeserver: Homeserver
) -> None:
    data = b"plate,matricula\n" * 1000
    files = [await Media(api).upload(data) for _ in range(2)]
    stored = [homeserver.files[file["url"].rpartition("/")[2]] for file in files]
    assert [decrypted(*both) for both in zip(stored, files, strict=True)] == [data, data]
    assert stored[0] != stored[1] and b"plate" not in stored[0]
    assert await Media(api).fetch(of(dict(files[0])), len(data)) == data


@pytest.mark.parametrize(
    "change",
    [
        {"hashes": {"sha256": unpadded(bytes(32))}},
        {"hashes": {"sha256": "%%%"}},
        {"hashes": {"sha256": ""}},
        {"iv": ""},
        {"iv": "ж"},
        {"iv": unpadded(bytes(3))},
        {"key": {"alg": "A256CTR", "k": ""}},
        {"key": {"alg": "A256CTR", "k": "ж" * 43}},
        {"key": {"alg": "A256CTR", "k": unpadded(bytes(7))}},
        {"url": "https://example.org/abc"},
        {"url": "mxc://example.org"},
        {"url": "mxc://"},
    ],
)
async def test_a_file_that_is_not_what_its_message_says_is_refused(
    api: Api, homeserver: Homeserver, change: dict[str, Any]
) -> None:
    homeserver.files["abc"], file = encrypted(b"plate,matricula\n", **change)
    with pytest.raises(Unfetched, match="bad_argument"):
        await Media(api).fetch(of(file), 1000)


async def test_a_file_that_was_changed_on_the_homeserver_is_refused(api: Api, homeserver: Homeserver) -> None:
    made, file = encrypted(b"plate,matricula\n")
    homeserver.files["abc"] = made[:-1] + bytes([made[-1] ^ 1])
    with pytest.raises(Unfetched, match="bad_argument"):
        await Media(api).fetch(of(file), 1000)


async def test_a_file_that_is_too_large_is_not_read_to_its_end(api: Api, homeserver: Homeserver) -> None:
    homeserver.files["abc"], file = encrypted(bytes(2_000_000))
    with pytest.raises(Unfetched) as raised:
        await Media(api).fetch(of(file), 1_999_999)
    assert raised.value.messages[0].values == {"most": 1}
    assert len(await Media(api).fetch(of(file), 2_000_000)) == 2_000_000


async def test_a_file_that_does_not_come_is_away(
    api: Api, homeserver: Homeserver, monkeypatch: pytest.MonkeyPatch
) -> None:
    homeserver.files["abc"], file = encrypted(b"x")
    gone = web.json_response({"errcode": "M_NOT_FOUND"}, status=404)
    elsewhere = web.Response(status=307, headers={"Location": "http://127.0.0.1:1/x"})
    for refusal in (gone, elsewhere, web.Response(status=502, text="<html>")):
        homeserver.refusals = [refusal]
        with pytest.raises(Unfetched, match="unavailable"):
            await Media(api).fetch(of(file), 1000)
    monkeypatch.setattr(media, "SECONDS", 0.05)
    homeserver.slow = 1
    with pytest.raises(Unfetched, match="unavailable"):
        await Media(api).fetch(of(file), 1000)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"file": None},
        {"file": "mxc://example.org/abc"},
        {"url": "mxc://example.org/abc"},
        {"file": encrypted(b"")[1] | {"v": "v1"}},
        {"file": encrypted(b"")[1] | {"key": None}},
        {"file": encrypted(b"")[1] | {"key": {"alg": "none", "k": "x"}}},
        {"file": encrypted(b"")[1] | {"iv": 5}},
        {"file": encrypted(b"")[1] | {"url": ["x"]}},
    ],
)
def test_a_message_without_an_encrypted_file_holds_none(content: dict[str, Any]) -> None:
    assert enclosed(content) is None


# Posting


class Posting(Sender):
    """A sender whose encryption of messages is left out: what it sends is seen."""

    async def _encrypt(self, room_id: str, content: Mapping[str, Any], type: str) -> dict[str, Any]:
        return dict(content)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path / "liaison.db") as (_, store):
        yield store


def posting(api: Api, store: Store) -> Posting:
    async def shows(*_: object) -> bool:
        return True  # the file is about no record

    client = SimpleNamespace(api=api, forsaken=lambda room_id: False, nio=SimpleNamespace(rooms={ROOM: object()}))
    renderer = Renderer(Catalogues({}), cast("Any", SimpleNamespace(incident=SimpleNamespace(shows=shows))))
    return Posting(cast("MatrixClient", client), store, renderer, cast("Any", None), FakeClock())


async def kept(store: Store, data: bytes = b"plate\n") -> OutboxRow:
    """Return the outbox row of a file that waits to be posted."""
    shown = {"to": "@ana:gnr.example", "name": "terms.csv", "media_type": "text/csv", "size": len(data)}
    async with store.transaction():
        id = await store.outbox.add(ROOM, "file", "$asked", shown, NOON)
        await store.file.add(id, File("terms.csv", "text/csv", data))
    row = await store.outbox.next(ROOM)
    assert row is not None
    return row


async def test_a_file_is_posted_encrypted_and_forgotten(api: Api, homeserver: Homeserver, store: Store) -> None:
    row = await kept(store)
    await posting(api, store)._deliver(row)
    [(where, content)] = homeserver.posted
    assert where.endswith(f"/m.room.encrypted/{row.id}")
    assert (content["msgtype"], content["body"], content["filename"]) == ("m.file", "terms.csv", "terms.csv")
    assert content["info"] == {"mimetype": "text/csv", "size": 6} and content["m.mentions"] == {}
    assert content["org.liaison"] == {"id": row.id, "kind": "file", "to": "$asked", "name": "terms.csv"}
    assert decrypted(homeserver.files["up0"], content["file"]) == b"plate\n"
    assert await store.file.find(row.id) is None and await store.outbox.depth() == 0


async def test_a_failure_between_upload_and_post_uploads_and_posts_once(
    api: Api, homeserver: Homeserver, store: Store
) -> None:
    row = await kept(store)
    sender = posting(api, store)
    homeserver.refusals = [web.json_response({"errcode": "M_UNKNOWN"}, status=500)]
    with pytest.raises(Exception, match="500"):
        await sender._send(row)
    assert await store.file.uploaded(row.id) is None
    asked = await sender._enclosing({}, row)
    # As after a crash: another sender goes on with what is on the disk.
    await posting(api, store)._deliver(row)
    assert [content["file"] for _, content in homeserver.posted] == [asked["file"]]
    assert homeserver.asked.count(("POST", "/_matrix/media/v3/upload")) == 2, "the one that failed, and one"
    assert await store.file.find(row.id) is None


async def test_a_file_that_the_homeserver_does_not_take_is_said_and_forgotten(
    api: Api, homeserver: Homeserver, store: Store
) -> None:
    row = await kept(store)
    homeserver.refusals = [web.json_response({"errcode": "M_TOO_LARGE"}, status=413)]
    await posting(api, store)._deliver(row)
    assert homeserver.posted == [] and await store.file.find(row.id) is None
    told = await store.outbox.next(ROOM)
    assert told is not None and (told.kind, told.cause, told.payload["error"]) == ("reply", "$asked", "unavailable")
    assert "terms.csv" in str(told.payload["blocks"])


async def test_a_row_whose_file_is_gone_is_not_posted(api: Api, homeserver: Homeserver, store: Store) -> None:
    row = await kept(store)
    async with store.transaction():
        await store.file.forget(row.id)
    await posting(api, store)._deliver(replace(row))
    assert homeserver.asked == []
