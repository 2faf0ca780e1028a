"""What a message says, and in which language: as its sender says, or as its text tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.config import Current
from bot.model.companion import Companion
from bot.model.hint import hinted, lone_hint, unhinted
from bot.model.incoming import Incoming
from bot.model.person import LanguageCode, Reader
from bot.model.rich import read
from bot.model.tongue import TELLING
from bot.services.person import PersonService


class Detected(Protocol):
    """The language that a text seems to be in, whether that is more than a guess, and whether it may well be wrong."""

    @property
    def language(self) -> str: ...  # noqa: D102

    @property
    def certain(self) -> bool: ...  # noqa: D102

    @property
    def doubtful(self) -> bool: ...  # noqa: D102


class Detects(Protocol):
    """What is needed of the translation pipeline to find out a language."""

    async def detect(self, text: str, candidates: Sequence[str], fallback: str) -> Detected:
        """Return the language of *text*: one of *candidates*, another if it clearly is, or *fallback*."""
        ...

    def route(self, source: str, target: str) -> tuple[str, ...] | None:
        """Return the languages passed through from *source* to *target*, or None where there is no way."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """What a message says, as text and, if that is more, as HTML; and in which language.

    `hint` is the language as its sender named it in the message, which is no part of what it says. Where there is none,
    the text itself may tell, for `certain`, or be `doubtful`.
    """

    text: str
    html: str
    language: LanguageCode
    hint: str | None = None
    certain: bool = False
    doubtful: bool = False


class Languages:
    """Finds out in which language a message is, and what that teaches of its sender."""

    def __init__(self, config: Current, person: PersonService, translator: Detects) -> None:
        self._config = config
        self._person = person
        self._translator = translator

    async def of(self, incoming: Incoming, people: Sequence[Reader], companions: Sequence[Companion] = ()) -> Written:
        """Return what *incoming* says to the *people* in its room, its sender first, and to its *companions*.

        What begins with `?pt ` is in Portuguese, whatever it looks like; `?pt` alone says nothing.
        """
        candidates = self._candidates(people, companions)
        text, html = written_in(incoming)
        hint, _said = hinted(text, lambda code: self._knows(code, candidates))
        if hint:
            return Written(*written_in(incoming, hint), LanguageCode(hint), hint)
        if (lone := lone_hint(text)) and self._knows(lone, candidates):
            return Written("", "", LanguageCode(lone))
        found = await self._translator.detect(text, candidates, people[0].language.base)
        return Written(text, html, LanguageCode(found.language), None, found.certain, found.doubtful)

    def knows(self, code: str, people: Sequence[Reader]) -> bool:
        """Return whether `?code ` says what language a message to these *people* is in."""
        return self._knows(code, self._candidates(people))

    async def taught(self, incoming: Incoming, written: Written) -> LanguageCode | None:
        """Return the language of *incoming* if it teaches what its sender writes.

        That is a whole phrase of a device that we trust, in a language that we can translate into.
        """
        words = sum(any(map(str.isalpha, word)) for word in written.text.split())
        if not (incoming.trusted and written.certain) or written.doubtful or words < TELLING:
            return None
        language = written.language
        others = self._working - {language}
        if others and not any(self._translator.route(other, language) for other in others):
            return None
        return language if await self._person.learns(incoming.sender, language) else None

    def _candidates(self, people: Sequence[Reader], companions: Sequence[Companion] = ()) -> list[LanguageCode]:
        spoken = {language.base for reader in people for language in reader.reads}
        return sorted(spoken | self._working | {one.language.base for one in companions})

    def _knows(self, code: str, candidates: Sequence[LanguageCode]) -> bool:
        return code in candidates or self._routed(code, candidates)

    def _routed(self, source: str, targets: Iterable[str]) -> bool:
        return any(self._translator.route(source, target) for target in targets)

    @property
    def _working(self) -> set[LanguageCode]:
        return {LanguageCode(code).base for code in self._config.now.taskforce.languages}


def written_in(incoming: Incoming, hint: str | None = None) -> tuple[str, str]:
    """Return what *incoming* says, and its HTML if that is more than a rendering of the same lines.

    Both without the *hint* to its language that stands in it.
    """
    rich = read(incoming.html) if incoming.html else None
    if rich is None or (not rich.shaped and rich.says(incoming.words)):
        text, html = incoming.words, ""
    else:
        text, html = rich.text, rich.html if hint else incoming.html
    if hint is None:
        return text, html
    return hinted(text, hint.__eq__)[1], unhinted(html, hint)


def said_in(incoming: Incoming, language: str) -> str:
    """Return what *incoming*, which is in *language*, says without the hint to that."""
    text, _html = written_in(incoming)
    return hinted(text, LanguageCode(language).base.__eq__)[1]
