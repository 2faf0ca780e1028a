"""Sentences by rule, each short enough for a model; nothing is lost between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.translation.words import words

MAX_CHARACTERS = 280
"""Characters of one segment: some 70 tokens. The worker cuts by tokens where this was not enough."""

_END = re.compile(r"[.!?]{1,10}[\"'”’»)\]]{0,3}(?=\s)|[。！？।؟؛]+")
_CLAUSE = re.compile(r"[,;:]\s+|\s[–—-]\s+|[、，；]")
_BLANK = re.compile(r"\s+")
_LEAD = re.compile(r"\s*(?:(?:[-*•‣>#|]+|\d{1,3}[.)])\s+)*")
_LAST_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*$")

_ABBREVIATIONS = words(
    "approx art av avda bros bv cap capt cf cia ca cmdt col cpl cte dept dr dra drs e.g eng "
    "esp est etc exmo exma fig gen gov hon i.e incl insp jr km lt ltd maj max min mr mrs ms "
    "mt n no nr nº op p.ex p.ej pág pag pp prof pt pts sarg sec sgt sr sra srta st sta sto "
    "sub supt tel ten tte ud uds v vs"
)


def split(line: str) -> Iterator[str]:
    """Yield the segments of one *line*, as far as they are asked for; joined, they are the line."""
    for sentence in _sentences(line):
        yield from _shorten(sentence)


def lead(line: str) -> int:
    """Return how many characters of *line* are indentation, bullets and quote marks."""
    match = _LEAD.match(line)
    return match.end() if match else 0


def _sentences(line: str) -> Iterator[str]:
    at = 0
    for match in _END.finditer(line):
        if _ends(line, match):
            end = match.end() + _blanks(line, match.end())
            yield line[at:end]
            at = end
    if at < len(line):
        yield line[at:]


def _ends(line: str, match: re.Match[str]) -> bool:
    following = line[match.end() : match.end() + 20].lstrip()[:1]
    if not match[0].startswith(".") or "!" in match[0] or "?" in match[0]:
        return True
    if following.islower():
        return False
    if match[0].startswith(".."):
        return True
    word = _LAST_WORD.search(line[max(0, match.start() - 15) : match.start()])
    return word is None or not (word[0].lower() in _ABBREVIATIONS or (len(word[0]) == 1 and word[0].isupper()))


def _blanks(line: str, at: int) -> int:
    match = _BLANK.match(line, at)
    return len(match[0]) if match else 0


def _shorten(sentence: str) -> list[str]:
    if len(sentence) <= MAX_CHARACTERS:
        return [sentence]
    parts: list[str] = []
    for clause in _runs(sentence, _CLAUSE):
        for run in _runs(clause, _BLANK) if len(clause) > MAX_CHARACTERS else [clause]:
            parts += [run[i : i + MAX_CHARACTERS] for i in range(0, len(run), MAX_CHARACTERS)]
    return parts


def _runs(text: str, separator: re.Pattern[str]) -> Iterator[str]:
    """Yield *text* cut behind separators, each piece as long as a segment may be if there is a place to cut it."""
    start = cut = 0
    for end in (*(match.end() for match in separator.finditer(text)), len(text)):
        if end - start > MAX_CHARACTERS and cut > start:
            yield text[start:cut]
            start = cut
        cut = end
    if start < cut:
        yield text[start:cut]
