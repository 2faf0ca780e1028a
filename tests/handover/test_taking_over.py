"""From the draft to the frozen record: the watch passes when the handover is accepted, and not before."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from bot.model.handover import ItemKind, State
from bot.model.reference import Reference

from ..duties import rings
from .scene import GATE, Scene, plain


async def test_the_watch_passes_by_an_accepted_handover_alone(scene: Scene) -> None:
    world, ana, rui = scene.world, scene.ana, scene.rui
    worst = await scene.declared("Barco na praia", "very_high")
    await scene.declared("Carro na ponte", "low")
    await ana.says(f"!incident task {worst} Chamar o porto due:23:30")
    ref = await scene.started()
    assert (await scene.handover(ref)).state is State.DRAFT
    sheet = await scene.sheet(ref)
    assert [one.kind for one in sheet.items] == [ItemKind.INCIDENT, ItemKind.INCIDENT, ItemKind.TASK]
    assert str(sheet.items[0].about) == worst, "the worst first"

    await ana.says("!handover note Chaves no cofre if:se faltarem, ligar ao chefe")
    assert ana.hears("item 4", ok=True)
    assert "Note: Chaves no cofre" in scene.card(ref) and "if needed: se faltarem, ligar ao chefe" in scene.card(ref)
    since = len(world.heard)
    await ana.says("!handover ready")
    [ring] = rings(world, since)
    assert ring.mentions == (rui.user_id,) and ref in ring.body and "Chaves" not in ring.body
    assert await scene.answering() == ana.user_id

    await rui.says("!handover accept")
    assert rui.hears("1, 2, 3", ok=False, error="conflict") and await scene.answering() == ana.user_id
    await rui.says("!handover item 1-3 ok")
    assert rui.hears("1 item is still to be settled", ok=True)
    assert (await scene.handover(ref)).state is State.WAITING
    await rui.says("!handover item 4 ok")
    world.clock.passes(minutes=10)
    await rui.says("!handover accept")
    assert rui.hears("You answer for gate from now on", ok=True), plain(rui.last)
    watch = await world.services.shift.watch(GATE)
    assert (watch.person, watch.handover, watch.since) == (rui.user_id, Reference(ref), world.clock.now())
    assert "accepted" in scene.card(ref) and world.pinned == {
        f"$sent{i}" for i, h in enumerate(world.heard, 1) if h.kind == "card" and h.post and not h.post.replaces
        and h.post.record["of"] == "incident"
    }  # fmt: skip

    record = await world.store.handover.record(Reference(ref))
    digest = hashlib.sha256(record.encode()).hexdigest()
    [entry] = await scene.logged("handover.accepted")
    assert entry["digest"] == digest == scene.cards(ref)[-1].record["digest"]
    [noted] = await scene.logged("handover.note")
    assert (noted["text"], noted["then"]) == ("Chaves no cofre", "se faltarem, ligar ao chefe")
    assert [one["answer"] for one in await scene.logged("handover.item")] == ["ok", "ok"]
    assert "Chaves no cofre" in record and "Barco na praia" not in record, "of other records, the references"


async def test_the_record_holds_that_one_handed_over_and_the_other_accepted_and_when(scene: Scene) -> None:
    world, ana, rui = scene.world, scene.ana, scene.rui
    started = world.clock.now()
    ref = await scene.started()
    await ana.says("!handover note Chaves no cofre")
    world.clock.passes(minutes=4)
    await ana.says("!handover ready")
    handed = world.clock.now()
    world.clock.passes(minutes=6)
    await rui.says("!handover item 1 ok")
    answered = world.clock.now()
    world.clock.passes(minutes=10)
    await rui.says("!handover accept")
    record = json.loads(await world.store.handover.record(Reference(ref)))
    assert (record["outgoing"], record["ready"]) == (ana.user_id, handed.isoformat())
    assert (record["incoming"], record["accepted"]) == (rui.user_id, world.clock.now().isoformat())
    assert record["started"] == started.isoformat()
    assert record["items"][0]["answered"][:3] == ["ok", rui.user_id, answered.isoformat()]
    rows = await world.database.rows("SELECT envelope FROM audit_entry ORDER BY position")
    log = {one["kind"]: one for one in (json.loads(row["envelope"]) for row in rows) if one["ref"] == ref}
    ready, accepted = log["handover.ready"], log["handover.accepted"]
    assert [datetime.fromisoformat(one["time"]) for one in (ready, accepted)] == [handed, world.clock.now()]
    assert ready["actor"] == log["handover.note"]["actor"] != accepted["actor"] == log["handover.item"]["actor"]


async def test_who_answers_for_the_post_is_rung_when_a_lead_names_who_takes_it_over(scene: Scene) -> None:
    await scene.lead.says(f"!handover start {scene.eva.user_id}")
    rung = [h.post for h in scene.world.heard[scene.lead._from :] if h.post and scene.ana.user_id in h.post.mentions]
    assert rung and "is open for this post. Go on with that one." in rung[-1].body
    await scene.lead.says(f"!handover start {scene.rui.user_id}")
    assert any(scene.ana.user_id in h.post.mentions for h in scene.world.heard[scene.lead._from :] if h.post)
    await scene.ana.says(f"!handover start {scene.eva.user_id}")
    assert not any(scene.ana.user_id in h.post.mentions for h in scene.world.heard[scene.ana._from :] if h.post)
