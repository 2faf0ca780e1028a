"""The words for "not" and for units in the twelve languages."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.i18n import INTERFACE_LANGUAGES
from bot.services.phrase import phrasebook
from bot.translation import quality
from bot.translation.cues import LANGUAGES, Cues, cues_of, strangers

from ..fakes import configuration


def of(language: str) -> Cues:
    found = cues_of(language)
    assert found is not None
    return found


def test_every_interface_language_has_its_words_and_the_same_units() -> None:
    assert set(INTERFACE_LANGUAGES) <= set(LANGUAGES)
    assert {frozenset(of(language).units.values()) for language in LANGUAGES} == {frozenset(of("en").units.values())}
    assert cues_of("xx") is None


ORDERS = {  # do not shoot; he is not armed, but he has a knife; nobody saw it and nothing was found; stop
    "en": ("Do not shoot!", "He isn't armed, but he has a knife", "Nobody saw it and nothing was found", "Stop now"),
    "pt": ("Não disparem!", "Não está armado, mas tem uma faca", "Ninguém viu e nada foi encontrado", "Pare já"),
    "es": ("¡No disparen!", "No va armado, pero tiene un cuchillo", "Nadie lo vio y nada se encontró", "Pare ya"),
    "fr": ("Ne tirez pas !", "Il n’est pas armé, mais il a un couteau", "Il n'a rien vu et rien trouvé", "Arrêtez"),
    "de": ("Nicht schießen!", "Er ist nicht bewaffnet, hat aber ein Messer", "Niemand sah es und nichts fehlt", "Halt"),
    "it": ("Non sparate!", "Non è armato, ma ha un coltello", "Nessuno l'ha visto e niente è stato trovato", "Ferma"),
    "pl": ("Nie strzelać!", "Nie jest uzbrojony, ale ma nóż", "Nikt nie widział i nic nie znaleziono", "Stój"),
    "ro": ("Nu trageți!", "Nu este înarmat, dar are un cuțit", "Nimeni nu a văzut și nimic nu s-a găsit", "Stai"),
    "el": ("Μην πυροβολείτε!", "Δεν είναι οπλισμένος, αλλά έχει μαχαίρι", "Κανείς δεν είδε και τίποτα δεν βρέθηκε",
           "Σταμάτα"),
    "uk": ("Не стріляти!", "Він не озброєний, але має ніж", "Ніхто не бачив і нічого не знайдено", "Стій"),
    "tr": ("Ateş etmeyin!", "Silahlı değil, ama bıçağı var", "Kimseyi görmedik ve bir şey bulunmadı", "Dur"),
    "ar": ("لا تطلقوا النار!", "ليس مسلحا، لكن معه سكين", "لم يره أحد ثم لم نجد شيئا", "قف"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_negated_clauses_are_counted(language: str) -> None:
    assert [of(language).negated(text) for text in ORDERS[language]] == [1, 1, 2, 0]


@pytest.mark.parametrize("source", LANGUAGES)
@pytest.mark.parametrize("target", LANGUAGES)
def test_a_lost_not_is_noticed_between_any_two_languages(source: str, target: str) -> None:
    for said, right in zip(ORDERS[source], ORDERS[target], strict=True):
        assert quality.same_negation(said, right, (source, target))
    for said in ORDERS[source][:3]:
        assert not quality.same_negation(said, ORDERS[target][3], (source, target))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "no. 5, not only that"), ("pt", "de nada, sem dúvida"), ("es", "sin embargo"), ("fr", "sans doute"),
        ("de", "nicht nur das"), ("it", "senz'altro"), ("pl", "nie tylko"), ("ro", "nu numai"), ("uk", "не тільки"),
        ("el", "όχι μόνο"), ("tr", "ekmek almak, namus"), ("ar", "لا شك"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_negation(language: str, text: str) -> None:
    assert of(language).negated(text) == 0


MEASURES = {  # 5 kilometres, 20 kilograms, 3 hours, 50 euros, 90 km/h
    "en": "5 km 20 kilos 3 hours 50 euros 90 km/h", "pt": "5 quilómetros 20 kg 3 horas 50 € 90 km/h",
    "es": "5 kilómetros 20 kg 3 horas 50 euros 90 km/h", "fr": "5 kilomètres 20 kilos 3 heures 50 euros 90 km/h",
    "de": "5 Kilometer 20 Kilo 3 Stunden 50 Euro 90 km/h", "it": "5 chilometri 20 chili 3 ore 50 euro 90 km/h",
    "pl": "5 kilometrów 20 kg 3 godziny 50 euro 90 km/h", "ro": "5 kilometri 20 kg 3 ore 50 euro 90 km/h",
    "el": "5 χιλιόμετρα 20 κιλά 3 ώρες 50 ευρώ 90 km/h", "uk": "5 км 20 кг 3 години 50 євро 90 км/год",
    "tr": "5 kilometre 20 kilo 3 saat 50 avro 90 km/h", "ar": "5 كم 20 كيلو 3 ساعات 50 يورو 90 كم/س",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_units_behind_numbers_are_the_same_in_every_language(language: str) -> None:
    found = of(language).measures(MEASURES[language])
    assert found == dict.fromkeys(("kilometre", "kilogram", "hour", "euro", "kmh"), 1)
    assert quality.same_units(MEASURES["en"], MEASURES[language], ("en", language))
    assert not quality.same_units("5 miles", MEASURES[language], ("en", language))


def test_no_phrase_of_a_task_force_ends_in_a_word_that_others_must_follow() -> None:
    for language in LANGUAGES:
        assert of(language).never_last
        for other in LANGUAGES:
            pairs = [(phrase.wordings[other], phrase.wordings[language]) for phrase in phrasebook(configuration())]
            assert not [said for said in pairs if quality.breaks_off(*said, (other, language))], (other, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_are_a_not_only_beside_others_are_cues_and_have_some(language: str) -> None:
    mine = of(language)
    assert all(map(mine.negates, mine.shared)) and bool(mine.shared) == bool(mine.before | mine.behind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_everyday_sentence_of_the_catalogues_is_said_to_hold_another_languages_not(language: str) -> None:
    negated = [text for text in catalogue(language) if strangers(text, language).negations]
    assert not negated


def catalogue(language: str) -> list[str]:
    """Return the bot's own sentences in *language*: two thousand, by people's standards clean."""
    path = Path(str(files("locales"))) / ("pt" if language == "en" else language) / "LC_MESSAGES" / "liaison.po"
    with path.open("rb") as file:
        read = read_po(file)
    said = [message.id if language == "en" else message.string for message in read if message.id]
    return [re.sub(r"\{\w*\}", "", text if isinstance(text, str) else text[0]) for text in said]


def test_no_language_is_a_stranger_to_itself() -> None:
    for language in LANGUAGES:
        said = [text for phrase in phrasebook(configuration()) for text in [phrase.wordings[language]]]
        assert len(said) >= 40
        assert not [text for text in said if strangers(text, language).mixed], language


@pytest.mark.parametrize(
    ("text", "language", "mixed", "negations"),
    [
        ("the driver diz que não sabe", "en", True, 1),
        ("o condutor diz que he is not armed", "pt", True, 1),
        ("He said nie wchodzić and left", "en", True, 1),
        ("el coche is over there", "es", True, 0),
        ("a nice café in Rua da Prata, Praça do Comércio", "en", False, 0),
        ("Menschen in Not, was ist das", "de", False, 0),
        ("no carro está uma mala", "pt", False, 0),
        ("he visto que no has llegado", "es", False, 0),
        # words that are a "not" in one language and everyday words in another
        ("o nosso barco has no fuel e a maré está a descer", "pt", True, 1),
        ("a professora diz que no child is missing", "pt", True, 1),
        ("todos repetem no police quando nos aproximamos", "pt", True, 1),
        ("a resposta: there is no", "pt", True, 1),
        ("o condutor repete no tengo papeles", "pt", True, 1),
        ("er sagt do not schießen", "de", True, 1),
        ("polis dedi ki do not enter", "tr", True, 1),
        ("il répète dont shoot", "fr", True, 1),
        ("el pescador dice non ho armi", "es", True, 1),
        ("o barco está no porto, no cais norte, e no parque", "pt", False, 0),
        ("vi-o no bar, no hotel, no email e no WhatsApp", "pt", False, 0),
        ("no police.uk, no fuel. no, guns", "pt", True, 2),
        ("está no carro. Fuel: 20 litros", "pt", False, 0),
        ("no time do Porto, no Word e no Access", "pt", False, 0),
        ("ele tem no bolso uma faca e no saco outra", "pt", False, 0),
        ("bu not önemli, not alın", "tr", False, 0),
        ("Menschen in Not brauchen uns", "de", False, 0),
        ("la ville dont il parle", "fr", False, 0),
        ("anything at all", "xx", False, 0),
    ],
)
def test_words_of_another_language_are_noticed(text: str, language: str, mixed: bool, negations: int) -> None:
    found = strangers(text, language)
    assert (found.mixed, found.negations) == (mixed, negations)
