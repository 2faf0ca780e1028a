"""`translate check`: what readers read, in the language of whoever asks."""

from __future__ import annotations

import pytest

from bot.model.translation import Flag

from ..companions import edit
from ..fakes import FakeTranslator
from ..intake.test_redactions import redacts
from ..world import Person, World
from .test_translate_fix import reply

SAID = "Não há 3 pessoas junto ao 12-AB-34"


@pytest.fixture
def ana(world: World) -> Person:
    world.person("kate")
    return world.person("ana", "PRT-GNR")


async def checks(world: World, person: Person, to: str) -> None:
    await person.says("", **reply("!translate check", to))


async def test_the_sender_sees_what_others_read(world: World, ana: Person) -> None:
    said = await ana.says(SAID)
    post = world.event_of(ana.last)
    for to in (said, post):
        await checks(world, ana, to)
        assert ana.hears(f"{SAID} (pt to en) (en to pt)", command="translate check", ok=True)
        assert "as in the original" in ana.last.body


async def test_what_differs_is_marked(world: World, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    said = await ana.says(SAID)
    translate = FakeTranslator.translate

    async def wrong(self: FakeTranslator, text: str, *rest: object) -> object:
        return await translate(self, "Há 5 pessoas junto ao 99-ZZ-11", *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(FakeTranslator, "translate", wrong)
    await checks(world, ana, said)
    body = ana.last.body
    assert "Only in the original: 12-AB-34 e 3." in body and "Not in the original: 99-ZZ-11 e 5." in body, body
    assert "“not”" in body


async def test_others_may_ask_and_get_it_in_their_language(world: World, ana: Person) -> None:
    marie = world.person("marie", "FRA-PN")
    said = await ana.says(SAID)
    await checks(world, marie, said)
    assert marie.hears(f"{SAID} (pt to en) (en to fr)", ok=True)


@pytest.mark.parametrize("case", ["no reply", "unknown", "own language", "no way back", "no translation"])
async def test_what_cannot_be_is_said(world: World, ana: Person, case: str) -> None:
    kate = Person(world, "@kate:example.org")
    if case == "no translation":
        world.translator.flags[SAID] = (Flag.UNAVAILABLE,)
    said = await ana.says(SAID)
    asks, expected = ana, ("not_found", "no translation")
    match case:
        case "no reply":
            await ana.says("!translate check")
            assert ana.hears("as a reply", error="bad_argument")
            return
        case "unknown":
            said = "$nothing"
        case "own language":
            asks, expected = kate, ("bad_argument", "which you read yourself")
        case "no way back":
            world.translator.flags[f"{SAID} (pt to en)"] = (Flag.UNAVAILABLE,)
            expected = ("unavailable", "no model")
    await checks(world, asks, said)
    assert asks.hears(expected[1], ok=False, error=expected[0]), asks.last.body


async def test_without_the_original_it_says_that_nothing_was_compared(world: World, ana: Person) -> None:
    said = await ana.says(SAID)
    del world.events[said]
    await checks(world, ana, said)
    assert ana.hears("compared nothing", ok=True)


@pytest.mark.parametrize("what", ["redaction", "edit", "nothing", "TLP:RED"])
async def test_it_goes_with_what_it_says_again(world: World, ana: Person, what: str) -> None:
    said = await ana.says(SAID)
    await checks(world, ana, said)
    answered = world.event_of(ana.last)
    if what == "redaction":
        await redacts(world, said)
    elif what == "edit":
        await ana.says("", content=edit(said, "Há 3 pessoas junto ao 12-AB-34"))
    elif what != "nothing":
        await ana.says("", **reply(what, said))
    assert (answered in world.redacted) is (what in ("redaction", "edit"))


async def test_what_is_redacted_while_it_is_translated_back_is_not_shown(world: World, ana: Person) -> None:
    said = await ana.says(SAID)
    held = world.translator.hold(f"{SAID} (pt to en)")
    [command] = await world.receives(ana.user_id, "", **reply("!translate check", said))
    while len(world.translator.asked) < 2:
        await world.idle()
    async with world.store.transaction():
        await world.store.original.forget(said)
    held.set()
    await world.settles()
    assert (await world.outcomes())[command] == "conflict" and not ana.hears("(en to pt)", ok=True)
