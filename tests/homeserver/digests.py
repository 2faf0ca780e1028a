"""What a digest is made of on the homeserver: its text, its picture and its file, as who may read them has them."""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo.heard import Heard
from bot.demo.officer import Officer

from .incident_story import ISOLATES, Vessel
from .rooms import record

_FIGURE = re.compile(r"• (.+): (\d+) \(.+: \d+\)")
_TILE = re.compile(r"<dt>(.+?)</dt><dd>(\d+)</dd>")


@dataclass(frozen=True, slots=True)
class Given:
    """A digest as somebody has it: what the room says, and the bytes of the picture and of the file, decrypted.

    `alt` is what the picture says to who does not see it.
    """

    said: Heard
    alt: str
    picture: bytes
    file: bytes

    @property
    def record(self) -> dict[str, Any]:
        """What it says to programs."""
        return record(self.said)

    @property
    def page(self) -> Tags:
        """The file as it is read."""
        return Tags(self.file.decode())

    @property
    def lines(self) -> list[str]:
        """What the room says, line by line."""
        return self.said.body.translate(ISOLATES).splitlines()

    def agrees(self) -> None:
        """See that picture and file have the figures of the text: the first as tiles, the others in its words."""
        words, tiles = self.page.words.translate(ISOLATES), dict(_TILE.findall(self.file.decode()))
        assert len(tiles) == 4 and all(f"{what}: {n}" in self.alt for what, n in tiles.items()), (tiles, self.alt)
        figures = self.lines[self.lines.index("") :]
        told = [line for line in figures if line.startswith("• ") and "BRAVO-" not in line]
        assert told
        for line in told:
            figure = _FIGURE.fullmatch(line)
            if figure and figure[1] in tiles:
                assert tiles[figure[1]] == figure[2], (line, tiles)
            else:
                assert line[2:] in words, (line, words)

    def keep(self, folder: Path, name: str) -> None:
        """Write all three into *folder*, for who looks at them (`tests.digest.shots`)."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.txt").write_text(self.said.body + "\n", "utf-8")
        (folder / f"{name}.png").write_bytes(self.picture)
        (folder / f"{name}.html").write_bytes(self.file)


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
    found, alt = {}, ""
    for form in ("picture", "file"):
        one = await attached(reader, asked, form)
        assert one.error is None and one.encrypted and "url" not in one.content, "the key is in the event alone"
        held, found[form] = await sealed(reader, one), await reader.read_file(one)
        assert len(found[form]) == one.content["info"]["size"] and held != found[form]
        assert not held.startswith((b"\x89PNG", b"<!DOCTYPE"))
        alt = alt or one.body.translate(ISOLATES)
    return Given(text, alt, found["picture"], found["file"])


async def told(
    vessel: Vessel, askers: Mapping[str, str], reader: str, counts: Mapping[str, int], name: str = "",
) -> dict[str, Given]:  # fmt: skip
    """Have each of *askers* ask for the digest of the day, in their room and language; return what *reader* has of it.

    All of it is looked into: that it counts *counts* and nothing else, that text, picture and file agree, and that
    none of it names a person. With a *name* it is kept for `make pictures`.
    """
    found = {}
    for who, language in askers.items():
        digest = await given(vessel.officers[who], vessel.room_of(who), "!digest now", vessel.officers[reader])
        assert digest.record["counts"] == dict.fromkeys(digest.record["counts"], 0) | counts, digest.record
        assert 1000 <= pixels(digest.picture)[0] <= 1200, digest.record
        page = digest.page
        assert f'<html lang="{language}"' in digest.file.decode() and {"img", "link"}.isdisjoint(page.tags)
        digest.agrees()
        names = {part for one, officer in vessel.officers.items() for part in (one.capitalize(), officer.user_id)}
        for text in (digest.said.body, digest.alt, page.words):
            assert names.isdisjoint(re.findall(r"@\S+|\w+", text)), "no figure names a person"
        if name and (folder := os.environ.get("STORY_DIGEST")):
            digest.keep(Path(folder), f"{name}-{language}")
        found[who] = digest
    return found
