"""What is kept of a message between people, so that its edits and its redaction can be followed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.person import UserId


@dataclass(frozen=True, slots=True)
class Original:
    """A message that was translated, or needed no translation.

    `revision` is the event whose text is translated: the message itself, or an edit. `edit` is the last edit that was
    looked at, whether or not it changed anything.
    """

    event_id: str
    sender: UserId
    trusted: bool
    revision: str
    edit: str | None = None
