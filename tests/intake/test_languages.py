"""What comes of the language of a message: another one than those of the room, doubts, hints, and what is learned."""

from __future__ import annotations

from bot.model.person import LanguageCode
from bot.model.translation import Flag

from ..fakes import NOON, ROOM
from ..world import World

SPANISH = [f"la furgoneta número {n} está parada en el puente" for n in range(12)]


def spanish(world: World) -> None:
    """Let the detector know SPANISH."""
    for text in SPANISH:
        world.translator.spoken[text] = "es"


async def test_a_language_of_nobody_here_is_translated_from_what_it_is(world: World) -> None:
    ana, _rui = world.person("ana", "PRT-GNR"), world.person("rui", "PRT-GNR")
    world.translator.spoken["der weiße Wagen steht da"] = "de"
    await ana.says("der weiße Wagen steht da")
    assert ana.hears("(de to pt)", kind="translation")


async def test_a_doubt_about_the_language_is_said(world: World) -> None:
    ana, _tom = world.person("ana", "PRT-GNR"), world.person("tom")
    world.translator.doubted.add("disse que não, the driver says")
    await ana.says("disse que não, the driver says")
    assert ana.last.record["flags"] == {"en": [Flag.LANGUAGE]}
    assert "I am not sure of the language" in ana.last.body


async def test_a_hint_decides_and_is_not_translated(world: World) -> None:
    ana, _tom = world.person("ana", "PRT-GNR"), world.person("tom")
    world.translator.spoken["alto aí"] = "pt"
    await ana.says("?es alto aí")
    assert world.translator.asked[-1][:2] == ("alto aí", "es")
    await ana.says("?nl alto aí")
    assert world.translator.asked[-1][:2] == ("alto aí", "nl")
    asked = len(world.translator.asked)
    await ana.says("?es 👍")
    assert len(world.translator.asked) == asked


async def test_a_hint_is_in_no_formatted_text_either(world: World) -> None:
    ana, _tom = world.person("ana", "PRT-GNR"), world.person("tom")
    html = "<mx-reply>?es cita</mx-reply><p>?es <b>alto</b> aí</p><ul><li>?es um</li></ul>"
    formatted = {"format": "org.matrix.custom.html", "formatted_body": html}
    await ana.says("", content={"msgtype": "m.text", "body": "?es alto aí", **formatted})
    assert world.translator.asked[-1][:2] == ("alto aí\n\n- ?es um", "es")
    assert "<strong>alto</strong> aí" in ana.last.html and ana.last.html.count("?es") == 1


async def test_a_hint_hides_no_label(world: World) -> None:
    ana, _tom = world.person("ana", "PRT-GNR"), world.person("tom")
    for text in ("?es TLP:RED alto aí", "TLP:RED ?es alto aí"):
        said = await ana.says(text)
        assert world.translator.asked[-1][:2] == ("TLP:RED alto aí", "es")
        [kept] = await world.store.translation.list_of(said)
        assert kept.gone, "and no text of it is kept"


async def test_what_one_writes_becomes_the_language_that_one_is_served_in(world: World) -> None:
    ana, tom = world.person("ana", "PRT-GNR"), world.person("tom")
    spanish(world)
    for text in SPANISH[:4]:
        await ana.says(text)
        assert not ana.hears(kind="reply")
    await ana.says(SPANISH[4])
    assert ana.hears("You write espanhol, so from now on I translate for you into espanhol", kind="reply")
    assert ana.hears("!language pt")
    await ana.says(SPANISH[5])
    assert not ana.hears(kind="reply"), "once"
    await tom.says("the van is at the bridge")
    assert tom.hears("(en to es)") and not tom.hears("(en to pt)")
    await world.stop()
    await world.start()
    await tom.says("the van has left")
    assert tom.hears("(en to es)"), "it outlives a restart"
    await ana.says("!language")
    assert ana.hears("A sua língua é espanhol.") and ana.hears("I learned that from what you write.")
    rui = world.person("rui", "PRT-GNR")
    await rui.says("a carrinha já saiu")
    assert rui.hears("(pt to en)") and not rui.hears("(pt to es)"), "she still reads her agency's language"


