"""No crew is saved that does not understand each other, and the leads hear of it when one does not any more."""

from __future__ import annotations

from ..companions import plain
from ..duties import logged, rings
from ..fakes import ROOM
from ..rosters import answer
from .scene import Scene


async def test_a_crew_without_a_common_language_is_not_saved_and_who_shares_none_is_said(scene: Scene) -> None:
    said = await scene.plan(scene.ana, scene.eva, scene.kate)
    body = plain(said.body)
    assert (said.record["ok"], said.record["error"]) == (False, "conflict"), body
    assert "has no language in common, so I have saved nothing" in body
    assert "Ana (português) shares no language with Eva (francês) e Kate (inglês)." in body, body
    assert "Eva (francês) shares no language with Kate (inglês)." in body
    assert "interpreter:@…" in body
    assert await scene.patrols() == [] and "patrol.plan" not in await logged(scene.world)


async def test_one_language_that_all_read_is_enough(scene: Scene) -> None:
    await scene.mixed()
    body = plain(answer(scene.rui).body)
    assert "River" in body and "Language: inglês, known to all" in body, body
    assert "Eva (their lead has not agreed yet)" in body


async def test_languages_of_regions_are_the_same_language(scene: Scene) -> None:
    await scene.kate.says("!language pt-BR")
    assert (await scene.plan(scene.ana, scene.kate, more="")).record["ok"] is False, "nobody leads Kate"
    await scene.eva.says("!language pt-BR")
    assert (await scene.plan(scene.ana, scene.eva)).record["ok"] is True, answer(scene.rui).body


async def test_an_interpreter_is_of_the_crew_and_bridges_those_who_share_none(scene: Scene) -> None:
    await scene.rui.says("!language pt reads:fr")
    said = await scene.plan(scene.ana, scene.eva, more=f"interpreter:{scene.rui.user_id}")
    body = plain(said.body)
    assert said.record["ok"], body
    assert "Rui (interprets)" in body and "for some through an interpreter" in body, body
    assert [one.person for one in (await scene.patrol()).crew if one.interprets] == [scene.rui.user_id]


async def test_an_interpreter_who_shares_nothing_with_one_of_them_is_not_enough(scene: Scene) -> None:
    said = await scene.plan(scene.ana, scene.eva, more=f"interpreter:{scene.rui.user_id}")
    body = plain(said.body)
    assert said.record["error"] == "conflict"
    assert "Ana (português) shares no language with Eva (francês)." in body, body
    assert await scene.patrols() == []


async def test_where_each_two_share_one_but_all_do_not_that_is_said(scene: Scene) -> None:
    await scene.ana.says("!language pt reads:en")
    await scene.rui.says("!language en reads:fr")
    await scene.eva.says("!language fr reads:pt")
    said = await scene.plan(scene.ana, scene.rui, scene.eva)
    assert said.record["error"] == "conflict"
    assert "Any two of them can talk with each other, but no language reaches all" in plain(said.body), said.body
    said = await scene.plan(scene.ana, scene.rui, more=f"interpreter:{scene.eva.user_id}")
    assert said.record["ok"], said.body


async def test_the_interpreter_cannot_be_taken_off_or_dismissed_while_needed(scene: Scene) -> None:
    await scene.rui.says("!language pt reads:fr")
    await scene.plan(scene.ana, scene.eva, more=f"interpreter:{scene.rui.user_id}")
    for line in ("!patrol interpreter nobody", f"!patrol crew remove:{scene.rui.user_id}"):
        await scene.rui.says(line)
        assert answer(scene.rui).record["error"] == "conflict", answer(scene.rui).body
    assert len((await scene.patrol()).crew) == 3
    await scene.ana.says("!language pt reads:fr")
    await scene.rui.says("!patrol interpreter nobody")
    assert answer(scene.rui).record["ok"], answer(scene.rui).body
    assert not any(one.interprets for one in (await scene.patrol()).crew)


async def test_who_replaces_another_must_be_understood_as_well(scene: Scene) -> None:
    patrol = await scene.mixed()
    await scene.rui.says(f"!patrol crew {patrol.ref} remove:{scene.ana.user_id} add:{scene.rui.user_id}")
    assert "Eva (inglês e francês) shares no language with Rui (português)." in plain(answer(scene.rui).body)
    assert (await scene.patrol()).people == patrol.people
    await scene.rui.says("!language pt reads:fr")
    await scene.rui.says(f"!patrol crew {patrol.ref} remove:{scene.ana.user_id} add:{scene.rui.user_id}")
    assert answer(scene.rui).record["ok"], answer(scene.rui).body
    assert (await scene.patrol()).people == (scene.eva.user_id, scene.rui.user_id)


