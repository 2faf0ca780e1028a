"""What an engine must not touch: found in linear time, kept byte for byte.

Every rule begins at the start of a word or at a sign of its own, and every repetition is bounded or
possessive, so no line makes the scan quadratic; and after `_MAX_TRIES` places where a token could
begin, the rest counts as one (a test gives it 100 kB of each nasty kind: under 50 ms).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.model.scripts import CYRILLIC, GREEK, LATIN
from bot.translation.words import NEVER_NAMES, words

_B = "[ \u00a0\u202f]"  # a blank inside a token
_MONTH = "(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
_CAPS = "A-Z\u0391-\u03a9\u0410-\u042f\u0404\u0406\u0407\u0490"  # Latin, Greek, Ukrainian capitals
_EMOJI = (
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff\u2190-\u21ff\u25a0-\u25ff"
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u3030\u303d]"
)
_NUMERAL = "[¼-¾⅐-⅞①-⓿❶-➓]"  # NFKC would make two numbers of a fraction
_MINUTES = rf"\d{{1,2}}(?:[.,]\d{{1,6}})?{_B}?['′’]"
_SECONDS = rf"\d{{1,2}}(?:[.,]\d{{1,6}})?{_B}?(?:[\"″”]|''|′′)"
_TWO = r"(?:[A-Za-z]{2}|\d\d)"
_CONSONANTS = "BCDFGHJ-NPR-TV-Z"

_DEGREES = (
    rf"(?:[NSEWO]{_B}?)?\d{{1,3}}(?:[.,]\d{{1,10}})?{_B}?(?:°|º(?={_B}?\d))"
    rf"(?:{_B}?{_MINUTES}(?:{_B}?{_SECONDS})?)?(?:{_B}?[NSEWOCF])?"
)
_REFERENCE = r"[A-Z][A-Z0-9]{1,11}-[0-9A-HJKMNP-TV-Z]{5}|[a-z][a-z0-9]{1,11}-(?=[a-z]{0,4}\d)[0-9a-z]{5}"
_EXACT = r"\d{1,20}+(?:[.,]\d{1,10}+)?[ \u00a0\u202f]?(?:[½⅓⅔¼¾⅛⅜⅝⅞²³⁰¹⁴-⁹]+|[%‰€$£])"
_DOMAIN = "(?:com|org|net|int|gov|mil)"

# Capitals of any alphabet with digits, two alphabets mixed perhaps: plates and callsigns as they stand. What is Latin
# throughout has its own rules.
_LETTERS = LATIN + GREEK + CYRILLIC
_FOREIGN = (
    rf"(?=[{_LETTERS}0-9·-]{{0,40}}[\u0391-\u03a9\u0400-\u042f\u0490{GREEK}{CYRILLIC}])(?=[{_LETTERS}·-]{{0,40}}[0-9]|[0-9])"
    rf"(?=[0-9·-]{{0,20}}[{_CAPS}\u0400-\u042f])"
    rf"[{_LETTERS}0-9]{{1,20}}+(?:[·-][{_LETTERS}0-9]{{1,20}}+){{0,4}}"
)
_SPACED = (
    rf"(?=[{_CAPS}0-9 \u00a0]{{0,16}}[\u0391-\u03a9\u0400-\u042f\u0490])"
    rf"(?:[{_CAPS}]{{1,3}}{_B}?\d{{2,4}}{_B}?[{_CAPS}]{{1,3}}|\d\d{_B}[{_CAPS}]{{2}}{_B}\d\d)"
)

_PLATES = (  # closed forms; PT, ES, GB, FR IT UA, DE, RO, GR UA, old ES
    rf"(?=[\d·-]{{0,6}}[A-Za-z]){_TWO}(?P<joint>[-·]){_TWO}(?P=joint){_TWO}",
    rf"\d{{4}}-?(?:[{_CONSONANTS}]{{3}}|[{_CONSONANTS.lower()}]{{3}})",
    rf"[A-Z]{{2}}\d{{2}}{_B}?[A-Z]{{3}}",
    rf"[{_CAPS}]{{2}}(?:{_B}?\d{{3,4}}{_B}?|-\d{{3}}-)[{_CAPS}]{{2}}",
    r"[A-ZÄÖÜ]{1,3}-[A-ZÄÖÜ]{1,2}[- ]?\d{1,4}[HE]?",
    rf"(?:B|[A-Z]{{2}})(?:{_B}\d{{2,3}}{_B}|-?\d{{2,3}}-?)[A-Z]{{3}}",
    rf"[{_CAPS}]{{2,3}}-?\d{{4}}",
    r"[A-Z]{1,2}-\d{4}-[A-Z]{1,2}",
    rf"{_TWO}{_B}{_TWO}{_B}{_TWO}",
    rf"\d{{4}}{_B}[{_CONSONANTS}]{{3}}",
    rf"\d\d{_B}?[A-Z]{{1,3}}{_B}?\d{{2,4}}",
    rf"[A-Z]{{1,2}}{_B}\d{{4}}{_B}[A-Z]{{1,2}}",
)
_ARABIC = "[\u0621-\u064a]"
_ARABIC_PLATES = (  # one letter by itself, which is no word, or the country's name; MA both ways round, DZ, TN, EG
    rf"\d{{1,5}}(?P<bar>[-|]){_ARABIC}(?P=bar)\d{{1,5}}",
    rf"\d{{2,5}}{_B}(?!\u0648){_ARABIC}{_B}\d{{1,2}}",
    rf"\d{{5,6}}{_B}\d{{3}}{_B}\d{{2}}",
    rf"\d{{1,3}}{_B}\u062a\u0648\u0646\u0633{_B}\d{{1,4}}",
    rf"{_ARABIC}{_B}(?:{_ARABIC}{_B}){{1,2}}\d{{3,4}}",
)
_OPEN_PLATES = (  # letters, a blank, digits: in a line of capitals that is any word and number; DE, PL, GR
    rf"[A-ZÄÖÜ]{{1,3}}{_B}[A-ZÄÖÜ]{{1,2}}{_B}?\d{{1,4}}[HE]?",
    rf"[A-Z]{{2,3}}{_B}\d[0-9A-Z]{{3,4}}",
    rf"[{_CAPS}]{{3}}{_B}\d{{4}}",
    rf"[A-Z]{{1,3}}{_B}\d{{5,9}}",
)

# Rules that begin a word, the earlier ones first, and where each can apply: after a letter (L), or
# after digits followed by a letter (A), a joint such as a point (J), a blank (S) or anything else (E).
_WORDS = (
    (
        "L",
        "url",
        r"(?i:https?|ftp|mxc|wss?)://[^\s<>\"]++|(?:geo|tel|mailto|xmpp|sip):[^\s<>\"]{3}[^\s<>\"]*+",
    ),
    ("LAJ", "email", r"[\w.+-]{1,64}+@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
    ("L", "handling", r"(?i:TLP:(?:RED|AMBER(?:\+STRICT)?|GREEN|CLEAR|WHITE))|H[0-3]"),
    ("A", "dtg", rf"\d{{6}}[A-IK-Z]{_B}?{_MONTH}{_B}?\d{{2}}(?:\d\d)?|\d{{6}}[A-IK-Z]|\d{{4}}Z"),
    (
        "A",
        "mgrs",
        rf"\d{{1,2}}[C-HJ-NP-X]{_B}?[A-HJ-NP-Z]{{2}}{_B}?(?:\d{{1,5}}{_B}\d{{1,5}}|(?:\d\d){{1,5}})",
    ),
    ("A", "mgrs_small", r"\d{1,2}[c-hj-np-x][a-hj-np-z]{2}(?:\d\d){2,5}"),
    ("LJSE", "degrees", _DEGREES),
    ("J", "hemisphere", rf"\d{{1,3}}[.,]\d{{1,10}}{_B}?[NSEWO]"),
    ("L", "reference", _REFERENCE),
    ("LAJS", "foreign", f"{_SPACED}|{_FOREIGN}"),
    ("LAJS", "plate", "|".join(_PLATES)),
    ("LJSE", "arabic_plate", "|".join(_ARABIC_PLATES)),
    ("J", "iso", r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?"),
    ("AJ", "clock", rf"\d{{1,2}}[:hH]\d\d(?::\d\d)?(?:{_B}?[AaPp](?:[Mm]|\.[Mm]\.))?Z?|\d{{1,2}}[hH]"),
    ("J", "amount", rf"\d{{1,20}}+(?:[.,:/'’-]\d{{1,20}}+){{1,8}}(?:{_B}?[€$£])?"),
    ("JS", "phone", r"\d{2,4}(?:[ .-]\d{2,4}){2,5}|\d{3}[ -]\d{4,9}"),
    ("S", "thousands", rf"\d{{1,3}}(?:{_B}\d{{3}}){{1,5}}(?:{_B}?[€$£])?"),
    ("AJ", "document", r"\d{7,8}-?[A-Z]"),
    ("L", "machine_readable", r"[A-Z]{1,20}+<[A-Z0-9<]{1,88}"),  # a line of a passport
    ("JSE", "long", r"\d{5,40}"),
    ("L", "open_plate", "|".join(_OPEN_PLATES)),
    ("LA", "snake", r"[^\W_]{1,60}+_\w*+"),
    ("L", "callsign", r"[A-Z][A-Za-z]{1,19}-\d{1,4}[A-Z]?|[A-Z]{2,20}\d{1,6}[A-Z]{0,3}"),
    ("LA", "mixed", r"(?=[0-9]{0,20}+[A-Z])(?=[A-Z]{0,20}+[0-9])[A-Z0-9]{3,40}"),
    (
        "LAJ",
        "host",
        rf"[a-z0-9-]{{1,63}}+(?:\.[a-z0-9-]{{1,63}}+){{1,6}}(?<=\.{_DOMAIN})(?:/[^\s<>\"]{{0,500}})?",
    ),
)

# Rules that begin with a sign.
_SIGNS = (
    ("numeral", rf"{_NUMERAL}{{1,20}}+"),
    ("code", r"```[\s\S]{0,20000}?```|`[^`\n]{1,2000}`"),
    ("pill", r"\[[^\[\]\n]{1,100}+\]\(https://matrix\.to/[^\s()]{1,300}\)"),
    ("tag", r"</?[a-zA-Z][^<>\n]{0,200}+>"),
    ("id", r"[@#!](?<!\w[@#!])[\w.=/+-]{1,200}+:[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}(?::\d{2,5})?"),
    ("mention", r"@(?<!\w@)[\w-]{1,80}+(?:[.:][\w-]{1,80}+){0,8}"),
    ("dial", r"\+\d{1,4}(?:[ ().-]{0,2}\d{1,5}){2,7}(?!\w)|\(\+?\d{1,5}\)(?:[ .-]?\d{2,5}){2,4}(?!\w)"),
    ("price", rf"[€$£]{_B}?\d{{1,20}}+(?:[.,' ]\d{{1,20}}+){{0,6}}(?!\w)"),
    ("signed", rf"[+−-](?<!\w[+−-])\d{{1,3}}[.,]\d{{1,10}}+°?(?:{_B}?[NSEWO](?!\w))?"),
    (
        "emoji",
        rf"(?:{_EMOJI}[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff\u20e3]{{0,4}}){{1,40}}|[#*]\ufe0f?\u20e3",
    ),
)


def _rules(where: str) -> re.Pattern[str]:
    begun = "|".join(f"(?P<{name}>{rule})" for places, name, rule in _WORDS if where in places)
    exact = f"(?P<exact>{_EXACT})|" if where in "JSE" else ""
    keycap = "(?P<keycap>[0-9]\ufe0f?\u20e3)|" if where == "E" else ""
    return re.compile(rf"{keycap}{exact}(?:{begun})(?!\w)")


_LETTER = _rules("L")
_DIGITS = re.compile(r"\d+")
_DIGIT_LETTER = _rules("A")
_DIGIT_OTHER = _rules("E")
_DIGIT_SIGN = dict.fromkeys(".,:/'’-·", _rules("J")) | dict.fromkeys(" \u00a0\u202f", _rules("S"))
_SIGN = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in _SIGNS))

# Where a token can begin at all. Most words end here: a letter counts only if a digit or a joint follows.
_START = re.compile(
    rf"(?<!\w)(?:\d|[^\W\d_]{{1,64}}+(?:[\d@:._·+<-]|{_B}(?:\d|(?<=[A-Z]{_B})[A-ZÄÖÜ]{{1,2}}+{_B}?\d"
    rf"|(?<={_ARABIC}{_B}){_ARABIC}{_B}(?:{_ARABIC}{_B})?\d)))"
    rf"|(?![\w ])(?:[`\[]|<(?=[/a-zA-Z])|[@#!](?=\w)|\((?=[\d+])|[+€$£−-](?=[ ]?\d)"
    rf"|[#*](?=\ufe0f?\u20e3)|{_EMOJI})|(?<!\w){_NUMERAL}"
)
_LETTER_SIGN = r"[^\W\d_]"
_NAME = re.compile(rf"{_LETTER_SIGN}+(?:['’-]{_LETTER_SIGN}+)*")
_LONG_WORD = re.compile(r"[^\W\d_]{4}")
_GAP = re.compile(r"[\s·-]")
_LONGEST_NAME = 60
_MAX_TRIES = 2000
_PLATE_DIGITS = 2
_TRAILING = ".,;:!?'\"*»”’"

# Short words that stand before or between numbers; what holds one of them is no plate.
_COMMON = words(
    "ao as at by da de do el em en go he hr if in is it km la lo me my na no nu of on or os "
    "ou se si to un up us we ya all ano and are avd bus cad cal can car com con del dia dos "
    "each est for hay her him his hrs kms las los man max men min mts nao não not nos out por "
    "que red rua ruas run see sem she sin son the tel two und una uno van via was who you ver "
    "vez"
)
_NEEDS_BOTH = frozenset({"plate", "open_plate", "callsign", "mixed", "joint", "foreign"})


@dataclass(frozen=True, slots=True)
class Token:
    """A protected stretch of a text: where it is, and by which rule."""

    start: int
    end: int
    kind: str


def find(text: str, names: Collection[str] = ()) -> list[Token]:
    """Return the tokens of *text* in order, none overlapping; *names* are further words to protect."""
    tokens: list[Token] = []
    wanted = _wanted(names)
    shouted = shouts(text)
    at = done = tries = 0
    while start := _START.search(text, at):
        tries += 1
        if tries > _MAX_TRIES:  # no language: the rest is kept from the engine as it is
            tokens += [*_names(text, done, start.start(), wanted), Token(start.start(), len(text), "rest")]
            return tokens
        match = _rules_at(text, start.start()).match(text, start.start())
        if match is None or not _plausible(match[0], match.lastgroup, shouted):
            at = start.start() + 1
            continue
        token = _token(match)
        tokens += _names(text, done, token.start, wanted)
        tokens.append(token)
        at = done = token.end
    return tokens + _names(text, done, len(text), wanted)


def with_kept(tokens: Sequence[Token], kept: Sequence[Token]) -> list[Token]:
    """Return *tokens* and *kept* together, both in order: one that is kept swallows tokens in it, and cuts none."""
    if not kept:
        return list(tokens)
    starts, ends = [token.start for token in tokens], [token.end for token in tokens]
    merged: list[Token] = []
    at = 0
    for one in kept:
        first, beyond = bisect_right(ends, one.start), bisect_left(starts, one.end)
        if first < beyond and (starts[first] < one.start or ends[beyond - 1] > one.end):
            continue
        merged += [*tokens[at:first], one]
        at = beyond
    return [*merged, *tokens[at:]]


def shouts(text: str) -> bool:
    """Return whether *text* is written in capitals throughout; what has no small letters, as Arabic, is not."""
    return text.isupper() and any(map(str.isupper, _LONG_WORD.findall(text)))


def _rules_at(text: str, at: int) -> re.Pattern[str]:
    first = text[at]
    if digits := _DIGITS.match(text, at):
        following = text[digits.end() : digits.end() + 1]
        letter = following.isalpha() or following in ("@", "_", "+")
        return _DIGIT_LETTER if letter else _DIGIT_SIGN.get(following, _DIGIT_OTHER)
    return _LETTER if first.isalpha() else _SIGN


def _token(match: re.Match[str]) -> Token:
    kind = match.lastgroup or ""
    end = match.start() + _trimmed(match[0]) if kind in ("url", "host") else match.end()
    return Token(match.start(), end, "plate" if kind in ("joint", "bar", "arabic_plate") else kind)


def _trimmed(url: str) -> int:
    """Return the length of *url* without the sentence's punctuation; a closed bracket is part of it."""
    end = len(url)
    opened = url.count("(") - url.count(")")
    while end > 1 and (url[end - 1] in _TRAILING or (url[end - 1] == ")" and opened < 0)):
        opened += url[end - 1] == ")"
        end -= 1
    return end


