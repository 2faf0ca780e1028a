"""What a briefing is about: items under the heads of IIMARCH, each with the time that it may take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.i18n import _
from bot.model.briefing import Briefing, Change, Occurrence, next_of
from bot.model.handling import Handling
from bot.model.person import LanguageCode, UserId
from bot.model.reference import Reference


class Head(StrEnum):
    """The heads of IIMARCH, in their order."""

    INFORMATION = "information"
    INTENTION = "intention"
    METHOD = "method"
    ADMINISTRATION = "administration"
    RISK = "risk"
    COMMUNICATIONS = "communications"
    HUMANITARIAN = "humanitarian"


HEADS = {
    Head.INFORMATION: _("Information"),
    Head.INTENTION: _("Intention"),
    Head.METHOD: _("Method"),
    Head.ADMINISTRATION: _("Administration"),
    Head.RISK: _("Risk assessment"),
    Head.COMMUNICATIONS: _("Communications"),
    Head.HUMANITARIAN: _("Humanitarian, human rights and legal"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """What `by` has put on the agenda `at` a moment: for the next briefing after that, or for `each`.

    `minutes` is the time that it may take; None: none is said.
    """

    number: int
    head: Head
    text: str
    language: LanguageCode
    minutes: int | None
    by: UserId
    at: datetime
    each: bool = False
    handling: Handling | None = None
    """How the message is handled that has said it, where it was marked afterwards."""

    @property
    def withheld(self) -> bool:
        """Whether its words are marked, and so not for an agenda."""
        return self.handling is not None and not self.handling.travels


def of_one(items: Iterable[Item], briefing: Briefing, changes: Sequence[Change], one: Occurrence) -> list[Item]:
    """Return which of *items* are for *one*: what was said for the next one waits for the first that takes place."""

    def waits(item: Item) -> bool:
        first = next_of(briefing, changes, item.at)
        return first is not None and first.original == one.original

    return [item for item in items if item.each or waits(item)]


def held_as(ref: Reference) -> str:
    """Return under which name posts are listed that hold the words of an agenda."""
    return f"agenda {ref}"


def wording_of(number: int) -> int:
    """Return under which number the translations of an item are kept, beside those of the briefing's title."""
    return 1000 + number
