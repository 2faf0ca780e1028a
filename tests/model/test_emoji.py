"""The 64 emoji: the protocol says their numbers."""

from __future__ import annotations

from bot.model.emoji import EMOJI


def test_each_number_has_an_emoji_and_a_name_of_its_own() -> None:
    assert len({sign for sign, _name in EMOJI}) == len({name.text for _sign, name in EMOJI}) == len(EMOJI) == 64


def test_their_numbers_are_those_of_the_specification() -> None:
    assert [EMOJI[number][1].text for number in (0, 15, 34, 36, 53, 63)] == [
        "Dog", "Flower", "Spanner", "Thumbs Up", "Aeroplane", "Pin",
    ]  # fmt: skip
