"""The picture and the file of a digest: what they say, to whom, and that nothing else is in them."""

from __future__ import annotations

import asyncio
import base64
import re
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot.i18n import INTERFACE_LANGUAGES, Catalogues, Plain, _
from bot.model.digest import FIGURES, TILES, Period
from bot.model.incident import Type, worded
from bot.model.person import UserId
from bot.model.places import Place, Point
from bot.model.told import Told
from bot.render import Post
from bot.render.digest import picture as drawing
from bot.render.digest.charts import WIDTH, Bar, Column, Part, Tile, bars, tiles
from bot.render.digest.page import LARGEST, Pages
from bot.render.digest.sheet import CLOSING, OPENING, Sheet, length, lines
from bot.render.digest.view import Row, View

from ..fakes import NOON, ROOM
from ..incident.scene import ref_of
from ..world import Person, World
from .conftest import COORDINATOR
from .day import digest, lived


def attached(world: World) -> dict[str, Post]:
    """Return the pictures and files of digests that were posted, by form and language."""
    posts = [one.post for one in world.heard if one.kind == "digest" and one.post and one.post.enclosed]
    return {
        f"{one.record['form']} {one.enclosed.name.split('-')[-1].split('.')[0]}": one for one in posts if one.enclosed
    }


def page(world: World, language: str = "en") -> str:
    enclosed = attached(world)[f"file {language}"].enclosed
    assert enclosed
    return enclosed.data.decode()


