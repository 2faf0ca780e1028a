"""What somebody reads of a handover who does not read what was written: a translation, or that there is none."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.person import Zone
from bot.model.shift import Rotation
from bot.model.translation import Flag

from ..fakes import NOON
from .scene import GATE, Scene, pins, plain

KEYS = "As chaves estão no cofre"


async def shown(scene: Scene) -> str:
    """Return what Eva reads of the open handover."""
    await scene.eva.says("!handover show")
    assert scene.eva.last.record["ok"], scene.eva.last.body
    return plain(scene.eva.last)


async def test_what_is_not_translated_says_so(scene: Scene) -> None:
    scene.world.translator.flags[KEYS] = (Flag.UNAVAILABLE,)
    ref = await scene.started(scene.eva)
    await scene.ana.says(f"!handover note {KEYS}")
    assert f"Note: {KEYS} (in Portuguese, not translated)" in await shown(scene)
    assert f"Note: {KEYS} · to be read back" in scene.card(ref), "and not to Ana, who wrote it"
    await scene.ana.says("!handover show")
    assert f"Note: {KEYS} · to be read back" in plain(scene.ana.last)


async def test_who_reads_another_language_gets_the_translation_into_that(scene: Scene) -> None:
    scene.world.translator.lacking.add(("pt", "fr"))
    await scene.eva.says("!language fr reads:en")
    await scene.started(scene.eva)
    await scene.ana.says(f"!handover note {KEYS}")
    assert f"Note: {KEYS} (pt to en) (machine translation)" in await shown(scene)


async def test_what_is_written_in_a_language_that_one_reads_is_as_it_was_written(scene: Scene) -> None:
    scene.world.translator.lacking.add(("pt", "fr"))
    await scene.eva.says("!language fr reads:pt")
    await scene.started(scene.eva)
    await scene.ana.says(f"!handover note {KEYS}")
    assert f"Note: {KEYS} · to be read back" in await shown(scene)


async def test_who_judges_a_read_back_reads_the_item_in_a_language_that_they_read(scene: Scene) -> None:
    scene.world.translator.lacking.add(("fr", "pt"))
    await scene.ana.says("!language pt reads:en")
    ref = await scene.started(scene.eva)
    scene.world.translator.spoken["Les clés sont au coffre"] = "fr"
    await scene.ana.says("!handover note Les clés sont au coffre")
    await scene.ana.says("!handover ready")
    since = len(scene.world.heard)
    scene.world.translator.spoken["The keys are in the safe"] = "en"
    await scene.eva.says("!handover readback 1 The keys are in the safe")
    said = "\n".join(plain(h.post) for h in scene.world.heard[since:] if h.post and h.kind == "notice")
    assert f"{ref}, item 1: Les clés sont au coffre (fr to en) (machine translation)" in said


async def test_the_first_card_says_everything_in_the_languages_of_those_whom_the_bot_finds(scene: Scene) -> None:
    ref = await scene.declared()
    await scene.ana.says(f"!incident task {ref} Ver o cais")
    scene.world.clock.passes(minutes=10)
    await pins(scene, await scene.ana.says("Barco azul"), ref)
    zone, day = Zone("Europe/Lisbon"), datetime(2026, 11, 23, 8)
    rotation = Rotation("r", GATE, None, (scene.eva.user_id,), day, zone, timedelta(hours=8), "FREQ=DAILY")
    async with scene.world.store.transaction():
        await scene.world.store.shift.add_rotation(rotation, scene.lead.user_id, NOON)
        # As if all of it was written before anybody was here who reads another language.
        await scene.world.database.execute("DELETE FROM wording")
    await scene.ana.says("!handover start")
    [card] = scene.cards(str(scene.ana.last.record["ref"]))
    for text in ("Barco na praia", "Ver o cais", "Barco azul"):
        assert f"{text} (pt to en) (machine translation)" in plain(card)
    assert "not translated" not in plain(card)
