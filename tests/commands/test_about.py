"""about: what the bot is, and what it can do for each working language."""

from __future__ import annotations

from bot import __version__
from bot.config import Config

from ..fakes import configuration
from ..world import World


async def test_about_names_the_version_and_the_task_force(world: World) -> None:
    ana = world.person("ana")
    await ana.says("!about")
    assert ana.hears(f"I am Liaison {__version__} (Joint Task Force Bravo)", command="about", ok=True)
    assert "not for classified information" in ana.last.body


async def test_about_says_for_each_working_language_what_works(world: World) -> None:
    ana = world.person("ana")
    await ana.says("!about")
    lines = [line for line in ana.last.body.splitlines() if line.startswith("•")]
    assert lines == [
        "• English: I answer in it; translated from: Portuguese and Spanish; translated into: Portuguese and Spanish",
        "• Portuguese: I answer in it; translated from: English and Spanish; translated into: English and Spanish",
        "• Spanish: I do not answer in it yet; translated from: English and Portuguese;"
        " translated into: English and Portuguese",
    ]


async def test_about_does_not_promise_a_language_that_no_model_serves(world: World) -> None:
    await world.stop()
    taskforce = {"code": "BRAVO", "name": "Bravo", "languages": ["en", "fr"]}
    world.config = Config.model_validate(configuration(taskforce=taskforce))
    await world.start()
    ana = world.person("ana")
    await ana.says("!about")
    assert ana.hears("• French: I do not answer in it yet; translated from: –; translated into: –")
