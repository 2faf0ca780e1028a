"""Why the bot does not run."""

from __future__ import annotations


class StartRefused(Exception):
    """The bot must not start; the text says why and how to recover."""


class SessionEnded(Exception):
    """The homeserver ended the session: the access token is no longer known."""
