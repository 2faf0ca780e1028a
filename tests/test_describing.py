"""What apps are told of commands, and what becomes of commands that they fill in."""

from __future__ import annotations

import base64
import hashlib
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.command import TYPED_ONLY, Arg, Command, Context, Option, Reply, command
from bot.errors import ErrorCode, UserError
from bot.i18n import Catalogues, _
from bot.model.person import Actor, LanguageCode, Role, UserId, Zone
from bot.router import Line, Router
from bot.router.describing import describe
from commands import COMMANDS

from .fakes import BOT

CATALOGUES = Catalogues.load()
ANA = UserId("@ana:gnr.example")
KEY = "org.matrix.msc4391.command"


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


@command("note add", summary=_("Show what I can do, or how to use one command"), described=True)
async def add(
    ctx: Context,
    title: Annotated[str, Arg(_("Whose keys to show"))],
    count: Annotated[int | None, Arg(_("Whose keys to show"))] = None,
    text: Annotated[str | None, Arg(_("Whose keys to show"), rest=True)] = None,
    person: Annotated[UserId | None, Option(_("Whose keys to show"))] = None,
    colour: Annotated[Colour, Option(_("Whose keys to show"))] = Colour.RED,
    said: Annotated[str | None, Option(_("Whose keys to show"))] = None,
    reads: Annotated[tuple[LanguageCode | Literal["none"], ...] | None, Option(_("Whose keys to show"))] = None,
    people: Annotated[tuple[UserId, ...] | None, Option(_("Whose keys to show"))] = None,
) -> Reply:
    return Reply()


@command("note remove", summary=_("Show what I can do, or how to use one command"))
async def remove(ctx: Context) -> Reply:
    return Reply()


ROUTER = Router((add, remove), Catalogues({}))
ACTOR = Actor(
    user_id=ANA,
    name="Ana",
    roles=frozenset({Role.OFFICER}),
    agency=None,
    language=LanguageCode("en"),
    menus=LanguageCode("en"),
    zone=Zone("UTC"),
    reads=frozenset(),
)


# What is told


def test_a_description_says_how_the_command_is_filled_in() -> None:
    description = describe(add, CATALOGUES, BOT)
    assert description.key == base64.b64encode(hashlib.sha256(b"note add" + BOT.encode()).digest()).decode()
    content = description.content
    assert (content["command"], content["fi.mau.tail_parameter"]) == ("note add", "text")
    texts = content["description"]["m.text"]
    assert [text["lang"] for text in texts] == list(CATALOGUES.languages)
    assert texts[0]["body"] == "Show what I can do, or how to use one command"
    assert len({text["body"] for text in texts}) == len(texts)
    text, person = ({"schema_type": "primitive", "type": kind} for kind in ("string", "user_id"))
    schemas = {parameter["key"]: parameter["schema"] for parameter in content["parameters"]}
    assert schemas == {
        "title": text,
        "count": {"schema_type": "primitive", "type": "integer"},
        "text": text,
        "person": person,
        "colour": {
            "schema_type": "union",
            "variants": [{"schema_type": "literal", "value": "red"}, {"schema_type": "literal", "value": "green"}],
        },
        "said": text,
        "reads": {"schema_type": "array", "items": text},
        "people": {"schema_type": "array", "items": person},
    }
    assert [p["key"] for p in content["parameters"] if not p["optional"]] == ["title"]
    assert all(p["description"]["m.text"][1]["body"] for p in content["parameters"])


def test_only_commands_that_say_so_are_described() -> None:
    assert [d.content["command"] for d in ROUTER.descriptions(BOT)] == ["note add"]
    described = [d.content["command"] for d in Router(COMMANDS, CATALOGUES).descriptions(BOT)]
    assert described == [
        "help", "about", "status", "privacy", "language", "timezone", "room show", "say", "identity show",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [*sorted(TYPED_ONLY), "incident export", "audit export", "release list"])
def test_some_commands_can_never_be_described(name: str) -> None:
    with pytest.raises(ValueError, match="never be described"):
        command(name, summary=_("Show what I can do, or how to use one command"), described=True)


# What is filled in


