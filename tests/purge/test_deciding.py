"""A purge is decided by two auditors or administrators; what is held, open or not readable is not purged."""

from __future__ import annotations

import pytest

from bot.model.reference import Reference

from ..fakes import ROOM
from ..incident.marked import asks, comes, direct, logged, marks
from ..incident.scene import redacted, replied
from ..incident.test_holding import holds
from ..purges import AUDIT, answers, asked, left, purges, verified
from ..world import Person, World


async def closed(ana: Person, ref: str) -> None:
    await ana.says(f"!incident close {ref} resolved")


async def there(world: World, ref: str) -> bool:
    return await world.store.incident.find(Reference(ref)) is not None


async def test_one_alone_purges_nothing(world: World, ana: Person, vera: Person, luc: Person, ref: str) -> None:
    await closed(ana, ref)
    answer = await asks(vera, f"!purge {ref} Fim do prazo")
    assert answer.record["ok"] and "I have asked: Luc." in answer.body
    await world.wakes()
    question = asked(world, luc)
    await answers(vera, question, "purge", ref)
    assert vera.hears(ok=False) and await there(world, ref), "not who has asked"
    await luc.says("", **replied("1", world.event_of(question)))
    assert luc.hears("the last two characters", ok=False) and await there(world, ref)
    await answers(luc, question, "refuse", ref)
    await world.wakes()
    assert luc.hears(f"{ref} is not purged: the second person has refused.") and await there(world, ref)
    await answers(luc, question, "purge", ref)
    await world.wakes()
    assert await there(world, ref), "what is settled is settled"


@pytest.mark.parametrize("who", ["ana", "lead"])
async def test_only_auditors_and_administrators_ask(
    world: World, ana: Person, vera: Person, ref: str, who: str
) -> None:
    person = ana if who == "ana" else world.person("lead")
    await closed(ana, ref)
    assert (await asks(person, f"!purge {ref} Porque sim")).record["error"] == "not_allowed"


async def test_whoever_lost_the_role_meanwhile_decides_nothing(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await closed(ana, ref)
    await asks(vera, f"!purge {ref} Fim")
    roles = world.config.roles.model_copy(update={"auditor": ("@luc-pn:example.org",)})
    world.current.now = world.config.model_copy(update={"roles": roles})
    await answers(luc, asked(world, luc), "purge", ref)
    await world.wakes()
    assert luc.hears("decided by two auditors", ok=False, error="not_allowed") and await there(world, ref)


async def test_whoever_has_left_the_room_meanwhile_decides_nothing(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await closed(ana, ref)
    await asks(vera, f"!purge {ref} Fim")
    await comes(world, luc.user_id, "leave")
    await answers(luc, asked(world, luc), "purge", ref)
    assert luc.hears("is not in this room", ok=False, error="not_allowed")
    await world.wakes()
    assert await there(world, ref)
    await comes(world, luc.user_id, "join")
    await answers(luc, asked(world, luc), "purge", ref)
    await world.wakes()
    assert not await there(world, ref)


async def test_it_waits_a_day(world: World, ana: Person, vera: Person, luc: Person, ref: str) -> None:
    await closed(ana, ref)
    await asks(vera, f"!purge {ref} Fim")
    assert (await asks(vera, f"!purge {ref} Fim")).record["error"] == "conflict", "asked twice"
    question = asked(world, luc)
    world.clock.passes(hours=24, minutes=1)
    await answers(luc, question, "purge", ref)
    await world.wakes()
    assert luc.hears(ok=False, error="conflict") and await there(world, ref)
    await purges(vera, luc, ref)
    assert not await there(world, ref)


async def test_what_is_under_hold_stays(world: World, ana: Person, vera: Person, luc: Person, ref: str) -> None:
    await closed(ana, ref)
    await asks(vera, f"!purge {ref} Fim")
    question = asked(world, luc)
    await holds(vera, ref)
    await answers(luc, question, "purge", ref)
    assert luc.hears(f"{ref} is under hold.", ok=False, error="conflict")
    assert (await asks(vera, f"!purge {ref} Fim")).record["error"] == "conflict"
    await world.wakes()
    assert await there(world, ref) and verified(world).fault is None


async def test_a_hold_between_the_word_and_the_deed_wins(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await closed(ana, ref)
    await asks(vera, f"!purge {ref} Fim")
    await answers(luc, asked(world, luc), "purge", ref)
    await holds(vera, ref)
    await world.wakes()
    assert await there(world, ref) and await left(world)
    assert any(h.room == AUDIT and h.post and f"{ref} is under hold. Nothing" in h.post.body for h in world.heard)
    assert await world.store.due.find("purge", ref) is None, "decided no and not tried again"


async def test_what_is_opened_again_between_the_word_and_the_deed_stays(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await closed(ana, ref)
    await asks(vera, f"!purge {ref} Fim")
    await answers(luc, asked(world, luc), "purge", ref)
    assert (await asks(ana, f"!incident reopen {ref} Afinal continua")).record["ok"]
    await world.wakes()
    assert await there(world, ref) and await left(world) and verified(world).fault is None
    assert any(h.room == AUDIT and h.post and f"{ref} is not over yet" in h.post.body for h in world.heard)
    await closed(ana, ref)
    await purges(vera, luc, ref)
    assert not await there(world, ref), "it is decided anew"


async def test_what_is_open_stays(world: World, vera: Person, luc: Person, ref: str) -> None:
    answer = await asks(vera, f"!purge {ref} Fim")
    assert answer.record["error"] == "conflict" and "not over yet" in answer.body


async def test_what_may_not_be_read_is_as_if_there_were_none(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await closed(ana, ref)
    await marks(world, ref, "TLP:AMBER", rel=("PRT-GNR",))
    hidden = await asks(luc, f"!purge {ref} Fim", direct(luc))
    absent = await asks(luc, "!purge BRAVO-7K3Q0 Fim", direct(luc))
    assert (hidden.body, hidden.record["error"]) == (absent.body, "not_found")
    again = await asks(vera, f"!purge {ref} Fim", direct(vera))
    assert again.record["error"] == "unavailable", "nobody else may see it"


async def test_a_purge_is_not_done_twice(world: World, ana: Person, vera: Person, luc: Person, ref: str) -> None:
    await closed(ana, ref)
    await purges(vera, luc, ref)
    assert (await asks(vera, f"!purge {ref} Fim")).record["error"] == "not_found"
    async with world.store.transaction():
        await world.store.due.plan("purge", ref, world.clock.now(), {"by": vera.user_id, "room": ROOM, "said": ""})
    await world.wakes()
    assert len(await logged(world, "record.purged")) == 1 and await world.store.incident.taken(Reference(ref))


async def test_why_is_kept_until_it_is_taken_back(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await closed(ana, ref)
    why = await vera.says(f"!purge {ref} Acordo Xilofone-9")
    await answers(luc, asked(world, luc), "purge", ref)
    await world.wakes()
    [content] = await logged(world, "record.purged")
    assert content["reason"] == "Acordo Xilofone-9" and content["agreed"] == luc.user_id
    await vera.says("", **redacted(why))
    assert await world.database.scrub()
    assert await left(world, "Xilofone-9") == [] and verified(world).fault is None


async def test_a_question_is_taken_back_with_its_message(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await closed(ana, ref)
    why = await vera.says(f"!purge {ref} Acordo Xilofone-9")
    await vera.says("", **redacted(why))
    assert await world.database.scrub()
    assert await left(world, "Xilofone-9") == []
    await answers(luc, asked(world, luc), "purge", ref)
    await world.wakes()
    assert await there(world, ref)
