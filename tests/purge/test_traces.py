"""What was said of a purged record outside of it: reminders, agendas, names, questions, chat, and what still waits."""

from __future__ import annotations

from typing import Any

from bot.i18n import Message, to_json
from bot.model.purge import DUE
from bot.store.outbox import OutboxRow

from ..duties import chooses
from ..fakes import ROOM
from ..incident.marked import asks, direct, stand
from ..incident.scene import reacted
from ..incident.test_holding import holds
from ..purges import MARKER, left, purges, verified
from ..world import Person, World

NOTE = "carrinha branca parada no cais do norte"
OTHER = "Ver as baterias do rádio antes da meia-noite"
MAY_NAME = {"purged", "audit_entry", "outbox", "due", "received"}
"""Where the reference alone may still stand: that it was purged, and by whose word."""


async def naming(world: World, ref: str) -> set[str]:
    """Return the tables in which the reference stands in any row."""
    found = set()
    tables = await world.database.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%STRICT%'")
    for table in [row["name"] for row in tables]:
        for row in await world.database.rows(f'SELECT * FROM "{table}"'):
            values = [one.decode(errors="replace") if isinstance(one, bytes) else str(one) for one in tuple(row)]
            if any(ref.casefold() in value.casefold() for value in values):
                found.add(table)
    return found


def shown(world: World, *words: str) -> list[str]:
    """Return what of the bot's posts stands in the room and says any of these."""
    return [post.body for post in stand(world) if any(word.casefold() in post.body.casefold() for word in words)]


async def closed(ana: Person, ref: str) -> None:
    await ana.says(f"!incident note {ref} Vimos {MARKER} e a {NOTE}")
    await ana.says(f"!incident close {ref} resolved {MARKER} apanhado")


async def reminds(person: Person, text: str) -> str:
    await person.says(f"!remind {text}")
    assert person.last.record["ok"], person.last.body
    return str(person.last.record["ref"])


