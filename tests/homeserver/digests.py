"""What a digest is made of on the homeserver: its text, its picture and its file, as who may read them has them."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import aiohttp

from bot.demo.heard import Heard
from bot.demo.officer import Officer

from .rooms import record

NEAR_MIDNIGHT = (23, 0)
"""The hours of the clock in which a story that takes minutes may end on another day than it began."""


@dataclass(frozen=True, slots=True)
class Given:
    """A digest as somebody has it: what the room shows, and the bytes of the picture and of the file, decrypted."""

    text: str
    picture: bytes
    file: bytes
    record: dict[str, object]

    @property
    def page(self) -> str:
        """The file as text."""
        return self.file.decode()


def pixels(png: bytes) -> tuple[int, int]:
    """Return the size of a PNG, after every part of it was checked: sums, and as many bytes as it says."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data, names, head = 8, b"", [], b""
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        assert zlib.crc32(name + body) == int.from_bytes(png[at + 8 + length : at + 12 + length])
        names.append(name)
        head, data = body if name == b"IHDR" else head, data + (body if name == b"IDAT" else b"")
        at += 12 + length
    assert names[0] == b"IHDR" and names[-1] == b"IEND" and at == len(png)
    width, height, depth, colour, *_rest = struct.unpack(">IIBBBBB", head)
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    assert len(zlib.decompress(data)) == height * (1 + (width * depth * channels + 7) // 8)
    return width, height


class Tags(HTMLParser):
    """The tags of a page, and its words without those of its style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open = tag

    def handle_data(self, data: str) -> None:
        if self._open not in ("style", "script"):
            self.words += data


async def sealed(officer: Officer, heard: Heard) -> bytes:
    """Return what the homeserver holds of a file, as it gives it to anybody who may ask."""
    uri = heard.content["file"]["url"].removeprefix("mxc://")
    url = f"{officer.homeserver_url}/_matrix/client/v1/media/download/{uri}"
    headers = {"Authorization": f"Bearer {officer.access_token}"}
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        assert answer.status == 200
        return await answer.read()


async def attached(officer: Officer, asked: str, form: str | None) -> Heard:
    """Return the picture, the file, or without a *form* the text, of the digest that *asked* brought."""
    return await officer.hears(
        lambda heard: (
            record(heard).get("kind") == "digest" and record(heard).get("form") == form and heard.replies_to == asked
        ),
        60,
    )


async def given(officer: Officer, room: str, line: str, reader: Officer) -> Given:
    """Have *officer* ask for a digest; return it as *reader* has it, who is in the room too. All of it is encrypted."""
    asked = await officer.say(room, line)
    text = await attached(reader, asked, None)
    assert text.error is None and text.encrypted
    found = {}
    for form in ("picture", "file"):
        one = await attached(reader, asked, form)
        assert one.error is None and one.encrypted and "url" not in one.content, "the key is in the event alone"
        held, found[form] = await sealed(reader, one), await reader.read_file(one)
        assert len(found[form]) == one.content["info"]["size"] and held != found[form]
        assert not held.startswith((b"\x89PNG", b"<!DOCTYPE"))
    return Given(text.body, found["picture"], found["file"], record(text))


def calm_zone(now: datetime) -> str:
    """Return a zone in which no day ends soon after *now*: that of Lisbon, or one behind it."""
    hour = now.astimezone(ZoneInfo("Europe/Lisbon")).hour
    return "America/Sao_Paulo" if hour in NEAR_MIDNIGHT else "Europe/Lisbon"
