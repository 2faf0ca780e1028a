"""Texts that nobody should send, through the whole pipeline: nothing is lost, what is not translated is said to be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from bot.i18n import Catalogues
from bot.model.translation import Failure, Flag
from bot.translation import Translator, pool

from ..fakes import FakeTranslator
from ..world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("text", ["", " ", "\n", "🚨", "🚨 👍🏽\n🇵🇹", "\u200b", "14:30 AA-12-BB"])
async def test_what_holds_no_words_is_not_worth_it_and_comes_back_as_it_is(translator: Translator, text: str) -> None:
    assert not translator.worth(text)
    result = (await translator.translate(text, "pt", ["en"]))["en"]
    assert result.text == text.replace("\u200b", "") and not result.flags


@pytest.mark.parametrize("unit", ["não disparem ", "x", "🚨", "\n", "a\u0301", "AA-12-BB ", "\U0001f468\u200d"])
async def test_64_kib_are_left_as_they_are_at_once(translator: Translator, unit: str) -> None:
    text = (unit * 65_536)[:65_536]
    async with asyncio.timeout(20):
        await translator.detect(text, ("en", "pt"), "pt")
    async with asyncio.timeout(1):
        made = (await translator.translate(text, "pt", ["en", "es"]))["es"]
    assert (made.text, made.flags) == (text, (Flag.UNAVAILABLE,))
    assert made.provenance.failed is Failure.TOO_LONG


async def test_5000_characters_without_a_blank_are_done_soon(translator: Translator) -> None:
    async with asyncio.timeout(20):
        made = (await translator.translate("abcdefghijk" * 454, "pt", ["en"]))["en"]
    assert made.flags and len(made.text) < 6000


async def test_right_to_left_text_keeps_its_latin_references(translator: Translator) -> None:
    text = "السيارة AA-12-BB عند 29S ND 12345 67890 الساعة 14:30 BRAVO-7K3Q0"
    assert (await translator.detect(text, ("en", "ar"), "en")).language == "ar"
    made = (await translator.translate(text, "ar", ["en"]))["en"]
    assert (made.text, made.flags) == (text, (Flag.UNAVAILABLE,)), "no model: the original, and said"
    mixed = "Stop السيارة AA-12-BB at 29S ND 12345 67890, see BRAVO-7K3Q0"
    made = (await translator.translate(mixed, "en", ["pt"]))["pt"]
    for token in ("السيارة", "AA-12-BB", "29S ND 12345 67890", "BRAVO-7K3Q0"):
        assert made.text.count(token) == 1, made


async def test_a_pair_without_a_route_leaves_the_others_alone(translator: Translator) -> None:
    made = await translator.translate("A ponte está fechada.", "pt", ["en", "el", "uk"])
    assert made["en"].text == "The bridge is closed." and not made["en"].flags
    for target in ("el", "uk"):
        assert (made[target].text, made[target].flags) == ("A ponte está fechada.", (Flag.UNAVAILABLE,))
        assert made[target].provenance.failed is Failure.NO_ROUTE


async def test_a_wrong_language_is_found_before_it_is_translated(translator: Translator) -> None:
    for text in ("the driver is not armed", "el conductor no va armado y está en el puente"):
        assert (await translator.detect(text, ("en", "pt", "es"), "pt")).language != "pt"


ODD = {
    "": "no need",
    "🚨 👍🏽": "no need",
    "não disparem " * 5_041: "relayed",
    "abcdefghijk" * 454: "relayed",
    "a carrinha passou pela ponte e depois " * 130: "relayed",
    "Водій не озброєний, він біля мосту": "no route",
    "O condutor da carrinha branca disse na ponte que he is not armed.": "relayed",
    "a carrinha السيارة AA-12-BB está em 29S ND 12345 67890": "relayed",
    "\u202e\u200b\u2066": "no need",
    "\x00\ud7ff não há ninguém\u0301 aqui": "relayed",
    "A ponte está fechada.": "relayed",
}


async def test_a_room_hears_of_each_odd_message_and_in_order(translator: Translator, tmp_path: Path) -> None:
    world = World(tmp_path / "liaison.db")
    world.translator = cast(FakeTranslator, translator)
    await world.start()
    try:
        ana, _bob = world.person("ana", agency="PRT-GNR"), world.person("bob")
        sent = await world.receives(ana.user_id, *ODD)
        async with asyncio.timeout(60):
            while (await world.store.inbox.depth())[0]:
                await asyncio.sleep(0.05)
        await world.delivers()
    finally:
        await world.stop()
    posted = list(dict.fromkeys(heard.cause for heard in world.heard if heard.kind == "translation"))
    assert posted == [event for event, what in zip(sent, ODD.values(), strict=True) if what == "relayed"]
    [notice] = [heard.post for heard in world.heard if heard.post and heard.post.record.get("of") == "no_route"]
    assert "Ukrainian" in notice.body, "from that language nothing is installed"
    last = next(heard.post for heard in reversed(world.heard) if heard.post and heard.kind == "translation")
    assert last.record["texts"] == {"en": "The bridge is closed."}


@asynccontextmanager
async def room_with(translator: Translator, path: Path, catalogues: Catalogues | None = None) -> AsyncIterator[World]:
    """Yield a world whose translator is the real one."""
    world = World(path)
    world.translator = cast(FakeTranslator, translator)
    world.catalogues = catalogues or world.catalogues
    await world.start()
    try:
        yield world
    finally:
        await world.stop()


async def says(world: World, user_id: str, text: str) -> None:
    """Let one person say *text*, and wait for what comes of it."""
    await world.receives(user_id, text)
    async with asyncio.timeout(60):
        while (await world.store.inbox.depth())[0]:
            await asyncio.sleep(0.05)
    await world.delivers()


async def test_a_room_whose_message_meets_a_full_queue_is_told_so(
    translator: Translator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with room_with(translator, tmp_path / "liaison.db") as world:
        ana, _bob = world.person("ana", agency="PRT-GNR"), world.person("bob")
        monkeypatch.setattr(pool, "MAX_WAITING", 0)
        await says(world, ana.user_id, "A ponte está fechada.")
        monkeypatch.undo()
        await says(world, ana.user_id, "A ponte está aberta.")
    full, later = [heard.post for heard in world.heard if heard.post and heard.kind == "translation"]
    assert "Too many messages wait to be translated." in full.body and "closed" not in full.body
    assert full.record["texts"] == {} and "unavailable" in full.record["flags"]["en"]
    assert later.record["texts"] == {"en": "The bridge is open."}


async def test_readers_without_a_route_are_told_so_in_their_language(translator: Translator, tmp_path: Path) -> None:
    async with room_with(translator, tmp_path / "liaison.db", Catalogues.load(["fr"])) as world:
        ana = world.person("ana", agency="PRT-GNR")
        world.person("luc", agency="FRA-PN")
        world.person("bob")
        for text in ("A ponte está fechada.", "A ponte está aberta."):
            await says(world, ana.user_id, text)
    [notice] = [heard.post for heard in world.heard if heard.post and heard.post.record.get("of") == "no_route"]
    assert "Ana a écrit en portugais. Je ne peux pas traduire en français" in notice.body
    assert "cannot" not in notice.body, "nobody else needs to know"


async def test_readers_without_a_route_are_told_so(translator: Translator, tmp_path: Path) -> None:
    world = World(tmp_path / "liaison.db")
    world.translator = cast(FakeTranslator, translator)
    await world.start()
    try:
        ana, _luc, _bob = (
            world.person("ana", agency="PRT-GNR"),
            world.person("luc", agency="FRA-PN"),
            world.person("bob"),
        )
        await world.receives(ana.user_id, "A ponte está fechada.")
        async with asyncio.timeout(60):
            while (await world.store.inbox.depth())[0]:
                await asyncio.sleep(0.05)
        await world.delivers()
    finally:
        await world.stop()
    [post] = [heard.post for heard in world.heard if heard.post and heard.kind == "translation"]
    assert post.record["texts"] == {"en": "The bridge is closed."}
    assert post.record["flags"] == {"en": []}
    [notice] = [heard.post for heard in world.heard if heard.post and heard.post.record.get("of") == "no_route"]
    assert "français" in notice.body or "French" in notice.body
