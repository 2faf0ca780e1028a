"""What the tests of incidents look at: cards, entries, answers."""

from __future__ import annotations

from typing import Any

from bot.model.incident import Entry, EntryKind, Incident
from bot.model.reference import Reference

from ..world import Person, World

TITLE = "Barco na praia"


def replied(text: str, to: str) -> dict[str, Any]:
    """Return the content of a reply."""
    return {"content": {"msgtype": "m.text", "body": text, "m.relates_to": {"m.in_reply_to": {"event_id": to}}}}


def threaded(text: str, root: str) -> dict[str, Any]:
    """Return the content of a message in the thread that *root* begins."""
    relation = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True, "m.in_reply_to": {"event_id": root}}
    return {"content": {"msgtype": "m.text", "body": text, "m.relates_to": relation}}


def edited(text: str, of: str) -> dict[str, Any]:
    """Return the content of an edit."""
    relation = {"rel_type": "m.replace", "event_id": of}
    new = {"msgtype": "m.text", "body": text}
    return {"content": {"msgtype": "m.text", "body": f"* {text}", "m.new_content": new, "m.relates_to": relation}}


def redacted(of: str) -> dict[str, Any]:
    """Return a redaction, which never comes encrypted."""
    return {"type": "m.room.redaction", "content": {"redacts": of}, "encrypted": False, "trusted": False}


def reacted(key: str, to: str, *, encrypted: bool = False) -> dict[str, Any]:
    """Return a reaction."""
    relation = {"rel_type": "m.annotation", "event_id": to, "key": key}
    content = {"m.relates_to": relation}
    return {"type": "m.reaction", "content": content, "encrypted": encrypted, "trusted": False}


def cards(world: World) -> dict[str, Any]:
    """Return what the cards say that stand, by the events that posted them first."""
    shown = {}
    for number, heard in enumerate(world.heard, 1):
        if heard.kind == "card" and heard.post:
            shown[heard.post.replaces or f"$sent{number}"] = heard.post
    return {event: post for event, post in shown.items() if event not in world.redacted}


def card_of(world: World, at: int = 0) -> str:
    """Return the event of a card that stands."""
    return list(cards(world))[at]


def ref_of(world: World, at: int = 0) -> Reference:
    """Return the reference on a card that stands."""
    return Reference(cards(world)[card_of(world, at)].record["ref"])


async def stands(world: World, at: int = 0) -> Incident:
    """Return the incident of a card as it is recorded."""
    found = await world.store.incident.find(ref_of(world, at))
    assert found
    return found


async def entries(world: World, at: int = 0) -> list[Entry]:
    """Return the timeline of the incident of a card, in the order in which it was entered."""
    return await world.store.incident.entries(ref_of(world, at))


async def kinds(world: World, at: int = 0) -> list[EntryKind]:
    """Return what the entries of that timeline are."""
    return [entry.kind for entry in await entries(world, at)]


async def answers(person: Person, name: str) -> None:
    """Answer the last question with the digit of the choice *name*."""
    digit = next(digit for digit, choice in person.last.record["choices"].items() if choice == name)
    await person.says(digit, **replied(digit, person.world.event_of(person.last)))
