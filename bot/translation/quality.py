"""Cheap signs that a segment was translated badly, per leg, on text with slots."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from bot.model.translation import Flag
from bot.translation import detect
from bot.translation.cues import cues_of, strangers
from bot.translation.engine import Output
from bot.translation.mask import SLOT

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SLOT = re.compile(SLOT)
_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
_SEPARATOR = re.compile(r"[.,\u00a0\u202f]")
_LOOP = re.compile(r"([^\W\d_]{2,6}?)\1{2,}")
_UNSPACED = frozenset({"zh", "ja", "ko", "th"})
_WORDS_TO_COMPARE = 3
_MANY_UNKNOWN = 0.34
_A_WORD = 3
_TOO_SHORT = 0.3  # letters for one of the source: of 77,000 short texts of the catalogues, each into each, 1 in 1,000
_UNSURE = -0.7  # mean log-probability; of 396 right sentences on the Spanish packages none was below -0.2

_LAST = re.compile(r"(?:^|(?<=\s))([^\W\d_]+)\s*[.!]?[\"'”’»)]*\s*$")
_LOST = re.compile(r"[^\W\d_]\s(?:\.(?!\.)|,)(?=\s|$)|[^\W\d_]\s+$")
_WHOLE = 140
"""Characters from which on what has no full stop may be part of a sentence that was cut."""
_ENOUGH_TO_BREAK = 5
_BROKEN = 0.7


def check(source: str, output: str, languages: tuple[str, str], made: Output | None = None) -> frozenset[Flag]:
    """Return the flags of *output* as a translation of *source* between *languages* (from, to).

    *made* is what the model told of it: input that it has no pieces for, and how sure it was.
    """
    found = {
        Flag.NUMBER: not same_numbers(source, output),
        Flag.UNIT: not same_units(source, output, languages),
        Flag.REPETITION: loops(source, output),
        Flag.LENGTH: not (_fits(source, output, languages[1]) and _says_enough(source, output, languages)),
        Flag.SCRIPT: not detect.written_in(output, languages[1]),
        Flag.IDENTICAL: _untouched(source, output),
        Flag.NEGATION: not same_negation(source, output, languages),
        Flag.LANGUAGE: strangers(source, languages[0]).mixed,
        Flag.UNKNOWN: made is not None and (made.unknown >= _MANY_UNKNOWN or made.score < _UNSURE),
    }
    return frozenset(flag for flag, raised in found.items() if raised)


def same_numbers(source: str, output: str) -> bool:
    """Return whether both hold the same numbers equally often, whatever their script and separators."""
    return _numbers(source) == _numbers(output)


def differing(source: str, output: str, languages: tuple[str, str]) -> tuple[str, ...]:
    """Return the numbers, and the units behind numbers, that only one of *source* and *output* has."""
    numbers, units = _only_one_has(source, output, languages)
    return numbers[0] + numbers[1] + units[0] + units[1]


def differences(source: str, output: str, languages: tuple[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the numbers, and the units behind numbers, that only *source* has, and those that only *output* has."""
    numbers, units = _only_one_has(source, output, languages)
    return numbers[0] + units[0], numbers[1] + units[1]


_Sides = tuple[tuple[str, ...], tuple[str, ...]]


def _only_one_has(source: str, output: str, languages: tuple[str, str]) -> tuple[_Sides, _Sides]:
    said, made = _numbers(source), _numbers(output)
    numbers = tuple(said - made), tuple(made - said)
    from_, to = map(cues_of, languages)
    if from_ is None or to is None:
        return numbers, ((), ())
    before, after = from_.measures(source), to.measures(output)
    return numbers, (tuple(from_.named(source, before - after)), tuple(to.named(output, after - before)))


def loops(source: str, output: str) -> bool:
    """Return whether *output* says a word, phrase or syllable over and over, and *source* does not."""
    if _longest_run(output) >= max(3, _longest_run(source) + 1):
        return True
    return _LOOP.search(output.casefold()) is not None and _LOOP.search(source.casefold()) is None


def breaks_off(source: str, output: str, languages: tuple[str, str]) -> bool:
    """Return whether *output* ends before its sentence does, and *source* does not.

    It has a blank before a full stop where a word was lost, or ends in a word that another must follow.
    """
    if _LOST.search(output) and not _LOST.search(source):
        return True
    from_, to = map(cues_of, languages)
    last, said = _LAST.search(output), _LAST.search(source)
    if from_ is None or to is None or last is None or (len(source) > _WHOLE and source[-1].isalpha()):
        return False
    if said and (from_.leads_on(said[1].casefold()) or from_.negates(said[1].casefold())):
        return False
    if last[1] in to.never_last:
        return True
    before = len(_WORD.findall(source))
    short = before >= _ENOUGH_TO_BREAK and len(_WORD.findall(output)) <= _BROKEN * before
    return short and last[1] in to.copulas


def same_negation(source: str, output: str, languages: tuple[str, str]) -> bool:
    """Return whether as many clauses are negated in *output* as in *source*, where both are known.

    A "not" that *source* says in another language counts too: models lose it first.
    """
    from_, to = map(cues_of, languages)
    if from_ is None or to is None:
        return True
    said = from_.negated(source) + strangers(source, languages[0]).negations
    made = to.negated(output)
    if said > made:
        return to.implies(output)
    return said == made or from_.implies(source)


def same_units(source: str, output: str, languages: tuple[str, str]) -> bool:
    """Return whether the numbers of both stand before the same units, where both languages are known."""
    from_, to = map(cues_of, languages)
    return from_ is None or to is None or from_.measures(source) == to.measures(output)


def _numbers(text: str) -> Counter[str]:
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in _SLOT.sub(" ", text))
    return Counter(_SEPARATOR.sub("", number) for number in _NUMBER.findall(digits))


def _longest_run(text: str) -> int:
    """Return how often the most repeated word, or phrase of up to four words, follows itself."""
    said = _WORD.findall(text.casefold())
    longest = 1
    if len(set(said)) == len(said):
        return longest
    for size in range(1, 5):
        run = 0
        for i in range(size, len(said)):
            run = run + 1 if said[i] == said[i - size] else 0
            longest = max(longest, 1 + run // size)
    return longest


def _fits(source: str, output: str, target: str) -> bool:
    if target in _UNSPACED:
        return bool(output.strip())
    a, b = len(_SLOT.sub("", source).strip()), len(_SLOT.sub("", output).strip())
    return b <= 2.5 * a + 15 and b >= 0.45 * a - 3


def _says_enough(source: str, output: str, languages: tuple[str, str]) -> bool:
    """Return whether *output* is more than a letter or two for the words of *source*, where its language is known.

    Small words may be a letter in another language ("with" is "z" in Polish); units behind numbers may be abbreviated.
    """
    from_ = cues_of(languages[0])
    if from_ is None or languages[1] in _UNSPACED:
        return True
    said, made = _WORD.findall(from_.unmeasured(source)), _WORD.findall(output)
    if not any(len(word) >= _A_WORD and not from_.small(word) for word in said):
        return True
    return any(len(word) > 1 for word in made) and sum(map(len, made)) >= _TOO_SHORT * sum(map(len, said))


def _untouched(source: str, output: str) -> bool:
    said = _WORD.findall(source.casefold())
    return len(said) >= _WORDS_TO_COMPARE and said == _WORD.findall(output.casefold())
