"""A report to the rights monitors that is nearly one: how it is written is said in a direct room, and nowhere else."""

from __future__ import annotations

import pytest

from bot.i18n import Catalogues
from bot.router import Router
from commands import COMMANDS

from ..fakes import configuration
from ..world import Person, World
from .test_sir import DIRECT, SECRET, ana, everything, posted, world

__all__ = ["ana", "world"]

ROUTER = Router(COMMANDS, Catalogues.load())


def heard_in(world: World, room: str, since: int) -> list[str]:
    return [one.post.body for one in world.heard[since:] if one.post and one.room == room]


@pytest.mark.parametrize("begun", ["!sri", "!sirr", "!si", "/sur", "! sir", "!sir-report", "sir", "Sir,", "\\sir"])
async def test_who_misspells_it_is_told_how_it_is_written(world: World, ana: Person, begun: str) -> None:
    since = len(world.heard)
    await ana.says(f"{begun} {SECRET} strikes prisoners", room=DIRECT)
    assert heard_in(world, DIRECT, since) == ["Write it like this: !sir TEXT"] and len(world.heard) == since + 1
    assert SECRET not in await everything(world) and posted(world, "file") == []


@pytest.mark.parametrize("begun", ["!sri", "sir", "! sir"])
async def test_nobody_else_learns_of_it(world: World, ana: Person, begun: str) -> None:
    await ana.says(f"{begun} {SECRET} strikes prisoners")
    assert not any("!sir" in one.post.body for one in world.heard if one.post)


@pytest.mark.parametrize("said", ["Ser ou não ser", "si claro", "Bom dia", "!say halt.vehicle", "👍", "12"])
async def test_what_is_something_else_is_no_report(world: World, ana: Person, said: str) -> None:
    since = len(world.heard)
    await ana.says(said, room=DIRECT)
    assert not any("!sir" in body for body in heard_in(world, DIRECT, since))


@pytest.mark.parametrize(
    "begun",
    [
        "! sir",
        "!\u00a0SIR",
        "!sri",
        "!SRR",
        "!sirr",
        "!ssir",
        "/ sir",
        "TLP:RED !srr",
        "！ sir",
        "!sri:",
    ],
)
async def test_in_a_room_of_others_what_nearly_is_a_report_is_refused_as_one(
    world: World, ana: Person, begun: str
) -> None:
    await ana.says(f"{begun} {SECRET} officer beat a man")
    assert ana.hears("Delete your message", ok=False, error="not_allowed")
    assert world.translator.made == [] and SECRET not in await everything(world)


@pytest.mark.parametrize(
    "said",
    [
        "! sir, they are shooting at us from there", "! sir they are shooting at us from there!",
        "!sit down over there now",
        "!sim claro que vou para lá", "!sid take the left side now", "!sin duda que vamos todos",
        "!air support is on its way",
        "!sir stop", "! sir", "sir officer beat a man", "! six of them at the gate",
    ],
)  # fmt: skip
async def test_what_people_call_out_is_passed_on(world: World, ana: Person, said: str) -> None:
    await ana.says(said)
    assert world.translator.made == [said] and not ana.hears("Delete your message")


async def test_without_monitors_it_is_a_message(world: World, ana: Person) -> None:
    world.current.now = configuration()
    await ana.says("!sri officer beat a man")
    assert world.translator.made == ["!sri officer beat a man"]


@pytest.mark.parametrize(
    "begun", ["! denuncia", "! denunciar", "!denuncai", "!signalemnt", "! Signalement", "!segnalazoine", "! καταγγελία"]
)
def test_its_names_in_every_language_count_as_nearly_written(begun: str) -> None:
    line = ROUTER.slipped(f"{begun} {SECRET}")
    assert line and ROUTER.seals(line) and line.text == f"sir {SECRET}"
    assert ROUTER.slipped(f"!denuncia {SECRET}") is None, "what is written right is a command already"
