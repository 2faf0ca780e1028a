"""The marks that the pipeline is held to, on every third of the sentences of `bench.sets`; `make bench` takes all."""

from __future__ import annotations

from collections import Counter

import pytest

from bench import sets, trust
from bench.chrf import chrf
from bot.model.translation import Flag
from bot.translation import Translator

pytestmark = pytest.mark.asyncio(loop_scope="session")

both = pytest.mark.parametrize(("source", "target"), trust.DIRECTIONS)
STEP = 3


@both
async def test_tokens_come_out_exactly_once_or_are_flagged(translator: Translator, source: str, target: str) -> None:
    tally = await trust.tokens(translator, source, target, STEP)
    assert tally.total > 150 and not tally.unsaid
    assert tally.right >= trust.TOKENS * tally.total, tally.flagged


@both
async def test_more_than_a_hundred_negations_are_measured_and_of_each_kind_a_third(source: str, target: str) -> None:
    sentences = sets.negations(source)
    assert len({sentence.text for sentence in sentences}) == len(sentences) >= 100
    kinds = Counter(sentence.how for sentence in sentences)
    assert set(kinds) == {"plain", "capitals", "mixed"} and min(kinds.values()) >= 34, kinds


@both
async def test_negations_come_out_or_are_flagged(translator: Translator, source: str, target: str) -> None:
    tallies = await trust.negations(translator, source, target, STEP)
    assert set(tallies) == {"plain", "capitals", "mixed"}
    assert not [text for tally in tallies.values() for text in tally.unsaid]


@both
async def test_the_gate_lets_everyday_sentences_pass(translator: Translator, source: str, target: str) -> None:
    tally = await trust.alarms(translator, source, target, STEP)
    assert tally.total > 100 and len(tally.flagged) <= trust.ALARMS * tally.total, tally.flagged
    assert not [said for said in tally.flagged if Flag.LENGTH in said or Flag.LANGUAGE in said]


@pytest.mark.parametrize(
    ("made", "expected", "score"),
    [  # as sacrebleu 2.6 counts
        (["the white van is at the bridge"], ["the white lorry is near the bridge"], 50.9413),
        (["a carrinha branca", "não"], ["a carrinha está na ponte", "não disparem"], 32.0702),
        (["ab", "Olá, mundo"], ["ab", "Olá mundo!"], 46.5272),
        (["a"], ["abcdefgh"], 15.1515),
        (["abcdefgh"], ["a"], 41.6667),
        (["abc"], ["abc"], 100.0),
        (["xyz"], ["abc"], 0.0),
    ],
)
async def test_chrf_is_sacrebleus(made: list[str], expected: list[str], score: float) -> None:
    assert chrf(made, expected) == pytest.approx(score, abs=1e-4)
