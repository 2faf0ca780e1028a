"""The ladder of attempts, with engines that fail in a chosen way."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.model.translation import Flag
from bot.translation import mask
from bot.translation.engine import Output, Pair
from bot.translation.leg import Leg
from bot.translation.pool import Unavailable
from bot.translation.tokens import cut

PLATE = mask.slot(0)


def pair(engine: str = "argos", style: str = "letters") -> Pair:
    return Pair("en", "fr", engine, engine, "", Path(), style)


class Engine:
    """Our pool's protocol over one function, which may raise Unavailable."""

    def __init__(self, make: Callable[[str], str]) -> None:
        self.asked: list[str] = []
        self._make = make

    async def translate(self, caller: int, pair: Pair, text: str) -> Output:
        self.asked.append(text)
        if pair.engine == "broken":
            raise Unavailable("broken")
        return Output(self._make(text))


def leg(engine: Engine, *pairs: Pair) -> Leg:
    return Leg(engine, 0, pairs or (pair(),))


async def test_the_pairs_own_mask_comes_first() -> None:
    engine = Engine(str.upper)
    made = await leg(engine, pair(style="numbers")).carry(f"see {PLATE} now")
    assert (made.text, engine.asked) == (f"SEE {PLATE} NOW", ["see 90000 now."])


async def test_a_lost_mask_is_tried_as_a_number() -> None:
    engine = Engine(lambda text: text.replace("XQ0", ""))
    made = await leg(engine).carry(f"see {PLATE} now")
    assert (made.text, engine.asked) == (f"see {PLATE} now", ["see XQ0 now.", "see 90000 now."])


async def test_then_the_text_is_split_around_its_tokens() -> None:
    engine = Engine(lambda text: re.sub(r"XQ\d|9000\d", "", text).upper())
    made = await leg(engine).carry(f"see {PLATE} now")
    assert made.text == f"sEE {PLATE} nOW" and Flag.PLACEHOLDER not in made.flags
    assert engine.asked == ["see XQ0 now.", "see 90000 now.", "see", "now"]


async def test_then_it_is_left_and_flagged() -> None:
    engine = Engine(lambda text: text if text == "see" else "XQ7")
    made = await leg(engine).carry(f"see {PLATE} now")
    assert (made.text, made.flags) == (f"see {PLATE} now", {Flag.PLACEHOLDER})


async def test_a_made_up_mask_is_not_shown() -> None:
    made = await leg(Engine(lambda text: "la XQ3")).carry("the plate")
    assert (made.text, made.flags) == ("the plate", {Flag.LENGTH})


async def test_wrong_digits_get_a_second_attempt_with_the_numbers_masked() -> None:
    engine = Engine(lambda text: text.replace("321", "1").replace("metres", "mètres"))
    made = await leg(engine).carry(f"321 metres to {PLATE}")
    assert (made.text, made.flags) == (f"321 mètres to {PLATE}", frozenset())
    assert engine.asked == ["321 metres to XQ0.", "XQ0 metres to XQ1."]


async def test_wrong_digits_that_stay_wrong_are_flagged() -> None:
    engine = Engine(lambda text: re.sub(r"321|XQ\d", "1", text))
    made = await leg(engine).carry("321 metres")
    assert Flag.NUMBER in made.flags


async def test_rambling_for_want_of_a_stop_is_tried_with_one() -> None:
    engine = Engine(lambda text: "arrêtez." if text.endswith(".") else "de de de de de de")
    made = await leg(engine).carry("stop now")
    assert (made.text, made.flags) == ("arrêtez", frozenset())


async def test_a_sentence_without_its_full_stop_gets_one_and_a_phrase_does_not() -> None:
    engine = Engine(str.upper)
    for segment, made in (("see the van", "SEE THE VAN"), ("the van!", "THE VAN!"), ("see it", "SEE IT")):
        assert (await leg(engine).carry(segment)).text == made
    assert engine.asked == ["see the van.", "the van!", "see it"]


async def test_words_in_another_script_are_kept_from_the_engine_and_a_sentence_of_them_is_flagged() -> None:
    engine = Engine(str.upper)
    made = await leg(engine).carry(f"tell Олена Коваль at {PLATE}")
    assert (made.text, made.flags) == (f"TELL Олена Коваль AT {PLATE}", frozenset())
    assert engine.asked == ["tell XQ0 at XQ1."]
    made = await leg(engine).carry("he said не стріляти again")
    assert made.text == "HE SAID не стріляти AGAIN" and Flag.LANGUAGE in made.flags
    made = await leg(engine).carry("Не стріляти, тут діти")
    assert (made.text, made.flags, made.kept) == ("Не стріляти, тут діти", {Flag.LANGUAGE}, True)


@pytest.mark.parametrize("sign", [".", "-", "?", "…", "♪", "1", ""])
@pytest.mark.parametrize("said", ["stop", "stop!", "stop him there"])
async def test_one_sign_for_a_short_text_is_no_translation(said: str, sign: str) -> None:
    made = await leg(Engine(lambda text: sign)).carry(said)
    assert (made.text, made.flags, made.kept) == (said, {Flag.LENGTH}, True)


async def test_the_next_engine_of_the_leg_serves_when_the_first_cannot() -> None:
    made = await leg(Engine(str.upper), pair("broken"), pair("bergamot")).carry("see it")
    assert (made.text, made.engine) == ("SEE IT", "bergamot")
    with pytest.raises(Unavailable):
        await leg(Engine(str.upper), pair("broken")).carry("see it")


def test_pieces_beyond_the_cap_are_cut_before_a_word() -> None:
    pieces = ["\u2581a", "b"] * 200
    runs = cut(pieces, 101)
    assert [piece for run in runs for piece in run] == pieces
    assert max(map(len, runs)) <= 101 and all(run[0] == "\u2581a" for run in runs)
    assert [len(run) for run in cut(["x"] * 250, 100)] == [100, 100, 50]


async def test_what_has_changed_is_named() -> None:
    made = await leg(Engine(lambda text: "à 12 miles d’ici")).carry("21 kilometres from here")
    assert (made.flags, made.differs) == ({Flag.NUMBER, Flag.UNIT}, ("21", "12", "kilometres", "miles"))


@pytest.mark.parametrize("said", ["xq7", "Xq", "xq 3"])
async def test_a_mask_that_occurs_in_the_text_is_not_used(said: str) -> None:
    engine = Engine(str)
    made = await leg(engine).carry(f"see {PLATE} near {said} now")
    assert engine.asked == [f"see 90000 near {said} now."]
    assert made.text == f"see {PLATE} near {said} now"


async def test_where_all_of_them_occur_the_text_is_split() -> None:
    engine = Engine(str)
    made = await leg(engine).carry(f"xq1 or 9.0005 by {PLATE} now")
    assert engine.asked == ["xq1 or 9.0005 by.", "now"] and PLATE in made.text


@pytest.mark.parametrize(
    ("segment", "kept"), [(f"see {PLATE}, 6 men", f"{PLATE} 6 men"), (f"see {PLATE}, {mask.slot(1)}6", f"{PLATE}, ")]
)
async def test_a_token_runs_into_no_word_where_a_comma_is_lost(segment: str, kept: str) -> None:
    """`55-XZ-01, 6 men` must never become `55-XZ-016 men`: that is another plate."""
    engine = Engine(lambda text: re.sub(r"XQ\d|9000\d", "", text).lstrip(", "))
    made = await leg(engine).carry(segment)
    assert kept in made.text
