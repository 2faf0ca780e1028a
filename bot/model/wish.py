"""What somebody asks to have in a language."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.person import LanguageCode, UserId


@dataclass(frozen=True, slots=True)
class Wish:
    """That *asker* wants the message *source* in *target*; `by` is the event that says so: a reaction, or a command."""

    room_id: str
    source: str
    target: LanguageCode
    asker: UserId
    by: str
