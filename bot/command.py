"""What a command is declared with. Help, usage lines and the tables of the pages read the declaration."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from bot.errors import ErrorCode, UserError
from bot.i18n import Message, _
from bot.model.file import File
from bot.model.person import Actor, Role
from bot.model.purpose import OPTION
from bot.model.times import Aim
from bot.model.told import Told

if TYPE_CHECKING:
    from bot.services import Services

__all__ = [
    "Arg",
    "Ask",
    "Command",
    "Context",
    "ErrorCode",
    "Listing",
    "Option",
    "Parameter",
    "Range",
    "Reply",
    "Role",
    "UserError",
    "command",
]

TYPED_ONLY = frozenset({"release", "export", "purge", "hold", "sir", "lost", "checkin"})
"""Words in the names of commands that no room describes, and that count only as a person types them."""

MOST_CHOICES = 9
"""How many answers of one digit there are."""


@dataclass(frozen=True, slots=True)
class Arg:
    """A positional argument; `rest` takes all the words that are left, as they were typed.

    A person is one of the room, or, with `anywhere` in a direct room, of any room that the asker shares with the bot.
    """

    summary: Message
    rest: bool = False
    metavar: str | None = None
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A named argument: `key:value`, `key=value` or `--key value`; `rest` takes all words up to the next option.

    One that `ends` the text may be given as a mention behind it, without its name.
    """

    summary: Message
    metavar: str | None = None
    rest: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest whole number that a parameter takes: `Annotated[int, Range(1, 5), Arg(…)]`."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter: its name, its type, how it is given and what it is without a value."""

    name: str
    type: Any
    given: Arg | Option
    required: bool
    default: Any = None
    range: Range | None = None
    aim: Aim = Aim.AHEAD
    """On which side of now a time must lie: `Annotated[datetime, Aim.BEHIND, Option(…)]`."""


