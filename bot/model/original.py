"""What is kept of a message between people, so that its edits and its redaction can be followed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.model.handling import Handling, strictest
from bot.model.person import UserId


class Decided(StrEnum):
    """Whose word the handling of a message is."""

    NOBODY = ""
    TEXT = "text"
    """The message says so itself."""
    SENDER = "sender"
    """Its sender said so afterwards."""
    OTHERS = "others"
    """Others restricted it afterwards; its sender has not decided yet."""


@dataclass(frozen=True, slots=True)
class Original:
    """A message that was translated, or needed no translation.

    `revision` is the event whose text is translated: the message itself, or an edit. `edit` is the last edit that was
    looked at, whether or not it changed anything. `handling` is how it is to be handled, by the word of `decided`.
    """

    event_id: str
    sender: UserId
    trusted: bool
    revision: str
    edit: str | None = None
    handling: Handling | None = None
    decided: Decided = Decided.NOBODY
    room_id: str = ""

    @property
    def label(self) -> str:
        """The label that it was given afterwards, behind which its translations stand; empty where its text has it."""
        return str(self.handling or "") if self.decided in (Decided.SENDER, Decided.OTHERS) else ""

    def by(self, sender: UserId, *, trusted: bool) -> bool:
        """Return whether *sender*, from a *trusted* device or not, is who wrote it, as far as that is known."""
        return sender == self.sender and (trusted or not self.trusted)

    def marked(self, handling: Handling, *, own: bool) -> tuple[Handling, Decided] | None:
        """Return how it is handled once somebody, its *own* sender or not, has marked it; None if they may not.

        Anyone may restrict until the sender decides; only the sender relaxes.
        """
        if own:
            return handling, Decided.SENDER
        stricter = strictest([self.handling, handling]) or handling
        if stricter == self.handling:
            return (stricter, self.decided) if handling == self.handling else None
        return None if self.decided in (Decided.TEXT, Decided.SENDER) else (stricter, Decided.OTHERS)

    def edited(self, said: Handling | None) -> tuple[Handling | None, Decided]:
        """Return how it is handled once an edit of its sender makes it begin with the label *said*, or with none."""
        if said:
            return said, Decided.TEXT
        return (None, Decided.NOBODY) if self.decided is Decided.TEXT else (self.handling, self.decided)
