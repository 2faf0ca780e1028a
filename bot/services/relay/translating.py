"""What a message comes to in the languages of those present who could not read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.config import Current
from bot.model.incoming import Incoming
from bot.model.person import LanguageCode, Reader
from bot.model.room import Mode
from bot.model.translation import Aids, Flag, Translation
from bot.services.person import PersonService
from bot.services.room import Rooms
from bot.store import Store


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

    async def translate(self, text: str, source: str, targets: Sequence[str], aids: Aids) -> dict[str, Translation]:
        """Return *text* in each of *targets*; where that fails, the original, flagged unavailable."""
        ...

    def lacks(self, source: str, target: str) -> bool:
        """Return whether there is no way from *source* to *target*, and none is to come back by itself."""
        ...


MOST_TARGETS = 2
"""How many languages one reply holds without being asked: those that most people need."""


@dataclass(frozen=True, slots=True)
class Relayed:
    """A message's translations, ready to be recorded.

    `wished` are the languages of those that are there because somebody asked, `left_out` the languages that are needed
    and made only for who asks, `without_route` those into which there is no way.
    """

    source: str
    translations: tuple[Translation, ...]
    wished: tuple[str, ...] = ()
    left_out: tuple[LanguageCode, ...] = ()
    without_route: tuple[LanguageCode, ...] = ()

    @property
    def automatic(self) -> tuple[Translation, ...]:
        """The translations that nobody had to ask for."""
        return tuple(t for t in self.translations if t.target not in self.wished)


@dataclass(frozen=True, slots=True)
class _Needs:
    """The languages to translate into, and those needed that are left out, or lack a route."""

    targets: tuple[LanguageCode, ...] = ()
    left_out: tuple[LanguageCode, ...] = ()
    without_route: tuple[LanguageCode, ...] = ()


class Translating:
    """Finds out who needs a message in which language, and has it translated."""

    def __init__(
        self, config: Current, store: Store, person: PersonService, rooms: Rooms, translator: Translates
    ) -> None:
        self._config = config
        self._store = store
        self._person = person
        self._rooms = rooms
        self._translator = translator
        self._bot = config.now.matrix.user_id

    async def prepare(self, incoming: Incoming, wished: Sequence[LanguageCode] = ()) -> Relayed | None:
        """Translate *incoming* (slow, outside any transaction), also into what is *wished*; None if nobody needs it."""
        if not self._translator.worth(incoming.said):
            return None
        people = await self._readers(incoming)
        source = await self._source(incoming, people)
        needs = await self._needs(incoming, source, people[1:])
        extra = _beside(wished, source, needs.targets)
        if not (needs.targets or needs.without_route or extra):
            return None
        made = await self._made(incoming, source, (*needs.targets, *extra), people)
        return Relayed(source, tuple(map(_without_original, made)), extra, needs.left_out, needs.without_route)

    async def into(self, incoming: Incoming, target: LanguageCode) -> Relayed | None:
        """Translate *incoming* into *target*, whoever needs it (slow); None if it is in that language."""
        people = await self._readers(incoming)
        source = await self._source(incoming, people)
        if LanguageCode(source).base == target.base:
            return None
        if self._translator.lacks(source, target):
            return Relayed(source, (), without_route=(target,))
        return Relayed(source, tuple(await self._made(incoming, source, (target,), people)), (target,))

    async def unavailable(self, incoming: Incoming, wished: Sequence[LanguageCode] = ()) -> Relayed | None:
        """Return that *incoming* has no translation, for those present who do not read its sender's language.

        None if all of them do. Its text is not looked at: that is what failed.
        """
        sender, *readers = await self._readers(incoming)
        source = sender.language.base
        needs = await self._needs(incoming, source, readers)
        extra = _beside(wished, source, needs.targets)
        targets = (*needs.targets, *extra)
        none = (Translation("", source, target, (), "", (Flag.UNAVAILABLE,)) for target in targets)
        return Relayed(source, tuple(none), extra, needs.left_out) if targets else None

    def worth(self, text: str) -> bool:
        """Return whether *text* holds anything to translate."""
        return self._translator.worth(text)

    async def _source(self, incoming: Incoming, people: Sequence[Reader]) -> str:
        """Return the language of a message, whose sender is the first of *people*."""
        spoken = {language.base for reader in people for language in reader.reads}
        working = {LanguageCode(code).base for code in self._config.now.taskforce.languages}
        found = await self._translator.detect(incoming.said, sorted(spoken | working), people[0].language.base)
        return found.language

    async def _needs(self, incoming: Incoming, source: str, readers: Sequence[Reader]) -> _Needs:
        """Return what *readers* need of a message in *source* and the room does not do without."""
        settings = await self._store.room.find(incoming.room_id)
        if not settings.translates(incoming.received_at):
            return _Needs()
        needed = _targets(source, readers)
        lacking = tuple(target for target in needed if self._translator.lacks(source, target))
        able = [target for target in needed if target not in lacking]
        most = MOST_TARGETS if settings.mode is Mode.REPLY else len(able)
        return _Needs(tuple(able[:most]), tuple(able[most:]), lacking)

    async def _made(
        self, incoming: Incoming, source: str, targets: Sequence[LanguageCode], people: Sequence[Reader]
    ) -> list[Translation]:
        if not targets:
            return []
        names = {self._rooms.name_of(incoming.room_id, reader.user_id) for reader in people}
        found = await self._translator.translate(incoming.said, source, targets, Aids(tuple(sorted(names))))
        return [found[target] for target in targets]

    async def _readers(self, incoming: Incoming) -> list[Reader]:
        """Return the sender, then the other served people in the room."""
        members = [u for u in self._rooms.members(incoming.room_id) if u != self._bot and self._config.now.serves(u)]
        return await self._person.readers([incoming.sender, *members])


def _without_original(translation: Translation) -> Translation:
    """Return a translation that keeps no text where there is none but the original."""
    return replace(translation, text="") if Flag.UNAVAILABLE in translation.flags else translation


def _beside(wished: Sequence[LanguageCode], source: str, targets: Sequence[LanguageCode]) -> tuple[LanguageCode, ...]:
    """Return what is *wished* and is neither the *source* nor among the *targets*."""
    return tuple(code for code in wished if code.base != LanguageCode(source).base and code not in targets)


def _targets(source: str, readers: Sequence[Reader]) -> list[LanguageCode]:
    """Return the languages that *readers* need, the most needed first: none for who reads the source."""
    need = Counter(reader.language.base for reader in readers if reader.needs(source))
    return [language for language, _ in sorted(need.items(), key=lambda item: (-item[1], item[0]))]
