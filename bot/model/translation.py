"""A translated text and what is known of how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Translation:
    """One text in one target language.

    `route` is the languages passed through, source and target included (`("pl", "en", "el")`);
    `engine` names what translated, joined by `+` where the legs differ; empty when nothing did.
    `protected` are the tokens that were kept from the engine, in order.
    `differs` are numbers and units that only one side has, where a flag says that some do.
    With the flag UNAVAILABLE, `text` is the original.
    `html` is the same with lists, links, bold and so on, of the tags that may be posted, each line isolated in its
    direction; empty where there is nothing to it but lines.
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


@dataclass(frozen=True, slots=True)
class Aids:
    """What helps to translate a text beside the text itself.

    `names` are further words that no engine may touch. `html` is the text as its sender formatted it, if that is more
    than lines; it says the same, and is translated in place of the text.
    """

    names: tuple[str, ...] = ()
    html: str = ""
