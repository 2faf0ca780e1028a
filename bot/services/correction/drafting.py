"""A correction before it is recorded: of which translation, and whether it says what the original says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.errors import ErrorCode, UserError
from bot.i18n import Language, Message, Typed, Verbatim, _, _c
from bot.model.attachment import attachment_of
from bot.model.handling import unlabelled
from bot.model.original import Original
from bot.model.person import Actor, LanguageCode
from bot.model.translation import Flag, Translation
from bot.services.original import OriginalService
from bot.services.relay.written import Detected, said_in
from bot.store import Store
from bot.translation import correcting

MOST_CITED = 8
NO_REPLY = _("Write this as a reply to the translation that you mean, or to its original.")
NO_TRANSLATION = _("I have no translation of that message.")
UNREADABLE = _("I cannot read the original again, so I cannot compare anything with it. Try again later.")


CAPTION = _(
    "That text goes with a file that stands in linked rooms too. I cannot change it there, so say it in a message."
)


class Detects(Protocol):
    """What tells languages apart (`bot.translation.Translator`)."""

    async def detect(self, text: str, candidates: Sequence[str], fallback: str) -> Detected:
        """Return the language of *text*, one of *candidates* or *fallback*."""
        ...


@dataclass(frozen=True, slots=True)
class Draft:
    """A correction that says what the original says.

    `wording` is it with tokens in slots, `key` what stands for the words of the original.
    """

    original: Original
    translation: Translation
    text: str
    wording: str
    key: str


class Drafting:
    """Finds the translation that a correction is of, and holds the correction against the original."""

    def __init__(self, store: Store, original: OriginalService, detects: Detects) -> None:
        self._store = store
        self._original = original
        self._detects = detects

    async def draft(
        self, actor: Actor, room_id: str, replied: str | None, text: str, wanted: LanguageCode | None
    ) -> Draft:
        """Return *text* as *actor*'s correction (slow, outside any transaction); raise UserError if it cannot be."""
        original = await self.find(room_id, replied)
        translations = await self._store.translation.list_of(original.revision)
        translation = await self._chosen(translations, text, wanted)
        await self._read_by(actor, LanguageCode(translation.target).base)
        if translation.gone:
            raise UserError(ErrorCode.NOT_ALLOWED, _("Because of that message's label I keep no translation of it."))
        if unlabelled(text).strip() == unlabelled(translation.text).strip():
            raise UserError(ErrorCode.CONFLICT, _("The translation says exactly that already."))
        incoming = await self._original.fetch(original.room_id, original.event_id)
        if incoming is None:
            raise UserError(ErrorCode.UNAVAILABLE, UNREADABLE)
        await self._in_its_language(text, translation)
        if attachment_of(incoming.content) and await self._crossed(original):
            raise UserError(ErrorCode.BAD_ARGUMENT, CAPTION)
        said = correcting.Original.of(said_in(incoming, translation.source), translation.source)
        compared = correcting.compare(said, text, translation.target)
        shown = said.filled(compared.text)
        if compared.flags or shown is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, *_refused(compared))
        return Draft(original, translation, shown, compared.text, said.key(translation.target))

    async def _read_by(self, actor: Actor, language: LanguageCode) -> None:
        """Raise UserError unless *actor* is known to read *language*."""
        if language in {one.base for one in actor.reads}:
            return
        also = (await self._store.person.find(actor.user_id)).also_reads
        listed = ",".join((*also, language))
        command = Typed(("!", _c("noun", "language"), " ", _c("option", "reads"), f":{listed}"))
        raise UserError(
            ErrorCode.NOT_ALLOWED,
            _(
                "Only somebody who reads {language} can correct a translation into it. If you do, write {command}"
                " first.",
                language=Language(language),
                command=command,
            ),
        )

    async def _crossed(self, original: Original) -> bool:
        """Return whether a message was carried into other rooms."""
        return any(post.kind == "relay" for post in await self._store.outbox.list_holding(original.event_id))

    async def find(self, room_id: str, replied: str | None) -> Original:
        """Return the message that *replied* is, or is our translation of; raise UserError if it is neither."""
        if replied is None:
            raise UserError(ErrorCode.BAD_ARGUMENT, NO_REPLY)
        found = await self._store.original.find_revision(room_id, replied)
        if found is None:
            held = await self._store.original.list_held(room_id, replied)
            if len(held) > 1:
                raise UserError(
                    ErrorCode.BAD_ARGUMENT,
                    _("That is a summary of several messages. Reply to the original of the one that you mean."),
                )
            found = held[0] if held else None
        if found is None:
            raise UserError(ErrorCode.NOT_FOUND, NO_TRANSLATION)
        return found

    async def _chosen(self, made: Sequence[Translation], text: str, wanted: LanguageCode | None) -> Translation:
        """Return the one of *made* that *text* is in the language of, or that is *wanted*."""
        if not made:
            raise UserError(ErrorCode.NOT_FOUND, NO_TRANSLATION)
        by_language = {LanguageCode(one.target).base: one for one in made}
        if wanted:
            if found := by_language.get(wanted.base):
                return found
            raise UserError(
                ErrorCode.NOT_FOUND, _("That message has no translation into {language}.", language=Language(wanted))
            )
        if len(made) == 1:
            return made[0]
        detected = await self._detects.detect(text, sorted(by_language), made[0].target)
        if not detected.certain or detected.language not in by_language:
            example = Typed((_c("option", "to"), f":{made[0].target}"))
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _(
                    "That message has translations into {languages}. Say which of them you correct, such as {example}.",
                    languages=tuple(map(Language, by_language)),
                    example=example,
                ),
            )
        return by_language[LanguageCode(detected.language)]

    async def _in_its_language(self, text: str, translation: Translation) -> None:
        """Raise UserError if *text* is plainly in the language of the original."""
        detected = await self._detects.detect(text, [translation.source, translation.target], translation.target)
        if detected.certain and LanguageCode(detected.language).base != LanguageCode(translation.target).base:
            raise UserError(
                ErrorCode.BAD_ARGUMENT,
                _(
                    "That seems to be {language}. A correction of this translation must be in {target}.",
                    language=Language(detected.language),
                    target=Language(translation.target),
                ),
            )


def _refused(compared: correcting.Compared) -> list[Message]:
    """Return why a correction is not taken."""
    said = [_("Your correction does not say the same as the original, so I have not taken it.")]
    if Flag.NEGATION in compared.flags:
        said.append(_("A “not” is missing or too many."))
    if Flag.SCRIPT in compared.flags:
        said.append(_("It is not written in the script of its language, or has no words."))
    return said + differing(compared.missing, compared.added)


def differing(missing: Sequence[str], added: Sequence[str]) -> list[Message]:
    """Return which tokens, numbers and units only the original has, and which only what was made of it."""
    said = []
    if missing:
        said.append(_("Only in the original: {words}.", words=tuple(map(Verbatim, missing[:MOST_CITED]))))
    if added:
        said.append(_("Not in the original: {words}.", words=tuple(map(Verbatim, added[:MOST_CITED]))))
    return said
