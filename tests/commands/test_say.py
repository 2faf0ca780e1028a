"""say: an approved phrase in every language of the room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.config.phrases import LONGEST, MOST_OWN
from bot.i18n import INTERFACE_LANGUAGES, Catalogues
from bot.model.person import LanguageCode, Person, UserId
from bot.render import Renderer

from ..fakes import NOON, ROOM, configuration
from ..world import World

OWN = """
[bravo]
en = "Bravo"
[bravo.gate]
en = "Open the north gate."
pt = "Abra o portão norte."
es = "Abra la puerta norte."
"""


@pytest_asyncio.fixture
async def bravo(tmp_path: Path) -> AsyncIterator[World]:
    """Return a world whose task force has a phrase of its own."""
    file = tmp_path / "phrases.toml"
    file.write_text(OWN, "utf-8")
    taskforce = {"code": "BRAVO", "name": "Bravo", "languages": ["en", "pt", "es"], "phrases_file": str(file)}
    world = World(tmp_path / "liaison.db", configuration(taskforce=taskforce))
    await world.start()
    yield world
    await world.stop()


@pytest.mark.parametrize("line", ["!say halt.vehicle", "!SAY Halt.Vehicle", "/say halt vehicle", '!say "halt.vehicle"'])
async def test_a_phrase_is_said_in_every_language_of_the_room(world: World, line: str) -> None:
    ana, claire, rui = world.person("ana", "PRT-GNR"), world.person("claire", "FRA-PN"), world.person("rui")
    await claire.says("!language reads:pt,en")
    event_id = await ana.says(line)
    texts = {"pt": "Pare o veículo.", "en": "Stop the vehicle.", "fr": "Arrêtez le véhicule."}
    assert ana.hears(kind="reply", command="say", ok=True, to=event_id, texts=texts)
    assert ana.last.reply_to == event_id
    assert (ana.last.msgtype, ana.last.mentions) == ("m.notice", ())
    assert next(iter(ana.last.record["texts"])) == "pt"  # what one says oneself comes first
    assert ana.last.body.count("Approved wording, not machine translation.") == 3
    assert "[fr] \u2068Arrêtez le véhicule.\u2069\n" in ana.last.body
    assert world.translator.asked == []
    await rui.says("!say halt.vehicle")
    assert next(iter(rui.last.record["texts"])) == "en"


async def test_people_who_are_not_served_need_no_language(world: World) -> None:
    rui = world.person("rui")
    stranger = Person(UserId("@x:elsewhere.net"), LanguageCode("pt"))
    world.rooms.joined[ROOM].append(stranger.user_id)
    async with world.store.transaction():
        await world.store.person.save(stranger, NOON)
    await rui.says("!say help.safe")
    assert rui.last.record["texts"] == {"en": "You are safe."}


async def test_who_reads_a_language_without_wording_gets_the_one_of_the_menus(world: World) -> None:
    rui, ana = world.person("rui"), world.person("ana", "PRT-GNR")
    await ana.says("!language nl")
    await rui.says("!say help.safe")
    assert rui.last.record["texts"] == {"en": "You are safe.", "pt": "Está em segurança."}
    assert rui.hears("There is no approved wording in Dutch.", ok=True)


@pytest.mark.parametrize("line", ["!say", "!say list", "!say LIST"])
async def test_all_are_listed_by_topic_in_ones_language(world: World, line: str) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says(line)
    assert ana.hears("halt.vehicle: Pare o veículo.", ok=True, command="say")
    body = ana.last.body
    assert all(phrase.code in body for phrase in world.phrases)
    assert all(topic.names["pt"] in body for topic in world.phrases.topics)
    assert "texts" not in ana.last.record


async def test_a_slip_brings_up_what_may_be_meant_and_says_nothing(world: World) -> None:
    rui = world.person("rui")
    await rui.says("!say halt.vehcile")
    assert rui.hears("Did you mean one of these?\n\nhalt.vehicle: Stop the vehicle.", ok=False, error="not_found")
    assert "texts" not in rui.last.record


async def test_words_of_the_phrase_in_ones_language_bring_it_up(world: World) -> None:
    ana, rui = world.person("ana", "PRT-GNR"), world.person("rui")
    await ana.says("!say documentos")
    assert ana.hears("check.documents: Os seus documentos, por favor.", ok=False, error="not_found")
    await rui.says("!say documents")
    assert rui.hears("check.documents: Show me your documents, please.", ok=False)


async def test_what_is_like_nothing_is_told_where_all_are(world: World) -> None:
    rui = world.person("rui")
    await rui.says("!say xyzzy \u202e" + "q" * 500)
    assert rui.hears("!say lists all of them.", ok=False, error="not_found")
    assert "\u202e" not in rui.last.body and len(rui.last.body) < 200


async def test_a_phrase_that_comes_too_late_is_asked_about(world: World) -> None:
    rui = world.person("rui")
    await rui.says("!say team.clear", age=600)
    assert rui.hears(error="stale", choices={"1": "run", "2": "leave"})
    await rui.says("!say", age=600)
    assert rui.hears(error="stale") and "choices" not in rui.last.record


async def test_a_task_force_has_its_own_beside_them(bravo: World) -> None:
    ana, claire = bravo.person("ana", "PRT-GNR"), bravo.person("claire", "FRA-PN")
    await ana.says("!say bravo.gate")
    assert ana.last.record["texts"] == {"pt": "Abra o portão norte.", "en": "Open the north gate."}
    assert ana.hears("There is no approved wording in francês.")
    await claire.says("!say halt.stop")
    assert claire.last.record["texts"]["fr"].startswith("Halte")
    await claire.says("!say list")
    assert claire.hears("bravo.gate: Open the north gate.")


async def test_the_longest_list_and_the_fullest_room_fit_into_an_event(tmp_path: Path) -> None:
    long = "ж" * LONGEST
    wordings = "\n".join(f'{code} = "{long}"' for code in INTERFACE_LANGUAGES)
    file = tmp_path / "phrases.toml"
    file.write_text("\n".join(f"[bravo.a{n}]\n{wordings}" for n in range(MOST_OWN)), "utf-8")
    config = configuration(taskforce={"code": "B", "name": "Bravo", "phrases_file": str(file)})
    world = World(tmp_path / "liaison.db", config)
    await world.start()
    world.renderer = Renderer(Catalogues.load(), world.services)
    someone = world.person("someone")
    for code in INTERFACE_LANGUAGES:
        await world.person(f"p{code}").says(f"!language {code}")
    for line in ("!language uk", "!say bravo.a1", "!say list"):
        await someone.says(line)
        post = someone.last
        size = len((post.body + post.html + str(post.record)).encode())
        # A homeserver takes 65,536 bytes, of which base 64 takes a quarter.
        assert size < 47_000, line
    await world.stop()
