"""References: drawn, checked, and read as people type them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.reference import ALPHABET, Reference, Slip, check, draw, read


@pytest.mark.parametrize("text", ["BRAVO-7K3Q0", "BRAVO-9MD2X"])
def test_those_of_the_contract_are_right(text: str) -> None:
    assert read(text, "BRAVO") == Reference(text)


@pytest.mark.parametrize("typed", ["bravo-7k3q0", "7K3Q0", "7k3qo", "Bravo‑7K3QO", "BRAVO–7k3q0", " 7K3Q0 "])
def test_it_may_be_typed_in_haste(typed: str) -> None:
    assert read(typed, "BRAVO") == Reference("BRAVO-7K3Q0")


@pytest.mark.parametrize(
    ("typed", "slip"),
    [
        ("7K3Q1", Slip.CHECK),
        ("BRAVO-7K3QU", Slip.CHECK),
        ("ALPHA-7K3Q0", Slip.FOREIGN),
        ("bridge", Slip.NONE),
        ("truck", Slip.NONE),
        ("7K3Q", Slip.NONE),
        ("BRAVO-7K3Q00", Slip.NONE),
        ("", Slip.NONE),
        ("AA-12-BB", Slip.NONE),
    ],
)
def test_what_is_none_is_told_apart(typed: str, slip: Slip) -> None:
    assert read(typed, "BRAVO") is slip


@given(st.text(ALPHABET, min_size=4, max_size=4), st.integers(0, 3), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(body: str, at: int, other: str) -> None:
    wrong = body[:at] + other + body[at + 1 :]
    assert (check(wrong) == check(body)) == (wrong == body)


@given(st.text(ALPHABET, min_size=4, max_size=4), st.integers(0, 2))
def test_two_that_changed_places_are_noticed(body: str, at: int) -> None:
    swapped = body[:at] + body[at + 1] + body[at] + body[at + 2 :]
    pair = {body[at], body[at + 1]}
    if pair != {"0", "Z"} and swapped != body:  # the one pair that Luhn cannot tell
        assert check(swapped) != check(body)


def test_what_is_drawn_can_be_read() -> None:
    pick = random.Random(1).choice
    drawn = [draw("BRAVO", pick) for _ in range(500)]
    assert all(read(str(one), "BRAVO") == one for one in drawn) and len(set(drawn)) > 490
    assert all(read(one.text.removeprefix("BRAVO-"), "BRAVO") in (one, Slip.NONE) for one in drawn)
