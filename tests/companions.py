"""Two rooms that are linked, one English, one Portuguese, and what each of them shows."""

from __future__ import annotations

from typing import Any

from bot.model.person import UserId
from bot.render import Post

from .fakes import BOT, ROOM, configuration
from .sealing import sealed
from .world import Person, World

SALA = "!sala:example.org"
LEAD, CHEFE = "@lead:example.org", "@chefe:gnr.example"
CONFIG = configuration(roles={"lead": [LEAD, CHEFE], "admin": ["@admin:example.org"]})
FILE = {
    "url": "mxc://example.org/abc",
    "key": {"kty": "oct", "alg": "A256CTR", "ext": True, "k": "aWF6", "key_ops": ["encrypt", "decrypt"]},
    "iv": "w+sE15fzSc0AAAAAAAAAAA",
    "hashes": {"sha256": "fdSLu/YkRx3Wyh3KQabP3rd6+SFiKg5lsJZQHtkSAYA"},
    "v": "v2",
}


def in_room(world: World, user_id: str, room: str) -> Person:
    """Return somebody who is in *room* as well."""
    world.rooms.joined.setdefault(room, [UserId(BOT)]).append(UserId(user_id))
    world.rooms.names.setdefault(user_id, user_id[1:].partition(":")[0].capitalize())
    return Person(world, user_id)


async def link(world: World) -> tuple[Person, Person]:
    """Link ROOM and SALA by their leads; return these."""
    lead, chefe = in_room(world, LEAD, ROOM), in_room(world, CHEFE, SALA)
    world.rooms.titles = {ROOM: "Border North", SALA: "Fronteira Norte"}
    await lead.says(f"!room companion pt {SALA}")
    await chefe.says("1", room=SALA, content=judged(world, question(world, SALA), "1"))
    return lead, chefe


def question(world: World, room: str) -> str:
    """Return the event of the last question that was asked in *room*."""
    return next(
        f"$sent{i}" for i, h in reversed([*enumerate(world.heard, 1)]) if (h.room, h.kind) == (room, "question")
    )


def answer(to: str, text: str, **more: Any) -> dict[str, Any]:
    """Return the content of a reply to the event *to*."""
    return {"msgtype": "m.text", "body": text, "m.relates_to": {"m.in_reply_to": {"event_id": to}}, **more}


def judged(world: World, question: str, digit: str) -> dict[str, Any]:
    """Return the content of a reply to *question*, with the end of a reference that it asks for."""
    return answer(question, sealed(world, question, digit))


def edit(of: str, text: str, **more: Any) -> dict[str, Any]:
    """Return the content of an edit of the event *of*."""
    new = {"msgtype": "m.text", "body": text, **more}
    return {**new, "body": f"* {text}", "m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": of}}


def image(name: str = "photo.jpg", caption: str = "", **more: Any) -> dict[str, Any]:
    """Return the content of an encrypted image."""
    named = {"body": caption, "filename": name} if caption else {"body": name}
    return {"msgtype": "m.image", "file": FILE, "info": {"mimetype": "image/jpeg", "w": 4, "h": 3}, **named, **more}


def seen(world: World, room: str, *kinds: str) -> dict[str, Post]:
    """Return what *room* shows of the bot's posts of these kinds, edits and redactions done, by their first event."""
    shown: dict[str, Post] = {}
    for number, heard in enumerate(world.heard, 1):
        if heard.post and heard.room == room and heard.kind in (kinds or ("relay", "translation", "catchup")):
            shown[heard.post.replaces or f"$sent{number}"] = heard.post
    return {event: post for event, post in shown.items() if event not in world.redacted}


def lines(world: World, room: str, *kinds: str) -> list[str]:
    """Return the first line of each post that *room* shows, without direction marks."""
    return [plain(post.body).split("\n")[0] for post in seen(world, room, *kinds).values()]


def plain(text: str) -> str:
    """Return *text* without direction marks."""
    return text.translate(str.maketrans("", "", "\u2066\u2067\u2068\u2069\u200e\u200f"))
