"""Digits of other scripts, and text from right to left with Latin references: what is kept, and what is noticed."""

from __future__ import annotations

import pytest

from bot.model.question import digit, sealed_digit
from bot.model.translation import Flag
from bot.translation import Translator, detect, protect, quality
from bot.translation.document import Document

on_the_models = pytest.mark.asyncio(loop_scope="session")

DIGITS = {  # 0 to 9
    "bengali": "০১২৩৪৫৬৭৮৯", "persian": "۰۱۲۳۴۵۶۷۸۹", "arabic": "٠١٢٣٤٥٦٧٨٩", "devanagari": "०१२३४५६७८९",
    "fullwidth": "０１２３４５６７８９",
}  # fmt: skip
REFERENCES = ("AA-12-BB", "29S ND 12345 67890", "BRAVO-7K3Q0", "14:30", "TLP:AMBER", "https://example.org/a?b=1")
RIGHT_TO_LEFT = {
    "persian": "خودروی {} نزدیک پل است، {} و {}. ساعت {}، {}، {}",
    "hebrew": "הרכב {} ליד הגשר, {} ו-{}. בשעה {}, {}, {}",
    "arabic": "السيارة {} عند الجسر {} و {}. الساعة {} {} {}",
}


def spelt(number: str, script: str) -> str:
    """Return *number* with the digits of *script*."""
    return number.translate(str.maketrans("0123456789", DIGITS[script]))


@pytest.mark.parametrize("script", DIGITS)
@pytest.mark.parametrize("number", ["7", "42", "1250", "90210"])
def test_the_same_number_in_other_digits_is_the_same(script: str, number: str) -> None:
    other = spelt(number, script)
    assert other != number
    assert quality.same_numbers(f"{other} people", f"{number} pessoas")
    assert quality.same_numbers(f"{number} people", f"{other} pessoas")
    assert not quality.same_numbers(f"{other} people", f"{int(number) + 1} pessoas")
    assert not quality.same_numbers(f"{other} people", "pessoas")
    assert quality.differing(f"{other} boats", "3 barcos", ("en", "pt")) == (number, "3")


@on_the_models
@pytest.mark.parametrize("script", DIGITS)
async def test_a_number_in_other_digits_comes_out_the_same_or_is_flagged(translator: Translator, script: str) -> None:
    for number in ("3", "42", "1250"):
        text = f"We saw {spelt(number, script)} men near the bridge."
        made = (await translator.translate(text, "en", ["pt"]))["pt"]
        assert quality.same_numbers(text, made.text) or Flag.NUMBER in made.flags, made


@pytest.mark.parametrize("script", DIGITS)
def test_an_answer_in_other_digits_is_that_digit(script: str) -> None:
    assert digit(spelt("2", script)) == "2"
    assert sealed_digit(f"{spelt('1', script)} q{spelt('0', script)}") == ("1", "Q0")


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
def test_latin_references_in_right_to_left_text_are_each_one_token(language: str) -> None:
    text = RIGHT_TO_LEFT[language].format(*REFERENCES)
    found = [text[token.start : token.end] for token in protect.find(text)]
    assert found == list(REFERENCES)
    marked = RIGHT_TO_LEFT[language].format(*(f"\u2066{token}\u2069" for token in REFERENCES))
    document = Document.parse(marked, "ar")
    assert document.tokens == REFERENCES, "direction marks of an app around them change nothing"


@on_the_models
@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
async def test_right_to_left_text_without_a_model_stays_whole_and_is_said(
    translator: Translator, language: str
) -> None:
    text = RIGHT_TO_LEFT[language].format(*REFERENCES)
    spoken = {"persian": "fa", "hebrew": "he", "arabic": "ar"}[language]
    made = (await translator.translate(text, spoken, ["en"]))["en"]
    assert (made.text, made.flags) == (text, (Flag.UNAVAILABLE,))


@on_the_models
@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
async def test_right_to_left_words_inside_another_language_stay_with_their_references(
    translator: Translator, language: str
) -> None:
    word = RIGHT_TO_LEFT[language].split()[0]
    text = f"Stop {word} AA-12-BB at 29S ND 12345 67890, see BRAVO-7K3Q0"
    made = (await translator.translate(text, "en", ["pt"]))["pt"]
    for token in (word, "AA-12-BB", "29S ND 12345 67890", "BRAVO-7K3Q0"):
        assert made.text.count(token) == 1, made


@on_the_models
async def test_hebrew_and_persian_are_never_taken_for_a_language_of_the_room(translator: Translator) -> None:
    for text in ("הרכב ליד הגשר ואין בו אף אחד", "خودرو نزدیک پل است و هیچ کس در آن نیست"):
        found = await translator.detect(text, ("en", "pt", "es"), "pt")
        assert found.language not in {"en", "pt", "es"} or found.doubtful, found
        assert not detect.written_in(text, "pt")
