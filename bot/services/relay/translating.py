"""What a message comes to in the languages of those present who could not read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.config import Current
from bot.model.incoming import Incoming
from bot.model.person import LanguageCode, Reader
from bot.model.translation import Aids, Flag, Translation
from bot.services.person import PersonService
from bot.services.relay.memory import Memory
from bot.services.room import Rooms


class Detected(Protocol):
    """The language that a text seems to be in, and whether that is more than a guess."""

    @property
    def language(self) -> str: ...  # noqa: D102

    @property
    def certain(self) -> bool: ...  # noqa: D102


class Translates(Protocol):
    """What relaying needs of the translation pipeline (`bot.translation.Translator`)."""

    def worth(self, text: str) -> bool:
        """Return whether *text* holds anything to translate."""
        ...

    async def detect(self, text: str, candidates: Sequence[str], fallback: str) -> Detected:
        """Return the language of *text*, one of *candidates* or *fallback*."""
        ...

    def keys(self, text: str, source: str, targets: Sequence[str], aids: Aids) -> Collection[str]:
        """Return under which keys what *text* consists of is remembered in each of *targets*."""
        ...

    async def translate(self, text: str, source: str, targets: Sequence[str], aids: Aids) -> dict[str, Translation]:
        """Return *text* in each of *targets*; where that fails, the original, flagged unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Relayed:
    """A message's translations, ready to be recorded."""

    source: str
    translations: tuple[Translation, ...]


class Translating:
    """Finds out who needs a message in which language, and has it translated."""

    def __init__(
        self, config: Current, person: PersonService, rooms: Rooms, translator: Translates, memory: Memory
    ) -> None:
        self._config = config
        self._person = person
        self._rooms = rooms
        self._translator = translator
        self._memory = memory
        self._bot = config.now.matrix.user_id

    async def prepare(self, incoming: Incoming) -> Relayed | None:
        """Translate *incoming* (slow, outside any transaction); None if nobody present needs it."""
        text = incoming.said
        if not self._translator.worth(text):
            return None
        sender, *readers = await self._readers(incoming)
        spoken = {language.base for reader in (sender, *readers) for language in reader.reads}
        working = {LanguageCode(code).base for code in self._config.now.taskforce.languages}
        source = (await self._translator.detect(text, sorted(spoken | working), sender.language.base)).language
        targets = _targets(source, readers)
        if not targets:
            return None
        names = {self._rooms.name_of(incoming.room_id, reader.user_id) for reader in (sender, *readers)}
        found = await self._memory.translate(incoming.room_id, text, source, targets, Aids(tuple(sorted(names))))
        return Relayed(source, tuple(_without_original(found[target]) for target in targets))

    async def unavailable(self, incoming: Incoming) -> Relayed | None:
        """Return that *incoming* has no translation, for those present who do not read its sender's language.

        None if all of them do. Its text is not looked at: that is what failed.
        """
        sender, *readers = await self._readers(incoming)
        source = sender.language.base
        targets = _targets(source, readers)
        none = (Translation("", source, target, (), "", (Flag.UNAVAILABLE,)) for target in targets)
        return Relayed(source, tuple(none)) if targets else None

    async def _readers(self, incoming: Incoming) -> list[Reader]:
        """Return the sender, then the other served people in the room."""
        members = [u for u in self._rooms.members(incoming.room_id) if u != self._bot and self._config.now.serves(u)]
        return await self._person.readers([incoming.sender, *members])


def _without_original(translation: Translation) -> Translation:
    """Return a translation that keeps no text where there is none but the original."""
    return replace(translation, text="") if Flag.UNAVAILABLE in translation.flags else translation


def _targets(source: str, readers: Sequence[Reader]) -> list[LanguageCode]:
    """Return the languages that *readers* need, the most needed first: none for who reads the source."""
    need = Counter(
        reader.language.base
        for reader in readers
        if LanguageCode(source).base not in {language.base for language in reader.reads}
    )
    return [language for language, _ in sorted(need.items(), key=lambda item: (-item[1], item[0]))]
