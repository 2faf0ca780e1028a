"""A command's words to its arguments, and its usage line, as one language writes them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.arguments.folding import cited
from bot.arguments.kinds import Asked, Fault
from bot.arguments.names import Index, Vocabulary
from bot.arguments.scanning import COMMAS, Pill, Scanner, Word
from bot.arguments.splitting import Split, Splitter, option_name, option_value
from bot.arguments.wanted import Wanted, placeholders, wanted_by
from bot.command import Arg, Command, Option, Parameter
from bot.errors import ErrorCode, UserError
from bot.i18n import Code, Message, Verbatim, _
from bot.model.people import NOBODY, People
from bot.model.places import NOWHERE, Gazetteer

LONGEST = 4000
"""Characters that a command may have."""


class Reader:
    """Reads commands in one interface language, with English beside it."""

    def __init__(self, language: str, commands: Iterable[Command], vocabulary: Vocabulary) -> None:
        """Raise ValueError when two names collide in *language*, TypeError for a type that nothing reads."""
        self.language = language
        self._vocabulary = vocabulary
        self._options = {command.name: self._index_options(command) for command in commands}

    def usage(self, command: Command) -> str:
        """Return how *command* is written, such as `language [LANG] [reads:LANGS]`."""
        return " ".join([self.name(command), *(self._shown(p) for p in command.parameters)])

    def name(self, command: Command) -> str:
        """Return the noun and verb of *command* as this language shows them."""
        return f"{self.noun(command)} {self.verb(command)}".strip()

    def noun(self, command: Command) -> str:
        """Return the noun of *command* as this language shows it."""
        return self._vocabulary.shown("noun", command.noun, self.language)

    def verb(self, command: Command) -> str:
        """Return the verb of *command* as this language shows it, empty if it has none."""
        return self._vocabulary.shown("verb", command.verb, self.language) if command.verb else ""

    def parameter(self, parameter: Parameter) -> str:
        """Return what *parameter* is called in a sentence: `TITLE`, or an option's name."""
        if isinstance(parameter.given, Option):
            return self._vocabulary.shown("option", parameter.name, self.language)
        return self._value(parameter)

    def written(self, parameter: Parameter) -> str:
        """Return how *parameter* is written: `TITLE`, or an option with its value, `reads:LANGS`."""
        value = self._value(parameter)
        return f"{self.parameter(parameter)}:{value}" if isinstance(parameter.given, Option) else value

    def read(
        self,
        command: Command,
        text: str,
        at: int = 0,
        own: str = "en",
        pills: Sequence[Pill] = (),
        zone: str = "UTC",
        now: datetime | None = None,
        sent: datetime | None = None,
        gazetteer: Gazetteer = NOWHERE,
        people: People = NOBODY,
    ) -> dict[str, Any]:
        """Return the value of every parameter of *command*, read from *text* from *at* on.

        Raise UserError with all that is wrong, and the usage line where that does not show how already.
        *own* is the person's language, *zone* their time zone; *now* and *sent* are when the line was received and
        sent; places may be those of the *gazetteer*, persons those of *people* by any of their names.
        """
        line = Scanner(text, pills)
        split = Splitter(self._options[command.name], command, line).split(at)
        faults = [self._fault_of_option(command, name, said) for name, said in split.faults]
        values = {p.name: p.default for p in command.parameters}
        for option in command.parameters:
            if isinstance(option.given, Option) and option.given.ends:
                split.take_mention(option.name)
        words = split.words
        for parameter in command.parameters:
            anywhere = isinstance(parameter.given, Arg) and parameter.given.anywhere
            near = people.widened() if anywhere else people
            asked = replace(self._asked(parameter, own, zone), now=now, sent=sent, gazetteer=gazetteer, people=near)
            try:
                if isinstance(parameter.given, Option):
                    given = split.options.get(parameter.name)
                    if given is None and parameter.required and parameter.name not in split.named:
                        given, words = self._take_unnamed(parameter, command, words)
                elif parameter.given.rest:
                    faults.extend(self._faults_of_text(command, words, split, own, zone))
                    given, words = split.rest(text, words), []
                elif (particle := wanted_by(parameter).particle) is not None:
                    given, words = self._take_particle(particle, words, asked)
                else:
                    take = self._take_choice if _heads_text(parameter, command) else self._take
                    if ends := _ends(parameter, command):
                        given, words = self._take_until(ends, parameter, words, asked)
                    else:
                        given, words = take(parameter, words, asked, _is_last(parameter, command))
                if given is not None:
                    values[parameter.name] = wanted_by(parameter).read(given, asked)
                elif parameter.required and parameter.name not in split.named:
                    faults.append(_("{name} is missing: {what}.", name=asked.name, what=parameter.given.summary))
            except Fault as fault:
                faults.extend(fault.messages)
        if words:
            faults.append(self._fault_of_words(command, words))
        if faults:
            said = faults if command.cites else [one for one in faults if not _cites(one)]
            usage = () if said and all(map(_shows_how, said)) else (self.usage_sentence(command),)
            raise UserError(ErrorCode.BAD_ARGUMENT, *said, *usage)
        return values

    def usage_sentence(self, command: Command) -> Message:
        """Return the sentence that says how *command* is written."""
        return _("Write it like this: {usage}", usage=Code(f"!{self.usage(command)}"))

    def _index_options(self, command: Command) -> Index[str]:
        for parameter in command.parameters:
            wanted_by(parameter).index(self._vocabulary, self.language)
        return Index(
            (name, parameter.name)
            for parameter in command.parameters
            if isinstance(parameter.given, Option)
            for name in self._vocabulary.names("option", parameter.name, self.language)
        )

    def _shown(self, parameter: Parameter) -> str:
        shown = self.written(parameter)
        return shown if parameter.required else f"[{shown}]"

    def _value(self, parameter: Parameter) -> str:
        named = placeholders(parameter)
        return "|".join(self._vocabulary.shown(context, text, self.language) for context, text in named)

    def _asked(self, parameter: Parameter, own: str, zone: str) -> Asked:
        name = Code(self.parameter(parameter))
        return Asked(name, self._vocabulary, self.language, own, zone, parameter.range, parameter.aim)

    def _take(self, parameter: Parameter, words: list[Word], asked: Asked, last: bool) -> tuple[str | None, list[Word]]:
        """Return the next value's text and the words that are left; the last value may be several words."""
        if not words:
            return None, []
        wanted = wanted_by(parameter)
        if not parameter.required and not last and wanted.passes(words[0].text):
            return None, words
        plain = [word.text for word in itertools.takewhile(lambda word: word.plain, words)]
        if (named := wanted.words_of(plain, asked)) > 1:
            return " ".join(plain[:named]), words[named:]
        whole = " ".join(word.text for word in words)
        if last and wanted.many:
            return whole if any(comma in whole for comma in COMMAS) else ",".join(word.text for word in words), []
        several = last and len(words) > 1 and wanted.spaces
        if several and (_reads(wanted, whole, asked) or not _reads(wanted, words[0].text, asked)):
            return whole, []
        return words[0].text, words[1:]

    def _take_until(
        self, ends: Wanted, parameter: Parameter, words: list[Word], asked: Asked
    ) -> tuple[str | None, list[Word]]:
        """Return the values before the word that *ends* them, in any language, and the words that are left.

        Without that word, as much as one value may be: the fault then is that the word is missing.
        """
        count = next((at for at, word in enumerate(words) if word.plain and ends.named(word.text, asked)), None)
        if count is None:
            return self._take(parameter, words, asked, last=False)
        return ",".join(word.text for word in words[:count]) or None, words[count:]

    def _take_particle(self, particle: str, words: list[Word], asked: Asked) -> tuple[str, list[Word]]:
        """Return the word *particle*, which is taken as said where it is not there, and the words that are left."""
        names = Index((name, particle) for name in self._vocabulary.names("value", particle, asked.reader))
        said = bool(words) and names.find(words[0].text) is not None
        return particle, words[1:] if said else words

    def _take_unnamed(self, option: Parameter, command: Command, words: list[Word]) -> tuple[str | None, list[Word]]:
        """Return the one word left over as the value of an *option* that must be there, and the words that are left.

        That is if it is plainly one, such as a reference. The option's name may stand before it as a word
        (`duplicate REF of REF`).
        """
        args = [p for p in command.parameters if isinstance(p.given, Arg)]
        behind = command.parameters.index(option) > max(map(command.parameters.index, args), default=-1)
        said = words[1:] if words and self._options[command.name].find(words[0].text) == option.name else words
        plainly = len(said) == 1 and wanted_by(option).certain(said[0].text)
        return (said[0].text, []) if behind and plainly else (None, words)

    def _take_choice(
        self, parameter: Parameter, words: list[Word], asked: Asked, last: bool
    ) -> tuple[str | None, list[Word]]:
        """Return the choice that the first word names, in any language, and the words left: others are of the text."""
        named = wanted_by(parameter).named(words[0].text, asked) if words and words[0].plain else None
        return named, words[1:] if named else words

    def _fault_of_option(self, command: Command, name: str, repeated: bool) -> Message:
        parameter = next(p for p in command.parameters if p.name == name)
        shown = Code(self.parameter(parameter))
        if repeated:
            return _("The option {name} is given more than once.", name=shown)
        return _("The option {name} has no value.", name=shown)

    def _fault_of_words(self, command: Command, words: list[Word]) -> Message:
        extra = cited(" ".join(word.text for word in words))
        named = next((m for w in words if not w.quoted and (m := option_name(w.text))), None)
        guess = self._options[command.name].guess(named) if named else None
        if guess is None:
            return _("I do not know what to do with “{words}”.", words=extra)
        return self._fault_of_option_like(next(p for p in command.parameters if p.name == guess), extra)

    def _faults_of_text(
        self, command: Command, words: list[Word], split: Split, own: str, zone: str
    ) -> Iterator[Message]:
        """Yield that the first or the last word of a text is meant as an option: it would become part of the text.

        It is if it has the value of an option that is not given (`a:es`), or, before all others, almost its name.
        """
        left = [p for p in command.parameters if isinstance(p.given, Option) and p.name not in split.named]
        for word in dict.fromkeys([*words[:1], *words[-1:]]):
            if word not in split.alike:
                continue
            name = option_name(word.text) or ""
            slipped = self._options[command.name].slipped(name) if word == words[0] else None
            near = self._options[command.name].guess(name)
            for option in sorted(left, key=lambda p: p.name != near):
                if option.name == slipped or _has_value(option, word, self._asked(option, own, zone)):
                    yield self._fault_of_option_like(option, cited(word.text))
                    break

    def _fault_of_option_like(self, parameter: Parameter, extra: Verbatim) -> Message:
        return _(
            "I do not know what to do with “{words}”. Did you mean {guess}?",
            words=extra, guess=Code(self.written(parameter)),
        )  # fmt: skip


