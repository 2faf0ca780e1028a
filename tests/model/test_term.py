"""Terms in texts: however they are inflected, the longest first, in time that grows with the text alone."""

from __future__ import annotations

import random
import string

import pytest

from bot.model.person import LanguageCode
from bot.model.term import ANY, Glossary, Said, Term, tidy
from bot.model.term.glossary import MOST_FOUND
from bot.model.term.inflection import stem

from ..cost import takes_under

EN, PT, EL, PL = map(LanguageCode, ("en", "pt", "el", "pl"))


def term(source: str, target: str | None = "x", language: str = "en", to: str = "pt") -> Term:
    return Term(LanguageCode(language), LanguageCode(to), source, target)


def found(text: str, *sources: str, language: str = "en") -> list[tuple[str, str]]:
    glossary = Glossary(1, tuple(term(source, language=language, to="xx") for source in sources))
    return [(text[one.start : one.end], one.term.source) for one in glossary.find(text, language, "xx")]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", "plate plates PLATE"),
        ("en", "border borders border's"),
        ("en", "country countries"),
        ("en", "pass passes"),
        ("en", "branch branches"),
        ("pt", "fronteira fronteiras"),
        ("pt", "avião aviões aviao"),
        ("pt", "quartel quartéis"),
        ("pt", "posto postos"),
        ("pt", "homem homens"),
        ("pt", "aberto aberta abertos abertas"),
        ("es", "frontera fronteras"),
        ("es", "camión camiones"),
        ("es", "luz luces"),
        ("es", "policía policías policia"),
        ("fr", "frontière frontières"),
        ("fr", "bateau bateaux"),
        ("fr", "cheval chevaux"),
        ("fr", "vert verte verts vertes"),
        ("de", "Grenze Grenzen"),
        ("de", "Fahrzeug Fahrzeuge Fahrzeugen Fahrzeugs"),
        ("de", "grüne grünen grüner grünes"),
        ("de", "Haus Häuser Häusern"),
        ("it", "frontiera frontiere"),
        ("it", "valico valichi"),
        ("it", "confine confini"),
        ("pl", "granica granicy granicę granicą granic granicom granicach granicami"),
        ("pl", "zielona zielonej zieloną"),
        ("pl", "samochód samochodu samochody samochodów samochodem"),
        ("ro", "frontieră frontiera frontierei frontiere frontierele frontierelor"),
        ("ro", "vehicul vehiculul vehiculului vehicule vehiculele"),
        ("el", "σύνορο σύνορα συνόρων συνόρου ΣΥΝΟΡΑ"),
        ("el", "όχημα οχήματος οχήματα οχημάτων"),
        ("el", "πινακίδα πινακίδας πινακίδες πινακίδων"),
        ("uk", "кордон кордону кордоном кордоні кордонів"),
        ("uk", "зелений зеленого зеленому зеленим"),
        ("uk", "машина машини машину машиною"),
        ("tr", "sınır sınırı sınırda sınırdan sınırlar SINIR"),
        ("tr", "araç aracı araçlar"),
        ("tr", "plaka plakası plakalar plakayı"),
        ("ar", "حدود الحدود بالحدود والحدود"),
        ("ar", "دورية الدورية دوريات"),
    ],
)
def test_the_forms_of_a_word_are_one_term(language: str, forms: str) -> None:
    first, *others = forms.split()
    for form in others:
        assert found(f"({form}!)", first, language=language), (form, stem(form, language), stem(first, language))
        if not form.isupper():  # a source in capitals alone is an abbreviation
            assert found(first, form.removesuffix("'s"), language=language)


@pytest.mark.parametrize(
    ("language", "source", "other"),
    [
        ("en", "post", "posted"),
        ("en", "post", "poster"),
        ("en", "plate", "platform"),
        ("en", "car", "care"),
        ("pt", "guarda", "guardou"),
        ("pt", "guarda", "guardar"),
        ("es", "puesto", "puente"),
        ("fr", "poste", "poster"),
        ("de", "Grenze", "Grenzfluss"),
        ("tr", "sınır", "sinir"),
        ("uk", "кордон", "корд"),
        ("xx", "border", "borders"),
    ],
)
def test_another_word_is_none(language: str, source: str, other: str) -> None:
    assert not found(other, source, language=language)


