"""Finding incidents: by words in any language, by what they are and where, and never one of another room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import cos, radians
from typing import Any

import pytest

from bot.model.handling import Cleared
from bot.model.incident import Incident, Severity, Status, Type, Wanted
from bot.model.person import LanguageCode, UserId
from bot.model.places import Place, around, distance
from bot.model.reference import Reference, check
from bot.model.spelling import stem, stems, terms
from bot.store.opening import connect
from bot.store.search import MOST_ROOMS

from ..fakes import KEY, NOON, ROOM
from ..world import Person, World
from .scene import card_of, ref_of, replied

OTHER = "!other:example.org"
WORDS = {"Barco na praia": "Boat on the beach", "Dois a bordo, um ferido": "Two on board, one injured"}


def hears_refs(person: Person) -> list[str]:
    """Return the references in the last answer, in their order."""
    lines = person.last.body.replace("\u2068", "").replace("\u2069", "").splitlines()
    return [word for line in lines for word in line.split() if word.startswith("BRAVO-")]


@pytest.fixture
def ana(world: World) -> Person:
    translate = world.translator.translate

    async def worded(text: str, *rest: Any, **named: Any) -> Any:
        made = await translate(text, *rest, **named)
        return {to: replace(one, text=WORDS.get(text, one.text), learned=()) for to, one in made.items()}

    world.translator.translate = worded  # type: ignore[method-assign]
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


async def made(world: World, number: int, room: str = ROOM, **fields: Any) -> Reference:
    """Record an incident of which the words are not looked for, and return its reference."""
    body = f"{number:04}"
    ref = Reference(f"BRAVO-{body}{check(body)}")
    at = fields.pop("declared_at", NOON + timedelta(minutes=number))
    incident = Incident(ref, "x", LanguageCode("en"), room, UserId("@kate:example.org"), None, at)
    async with world.store.transaction():
        await world.store.incident.save(replace(incident, **fields))
    return ref


async def test_words_are_found_in_every_language_and_spelling(world: World, ana: Person, kate: Person) -> None:
    await ana.says("!incident declare Barco na praia severity:high type:vessel")
    ref = str(ref_of(world))
    for words in ("BOAT beach", "bo", "praias", "boats", "bárco", "beach  barcos", "“praia”"):
        await kate.says(f"!incident find {words}")
        assert kate.hears("1 incident", ok=True) and hears_refs(kate) == [ref], words
        assert "Boat on the beach" in kate.last.body
    await ana.says("!incident find boat")
    assert "Barco na praia" in ana.last.body
    await kate.says("!incident find ship")
    assert kate.hears("no such incident here", ok=True)


async def test_a_note_is_found_and_quoted_in_the_language_of_the_reader(
    world: World, ana: Person, kate: Person
) -> None:
    await ana.says("!incident declare Barco na praia severity:high type:vessel")
    await ana.says("", **replied("!incident note Dois a bordo, um ferido", card_of(world)))
    await kate.says("!incident find injur")
    assert (
        hears_refs(kate) == [str(ref_of(world))]
        and "“Two on board, one injured (machine translation)”" in kate.last.body
    )
    await ana.says("!incident find injured")
    assert "“Dois a bordo, um ferido”" in ana.last.body


async def test_the_newest_comes_first_and_an_incident_once(world: World, ana: Person, kate: Person) -> None:
    for title in ("grey boat", "white boat"):
        await kate.says(f"!incident declare {title} severity:low type:vessel")
    await kate.says("", **replied("!incident note the boat sinks, a boat of 6 m", card_of(world)))
    await kate.says("!incident find boat")
    assert hears_refs(kate) == [str(ref_of(world, 0)), str(ref_of(world, 1))]


async def test_what_was_made_in_a_language_later_is_found_in_it(world: World, ana: Person, kate: Person) -> None:
    await ana.says("!incident declare Barco na praia severity:high type:vessel")
    zoe = world.person("zoe", "FRA-PN")
    await zoe.says("!incident find fr")
    assert zoe.hears("no such incident")
    await zoe.says("", **replied("!incident note vu", card_of(world)))
    world.translator.spoken["vu"] = "fr"
    await zoe.says("", **replied("!incident timeline", card_of(world)))
    rows = await world.database.rows("SELECT words FROM searched ORDER BY id")
    assert set(stems("Barco na praia", "Boat on the beach")) <= set(rows[0]["words"].split())


async def test_what_people_type_is_words_and_no_operator(world: World, ana: Person, kate: Person) -> None:
    await kate.says("!incident declare boat NOT lost severity:low type:vessel")
    for words in (
        "boat AND lost",
        'boat" OR "x',
        "boat NOT lost",
        "boat*",
        "NEAR(boat lost)",
        "words:boat",
        "boat -lost",
    ):
        await kate.says(f"!incident find {words}")
        assert kate.hears(ok=True), words
    await kate.says("!incident find NOT boat")
    assert hears_refs(kate) == [str(ref_of(world))]
    await kate.says("!incident find boat OR ship")
    assert kate.hears("no such incident")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("!incident find", "what to look for"),
        ("!incident find within:9", "what to look for"),
        ("!incident find ?!…", "no word"),
        (f"!incident find {'a b c d e f ' * 4}{' '.join(map(str, range(20)))}", "20 words"),
        ("!incident find boat within:0", "from 1 to 100"),
        ("!incident find boat near:nowhere", "as a place"),
        ("!incident find boat agency:XYZ", "PRT-GNR"),
        ("!incident find boat type:dragon", "choices"),
        ("!incident find boat since:whenever", "time"),
        (f"!incident find {'boat ' * 13_000}", "4,000"),
    ],
)
async def test_what_cannot_be_looked_for_is_said(world: World, typed: str, words: str) -> None:
    rui = world.person("rui")
    await rui.says(typed)
    assert rui.hears(words, ok=False, error="bad_argument"), (rui.last.body, rui.last.record)


async def test_each_option_leaves_only_what_it_says(world: World, kate: Person) -> None:
    vessel = await made(world, 1, type=Type.VESSEL, severity=Severity.HIGH, agency="PRT-GNR")
    closed = await made(world, 2, type=Type.DRUGS, severity=Severity.LOW, status=Status.CLOSED, agency="FRA-PN")
    later = await made(world, 3, type=Type.DRUGS, severity=Severity.HIGH, declared_at=NOON + timedelta(hours=5))
    world.clock.passes(hours=6)
    for options, refs in (
        ("type:drugs", [later, closed]),
        ("severity:high", [later, vessel]),
        ("severity:high type:vessel", [vessel]),
        ("status:closed", [closed]),
        ("status:open", [later, vessel]),
        ("agency:prt-gnr", [vessel]),
        ("agency:FRA-PN status:open", []),
        ("since:16:30", [later]),
    ):
        await kate.says(f"!incident find {options}")
        assert [*map(str, refs)] == (hears_refs(kate) if refs else []), options


async def test_around_a_place_the_nearest_comes_first(world: World, kate: Person) -> None:
    near = await made(world, 1, place=Place(38.52, -9.20, 10))
    nearer = await made(world, 2, place=Place(38.501, -9.201, 10))
    await made(world, 3, place=Place(38.60, -9.20, 10))
    await made(world, 4)
    await kate.says("!incident find near:38.5000,-9.2000")
    assert hears_refs(kate) == [str(nearer), str(near)]
    assert "0.1 km" in kate.last.body and "2.2 km" in kate.last.body
    await kate.says("!incident find near:38.5000,-9.2000 within:1")
    assert hears_refs(kate) == [str(nearer)]


async def test_words_and_a_place_must_both_be_right(world: World, ana: Person, kate: Person) -> None:
    await kate.says("!incident declare grey boat at:38.5000,-9.2000 severity:low type:vessel")
    await kate.says("!incident declare white boat at:38.9000,-9.2000 severity:low type:vessel")
    await kate.says("!incident declare white van at:38.5000,-9.2000 severity:low type:vehicle")
    await kate.says("!incident find boat near:38.5010,-9.2000")
    assert hears_refs(kate) == [str(ref_of(world, 0))]


@pytest.mark.parametrize("metres", [5_000, 100_000])
@pytest.mark.parametrize(
    "at", [(0.0, 179.999), (38.5, -9.2), (-89.99, 10.0), (66.0, -179.99), (88.9, 0.0), (89.999, 0.0)]
)
def test_the_box_holds_the_whole_circle(at: tuple[float, float], metres: int) -> None:
    middle, step = Place(*at, 1), metres / 1_000_000
    box, inside = around(middle, metres), 0
    stride = min(1.0, step / 3 / max(0.001, cos(radians(at[0]))))
    for north in range(-12, 13):
        for east in range(-180, 180, 2):
            latitude = max(-90.0, min(90.0, at[0] + north * step))
            place = Place(latitude, (at[1] + east * stride + 180) % 360 - 180, 1)
            if distance(middle, place) <= metres:
                inside += 1
                assert any(west <= place.longitude <= edge for west, edge in box.spans), place
                assert box.south <= place.latitude <= box.north, place
    assert inside


async def test_across_the_180th_meridian(world: World, kate: Person) -> None:
    east, west = await made(world, 1, place=Place(0.0, 179.99, 1)), await made(world, 2, place=Place(0.0, -179.99, 1))
    await kate.says("!incident find near:0.0000,179.9950")
    assert hears_refs(kate) == [str(east), str(west)]


async def test_another_room_finds_nothing_of_it(world: World, ana: Person, kate: Person) -> None:
    await kate.says("!incident declare grey boat at:38.5000,-9.2000 severity:low type:vessel")
    eva = world.person("eva", room=OTHER)
    for line in ("boat", "type:vessel", "near:38.5000,-9.2000", "grey near:38.5000,-9.2000"):
        await world.receives(eva.user_id, f"!incident find {line}", room=OTHER)
        await world.settles()
        assert eva.hears("no such incident here", ok=True) and not hears_refs(eva), line


async def test_what_may_not_be_seen_fills_no_page_and_is_not_counted(world: World, kate: Person) -> None:
    mine = await made(world, 1, type=Type.DRUGS)
    for number in range(2, 300):
        await made(world, number, type=Type.DRUGS)
    hidden = {f"{number:04}" for number in range(2, 300)}
    seen = world.services.incident.seen

    async def some(room_id: str, refs: Any) -> list[Cleared[Incident]]:
        return [one for one in await seen(room_id, refs) if str(one.content.ref)[6:10] not in hidden]

    world.services.incident.seen = some  # type: ignore[method-assign]
    hits, more = await world.services.finding.find(ROOM, Wanted(type=Type.DRUGS), 20)
    assert [hit.incident.ref for hit in hits] == [mine] and not more


async def test_more_than_is_shown_is_said_but_not_counted(world: World, kate: Person) -> None:
    for number in range(1, 25):
        await made(world, number, type=Type.DRUGS)
    await kate.says("!incident find type:drugs")
    assert kate.hears("The first 10") and len(hears_refs(kate)) == 10 and "24" not in kate.last.body.splitlines()[0]


def in_the_index(world: World, part: bytes) -> bool:
    connection = connect(world.path, KEY, read_only=True)
    blocks = [bytes(row["block"]) for row in connection.execute("SELECT block FROM found_data")]
    connection.close()
    return any(part in block for block in blocks)


async def test_words_that_are_taken_back_are_not_in_the_file(world: World, ana: Person, kate: Person) -> None:
    await kate.says("!incident declare grey boat severity:low type:vessel")
    await kate.says("", **replied("!incident note Zanzibarski is aboard", card_of(world)))
    await kate.says("!incident find zanzibar")
    assert hears_refs(kate) == [str(ref_of(world))]
    assert in_the_index(world, b"anzibarsk")
    async with world.store.transaction():
        await world.database.execute("DROP TRIGGER entry_stays")
        await world.database.execute("DELETE FROM entry WHERE text LIKE '%Zanzibarski%'")
    await kate.says("!incident find zanzibar")
    assert kate.hears("no such incident")
    await kate.says("!incident find grey")
    assert hears_refs(kate) == [str(ref_of(world))]
    assert not in_the_index(world, b"anzibarsk")


@pytest.mark.parametrize(
    "forms",
    [
        "boat boats", "barco barcos", "praia praias", "migrante migrantes", "bateau bateaux", "Grenze Grenzen",
        "Boot Boote", "frontera fronteras", "πλοίο πλοία πλοίων", "лодка лодки лодкой", "кордон кордону кордонів",
        "سفينة سفينه",
    ],
)  # fmt: skip
def test_the_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len(stems(forms)) == 1


def test_what_tells_words_apart_is_left() -> None:
    assert [stem(word) for word in ("van", "nao", "1230", "12as", "port")] == ["van", "nao", "1230", "12as", "port"]


def test_what_spellings_have_in_common() -> None:
    assert terms("Ação, AÇÃO acao") == ("acao",)
    assert terms("İPTAL ıptal") == ("iptal",) and terms("Straße") == ("strasse",)
    assert terms("Πλοίο", "ΠΛΟΙΟ") == ("πλοιο",) and terms("Łódź") == ("lodz",)
    assert terms("سفينة", "سَفِينَه") == ("سفينه",) and terms("йод") == ("иод",)
    assert terms("76-KL-42", "?!") == ("76", "kl", "42")
    assert len(terms("é" * 32_000 + "\u0301" * 32_000)) == 1


def test_a_long_text_is_cut_into_words_and_not_in_their_midst() -> None:
    words = [f"word{number}" for number in range(3_000)]
    assert terms(" ".join(words)) == tuple(words)
    assert len(" ".join(terms("\ufdfa " * 30_000 + "end"))) < 100


async def test_who_is_in_many_rooms_finds_the_newest_of_all_of_them(world: World) -> None:
    kate, count = world.person("kate"), MOST_ROOMS + 51
    for number in range(1, count):
        room = f"!room{number * 7 % count}:example.org"  # those that follow each other are in rooms apart
        world.person("kate", room=room)
        ref = await made(world, number, room, type=Type.VESSEL, place=Place(40.0, -9.0 + 0.01 * number, 10.0))
        async with world.store.transaction():
            await world.store.search.add(ref, 1, ["boat"])
    newest, nearest = range(count - 1, count - 11, -1), [5, 6, 4, 7, 3]
    for asked in ("type:vessel", "boat", "boat type:vessel"):
        await kate.says(f"!incident find {asked}")
        assert [ref[6:10] for ref in hears_refs(kate)] == [f"{number:04}" for number in newest], asked
    await kate.says('!incident find near:"40.0, -8.949" within:2')
    assert [ref[6:10] for ref in hears_refs(kate)] == [f"{number:04}" for number in nearest]


async def test_what_is_found_is_shown_in_a_language_that_came_into_the_room_later(
    world: World, ana: Person, kate: Person
) -> None:
    await ana.says("!incident declare Barco na praia severity:high type:vessel")
    zoe = world.person("zoe", "FRA-PN")
    await zoe.says("!language de")
    await zoe.says("!incident find praia")
    said = zoe.last.body.replace("\u2068", "").replace("\u2069", "")
    assert "(machine translation)" in said and "not translated" not in said, said
