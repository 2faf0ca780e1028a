"""A configuration file that is read again: what is safe is in force, the rest waits, a faulty file changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.config import Config, Current, Section, load
from bot.config.current import RELOADED
from bot.reload import Reload

from .fakes import BOT, configuration
from .world import World, world

__all__ = ["world"]

FILE = """
[matrix]
homeserver = "http://127.0.0.1:8008"
user_id = "@liaison:example.org"
password_file = "password"
[taskforce]
code = "BRAVO"
name = "Joint Task Force Bravo"
[privacy]
controller = "Joint Operations Centre"
contact = "privacy@example.org"
[access]
servers = ["example.org"]
"""
WAITING = {
    *(f"matrix.{key}" for key in ("homeserver", "user_id", "password_file", "access_token_file", "device_id")),
    "matrix.recovery_key_file",
    "storage.directory",
    "storage.key_file",
    "taskforce.code",
    "taskforce.languages",
    "taskforce.phrases_file",
    "taskforce.gazetteer",
    "taskforce.map_lines",
    "access.device_trust",
    "access.describe_commands",
    *(f"translation.{key}" for key in ("engines", "servers", "api_key_file", "timeout_seconds")),
    "health.listen",
    "health.token_file",
    "incident.checklists_file",
}


def leaves(config: Config) -> Iterator[tuple[str, Config]]:
    """Yield each key with a configuration in which it alone has another value."""
    for name, value in config:
        if isinstance(value, Section):
            for key, _ in value:
                other = value.model_copy(update={key: "another"})
                yield f"{name}.{key}", config.model_copy(update={name: other})
        else:
            yield name, config.model_copy(update={name: ("another",)})


@pytest.mark.parametrize(("key", "other"), list(leaves(configuration())))
def test_each_key_is_taken_over_or_waits_for_a_restart(key: str, other: Config) -> None:
    before = configuration()
    current = Current(before)
    changes = current.renew(other)
    if key in WAITING:
        assert (changes.taken, changes.waiting) == ((), (key,))
        assert current.now == before
    else:
        assert (changes.taken, changes.waiting) == ((key,), ())
        assert current.now == other


def test_what_is_reloaded_are_keys_of_the_file() -> None:
    keys = {key for key, _ in leaves(configuration())}
    assert {key.partition(".")[0] if key not in RELOADED else key for key in keys - WAITING} == RELOADED


def test_the_language_of_the_task_force_waits_for_its_working_languages() -> None:
    taskforce = {"code": "BRAVO", "name": "Bravo", "languages": ["en", "pt"], "language": "en"}
    current = Current(configuration(taskforce=taskforce))
    new = taskforce | {"languages": ["en", "fr"], "language": "fr", "name": "Bravissimo"}
    changes = current.renew(configuration(taskforce=new))
    assert changes.waiting == ("taskforce.language", "taskforce.languages")
    assert changes.taken == ("taskforce.name",)
    assert (current.now.taskforce.language, current.now.taskforce.name) == ("en", "Bravissimo")


async def until(logs: list[Any], event: str) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while not (found := [entry for entry in logs if entry["event"] == event]):
            await asyncio.sleep(0.005)
    logs.clear()
    return dict(found[0])


@contextmanager
def reloading(path: Path) -> Iterator[tuple[Reload, Current, list[Any], list[Collection[str]]]]:
    (path.parent / "password").write_text("hunter2")
    path.write_text(FILE)
    current, told = Current(load(path)), list[Collection[str]]()
    reload = Reload(path, current)
    reload.on_taken = told.append
    with capture_logs() as logs:
        work = asyncio.create_task(reload.run())
        yield reload, current, logs, told
        assert not work.done()
        work.cancel()


async def test_a_file_with_faults_changes_nothing_and_the_log_has_them_all(tmp_path: Path) -> None:
    path = tmp_path / "liaison.toml"
    with reloading(path) as (reload, current, logs, told):
        before = current.now
        path.write_text(FILE.replace("example.org", "") + '[roles]\nlead = ["@*:x"]\nchief = []\n[limits]\nx = 1\n')
        reload.ask()
        faults = " ".join((await until(logs, "config.faulty"))["faults"])
        assert all(key in faults for key in ("matrix.user_id", "access.servers.1", "roles.lead.1", "roles.chief"))
        for broken in ("[", None):
            path.write_text(broken) if broken else path.unlink()
            reload.ask()
            await until(logs, "config.faulty")
        assert (current.now, told) == (before, [])


async def test_what_is_taken_and_what_waits_is_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "liaison.toml"
    with reloading(path) as (reload, current, logs, told):
        text = FILE.replace("Bravo", "Brava").replace("8008", "8009") + '[roles]\nlead = ["@ana:example.org"]\n'
        path.write_text(text)
        reload.ask()
        assert (await until(logs, "config.needs_restart"))["keys"] == ("matrix.homeserver",)
        assert current.now.roles.lead == ("@ana:example.org",)
        assert current.now.matrix.homeserver.endswith("8008")
        reload.ask()
        assert (await until(logs, "config.reloaded"))["changed"] == ()
        assert told == [("roles.lead", "taskforce.name"), ()]


async def test_a_running_bot_follows_what_is_in_force(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    await ana.says("!privacy")
    assert ana.hears("Joint Task Force Bravo")
    stranger = world.person("chief", "FRA-PN")
    await stranger.says("!language en")
    assert stranger.hears(ok=True)
    assert not (await world.services.person.actor(ana.user_id, "!other")).roles & {"lead"}
    changed = {
        "taskforce": {"code": "BRAVO", "name": "Bravissimo", "languages": ["en", "pt", "es"]},
        "roles": {"lead": [ana.user_id]},
        "access": {"servers": ["gnr.example"]},
        "limits": {"commands_per_person": 2},
    }
    world.current.renew(configuration(**changed))
    await ana.says("!privacy")
    assert ana.hears("Bravissimo")
    assert (await world.services.person.actor(ana.user_id, "!other")).roles >= {"lead"}
    await stranger.says("!language en")
    assert not stranger.hears()
    assert world.services.room.accepts(ana.user_id, direct=False)
    await ana.says("!privacy")
    await ana.says("!privacy")
    assert ana.hears(error="rate_limited")
    assert world.current.now.matrix.user_id == BOT


async def test_whoever_is_put_into_another_agency_is_read_to_in_its_language(world: World) -> None:
    ana, kate = world.person("ana", "PRT-GNR"), world.person("kate")
    await kate.says("Two men are waiting at the gate.")
    assert kate.hears("(en to pt)")
    agency = {"code": "ESP-GC", "country": "ES", "language": "es", "timezone": "Europe/Madrid"}
    world.current.renew(configuration(agencies=[{**agency, "members": [ana.user_id]}]))
    await kate.says("They have left by the other gate.")
    assert kate.hears("(en to es)")


async def test_a_post_that_is_no_place_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "liaison.toml"
    with reloading(path) as (reload, current, logs, told):
        agency = 'code = "A"\ncountry = "PT"\nlanguage = "pt"\ntimezone = "UTC"\nmembers = ["@*:example.org"]\n'
        path.write_text(f'{FILE}[[agencies]]\n{agency}post = "Nowhere"\n', encoding="utf-8")
        reload.ask()
        assert "agencies.1.post" in " ".join((await until(logs, "config.faulty"))["faults"])
        assert current.now.agencies == () and told == []
