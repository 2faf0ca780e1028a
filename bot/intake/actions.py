"""What an event may be to us, as values: which of them, `choose` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.model.handling import Label
from bot.model.original import Original
from bot.model.person import UserId
from bot.model.question import Question
from bot.router import Line


class Refusal(StrEnum):
    """Why an event is not acted upon although somebody may expect it."""

    PLAINTEXT = "plaintext"
    FORGED = "forged"
    EDIT = "edit"
    CAPTION = "caption"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing is done; `reason` goes into the inbox row."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Nothing is done, and those concerned are told why."""

    refusal: Refusal
    of: Original | None = None
    """The message between people that was turned into something else: its translations are out of date."""


@dataclass(frozen=True, slots=True)
class Invoke:
    """A command line, addressed to the bot."""

    line: Line
    beside: Line | None = None
    """What the text asks for as well, where an app filled in the line; it must come to the same."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply to something that the bot asked: one digit, or words where it asked for these.

    Neither, if whoever was asked says yes or no, which is no answer to a choice. `tail` is the end of a reference
    beside the digit.
    """

    question: Question
    digit: str = ""
    said: str = ""
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote in a poll of the bot's: the command that takes it, its choice, and what that needs, as of a question."""

    of: str
    choice: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Relay:
    """A message between people."""


@dataclass(frozen=True, slots=True)
class Announce:
    """A voice message: who does not speak its language is told of it."""


@dataclass(frozen=True, slots=True)
class Follow:
    """An edit of a message between people: what the bot made of it changes as well."""

    of: Original


@dataclass(frozen=True, slots=True)
class Request:
    """A reaction that asks for a message in its sender's own language."""

    of: str


@dataclass(frozen=True, slots=True)
class Expand:
    """A reaction that asks what the places and times of a message are for its sender."""

    of: str


@dataclass(frozen=True, slots=True)
class Propose:
    """A reaction that proposes a message for the timeline of an incident."""

    of: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An answer that is a label and nothing else: what it answers is to be handled so."""

    label: Label


@dataclass(frozen=True, slots=True)
class Verify:
    """Part of a verification by emoji."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """An event was redacted: what the bot made of it goes as well."""

    event_id: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """Someone asks the bot into a room."""

    inviter: UserId
    direct: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """The bot has come into the room, or the room has become encrypted."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Power levels have changed, the bot's perhaps."""


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody else came, went or has another name now."""

    user_id: UserId


Action = (
    Ignore
    | Refuse
    | Invoke
    | Answer
    | Ballot
    | Relay
    | Announce
    | Follow
    | Mark
    | Request
    | Expand
    | Propose
    | Verify
    | Withdraw
    | Invitation
    | Joined
    | Levels
    | Membership
)
