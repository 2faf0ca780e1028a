"""What a message comes to in the languages of those who could not read it, and where they read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.config import Current
from bot.model.attachment import MEDIA, attachment_of
from bot.model.companion import Companion
from bot.model.incoming import Incoming
from bot.model.person import LanguageCode, Reader
from bot.model.room import Mode
from bot.model.translation import Aids, Flag, Translation
from bot.services.person import PersonService
from bot.services.relay.destinations import Destination, Destinations, targets
from bot.services.room import Rooms
from bot.services.term import TermService
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
    """A message's translations and where they appear, ready to be recorded.

    `wished` are the languages of those that are there because somebody asked, `left_out` the languages that are needed
    and made only for who asks, `without_route` those into which there is no way.
    """

    source: str
    translations: tuple[Translation, ...]
    destinations: tuple[Destination, ...] = ()
    wished: tuple[str, ...] = ()
    left_out: tuple[LanguageCode, ...] = ()
    without_route: tuple[LanguageCode, ...] = ()

    @property
    def automatic(self) -> tuple[Translation, ...]:
        """The translations that nobody had to ask for."""
        return tuple(t for t in self.translations if t.target not in self.wished)


@dataclass(frozen=True, slots=True)
class _Needs:
    """Where a message is to be read, and the languages needed there that are left out, or lack a route."""

    destinations: tuple[Destination, ...] = ()
    left_out: tuple[LanguageCode, ...] = ()
    without_route: tuple[LanguageCode, ...] = ()

    @property
    def shown(self) -> tuple[LanguageCode, ...]:
        """The languages in which it is read."""
        return tuple(dict.fromkeys(language for one in self.destinations for language in one.languages))


class Translating:
    """Finds out who needs a message in which language, and has it translated."""

    def __init__(
        self,
        config: Current,
        store: Store,
        person: PersonService,
        rooms: Rooms,
        translator: Translates,
        term: TermService,
        destinations: Destinations,
    ) -> None:
        self._config = config
        self._store = store
        self._person = person
        self._rooms = rooms
        self._translator = translator
        self._term = term
        self._destinations = destinations
        self._bot = config.now.matrix.user_id

    async def prepare(self, incoming: Incoming, wished: Sequence[LanguageCode] = ()) -> Relayed | None:
        """Translate *incoming* (slow, outside any transaction), also into what is *wished*.

        None if nobody is to read it in another language, or anywhere else.
        """
        text = said_in(incoming)
        companions = await self._destinations.companions(incoming, text)
        worth = self._translator.worth(text)
        if not worth and not companions:
            return None
        people = await self._readers(incoming)
        sender, *readers = people
        source = await self._source(text, people, companions) if worth else sender.language.base
        needs = await self._needs(incoming, text, source, readers if worth else (), companions)
        extra = _beside(wished, source, needs.shown) if worth else ()
        if not (needs.destinations or needs.without_route or extra):
            return None
        wanted = (*_wanted(source, readers, needs.shown), *extra) if worth else ()
        made = await self._made(incoming, text, source, wanted, people)
        kept = tuple(map(_without_original, made))
        return Relayed(source, kept, needs.destinations, extra, needs.left_out, needs.without_route)

    async def into(self, incoming: Incoming, target: LanguageCode) -> Relayed | None:
        """Translate *incoming* into *target*, whoever needs it (slow); None if it is in that language."""
        text, people = said_in(incoming), await self._readers(incoming)
        source = await self._source(text, people)
        if source.base == target.base:
            return None
        if self._translator.lacks(source, target):
            return Relayed(source, (), without_route=(target,))
        return Relayed(source, tuple(await self._made(incoming, text, source, (target,), people)), wished=(target,))

    async def unavailable(self, incoming: Incoming, wished: Sequence[LanguageCode] = ()) -> Relayed | None:
        """Return that *incoming* has no translation, for those who do not read its sender's language.

        None if all of them do. Its text is not looked at for its language: that may be what failed.
        """
        text = said_in(incoming)
        sender, *readers = await self._readers(incoming)
        source = sender.language.base
        companions = await self._destinations.companions(incoming, text)
        needs = await self._needs(incoming, text, source, readers, companions)
        extra = _beside(wished, source, needs.shown)
        wanted = (*_wanted(source, readers, needs.shown), *extra)
        none = (Translation("", source, target, (), "", (Flag.UNAVAILABLE,)) for target in wanted)
        if not (needs.destinations or extra):
            return None
        return Relayed(source, tuple(none), needs.destinations, extra, needs.left_out)

    def worth(self, text: str) -> bool:
        """Return whether *text* holds anything to translate."""
        return self._translator.worth(text)

    async def _source(self, text: str, people: Sequence[Reader], companions: Sequence[Companion] = ()) -> LanguageCode:
        """Return the language of *text*, whose author is the first of *people*."""
        spoken = {language.base for reader in people for language in reader.reads}
        working = {LanguageCode(code).base for code in self._config.now.taskforce.languages}
        candidates = spoken | working | {one.language.base for one in companions}
        found = await self._translator.detect(text, sorted(candidates), people[0].language.base)
        return LanguageCode(found.language)

    async def _needs(
        self, incoming: Incoming, text: str, source: str, readers: Sequence[Reader], companions: Sequence[Companion]
    ) -> _Needs:
        """Return what *readers* need of a message in *source* and the room does not do without."""
        settings = await self._store.room.find(incoming.room_id)
        present = readers if settings.translates(incoming.received_at) else ()
        wanted = await self._destinations.of(incoming, text, source, present, companions)
        kept, left_out, lacking = [], [], []
        for one in wanted:
            if one.mode is Mode.COMPANION:
                # There the message itself goes, translated or not.
                kept.append(one)
                continue
            lacks = [target for target in one.languages if self._translator.lacks(source, target)]
            able = [target for target in one.languages if target not in lacks]
            most = MOST_TARGETS if one.mode is Mode.REPLY else len(able)
            lacking += lacks
            left_out += able[most:]
            if able:
                kept.append(replace(one, languages=tuple(able[:most])))
        return _Needs(tuple(kept), tuple(left_out), tuple(dict.fromkeys(lacking)))

    async def _made(
        self, incoming: Incoming, text: str, source: str, wanted: Sequence[LanguageCode], people: Sequence[Reader]
    ) -> list[Translation]:
        if not wanted:
            return []
        names = {self._rooms.name_of(incoming.room_id, reader.user_id) for reader in people}
        aids = Aids(tuple(sorted(names)), await self._term.glossary())
        found = await self._translator.translate(text, source, wanted, aids)
        return [found[target] for target in wanted]

    async def _readers(self, incoming: Incoming) -> list[Reader]:
        """Return the sender, then the other served people in the room."""
        members = [u for u in self._rooms.members(incoming.room_id) if u != self._bot and self._config.now.serves(u)]
        return await self._person.readers([incoming.sender, *members])


def said_in(incoming: Incoming) -> str:
    """Return what was said: of a file, its caption."""
    if incoming.msgtype in MEDIA:
        file = attachment_of(incoming.content)
        return file.caption if file else ""
    return incoming.said


def _wanted(source: str, readers: Sequence[Reader], shown: Sequence[LanguageCode]) -> list[LanguageCode]:
    """Return those of the languages *shown* that are to be translated into, the most needed first."""
    first = [language for language in targets(source, readers) if language in shown]
    return [language for language in dict.fromkeys([*first, *shown]) if language != LanguageCode(source).base]


def _without_original(translation: Translation) -> Translation:
    """Return a translation that keeps no text where there is none but the original."""
    return replace(translation, text="") if Flag.UNAVAILABLE in translation.flags else translation


def _beside(wished: Sequence[LanguageCode], source: str, shown: Sequence[LanguageCode]) -> tuple[LanguageCode, ...]:
    """Return what is *wished* and is neither the *source* nor among the languages *shown*."""
    return tuple(code for code in wished if code.base != LanguageCode(source).base and code not in shown)
