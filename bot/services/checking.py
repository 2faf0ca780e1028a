"""Back-translation: what readers read, in the language of whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.errors import ErrorCode, UserError
from bot.i18n import Language, _
from bot.model.original import Original
from bot.model.person import Actor, LanguageCode
from bot.model.rich import read
from bot.model.translation import Aids, Flag, Translation
from bot.services.correction.drafting import NO_TRANSLATION, Drafting
from bot.services.original import OriginalService
from bot.services.relay.written import said_in
from bot.services.room import Rooms
from bot.services.term import TermService
from bot.store import Store
from bot.translation import correcting


class Translates(Protocol):
    """What a check needs of the translation pipeline (`bot.translation.Translator`)."""

    async def translate(self, text: str, source: str, targets: Sequence[str], aids: Aids) -> dict[str, Translation]:
        """Return *text* in each of *targets*; where that fails, the original, flagged unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Checked:
    """One translation, translated back: what its readers read, and how that differs from the original.

    `missing` are tokens, numbers and units that only the original has, `added` those that it has not; `negation` says
    that a “not” is missing or too many. `compared` is false where the original could not be read again. `original` is
    the message as it was then.
    """

    original: Original
    language: LanguageCode
    text: str
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    negation: bool = False
    compared: bool = True


class CheckService:
    """Translates translations back."""

    def __init__(
        self,
        store: Store,
        rooms: Rooms,
        original: OriginalService,
        drafting: Drafting,
        translator: Translates,
        term: TermService,
    ) -> None:
        self._store = store
        self._rooms = rooms
        self._original = original
        self._find = drafting.find
        self._translator = translator
        self._term = term

    async def check(self, actor: Actor, room_id: str, replied: str | None) -> list[Checked]:
        """Return each translation of a message in *actor*'s language (slow); raise UserError if there is none.

        Anybody in the room may ask: all of it is there to be read.
        """
        original = await self._find(room_id, replied)
        made = [t for t in await self._store.translation.list_of(original.revision) if t.text]
        if not made:
            raise UserError(ErrorCode.NOT_FOUND, NO_TRANSLATION)
        foreign = [one for one in made if LanguageCode(one.target).base != actor.language.base]
        if not foreign:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _(
                    "That translation is in {language}, which you read yourself. I translate back only from other"
                    " languages.",
                    language=Language(actor.language),
                ),
            )
        incoming = await self._original.fetch(original.room_id, original.event_id)
        home = original.room_id
        names = {self._rooms.name_of(home, user) for user in self._rooms.members(home)}
        aids = Aids(tuple(sorted(names)), await self._term.glossary())
        said = said_in(incoming, made[0].source) if incoming else None
        found = [await self._back(original, one, actor, said, aids) for one in foreign]
        checked = [one for one in found if one]
        if not checked:
            raise UserError(
                ErrorCode.UNAVAILABLE,
                _(
                    "I cannot translate back from {languages} into {language}: no model for it is installed, or none"
                    " works at the moment.",
                    languages=tuple(Language(one.target) for one in foreign),
                    language=Language(actor.language),
                ),
            )
        return checked

    async def stands(self, original: Original) -> bool:
        """Return whether a message says and allows still what it did when it was checked."""
        return await self._store.original.find(original.room_id, original.event_id) == original

    async def _back(
        self, original: Original, made: Translation, actor: Actor, said: str | None, aids: Aids
    ) -> Checked | None:
        """Return *made* in *actor*'s language, held against what was *said*; None if nothing translates it."""
        own, target = str(actor.language.base), LanguageCode(made.target)
        told = _words(made.text, made.html)
        aids = replace(aids, html=made.html)
        back = (await self._translator.translate(told, made.target, [own], aids))[own]
        if Flag.UNAVAILABLE in back.flags:
            return None
        if said is None:
            return Checked(original, target, back.text, compared=False)
        words = _words(back.text, back.html)
        compared = correcting.compare(correcting.Original.of(said, made.source), words, own)
        # Not what the gate says of the way back: a “not” that is lost or made there is none of the translation's.
        negation = Flag.NEGATION in compared.flags
        return Checked(original, target, back.text, compared.missing, compared.added, negation)


def _words(text: str, html: str) -> str:
    """Return what is read of a text: without the marks and addresses that stand for its form in *html*."""
    rich = read(html) if html else None
    return rich.text if rich else text
