"""privacy: what is kept, how long, who sees it."""

from __future__ import annotations

from pathlib import Path

from ..fakes import BOT, configuration
from ..world import World


async def test_privacy_names_who_is_responsible_and_how_long_things_are_kept(world: World) -> None:
    ana = world.person("ana")
    await ana.says("!privacy")
    assert ana.hears("Joint Operations Centre is responsible", command="privacy", ok=True)
    assert ana.hears("privacy@example.org")
    assert ana.hears("Translations, senders and times are deleted after 365 days")
    assert ana.hears("Whoever operates me can read what I can read")
    assert ana.hears("Translation happens on my own machine")


async def test_where_texts_leave_the_machine_privacy_and_the_joining_notice_say_so(tmp_path: Path) -> None:
    engines = {"engines": ("argos", "libretranslate"), "servers": ("http://127.0.0.1:5000",)}
    world = World(tmp_path / "liaison.db", configuration(translation=engines))
    await world.start()
    ana = world.person("ana")
    await ana.says("!privacy")
    assert ana.hears("texts also go to servers")
    assert not ana.hears("Nothing leaves it")
    await world.receives(BOT, type="m.room.member", content={"membership": "join"}, state_key=BOT, encrypted=False)
    await world.settles()
    notices = [heard.post for heard in world.heard if heard.kind == "notice" and heard.post]
    assert "texts also go to servers" in notices[-1].body
    await world.stop()


async def test_what_privacy_says_of_messages_is_true(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui")
    await ana.says("Camião azul no posto 7")
    assert ana.hears("Camião azul no posto 7 (pt to en)")
    kept = {
        table: str([tuple(row) for row in await world.database.rows(f"SELECT * FROM {table}")])
        for table in ("inbox", "outbox", "decryption", "account", "person", "translation")
    }
    assert [table for table, rows in kept.items() if "Camião" in rows] == ["translation"]


async def test_what_is_kept_beside_translations_is_said(world: World) -> None:
    ana = world.person("ana")
    await ana.says("!privacy")
    assert ana.hears("I keep the translations of messages, and who sent each message and when.")
    assert ana.hears("in which languages your last messages were written")
