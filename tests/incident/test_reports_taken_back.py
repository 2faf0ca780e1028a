"""A report whose message is taken back keeps its revision and what it says in codes; what was written is gone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.incident import EntryKind
from bot.model.incoming import Incoming
from bot.model.reference import Reference

from ..fakes import ROOM
from ..world import Person, World
from .marked import ana, asks, luc, ref, stand, world
from .scene import reacted, redacted, replied

__all__ = ["ana", "luc", "ref", "world"]

ONE = "conditions: Barco sem luzes actions: Equipa a caminho needs: Nada"
TWO = "conditions: Barco parado actions: Equipa no local"


async def held(world: World) -> str:
    """Return all that the database holds of reports, and the audit log of what was done."""
    tables = ("report", "report_wording", "report_draft", "question", "audit_content")
    rows = [tuple(row) for table in tables for row in await world.database.rows(f"SELECT * FROM {table}")]
    return " ".join(
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for row in rows for one in row
    )


def posts(world: World) -> list[str]:
    return [post.body for post in stand(world) if post.record["kind"] == "report"]


@pytest.mark.parametrize("alone", [False, True])
async def test_its_text_goes_with_its_message(world: World, ana: Person, luc: Person, ref: str, alone: bool) -> None:
    message = await ana.says(f"!report can {'' if alone else ref} {ONE}")
    report = next(post.record["ref"] for post in stand(world) if post.record["kind"] == "report")
    assert "sem luzes" in await held(world) and "sem luzes" in posts(world)[0]
    await ana.says("", **redacted(message))
    assert "sem luzes" not in await held(world) and "a caminho" not in await held(world)
    assert posts(world) == [], "its post goes too"
    answer = await asks(luc, f"!report show {report}")
    assert answer.record["ok"] and "taken back" in answer.body and "revision 1" in answer.body
    entries = await world.store.incident.entries(Reference(ref))
    kinds = [EntryKind.DECLARED, *([] if alone else [EntryKind.REPORT, EntryKind.WITHDRAWN])]
    assert [entry.kind for entry in entries] == kinds


async def test_later_revisions_keep_what_they_say_anew(world: World, ana: Person, luc: Person, ref: str) -> None:
    first = await ana.says(f"!report can {ref} {ONE}")
    await luc.says(f"!report can {ref} {TWO}")
    await ana.says("", **redacted(first))
    found = await held(world)
    assert "sem luzes" not in found and "Nada" not in found, "neither where the next revision has repeated it"
    answer = await asks(luc, f"!report show {ref}")
    assert "Barco parado" in answer.body and "Equipa no local" in answer.body and "taken back" in answer.body
    assert posts(world) == [], "both have said it"


async def test_what_a_later_revision_has_repeated_stays_when_that_is_taken_back(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!report can {ref} {ONE}")
    second = await luc.says(f"!report can {ref} {TWO}")
    await luc.says("", **redacted(second))
    assert "parado" not in await held(world) and "sem luzes" in posts(world)[0]
    answer = await asks(luc, f"!report show {ref}")
    assert "Nada" in answer.body and "taken back" in answer.body


async def test_what_is_gone_is_not_translated(world: World, ana: Person, ref: str) -> None:
    message = await ana.says(f"!report can {ref} {ONE}")
    await ana.says("", **redacted(message))
    assert "taken back" in (await asks(world.person("kate"), f"!report show {ref}")).body
    assert await world.database.rows("SELECT * FROM report_wording") == []


async def test_another_room_takes_back_nothing(world: World, ana: Person, luc: Person, ref: str) -> None:
    other = "!elsewhere:example.org"
    message = await ana.says(f"!report can {ref} {ONE}")
    await luc.says("", room=other, **redacted(message))
    assert "sem luzes" in await held(world)


async def test_what_was_given_of_a_report_goes_with_the_message_that_gave_it(
    world: World, ana: Person, ref: str
) -> None:
    message = await ana.says(f"!report can {ref} conditions: Barco sem luzes")
    assert "sem luzes" in await held(world)
    question = world.event_of(ana.last)
    await ana.says("", **redacted(message))
    assert "sem luzes" not in await held(world)
    await ana.says("Equipa a caminho", **replied("Equipa a caminho", question))
    assert await world.database.rows("SELECT * FROM report") == []


async def test_a_draft_that_goes_leaves_the_report_its_translations(world: World, ana: Person, ref: str) -> None:
    await ana.says(f"!report can {ref} {ONE}")
    before = await world.database.rows("SELECT digest, target FROM report_wording ORDER BY digest, target")
    await ana.says(f"!report can {ref}")
    for words in ("Barco sem luzes", "Equipa parada"):
        message = await ana.says("", **replied(words, world.event_of(ana.last)))
    assert len(await world.database.rows("SELECT * FROM report_wording")) > len(before)
    await ana.says("", **redacted(message))
    after = await world.database.rows("SELECT digest, target FROM report_wording ORDER BY digest, target")
    assert [tuple(row) for row in after] == [tuple(row) for row in before]


async def test_a_globe_on_what_is_taken_back_meanwhile_shows_nothing_of_it(
    world: World, ana: Person, luc: Person, ref: str
) -> None:
    message = await ana.says(f"!report can {ref} {ONE}")
    at = next(n for n, heard in enumerate(world.heard, 1) if heard.kind == "report")
    report = world.services.report
    complete = report.complete
    taken = Incoming("$r", ROOM, ana.user_id, "m.room.redaction", {}, world.clock.now(), world.clock.now())

    async def slow(*given: Any) -> Any:
        made = await complete(*given)
        async with world.store.transaction():
            await report.withdraw(taken, message, world.clock.now())
        return made

    report.complete = slow  # type: ignore[method-assign]
    await luc.says("", **reacted("🌐", f"$sent{at}"))
    assert luc.hears("taken back", command="report show") and not luc.hears("sem luzes")
    assert "sem luzes" not in await held(world)


async def test_nothing_else_of_a_report_is_ever_changed(world: World, ana: Person, ref: str) -> None:
    await ana.says(f"!report can {ref} {ONE}")
    for change in ("data = replace(data, 'Nada', 'Tudo')", "revision = 7", "data = '{}'"):
        with pytest.raises(Exception, match="never changed"):
            async with world.store.transaction():
                await world.database.execute(f"UPDATE report SET {change}")
