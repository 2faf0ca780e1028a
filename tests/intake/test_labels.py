"""A message is handled as its label says: what RED says is nowhere once it is sent, whoever marks it, and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.intake.labels import LABELS
from bot.model.handling import label_of
from bot.model.original import Decided
from bot.model.translation import Translation

from ..fakes import KEY, ROOM, configuration
from ..pages import plain
from ..world import Person, World
from .test_edits import edits, english

SECRET = "a carrinha branca 77-XY-01"
DATABASE_KEY = bytes.fromhex(KEY[2:-1])


def holds(world: World, text: str = SECRET) -> bool:
    """Return whether the database or its log holds *text* in any page, in use or free."""
    return text.encode() in plain(world.path, DATABASE_KEY)


async def handling(world: World, event_id: str) -> tuple[str, Decided]:
    original = await world.store.original.find(ROOM, event_id)
    assert original is not None
    return str(original.handling or ""), original.decided


async def texts(world: World, event_id: str) -> list[str]:
    return [t.text for t in await world.store.translation.list_of(event_id)]


def answer(event_id: str, text: str) -> dict[str, Any]:
    return {"content": {"msgtype": "m.text", "body": text, "m.relates_to": {"m.in_reply_to": {"event_id": event_id}}}}


async def marks(person: Person, event_id: str, text: str, **raw: Any) -> str:
    return await person.says("", **answer(event_id, text), **raw)


@pytest.fixture
def rui(world: World) -> Person:
    return world.person("rui")


@pytest.fixture
def ana(world: World, rui: Person) -> Person:
    return world.person("ana", "PRT-GNR")


async def test_what_red_says_is_nowhere_once_it_is_sent(world: World, ana: Person) -> None:
    said = await ana.says(f"TLP:RED {SECRET}")
    assert english(world.shows()) == {"$sent1": f"TLP:RED {SECRET} (pt to en)"}
    [kept] = await world.store.translation.list_of(said)
    assert (kept.text, kept.engine, kept.route, kept.gone) == ("", "fake", ("pt", "en"), True)
    assert await handling(world, said) == ("TLP:RED", Decided.TEXT)
    assert not holds(world)


@pytest.mark.parametrize("by", ["text", "answer"])
async def test_what_red_says_in_bold_is_nowhere_either(world: World, ana: Person, by: str) -> None:
    label = "TLP:RED " if by == "text" else ""
    html = f"<p>{label}<strong>{SECRET}</strong></p>"
    content = {
        "msgtype": "m.text",
        "body": f"{label}**{SECRET}**",
        "format": "org.matrix.custom.html",
        "formatted_body": html,
    }
    said = await ana.says("", content=content)
    if by == "answer":
        await marks(ana, said, "TLP:RED")
    [kept] = await world.store.translation.list_of(said)
    assert kept.gone and kept.html == ""
    await world.stop()
    assert not holds(world)


async def test_what_is_not_red_is_kept(world: World, ana: Person) -> None:
    for label in ("TLP:AMBER", "TLP:CLEAR", "H2"):
        said = await ana.says(f"{label} {SECRET}")
        assert await texts(world, said) == [f"{label} {SECRET} (pt to en)"]
        assert await handling(world, said) == (label, Decided.TEXT)
    assert holds(world)


async def test_red_that_waits_to_be_sent_outlives_a_restart(world: World, ana: Person) -> None:
    [said] = await world.receives(ana.user_id, f"TLP:RED {SECRET}")
    while not (await world.outcomes())[said]:
        await world.idle()
    assert await texts(world, said) == [f"TLP:RED {SECRET} (pt to en)"]
    row = await world.store.outbox.next(ROOM)
    assert row is not None and SECRET not in str(row)
    await world.stop()
    await world.start()
    await world.settles()
    assert english(world.shows()) == {"$sent1": f"TLP:RED {SECRET} (pt to en)"}
    assert await texts(world, said) == [""]
    assert not holds(world)


async def test_red_in_several_posts_is_kept_until_the_last_of_them(world: World, ana: Person) -> None:
    said = await ana.says("TLP:RED " + f"{SECRET}, " * 400)
    posts = [heard.post for heard in world.heard if heard.kind == "translation" and heard.post]
    assert len(posts) > 2 and all(SECRET in post.body for post in posts)
    assert await texts(world, said) == [""]
    assert not holds(world)


async def test_red_is_edited_and_redacted_like_any_other(world: World, ana: Person) -> None:
    said = await ana.says(f"TLP:RED {SECRET}")
    same = await edits(ana, said, f"TLP:RED {SECRET}")
    assert (await world.outcomes())[same] == "unchanged"
    edit = await edits(ana, said, f"TLP:RED {SECRET} parada")
    assert english(world.shows()) == {"$sent1": f"TLP:RED {SECRET} parada (pt to en)"}
    assert await texts(world, edit) == [""] and not holds(world)
    await world.receives(ana.user_id, type="m.room.redaction", content={"redacts": said}, encrypted=False)
    await world.settles()
    assert english(world.shows()) == {}
    assert await world.store.translation.list_of(edit) == []


async def test_what_red_was_missed_stands_in_no_summary(world: World, ana: Person) -> None:
    await world.receives(ana.user_id, "um", f"TLP:RED {SECRET}", "dois", late=True)
    await world.settles()
    [page] = [heard.post for heard in world.heard if heard.kind == "catchup"]
    [post] = [heard.post for heard in world.heard if heard.kind == "translation"]
    assert page and post and SECRET in post.body and SECRET not in page.body
    assert not holds(world)


async def test_a_message_that_is_marked_red_afterwards_is_emptied(world: World, ana: Person, rui: Person) -> None:
    said = await ana.says(SECRET)
    assert holds(world)
    reply = await marks(rui, said, "TLP:RED")
    assert rui.hears("Rui marked this message TLP:RED. It stays in this room, and I keep no translation of it.")
    assert rui.last.reply_to == reply and rui.last.record == {"kind": "notice", "of": "handling"}
    assert await handling(world, said) == ("TLP:RED", Decided.OTHERS)
    assert await texts(world, said) == [""] and not holds(world)
    assert english(world.shows()) == {"$sent1": f"TLP:RED {SECRET} (pt to en)"}
    edit = await edits(ana, said, f"{SECRET} parada")
    assert english(world.shows()) == {"$sent1": f"TLP:RED {SECRET} parada (pt to en)"}
    assert await texts(world, edit) == [""] and not holds(world)
    assert await handling(world, said) == ("TLP:RED", Decided.OTHERS)


async def test_our_translation_is_marked_as_the_message_itself(world: World, ana: Person, rui: Person) -> None:
    said = await ana.says(SECRET)
    await marks(rui, "$sent1", "**TLP: RED**")
    assert await handling(world, said) == ("TLP:RED", Decided.OTHERS)
    assert not holds(world)


async def test_what_stands_in_a_summary_gets_a_post_of_its_own_when_it_is_marked_red(
    world: World, ana: Person, rui: Person
) -> None:
    said, other = await world.receives(ana.user_id, SECRET, "dois", late=True)
    await world.settles()
    await marks(rui, said, "TLP:RED")
    assert not holds(world)
    shown = [post.body for post in world.shows().values()]
    assert len(shown) == 2 and SECRET not in shown[0] and SECRET in shown[1]
    await world.receives(ana.user_id, type="m.room.redaction", content={"redacts": other}, encrypted=False)
    await world.settles()
    assert [post.record["kind"] for post in world.shows().values()] == ["translation"]
    await edits(ana, said, f"{SECRET} parada")
    assert list(english(world.shows()).values()) == [f"TLP:RED {SECRET} parada (pt to en)"]


async def test_an_edit_that_adds_a_label_is_followed_under_it(world: World, ana: Person) -> None:
    said = await ana.says(SECRET)
    edit = await edits(ana, said, f"TLP:RED {SECRET}")
    assert english(world.shows()) == {"$sent1": f"TLP:RED {SECRET} (pt to en)"}
    assert await handling(world, said) == ("TLP:RED", Decided.TEXT)
    assert await texts(world, edit) == [""] and not holds(world)
    await edits(ana, said, "nada")
    assert await handling(world, said) == ("", Decided.NOBODY)


async def test_anyone_restricts_and_only_the_sender_relaxes(world: World, ana: Person, rui: Person) -> None:
    said = await ana.says(SECRET)
    await marks(rui, said, "H2")
    assert rui.hears("Rui marked this message H2. I pass it on no further, and I do not use its translation again.")
    await marks(rui, said, "TLP:GREEN")
    assert await handling(world, said) == ("TLP:GREEN H2", Decided.OTHERS)
    await marks(rui, said, "TLP:CLEAR")
    assert rui.hears("This message stays TLP:GREEN H2: Ana wrote it, and only Ana can change that now.")
    assert rui.last.record["error"] == "handling"
    await marks(ana, said, "TLP:CLEAR")
    assert ana.hears("Ana marked this message TLP:CLEAR.")
    assert await handling(world, said) == ("TLP:CLEAR", Decided.SENDER)
    await marks(rui, said, "TLP:RED")
    assert rui.hears("This message stays TLP:CLEAR", error="handling")
    assert await handling(world, said) == ("TLP:CLEAR", Decided.SENDER)


async def test_who_is_not_known_to_be_the_sender_relaxes_nothing(world: World, ana: Person) -> None:
    said = await ana.says(f"TLP:AMBER {SECRET}")
    await marks(ana, said, "TLP:CLEAR", trusted=False)
    assert await handling(world, said) == ("TLP:AMBER", Decided.TEXT)


async def test_an_answer_that_says_more_than_a_label_is_a_message(world: World, ana: Person, rui: Person) -> None:
    said = await ana.says(SECRET)
    for text in ("TLP:RED porque sim", "TLP:RED?", "ok"):
        await marks(rui, said, text)
    assert await handling(world, said) == ("", Decided.NOBODY)


async def test_a_label_that_answers_what_nobody_knows(world: World, ana: Person) -> None:
    await marks(ana, "$unknown", "TLP:RED")
    assert ana.hears("I do not know that message: I keep nothing of it.", error="not_found")


async def test_a_label_waits_for_its_message(world: World, ana: Person, rui: Person) -> None:
    go_on = world.translator.hold(SECRET)
    [said] = await world.receives(ana.user_id, SECRET)
    await world.receives(rui.user_id, "", **answer(said, "TLP:RED"))
    await world.idle()
    go_on.set()
    await world.settles()
    assert await handling(world, said) == ("TLP:RED", Decided.OTHERS)
    assert not holds(world)


async def test_a_label_waits_for_the_key_of_its_message(world: World, ana: Person, rui: Person) -> None:
    [said] = await world.receives(ana.user_id, SECRET, session="s1")
    [reply] = await world.receives(rui.user_id, "", **answer(said, "TLP:RED"))
    while (await world.outcomes())[reply] is None and not world.reader.keys:
        await world.idle()
        if await world.database.row("SELECT 1 FROM inbox WHERE event_id = ? AND state = 'waiting'", reply):
            world.reader.keys.add("s1")
    async with world.store.transaction():
        await world.store.inbox.key_arrived("s1")
    world.intake.wake({ROOM})
    await world.settles()
    assert await handling(world, said) == ("TLP:RED", Decided.OTHERS)
    assert not holds(world)


async def test_a_mistyped_label_is_red_and_its_sender_is_told_once(world: World, ana: Person) -> None:
    said = await ana.says(f"TLP ORANGE {SECRET}")
    assert ana.hears("I could not read that label for certain, so I treat it as TLP:RED.", error="bad_argument")
    assert ana.hears(str(LABELS.text))
    assert await texts(world, said) == [""]
    await edits(ana, said, f"TLP LARANJA {SECRET}")
    assert not ana.hears("I could not read")
    await edits(ana, said, f"TLP:AMBER {SECRET}")
    assert await handling(world, said) == ("TLP:AMBER", Decided.TEXT)


async def test_a_mistyped_label_of_what_nobody_needs_translated(world: World, rui: Person) -> None:
    said = await rui.says("TLP:PINK stay back")
    assert rui.hears("I could not read that label")
    assert await handling(world, said) == ("TLP:RED", Decided.TEXT)


async def test_a_translation_that_is_gone_is_not_posted_again(world: World, ana: Person) -> None:
    said = await ana.says(f"TLP:RED {SECRET}")
    async with world.store.transaction():
        payload = {"sender": ana.user_id, "parts": [["en", 0, 9]], "doubt": None}
        await world.store.outbox.add(ROOM, "translation", said, payload, world.clock.now(), 9)
    await world.delivers()
    assert len(world.shows()) == 1


def test_a_text_that_is_gone() -> None:
    made = Translation("", "pt", "en", ("pt", "en"), "fake", digest="0a")
    assert made.gone and label_of("") is None


async def test_what_somebody_asks_for_of_red_is_nowhere_either(world: World, ana: Person) -> None:
    said = await ana.says(f"{SECRET} dita")
    assert holds(world)
    await ana.says(f"!translate es TLP:RED {SECRET} pedida")
    assert any(heard.post and f"{SECRET} pedida (pt to es)" in heard.post.body for heard in world.heard)
    assert not holds(world, f"{SECRET} pedida") and await texts(world, said) != [""]


async def test_marks_have_the_limits_of_commands(tmp_path: Path) -> None:
    world = World(tmp_path / "liaison.db", configuration(limits={"commands_per_person": 3}))
    await world.start()
    world.person("kate")
    ana = world.person("ana", "PRT-GNR")
    said = await ana.says("a ponte")
    for label in ("TLP:GREEN", "TLP:AMBER", "TLP:GREEN"):
        await marks(ana, said, label)
        assert (await handling(world, said))[0] == label
    await marks(ana, said, "TLP:RED")
    assert ana.hears("too much at once", ok=False, error="rate_limited")
    await marks(ana, said, "TLP:RED")
    assert not ana.hears() and (await handling(world, said))[0] == "TLP:GREEN"
    for _time in range(5):
        await marks(ana, said, "TLP:AMBER", age=600)
    assert (await handling(world, said))[0] == "TLP:AMBER", "what comes late is no flood"
    world.clock.passes(minutes=2)
    await marks(ana, said, "TLP:RED")
    assert (await handling(world, said))[0] == "TLP:RED"
    await world.stop()
