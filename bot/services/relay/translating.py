"""What a message comes to in the languages of those who could not read it, and where they read it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.config import Current
from bot.model.hint import hint_in, lone_hint
from bot.model.incoming import Incoming
from bot.model.person import LanguageCode, Reader
from bot.model.translation import Aids, Flag, Translation
from bot.services.person import PersonService
from bot.services.relay.destinations import Destination, Destinations, limited, targets
from bot.services.relay.memory import Memory
from bot.services.relay.pages import HTML_BYTES
from bot.services.relay.written import Detects, Languages, Written, written_in
from bot.services.room import Rooms
from bot.services.term import TermService


class Translates(Detects, Protocol):
    """What relaying needs of the translation pipeline (`bot.translation.Translator`)."""

    def worth(self, text: str) -> bool:
        """Return whether *text* holds anything to translate."""
        ...

    def route(self, source: str, target: str) -> tuple[str, ...] | None:
        """Return the languages passed through from *source* to *target*, both included, or None."""
        ...

    def keys(self, text: str, source: str, targets: Sequence[str], aids: Aids) -> Collection[str]:
        """Return under which keys what *text* consists of is remembered in each of *targets*."""
        ...

    async def translate(self, text: str, source: str, targets: Sequence[str], aids: Aids) -> dict[str, Translation]:
        """Return *text* in each of *targets*; where that fails, the original, flagged unavailable."""
        ...

    def lacks(self, source: str, target: str) -> bool:
        """Return whether there is no way from *source* to *target*, and none is to come back by itself."""
        ...


@dataclass(frozen=True, slots=True)
class Relayed:
    """A message's translations and where they appear, ready to be recorded.

    `left_out` are languages that are needed and made only for who asks, `without_route` those into which no way leads.
    `heard` is the language that the message teaches of its sender, if it does, and `hint` its language as the sender
    named it in the message.
    """

    source: str
    translations: tuple[Translation, ...]
    destinations: tuple[Destination, ...]
    left_out: tuple[LanguageCode, ...] = ()
    without_route: tuple[LanguageCode, ...] = ()
    heard: LanguageCode | None = None
    hint: str | None = None

    @property
    def read(self) -> bool:
        """Whether anybody is to read it anywhere else."""
        return bool(self.destinations or self.without_route)


class Translating:
    """Finds out who needs a message in which language, and has it translated."""

    def __init__(
        self,
        config: Current,
        person: PersonService,
        rooms: Rooms,
        translator: Translates,
        destinations: Destinations,
        term: TermService,
        memory: Memory,
    ) -> None:
        self._config = config
        self._person = person
        self._rooms = rooms
        self._translator = translator
        self._destinations = destinations
        self._term = term
        self._memory = memory
        self._languages = Languages(config, person, translator)
        self._bot = config.now.matrix.user_id

    async def prepare(self, incoming: Incoming, wished: Sequence[LanguageCode] = ()) -> Relayed | None:
        """Translate *incoming* (slow, outside any transaction), also into what is *wished*.

        None if nobody is to read it anywhere else, and it teaches nothing of its sender.
        """
        text, _html = written_in(incoming)
        companions = await self._destinations.companions(incoming, text)
        if not self._translator.worth(text) and not companions:
            return None
        people = await self._readers(incoming)
        said = await self._languages.of(incoming, people, companions)
        source, worth = said.language, self._translator.worth(said.text)
        on = worth and await self._destinations.translates(incoming)
        served = [reader for reader in people[1:] if reader.needs(source)] if on else []
        lacking = [code for code in targets(source, served) if self._translator.lacks(source, code)]
        able = [reader for reader in served if reader.language.base not in lacking]
        destinations, left_out = limited(await self._destinations.of(incoming, text, source, able, companions))
        destinations += await self._asked(incoming, wished if worth else (), source, destinations)
        wanted = _wanted(source, people[1:], destinations) if worth and destinations else []
        made = await self._made(incoming, said, wanted, people)
        heard = await self._languages.taught(incoming, said) if on else None
        relayed = Relayed(source, made, destinations, left_out, tuple(lacking), heard, said.hint)
        return relayed if relayed.read or heard else None

    async def into(self, incoming: Incoming, target: LanguageCode) -> Relayed | None:
        """Translate *incoming* into *target*, whoever needs it (slow); None if it is in that language."""
        people = await self._readers(incoming)
        said = await self._languages.of(incoming, people)
        if said.language.base == target:
            return None
        destinations = await self._destinations.asked(incoming.room_id, [target])
        if self._translator.lacks(said.language, target):
            return Relayed(said.language, (), destinations, without_route=(target,))
        return Relayed(said.language, await self._made(incoming, said, [target], people), destinations, hint=said.hint)

    async def words(self, incoming: Incoming, languages: Sequence[LanguageCode]) -> Relayed:
        """Translate *incoming*, the text of a record, into those of *languages* that it is not in (slow)."""
        people = await self._readers(incoming)
        said = await self._languages.of(incoming, people)
        wanted = [code.base for code in languages if code.base != said.language.base]
        made = await self._made(incoming, said, wanted, people) if self._translator.worth(said.text) else ()
        return Relayed(said.language, made, ())

    def worth(self, incoming: Incoming) -> bool:
        """Return whether *incoming* holds anything to translate."""
        return self._translator.worth(written_in(incoming)[0])

    async def hinted_for_nothing(self, incoming: Incoming) -> bool:
        """Return whether *incoming* begins with the code of a language that we do not know, or says nothing else."""
        if lone_hint(incoming.words):
            return True
        code = hint_in(incoming.words)
        return code is not None and not self._languages.knows(code, await self._readers(incoming))

    async def _made(
        self, incoming: Incoming, said: Written, wanted: Sequence[LanguageCode], people: Sequence[Reader]
    ) -> tuple[Translation, ...]:
        """Return what is *said* in each of the *wanted* languages."""
        if not wanted:
            return ()
        names = {self._rooms.name_of(incoming.room_id, reader.user_id) for reader in people}
        aids = Aids(tuple(sorted(names)), await self._term.glossary(), said.html)
        found = await self._memory.translate(incoming.room_id, said.text, said.language, wanted, aids)
        made = (_without_original(found[target]) for target in wanted)
        return tuple(map(_doubted, made)) if said.doubtful else tuple(made)

    async def _asked(
        self, incoming: Incoming, wished: Sequence[LanguageCode], source: str, destinations: Sequence[Destination]
    ) -> tuple[Destination, ...]:
        """Return where the *wished* languages appear that the message is not in, and that are not below it anyway."""
        below = {language for to in destinations if not to.crosses for language in to.languages}
        more = [code for code in wished if code.base != LanguageCode(source).base and code not in below]
        return await self._destinations.asked(incoming.room_id, more)

    async def unavailable(self, incoming: Incoming, wished: Sequence[LanguageCode] = ()) -> Relayed | None:
        """Return that *incoming* has no translation, for those who do not read its sender's language.

        None if all of them do. Its text is not looked at for its language: that may be what failed.
        """
        text, _html = written_in(incoming)
        sender, *readers = await self._readers(incoming)
        source = sender.language.base
        companions = await self._destinations.companions(incoming, text)
        served = readers if await self._destinations.translates(incoming) else []
        destinations, left_out = limited(await self._destinations.of(incoming, text, source, served, companions))
        destinations += await self._asked(incoming, wished, source, destinations)
        wanted = _wanted(source, readers, destinations)
        none = (Translation("", source, target, (), "", (Flag.UNAVAILABLE,)) for target in wanted)
        return Relayed(source, tuple(none), destinations, left_out) if destinations else None

    async def across(self, incoming: Incoming) -> Relayed | None:
        """Return how a file without a word goes to the linked rooms; None if it goes nowhere."""
        companions = await self._destinations.companions(incoming, "")
        if not companions:
            return None
        sender, *_readers = await self._readers(incoming)
        source = sender.language.base
        return Relayed(source, (), await self._destinations.of(incoming, "", source, (), companions))

    async def needed(self, incoming: Incoming) -> list[LanguageCode]:
        """Return the languages of those present who do not read what the sender speaks."""
        sender, *readers = await self._readers(incoming)
        return targets(sender.language.base, readers)

    async def _readers(self, incoming: Incoming) -> list[Reader]:
        """Return the sender, then the other served people in the room."""
        members = [u for u in self._rooms.members(incoming.room_id) if u != self._bot and self._config.now.serves(u)]
        return await self._person.readers([incoming.sender, *members])


def _wanted(source: str, readers: Sequence[Reader], destinations: Sequence[Destination]) -> list[LanguageCode]:
    """Return the languages into which there is something to translate for *destinations*, the most needed first."""
    needed = dict.fromkeys(language for one in destinations for language in one.languages)
    first = [language for language in targets(source, readers) if language in needed]
    return [language for language in dict.fromkeys([*first, *needed]) if language != LanguageCode(source).base]


def _doubted(made: Translation) -> Translation:
    """Return *made* with the flag that its language is doubtful; a person's words, and what is not there, are not."""
    if made.corrected:
        machines = _doubted(made.uncorrected).flags
        made = replace(made, corrected=replace(made.corrected, flags=machines))
    if made.reworded or Flag.UNAVAILABLE in made.flags:
        return made
    return replace(made, flags=tuple(flag for flag in Flag if flag in {Flag.LANGUAGE, *made.flags}))


def _without_original(translation: Translation) -> Translation:
    """Return a translation that keeps no text where there is none but the original, and no HTML beyond a post."""
    if Flag.UNAVAILABLE in translation.flags:
        return replace(translation, text="", html="")
    return replace(translation, html="") if len(translation.html.encode()) > HTML_BYTES else translation
