"""The configuration: the file as it is read, and the one that is in force while the bot runs."""

from __future__ import annotations

from bot.config.current import Current
from bot.config.file import ConfigError, load
from bot.config.secret import keep_secret, secret
from bot.config.sections import Agency, Config, Health, Limits, Monitor, Roles, Section, Witness

__all__ = [
    "Agency",
    "Config",
    "ConfigError",
    "Current",
    "Health",
    "Limits",
    "Monitor",
    "Roles",
    "Section",
    "Witness",
    "keep_secret",
    "load",
    "secret",
]