@pytest.mark.parametrize(
    ("text", "sources", "hits"),
    [
        ("the green border patrol", ["border", "green border"], [("green border", "green border")]),
        ("green border patrols", ["green", "border patrol"], [("green", "green"), ("border patrols", "border patrol")]),
        ("green border", ["green border patrol", "green"], [("green", "green")]),
        (
            "a check-point, check point",
            ["check point"],
            [("check-point", "check point"), ("check point",) * 2],
        ),
        ("green. Border", ["green border"], []),
        ("green, border", ["green border"], []),
        ("green 2 border", ["green border"], []),
        ("green\nborder", ["green border"], []),
        ("plate2 and xplate", ["plate"], [("plate", "plate")]),
        ("tell us, US", ["US"], [("US", "US")]),
        ("plate Plates", ["Plates", "plate"], [("plate", "plate"), ("Plates", "Plates")]),
        ("COPY THAT", ["Copy that"], [("COPY THAT", "Copy that")]),
        ("", ["plate"], []),
    ],
)
def test_terms_are_found_whole_and_the_longest_first(
    text: str, sources: list[str], hits: list[tuple[str, str]]
) -> None:
    assert found(text, *sources) == hits


def test_an_apostrophe_parts_words() -> None:
    assert found("l'agent d’une frontière", "agent", "frontière", language="fr") == [
        ("agent", "agent"),
        ("frontière", "frontière"),
    ]


def test_what_is_kept_is_found_in_its_language_and_in_any() -> None:
    glossary = Glossary(
        1, (Term(ANY, ANY, "Sea Shield"), Term(EN, ANY, "Shield Wall"), Term(EN, PT, "shield", "escudo"))
    )
    text = "Sea Shield Wall, Shield Wall"
    assert [text[f.start : f.end] for f in glossary.kept(text, "en")] == ["Sea Shield", "Shield Wall"]
    assert [text[f.start : f.end] for f in glossary.kept(text, "pt-BR")] == ["Sea Shield"]
    assert [f.term.target for f in glossary.find("Shield", "en-GB", "pt")] == ["escudo"]
    assert glossary.find("Shield", "en", "es") == []


@pytest.mark.parametrize(
    ("text", "wording", "times"),
    [
        ("As matrículas e a matrícula.", "matrícula", 2),
        ("A placa.", "matrícula", 0),
        ("uma fronteira verde, fronteiras verdes", "fronteira verde", 2),
        ("uma fronteira. Verde", "fronteira verde", 0),
        ("", "matrícula", 0),
    ],
)
def test_a_wording_is_counted_in_all_its_forms(text: str, wording: str, times: int) -> None:
    assert Said(text, "pt").count(wording) == times


def test_the_hash_is_that_of_what_holds_between_two_languages() -> None:
    one, other = term("plate", "matrícula"), term("bridge", "ponte")
    kept, greek = Term(ANY, ANY, "Frontex"), term("bridge", "γέφυρα", to="el")
    both = Glossary(1, (one, other, kept))
    assert both.hash("en", "pt") == Glossary(7, (kept, other, one, greek)).hash("en-GB", "pt-PT")
    changed = [
        Glossary(1, (one, kept)),
        Glossary(1, (one, other)),
        Glossary(1, (one, term("bridge", "a ponte"), kept)),
        Glossary(1, (one, Term(EN, PT, "bridge", "ponte", ("pontão",)), kept)),
    ]
    assert len({glossary.hash("en", "pt") for glossary in [both, *changed]}) == 5
    assert both.hash("en", "es") == Glossary(1, (kept,)).hash("en", "es") != both.hash("en", "pt")


def test_ten_thousand_terms_make_a_text_no_slower() -> None:
    chance = random.Random(4)
    words = ["".join(chance.choices(string.ascii_lowercase, k=6)) for _ in range(2000)]
    # Half of them begin with the same word, which the text says all the time: that must not matter either.
    sources = {
        " ".join((words[0] if n % 2 else chance.choice(words), *chance.choices(words, k=2))) for n in range(10_000)
    }
    glossary = Glossary(1, tuple(term(source) for source in sources))
    text = " ".join(word for _ in range(1500) for word in (words[0], chance.choice(words)))
    assert takes_under(0.1, lambda: glossary.find(text, "en", "pt"))
    assert takes_under(0.1, lambda: glossary.kept(text, "en"))


def test_terms_are_tidied() -> None:
    assert tidy(" green\u00a0 \u200bborder\n\u202e") == "green border"
    assert tidy("matri\u0301cula") == "matrícula"


def test_of_a_text_full_of_terms_no_more_are_looked_for_than_there_is_time_for() -> None:
    terms = Glossary(1, (Term(LanguageCode("pt"), LanguageCode("en"), "ponte", "bridge"),))
    assert len(terms.find("ponte. " * (MOST_FOUND - 1), "pt", "en")) == MOST_FOUND - 1
    assert len(terms.find("ponte. " * (MOST_FOUND + 9), "pt", "en")) == MOST_FOUND