async def test_reminders_that_name_it_or_repeat_its_words(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    gone = [
        await reminds(ana, f"me in 2h veja {ref} agora"),
        await reminds(ana, f"room in 2h veja {ref.lower()} agora every:FREQ=DAILY"),
        await reminds(luc, f"room in 2h {NOTE}"),
    ]
    kept = await reminds(ana, f"room in 2h {OTHER}")
    await ana.says("!remind list")
    await closed(ana, ref)
    assert {"reminder", "wording"} <= await naming(world, ref)
    await purges(vera, luc, ref)
    assert await naming(world, ref) <= MAY_NAME
    assert await left(world, NOTE) == [] and not shown(world, ref + " agora", NOTE)
    told = [post.body for post in stand(world) if "is taken back" in post.body or "taken back" in post.body]
    assert all(any(one in body for body in told) for one in gone), told
    since = len(world.heard)
    world.clock.passes(hours=3)
    await world.wakes()
    rung = [heard.post.body for heard in world.heard[since:] if heard.post]
    assert any(OTHER in body for body in rung) and not any(one in body for one in gone for body in rung), rung
    assert kept and verified(world).fault is None


async def planned(person: Person, text: str, choice: str) -> str:
    """Let somebody plan what is asked about first; return its reference."""
    asked = await asks(person, text)
    assert asked.record["ok"], asked.body
    await chooses(person, asked, choice)
    assert person.hears(ok=True), person.last.body
    return str(next(h.post.record["ref"] for h in person.world.heard[::-1] if h.post and h.post.record.get("ok")))


async def test_names_of_briefings_polls_and_patrols_and_what_stands_on_agendas(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    briefing = await planned(ana, f"!briefing schedule Sobre {ref} 2026-12-24 09:00", "save")
    await planned(ana, f"!briefing poll Hora de {ref} 2026-11-24 09:00, 15:00 by:2026-11-23 12:00", "ask")
    await ana.says(f"!briefing agenda {briefing} add:Ponto {ref}")
    await ana.says(f"!briefing agenda {briefing} add:{OTHER}")
    await ana.says(f"!patrol plan Ronda {ref} 2026-11-24 09:00 for:2h with:@luc")
    await ana.says(f"!briefing agenda {briefing}")
    await closed(ana, ref)
    before = await naming(world, ref)
    assert {"briefing", "poll", "agenda", "wording"} <= before, before
    await purges(vera, luc, ref)
    assert await naming(world, ref) <= MAY_NAME
    assert not shown(world, f"Sobre {ref}", f"Hora de {ref}", f"Ponto {ref}", f"Ronda {ref}")
    [row] = await world.database.rows("SELECT title, state FROM briefing")
    assert (row["title"], row["state"]) == ("", "planned"), "it takes place all the same"
    assert [row["text"] for row in await world.database.rows("SELECT text FROM agenda")] == [OTHER]
    assert verified(world).fault is None


async def test_what_somebody_is_asked_with_its_words(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await ana.says(f"!incident declare Autre chose sobre {ref} agora", late=True, age=9_000)
    await asks(luc, f"!briefing schedule Sobre {ref} 2026-12-24 09:00")
    await closed(ana, ref)
    assert "question" in await naming(world, ref)
    await purges(vera, luc, ref)
    assert "question" not in await naming(world, ref) and not shown(world, f"Sobre {ref}")


async def test_translations_of_what_was_said_between_people(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    named = await ana.says(f"Alguém viu a {ref} hoje?")
    other = await ana.says("Alguém viu o barco hoje?")
    await luc.says("!incident declare Autre chose type:vessel")
    second = str(luc.last.record["ref"])
    pinned = await ana.says(f"A {ref} tem a ver com isto")
    await luc.says("", **reacted("📌", pinned))
    await chooses(luc, luc.last, second)
    await closed(ana, ref)
    assert shown(world, f"Alguém viu a {ref} hoje?")
    await purges(vera, luc, ref)
    assert await world.store.translation.list_of(named) == [] and not shown(world, f"Alguém viu a {ref} hoje?")
    assert await left(world, f"viu a {ref}") == [], "nor in the memory"
    assert await world.store.translation.list_of(other) and shown(world, "Alguém viu o barco hoje?")
    assert await world.store.translation.list_of(pinned), "another record holds it"


async def test_what_names_a_record_under_hold_as_well_stays(
    world: World, ana: Person, vera: Person, luc: Person, ref: str
) -> None:
    await luc.says("!incident declare Autre chose type:vessel")
    held = str(luc.last.record["ref"])
    both = await reminds(ana, f"room in 2h comparar {ref} com {held}")
    await reminds(ana, f"room in 2h veja {ref} agora")
    await closed(ana, ref)
    await holds(vera, held)
    await purges(vera, luc, ref)
    rows = await world.database.rows("SELECT ref FROM reminder WHERE text != ''")
    assert [row["ref"] for row in rows] == [both]


async def test_what_waits_to_be_posted_says_no_word_of_it(
    world: World, ana: Person, vera: Person, luc: Person, ref: str, monkeypatch: Any
) -> None:
    private = direct(luc)
    await luc.says("!translate mode dm")
    await closed(ana, ref)
    posts = len(world.heard)

    async def away() -> None:
        """Deliver nothing: the homeserver does not answer."""

    monkeypatch.setattr(world, "delivers", away)
    await ana.says(f"!incident show {ref}")
    await ana.says(f"!incident timeline {ref}")
    named = await ana.says(f"Alguém viu {MARKER} perto de {ref}?")
    await ana.says(f"!remind room in 2h veja {ref} agora")
    await crosses(world, named)
    await tells(world, ref)
    assert await left(world) and len(world.heard) == posts
    await agreed(world, vera, luc, ref)
    waiting = await world.store.outbox.list_unsent()
    assert waiting and await left(world) == [], waiting
    assert not [row for row in waiting if _says(row, f"{ref} agora")]
    monkeypatch.undo()
    await world.delivers()
    assert shown(world, f"{ref} is purged now"), "the answer is said"
    assert not shown(world, MARKER, "agora") and not [post for post in stand(world, private) if MARKER in post.body]


async def crosses(world: World, named: str) -> None:
    """Let a message cross into another room, with its words in the row."""
    words = {
        "text": f"{MARKER} norte",
        "html": f"<p>{MARKER}</p>",
        "original": f"{MARKER} sul",
        "file": {"body": MARKER},
    }
    payload = {"room": ROOM, "source": named, "sender": "@ana:gnr.example", "of": "en", "language": "pt", "doubt": None}
    async with world.store.transaction():
        await world.store.outbox.add("!far:example.org", "relay", named, payload | words, world.clock.now(), 9, [named])


async def tells(world: World, ref: str) -> None:
    """Let a notice wait that names the record among its words, and is not listed to hold anything of it."""
    payload = {"of": "audit", "blocks": [to_json(Message(f"{MARKER} in {ref}"))], "record": {"text": MARKER}}
    async with world.store.transaction():
        await world.store.outbox.add(ROOM, "notice", "$n", payload, world.clock.now())


async def agreed(world: World, vera: Person, luc: Person, ref: str) -> None:
    """Let what two have decided be done, before the answer to the second of them is posted."""
    answer = {"to": str(luc.user_id), "blocks": [to_json(Message(f"{ref} is purged now"))], "command": "purge",
              "ok": True, "ref": ref}  # fmt: skip
    said = {
        "by": str(vera.user_id),
        "agreed": str(luc.user_id),
        "room": ROOM,
        "reason": "",
        "said": "$s",
        "answer": "$a",
    }
    async with world.store.transaction():
        await world.store.outbox.add(ROOM, "reply", "$a", answer, world.clock.now())
        await world.store.due.plan(DUE, ref, world.clock.now(), said)
    await world.services.due.wake(world.clock.now())


def _says(row: OutboxRow, text: str) -> bool:
    return text in str(row.payload)
