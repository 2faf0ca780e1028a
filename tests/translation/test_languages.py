"""The language of chat messages, by the real detector: 262 messages in 25 languages, and 35 that mix two."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench import sets
from bot.translation import Detected, Translator, detect
from bot.translation.detect import FAMILIAR
from bot.translation.langid import Langid

DATA = Path(__file__).parent.parent / "data"
ROOMS = (
    ("en", "es", "pt"), ("de", "en", "fr"), ("en", "pl", "uk"), ("el", "en", "it"),
    ("en", "es", "pt", "ro"), ("ar", "en", "fr"), ("de", "en", "it", "tr"),
)  # fmt: skip


def messages(name: str) -> list[tuple[str, str]]:
    """Return (language, message) of the file *name*."""
    lines = (DATA / f"{name}.tsv").read_text("utf-8").splitlines()
    return [(language, text) for language, _, text in (line.partition("\t") for line in lines)]


async def told(translator: Translator, name: str, *, outside: bool) -> Counter[str]:
    """Return how often the language was right, doubted or silently wrong, in or *outside* the rooms' languages."""
    found: Counter[str] = Counter()
    for room in ROOMS:
        for language, text in messages(name):
            if (language not in room) is outside:
                usual = room[0] if outside else language
                made = await translator.detect(text, room, usual)
                found["right" if made.language == language else "doubted" if made.doubtful else "wrong"] += 1
                found["flagged"] += made.doubtful
                found["all"] += 1
    return found


async def test_in_the_rooms_languages_nothing_is_lost_by_looking_beyond(translator: Translator) -> None:
    clean, noisy = [await told(translator, name, outside=False) for name in ("languages", "languages_noisy")]
    assert clean["right"] >= 0.99 * clean["all"] and clean["flagged"] <= 0.01 * clean["all"], clean
    assert noisy["right"] >= 0.96 * noisy["all"] and noisy["flagged"] <= 0.08 * noisy["all"], noisy


async def test_other_languages_are_found_or_doubted(translator: Translator) -> None:
    clean, noisy = [await told(translator, name, outside=True) for name in ("languages", "languages_noisy")]
    assert clean["right"] >= 0.92 * clean["all"] and clean["wrong"] <= 0.04 * clean["all"], clean
    assert noisy["right"] >= 0.60 * noisy["all"] and noisy["wrong"] <= 0.20 * noisy["all"], noisy


async def test_two_languages_at_once_are_doubted_and_a_word_of_another_is_not(translator: Translator) -> None:
    for name, doubtful in (("languages_mixed", True), ("languages_sprinkled", False)):
        for languages, text in messages(name):
            spoken = languages.split("+")
            made = await translator.detect(text, sorted({*spoken, "en", "es", "pt"}), spoken[0])
            assert made.doubtful is doubtful, (text, made)
            assert made.language in spoken


@pytest.mark.parametrize(
    ("languages", "text"),
    [
        ("pt+en", "A ponte está fechada and we cannot cross the river today."),
        ("en+pt", "We cannot cross the river today porque a ponte está fechada."),
        ("pt+en", "o camião verde avariou perto da ponte near the customs building"),
        ("en+es", "the truck broke down en la carretera de la costa"),
        ("es+en", "hemos visto dos hombres armados running towards the north gate"),
        ("en+fr", "we stopped the van sur la route de la frontière"),
        ("de+en", "der Fahrer hat keine Papiere and refuses to open the trunk"),
        ("en+it", "the boat is drifting verso gli scogli del porto"),
        ("ro+en", "șoferul nu are acte and wants to speak to a lawyer"),
        ("pl+en", "kierowca nie ma przy sobie but he showed us a photo of his passport"),
        ("tr+en", "sürücü belgesini göstermek istemiyor and he is very nervous"),
        ("pt+de", "O condutor não quer sair do carro und die Kollegen warten auf Verstärkung"),
        ("es+pt", "El camión está parado en la nacional com dois homens dentro da cabine"),
    ],
)
async def test_two_languages_in_one_clause_are_doubted(translator: Translator, languages: str, text: str) -> None:
    spoken = languages.split("+")
    for room in (spoken, ("en", "es", "pt"), FAMILIAR):
        made = await translator.detect(text, room, spoken[0])
        assert made.doubtful and not made.certain, (room, made)


def test_no_message_in_one_language_seems_to_be_in_two() -> None:
    said = [("", text) for pair in sets.clean() for text in pair]
    for language in ("en", "pt"):
        said += [(language, item.text) for item in sets.critical(language)]
        said += [(language, one.text) for one in sets.negations(language) if one.how != "mixed"]
    for name in ("languages", "languages_noisy", "languages_sprinkled"):
        said += messages(name)
    assert len(said) > 2_000
    turns = Langid().turn
    for room in ((), *ROOMS):
        assert not [text for own, text in said if turns(detect.words(text), (*room, own))], room


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("der weiße Wagen steht an der Brücke", Detected("de", True)),
        ("Le chauffeur n'a pas de papiers sur lui", Detected("fr", True)),
        ("шофер", Detected("uk", False, True)),
        ("όχι", Detected("el", True)),
        ("nein", Detected("pt", False)),
        ("Bravo 2", Detected("pt", False)),
        ("Fordonet står vid norra porten.", Detected("en", False, True)),
    ],
)
async def test_evidence(translator: Translator, text: str, found: Detected) -> None:
    made = await translator.detect(text, ("en", "pt", "es"), "pt")
    assert (made.certain, made.doubtful) == (found.certain, found.doubtful)
    assert made.language == found.language or found.doubtful


async def test_neighbours_are_not_put_in_one_anothers_place(translator: Translator) -> None:
    for room in (("en", "hr"), ("en", "sr"), ("bs", "en")):
        made = await translator.detect(
            "Vozač kaže da dolazi iz Madrida i da nema dokumente, tražit ću od centrale da ga provjeri.", room, "en"
        )
        assert made.language in room and made.language != "en"


async def test_bengali_is_told_by_its_letters(translator: Translator) -> None:
    """A detector alone may take it for a neighbour, or be outvoted by the languages of the room."""
    for text in ("সেতু বন্ধ", "সেতুটি বন্ধ, গাড়ির চালক সশস্ত্র নয়"):
        assert detect.script_of(text) == "BENGALI"
        assert await translator.detect(text, ("en", "pt"), "pt") == Detected("bn", True)
        assert detect.narrow(text, ("en", "bn", "hi")) == ["bn"]
        assert detect.written_in(text, "bn-BD") and not detect.written_in(text, "hi")
