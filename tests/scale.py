"""What one machine serves, worked out of the rows in docs/measured.md: the tables of docs/scale.md.

Nothing here is measured; every figure is that of a row, or follows from those by the arithmetic of `Setting`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

MEASURED = Path(__file__).parents[1] / "docs" / "measured.md"

SPARE = 0.5
"""What part of what it can do a machine is asked for in a busy hour: an assumption."""

WRITES = 0.5
"""Messages a minute that a person writes in a busy hour: an assumption."""

_SHARE = "Processor time a message, "
_PAIRS = "RSS of the worker by the pairs that it has loaded, "


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is, how its row begins, where in the row it stands, and its unit."""

    what: str
    begins: str
    pattern: str
    unit: str


BASIS = {
    "home": Figure("homeserver: a message and its post", _SHARE, r"for message and post, ([\d.]+) ms", "ms"),
    "bot": Figure("bot: the same", _SHARE, r"own process \| ([\d.]+) ms", "ms"),
    "posts": Figure(
        "posts, bot and homeserver on one machine", "1,000 commands of 10", r"\| (\d+) answers/s", "a second"
    ),
    "reads": Figure("reads what was missed", "Catch-up on 1,500", r"\| (\d+) messages/s", "a second"),
    "leg": Figure(
        "the worker, Firefox model, into one language",
        "Event loop lag p99, bergamot",
        r"; (\d+) messages/s\)",
        "a second",
    ),
    "small": Figure(
        "the worker, small Argos model, the same",
        "400 chat messages en→es at once by one",
        r"\| (\d+) messages/s \| [\d.]+ ×",
        "a second",
    ),
    "server": Figure(
        "one LibreTranslate server on these cores, small model",
        "400 chat messages en→es at once by one",
        r"\| (\d+) messages/s \(",
        "a second",
    ),
    "two": Figure(
        "two of them on these cores", "400 chat messages en→es at once by two", r"\| (\d+) messages/s,", "a second"
    ),
    "ours": Figure(
        "bot: a message by a server, the translation alone",
        "400 chat messages en→es at once by one",
        r"process ([\d.]+) ms",
        "ms",
    ),
    "gone": Figure(
        "longest wait while one of two servers is gone", "800 messages at 20 a second", r"lost; ([\d.]+) ms", "ms"
    ),
    "bot_mib": Figure("memory of the bot", "Memory of the bot", r"\| (\d+) MiB", "MiB"),
    "two_mib": Figure("memory of the worker, two Firefox pairs", f"{_PAIRS}bergamot", r" 2: (\d+) MiB", "MiB"),
    "all_mib": Figure("memory of the worker, 22 Firefox pairs", f"{_PAIRS}bergamot", r" 22: (\d+) MiB", "MiB"),
    "files": Figure("files of a Firefox pair", f"{_PAIRS}bergamot", r"\(([\d.]+) MiB of files", "MiB"),
    "server_mib": Figure(
        "memory of a LibreTranslate server, two small pairs", "Memory of a LibreTranslate", r"\| (\d+) MiB", "MiB"
    ),
    "companion": Figure("posts a message, `companion`, 5 languages", "Mode companion", r"\| ([\d.]+) posts", ""),
    "dm": Figure("posts a message, `dm`, 40 people of 5 languages", "Mode dm", r"\| ([\d.]+) posts", ""),
}
"""What the estimate stands on."""


def found(name: str) -> str:
    """Return the figure of that name as its row has it; KeyError if the row is missing, doubled or has none."""
    figure = BASIS[name]
    rows = [line for line in MEASURED.read_text("utf-8").splitlines() if line.startswith(f"| {figure.begins}")]
    matches = [re.search(figure.pattern, row) for row in rows]
    if len(matches) != 1 or matches[0] is None:
        raise KeyError(name)
    return matches[0][1]


def basis() -> str:
    """Return the table of what the estimate stands on."""
    rows = ["| | figure | measured | row of measured.md, its beginning |", "|---|---|---|---|"]
    for name, figure in BASIS.items():
        rows.append(f"| `{name}` | {figure.what} | {found(name)} {figure.unit} | {figure.begins.strip(' ,')} … |")
    return "\n".join(rows) + "\n"


@dataclass(frozen=True, slots=True)
class Setting:
    """A mode with so many languages: posts that a message brings about, and models that it goes through."""

    what: str
    posts: float
    legs: int

    @property
    def home(self) -> float:
        """Messages a minute that homeserver and bot take together: the first post, and each further one."""
        return 60 / (float(found("home")) / 1000 + (self.posts - 1) / float(found("posts")))

    @property
    def worker(self) -> float:
        """Messages a minute that the worker translates with Firefox models."""
        return 60 * float(found("leg")) / self.legs

    @property
    def cores(self) -> float:
        """Messages a minute for which the two cores that were measured suffice, everything on them.

        Of a further post both are taken to be busy: what it costs by itself was not measured.
        """
        one = (float(found("home")) + float(found("bot"))) / 1000 + self.legs / float(found("leg"))
        return 60 / (one / 2 + (self.posts - 1) / float(found("posts")))

    @property
    def first(self) -> str:
        """Return what gives out first."""
        return min((self.home, "homeserver"), (self.worker, "worker"), (self.cores, "both cores"))[1]

    @property
    def serves(self) -> float:
        """Messages a minute that are asked for in a busy hour."""
        return SPARE * min(self.home, self.worker, self.cores)


def settings() -> list[Setting]:
    """Return those of the table. By way of English a message needs one model to it, and one for each language."""
    companion, dm = float(found("companion")), float(found("dm"))
    return [
        Setting("`reply`, 2 languages", 1, 1),
        Setting("`reply`, 3 to 12 languages", 1, 3),
        Setting("`companion`, 5 languages", companion, 4),
        Setting("`companion`, 12 languages", companion / 4 * 11, 11),
        Setting("`dm`, 40 people, 5 languages", dm, 4),
    ]


def serves() -> str:
    """Return the table of what one machine serves."""
    rows = [
        "| mode, languages | posts, models a message | homeserver, a minute | worker, a minute | both cores, a minute |"
        " gives out first | to be asked of it, a minute | people who write |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in settings():
        people = one.serves / WRITES
        rows.append(
            f"| {one.what} | {one.posts:.0f}, {one.legs} | {one.home:.0f} | {one.worker:.0f} | {one.cores:.0f}"
            f" | {one.first} | **{one.serves:.0f}** | {people:.0f} |"
        )
    return "\n".join(rows) + "\n"