PURPOSE = Parameter(
    OPTION, str | None, Option(_("For what purpose you read it, where that is asked"), rest=True), required=False
)
"""What every command takes that reads records."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines that stand below one another, each a bullet."""

    lines: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to the person who gave the command, answered by a reply with one digit.

    `of` is the command whose `answered` takes the answer, `choices` are names and labels, `data` is what the answer
    needs (JSON). `text` is asked in a message of its own; without one, the reply itself is the question. Raises
    ValueError for more choices than there are digits, or none.
    """

    of: str
    choices: tuple[tuple[str, Message], ...]
    data: Mapping[str, Any]
    text: Message | None = None
    free: bool = False
    """Whether it is answered by words as well; then it may have no choices."""
    digits: tuple[str, ...] = ()
    """The digits of the choices, where these are numbered already; only such as are free (`QuestionService.free`)."""

    def __post_init__(self) -> None:
        if not (0 if self.free else 1) <= len(self.choices) <= MOST_CHOICES:
            raise ValueError(f"a question has 1 to {MOST_CHOICES} choices, not {len(self.choices)}")


@dataclass(frozen=True, slots=True, init=False)
class Reply:
    """What a handler answers: paragraphs (a Message each) and listings, in no language yet.

    None at all where what the command posts is answer enough.
    """

    blocks: tuple[Message | Listing, ...]
    ref: str | None = None
    ask: Ask | None = None
    texts: Mapping[str, str] | None = None
    """Approved wordings by language, which stand before the blocks."""
    file: File | None = None
    """What is posted, encrypted, after the blocks."""
    of: str | None = None
    """The message whose words the blocks say again: they are taken back with these."""
    shows: tuple[str, ...] = ()
    """The references of records of which the blocks say something: that of `ref` unless they are named."""
    forgotten: bool = False
    """Whether not even what it is about is kept once it is sent."""
    quotes: tuple[str, ...] = ()
    """The references of what has its own words in the blocks: they are taken back with these."""

    def __init__(
        self,
        *blocks: Message | Listing,
        ref: str | None = None,
        ask: Ask | None = None,
        texts: Mapping[str, str] | None = None,
        file: File | None = None,
        of: str | None = None,
        shows: tuple[str, ...] | None = None,
        forgotten: bool = False,
        quotes: tuple[str, ...] = (),
    ) -> None:
        object.__setattr__(self, "blocks", blocks)
        object.__setattr__(self, "ref", ref)
        object.__setattr__(self, "ask", ask)
        object.__setattr__(self, "texts", texts)
        object.__setattr__(self, "file", file)
        object.__setattr__(self, "of", of)
        object.__setattr__(self, "shows", shows if shows is not None else (ref,) if ref else ())
        object.__setattr__(self, "forgotten", forgotten)
        object.__setattr__(self, "quotes", quotes)


@dataclass(frozen=True, slots=True)
class Context:
    """What a handler may use: who asks, where, when, and the services. It has no client: a handler cannot send."""

    actor: Actor
    room: str
    event: str
    now: datetime
    services: Services
    help: Callable[[Actor, str | None, str | None], Reply]
    """What `help [noun [verb]]` says to that person."""
    names: Callable[[str, str, str], tuple[str, ...]]
    """What a word of a context (`option`, `value`), here in English, may be typed as in a language, English last."""
    prepared: Any = None
    replies_to: str | None = None
    """The event that the command was written as a reply to."""
    by_thread: bool = False
    """Whether it replies to nothing itself, and `replies_to` is the card that its thread begins with."""
    sent_at: datetime | None = None
    received_at: datetime | None = None
    """When the homeserver says that it was sent, and when the bot got it (UTC); None: now."""
    source: str = ""
    """The message that the command was given in, where the event is the answer to a question about that."""
    label: str = ""
    """The labels that stand before the command; they stand as well before the text that is said in it."""

    @property
    def replied(self) -> str | None:
        """The message that the command is a reply to; None in a thread, which stands in for a reference alone."""
        return None if self.by_thread else self.replies_to

    @property
    def told(self) -> Told:
        """By which event, where and when the command was given."""
        sent, received = self.sent_at or self.now, self.received_at or self.now
        return Told(self.room, self.event, sent, received, self.now, self.source)


Handler = Callable[..., Awaitable[Reply]]
Prepare = Callable[..., Awaitable[Any]]
Fetched = Callable[["Context", str, Mapping[str, Any]], Awaitable[Any]]
Answered = Callable[[Context, str, Mapping[str, Any]], Awaitable[Reply]]
"""Takes the name of the choice, and the data of the question."""


@dataclass(frozen=True, slots=True)
class Command:
    """A declared command: `name` is a noun, or a noun and a verb."""

    name: str
    summary: Message
    role: Role
    parameters: tuple[Parameter, ...]
    handler: Handler
    prepare: Prepare | None = None
    answered: Answered | None = None
    aliases: tuple[str, ...] = ()
    changes: bool = True
    hidden: bool = field(default=False)
    described: bool = False
    shows_bare: bool = False
    or_role: Role | None = None
    fetched: Fetched | None = None
    sealed: bool = False
    cites: bool = True
    reads: bool = False

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles of which one is needed."""
        return (self.role, self.or_role) if self.or_role else (self.role,)

    def allows(self, actor: Actor) -> bool:
        """Return whether *actor* may use the command."""
        return any(map(actor.may, self.roles))

    def would_change(self, arguments: Mapping[str, Any]) -> bool:
        """Return whether the command with these values changes anything: one for each parameter, or its default."""
        bare = all(arguments.get(one.name) == one.default for one in self.parameters)
        return self.changes and not (self.shows_bare and bare)

    def keywords(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return *arguments*, by the names of parameters, by those of the handler's own: `in` is its `in_`."""
        given = {name: value for name, value in arguments.items() if not (self.reads and name == OPTION)}
        return {f"{name}_" if iskeyword(name) else name: value for name, value in given.items()}

    @property
    def noun(self) -> str:
        """The first word of the name."""
        return self.name.split(" ")[0]

    @property
    def verb(self) -> str | None:
        """The second word of the name, if it has one."""
        words = self.name.split(" ")
        return words[1] if len(words) > 1 else None


def command(
    name: str,
    *,
    summary: Message,
    role: Role = Role.OFFICER,
    prepare: Prepare | None = None,
    answered: Answered | None = None,
    fetched: Fetched | None = None,
    aliases: tuple[str, ...] = (),
    changes: bool = True,
    described: bool = False,
    shows_bare: bool = False,
    or_role: Role | None = None,
    sealed: bool = False,
    cites: bool = True,
    reads: bool = False,
) -> Callable[[Handler], Command]:
    """Declare the function below it as the command *name* and return the declaration.

    The first parameter of the function is the Context; each other one is `Annotated[T, Arg(…)]` or
    `Annotated[T, Option(…)]`. `prepare` does slow work before the transaction; what it returns is
    `ctx.prepared`. `answered` takes the answer to a question that the command asked, and
    `fetched` does what is slow about that before the transaction, as `prepare` does. A command that *changes*
    nothing is not asked about again when it came too late; nor is one that *shows_bare*, which without any argument
    only shows, when it has none. One that is *described* stands in the state of rooms, in clear, and may be filled in
    by apps; raise ValueError for those that must always be typed. Who has *or_role* may use it as well. What a
    *sealed* one says is never kept: however late it comes, it is done at once or not at all, and no log names it.
    Where one *cites* nothing, what is wrong with it is said without a word of what was typed. One that *reads* records
    takes the option `purpose` as well: why they are read, where that is to be stated; its handler gets none of it.
    """
    if described and not TYPED_ONLY.isdisjoint(name.split(" ")):
        raise ValueError(f"{name!r} must never be described")

    def declare(handler: Handler) -> Command:
        parameters = (*_parameters(handler), *([PURPOSE] if reads else []))
        return Command(
            name, summary, role, parameters, handler, prepare, answered, aliases, changes,
            described=described, shows_bare=shows_bare, or_role=or_role, fetched=fetched, sealed=sealed,
            cites=cites, reads=reads,
        )  # fmt: skip

    return declare


def _parameters(handler: Handler) -> tuple[Parameter, ...]:
    hints = typing.get_type_hints(handler, include_extras=True)
    found = []
    for parameter in list(inspect.signature(handler).parameters.values())[1:]:
        annotated, *extras = typing.get_args(hints[parameter.name])
        given = next(e for e in extras if isinstance(e, (Arg, Option)))
        required = parameter.default is inspect.Parameter.empty
        default = None if required else parameter.default
        bounds = next((e for e in extras if isinstance(e, Range)), None)
        aim = next((e for e in extras if isinstance(e, Aim)), Aim.AHEAD)
        name = parameter.name.removesuffix("_")  # as Python needs it where the name is a word of its own: `in_`
        found.append(Parameter(name, annotated, given, required, default, bounds, aim))
    return tuple(found)
