"""What somebody writes for a record, and what is said of an incident when it is declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.handling import Handling
from bot.model.incident.values import Severity, Type
from bot.model.person import LanguageCode, UserId
from bot.model.places import Place
from bot.model.translation import Translation


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote: the text, its language, and what it is in others."""

    text: str
    language: LanguageCode
    made: tuple[Translation, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is said of an incident when it is declared.

    `by` wrote it, in the message `event_id`, where it is not whoever declares it.
    """

    words: Words
    type: Type | None = None
    severity: Severity | None = None
    place: Place | None = None
    happened_at: datetime | None = None
    by: UserId | None = None
    event_id: str | None = None
    exercise: bool | None = None
    """Whether it is of an exercise; None: if one is running in the room."""
    handling: Handling | None = None
    """How the message is handled that it was declared by, beside what its words say."""
    whole: tuple[Words, ...] = ()
    """All that was said, in parts, where the title holds only its beginning."""
