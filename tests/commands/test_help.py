"""help: what one may ask."""

from __future__ import annotations

import pytest

from bot.command import Role
from commands import COMMANDS

from ..duties import chooses, rings
from ..fakes import configuration
from ..world import World

FOR_ALL = [command for command in COMMANDS if command.role is Role.OFFICER]


async def test_help_lists_every_noun_that_one_may_use(world: World) -> None:
    ana = world.person("ana")
    event_id = await ana.says("!help")
    assert ana.hears(kind="reply", command="help", ok=True, to=event_id)
    for command in FOR_ALL:
        assert f"!{command.noun}" in ana.last.body


@pytest.mark.parametrize("noun", sorted({command.noun for command in FOR_ALL}))
async def test_help_explains_each_noun(world: World, noun: str) -> None:
    ana = world.person("ana")
    await ana.says(f"!help {noun}")
    assert ana.hears(f"!{noun}", command="help", ok=True)


async def test_help_for_what_does_not_exist_says_so(world: World) -> None:
    ana = world.person("ana")
    await ana.says("!help xyzzyx")
    assert ana.hears(command="help", ok=False)


@pytest.mark.parametrize(
    "line", ["!help", "/help", "//help", "! help", "@liaison:example.org help", "Liaison: help", "!HELP"]
)
async def test_every_way_to_call_the_bot_is_the_same(world: World, line: str) -> None:
    ana = world.person("ana")
    await ana.says(line)
    assert ana.hears(command="help", ok=True) is (line != "! help")


async def test_what_is_said_to_others_is_not_answered(world: World) -> None:
    ana = world.person("ana")
    for text in ("help!", "I need help", "!", "!!!", "/etc/passwd"):
        await ana.says(text)
    assert world.heard == []


async def test_a_subcommand_alone_is_answered_and_not_translated(world: World) -> None:
    rui, ana = world.person("rui"), world.person("ana", "PRT-GNR")
    await ana.says("!fix olá a todos")
    assert ana.hears("I do not know the command “fix”. Did you mean !translate fix?", ok=False, error="not_found")
    assert [heard.kind for heard in world.heard] == ["reply"] and rui
    assert ana.last.mentions == ()
    await ana.says("!Alto, olá a todos")
    assert ana.hears("(pt to en)", kind="translation")


@pytest.mark.parametrize("noun", sorted({command.noun for command in COMMANDS}))
async def test_a_command_alone_never_quotes_an_empty_word(world: World, noun: str) -> None:
    world.config = world.current.now = configuration(
        roles={"lead": ["@ana:example.org"], "admin": ["@zoe:example.org"]}
    )
    ana, zoe = world.person("ana"), world.person("zoe")
    await ana.says('!briefing schedule Fuel "2026-11-23 14:30" for:30m')
    await chooses(ana, rings(world)[-1] if rings(world) else ana.last, "save")
    for command in COMMANDS:
        if command.noun == noun:
            for who in (ana, zoe):
                await who.says(f"!{command.name}")
                assert not any("“”" in one.post.body for one in world.heard if one.post), command.name


async def test_help_on_what_is_for_others_says_for_whom(world: World) -> None:
    ana = world.person("ana")
    await ana.says("!help incident lead")
    assert ana.hears("Only a lead may use", ok=False, error="not_allowed")
