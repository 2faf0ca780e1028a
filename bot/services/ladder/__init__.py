"""The ladder: whoever must act is asked, asked again, and passed over for the next, until somebody answers."""

from bot.services.ladder.service import WITHIN, LadderService

__all__ = ["WITHIN", "LadderService"]
