"""What the bot says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.i18n import _

SENT_AWAY = _("For translation, texts also go to servers that my operator has chosen.")
"""What people are told where texts leave the machine."""


@dataclass(frozen=True, slots=True)
class LanguageSupport:
    """What the bot can do for one language: menus, and translation from and to other working languages."""

    code: str
    menus: bool
    translated_from: tuple[str, ...]
    """Working languages whose messages reach a reader of this one."""
    translated_to: tuple[str, ...]
    """Working languages whose readers understand what is written in this one."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the bot is doing. Moments are UTC."""

    version: str
    started_at: datetime
    synced_at: datetime | None
    to_process: int
    without_key: int
    to_send: int
    servers_down: tuple[str, ...] = ()
    """The translation servers that do not answer."""


@dataclass(frozen=True, slots=True)
class PrivacyNotice:
    """Who is responsible for what is kept, for how long, and whether it leaves the machine."""

    taskforce: str
    controller: str
    contact: str
    retention_days: int
    sent_away: bool
    """Whether texts are sent to other servers to be translated."""
