"""What an event is to us: a pure function, so that every case is one line of a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.model.incoming import Incoming
from bot.model.person import UserId
from bot.router import Line


@dataclass(frozen=True, slots=True)
class Ignore:
    """Nothing is done; `reason` goes into the inbox row."""

    reason: str


@dataclass(frozen=True, slots=True)
class Invoke:
    """A command line, addressed to the bot."""

    line: Line


@dataclass(frozen=True, slots=True)
class Relay:
    """A message between people."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Someone asks the bot into a room."""

    inviter: UserId
    direct: bool
    encrypted: bool


Action = Ignore | Invoke | Relay | Invitation


@dataclass(frozen=True, slots=True)
class Known:
    """What the choice depends on beside the event: who we are, and what we know of its sender."""

    bot: str
    served: bool
    """Whether the sender's homeserver is listed."""
    addressed: Callable[[str, str | None], Line | None]
    """Returns the command line in a body and its HTML, or None."""


SPOKEN = ("m.text", "m.emote")


def choose(incoming: Incoming, known: Known) -> Action:
    """Return what is to be done about *incoming*."""
    if incoming.sender == known.bot:
        return Ignore("own")
    if incoming.type == "m.room.member":
        if incoming.state_key == known.bot and incoming.content.get("membership") == "invite":
            direct = incoming.content.get("is_direct") is True
            encrypted = incoming.content.get("org.liaison.encrypted") is True
            return Invitation(incoming.sender, direct, encrypted)
        return Ignore("membership")
    if incoming.type != "m.room.message":
        return Ignore("type")
    if not incoming.encrypted:
        # Anyone on the path could have written it: the homeserver delivers plain text like any other.
        return Ignore("plaintext")
    if not known.served:
        return Ignore("server")
    if incoming.replaces is not None:
        return Ignore("edit")
    if incoming.msgtype not in SPOKEN:
        return Ignore("msgtype")
    if not incoming.body.strip():
        return Ignore("empty")
    if incoming.msgtype == "m.text" and (line := known.addressed(incoming.body, incoming.formatted_body)):
        return Invoke(line)
    return Relay()
