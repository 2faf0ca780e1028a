"""What a person reads of a message: its lines, from the plain text and from the formatted one."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_UNSEEN = re.compile("[\u2066-\u2069\u200e\u200f]")
_LANGUAGE = re.compile(r"[a-z]{2}")
_BREAKS = frozenset({"p", "br", "ul", "ol", "li", "blockquote", "pre"})


def of_text(body: str) -> tuple[str, ...]:
    """Return the lines of a plain text, without the marks that only set its direction."""
    lines = (line.strip() for line in _UNSEEN.sub("", body).split("\n"))
    return tuple(line for line in lines if line)


def of_html(html: str) -> tuple[str, ...]:
    """Return the lines of a formatted text as its plain text should have them.

    A language in bold is one in brackets there, and a link stands with its address behind it.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return of_text("".join(reader.said))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._bold = False
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.said.append("\n")
        self._bold = tag == "strong"
        if tag == "a":
            self._address = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.said.append("\n")
        self._bold = False
        if tag == "a":
            self.said.append(f": {self._address}")

    def handle_data(self, data: str) -> None:
        self.said.append(f"[{data}]" if self._bold and _LANGUAGE.fullmatch(data) else data)
