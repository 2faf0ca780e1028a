"""What a parameter's annotation asks for: one value or several, of which types, from which choices."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin

from bot.arguments.folding import LONGEST_COMPARED, cited, key
from bot.arguments.kinds import DIGITS, KINDS, Asked, Fault
from bot.arguments.names import Index, Vocabulary
from bot.arguments.scanning import COMMAS, QUOTES
from bot.command import Parameter
from bot.i18n import AnyOf, Code, Message, _
from bot.model.names import visible
from bot.model.people import NOBODY

_MOST_VALUES_SHOWN = 6
_MOST_VALUES = 20
_MOST_WORDS_OF_A_NAME = 5
_COMMA = re.compile(f"[{COMMAS}]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A type taken apart: `many` of it or one, the registered types, the words to choose from, and their digits."""

    many: bool
    types: tuple[Any, ...]
    choices: dict[str, Any]
    digits: Mapping[int, Any] = field(default_factory=dict)

    @property
    def spaces(self) -> bool:
        """Whether one value may be several words."""
        return any(KINDS[member].spaces for member in self.types)

    @property
    def particle(self) -> str | None:
        """The one word that this is, where it is nothing else: it says nothing that its place does not say."""
        return next(iter(self.choices)) if len(self.choices) == 1 and not (self.types or self.many) else None

    def passes(self, word: str) -> bool:
        """Return whether *word* belongs to what follows, where no value is needed here."""
        tells = any(KINDS[member].certain is not None for member in self.types)
        return tells and not self.certain(word)

    def certain(self, word: str) -> bool:
        """Return whether *word* is plainly a value of this, wherever it stands: a reference, a person's id."""
        return any(tell(word) for member in self.types if (tell := KINDS[member].certain) is not None)

    def index(self, vocabulary: Vocabulary, language: str) -> Index[Any]:
        """Return the choices by every name; raise ValueError when two names collide."""
        return Index(
            (name, value) for word, value in self.choices.items() for name in vocabulary.names("value", word, language)
        )

    def named(self, word: str, asked: Asked) -> str | None:
        """Return the English name of the choice that *word* is called: in the person's language, else in another."""
        said = word.rstrip(":,.;!")
        for language in dict.fromkeys([asked.reader, *asked.vocabulary.languages]):
            if (found := self.index(asked.vocabulary, language).find(said)) is not None:
                return next(name for name, value in self.choices.items() if value == found)
        return None

    def words_of(self, words: Sequence[str], asked: Asked) -> int:
        """Return how many of the first *words* are the name of one choice, as `very high` is; 1 if they are none."""
        index = self.index(asked.vocabulary, asked.reader)
        most = min(len(words), _MOST_WORDS_OF_A_NAME) if self.choices and not self.many else 1
        return next((n for n in range(most, 1, -1) if index.find(" ".join(words[:n])) is not None), 1)

    def by_digit(self, text: str) -> Any:
        """Return the choice that *text*, one digit alone, stands for, or None."""
        typed = key(text) if self.digits and len(text) <= LONGEST_COMPARED else ""
        return self.digits.get(int(typed)) if len(typed) == 1 and typed.isdecimal() else None

    def placeholders(self, name: str) -> list[tuple[str, str]]:
        """Return what stands for a value of *name* in a usage line: contexts and English texts."""
        messages = [KINDS[member].several if self.many else KINDS[member].placeholder for member in self.types]
        shown = [("placeholder", message.text if message else name.upper()) for message in messages]
        if len(self.choices) > _MOST_VALUES_SHOWN:
            return [*shown, ("placeholder", name.upper())]
        return shown + [("value", word) for word in self.choices]

    def read(self, text: str, asked: Asked) -> Any:
        """Return *text* as a value, or as a tuple of values where many are wanted; raise Fault."""
        if not self.many:
            return self._one(text, asked)
        found: list[Any] = []
        faults: list[Message] = []
        parts = [part.strip().strip(QUOTES) for part in _COMMA.split(text)]
        parts = list(dict.fromkeys(part for part in parts if part))
        if len(parts) > _MOST_VALUES:  # looking for what each may have meant takes a while
            raise Fault(_("{name} takes {most} values at most.", name=asked.name, most=_MOST_VALUES))
        for part in parts:
            try:
                found.append(self._one(part, asked))
            except Fault as fault:
                faults.extend(fault.messages)
        if faults or not found:
            raise Fault(*(faults or [_("{name} is empty.", name=asked.name)]))
        return tuple(found)

    def _one(self, text: str, asked: Asked) -> Any:
        if not visible(text):
            raise Fault(_("{name} is empty.", name=asked.name))
        chosen = self.index(asked.vocabulary, asked.reader).find(text) if self.choices else None
        if chosen is None:
            chosen = self.by_digit(text)
        if chosen is not None:
            return chosen
        if str in self.types and not text.startswith("@"):
            asked = replace(asked, people=NOBODY)  # it may be something else, which a person could call themselves
        faults: list[Fault] = []
        for member in self.types:
            try:
                return KINDS[member].read(text, asked)
            except Fault as fault:
                if text.startswith("@"):  # it is meant as a person, and nothing else
                    raise
                faults.append(fault)
        raise faults[0] if faults else self._not_a_choice(text, asked)

    def _not_a_choice(self, text: str, asked: Asked) -> Fault:
        shown = {v: Code(asked.vocabulary.shown("value", w, asked.reader)) for w, v in self.choices.items()}
        guess = self.index(asked.vocabulary, asked.reader).guess(text)
        if guess is None:
            sentence = _(
                "“{word}” is not one of the choices for {name}. You can choose {choices}.",
                word=cited(text), name=asked.name, choices=AnyOf(tuple(shown.values())),
            )  # fmt: skip
        else:
            sentence = _(
                "“{word}” is not one of the choices for {name}. Did you mean {guess}?",
                word=cited(text), name=asked.name, guess=shown[guess],
            )  # fmt: skip
        return Fault(sentence)


def wanted_by(parameter: Parameter) -> Wanted:
    """Return what *parameter* takes; raise TypeError if nothing reads its type."""
    members = _members(parameter.type)
    many = [member for member in members if get_origin(member) is tuple]
    if many:
        item, *more = get_args(many[0])
        if len(members) > 1 or more != [Ellipsis]:
            raise TypeError(f"{parameter.name}: write tuple[T, ...], not {parameter.type}")
        members = _members(item)
    choices: dict[str, Any] = {}
    digits: dict[int, Any] = {}
    for member in members:
        if get_origin(member) is Literal:
            choices.update({str(value): value for value in get_args(member)})
        elif member in KINDS:
            continue
        elif isinstance(member, type) and issubclass(member, StrEnum):
            choices.update({value.value: value for value in member})
            digits.update(DIGITS.get(member, {}))
        else:
            raise TypeError(f"{parameter.name}: nothing reads a {member}; add a Kind for it")
    return Wanted(bool(many), tuple(member for member in members if member in KINDS), choices, digits)


def placeholders(parameter: Parameter) -> list[tuple[str, str]]:
    """Return what stands for *parameter* in a usage line: contexts and English texts."""
    if parameter.given.metavar is not None:
        return [("placeholder", text.upper()) for text in parameter.given.metavar.split("|")]
    return wanted_by(parameter).placeholders(parameter.name)


def _members(wanted: Any) -> tuple[Any, ...]:
    """Return the types that *wanted* is a union of, without None; of a plain type, itself."""
    if get_origin(wanted) in (Union, types.UnionType):
        return tuple(member for member in get_args(wanted) if member is not types.NoneType)
    return (wanted,)