class Tags(HTMLParser):
    """The tags of a page with their attributes, and what its styles and scripts are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: dict[str, str] = {}
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in = tag if tag in ("script", "style") else self._in

    def handle_endtag(self, tag: str) -> None:
        self._in = "" if tag == self._in else self._in

    def handle_data(self, data: str) -> None:
        if self._in:
            self.inline[self._in] = self.inline.get(self._in, "") + data


@pytest.fixture(scope="module")
async def day(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with lived(tmp_path_factory.mktemp("day")) as lives:
        for language in ("en", "el", "ar"):
            await digest(lives, language)
        yield lives


async def test_a_digest_is_a_text_a_picture_and_a_file(day: World) -> None:
    posts = [one.post for one in day.heard if one.kind == "digest" and one.post]
    assert [one.msgtype for one in posts] == ["m.notice", "m.image", "m.file"] * 3
    text, picture, file = posts[:3]
    assert picture.enclosed and picture.enclosed.data.startswith(b"\x89PNG")
    info = picture.file["info"]
    assert info == {"mimetype": "image/png", "size": len(picture.enclosed.data), "w": info["w"], "h": info["h"]}
    assert info["w"] == 1000 < info["h"] < 2 * info["w"], "as wide as a phone, and not much longer"
    assert "New: 31" in picture.body and "\n" not in picture.body and picture.html == ""
    assert file.enclosed and file.file == {
        "filename": "digest-DELTA-2026-11-21-en.html",
        "info": {"mimetype": "text/html", "size": len(file.enclosed.data)},
    }
    assert text.record["counts"] == picture.record["counts"] == file.record["counts"]
    assert not any(one.mentions for one in posts)


@pytest.mark.parametrize("language", ["en", "el", "ar"])
async def test_the_file_asks_for_nothing_and_lets_nothing_else_run(day: World, language: str) -> None:
    tags = Tags(page(day, language))
    [policy] = [str(one["content"]) for tag, one in tags.tags if one.get("http-equiv") == "Content-Security-Policy"]
    hashes = {
        name: f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"
        for name, text in tags.inline.items()
    }
    assert policy == (
        f"default-src 'none'; style-src {hashes['style']}; script-src {hashes['script']};"
        " base-uri 'none'; form-action 'none'"
    )
    asking = [(tag, name) for tag, one in tags.tags for name in one
              if name in ("src", "href", "style", "action", "srcset") or name.startswith("on")]  # fmt: skip
    assert asking == []
    assert not re.search(r"https?:|url\(|@import", page(day, language).replace("http-equiv", ""))
    assert tags.tags[0] == ("html", {"lang": language, "dir": "rtl" if language == "ar" else "ltr"})


async def test_the_file_names_no_person_and_shows_where_and_when(day: World) -> None:
    text = page(day)
    assert "gnr:example" not in text.lower() and "@" not in text.replace("@media", "")
    assert "coordinator" not in text.lower()
    rows = re.findall(r"<tr><th scope=row>(DELTA-\w{5})<td>(.*?)<td>", text)
    assert len(rows) == 37 and ("Speedboat without lights goes up the river" in text)
    assert text.count('class="spot') > 8 and "Ayamonte" in text and text.count('class="line"') >= 4
    assert text.count('<svg class="bar"') == 24


async def test_a_timeline_names_round_times_and_nothing_leaves_it(world: World, rui: Person) -> None:
    world.clock.at = NOON.replace(hour=16, minute=13)
    await rui.says("!incident declare Black boat near the beach type:vessel severity:high")
    world.clock.passes(minutes=2)
    await rui.says(f"!incident close {ref_of(world)} resolved")
    await rui.says("!digest now lang:en")
    await world.settles()
    [axis] = re.findall(r'<svg class="axis".*?</svg>', page(world))
    times = re.findall(r">(\d\d:\d\d)<", axis)
    assert len(times) > 3 and not [one for one in times[1:-1] if not one.endswith(":00")], times
    [(x, wide)] = re.findall(r'<rect class="s2" x="([\d.]+)%" y="3" width="([\d.]+)%"', page(world))
    assert float(x) + float(wide) <= 100, "what was open to the end ends with the axis"


async def test_words_that_people_write_stay_words(world: World, rui: Person) -> None:
    await rui.says('!incident declare "</script><img src=x onerror=alert(1)> & co" type:vessel severity:high')
    await rui.says("!digest now lang:en")
    text = page(world)
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; &amp; co" in text
    assert not [one for one in Tags(text).tags if one[0] == "img"]


async def test_what_a_room_may_not_read_is_in_neither(world: World, rui: Person) -> None:
    world.person("eva", "FRA-PN")
    await rui.says('!incident declare "Segredo na ponte" type:drugs severity:high at:"41.15, -8.61"')
    ref = ref_of(world)
    await rui.says(f"!mark {ref} TLP:AMBER rel:PRT-GNR")
    await rui.says("!digest now lang:en")
    text, picture = page(world), attached(world)["picture en"]
    assert str(ref) not in text and "Segredo" not in text and "drugs" not in text and 'class="spot' not in text
    assert "New: 0" in picture.body


async def test_of_what_is_cut_only_how_far_it_is_stands_there(world: World, rui: Person) -> None:
    world.person("eva", "FRA-PN")
    await rui.says('!incident declare "Segredo na ponte" type:drugs severity:high at:"41.15, -8.61"')
    ref = ref_of(world)
    await rui.says(f"!mark {ref} TLP:GREEN H3 rel:PRT-GNR,FRA-PN")
    await rui.says("!digest now lang:en")
    text = page(world)
    [row] = re.findall(r"<tr.*", text)[1:]
    assert row == f"<tr class=cut><th scope=row>{ref}<td><td><td data-k=0><td>open<td><td><td><td><td>New", row
    assert "Segredo" not in text and 'class="spot' not in text and '<svg class="bar"' not in text
    assert "TLP:GREEN" in text, "all of it is handled so"


async def rendered(world: World, number: int = 1) -> list[Any]:
    """Ask for a digest, and return the rows of it that wait."""
    now = world.clock.now()
    actor = await world.services.person.actor(UserId(COORDINATOR), ROOM)
    async with world.store.transaction():
        await world.services.digest.post(
            actor, Told(ROOM, f"$asked{number}", now, now, now), world.services.digest.today(now)
        )
    return await world.store.outbox.list_waiting(ROOM)


async def test_who_comes_between_text_and_file_changes_what_is_in_it(world: World, rui: Person) -> None:
    await rui.says("!incident declare Segredo type:drugs severity:high")
    ref = str(ref_of(world))
    await rui.says(f"!mark {ref} TLP:AMBER rel:PRT-GNR")
    text, _picture, file = await rendered(world)
    said = await world.renderer.post(text)
    assert said and ref in said.body
    world.person("eva", "FRA-PN")
    shown = await world.renderer.post(file)
    assert shown and shown.enclosed and ref not in shown.enclosed.data.decode()


async def test_what_is_marked_between_text_and_file_changes_what_is_in_it(world: World, rui: Person) -> None:
    world.person("eva", "FRA-PN")
    await rui.says("!incident declare Segredo type:drugs severity:high")
    ref = str(ref_of(world))
    text, _picture, file = await rendered(world)
    said = await world.renderer.post(text)
    assert said and ref in said.body
    await world.receives(COORDINATOR, f"!mark {ref} TLP:AMBER rel:PRT-GNR")
    async with asyncio.timeout(5):
        while (await world.store.inbox.depth())[0]:
            await world.idle()
    shown = await world.renderer.post(file)
    assert shown and shown.enclosed and ref not in shown.enclosed.data.decode()


async def test_it_is_gathered_once_where_nothing_has_changed(
    world: World,
    rui: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await rui.says("!incident declare Barco type:vessel severity:high")
    gathered, steps = [], world.store.digest.steps

    async def counting(refs: Any) -> Any:
        gathered.append(refs)
        return await steps(refs)

    monkeypatch.setattr(world.store.digest, "steps", counting)
    await rui.says(f"!mark {ref_of(world)} TLP:AMBER")
    await rui.says("!digest now lang:en")
    assert len(attached(world)) == 2 and len(gathered) == 1, "although it is entered that what is marked is shown"
    await rui.says("!digest now lang:en")
    assert len(gathered) == 2, "nothing is kept once all of it is said"


async def test_pictures_and_files_go_when_what_they_name_may_not_be_read_any_more(
    world: World,
    rui: Person,
) -> None:
    world.person("eva", "FRA-PN")
    await rui.says("!incident declare Segredo type:drugs severity:high")
    await rui.says("!digest now lang:en")
    events = {f"$sent{number}" for number, one in enumerate(world.heard, 1) if one.kind == "digest"}
    assert len(events) == 3
    await rui.says(f"!mark {ref_of(world)} TLP:AMBER rel:PRT-GNR")
    assert events <= {*world.redacted}


async def test_a_room_of_two_languages_gets_a_picture_and_a_file_in_each(world: World, rui: Person) -> None:
    world.person("eva", "FRA-PN")
    await rui.says("!digest daily 06:00")
    due = await world.store.due.find("digest", ROOM)
    assert due
    world.clock.at = due.at
    await world.wakes()
    assert {*attached(world)} == {"picture pt", "file pt", "picture fr", "file fr"}


async def test_a_picture_that_takes_too_long_is_given_up_and_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import os, pathlib, time\npathlib.Path(__file__).with_name('pid').write_text(str(os.getpid()))\n"
                    "time.sleep(60)\n")  # fmt: skip
    monkeypatch.setattr(drawing, "_RASTER", slow)
    monkeypatch.setattr(drawing, "SECONDS", 1.0)
    drawn, ticks, began = asyncio.create_task(drawing.picture(a_view())), 0, time.monotonic()
    while not drawn.done():
        await asyncio.sleep(0.01)
        ticks += 1
    with pytest.raises(drawing.NotDrawn):
        drawn.result()
    assert time.monotonic() - began < 10 and ticks > 20
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}").exists() or sys.platform != "linux"


async def test_what_the_drawing_program_cannot_draw_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "drawn", lambda view: ("<svg", 1.0))
    with pytest.raises(drawing.NotDrawn):
        await drawing.picture(a_view())


def test_a_long_day_is_no_longer_than_a_file_may_be() -> None:
    long = "Ταχύπλοο χωρίς φώτα ανεβαίνει τον ποταμό με τουλάχιστον τριάντα πρόσωπα. " * 3
    rows = tuple(
        Row(f"DELTA-{n:05}", "Νέα συμβάντα", long, "παράτυπη διέλευση συνόρων", "πολύ υψηλή", "s1", 4, "ανοικτό",
            "GRC-HCG", "29S PB 4014 1925", "2026-11-21 10:30", "2026-11-21 11:08",
            Place(36 + n % 50 / 10, 22 + n / 500, 10.0))
        for n in range(4_000)
    )  # fmt: skip
    points = [Point(f"Point {n}", Place(36 + n / 1000, 22 + n / 900, 100.0)) for n in range(5_000)]
    rivers = [("River", [(36 + n / 8000, 22 + n % 7) for n in range(40_000)])]
    file = Pages(Catalogues.load(), points, rivers).file(a_view(rows), "digest.html")
    text = file.data.decode()
    assert 0.5 * LARGEST < len(file.data) <= LARGEST
    shown = text.count("<tr><th scope=row>")
    assert 500 < shown < 4_000 and f"{4_000 - shown:,}".replace(",", ".") in text, "what is left is said"


def test_whatever_is_configured_stays_words_too() -> None:
    name = "</title><b>Delta & co</b>"
    points = [Point("<b>Mill</b>", Place(37.0, 22.0, 10.0))]
    row = Row("DELTA-00000", "Νέα", "Πλοίο", agency="<b>A</b>", where="<b>B</b>", place=Place(37.01, 22.01, 10.0))
    view = replace(a_view((row,)), taskforce=name, labels=(name,), agencies=(Bar(name, 1),))
    file = Pages(Catalogues.load(), points, [(name, [(36.9, 21.9), (37.1, 22.1)])]).file(view, "digest.html")
    assert not [one for one in Tags(file.data.decode()).tags if one[0] == "b"]


def test_two_thousand_incidents_with_long_titles_stand_in_it_all() -> None:
    title = "Ταχύπλοο χωρίς φώτα ανεβαίνει τον ποταμό με τριάντα πρόσωπα, χαμηλά νερά"
    rows = tuple(
        Row(f"DELTA-{n:05}", "Νέα συμβάντα", title, "παράτυπη διέλευση συνόρων", "πολύ υψηλή", "s1", 4, "ανοικτό",
            "GRC-HCG", "29S PB 4014 1925", "2026-11-21 10:30", "2026-11-21 11:08",
            Place(36 + n % 50, 22 + n / 500, 10.0))
        for n in range(2_000)
    )  # fmt: skip
    file = Pages(Catalogues.load(), (), ()).file(a_view(rows), "digest.html")
    assert file.data.count(b"<th scope=row>") == 2_000 and len(file.data) <= LARGEST


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_no_label_of_the_picture_is_cut_in_any_language(language: str) -> None:
    catalogues, sheet = Catalogues.load(), Sheet(WIDTH, language)
    for n in ("7", "88", "888"):
        tiles(sheet, 0, [Tile(catalogues.text(FIGURES[name], language), n, "") for name in TILES])
    bars(sheet, 0, [Bar(catalogues.text(worded(one), language), 3) for one in Type])
    cut = [text for text in re.findall(r">([^<]+)</text>", str(sheet)) if "…" in text]
    assert not cut, cut


def test_a_line_ends_in_no_isolate_and_no_label_is_lost_in_the_width() -> None:
    catalogues = Catalogues.load()
    period = Period(NOON, NOON + timedelta(days=1))
    said = _("Digest, {from_} to {until}", from_=period.since, until=period.until)
    text = catalogues.text(said, "ar", "Africa/Tunis", Plain("ar"))
    assert text.count(CLOSING) == 2
    for wide in range(120, 400, 7):
        for line in lines(text, wide, 13.0, 9):
            opened = sum(line.count(one) for one in OPENING)
            assert opened == line.count(CLOSING), line
    assert lines("a bb ccc", 1000, 13.0) == ["a bb ccc"]
    said = "Χρόνος έως το κλείσιμο: 1 λ. (διάμεσος· συμβάντα: 1)"
    assert lines(said, WIDTH - 12, 13.0) == ["Χρόνος έως το κλείσιμο:", "1 λ. (διάμεσος· συμβάντα: 1)"], (
        "a unit, its number"
    )
    assert lines("one two six ten", length("one two six", 13.0) + 1, 13.0) == ["one two", "six ten"], (
        "about equally long"
    )


def a_view(rows: tuple[Row, ...] = ()) -> View:
    return View(
        "el", "Europe/Athens", "Joint Task Force Delta", "Σύνοψη", (), (Tile("Νέα", "3", "πριν: 2"),), (), (),
        "By severity", (Part("υψηλή", 3, "s2"),), "By type", (Bar("σκάφος", 3, 1),), "By agency", (Bar("GRC-HCG", 3),),
        "By area", (Bar("29S PB 4 1", 2),),
        "πριν", (Column((1, 2, 0), "00:00"),), rows,
    )  # fmt: skip
