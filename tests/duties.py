"""What tests of tasks, ladders and checklists have in common: cards by what they are of, answers by their names."""

from __future__ import annotations

from typing import Any

from bot.model.incident import EntryKind
from bot.model.reference import Reference
from bot.render import Post

from .world import Heard, Person, World


def replied(text: str, to: str) -> dict[str, Any]:
    """Return the content of a message that replies to the event *to*."""
    return {"content": {"msgtype": "m.text", "body": text, "m.relates_to": {"m.in_reply_to": {"event_id": to}}}}


def card(world: World, of: str) -> Post:
    """Return how the first card of that kind reads now."""
    shown = [h.post for h in world.heard if h.kind == "card" and h.post and h.post.record["of"] == of]
    ref = shown[0].record["ref"]
    return [post for post in shown if post.record["ref"] == ref][-1]


def ref_of(world: World, of: str) -> str:
    """Return the reference of the first card of that kind."""
    return str(card(world, of).record["ref"])


def event_of(world: World, of: str) -> str:
    """Return the event of the first card of that kind."""
    return next(
        f"$sent{i}" for i, h in enumerate(world.heard, 1) if h.kind == "card" and h.post and h.post.record["of"] == of
    )


def rings(world: World, since: int = 0) -> list[Post]:
    """Return what rang since the bot had posted so much."""
    return [h.post for h in world.heard[since:] if h.post and h.post.msgtype == "m.text" and h.kind != "reply"]


def posts(world: World, kind: str, since: int = 0) -> list[Heard]:
    """Return what of that kind was posted since the bot had posted so much."""
    return [h for h in world.heard[since:] if h.kind == kind and h.post]


async def chooses(person: Person, post: Post, choice: str) -> None:
    """Answer the question *post* with *choice*."""
    digit = next(digit for digit, name in post.record["choices"].items() if name == choice)
    await person.says(digit, **replied(digit, person.world.event_of(post)))


async def kinds(world: World) -> list[EntryKind]:
    """Return the kinds of the entries of the first incident."""
    return [entry.kind for entry in await world.store.incident.entries(Reference(ref_of(world, "incident")))]


async def logged(world: World) -> list[str]:
    """Return the kinds of the entries of the audit log."""
    rows = await world.database.rows("SELECT envelope FROM audit_entry ORDER BY position")
    return [row["envelope"].split(b'"kind":"')[1].split(b'"')[0].decode() for row in rows]
