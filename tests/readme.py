"""What the pages say of commands, metrics and figures, made from where it is declared or measured.

`python -m tests.readme` writes it between the markers of each page.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from bot.health.figures import Backlog, Figures, described
from bot.i18n import Catalogues
from bot.model.people import People
from bot.model.person import Actor, LanguageCode, Role, UserId, Zone
from bot.router import Invocation, Line, Router
from bot.services.pulse import Pulse
from commands import COMMANDS

from . import scale

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
SCALE = ROOT / "docs" / "scale.md"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PEOPLE = People(tuple((UserId(f"@{name}:example.org"), name.title()) for name in ("ana", "bo", "eva", "kate", "rui")))
"""Whom the examples name."""
FIRST = (
    "!help",
    "!language pt reads:en",
    "!translate check",
    "!translate fix The lorry 12-AB-34 is on the bridge",
    "!say halt.vehicle",
    "!incident declare Boat at the beach",
    "!incident note 14:20 two people landed",
    "!report methane",
    "!checkin north gate A12",
    "!handover start @rui",
    "!remind me in 2h Call the harbour",
    '!briefing schedule "Morning brief" tomorrow 07:30 Europe/Athens for 30m every weekday',
    "!mark BRAVO-7K3Q0 TLP:AMBER H2 rel:PRT-GNR,ESP-GC",
    "!lost @ana",
    "!incident severity high Water comes in",
    "!incident close BRAVO-7K3Q0 resolved",
    "!shift post north gate zone:Europe/Athens agency:GRC-HP",
    "!digest now",
    "!digest daily 06:00",
)
"""What officers, leads and coordinators need first, as the README shows it."""
HEADLINES = {
    "`!status`, sent until its answer is decrypted": "Command round trip p50",
    "`!incident declare`, sent until its card is decrypted": "Declare to card p50",
    "one message translated, alone": "One chat message alone",
    "200 messages at once, into two languages": "200 chat messages from English",
    "critical tokens kept, en→pt": "Critical tokens en→pt",
    "critical tokens kept, pt→en": "Critical tokens pt→en",
    "“not” kept or flagged, en→pt": "Negations en→pt",
    "“not” kept or flagged, pt→en": "Negations pt→en",
    "everyday sentences flagged for nothing, en→pt": "False alarms of the gate en→pt",
    "everyday sentences flagged for nothing, pt→en": "False alarms of the gate pt→en",
    "chrF on 500 held-out sentences en→es": "chrF on 500 held-out sentences en→es",
    "1,000 messages in 20 rooms at 20 a second": "1,000 messages of three languages",
    "1,000 commands that waited for the bot": "1,000 commands of 10 officers",
    "catching up on 1,500 messages": "Catch-up on 1,500 messages",
    "start until ready, with 200 rooms": "Start to /readyz 200 after a restart with 200 rooms",
    "memory of the bot": "Memory of the bot",
    "memory of the worker": "Memory of the worker",
    "`!incident find` in 100,000 incidents, p95": "`incident find` p95",
    "digest of a day with 2,000 changed incidents, p95": "digest of a day",
    "evidence pack of 5,000 entries, made and posted": "evidence pack of 5,000 entries, each",
    "the same, checked by its own program": "evidence pack of 5,000 entries checked",
    "handover's draft with 200 open incidents, p95": "`handover start`",
    "500 reminders due at one minute": "500 reminders due",
}
"""What the README calls the rows of the benchmarks that it shows, and what these begin with."""


def _actor() -> Actor:
    english = LanguageCode("en")
    return Actor(UserId("@ana:example.org"), "Ana", frozenset(Role), None, english, english, Zone("UTC"), frozenset())


def understood(line: str, router: Router) -> Invocation:
    """Return what *line*, with its prefix, asks for when somebody of every role types it; raise UserError."""
    return router.resolve(Line(line.removeprefix("!"), plainly=True), _actor(), NOW, NOW, people=PEOPLE)


def commands() -> str:
    """Return the table of commands in Markdown."""
    catalogues = Catalogues.load()
    router = Router(COMMANDS, catalogues)
    rows = ["| command | does | who |", "|---|---|---|"]
    for command in COMMANDS:
        summary = catalogues.text(command.summary, "en")
        rows.append(f"| `{router.usage(command, 'en')}` | {summary} | {' or '.join(command.roles)} |")
    return "\n".join(rows) + "\n"


def first() -> str:
    """Return the table of the commands that are needed first, each as it is typed."""
    catalogues = Catalogues.load()
    router = Router(COMMANDS, catalogues)
    rows = ["| write | does | who |", "|---|---|---|"]
    for line in FIRST:
        command = understood(line, router).command
        rows.append(f"| `{line}` | {catalogues.text(command.summary, 'en')} | {' or '.join(command.roles)} |")
    return "\n".join(rows) + "\n"


def metrics() -> str:
    """Return the table of metrics in Markdown."""
    rows = ["| metric | what |", "|---|---|"]
    for name, what in map(described, Figures(Pulse(NOW), Backlog(), NOW).collect()):
        rows.append(f"| `{name}` | {what} |")
    return "\n".join(rows) + "\n"


def figures() -> str:
    """Return the headline figures, as the table of benchmarks has them; KeyError if a row is missing or doubled."""
    measured = [
        line.strip("| ").split(" | ") for line in scale.MEASURED.read_text("utf-8").splitlines() if line[:2] == "| "
    ]
    rows = ["| what | Liaison | peer | ratio | must reach | reached |", "|---|---|---|---|---|---|"]
    for called, begins in HEADLINES.items():
        found = [cells for cells in measured if cells[0].startswith(begins)]
        if len(found) != 1:
            raise KeyError(begins)
        _what, ours, peer, ratio, must, reached = (cell.strip() for cell in found[0][:6])
        rows.append(f"| {called} | {ours} | {peer} | {ratio} | {must} | {reached} |")
    return "\n".join(rows) + "\n"


TABLES = {
    "commands": (ROOT / "docs" / "commands.md", commands),
    "metrics": (ROOT / "docs" / "operating.md", metrics),
    "first": (README, first),
    "figures": (README, figures),
    "basis": (SCALE, scale.basis),
    "serves": (SCALE, scale.serves),
}
"""Each table by its marker: the page that holds it, and what makes it."""


def written(name: str) -> str:
    """Return the table of that name that its page holds."""
    found = _place(name).search(TABLES[name][0].read_text("utf-8"))
    return found[0] if found else ""


def _place(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)


if __name__ == "__main__":
    for name, (page, made) in TABLES.items():
        table = made()
        text = _place(name).sub(lambda _, table=table: table, page.read_text("utf-8"))  # type: ignore[misc]
        page.write_text(text, "utf-8")
