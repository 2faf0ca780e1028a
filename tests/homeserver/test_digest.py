"""The picture and the file of a digest: encrypted on the homeserver, and whole for who reads them there."""

from __future__ import annotations

import re
import struct
import zlib
from html.parser import HTMLParser

import aiohttp

from bot.demo.heard import Heard
from bot.demo.officer import Officer

from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, record


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


async def attached(officer: Officer, asked: str, form: str) -> Heard:
    """Return the picture, or the file, of the digest that *asked* brought."""
    return await officer.hears(
        lambda heard: (
            record(heard).get("kind") == "digest" and record(heard).get("form") == form and heard.replies_to == asked
        ),
        60,
    )


async def test_picture_and_file_arrive_encrypted_and_are_whole(
    liaison: LiaisonFactory, officer: OfficerFactory
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [ana.user_id], "coordinator": [ana.user_id]})
    room = await border_north(ana, bot, kate)
    title = "Bales beside the ferry landing"
    await kate.say(room, f'!incident declare {title} type:drugs severity:high at:"37.176, -7.405"')
    await ana.hears(lambda heard: record(heard).get("of") == "incident" and record(heard).get("kind") == "card")
    assert record(await asks(ana, room, "!shift post gate"))["ok"]
    assert record(await asks(ana, room, f"!shift override gate who:{ana.user_id} for:2h"))["ok"]

    for line, heading in (("!digest now lang:en", "Digest, "), ("!digest now for:shift lang:en", "shift at gate")):
        asked = await ana.say(room, line)
        picture, file = await attached(ana, asked, "picture"), await attached(ana, asked, "file")
        for one in (picture, file):
            assert one.error is None and one.encrypted and "url" not in one.content, "the key is in the event alone"
            held, data = await sealed(kate, one), await kate.read_file(one)
            assert len(data) == one.content["info"]["size"] and held != data
            assert not held.startswith((b"\x89PNG", b"<!DOCTYPE")) and title.encode() not in held
        assert picture.content["msgtype"] == "m.image" and heading in picture.body
        info = picture.content["info"]
        assert pixels(await kate.read_file(picture)) == (info["w"], info["h"]) and info["mimetype"] == "image/png"
        text = (await kate.read_file(file)).decode()
        page = Tags(text)
        assert file.content["filename"].endswith("-en.html") and file.content["info"]["mimetype"] == "text/html"
        assert page.tags[0] == "html" and text.rstrip().endswith("</html>") and heading in page.words
        assert title in page.words and "29S PB 4 1" in page.words
        assert not re.search(r"https?:", text.replace("http-equiv", "")) and {"img", "link"}.isdisjoint(page.tags)
        if "gate" in heading:
            assert record(file)["posts"] == record(picture)["posts"] == ["gate"]
