"""HTML as clients send it to lines of words, in linear time and whatever it holds.

Only what the contract allows to be posted comes out; of everything else the words stay. Source: Matrix
specification, "m.room.message msgtypes", safe tags and attributes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

from bot.model.rich.building import Builder
from bot.model.rich.values import Mark, Rich

MOST_CHARACTERS = 64_000
"""Characters of HTML that are still read: an event has no more."""
MOST_TAGS = 4_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15}(?:-[a-z]{1,8})?)((?:[\s/][^<>]*+)?)>|<!--")
_ATTRIBUTE = re.compile(r"(?<![\w-])([a-zA-Z-]{1,40}+)\s{0,9}+(?:=\s{0,9}+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'=]++)))?")
_LONGEST_ATTRIBUTES = 4_000
_BIG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")
_HREF = re.compile(r"(?:https?://|mailto:)[^\s\"'<>\\\x00-\x20\u200b-\u200f\u202a-\u202e\u2066-\u2069]{1,2000}", re.I)
_PERMALINK = "https://matrix.to/#/"
_NUMBER = re.compile(r"\d{1,4}")
_HIDDEN = frozenset({"mx-reply", "script", "style", "title", "head", "template", "noscript", "iframe", "object"})
_LISTS = frozenset({"ul", "ol"})
_BLOCKS = frozenset({"p", "div", "section", "article", "details", "summary", "center", "dl", "dt", "dd", "hr", "table"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

STRONG = Mark("<strong>", "</strong>", "**", "**")
EMPHASIS = Mark("<em>", "</em>", "*", "*")
_MARKS = {"strong": STRONG, "b": STRONG, "em": EMPHASIS, "i": EMPHASIS}


def read(source: str) -> Rich | None:
    """Return what the HTML *source* says; None if it is too much, or says nothing."""
    if len(source) > MOST_CHARACTERS:
        return None
    reader = _Reader()
    at = 0
    closed = True
    for number, tag in enumerate(_TAG.finditer(source)):
        if tag.start() < at:
            continue
        if reader.full or number == MOST_TAGS:
            return None
        reader.words(_unescaped(source[at : tag.start()]))
        at = tag.end()
        if tag[2] is None:
            end = source.find("-->", at) if closed else -1
            closed = end >= 0
            at = end + len("-->") if closed else at
        elif tag[1]:
            reader.ends(tag[2].lower())
        else:
            reader.begins(tag[2].lower(), tag[3])
    reader.words(_unescaped(source[at:]))
    return reader.built()


class _Reader:
    """Follows the tags, and tells the builder what they come to."""

    def __init__(self) -> None:
        self._builder = build = Builder()
        self._hidden: str | None = None
        self._plainly: Mapping[str, Callable[[str], None]] = {
            "br": build.line,
            "tr": build.line,
            "td": build.cell,
            "th": build.cell,
            "sup": lambda tag: build.words("^"),
            "li": build.li,
            "blockquote": build.blockquote,
            "pre": build.pre,
            "code": build.code,
            **dict.fromkeys(("del", "s", "strike"), build.struck),
        }

    @property
    def full(self) -> bool:
        """Whether it is too much already."""
        return self._builder.full

    def words(self, text: str) -> None:
        """Take words."""
        if text and not self._hidden:
            self._builder.words(text)

    def begins(self, tag: str, attributes: str) -> None:
        """Take the beginning of *tag*."""
        build = self._builder
        if self._hidden:
            return
        if tag in _HIDDEN:
            self._hidden = tag
        elif tag in _MARKS:
            build.mark(tag, _MARKS[tag])
        elif tag in _LISTS:
            build.items(tag, _start(attributes) if tag == "ol" else 1)
        elif tag in _HEADINGS:
            build.paragraph(tag)
            build.mark(tag, STRONG)
        elif tag in _BLOCKS:
            build.paragraph(tag)
        elif tag in ("a", "span", "img"):
            self._with_attributes(tag, _attributes(attributes))
        elif tag in self._plainly:
            self._plainly[tag](tag)

    def _with_attributes(self, tag: str, given: Mapping[str, str]) -> None:
        if tag == "img":
            self._builder.words(given.get("alt", ""))
        elif tag == "a" and _HREF.fullmatch(href := given.get("href", "")):
            if href.startswith(_PERMALINK):
                self._builder.permalink(href)
            else:
                self._builder.mark("a", link(href))
        elif "data-mx-maths" in given:
            self._builder.code("span")
        elif "data-mx-spoiler" in given:
            self._builder.mark("span", spoiler(given["data-mx-spoiler"]))
        else:
            self._builder.mark(tag, None)

    def ends(self, tag: str) -> None:
        """Take the end of *tag*."""
        if self._hidden:
            self._hidden = None if tag == self._hidden else self._hidden
        else:
            self._builder.close(tag)

    def built(self) -> Rich | None:
        """Return what it came to."""
        return self._builder.built()


def link(href: str) -> Mark:
    """Return the mark of words that lead to *href*."""
    return Mark(f'<a href="{html.escape(href)}">', "</a>", "", f" ({href})")


def spoiler(reason: str) -> Mark:
    """Return the mark of words that are covered, for a *reason* if there is one."""
    shown = f'="{html.escape(reason)}"' if reason else ""
    return Mark(f"<span data-mx-spoiler{shown}>", "</span>", "||", "||")


def _unescaped(text: str) -> str:
    """Return *text* with its character references read; numbers beyond all characters are none."""
    return html.unescape(_BIG_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def _attributes(text: str) -> dict[str, str]:
    """Return the attributes of a tag, the first of each name."""
    given: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text[:_LONGEST_ATTRIBUTES]):
        given.setdefault(match[1].lower(), _unescaped(match[2] or match[3] or match[4] or ""))
    return given


def _start(attributes: str) -> int:
    """Return the number that an ordered list begins with."""
    number = _attributes(attributes).get("start", "")
    return int(number) if _NUMBER.fullmatch(number) else 1
