"""The pages of `help`: what one may use, a noun's commands, one command in full."""

from __future__ import annotations

from collections.abc import Sequence

from bot.arguments import Reader
from bot.command import Command, Listing, Reply
from bot.i18n import Code, Message, _


class Manual:
    """Help on the commands that one person may see, with names as their language shows them."""

    def __init__(self, reader: Reader, commands: Sequence[Command]) -> None:
        self._reader = reader
        self._commands = commands

    def contents(self) -> Reply:
        """Return every noun: with its only command's summary, or with its verbs."""
        nouns = dict.fromkeys(command.noun for command in self._commands)
        lines = tuple(self._entry([c for c in self._commands if c.noun == noun]) for noun in nouns)
        blocks: list[Message | Listing] = [_("This is what you can ask me:"), Listing(lines)]
        if more := next((c for c in self._commands if c.name == "help"), None):
            blocks.append(_("For more about one of these, write {usage}.", usage=self._usage(more)))
        return Reply(*blocks)

    def noun(self, noun: str) -> Reply:
        """Return the commands of *noun*, each with its usage line; the only one in full."""
        commands = [command for command in self._commands if command.noun == noun]
        if len(commands) == 1:
            return self.page(commands[0])
        lines = (_("{usage}: {what}", usage=self._usage(c), what=c.summary) for c in commands)
        name = Code("!" + self._reader.noun(commands[0]))
        return Reply(_("{command} can be used like this:", command=name), Listing(tuple(lines)))

    def page(self, command: Command) -> Reply:
        """Return one command in full: summary, usage line, what each argument and option means."""
        blocks: list[Message | Listing] = [
            _("{command}: {what}", command=Code("!" + self._reader.name(command)), what=command.summary),
            self._reader.usage_sentence(command),
        ]
        lines = tuple(
            _("{name}: {what}", name=Code(self._reader.written(p)), what=p.given.summary) for p in command.parameters
        )
        if lines:
            blocks.append(Listing(lines))
        if any(not p.required for p in command.parameters):
            blocks.append(_("What stands in square brackets may be left out."))
        return Reply(*blocks)

    def _entry(self, commands: Sequence[Command]) -> Message:
        if len(commands) == 1:
            name = Code("!" + self._reader.name(commands[0]))
            return _("{command}: {what}", command=name, what=commands[0].summary)
        verbs = tuple(Code(self._reader.verb(command)) for command in commands if command.verb)
        return _("{command}: {verbs}", command=Code("!" + self._reader.noun(commands[0])), verbs=verbs)

    def _usage(self, command: Command) -> Code:
        return Code("!" + self._reader.usage(command))
