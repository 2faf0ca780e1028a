"""Finds the command that a line names and reads its arguments; words every error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.arguments import LONGEST, Reader, Scanner, Vocabulary
from bot.command import Arg, Ask, Command, Context, Reply
from bot.errors import ErrorCode, UserError
from bot.i18n import Catalogues, Code, _
from bot.model.handling.sentences import unknown
from bot.model.people import NOBODY, People
from bot.model.person import Actor, Role
from bot.model.places import NOWHERE, Gazetteer
from bot.model.rights import only_a_lead
from bot.router.addressing import DECLARE, Addressee, Line, addressed, almost, misspelt, slipped
from bot.router.describing import Description, describe
from bot.router.filled import filled_in
from bot.router.finding import Finder, May
from bot.router.manual import Manual

_ONLY = {
    (Role.LEAD,): _("Only a lead may use {command}."),
    (Role.COORDINATOR,): _("Only a coordinator may use {command}."),
    (Role.COORDINATOR, Role.LEAD): _("Only a coordinator or a lead may use {command}."),
    (Role.AUDITOR,): _("Only an auditor may use {command}."),
    (Role.AUDITOR, Role.ADMIN): _("Only an auditor or an administrator may use {command}."),
    (Role.AUDITOR, Role.KEEPER): _("Only an auditor or the keeper of an agency may use {command}."),
    (Role.ADMIN,): _("Only an administrator may use {command}."),
    (Role.MONITOR,): _("Only a rights monitor may use {command}."),
    (Role.OFFICER,): _("Your power level in this room is below zero, so you may not use {command}."),
}
_UNWORDED = {
    ErrorCode.BAD_ARGUMENT: _("I did not understand that."),
    ErrorCode.NOT_FOUND: _("I cannot find that."),
    ErrorCode.NOT_ALLOWED: _("You may not do that."),
    ErrorCode.CONFLICT: _("That has changed in the meantime. Look at it again, then try once more."),
    ErrorCode.HANDLING: _("The handling mark of this item does not allow that."),
    ErrorCode.UNAVAILABLE: _("That does not work at the moment. Try again later."),
    ErrorCode.RATE_LIMITED: _("That was too much at once. Wait a little, then try again."),
    ErrorCode.STALE: _("That came too late to be acted on. Send it again if you still need it."),
    ErrorCode.INTERNAL: _("Something went wrong on my side. It is not your mistake."),
}

_UNUSABLE = _("I do not take that command as your app filled it in, so I did nothing. Please type it instead.")


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command and a value for each of its parameters."""

    command: Command
    arguments: Mapping[str, Any]
    answer: tuple[str, Mapping[str, Any]] | None = None
    """The choice and the data of a question of the command's, where this answers one."""


_TEXTS = ("text", "title")
"""What a parameter is called that holds what a person says, in their own words."""


def _labelled(command: Command, arguments: Mapping[str, Any], label: str) -> Mapping[str, Any]:
    """Return *arguments* with the *label* that stands before a command before the text that a person says in it."""
    texts = [one.name for one in command.parameters if one.name in _TEXTS and isinstance(arguments.get(one.name), str)]
    return (
        {**arguments, **{name: f"{label} {arguments[name]}" for name in texts}}
        if label and command.changes
        else arguments
    )


