"""A translated text and what is known of how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.model.term import NO_TERMS, Glossary


class Flag(StrEnum):
    """Why a translation is doubtful (contract: flags of a translation)."""

    NUMBER = "number"
    UNIT = "unit"
    NEGATION = "negation"
    PLACEHOLDER = "placeholder"
    REPETITION = "repetition"
    LENGTH = "length"
    SCRIPT = "script"
    UNKNOWN = "unknown"
    IDENTICAL = "identical"
    LANGUAGE = "language"
    UNAVAILABLE = "unavailable"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Translation:
    """One text in one target language.

    `route` is the languages passed through, source and target included (`("pl", "en", "el")`);
    `engine` names what translated, joined by `+` where the legs differ; empty when nothing did.
    `protected` are the tokens that were kept from the engine, in order.
    `differs` are numbers and units that only one side has, and terms that are not as they should be, where a flag says
    that there are some.
    With the flag UNAVAILABLE, `text` is the original.
    `html` is the same with lists, links, bold and so on, of the tags that may be posted, each line isolated in its
    direction; empty where there is nothing to it but lines.
    `digest` tells whether a text that is kept no longer than sending takes was the same as another.
    """

    text: str
    source: str
    target: str
    route: tuple[str, ...]
    engine: str
    flags: tuple[Flag, ...] = ()
    protected: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    html: str = ""
    digest: str = ""

    @property
    def gone(self) -> bool:
        """Whether its text was kept no longer than it took to send it."""
        return bool(self.digest) and not self.text


@dataclass(frozen=True, slots=True)
class Aids:
    """What helps to translate a text beside the text itself.

    `names` are further words that no engine may touch; `glossary` is what the task force calls things. `html` is the
    text as its sender formatted it, if that is more than lines; it says the same, and is translated in place of it.
    """

    names: tuple[str, ...] = ()
    glossary: Glossary = NO_TERMS
    html: str = ""