async def test_what_is_written_under_a_changed_identity_teaches_nothing(world: World) -> None:
    ana, tom = world.person("ana", "PRT-GNR"), world.person("tom")
    spanish(world)
    for key in ("o" * 43, "n" * 43):
        await world.intake.identities_seen({ana.user_id: key})
    for text in SPANISH:
        await ana.says(text)
    assert (await world.store.person.find(ana.user_id)).heard == ()
    await tom.says("the van is at the bridge")
    assert tom.hears("(en to pt)")


async def test_short_doubted_and_untrusted_messages_teach_nothing(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    world.person("tom")
    spanish(world)
    world.translator.spoken["alto o disparo"] = "es"
    for text in SPANISH:
        await ana.says("alto o disparo")
        await ana.says(text, trusted=False)
        world.translator.doubted.add(text)
        await ana.says(text)
    found = await world.store.person.find(ana.user_id)
    assert found.heard == () and found.learned is None


async def test_who_wants_nothing_translated_and_a_room_that_is_off_teach_nothing(world: World) -> None:
    ana, lead = world.person("ana", "PRT-GNR"), world.person("lead")
    spanish(world)
    await ana.says("!translate off me")
    for text in SPANISH[:6]:
        await ana.says(text)
    await ana.says("!translate on me")
    await lead.says("!translate off room")
    assert not (await world.store.room.find(ROOM)).on
    for text in SPANISH[:6]:
        await ana.says(text)
    assert (await world.store.person.find(ana.user_id)).heard == ()


async def test_what_one_has_set_is_never_overridden_and_auto_goes_back(world: World) -> None:
    ana, tom = world.person("ana", "PRT-GNR"), world.person("tom")
    spanish(world)
    await ana.says("!language fr")
    for text in SPANISH[:6]:
        await ana.says(text)
    assert (await world.store.person.find(ana.user_id)).learned is None
    await ana.says("!language auto")
    assert ana.hears("A sua língua é")
    for text in SPANISH[:6]:
        await ana.says(text)
    await ana.says("!language pt")
    await tom.says("the van is at the bridge")
    assert tom.hears("(en to pt)")
    await ana.says("!language auto")
    await tom.says("the van has left")
    assert tom.hears("(en to es)")


async def test_a_language_that_nothing_is_translated_into_is_not_learned(world: World) -> None:
    ana, _tom = world.person("ana", "PRT-GNR"), world.person("tom")
    for n in range(6):
        world.translator.spoken[f"de bestelwagen staat op brug {n}"] = "nl"
        await ana.says(f"de bestelwagen staat op brug {n}")
    assert (await world.store.person.find(ana.user_id)).learned is None


async def test_who_writes_the_agencys_language_is_told_nothing(world: World) -> None:
    ana, _tom = world.person("ana", "PRT-GNR"), world.person("tom")
    for n in range(25):
        await ana.says(f"a carrinha número {n} está na ponte")
        assert not ana.hears(kind="reply")
    found = await world.store.person.find(ana.user_id)
    assert found.learned == "pt" and found.heard == ("pt",) * 20


async def test_no_word_is_kept_of_what_was_learned(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    spanish(world)
    for text in SPANISH:
        await ana.says(text)
    rows = await world.database.rows("SELECT * FROM person")
    assert [tuple(row) for row in rows] == [
        (ana.user_id, None, None, "[]", NOON.isoformat(), 1, "es", '["es"' + ', "es"' * 11 + "]")
    ]


async def test_a_room_of_one_language_teaches_as_well(world: World) -> None:
    ana = world.person("ana", "PRT-GNR")
    spanish(world)
    for text in SPANISH[:5]:
        await ana.says(text)
    assert (await world.store.person.find(ana.user_id)).learned == LanguageCode("es")
    assert [heard.kind for heard in world.heard if heard.room == ROOM] == ["reply"]
    assert "relayed" not in world.pulse.counters, "nothing of it was to be read anywhere else"
