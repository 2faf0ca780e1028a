"""language: which language one reads, and which others need no translation."""

from __future__ import annotations

import pytest

from bot.i18n import Catalogues
from bot.model.person import LanguageCode, Person

from ..world import World


async def test_a_language_is_set_and_the_answer_is_in_it(world: World) -> None:
    rui = world.person("rui")
    await rui.says("!language pt")
    assert rui.hears("A sua língua é português.", kind="reply", command="language", ok=True)
    assert await world.store.person.find(rui.user_id) == Person(rui.user_id, LanguageCode("pt"))


async def test_reading_other_languages_ends_their_translation(world: World) -> None:
    ana, rui = world.person("ana", "PRT-GNR"), world.person("rui")
    await ana.says("Bom dia")
    assert ana.hears(kind="translation", source="$event1", texts={"en": "Bom dia (pt to en)"})
    await rui.says("!language en reads:pt,es")
    assert rui.hears("You also read: Portuguese and Spanish.", ok=True)
    await ana.says("Boa noite")
    assert not ana.hears(kind="translation")


async def test_setting_one_keeps_the_other(world: World) -> None:
    rui = world.person("rui")
    await rui.says("!language reads:es")
    await rui.says("!language pt")
    assert await world.store.person.find(rui.user_id) == Person(
        rui.user_id, LanguageCode("pt"), None, (LanguageCode("es"),)
    )


async def test_auto_goes_back_to_the_agencys_language(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!language en")
    assert ana.hears("Your language is English.")
    await ana.says("!language auto")
    assert ana.hears("A sua língua é português.")
    assert (await world.store.person.find(ana.user_id)).language is None


@pytest.mark.parametrize(
    ("agency", "shown"),
    [
        ("PRT-GNR", "A sua língua é português."),
        ("FRA-PN", "Your language is French."),
        (None, "Your language is English."),
    ],
)
async def test_without_a_word_it_shows_what_is_so(world: World, agency: str | None, shown: str) -> None:
    someone = world.person("someone", agency)
    await someone.says("!language")
    assert someone.hears(shown, ok=True)
    assert someone.hears("!language pt reads:en,es")
    assert (await world.store.person.find(someone.user_id)) == Person(someone.user_id)


async def test_ones_own_language_is_not_said_to_be_read_as_well(world: World) -> None:
    rui = world.person("rui")
    await rui.says("!language en-GB reads:en,pt")
    assert rui.hears("You also read: Portuguese.", ok=True)
    await rui.says("!language reads:en")
    assert rui.hears(ok=True) and not rui.hears("You also read")


@pytest.mark.parametrize("name", ["castellano", "Castelhano", "castilian"])
async def test_spanish_has_other_names(world: World, name: str) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says(f"!language reads:{name}")
    assert (await world.store.person.find(ana.user_id)).also_reads == ("es",)


async def test_languages_are_named_in_the_language_of_the_answers_too(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!language polaco")  # for which there is no catalogue: the answers stay Portuguese
    for line in ("!language polaco", "!language niemiecki", "!language alemão"):
        await ana.says(line)
        assert ana.hears(ok=True), line
    assert (await world.store.person.find(ana.user_id)).language == "de"


@pytest.mark.parametrize("line", ["!language klingon", "!language pt reads:klingon", "!language pt en de"])
async def test_what_is_no_language_changes_nothing(world: World, line: str) -> None:
    rui = world.person("rui")
    await rui.says(line)
    assert rui.hears(ok=False, error="bad_argument")
    assert await world.store.person.find(rui.user_id) == Person(rui.user_id)


async def test_a_setting_is_ones_own_and_holds_after_a_restart(world: World) -> None:
    rui, eva = world.person("rui"), world.person("eva")
    await rui.says("!language pt")
    await world.stop()
    await world.start()
    await eva.says("!language")
    assert eva.hears("Your language is English.")
    await rui.says("!language")
    assert rui.hears("A sua língua é português.")


async def test_who_has_chosen_a_wrong_language_comes_back_in_their_own_words(world: World) -> None:
    world.catalogues = Catalogues.load()
    await world.stop()
    await world.start()
    eva = world.person("eva", "FRA-PN")
    await eva.says("!langue anglais")
    assert eva.hears("Your language is English.", ok=True)
    await eva.says("!langue fr")
    assert eva.hears("Votre langue", ok=True), eva.last.body
    await eva.says("!rappel liste")
    assert eva.last.record["ok"]
    await eva.says("!langue en")
    await eva.says("!rappel liste")
    assert eva.hears("I do not know the command", ok=False, error="not_found")
