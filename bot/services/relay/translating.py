"""What a message comes to in the languages of those present who could not read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.config import Current
from bot.model.hint import hinted
from bot.model.incoming import Incoming
from bot.model.person import LanguageCode, Reader
from bot.model.tongue import TELLING
from bot.model.translation import Aids, Flag, Translation
from bot.services.person import PersonService
from bot.services.room import Rooms


class Detected(Protocol):
    """The language that a text seems to be in, whether that is more than a guess, and whether it may well be wrong."""

    @property
    def language(self) -> str: ...  # noqa: D102

    @property
    def certain(self) -> bool: ...  # noqa: D102

    @property
    def doubtful(self) -> bool: ...  # noqa: D102


class Translates(Protocol):
    """What relaying needs of the translation pipeline (`bot.translation.Translator`)."""

    def worth(self, text: str) -> bool:
        """Return whether *text* holds anything to translate."""
        ...

    async def detect(self, text: str, candidates: Sequence[str], fallback: str) -> Detected:
        """Return the language of *text*: one of *candidates*, another if it clearly is, or *fallback*."""
        ...

    def route(self, source: str, target: str) -> tuple[str, ...] | None:
        """Return the languages passed through from *source* to *target*, or None where there is no way."""
        ...

    async def translate(self, text: str, source: str, targets: Sequence[str], aids: Aids) -> dict[str, Translation]:
        """Return *text* in each of *targets*; where that fails, the original, flagged unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Relayed:
    """A message's translations, ready to be recorded."""

    source: str
    translations: tuple[Translation, ...]
    """None if nobody present needs any."""
    heard: LanguageCode | None = None
    """The language that the message teaches of its sender, if it does."""


class Translating:
    """Finds out who needs a message in which language, and has it translated."""

    def __init__(self, config: Current, person: PersonService, rooms: Rooms, translator: Translates) -> None:
        self._config = config
        self._person = person
        self._rooms = rooms
        self._translator = translator
        self._bot = config.now.matrix.user_id

    async def prepare(self, incoming: Incoming) -> Relayed | None:
        """Translate *incoming* (slow, outside any transaction); None if nobody present needs it and it teaches nothing.

        What begins with `?pt ` is in Portuguese, whatever it looks like.
        """
        if not self._translator.worth(incoming.said):
            return None
        sender, *readers = await self._readers(incoming)
        spoken = {language.base for reader in (sender, *readers) for language in reader.reads}
        candidates = sorted(spoken | self._working)
        hint, text = hinted(incoming.said, lambda code: code in candidates or self._routed(code, candidates))
        if hint:
            made = await self._into(incoming, text, hint, (sender, *readers)) if self._translator.worth(text) else ()
            return Relayed(hint, made) if made else None
        found = await self._translator.detect(text, candidates, sender.language.base)
        made = await self._into(incoming, text, found.language, (sender, *readers))
        if found.doubtful:
            made = tuple(replace(one, flags=_with(Flag.LANGUAGE, one.flags)) for one in made)
        heard = await self._heard(incoming, found)
        return Relayed(found.language, made, heard) if made or heard else None

    async def _into(
        self, incoming: Incoming, text: str, source: str, people: Sequence[Reader]
    ) -> tuple[Translation, ...]:
        """Return *text* in the languages that *people*, its sender first, need."""
        targets = _targets(source, people[1:])
        if not targets:
            return ()
        names = {self._rooms.name_of(incoming.room_id, one.user_id) for one in people}
        found = await self._translator.translate(text, source, targets, Aids(tuple(sorted(names))))
        return tuple(_without_original(found[target]) for target in targets)

    async def _heard(self, incoming: Incoming, found: Detected) -> LanguageCode | None:
        """Return the language of *incoming* if it teaches what its sender writes.

        That is a whole phrase of a device that we trust, in a language that we can translate into.
        """
        words = sum(any(map(str.isalpha, word)) for word in incoming.said.split())
        if not (incoming.trusted and found.certain) or found.doubtful or words < TELLING:
            return None
        language = LanguageCode(found.language)
        others = self._working - {language}
        if others and not any(self._translator.route(other, language) for other in others):
            return None
        return language if await self._person.learns(incoming.sender, language) else None

    def _routed(self, source: str, targets: Iterable[str]) -> bool:
        return any(self._translator.route(source, target) for target in targets)

    @property
    def _working(self) -> set[LanguageCode]:
        return {LanguageCode(code).base for code in self._config.now.taskforce.languages}

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


def _with(flag: Flag, flags: tuple[Flag, ...]) -> tuple[Flag, ...]:
    """Return *flags* and *flag*, in their order; nothing is doubtful about what is not there."""
    return flags if Flag.UNAVAILABLE in flags else tuple(one for one in Flag if one in {flag, *flags})


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
