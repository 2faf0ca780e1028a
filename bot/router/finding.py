"""Finds a command by its names, and says which one may be meant when there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.arguments import Index, Scanner, Vocabulary, Word, cited
from bot.arguments.folding import LONGEST_COMPARED, bare, slip
from bot.arguments.wanted import wanted_by
from bot.command import Arg, Command
from bot.errors import ErrorCode, UserError
from bot.i18n import AnyOf, Code, Message, _
from bot.model.reference import Ref
from bot.router.cries import CRIES

_LONG = 7
"""From how many letters on a word that is nearly a verb is no other word."""

WAY_BACK = frozenset({"language"})
"""What is understood in every language, whichever somebody has chosen."""
May = Callable[[Command], bool]
"""Whether a command may be shown to the one who asks."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The nouns of one language and the verbs of each, to their English names."""

    nouns: Index[str]
    verbs: dict[str, Index[str]]


class Finder:
    """All commands by noun and verb, in every interface language."""

    def __init__(self, commands: Sequence[Command], vocabulary: Vocabulary) -> None:
        """Raise ValueError when two commands, nouns or verbs of one noun have a name in common."""
        self._commands: dict[str, dict[str | None, Command]] = {}
        for command in commands:
            if self._commands.setdefault(command.noun, {}).setdefault(command.verb, command) is not command:
                raise ValueError(f"two commands are called {command.name!r}")
        self._vocabulary = vocabulary
        self._names = {language: self._of(language) for language in vocabulary.languages}
        self._verbs = self._verbs_of(commands)
        self._before_text = self._verbs_of([command for command in commands if _needs_text(command)])

    def has(self, word: str) -> bool:
        """Return whether *word* is a noun in any language."""
        return any(names.nouns.find(word) for names in self._names.values())

    def has_near(self, word: str) -> bool:
        """Return whether *word* is a noun in any language, or one with a slip of the fingers and no cry."""
        if bare(word[:LONGEST_COMPARED]) in CRIES:
            return self.has(word)
        return any(names.nouns.has_near(word) for names in self._names.values())

    def has_verb(self, word: str, *, alone: bool) -> bool:
        """Return whether *word* is the verb of a noun in any language, and not what people call out to each other.

        With a text behind it, of a command that needs one; *alone*, a long one may have a slip of the fingers.
        """
        typed = bare(word[:LONGEST_COMPARED])
        if not alone:
            return typed in self._before_text
        long = len(typed) >= _LONG
        return typed in self._verbs or (long and any(len(v) >= _LONG and slip(typed, v, 1) for v in self._verbs))

    def goes_on(self, first: str, second: str) -> bool:
        """Return whether *second* is a verb of the noun that *first* is or nearly is, in any language.

        Or what a command without a verb can take: not a plain word in place of a reference, nor of nothing at all. The
        verb may have a slip of the fingers too; not behind a single letter, which is a word of its own.
        """
        exact = self.means(first)
        slipped = {noun for names in self._names.values() if (noun := names.nouns.slipped(first))}
        nouns = exact or slipped
        if any(_takes(self._commands[noun][None], second) for noun in nouns if None in self._commands[noun]):
            return True
        indices = [names.verbs[noun] for names in self._names.values() for noun in nouns]
        if len(first) == 1:
            return any(index.find(second) for index in indices)
        return any(index.has_near(second) for index in indices)

    def names(self, nouns: Iterable[str]) -> frozenset[str]:
        """Return what English *nouns* are called in any language, bare."""
        return frozenset(
            bare(name) for one in self._names for noun in nouns for name in self._vocabulary.names("noun", noun, one)
        )

    def means(self, word: str) -> set[str]:
        """Return the English nouns that *word* is in any language."""
        return {noun for language in self._names if (noun := self.noun(word, language))}

    def noun(self, word: str, language: str) -> str | None:
        """Return the English noun that *word* is in *language*, or None."""
        nouns = self._names[language].nouns
        return nouns.find(word) or nouns.find(word.rstrip(":,.!?"))

    def verb(self, noun: str, word: str, language: str) -> Command | None:
        """Return the command of *noun* whose verb *word* is in *language*, or None."""
        verb = self._names[language].verbs[noun].find(word)
        return self._commands[noun][verb] if verb else None

    def of(self, noun: str) -> tuple[Command, ...]:
        """Return the commands of *noun*."""
        return tuple(self._commands[noun].values())

    def find(self, line: Scanner, language: str, may: May, plainly: bool) -> tuple[Command, int]:
        """Return the command that *line* names and where its arguments begin, or raise UserError.

        Only commands that one *may* see are guessed at, and only when the bot was *plainly* addressed.
        """
        first = line.word(0) or Word("help", 0, 0)
        noun = self.noun(first.text, language) or self._way_back(first.text)
        if noun is None:
            raise self.unknown(first.text, language, may, plainly)
        second = line.word(first.end)
        verb = self.verb(noun, second.text, language) if second and second.plain else None
        if verb and second:
            return verb, second.end
        if None in self._commands[noun]:
            return self._commands[noun][None], first.end
        if not any(may(command) for command in self.of(noun)):
            return self.of(noun)[0], first.end  # the caller says who may use it
        raise self.unknown_verb(noun, second.text if second else None, language, may)

    def _way_back(self, word: str) -> str | None:
        """Return the noun of WAY_BACK that *word* is in any language, or None: for who has chosen a wrong one."""
        meant = self.means(word)
        return meant.pop() if len(meant) == 1 and meant <= WAY_BACK else None

    def unknown(self, word: str, language: str, may: May, plainly: bool = True) -> UserError:
        """Return the error that says that no command is called *word*."""
        guess = self._guess(word, language, may) if plainly else None
        if guess is not None:
            sentence = _("I do not know the command “{word}”. Did you mean {guess}?", word=cited(word), guess=guess)
        elif "help" in self._commands:
            sentence = _(
                "I do not know the command “{word}”. {help} shows what I can do.",
                word=cited(word), help=self._shown("help", None, language),
            )  # fmt: skip
        else:
            sentence = _("I do not know the command “{word}”.", word=cited(word))
        return UserError(ErrorCode.NOT_FOUND, sentence)

    def mistyped(self, noun: str, word: str, language: str, may: May) -> UserError | None:
        """Return the error that says which verb of *noun* is near *word*; None if none is."""
        near = self._verb_near(noun, word, language, may)
        return self.unknown_verb(noun, word, language, may) if near else None

    def unknown_verb(self, noun: str, word: str | None, language: str, may: May) -> UserError:
        """Return the error that says that *noun* has no verb *word*, or needs one."""
        seen = [command.verb for command in self.of(noun) if command.verb and may(command)]
        shown = self._shown(noun, None, language)
        choices = tuple(Code(self._vocabulary.shown("verb", verb, language)) for verb in seen)
        if word is None:
            return UserError(
                ErrorCode.BAD_ARGUMENT,
                _("{command} needs one more word: {choices}.", command=shown, choices=AnyOf(choices)),
            )
        guess = self._verb_near(noun, word, language, may)
        sentence: Message
        if guess:
            sentence = _(
                "{command} does not know “{word}”. Did you mean {guess}?",
                command=shown, word=cited(word), guess=self._shown(noun, guess, language),
            )  # fmt: skip
        elif choices:
            sentence = _(
                "{command} does not know “{word}”. It knows {choices}.",
                command=shown, word=cited(word), choices=AnyOf(choices),
            )  # fmt: skip
        else:
            sentence = _("{command} does not know “{word}”.", command=shown, word=cited(word))
        return UserError(ErrorCode.NOT_FOUND, sentence)

    def _verb_near(self, noun: str, word: str, language: str, may: May) -> str | None:
        """Return the verb of *noun* nearest to *word*: in *language*, or as it is called in another."""
        seen = {verb for verb, command in self._commands[noun].items() if verb and may(command)}
        own = self._names[language].verbs[noun].guess(word, seen.__contains__)
        others = (names.verbs[noun].find(word) for names in self._names.values())
        return own or next((verb for verb in others if verb in seen), None)

    def _guess(self, word: str, language: str, may: May) -> Code | None:
        """Return the command nearest to *word*: its noun in any language, its verb, or a noun like it."""

        def seen(noun: str) -> bool:
            return any(may(command) for command in self.of(noun))

        languages = dict.fromkeys([language, *self._names])
        nouns = [self._names[one].nouns for one in languages]
        known = next((noun for index in nouns if (noun := index.find(word)) and seen(noun)), None)
        if known is None and (command := self._by_verb(word, languages, may, exact=True)):
            return self._shown(command.noun, command.verb, language)
        near = known or next((noun for index in nouns if (noun := index.guess(word, seen))), None)
        slipped = near is not None and any(index.has_near(word) for index in nouns)
        if not slipped and (command := self._by_verb(word, languages, may, exact=False)):
            return self._shown(command.noun, command.verb, language)
        return self._shown(near, None, language) if near else None

    def _by_verb(self, word: str, languages: Iterable[str], may: May, *, exact: bool) -> Command | None:
        """Return the first command that one *may* see whose verb *word* is, or is with a slip of the fingers."""
        for language in languages:
            for noun, index in self._names[language].verbs.items():
                seen = {verb for verb, command in self._commands[noun].items() if verb and may(command)}
                verb = index.find(word) if exact else index.slipped(word)
                if verb in seen:
                    return self._commands[noun][verb]
        return None

    def of_verb(self, word: str, language: str, may: May) -> Command | None:
        """Return the first command whose verb *word* is in any language: one that one *may* see, or no hidden one."""
        languages = dict.fromkeys([language, *self._names])
        return self._by_verb(word, languages, may, exact=True) or self._by_verb(
            word, languages, lambda command: not command.hidden, exact=True
        )

    def _shown(self, noun: str, verb: str | None, language: str) -> Code:
        words = [self._vocabulary.shown("noun", noun, language)]
        if verb:
            words.append(self._vocabulary.shown("verb", verb, language))
        return Code("!" + " ".join(words))

    def _of(self, language: str) -> _Names:
        commands = [command for verbs in self._commands.values() for command in verbs.values()]
        nouns = Index((name, c.noun) for c in commands for name in self._spelled(c, 0, language))
        verbs = {
            noun: Index((name, c.verb) for c in of.values() if c.verb for name in self._spelled(c, 1, language))
            for noun, of in self._commands.items()
        }
        return _Names(nouns, verbs)

    def _verbs_of(self, commands: Sequence[Command]) -> frozenset[str]:
        """Return the bare names of the verbs of *commands* in every language, but those that people call out."""
        named = (name for c in commands if c.verb for one in self._names for name in self._spelled(c, 1, one))
        return frozenset(map(bare, named)) - CRIES

    def _spelled(self, command: Command, place: int, language: str) -> Iterator[str]:
        """Return every noun (*place* 0) or verb (1) of *command*: its own, the language's, its aliases'."""
        yield from self._vocabulary.names(("noun", "verb")[place], command.name.split(" ")[place], language)
        yield from _at(place, command.aliases)


def _needs_text(command: Command) -> bool:
    return any(isinstance(p.given, Arg) and p.given.rest and p.required for p in command.parameters)


def _takes(command: Command, word: str) -> bool:
    """Return whether *word* can be meant for *command*: where a reference or an option belongs, no plain word is."""
    first = next((wanted_by(p) for p in command.parameters if isinstance(p.given, Arg)), None)
    if first is None or (first.types == (Ref,) and not first.choices):
        return any(c.isdigit() or c in ":=-" for c in word)
    return True


def _at(place: int, aliases: Iterable[str]) -> Iterator[str]:
    """Return the words at *place* of *aliases*; an alias of one word is another name of the noun."""
    return (words[place] for alias in aliases if len(words := alias.split()) > place)