async def test_the_leads_are_told_once_when_somebody_speaks_another_language(scene: Scene) -> None:
    patrol = await scene.mixed()
    world, since = scene.world, len(scene.world.heard)
    await scene.ana.says("!language pt reads:none")
    [said] = scene.said(since)
    assert "no language in common any more" in said and "Ana" in said and "Eva" in said
    [ring] = rings(world, since)
    assert set(ring.mentions) == {scene.rui.user_id, scene.luc.user_id}
    assert str(patrol.ref) in ring.body and "Ana" not in ring.body and "River" not in ring.body
    assert (await scene.patrol()).warned
    await scene.ana.says("!language es")
    assert len(scene.said(since)) == 1, "they know"
    await scene.ana.says("!language pt reads:en")
    assert not (await scene.patrol()).warned
    await scene.ana.says("!language pt reads:none")
    assert len(scene.said(since)) == 2, "it is news again"


async def test_the_leads_are_told_when_somebody_writes_another_language_for_long(scene: Scene) -> None:
    await scene.ana.says("!language pt reads:es")
    await writes(scene, "es", 6)
    said = await scene.plan(scene.ana, scene.eva)
    assert said.record["ok"] and "Language: espanhol" in plain(said.body), said.body
    since = len(scene.world.heard)
    await writes(scene, "de", 20)
    [told] = scene.said(since)
    assert "no language in common any more" in told and "Eva" in told
    await writes(scene, "es", 20)
    assert not (await scene.patrol()).warned


async def writes(scene: Scene, language: str, times: int) -> None:
    """Let Eva write so many messages in a language."""
    for number in range(times):
        text = f"the van {number} waits at the {language} bridge"
        scene.world.translator.spoken[text] = language
        await scene.eva.says(text)


async def test_a_patrol_of_the_past_is_not_looked_at_any_more(scene: Scene) -> None:
    await scene.mixed()
    scene.world.clock.passes(days=3)
    since = len(scene.world.heard)
    await scene.ana.says("!language pt reads:none")
    await scene.leaves(scene.eva)
    assert scene.said(since) == []


# Who leaves the room


async def test_the_leads_are_told_who_is_gone_and_that_the_others_do_not_understand_each_other(scene: Scene) -> None:
    await scene.rui.says("!language pt reads:fr")
    await scene.ana.says("!language pt")
    luc = scene.luc
    await scene.plan(scene.ana, scene.eva, more=f"interpreter:{luc.user_id}")
    assert await scene.patrols() == [], "Luc reads no Portuguese"
    await luc.says("!language fr reads:pt")
    await scene.plan(scene.ana, scene.eva, more=f"interpreter:{luc.user_id}")
    patrol = await scene.patrol()
    since = len(scene.world.heard)
    await scene.leaves(luc)
    [said] = scene.said(since)
    assert "Luc" in said or luc.user_id in said
    assert "The others have no language in common:" in said and f"{patrol.ref} remove:@… add:@…" in plain(said), said
    [ring] = rings(scene.world, since)
    assert ring.mentions == (scene.rui.user_id,) and "Luc" not in ring.body
    await scene.rui.says("!patrol show")
    assert "not in this room any more" in answer(scene.rui).body


async def test_who_is_gone_and_not_needed_is_missed_all_the_same(scene: Scene) -> None:
    await scene.mixed()
    since = len(scene.world.heard)
    await scene.leaves(scene.eva)
    [said] = scene.said(since)
    assert "is not in this room any more" in said and "no language in common" not in said
    assert not (await scene.patrol()).warned
    await scene.comes(scene.eva)
    assert len(scene.said(since)) == 1


async def test_who_comes_back_as_the_interpreter_mends_it(scene: Scene) -> None:
    await scene.rui.says("!language pt reads:fr")
    await scene.plan(scene.ana, scene.eva, more=f"interpreter:{scene.rui.user_id}")
    await scene.leaves(scene.rui)
    assert (await scene.patrol()).warned
    await scene.comes(scene.rui)
    assert not (await scene.patrol()).warned


async def test_who_leaves_another_room_is_not_missed(scene: Scene) -> None:
    await scene.mixed()
    since = len(scene.world.heard)
    async with scene.world.store.transaction():
        await scene.world.services.patrol.left(
            "!other:example.org", scene.ana.user_id, "$left", scene.world.clock.now()
        )
    await scene.world.delivers()
    assert scene.said(since) == [] and scene.ana.user_id in scene.world.rooms.members(ROOM)
