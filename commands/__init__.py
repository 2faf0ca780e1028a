"""Every command: one module a noun, and the one table of them all."""

from __future__ import annotations

from bot.command import Command
from commands.about import about
from commands.genuine import genuine
from commands.help import show_help
from commands.identity import confirm, show
from commands.language import language
from commands.privacy import privacy
from commands.say import say
from commands.status import status
from commands.timezone import timezone
from commands.translate.check import check
from commands.translate.fix import fix, restore

COMMANDS: tuple[Command, ...] = (
    show_help,
    about,
    status,
    privacy,
    language,
    timezone,
    say,
    fix,
    restore,
    check,
    genuine,
    show,
    confirm,
)
"""All commands, in the order in which help lists them."""
