"""What formatted text consists of: lines, and in them words, marks around words, and what nobody may change."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Atom:
    """What stays as it is, as HTML and as plain text: code, a mention, a struck-out word."""

    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What is put around words: bold, a link, a spoiler; its beginning and end as HTML and as plain text."""

    opening: str
    closing: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Item:
    """Words, or an atom, with the marks around them, the outermost first."""

    content: str | Atom
    marks: tuple[Mark, ...] = ()

    @property
    def text(self) -> str:
        """The words as plain text, without their marks."""
        return self.content if isinstance(self.content, str) else self.content.text

    @property
    def written(self) -> str:
        """The words as plain text, with their marks."""
        before, after = "".join(mark.before for mark in self.marks), "".join(m.after for m in reversed(self.marks))
        return f"{before}{self.text}{after}"

    @property
    def html(self) -> str:
        """The words as HTML, with their marks."""
        words = escape(self.content, quote=False) if isinstance(self.content, str) else self.content.html
        opening, closing = (
            "".join(mark.opening for mark in self.marks),
            "".join(m.closing for m in reversed(self.marks)),
        )
        return f"{opening}{words}{closing}"


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in one line: `html` are the tags, `lead` the plain text between it and the line before."""

    html: str
    lead: str
    items: tuple[Item, ...]
    verbatim: bool = False
    """Whether it is a block of code, which has its own lines."""


@dataclass(frozen=True, slots=True)
class Rich:
    """Formatted text. `end` are the tags behind the last line; `shaped` says that it is more than lines of words."""

    lines: tuple[Line, ...]
    end: str
    shaped: bool

    @property
    def text(self) -> str:
        """The words as plain text, without marks."""
        return "".join(line.lead + "".join(item.text for item in line.items) for line in self.lines)

    @property
    def written(self) -> str:
        """The words as plain text, with their marks."""
        return "".join(line.lead + "".join(item.written for item in line.items) for line in self.lines)

    @property
    def html(self) -> str:
        """The words as HTML, of nothing but the tags that are read."""
        return "".join(line.html + "".join(item.html for item in line.items) for line in self.lines) + self.end

    def says(self, body: str) -> bool:
        """Return whether *body* has the same words in the same order, blanks aside."""
        return "".join(self.text.split()) == "".join(body.split())
