"""A translated text and what is known of how it came about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
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


class Failure(StrEnum):
    """Why there is no translation, where that is known."""

    NO_ROUTE = "no_route"
    TOO_LONG = "too_long"
    TOO_MUCH = "too_much"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class Step:
    """What translated on one leg of a route.

    `model` is the SHA-256 over the model's files, `version` names the programs that ran it, `decoding` how they chose
    words, `mask` what stood for protected tokens. Of a server's pair only the pair is known.
    """

    pair: str
    engine: str
    version: str = ""
    model: str = ""
    decoding: str = ""
    mask: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that a translation's words depend on beside its text, so that it can be made again.

    `steps` are the legs in order, several of one pair where one engine failed and another took over; `pipeline` is
    the version of what masks, splits and checks; `glossary` the glossary's hash; `names` the words that were protected
    because somebody in the room is called so. `failed` says why there is none, where that is known.
    """

    steps: tuple[Step, ...] = ()
    pipeline: str = ""
    glossary: str = ""
    names: tuple[str, ...] = ()
    failed: Failure | None = None

    @property
    def setting(self) -> str:
        """The SHA-256 of all but the names: where it is the same, a segment is translated in the same words."""
        of = [[asdict(step) for step in self.steps], self.pipeline, self.glossary]
        return hashlib.sha256(json.dumps(of).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Corrected:
    """That a person wrote a translation: who, and of which agency.

    `approved_by` is the second person who agreed that it may serve every room. `machine` is what the engine had made,
    with its flags and its HTML; empty where none was asked. `repeats` is the number of the correction of the same
    words in another message that it repeats; `over` tells that such a one stood before it. `pivot` is the language of
    that one where it is not the translation's, but one that its route passes through: then the text is what a machine
    makes of that person's words.
    """

    by: str
    agency: str | None = None
    approved_by: str | None = None
    machine: str = ""
    flags: tuple[Flag, ...] = ()
    differs: tuple[str, ...] = ()
    html: str = ""
    repeats: int = 0
    over: bool = False
    pivot: str = ""

    @property
    def machines(self) -> str:
        """What a machine had made of it; empty where it was unavailable, and the original stood in its place."""
        return "" if Flag.UNAVAILABLE in self.flags else self.machine


@dataclass(frozen=True, slots=True)
class Translation:
    """One text in one target language.

    `route` is the languages passed through, source and target included (`("pl", "en", "el")`);
    `engine` names what translated, joined by `+` where the legs differ; empty when nothing did.
    `protected` are the tokens that were kept from the engine, in order.
    `differs` are numbers and units that only one side has, and terms that are not as they should be, where a flag says
    that there are some.
    With the flag UNAVAILABLE, `text` is the original. Where it is `reworded`, `text` is that person's.
    `html` is the same with lists, links, bold and so on, of the tags that may be posted, each line isolated in its
    direction; empty where there is nothing to it but lines.
    `digest` tells whether a text that is kept no longer than sending takes was the same as another.
    `learned` is what may be remembered: under which key, and the segment's translation with slots. `recalled` are the
    keys of what was remembered, and not translated anew.
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
    provenance: Provenance = Provenance()
    corrected: Corrected | None = None
    learned: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    recalled: tuple[str, ...] = field(default=(), compare=False)

    @property
    def gone(self) -> bool:
        """Whether its text was kept no longer than it took to send it."""
        return bool(self.digest) and not self.text

    @property
    def reworded(self) -> bool:
        """Whether its text is a person's own, not what a machine made of one."""
        return self.corrected is not None and not self.corrected.pivot

    @property
    def uncorrected(self) -> Translation:
        """It as the machine had made it; where that is not known, unavailable."""
        if (before := self.corrected) is None:
            return self
        machines = replace(self, html=before.html, flags=before.flags, differs=before.differs, corrected=None)
        if before.machine:
            return replace(machines, text=before.machine)
        return replace(machines, text="", html="", route=(), engine="", differs=(), flags=(Flag.UNAVAILABLE,))


@dataclass(frozen=True, slots=True)
class Aids:
    """What helps to translate a text beside the text itself.

    `names` are further words that no engine may touch; `glossary` is what the task force calls things. `html` is the
    text as its sender formatted it, if that is more than lines; it says the same, and is translated in place of it.
    `remembered` are translations of segments by their keys.
    """

    names: tuple[str, ...] = ()
    glossary: Glossary = NO_TERMS
    html: str = ""
    remembered: Mapping[str, str] = field(default_factory=dict)
