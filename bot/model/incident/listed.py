"""An incident in one line of a list, as far as its reader may see it."""

from __future__ import annotations

from collections.abc import Collection

from bot.i18n import Code, Language, Message, Verbatim, _
from bot.model.handling import Cleared
from bot.model.incident.record import Incident
from bot.model.incident.words import marked, titled, worded
from bot.model.person import LanguageCode
from bot.model.translation import Translation
from bot.model.uncertainty import labelled


def in_a_line(cleared: Cleared[Incident], made: Translation | None, reads: Collection[LanguageCode]) -> Message:
    """Return an incident in one line, its title as it was *made* in the reader's language if it was.

    Of a title that is in none of the languages that the reader *reads*, it is said in which it is.
    """
    return marked(cleared.content, _line(cleared, made, reads))


def _line(cleared: Cleared[Incident], made: Translation | None, reads: Collection[LanguageCode]) -> Message:
    incident = cleared.content
    title, ref = title_line(incident, made, reads), Code(str(incident.ref))
    if not cleared.full:
        return _("{ref} ({status})", ref=ref, status=worded(incident.status))
    if incident.severity is None:
        return _("{ref} ({status}): {title}", ref=ref, status=worded(incident.status), title=title)
    return _(
        "{ref} ({status}, {severity}): {title}",
        ref=ref,
        status=worded(incident.status),
        severity=worded(incident.severity),
        title=title,
    )


def title_line(incident: Incident, made: Translation | None, reads: Collection[LanguageCode]) -> Message:
    """Return an incident's title for such a reader, or that it is withheld, or was taken back."""
    if not incident.title:
        return _("{text}", text=titled(incident))
    if made:
        return labelled(incident.title, made)
    return as_written(incident.title, incident.language, reads)


def as_written(words: str, language: LanguageCode | None, reads: Collection[LanguageCode]) -> Message:
    """Return words as they were written, and in what language if the reader does not read that."""
    text = Verbatim(words)
    if language is None or language.base in {read.base for read in reads}:
        return _("{text}", text=text)
    return _("{text} (in {language}, not translated)", text=text, language=Language(language))