class Router:
    """Every command, by its names in every interface language."""

    def __init__(self, commands: Sequence[Command], catalogues: Catalogues) -> None:
        """Raise ValueError when two names of one language collide, TypeError if nothing reads a type.

        KeyError if nothing says who may use a command.
        """
        self.commands = tuple(commands)
        if unknown := {command.roles for command in commands} - _ONLY.keys():
            raise KeyError(f"nothing says who may use a command for {unknown}")
        self._catalogues = catalogues
        self._vocabulary = Vocabulary(catalogues)
        self._readers = {
            language: Reader(language, self.commands, self._vocabulary) for language in self._vocabulary.languages
        }
        self._finder = Finder(self.commands, self._vocabulary)
        self._sealed = {command.noun for command in commands if command.sealed}
        self._sealed_names = self._finder.names(self._sealed)

    def addressed(self, body: str, formatted_body: str | None, bot: Addressee) -> Line | None:
        """Return the command line that a message is, or None if it is not for the bot."""
        return addressed(body, formatted_body, bot, self._finder)

    def almost(self, body: str) -> str | None:
        """Return the words, without the prefix, of a message that begins as a command does and is none, or None."""
        return almost(body, self._finder)

    def lacking(self, words: str, actor: Actor, now: datetime | None) -> UserError:
        """Return what keeps *words*, which begin as a command does, from being one, or else how that is written."""
        try:
            command = self._left_out(words, actor) or self.resolve(Line(words, True), actor, now).command
        except UserError as error:
            if error.code is not ErrorCode.BAD_ARGUMENT or error.command is None:
                return error
            # What they say behind it was hardly meant for its arguments.
            command = next(one for one in self.commands if one.name == error.command)
        if not command.allows(actor):
            return self._refusal(command, actor, self._reader(actor))
        return UserError(ErrorCode.BAD_ARGUMENT, self._reader(actor).usage_sentence(command))

    def _left_out(self, words: str, actor: Actor) -> Command | None:
        """Return the command whose verb *words* begin with, where no noun is like that; one for *actor* before others.

        None if there is none, or it is for others and not told of.
        """
        first = Scanner(words).word(0)
        if first is None or self._finder.has_near(first.text):
            return None
        return self._finder.of_verb(first.text, actor.menus, _seen_by(actor))

    def seals(self, line: Line) -> bool:
        """Return whether nothing may be kept of what *line* says, in whatever language its noun is."""
        first = Scanner(line.text).word(0)
        return first is not None and not self._sealed.isdisjoint(self._finder.means(first.text))

    def unsealed(self, body: str, actor: Actor) -> UserError | None:
        """Return how a sealed command is written, if *body* seems to be one and is none; else None."""
        if not misspelt(body, self._sealed_names):
            return None
        command = next(one for one in self.commands if one.sealed)
        return UserError(ErrorCode.BAD_ARGUMENT, self._reader(actor).usage_sentence(command))

    def slipped(self, body: str) -> Line | None:
        """Return the line of the sealed command that *body* nearly is, for where others read it; else None."""
        said = slipped(body, self._sealed_names)
        command = next((one for one in self.commands if one.sealed), None)
        if said is None or command is None:
            return None
        return Line(f"{command.noun} {said}", True)

    def filled_in(self, content: Mapping[str, Any], bot: str) -> Line | None:
        """Return the command line that an app filled in for *bot* beside a message's text, or None."""
        return filled_in(content, bot, self.commands)

    def descriptions(self, bot: str) -> tuple[Description, ...]:
        """Return what apps are told of the commands that say so, for the account *bot*."""
        return tuple(describe(command, self._catalogues, bot) for command in self.commands if command.described)

    def resolve(
        self,
        line: Line,
        actor: Actor,
        now: datetime | None = None,
        sent: datetime | None = None,
        gazetteer: Gazetteer = NOWHERE,
        people: People = NOBODY,
    ) -> Invocation:
        """Return what *line*, received at *now*, asks for, or raise UserError with everything that is wrong with it."""
        if not line.usable:
            raise UserError(ErrorCode.BAD_ARGUMENT, _UNUSABLE)
        if line.begun:
            raise self.lacking(line.text, actor, now)
        if len(line.text) > LONGEST and not line.text.startswith(DECLARE):
            too_long = _(
                "A command has {most} characters at most. This one has {length}.",
                most=LONGEST, length=len(line.text),
            )  # fmt: skip
            raise UserError(ErrorCode.BAD_ARGUMENT, too_long)
        reader = self._reader(actor)
        # What is longer is all text: it is not taken apart.
        text = line.text[:LONGEST]
        words = Scanner(text, line.pills)
        command, at = self._finder.find(words, reader.language, _seen_by(actor), line.plainly)
        try:
            if not command.allows(actor):
                raise self._refusal(command, actor, reader)
            if line.mistyped and command.changes and not command.sealed:
                raise UserError(ErrorCode.BAD_ARGUMENT, unknown(line.mistyped))
            arguments = reader.read(
                command, text, at, actor.language, line.pills, actor.zone, now, sent, gazetteer, people
            )
            if len(line.text) > LONGEST:
                running = next(p.name for p in command.parameters if isinstance(p.given, Arg) and p.given.rest)
                arguments[running] = line.text.removeprefix(DECLARE).strip()
            return Invocation(command, _labelled(command, arguments, line.label))
        except UserError as error:
            error = self._mistyped(command, words, at, actor, error) or error
            error.command = command.name
            raise error from None

    def _mistyped(self, command: Command, line: Scanner, at: int, actor: Actor, error: UserError) -> UserError | None:
        """Return that the first word of the arguments seems to be a verb, where *error* guesses at nothing else."""
        word = line.word(at)
        guessed = any("guess" in message.values for message in error.messages)
        if error.code is not ErrorCode.BAD_ARGUMENT or command.verb or word is None or not word.plain or guessed:
            return None
        if not command.cites:
            return None
        return self._finder.mistyped(command.noun, word.text, actor.menus, _seen_by(actor))

    def answered(self, of: str, choice: str, data: Mapping[str, Any], actor: Actor) -> Invocation:
        """Return what an answer to a question of the command *of* brings about, or raise UserError."""
        command = next((c for c in self.commands if c.name == of and c.answered), None)
        if command is None:
            raise UserError(ErrorCode.CONFLICT)
        if not command.allows(actor):
            raise self._refusal(command, actor, self._reader(actor))
        return Invocation(command, {}, (choice, data))

    def name(self, command: Command, actor: Actor) -> str:
        """Return what *command* is called in the person's language."""
        return self._reader(actor).name(command)

    def names(self, context: str, name: str, language: str) -> tuple[str, ...]:
        """Return what *name* may be typed as in *language*: the one to show first, English last."""
        return self._vocabulary.names(context, name, self._vocabulary.choose(language))

    async def prepare(self, invocation: Invocation, context: Context) -> Any:
        """Return what the command's slow part returns, None if it has none. Outside any transaction."""
        command = invocation.command
        if invocation.answer:
            return await command.fetched(context, *invocation.answer) if command.fetched else None
        if command.prepare is None:
            return None
        return await command.prepare(context, **command.keywords(invocation.arguments))

    async def run(self, invocation: Invocation, context: Context) -> Reply:
        """Return the command's answer. Its UserError passes."""
        command = invocation.command
        if invocation.answer and command.answered:
            return await command.answered(context, *invocation.answer)
        return await command.handler(context, **command.keywords(invocation.arguments))

    def refused(self, error: UserError) -> Reply:
        """Return *error* as an answer: each of its sentences a paragraph."""
        asked = error.asking
        ask = Ask(asked.of, asked.choices, asked.data, asked.text) if asked else None
        about = (asked.ref, *error.shows) if asked and asked.ref else error.shows
        return Reply(*(error.messages or (_UNWORDED[error.code],)), ask=ask, shows=about)

    def help(self, actor: Actor, noun: str | None, verb: str | None) -> Reply:
        """Return what *actor* may use, one noun, or one command in full; raise UserError if unknown."""
        reader, may = self._reader(actor), _seen_by(actor)
        manual = Manual(reader, [command for command in self.commands if may(command)])
        if noun is None:
            return manual.contents()
        noun = noun.lstrip("!！/／") or noun
        known = self._finder.noun(noun, reader.language)
        if known is None or not any(map(may, self._finder.of(known))):
            raise self._finder.unknown(noun, reader.language, may)
        if verb is None:
            return manual.noun(known)
        command = self._finder.verb(known, verb, reader.language)
        if command is not None and not command.hidden and not command.allows(actor):
            raise self._refusal(command, actor, reader)
        if command is None or not may(command):
            raise self._finder.unknown_verb(known, verb, reader.language, may)
        return manual.page(command)

    def usage(self, command: Command, language: str) -> str:
        """Return how *command* is written in *language*, such as `language [LANG|auto] [reads:LANGS]`."""
        return self._readers[self._vocabulary.choose(language)].usage(command)

    def _refusal(self, command: Command, actor: Actor, reader: Reader) -> UserError:
        """Return the error that says what *actor* lacks for *command*."""
        roles = command.roles if actor.may(Role.OFFICER) else (Role.OFFICER,)
        sentence = replace(_ONLY[roles], values={"command": Code("!" + reader.name(command))})
        return only_a_lead(actor, sentence) if Role.LEAD in roles else UserError(ErrorCode.NOT_ALLOWED, sentence)

    def _reader(self, actor: Actor) -> Reader:
        return self._readers[actor.menus]


def _seen_by(actor: Actor) -> May:
    """Return whether *actor* may see a command: in help, and as a guess."""
    return lambda command: not command.hidden and command.allows(actor)
