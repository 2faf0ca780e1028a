"""What the README says of commands and metrics, made from their declarations: `python -m tests.readme` writes it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from bot.health.figures import Backlog, Figures, described
from bot.i18n import Catalogues
from bot.router import Router
from bot.services.pulse import Pulse
from commands import COMMANDS

README = Path(__file__).parents[1] / "README.md"


def commands() -> str:
    """Return the table of commands in Markdown."""
    catalogues = Catalogues.load()
    router = Router(COMMANDS, catalogues)
    rows = ["| command | does | who |", "|---|---|---|"]
    for command in COMMANDS:
        summary = catalogues.text(command.summary, "en")
        rows.append(f"| `{router.usage(command, 'en')}` | {summary} | {' or '.join(command.roles)} |")
    return "\n".join(rows) + "\n"


def metrics() -> str:
    """Return the table of metrics in Markdown."""
    now = datetime(2026, 11, 22, tzinfo=UTC)
    rows = ["| metric | what |", "|---|---|"]
    for name, what in map(described, Figures(Pulse(now), Backlog(), now).collect()):
        rows.append(f"| `{name}` | {what} |")
    return "\n".join(rows) + "\n"


TABLES = {"commands": commands, "metrics": metrics}


def written(name: str) -> str:
    """Return the table of that name that the README holds."""
    found = _place(name).search(README.read_text("utf-8"))
    return found[0] if found else ""


def _place(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)


if __name__ == "__main__":
    text = README.read_text("utf-8")
    for name, table in TABLES.items():
        text = _place(name).sub(lambda _, table=table: table(), text)  # type: ignore[misc]
    README.write_text(text, "utf-8")
