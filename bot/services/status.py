"""What the bot can say of itself: languages, health, what it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from bot import __version__
from bot.config import Current
from bot.i18n import Catalogues
from bot.model.status import LanguageSupport, PrivacyNotice, Status
from bot.services.pulse import Pulse
from bot.store import Store
from bot.translation.load import Load


class Models(Protocol):
    """What is known of the installed translation models."""

    def route(self, source: str, target: str) -> tuple[str, ...] | None:
        """Return the languages that a translation passes through, or None where there is no way."""
        ...

    @property
    def load(self) -> Load:
        """How much waits to be translated, and how the servers fare."""
        ...


def language_support(languages: Sequence[str], catalogues: Catalogues, models: Models) -> tuple[LanguageSupport, ...]:
    """Return what the bot can do for each of *languages* among themselves."""
    return tuple(
        LanguageSupport(
            code,
            code in catalogues.languages,
            tuple(other for other in languages if other != code and models.route(other, code)),
            tuple(other for other in languages if other != code and models.route(code, other)),
        )
        for code in languages
    )


class StatusService:
    """Answers `about`, `status` and `privacy`."""

    def __init__(
        self,
        config: Current,
        store: Store,
        models: Models,
        catalogues: Catalogues,
        pulse: Pulse,
    ) -> None:
        self._config = config
        self._store = store
        self._models = models
        self._catalogues = catalogues
        self._pulse = pulse

    def languages(self) -> tuple[LanguageSupport, ...]:
        """Return what the bot can do for each working language."""
        return language_support(self._config.now.taskforce.languages, self._catalogues, self._models)

    def reaches(self, language: str) -> bool:
        """Return whether anything that is said in a working language can be translated into *language*."""
        others = [code for code in self._config.now.taskforce.languages if code != language]
        return not others or any(self._models.route(other, language) for other in others)

    async def status(self) -> Status:
        """Return how the bot is doing now."""
        to_process, without_key = await self._store.inbox.depth()
        return Status(
            __version__,
            self._pulse.started_at,
            self._pulse.synced_at,
            to_process,
            without_key,
            await self._store.outbox.depth(),
            tuple(urlsplit(server.url).hostname or server.url for server in self._models.load.servers if server.down),
        )

    def privacy(self) -> PrivacyNotice:
        """Return who is responsible for what is kept, and for how long."""
        config = self._config.now
        privacy = config.privacy
        sent_away = "libretranslate" in config.translation.engines
        return PrivacyNotice(
            config.taskforce.name, privacy.controller, privacy.contact, privacy.retention_days, sent_away
        )
