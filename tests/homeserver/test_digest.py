"""The picture and the file of a digest: encrypted on the homeserver, and whole for who reads them there."""

from __future__ import annotations

import re

from .conftest import LiaisonFactory, OfficerFactory
from .digests import Tags, attached, pixels, sealed
from .rooms import asks, border_north, record


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
