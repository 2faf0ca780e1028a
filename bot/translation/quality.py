"""Cheap signs that a segment was translated badly, per leg, on text with slots."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from bot.model.translation import Flag
from bot.translation.engine import Output
from bot.translation.mask import SLOT
from bot.translation.words import words

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SLOT = re.compile(SLOT)
_LOOP = re.compile(r"([^\W\d_]{2,6}?)\1{2,}")
_BREAK = re.compile(r"[.,;:!?¿¡()\n]|\s[–—-]\s")

_NEVER = {
    "en": words(
        "no not never none nobody nothing nowhere neither nor without cannot dont doesnt didnt "
        "isnt arent wasnt werent wont cant couldnt shouldnt wouldnt hasnt havent hadnt mustnt"
    ),
    "pt": words("não nao nunca jamais ninguém ninguem nada nenhum nenhuma nem sem tampouco"),
    "es": words("no nunca jamás jamas nadie nada ningún ningun ninguno ninguna ni sin tampoco"),
}
# Words that can carry the other side's "not" in themselves.
_IMPLIED = {
    "en": words("unarmed unable unless unknown impossible fail fails failed lack lacks refuse refused"),
    "pt": words("desarmado desarmada incapaz desconhecido desconhecida impossível recusou falta"),
    "es": words("desarmado desarmada incapaz desconocido desconocida imposible negó falta"),
}
_NOT_A_CUE = {
    "en": re.compile(r"\bno\s?(?:\.\s?)?\d|\bno\.(?=\s)|\bnot only\b", re.I),
    "pt": re.compile(r"\bde nada\b|\bsem dúvida\b|\bnão só\b", re.I),
    "es": re.compile(r"\bde nada\b|\bsin embargo\b|\bsin duda\b|\bno solo\b", re.I),
}
_JOINS = {
    "en": words("and but because that who which if while"),
    "pt": words("e mas porque que se enquanto"),
    "es": words("y e pero porque que si mientras"),
}
_UNSPACED = frozenset({"zh", "ja", "ko", "th"})
_WORDS_TO_COMPARE = 3
_MANY_UNKNOWN = 0.34
_UNSURE = -0.7  # mean log-probability; of 396 right sentences on the Spanish packages none was below -0.2


def check(source: str, output: str, languages: tuple[str, str], made: Output | None = None) -> frozenset[Flag]:
    """Return the flags of *output* as a translation of *source* between *languages* (from, to).

    *made* is what the model told of it: input that it has no pieces for, and how sure it was.
    """
    found = {
        Flag.NUMBER: not same_digits(source, output),
        Flag.REPETITION: loops(source, output),
        Flag.LENGTH: not _fits(source, output, languages[1]),
        Flag.IDENTICAL: _untouched(source, output),
        Flag.NEGATION: not same_negation(source, output, languages),
        Flag.UNKNOWN: made is not None and (made.unknown >= _MANY_UNKNOWN or made.score < _UNSURE),
    }
    return frozenset(flag for flag, raised in found.items() if raised)


def same_digits(source: str, output: str) -> bool:
    """Return whether both hold the same decimal digits equally often, whatever their script."""
    return _digits(source) == _digits(output)


def loops(source: str, output: str) -> bool:
    """Return whether *output* says a word, phrase or syllable over and over, and *source* does not."""
    if _longest_run(output) >= max(3, _longest_run(source) + 1):
        return True
    return _LOOP.search(output.casefold()) is not None and _LOOP.search(source.casefold()) is None


def same_negation(source: str, output: str, languages: tuple[str, str]) -> bool:
    """Return whether as many clauses are negated in *output* as in *source*, where both are known."""
    from_, to = languages
    if from_ not in _NEVER or to not in _NEVER:
        return True
    said, made = _negated(source, from_), _negated(output, to)
    if said > made:
        return bool(_IMPLIED[to] & _vocabulary(output))
    if made > said:
        return bool(_IMPLIED[from_] & _vocabulary(source))
    return True


def _negated(text: str, language: str) -> int:
    text = _NOT_A_CUE[language].sub(" ", text)
    clauses = 0
    for stretch in _BREAK.split(text):
        open_ = False
        for word in _WORD.findall(stretch.casefold()):
            if word in _JOINS[language]:
                open_ = False
            elif not open_ and _is_cue(word, language):
                clauses += 1
                open_ = True
    return clauses


def _is_cue(word: str, language: str) -> bool:
    flat = word.replace("’", "'")
    return flat in _NEVER[language] or (language == "en" and flat.endswith("n't"))


def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _digits(text: str) -> Counter[int]:
    return Counter(unicodedata.decimal(c) for c in _SLOT.sub("", text) if c.isdecimal())


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


def _untouched(source: str, output: str) -> bool:
    said = _WORD.findall(source.casefold())
    return len(said) >= _WORDS_TO_COMPARE and said == _WORD.findall(output.casefold())