def filled(name: Any = "note add", /, *, mentions: Any = None, **arguments: Any) -> dict[str, Any]:
    """Return the content of a message in which an app filled in a command."""
    alone = {"user_ids": [BOT]} if mentions is None else mentions
    return {"msgtype": "m.text", "body": "?", "m.mentions": alone, KEY: {"command": name, "arguments": arguments}}


def given_to(content: dict[str, Any]) -> Any:
    """Return the arguments that the command gets, or the error."""
    line = ROUTER.filled_in(content, BOT)
    assert line is not None
    try:
        invocation = ROUTER.resolve(line, ACTOR)
    except UserError as error:
        return error.code
    assert invocation.command is add
    return {name: value for name, value in invocation.arguments.items() if value not in (None, Colour.RED)}


@pytest.mark.parametrize(
    "arguments",
    [
        {"title": "a b"},
        {"title": "close person:@eve:example.org", "said": "--colour green"},
        {"title": "x", "count": 3, "text": "two words -- colour:green\nand a line"},
        {"title": 'She said "no" and ’left’', "count": 0, "text": "« Oui »"},
        {"title": "x", "person": "@eve:example.org", "colour": "green"},
    ],
)
def test_values_come_through_as_they_are(arguments: dict[str, Any]) -> None:
    assert given_to(filled(**arguments)) == arguments


def test_lists_come_through() -> None:
    assert given_to(filled(title="x", reads=["en", "pt"], people=[ANA])) == {
        "title": "x",
        "reads": ("en", "pt"),
        "people": (ANA,),
    }
    assert given_to(filled(title="x", reads=["en,"], said="pt")) == {"title": "x", "reads": ("en",), "said": "pt"}


words = st.text() | st.from_regex(r"(--|)(said|colour|person|reads)[:=][ \"'«»‹›“”„’‘,]*(note remove| -- )?")


@given(title=words, text=words, said=words)
def test_no_value_becomes_an_option_or_another_command(title: str, text: str, said: str) -> None:
    given = {"title": title, "count": 1, "text": text, "said": said}
    assert given_to(filled(**given)) in (given, ErrorCode.BAD_ARGUMENT)


@pytest.mark.parametrize("quote", ['"', "«", "‹", "'", '"«', "“'", "”»"])
def test_a_value_may_hold_quotes(quote: str) -> None:
    assert given_to(filled(title=f"a{quote}b{quote} {quote}")) == {"title": f"a{quote}b{quote} {quote}"}


@pytest.mark.parametrize(
    "content",
    [
        filled("note remove"),
        filled("release"),
        filled("!note add", title="x"),
        filled("note add x", title="x"),
        filled(["note add"], title="x"),
        filled(title="x", unknown="y"),
        filled(title="x", text="the count is missing"),
        filled(title={"type": "m"}),
        filled(title=True),
        filled(title=1.5),
        filled(title=["a", "b"]),
        filled(title="x", reads=[["en"]]),
        filled(title="x", reads="none,\"«‹'»›"),
        filled() | {KEY: "note add"},
        filled() | {KEY: {"command": "note add", "arguments": ["x"]}},
        filled() | {KEY: {}},
    ],
)
def test_what_is_not_described_or_malformed_does_nothing(content: dict[str, Any]) -> None:
    assert ROUTER.filled_in(content, BOT) == Line("", True, usable=False)
    assert given_to(content) is ErrorCode.BAD_ARGUMENT


@pytest.mark.parametrize(
    "mentions",
    [{}, {"user_ids": []}, {"user_ids": [ANA]}, {"user_ids": [BOT, ANA]}, {"user_ids": BOT}, [BOT],
     {"user_ids": [BOT], "room": True}],
)  # fmt: skip
def test_what_mentions_others_is_not_for_the_bot(mentions: Any) -> None:
    assert ROUTER.filled_in(filled(title="x", mentions=mentions), BOT) is None


def test_a_message_without_any_is_none() -> None:
    assert ROUTER.filled_in({"body": "!help", "m.mentions": {"user_ids": [BOT]}}, BOT) is None


def test_the_flag_is_off_unless_it_is_said() -> None:
    assert isinstance(remove, Command)
    assert not remove.described
