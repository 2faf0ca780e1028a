"""How a worded sentence is put on paper: plain, or as the HTML that every Matrix client shows."""

from __future__ import annotations

import html
from typing import Any, Protocol

from bot.i18n.direction import PDI, RLI, RLM, disturbs, isolate, right_to_left
from bot.i18n.message import AnyOf, ByLanguage, Code, Message, Typed

_WHOLE = (Message, ByLanguage, AnyOf, tuple, list)
"""Values made of values, each of which is put on paper by itself."""


class Markup(Protocol):
    """How a worded sentence is put on paper."""

    def literal(self, text: str) -> str:
        """Return the catalogue's own words *text*."""
        ...

    def value(self, text: str, value: Any) -> str:
        """Return the words *text* of the value *value*."""
        ...


class Plain:
    """Plain text in *language*; *alone* if the whole message is in it."""

    _line_break = "\n"

    def __init__(self, language: str, *, alone: bool = False) -> None:
        self._rtl = right_to_left(language)
        # Clients take a message's direction from its first letter that is in no isolate.
        self._opening = f"{RLM}{RLI}" if alone else RLI

    def literal(self, text: str) -> str:
        """Return *text* as it is."""
        return text

    def value(self, text: str, value: Any) -> str:
        """Return *text*, isolated where its direction could disturb the sentence's; parts of a whole have been."""
        if isinstance(value, _WHOLE):
            return text
        return isolate(text) if self._rtl or disturbs(text) else text

    def aligned(self, text: str) -> str:
        """Return whole lines of words of the language, which keep its direction beside lines of others.

        Matrix allows no `dir`, so each line that is written from right to left stands between RLI and PDI.
        """
        if not self._rtl:
            return text
        lines = text.split(self._line_break)
        return self._line_break.join(f"{self._opening}{line}{PDI}" if line else line for line in lines)


class Html(Plain):
    """The HTML that every Matrix client shows."""

    _line_break = "<br>"

    def literal(self, text: str) -> str:
        """Return *text* escaped."""
        return html.escape(text, quote=False).replace("\n", "<br>")

    def value(self, text: str, value: Any) -> str:
        """Return *text* escaped and isolated; what can be typed is set as code."""
        if isinstance(value, _WHOLE):
            return text
        shown = self.literal(super().value(text, value))
        return f"<code>{shown}</code>" if isinstance(value, Code | Typed) else shown
