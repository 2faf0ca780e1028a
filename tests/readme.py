"""What the README says of the commands, made from their declarations: `python -m tests.readme` writes it."""

from __future__ import annotations

import re
from pathlib import Path

from bot.i18n import Catalogues
from bot.router import Router
from commands import COMMANDS

README = Path(__file__).parents[1] / "README.md"
_TABLE = re.compile(r"(?<=<!-- commands -->\n).*?(?=<!-- /commands -->)", re.DOTALL)


def table() -> str:
    """Return the table of commands in Markdown."""
    catalogues = Catalogues.load()
    router = Router(COMMANDS, catalogues)
    rows = ["| command | does | who |", "|---|---|---|"]
    for command in COMMANDS:
        summary = catalogues.text(command.summary, "en")
        rows.append(f"| `{router.usage(command, 'en')}` | {summary} | {command.role} |")
    return "\n".join(rows) + "\n"


def written() -> str:
    """Return the table that the README holds."""
    found = _TABLE.search(README.read_text("utf-8"))
    return found[0] if found else ""


if __name__ == "__main__":
    README.write_text(_TABLE.sub(lambda _: table(), README.read_text("utf-8")), "utf-8")
