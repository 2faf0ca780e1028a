"""Pages that are read without the bot: one HTML file that loads nothing, holds no script and prints well."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.i18n import Catalogues, Html, Language, Message, Verbatim, right_to_left
from bot.model.file import File

MEDIA_TYPE = "text/html"
_STYLE = (
    "body{font:15px/1.4 sans-serif;max-width:50em;margin:1em auto;padding:0 1em;color:#000;background:#fff}"
    "h1{font-size:1.3em}h2{font-size:1.1em;border-bottom:1px solid #000;margin-top:1.4em}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #888;padding:.3em .5em;text-align:start;"
    "vertical-align:top}td[dir]{unicode-bidi:isolate;white-space:pre-line}"
)
Cell = Message | Verbatim | Language | datetime


class Paper:
    """A page in one language and zone, filled from top to bottom."""

    def __init__(self, catalogues: Catalogues, language: str, zone: str) -> None:
        self._catalogues = catalogues
        self._language = language
        self._zone = zone
        self._parts: list[str] = []
        self._title = ""

    def title(self, said: Message) -> None:
        """Begin the page with what it is."""
        self._title = self._catalogues.text(said, self._language, self._zone)
        self._parts.append(f"<h1>{self._said(said)}</h1>")

    def heading(self, said: Message) -> None:
        """Begin a part of the page."""
        self._parts.append(f"<h2>{self._said(said)}</h2>")

    def lines(self, said: Iterable[Cell]) -> None:
        """Add lines below one another."""
        items = "".join(f"<li>{self._said(one)}</li>" for one in said)
        self._parts.append(f"<ul>{items}</ul>")

    def table(self, head: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> None:
        """Add a table."""
        heads = "".join(f"<th>{self._said(one)}</th>" for one in head)
        body = "".join(f"<tr>{self._cells(row)}</tr>" for row in rows)
        self._parts.append(f"<table><tr>{heads}</tr>{body}</table>")

    def file(self, name: str) -> File:
        """Return the page as a file called *name*."""
        direction = "rtl" if right_to_left(self._language) else "ltr"
        page = (
            f'<!DOCTYPE html><html lang="{self._language}" dir="{direction}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            f"<title>{html.escape(self._title)}</title><style>{_STYLE}</style></head><body>"
            f"{''.join(self._parts)}</body></html>"
        )
        return File(name, MEDIA_TYPE, page.encode())

    def _cells(self, row: Sequence[Cell]) -> str:
        return "".join(f"<td dir='auto'>{self._said(one)}</td>" for one in row)

    def _said(self, said: Cell) -> str:
        if isinstance(said, Message):
            return self._catalogues.text(said, self._language, self._zone, Html(self._language))
        return html.escape(self._catalogues.value(said, self._language, self._zone))


def file_name(kind: str, post: str, day: str) -> str:
    """Return what a page is called: letters, digits and hyphens alone."""
    plain = "".join(c if c.isalnum() else "-" for c in post)
    return f"{kind}-{plain}-{day}.html"
