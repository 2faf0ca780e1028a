"""What refuses or asks something says no more of a record than may be read when it is sent; nor does it keep words."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest
import pytest_asyncio

from bot.i18n import Message
from bot.model.correction import ENDED

from ..world import Person, World
from .marked import TITLE, ana, asks, luc, marks, ref_of, world
from .scene import redacted, replied

__all__ = ["ana", "luc", "world"]


@pytest_asyncio.fixture
async def ref(world: World, ana: Person, luc: Person) -> str:
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    await ana.says(f"!incident severity {ref_of(world)} low Falso")
    return ref_of(world)


async def held(world: World, table: str, column: str) -> str:
    """Return all that a column holds."""
    return " ".join(str(row[column]) for row in await world.database.rows(f"SELECT {column} FROM {table}"))


LINES = {
    "status {ref} open": "It is so already: open",
    "decide {ref} X corrects:7": "has no decision 7",
    "severity {ref} very_high armados": "Ana has just changed that",
    "status open": "It is so already: open",
    "note {ref} TLP:RED X": "goes into no record",
}


@pytest.mark.parametrize("hides", [False, True])
@pytest.mark.parametrize("line", LINES)
async def test_an_error_is_decided_when_it_is_sent(world: World, luc: Person, ref: str, line: str, hides: bool) -> None:
    card = next(f"$sent{at}" for at, heard in enumerate(world.heard, 1) if heard.kind == "card")
    said = replied("!incident " + line.format(ref=ref), card if "{ref}" not in line else "$other")
    await world.receives(luc.user_id, "", **said)
    while (await world.store.inbox.depth())[0]:
        await world.idle()
    if hides:
        await marks(world, ref, "TLP:AMBER+STRICT")
    since = len(world.heard)
    await world.delivers()
    posts = [heard.post for heard in world.heard[since:] if heard.post]
    told = " ".join(f"{post.body} {post.record}" for post in posts).replace("\u2068", "").replace("\u2069", "")
    if hides:
        assert [post.record["error"] for post in posts] == ["not_found"] and "no such incident here" in told
        assert ref not in told and LINES[line] not in told
    else:
        assert LINES[line] in told


async def test_an_error_about_what_is_hidden_is_that_about_what_is_not_there(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!incident task {ref} Cercar")
    [row] = await world.database.rows("SELECT ref FROM task")
    await marks(world, ref, "TLP:AMBER+STRICT")
    for line in ("task done {ref}", "ack {ref}", "report show {ref}", "incident note {ref}", "mark {ref} TLP:RED"):
        hidden = await asks(luc, "!" + line.format(ref=row["ref"] if "task" in line else ref))
        absent = await asks(luc, "!" + line.format(ref="BRAVO-7K3Q0"))
        assert (hidden.body, hidden.html) == (absent.body, absent.html), line
        assert hidden.record | {"to": ""} == absent.record | {"to": ""}, line


def test_what_is_said_of_a_question_that_is_settled_is_always_the_same() -> None:
    """So its edit can hold no words of a record; whoever adds another has to look at `Renderer._settled`."""
    root = Path(__file__).parent.parent.parent
    said = [
        (".".join(path.relative_to(root).with_suffix("").parts), ast.unparse(node.args[2]))
        for path in (root / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("question.settle") and len(node.args) > 2
    ]
    constants = [getattr(importlib.import_module(module), name) for module, name in said]
    assert len(constants) > 8 and ENDED in constants
    assert [one for one in constants if not isinstance(one, Message) or one.values] == []
    assert [path.name for path in (root / "bot").rglob("*.py") if '"settled", cause' in path.read_text("utf-8")] == [
        "question.py"
    ]


async def test_the_words_of_a_contested_command_go_with_its_message(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    command = await luc.says(f"!incident severity {ref} very_high Homens armados")
    question = luc.last
    assert "armados" in await held(world, "question", "data")
    await luc.says("", **redacted(command))
    assert "armados" not in await held(world, "question", "data")
    digit = next(iter(question.record["choices"]))
    await luc.says("", **replied(digit, world.event_of(question)))
    assert luc.hears("That is settled already", error="conflict")
    assert "armados" not in await held(world, "entry", "text")
