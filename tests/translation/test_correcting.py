"""What a correction is found again by, and how long it takes to hold one against its original."""

from __future__ import annotations

from time import perf_counter

import pytest

from bot.translation.correcting import Original, compare
from bot.translation.occurring import occurring


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("o 12-AB-34 saiu, 12-AB-34 voltou", "o 12-AB-34 saiu, 99-ZZ-11 voltou"),
        ("Kommen Sie mit der Waffe?", "Kommen sie mit der Waffe?"),
        ("Não\nvai", "Não vai"),
        ("Ponte ✅", "Ponte ❌"),
        ("Er trinkt in Maßen", "Er trinkt in Massen"),
    ],
)
def test_what_may_mean_something_else_is_something_else(one: str, other: str) -> None:
    assert Original.of(one, "de").key("en") != Original.of(other, "de").key("en")


@pytest.mark.parametrize(
    ("one", "other"),
    [("A ponte  está aqui", "a ponte está aqui "), ("o 12-AB-34 e o 12-AB-34", "o 99-ZZ-11 e o 99-ZZ-11")],
)
def test_the_same_words_are_the_same(one: str, other: str) -> None:
    assert Original.of(one, "pt").key("en") == Original.of(other, "pt").key("en")


def test_tokens_are_found_whole_and_the_longest_first() -> None:
    tokens = ["AB-1", "AB-12", "12", "✅", "x" * 600]
    text = f"AB-12 AB-123 AB-1 a12 12 ✅✅ {'x' * 600}"
    assert [token for _at, token in occurring(text, tokens)] == ["AB-12", "AB-1", "12", "✅", "✅", "x" * 600]


@pytest.mark.parametrize("line", ["X{:05}", "{:07}", "@x{:04}", "12-AB-34"])
def test_many_tokens_do_not_hold_up_others(line: str) -> None:
    text = " ".join(line.format(n) for n in range(7000))
    original, best = Original.of(text, "pt"), 9.0
    for said in (text, text[::-1], text):
        began = perf_counter()
        compare(original, said, "en")
        best = min(best, perf_counter() - began)
        assert perf_counter() - began < 1
    assert best < 0.3
