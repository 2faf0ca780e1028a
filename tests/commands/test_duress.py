"""The duress word: accepted like anything else, and said to those alone who are named in the configuration."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bot.model.person import UserId
from bot.services.checkin import duress

from ..duties import chooses, replied, rings
from ..fakes import BOT, ROOM, configuration
from ..rosters import LEADS, accept
from ..world import Person, World
from .test_sir import everything

WORD = "Falcão"
NAMED = ["@rui:gnr.example", "@eva:gnr.example"]


def agencies(duress: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return one agency, with a duress word or without."""
    return [
        {
            "code": "PRT-GNR", "country": "PT", "language": "en", "timezone": "Europe/Lisbon",
            "members": ["@*:gnr.example"], **({"duress": duress} if duress else {}),
        }
    ]  # fmt: skip


FORCED = configuration(roles=LEADS, agencies=agencies({"users": NAMED, "word": WORD}))
USUAL = configuration(roles=LEADS, agencies=agencies(None))


class Scene:
    """A post, Ana who checks in there, and the two who are named."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ana, self.lead = world.person("ana", "PRT-GNR"), world.person("lead")
        self.rui, self.eva = world.person("rui", "PRT-GNR"), world.person("eva", "PRT-GNR")

    async def begins(self) -> Scene:
        await self.lead.says("!shift post gate")
        await self.world.services.duress.prepare(self.world.clock.now())
        await self.world.delivers()
        accept(self.world)
        return self

    def room(self) -> list[Any]:
        """Return all that the room was told; events are numbered by what it was told before."""
        sent = [(f"$sent{i}", heard.post) for i, heard in enumerate(self.world.heard, 1) if heard.room == ROOM]
        numbers = {event: str(i) for i, (event, _post) in enumerate(sent)}
        return [
            replace(post, reply_to=numbers.get(post.reply_to or "", post.reply_to),
                    replaces=numbers.get(post.replaces or "", post.replaces))
            for _event, post in sent
            if post
        ]  # fmt: skip

    def alone(self, person: Person) -> list[Any]:
        """Return all that one person was told alone."""
        rooms = [room for room in self.world.rooms.joined if room.startswith("!direct")]
        mine = [room for room in rooms if person.user_id in self.world.rooms.audience(room)]
        return [heard.post for heard in self.world.heard if heard.room in mine]


async def _scene(path: Path, config: Any) -> Scene:
    world = World(path, config)
    await world.start()
    return await Scene(world).begins()


@pytest_asyncio.fixture
async def forced(tmp_path: Path) -> AsyncIterator[Scene]:
    """A task force whose agency has a duress word."""
    scene = await _scene(tmp_path / "forced.db", FORCED)
    yield scene
    await scene.world.stop()


@pytest_asyncio.fixture
async def usual(tmp_path: Path) -> AsyncIterator[Scene]:
    """One whose agency has none."""
    scene = await _scene(tmp_path / "usual.db", USUAL)
    yield scene
    await scene.world.stop()


async def plays(scene: Scene, *lines: str) -> None:
    """Let Ana say *lines*; one that begins with `>` answers the last question. A look at what is due follows each."""
    for line in lines:
        if line == "later":
            scene.world.clock.passes(hours=1)
        elif line.startswith("> "):
            asked = [post for post in rings(scene.world) if post.mentions == (scene.ana.user_id,)]
            await scene.ana.says("", **replied(line[2:], scene.world.event_of(asked[-1])))
        else:
            await scene.ana.says(line)
        await scene.world.wakes()


async def steps(scene: Scene, *lines: str) -> list[str]:
    """Return the statements that were made while Ana said *lines*, until she had her answer."""
    made: list[str] = []
    database = scene.world.database
    write, row, rows = database.write, database.row, database.rows

    def written(sql: str, *values: Any) -> Any:
        made.append(sql)
        return write(sql, *values)

    async def one(sql: str, *values: Any) -> Any:
        made.append(sql)
        return await row(sql, *values)

    async def many(sql: str, *values: Any) -> Any:
        made.append(sql)
        return await rows(sql, *values)

    stores = [database]
    for store in stores:
        store.write, store.row, store.rows = written, one, many  # type: ignore[method-assign,assignment]
    try:
        for line in lines:
            await scene.ana.says(line)
    finally:
        database.write, database.row, database.rows = write, row, rows  # type: ignore[method-assign]
    return [sql for sql in made if "inbox" not in sql]


STORIES = [
    ("!checkin gate Falcão",),
    ("!checkin gate A12 falcao persons:2", "!checkin list"),
    ("!checkin gate A12", "!checkin status out FALCÃO"),
    ("!checkin gate A12", "later", "> 1 falcão", "!checkin list"),
    ("!checkin gate A12", "later", "> falcão", "!checkin end"),
    ("!checkin pier falcão",),
    ("!checkin gate", "!checkin status out fortim fa\u0301lca\u0303o"),
    ("!checkin gate falcão persons:many",),
    ("!checkin gate", "!checkin gate falcão"),
]


@pytest.mark.parametrize("story", STORIES)
async def test_the_room_sees_bit_by_bit_what_it_would_see_of_anybody_else(
    forced: Scene, usual: Scene, story: tuple[str, ...]
) -> None:
    await plays(forced, *story)
    await plays(usual, *story)
    await forced.world.wakes()
    await usual.world.wakes()
    assert forced.room() == usual.room()
    for named in (forced.rui, forced.eva):
        told = forced.alone(named)
        assert len(told) >= 2 and told[-1].mentions == (named.user_id,), story
        assert "Ana (@ana:gnr.example) has given the duress word" in told[-2].body.replace("\u2068", "").replace(
            "\u2069", ""
        )
        assert "Ana" not in told[-1].body and "duress" not in told[-1].body, "a lock screen shows it"
    assert forced.alone(forced.lead) == [] and forced.alone(forced.ana) == []
    assert usual.alone(usual.rui) == []


async def test_the_same_statements_are_made_in_the_same_order(forced: Scene, usual: Scene) -> None:
    assert await steps(forced, "!checkin gate falcão") == await steps(usual, "!checkin gate falcão")


@pytest.mark.parametrize("said", ["falcão at the old ford", "at the old falcão", "at the old ford"])
async def test_every_word_is_compared_wherever_the_word_stands(
    forced: Scene, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    compared: list[bytes] = []

    def compares(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return one == other

    monkeypatch.setattr(duress, "compare_digest", compares)
    now = forced.world.clock.now()
    async with forced.world.store.transaction():
        await forced.world.services.duress.follow(UserId(forced.ana.user_id), ROOM, "$said", said, now, taken=True)
    assert len(compared) == len(said.split()), "so it takes as long"


@pytest.mark.parametrize("story", STORIES)
async def test_the_word_is_written_nowhere(forced: Scene, story: tuple[str, ...]) -> None:
    with capture_logs() as logged:
        await plays(forced, *story)
        kept = await everything(forced.world)
    for word in ("falcao", "falcão", "fal\\u00e3o", "falc\\u00e3o"):
        assert word not in kept.casefold() and word not in str(logged).casefold()
    assert "falcão".encode().decode("latin-1") not in kept.casefold()


async def test_the_log_holds_the_same_of_it(forced: Scene, usual: Scene) -> None:
    kept = []
    for scene in (forced, usual):
        await plays(scene, "!checkin gate A12 falcão", "later", "> 1 falcão")
        rows = await scene.world.database.rows(
            "SELECT envelope, content FROM audit_entry JOIN audit_content USING (position) ORDER BY position"
        )
        kept.append([(json.loads(row["envelope"])["kind"], json.loads(row["content"])) for row in rows])
    assert kept[0] == kept[1] and kept[0][-2:] != []


async def test_it_is_said_again_until_one_of_them_sees_to_it(forced: Scene) -> None:
    await plays(forced, "!checkin gate falcão")
    world = forced.world
    for _round in range(2):
        before = len(forced.alone(forced.rui))
        world.clock.passes(minutes=5)
        await world.wakes()
        assert len(forced.alone(forced.rui)) == before + 2
    question = forced.alone(forced.rui)[-1]
    room = next(heard.room for heard in world.heard if heard.post is question)
    [digit] = question.record["choices"]
    await forced.rui.says("", room=room, **replied(digit, world.event_of(question)))
    assert forced.rui.hears("You see to it. I alert nobody else.", ok=True)
    before = len(forced.alone(forced.eva))
    world.clock.passes(minutes=30)
    await world.wakes()
    assert len(forced.alone(forced.eva)) == before
    assert not any("alert nobody" in post.body for post in forced.room())


async def test_who_is_forced_is_not_alerted_though_they_are_named(forced: Scene) -> None:
    await forced.rui.says("!checkin gate falcão")
    await forced.world.wakes()
    assert forced.alone(forced.rui) == [] and len(forced.alone(forced.eva)) == 2


async def test_the_word_of_one_agency_means_nothing_to_another(forced: Scene) -> None:
    kate = forced.world.person("kate")
    await kate.says("!checkin gate falcão")
    await forced.world.wakes()
    assert kate.hears("You are checked in", ok=True) and forced.alone(forced.rui) == []


async def test_without_the_word_nobody_is_alerted(forced: Scene) -> None:
    await plays(forced, "!checkin gate A12 falcon", "!checkin status out", "!checkin end", "Falcão on the roof")
    await forced.world.wakes()
    assert forced.alone(forced.rui) == []


async def test_who_has_no_direct_room_yet_is_alerted_as_soon_as_there_is_one(tmp_path: Path) -> None:
    world = World(tmp_path / "new.db", FORCED)
    await world.start()
    scene = Scene(world)
    await scene.lead.says("!shift post gate")
    await plays(scene, "!checkin gate falcão")
    await world.delivers()
    told = scene.alone(scene.rui)
    assert len(told) == 2 and told[-1].mentions == (scene.rui.user_id,)
    accept(world)
    world.clock.passes(minutes=5)
    await world.wakes()
    assert scene.alone(scene.rui)[-1].record["choices"], "and now it can be answered"
    await world.stop()


async def test_one_that_comes_too_late_alerts_all_the_same(forced: Scene) -> None:
    await forced.ana.says("!checkin gate falcão", age=600)
    assert forced.ana.hears("too late", error="stale")
    await forced.world.wakes()
    assert len(forced.alone(forced.rui)) == 2
    assert "falcão" not in (await everything(forced.world)).casefold()


async def test_an_answer_to_what_is_settled_already_alerts_all_the_same(forced: Scene) -> None:
    await plays(forced, "!checkin gate", "later", "!checkin end", "> 1 falcão")
    assert forced.ana.hears("settled already", ok=False, error="conflict")
    await forced.world.wakes()
    assert len(forced.alone(forced.rui)) == 2


async def test_a_colleague_who_answers_for_another_with_it_alerts_as_well(forced: Scene) -> None:
    world = forced.world
    await forced.eva.says("!checkin gate every:5h")
    await forced.ana.says("!checkin gate")
    for period in (60, 5, 5):
        world.clock.passes(minutes=period)
        await world.wakes()
    question = next(post for post in reversed(rings(world)) if post.mentions == (forced.eva.user_id,))
    digit = next(digit for digit, name in question.record["choices"].items() if name == "safe")
    await forced.eva.says("", **replied(f"{digit} falcão", world.event_of(question)))
    assert forced.eva.hears("Noted", ok=True)
    await world.wakes()
    assert "Eva (@eva:gnr.example)" in forced.alone(forced.rui)[-2].body.replace("\u2068", "").replace("\u2069", "")
    assert BOT not in forced.alone(forced.rui)[-1].mentions


async def test_an_answer_by_a_digit_alone_alerts_nobody(forced: Scene) -> None:
    await plays(forced, "!checkin gate", "later")
    await forced.world.wakes()
    await chooses(forced.ana, rings(forced.world)[-1], "well")
    await forced.world.wakes()
    assert forced.alone(forced.rui) == []


async def test_what_was_known_at_the_time_is_said_again_after_they_are_checked_out(forced: Scene) -> None:
    await plays(forced, "!checkin gate A12", "!checkin status out falcão Old Mill", "!checkin end")
    first = forced.alone(forced.rui)[-2]
    forced.world.clock.passes(minutes=5)
    await forced.world.wakes()
    again = forced.alone(forced.rui)[-2]
    assert again is not first
    for part in ("gate", "A12", "Old Mill"):
        assert part in first.body and part in again.body, again.body
    assert "checked out of" in again.body and "checked out of" not in first.body


async def test_nobody_is_told_that_it_looked_accepted_where_the_room_saw_a_refusal(forced: Scene) -> None:
    await plays(forced, "!checkin gate falcão")
    assert "Everyone in the room believes" in forced.alone(forced.rui)[-2].body
    await plays(forced, "!checkin gate falcão")
    assert forced.ana.hears("already", ok=False)
    told = forced.alone(forced.rui)[-2].body
    assert "believes" not in told and "Say nothing of it" in told