def _plausible(token: str, kind: str | None, shouted: bool) -> bool:
    if kind == "open_plate" and shouted:
        return False
    if kind == "foreign" and shouted and sum(map(str.isdigit, token)) < _PLATE_DIGITS:
        return False
    if kind == "reference" and not any(map(str.isdigit, token)) and shouted:
        return False
    if kind not in _NEEDS_BOTH:
        return True
    alone = [word.lower() for word in _GAP.split(token) if word.isalpha()]
    mixed = any(map(str.isdigit, token)) and any(map(str.isalpha, token))
    return mixed and not any(word in _COMMON for word in alone)


def _wanted(names: Collection[str]) -> frozenset[str]:
    found = {
        word
        for name in names
        for word in _NAME.findall(name[:_LONGEST_NAME])
        if len(word) > 2 and word[0].isupper() and word.casefold() not in NEVER_NAMES
    }
    return frozenset(found | {word.upper() for word in found})


def _names(text: str, start: int, end: int, wanted: frozenset[str]) -> list[Token]:
    """Return the *wanted* words between *start* and *end*; neighbours make one token."""
    if not wanted or start == end:
        return []
    found = _any_of(wanted).finditer(text[start:end])
    return [Token(start + match.start(), start + match.end(), "name") for match in found]


@lru_cache(64)
def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    """Return what finds *words* in a row, each as a whole word as `_NAME` has it."""
    word = rf"(?:{'|'.join(map(re.escape, sorted(words)))})(?!{_LETTER_SIGN}|['’-]{_LETTER_SIGN})"
    return re.compile(rf"(?<!{_LETTER_SIGN})(?<!{_LETTER_SIGN}['’-]){word}(?: {word})*+")
