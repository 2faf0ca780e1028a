"""Lines and blocks, put together tag by tag: whatever order the tags come in, what comes out is balanced."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from bot.model.rich.values import Atom, Item, Line, Mark, Rich

DEEPEST = 60
"""Tags within tags; of what is deeper the words stay."""
MOST_MARKS = 12
"""Tags around words, one within the other."""
MOST_LINES = 400
MOST_ITEMS = 1_500

_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")


@dataclass(slots=True)
class _Block:
    """An open tag that makes blocks: its name as it came, the tag that is posted, its number if it counts items."""

    name: str
    tag: str
    number: int = 0
    fresh: bool = True
    """Whether nothing of it is written yet."""


@dataclass(slots=True)
class _Inline:
    """An open tag around words; one whose mark is None only waits for its end."""

    name: str
    mark: Mark | None


class Builder:
    """Builds one Rich."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._items: list[Item] = []
        self._count = 0
        self._tags: list[str] = []
        self._blocks: list[_Block] = []
        self._inlines: list[_Inline] = []
        self._gap = 0
        self._broken = False
        self._shaped = False
        self._whole: tuple[str, str, list[str]] | None = None
        """What is taken as it is until its tag ends: the tag, how it is shown, its words."""

    @property
    def full(self) -> bool:
        """Whether it is too much already."""
        return len(self._lines) > MOST_LINES or self._count > MOST_ITEMS

    # Words

    def words(self, text: str) -> None:
        """Add *text*; blanks count as one."""
        if self._whole:
            self._whole[2].append(text)
            return
        text = _BLANKS.sub(" ", text)
        if not self._items or self._ends_blank():
            text = text.lstrip(" ")
        if text:
            self._add(text)

    def cell(self, name: str) -> None:
        """Begin a cell of a table: they stand beside each other in a line."""
        if self._items and not self._whole:
            self.words(" | ")

    def mark(self, name: str, mark: Mark | None) -> None:
        """Begin a tag around words."""
        if self._whole or len(self._inlines) >= MOST_MARKS:
            return
        if any(mark == inline.mark for inline in self._inlines):
            mark = None
        self._inlines.append(_Inline(name, mark))
        self._shaped = self._shaped or mark is not None

    def code(self, name: str) -> None:
        """Begin code, which stays as it is."""
        if not self._whole:
            self._whole = (name, "code", [])

    def struck(self, name: str) -> None:
        """Begin what is struck out: it is not meant any more, so it stays as it is."""
        if not self._whole:
            self._whole = (name, "struck", [])

    def pre(self, name: str) -> None:
        """Begin a block of code."""
        if not self._whole:
            self._leave_paragraph()
            self._end_line(2)
            self._whole = (name, "pre", [])

    def permalink(self, href: str) -> None:
        """Begin a mention, or a link to a room or message, which stays as it is."""
        if not self._whole:
            self._whole = ("a", href, [])

    def _add(self, content: str | Atom) -> None:
        if not self._blocks:
            self._open("p", "p")
        marks = tuple(inline.mark for inline in self._inlines if inline.mark)
        last = self._items[-1] if self._items else None
        if last and last.marks == marks and isinstance(last.content, str) and isinstance(content, str):
            self._items[-1] = Item(last.content + content, marks)
        else:
            self._items.append(Item(content, marks))
            self._count += 1

    def _ends_blank(self) -> bool:
        content = self._items[-1].content
        return isinstance(content, str) and content.endswith(" ")

    def _end_whole(self) -> None:
        if self._whole is None:
            return
        _name, shown, parts = self._whole
        self._whole = None
        text = "".join(parts)
        if shown == "pre":
            return self._add_block_of_code(text)
        text = _BLANKS.sub(" ", text).strip(" ")
        if not text:
            return
        self._shaped = True
        safe = html.escape(text, quote=False)
        if shown == "code":
            self._add(Atom(f"<code>{safe}</code>", f"`{text}`"))
        elif shown == "struck":
            self._add(Atom(f"~~{safe}~~", f"~~{text}~~"))
        else:
            self._add(Atom(f'<a href="{html.escape(shown)}">{safe}</a>', text))

    def _add_block_of_code(self, text: str) -> None:
        text = text.strip("\n").rstrip()
        if not text.strip():
            return
        self._shaped = True
        atom = Atom(f"<pre><code>{html.escape(text, quote=False)}</code></pre>", f"```\n{text}\n```")
        self._items.append(Item(atom))
        self._end_line(2, verbatim=True)

    # Blocks

    def line(self, name: str) -> None:
        """Begin a new line of the same block."""
        if self._whole:
            self._whole[2].append("\n")
        elif self._items:
            self._end_line(1)
            self._broken = True
        else:
            self._gap = min(2, self._gap + 1) if self._lines else 0

    def paragraph(self, name: str) -> None:
        """Begin a paragraph."""
        if self._whole:
            return
        self._leave_paragraph()
        within = self._blocks and self._blocks[-1].tag == "li"
        self._end_line(1 if within else 2)
        self._open(name, "p")

    def items(self, name: str, start: int) -> None:
        """Begin a list, whose items count from *start*."""
        if not self._whole:
            self._leave_paragraph()
            self._end_line(1)
            self._open(name, name, start)
            self._shaped = True

    def li(self, name: str) -> None:
        """Begin an item of a list; without a list it is a paragraph."""
        if self._whole:
            return
        self._leave_paragraph()
        if self._blocks and self._blocks[-1].tag == "li":
            self.close("li")
        if not self._blocks or self._blocks[-1].tag not in ("ul", "ol"):
            return self.paragraph(name)
        self._end_line(1)
        self._open(name, "li")

    def blockquote(self, name: str) -> None:
        """Begin a quotation."""
        if not self._whole:
            self._leave_paragraph()
            self._end_line(2)
            self._open(name, "blockquote")
            self._shaped = True

    def close(self, name: str) -> None:
        """End the innermost open tag of that name, and what is open within it; without one nothing happens."""
        if self._whole:
            if self._whole[0] == name:
                self._end_whole()
            return
        for i in reversed(range(len(self._inlines))):
            if self._inlines[i].name == name:
                del self._inlines[i]
                break
        if any(block.name == name for block in self._blocks):
            while self._blocks:
                if self._leave() == name:
                    break

    def _open(self, name: str, tag: str, start: int = 1) -> None:
        if len(self._blocks) >= DEEPEST:
            return
        shown = f'<ol start="{start}">' if tag == "ol" and start != 1 else f"<{tag}>"
        self._tags.append(shown)
        self._blocks.append(_Block(name, tag, start - 1))

    def _leave_paragraph(self) -> None:
        if self._blocks and self._blocks[-1].tag == "p":
            self._leave()

    def _leave(self) -> str:
        """Close the innermost block, and return its name; one without a word in it was never there."""
        block = self._blocks[-1]
        inside = any(outer.tag == "li" for outer in self._blocks[:-1])
        self._end_line(1 if inside or block.tag in ("li", "ul", "ol") else 2)
        self._blocks.pop()
        if block.tag in ("ul", "ol") and not inside and self._lines:
            self._gap = 2
        if block.fresh:
            self._tags.pop()
        else:
            self._tags.append(f"</{block.tag}>")
        return block.name

    def _end_line(self, gap: int, *, verbatim: bool = False) -> None:
        """Write down the line that is open, if it says anything; *gap* line ends stand before the next one."""
        if self._items and isinstance(last := self._items[-1].content, str):
            self._items[-1] = Item(last.rstrip(" "), self._items[-1].marks)
        items = tuple(item for item in self._items if item.text)
        self._items = []
        if items:
            tags = "".join(self._tags) + ("<br>" * max(1, self._gap) if self._broken and not self._tags else "")
            self._lines.append(Line(tags, self._lead(), items, verbatim))
            self._tags, self._gap = [], 0
            for block in self._blocks:
                block.fresh = False
        self._broken = False
        self._gap = max(self._gap, gap) if self._lines else 0

    def _lead(self) -> str:
        """Return the line ends, quote signs, indentation and bullet before the line that is being written."""
        signs = ""
        owner: _Block | None = None
        for block in self._blocks:
            if block.tag == "blockquote":
                signs += "> "
            elif block.tag in ("ul", "ol"):
                owner = block
            elif block.tag == "li" and owner:
                if block.fresh:
                    owner.number += 1
                    signs += f"{owner.number}. " if owner.tag == "ol" else "- "
                else:
                    signs += "  "
        return "\n" * self._gap + signs

    def built(self) -> Rich | None:
        """Return what was built; None if that is nothing, or too much."""
        self._end_whole()
        while self._blocks:
            self._leave()
        self._end_line(0)
        if not self._lines or self.full:
            return None
        return Rich(tuple(self._lines), "".join(self._tags), self._shaped)
