"""What a message may be used for: the labels that it begins with.

Sources: FIRST, "Traffic Light Protocol 2.0"; Europol's handling codes H0 to H3. A label is read as a reader sees it,
and in doubt as the strictest: letters that look like others count as those, what is no colour of the protocol is RED.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.model.handling.values import TLP, Handling, strictest


@dataclass(frozen=True, slots=True)
class Label:
    """The labels that a text begins with: what they come to, and where they end, with the bracket that closes them.

    `unclear` says that one of them is mistyped: it is read as the strictest that it can mean.
    """

    handling: Handling
    end: int
    unclear: bool = False


def label_of(text: str) -> Handling | None:
    """Return how a message that says *text* is to be handled; None if it begins with no label."""
    label = read_label(text)
    return label.handling if label else None


def unlabelled(text: str) -> str:
    """Return *text* without the labels that it begins with."""
    label = read_label(text)
    return text[label.end :] if label else text


def mark_of(text: str) -> Label | None:
    """Return the labels that are all *text* says, as one answers to mark what somebody wrote; None if it says more.

    Of an unclear one, the next word may be the colour that was meant. Who asks “TLP:RED?” marks nothing.
    """
    label = read_label(text)
    if label is None or any(c in "?؟;" for c in text):
        return None
    more = "".join(c if c.isalnum() else " " for c in text[label.end :]).split()
    return label if len(more) <= label.unclear else None


_WINDOW = 400
"""Characters, blanks once, that labels may take: more than that before the first word is no label of a person."""
_GLANCE = 5
"""Characters that tell of most texts that they begin with no label."""
_LONGEST = 20
"""Characters that one label may take."""
_HINTS = re.compile(r"(?:\s{0,20}+\?[A-Za-z]{2,3}\s++)++")
"""What a sender says of the language (`bot.model.hint`): it must not hide a label."""
_JOINT = r"[ *_~`]"
_COLOUR = r"RED|AMBER|GREEN|CLEAR|WHITE"
_BULLET = re.compile(r"(?:\d{1,3}|[A-Z])[.)\u20e3][\W_]*+")
_TLP = re.compile(
    rf"(?P<word>T[ .]?L[ .]?P)(?P<joint>[\W_]{{0,12}}+)"
    rf"(?:(?P<colour>{_COLOUR})(?:(?P<plus>{_JOINT}{{0,4}}[+&/–-]?{_JOINT}{{0,4}})(?P<strict>STRICT))?(?![^\W_])"
    rf"(?P<more>\s?[/|]\s?(?:{_COLOUR})(?![^\W_]))?)?"
)
_CODE = re.compile(r"H([0-3])(?!\w|[.,]\d)")
_BETWEEN = re.compile(r"[\W_]*+")
_COLON = re.compile(r"[\s*_~`]*:[\s*_~`]*")
_PLUS = re.compile(r"[\s*_~`]*\+[\s*_~`]*")
_UNKNOWN = re.compile(r":\w+")
_MAY_BE = re.compile(r"T[ .]?L|H[0-3]|\d{1,3}[.)\u20e3]|[A-Z][.)]")
_NO_LABEL = re.compile(r"(?!tl)[a-z]{2}", re.ASCII | re.IGNORECASE)
"""How most messages begin, told without another look: two plain letters that are no TL."""
_CLOSING = re.compile(r"[\])}>»】”’\"'*_~`:.,;!|]*+")
_ALIKE = str.maketrans(
    "ТΤᴛᎢꓔЛΛᏞʟꓡПΠРΡᏢꓑƦʀᎡᏒꓣЕΕЄᎬꓰДᎠꓓАΑВΒМΜСϹЅІΙԌᏀꓖΝНΗᎻꓧԜꓪ꞉ː∶։׃܃",
    "TTTTTLLLLLPPPPPPRRRRREEEEEDDDAABBMMCCSIIGGGNHHHHWW::::::",
)
"""Capitals, Greek and Cyrillic first, that look like those of the labels, or are written for them; and colons."""


def read_label(text: str) -> Label | None:
    """Return the labels that *text* begins with, in linear time; None if there are none.

    They may stand behind the language that the message is in.
    """
    if _NO_LABEL.match(text):
        return None
    hint = _HINTS.match(text)
    before = hint.end() if hint else 0
    label = _read(text[before:])
    return replace(label, end=before + label.end) if label else None


def _read(text: str) -> Label | None:
    head, ends, whole = _head(text)
    if not _MAY_BE.match(head):
        return None
    bullet = _BULLET.match(head)
    at = bullet.end() if bullet and not _TLP.match(head) else 0
    found: list[Handling] = []
    end, unclear = 0, False
    while read := _label_at(head, at):
        handling, end, doubtful = read
        found.append(handling)
        unclear |= doubtful
        between = _BETWEEN.match(head, end)
        at = between.end() if between else end
    handled = strictest(found)
    if handled is None:
        return None
    if at >= len(head) - _LONGEST and not whole:  # more may follow than was looked at
        handled, unclear = Handling(TLP.RED, handled.codes), True
    closing = _CLOSING.match(text, ends[end - 1])
    return Label(handled, closing.end() if closing else ends[end - 1], unclear)


def _label_at(head: str, at: int) -> tuple[Handling, int, bool] | None:
    """Return the label at *at*, where it ends, and whether it is unclear; None if there is none."""
    if code := _CODE.match(head, at):
        return Handling(None, (f"H{code[1]}",)), code.end(), False
    label = _TLP.match(head, at)
    if label is None:
        return None
    if label["colour"] is None:
        return _no_colour(head, label)
    clear = label["word"] == "TLP" and _COLON.fullmatch(label["joint"]) and not label["more"]
    if not clear:
        return Handling(TLP.RED), label.end(), True
    return _coloured(label)


def _coloured(label: re.Match[str]) -> tuple[Handling, int, bool]:
    """Return a label of a known colour; what is no AMBER+STRICT but may be meant as one is."""
    colour = label["colour"]
    if not label["strict"]:
        return Handling(TLP.CLEAR if colour == "WHITE" else TLP(colour)), label.end(), False
    if colour != "AMBER":
        return Handling(TLP.RED), label.end(), True
    return Handling(TLP.AMBER_STRICT), label.end(), not _PLUS.fullmatch(label["plus"])


def _no_colour(head: str, label: re.Match[str]) -> tuple[Handling, int, bool] | None:
    """Return what TLP without a colour of the protocol comes to: RED; None if it is the beginning of another word."""
    end = label.end("word")
    if not label["joint"] and head[end : end + 1].isalnum():
        return None
    unknown = _UNKNOWN.match(head, end)
    if unknown is None and ":" in label["joint"]:
        end += label["joint"].index(":") + 1
    return Handling(TLP.RED), unknown.end() if unknown else end, True


def _head(text: str) -> tuple[str, list[int], bool]:
    """Return how *text* begins to a reader: in plain capitals, without what stands before the first word.

    With it, where in *text* each character ends, and whether that is all of the text.
    """
    head: list[str] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        for seen in _seen(character):
            if seen.isalnum() if not head else not (seen == head[-1] == " "):
                head.append(seen)
                ends.append(index + 1)
        if len(head) >= _WINDOW or (_GLANCE <= len(head) < 2 * _GLANCE and not _MAY_BE.match("".join(head))):
            return "".join(head), ends, index + 1 == len(text)
    return "".join(head), ends, True


@lru_cache(4096)
def _seen(character: str) -> str:
    """Return what a reader takes *character* for: empty for one that is not seen, a blank for all kinds of blanks."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c)[0] not in "MC")
    if not plain:
        return " " if character.isspace() else ("\u20e3" if character == "\u20e3" else "")
    return "".join(" " if c.isspace() else _digit(c) for c in plain.upper().translate(_ALIKE))


def _digit(character: str) -> str:
    """Return a digit of any script as that of ours, everything else as it is."""
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)