def _is_last(parameter: Parameter, command: Command) -> bool:
    return parameter == [p for p in command.parameters if isinstance(p.given, Arg)][-1]


def _ends(parameter: Parameter, command: Command) -> Wanted | None:
    """Return what is read behind *parameter* if that takes many values and a fixed word stands behind them."""
    args = [p for p in command.parameters if isinstance(p.given, Arg)]
    behind = args[args.index(parameter) + 1 :][:1]
    if not behind or not wanted_by(parameter).many:
        return None
    wanted = wanted_by(behind[0])
    return wanted if len(wanted.choices) == 1 and not wanted.types and behind[0].required else None


def _heads_text(parameter: Parameter, command: Command) -> bool:
    """Return whether *parameter* is a choice that may be left out, with running text behind it."""
    args = [p for p in command.parameters if isinstance(p.given, Arg)]
    behind = args[args.index(parameter) + 1 :][:1]
    wanted = wanted_by(parameter)
    text = any(isinstance(p.given, Arg) and p.given.rest for p in behind)
    return text and not parameter.required and bool(wanted.choices) and not wanted.types


def _shows_how(fault: Message) -> bool:
    """Return whether *fault* says itself, in the words of the usage line, what to write instead."""
    return "Write it like this:" in fault.text


def _cites(fault: Message) -> bool:
    """Return whether *fault* says again what was typed."""
    return any(isinstance(value, Verbatim) for value in fault.values.values())


def _has_value(option: Parameter, word: Word, asked: Asked) -> bool:
    """Return whether *word* is a name and, joined to it, a value of *option*; any text is none, nor is a mere digit.

    Nor is what is only perhaps one, as any word could be a reference (`Radio:OK`).
    """
    wanted, name, value = wanted_by(option), option_name(word.text) or "", option_value(word.text)
    worded = str not in wanted.types and wanted.by_digit(value) is None and not wanted.passes(value)
    return worded and name.isalpha() and value != "" and _reads(wanted, value, asked)


def _reads(wanted: Wanted, text: str, asked: Asked) -> bool:
    try:
        wanted.read(text, asked)
    except Fault:
        return False
    return True


def names_of(commands: Iterable[Command]) -> frozenset[tuple[str, str]]:
    """Return every name that the catalogues must hold for *commands*: its context and its English text."""
    found = set()
    for command in commands:
        found.add(("noun", command.noun))
        if command.verb:
            found.add(("verb", command.verb))
        for parameter in command.parameters:
            if isinstance(parameter.given, Option):
                found.add(("option", parameter.name))
            found.update(("value", word) for word in wanted_by(parameter).choices)
            found.update(placeholders(parameter))
    return frozenset(found)
