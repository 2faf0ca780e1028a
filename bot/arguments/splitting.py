"""Takes a command's line apart: options by name, the other words in their order, the rest as it was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.arguments.folding import DASHES
from bot.arguments.names import Index
from bot.arguments.scanning import COMMAS, Scanner, Word
from bot.arguments.wanted import wanted_by
from bot.command import Arg, Command, Option

_SEPARATORS = ":=：＝"
_ENDING = ".,;:!?"
# French keyboards put a no-break space before the colon.
_NAMED = re.compile(rf"([^\s{_SEPARATORS}]+)[\u00a0\u202f]?[{_SEPARATORS}]")
_GAP = re.compile(r"\s*")
_DASH = re.compile(f"[{DASHES}]")
_DASHED = re.compile(rf"(?:--|[{DASHES}]){{1,2}}([^\s{_SEPARATORS}{DASHES}-][^\s{_SEPARATORS}]*)[{_SEPARATORS}]?")


def option_name(text: str) -> str | None:
    """Return the name of the option that *text* looks like, or None when it looks like none."""
    found = _DASHED.match(text) or _NAMED.match(text)
    return found[1] if found else None


def option_value(text: str) -> str:
    """Return the value that is joined to the name of the option that *text* looks like; empty if there is none."""
    found = _DASHED.match(text) or _NAMED.match(text)
    return text[found.end() :] if found else ""


@dataclass(slots=True)
class Split:
    """A line taken apart.

    `options` are values by the English name, `removed` where options stood, `faults` the names of options
    without a value (False) or given again (True), `alike` those of the `words` that look like options and are none.
    `literal` says that behind a dash all was to be text.
    """

    words: list[Word] = field(default_factory=list)
    alike: list[Word] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    removed: list[tuple[int, int]] = field(default_factory=list)
    faults: dict[tuple[str, bool], None] = field(default_factory=dict)
    literal: bool = False

    @property
    def named(self) -> set[str]:
        """The names of all options that were typed, with a value or without."""
        return {*self.options, *(name for name, _ in self.faults)}

    def take_mention(self, name: str) -> None:
        """Take the mention that ends the words as the value of the option *name*, if there is one."""
        last = self.words[-1] if self.words and not (self.literal or name in self.named) else None
        if last and (last.mention or (last.plain and last.text.startswith("@"))):
            self.options[name] = last.text if last.mention else last.text.rstrip(_ENDING)
            self.words.pop()

    def rest(self, text: str, words: list[Word]) -> str | None:
        """Return *text* from the first of *words* to the last, as typed, without options; None if empty."""
        if not words:
            return None
        first, start, end = words[0], words[0].start, words[-1].end
        if len(words) == 1 and first.quoted and len(first.text) == end - start - 2:
            return first.text
        kept = ""
        for begins, ends in self.removed:
            if start <= begins and ends <= end:
                before = text[start:begins].rstrip()
                after = _GAP.match(text, ends)
                line_ended = "\n" in text[start + len(before) : begins] and after and "\n" not in after[0]
                kept += before + ("\n" if line_ended else "")
                start = after.end() if after and line_ended else ends
        return kept + text[start:end]


class Splitter:
    """Splits the line of one command, whose option names are *options*."""

    def __init__(self, options: Index[str], command: Command, line: Scanner) -> None:
        self._options = options
        self._line = line
        self._several = {p.name for p in command.parameters if wanted_by(p).many}
        self._running = {p.name for p in command.parameters if isinstance(p.given, Option) and p.given.rest}
        given = [p.given for p in command.parameters if isinstance(p.given, Arg)]
        # Words before this one are not of the running text; a dash among those that are is a dash.
        self._text_from = next((i for i, arg in enumerate(given) if arg.rest), None)

    def split(self, at: int) -> Split:
        """Return the line from *at* on, taken apart."""
        found = Split()
        while word := self._line.word(at):
            at = word.end
            if self._ends_options(word, found):
                self._all_words(at, found)
                found.literal = True
                break
            option = self._option(word) if word.plain else None
            if option is None:
                found.words.append(word)
                if word.plain and option_name(word.text):
                    found.alike.append(word)
            else:
                at = self._value(word, *option, found)
                found.removed.append((word.start, at))
        return found

    def _all_words(self, at: int, found: Split) -> None:
        while word := self._line.word(at):
            found.words.append(word)
            at = word.end

    def _ends_options(self, word: Word, found: Split) -> bool:
        """Return whether *word* is the ` -- ` after which all is text; within text, it stays in it."""
        within = self._text_from is not None and len(found.words) > self._text_from
        if not word.plain or not (word.text == "--" or (_DASH.fullmatch(word.text) and not within)):
            return False
        if within:
            found.words.append(word)
        else:
            found.removed.append((word.start, word.end))
        return True

    def _option(self, word: Word) -> tuple[str, int] | None:
        """Return the English name of the option that *word* begins and where its value may begin, or None."""
        text = self._line.text
        start = self._line.after_gap(word.start)
        found = _DASHED.match(text, start) or _NAMED.match(text, start)
        name = self._options.find(found[1]) if found else None
        return (name, found.end()) if found and name else None

    def _value(self, word: Word, name: str, at: int, found: Split) -> int:
        """Note the value of the option *name* that stands at *at* or after it; return where it ends."""
        value = self._line.word(at)
        if value is None or self._is_no_value(value, at):
            found.faults[name, False] = None
            return max(at, word.start + 1)
        text, end = value.text, value.end
        if name in self._running and not value.quoted:
            end = self._end_of_text(end)
            text = self._line.text[value.start : end]
        while name in self._several and text.endswith(tuple(COMMAS)) and (more := self._line.word(end)):
            if self._is_no_value(more, end):
                break
            text, end = text + more.text, more.end
        if name in found.options:
            found.faults[name, True] = None
        found.options.setdefault(name, text)
        return end

    def _end_of_text(self, at: int) -> int:
        """Return where the running text that goes on at *at* ends: before the next option, or with the line."""
        while (word := self._line.word(at)) and not (word.plain and (word.text == "--" or self._option(word))):
            at = word.end
        return at

    def _is_no_value(self, word: Word, at: int) -> bool:
        """Return whether *word*, after a space at *at*, is something else than the value of an option."""
        gap = self._line.text[at : word.start]
        if not gap or not word.plain:
            return "\n" in gap
        dash = word.text == "--" or _DASH.fullmatch(word.text)
        return "\n" in gap or bool(dash) or self._option(word) is not None
