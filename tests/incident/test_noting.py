"""Notes as people write them: below the card, in its thread, edited and taken back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.model.incident import EntryKind
from bot.model.person import Role

from ..fakes import ROOM
from ..world import Person, World
from .scene import (
    TITLE,
    answers,
    card_of,
    cards,
    edited,
    entries,
    kinds,
    reacted,
    redacted,
    ref_of,
    replied,
    stands,
    threaded,
)

OTHER = "!other:example.org"
N = EntryKind.NOTE


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


async def declared(ana: Person) -> str:
    """Have an incident declared; return the event of its card."""
    await ana.says(f"!incident declare {TITLE} type:vessel severity:high")
    return card_of(ana.world)


@pytest.mark.parametrize("content", [replied, threaded])
async def test_a_plain_reply_is_a_note_and_a_message_as_well(world: World, ana: Person, kate: Person, content) -> None:  # type: ignore[no-untyped-def]
    card = await declared(ana)
    said = await kate.says("", **content("Two people on board", card))
    entry = (await entries(world))[-1]
    assert (entry.kind, entry.text, entry.author, entry.event_id) == (N, "Two people on board", kate.user_id, said)
    assert [post.body for post in world.shows().values()][-1].startswith("[pt] ")
    shown = cards(world)[card]
    assert shown.record["revision"] == 2 and "2 entries, the last one by" in shown.body
    assert not kate.hears(kind="reply"), "nothing is said: the card shows it"
    await ana.says("", **replied("!incident timeline", card))
    assert "Two people on board (en to pt)" in ana.last.body and "machine translation" in ana.last.body


async def test_a_note_begins_with_when_it_happened(world: World, ana: Person, kate: Person) -> None:
    card = await declared(ana)
    for text in ("11:40 two boats", "221045ZNOV26: they turned south", "at the pier 11:30", "23:50 all quiet"):
        await kate.says("", **replied(text, card))
    moments = [entry.happened_at for entry in await entries(world)][1:]
    assert [f"{moment:%d %H:%M}" if moment else None for moment in moments] == [
        "22 10:40", "22 10:45", None, "21 22:50",
    ], "in the zone of who writes, an hour ahead"  # fmt: skip
    await kate.says("", **replied("!incident timeline", card))
    lines = kate.last.body.splitlines()
    assert [next(w for w in ("quiet", "south", "boats", "praia", "pier") if w in line) for line in lines[-5:]] == [
        "quiet", "boats", "south", "praia", "pier",
    ]  # fmt: skip


async def test_a_command_or_an_answer_is_no_note(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!incident declare {TITLE}")
    card = card_of(world)
    await ana.says("2", **replied("2", world.event_of(ana.last)))
    await kate.says("", **replied("!help", card))
    await kate.says("Two boats")
    assert N not in await kinds(world)


@pytest.mark.parametrize("content", [replied, threaded])
@pytest.mark.parametrize("text", ["!incident photo of the boat", "!incidnet photo of it", "!task force two"])
async def test_a_mistyped_command_is_no_note(world: World, ana: Person, kate: Person, content: Any, text: str) -> None:
    card = await declared(ana)
    for _time in range(2):
        before = len(world.heard)
        await kate.says("", **content(text, card))
        assert [heard.kind for heard in world.heard[before:]] == ["reply"], "an error each time, and nothing else"
        assert kate.last.record["ok"] is False
    assert N not in await kinds(world)
    await kate.says("", **content("Beware! incident ahead", card))
    assert (await kinds(world))[-1] is N


async def test_an_edit_is_a_correction(world: World, ana: Person, kate: Person) -> None:
    card = await declared(ana)
    said = await kate.says("", **replied("11:40 two boats", card))
    edit = await kate.says("", **edited("11:45 three boats", said))
    _declared, first, second = await entries(world)
    assert (first.text, first.corrects) == ("11:40 two boats", None)
    assert (second.kind, second.text, second.corrects, second.event_id) == (N, "11:45 three boats", first.number, edit)
    assert second.happened_at == datetime(2026, 11, 22, 10, 45, tzinfo=UTC)
    await kate.says("", **edited("11:45 three boats", said))
    await ana.says("", **edited("11:45 four boats", said))
    assert len(await entries(world)) == 3, "the same words, and those of somebody else, are none"
    await ana.says("", **replied("!incident timeline", card))
    assert "in place of 2" in ana.last.body.replace("\u2068", "").replace("\u2069", "")


async def test_the_timeline_says_of_what_was_replaced_by_which(world: World, ana: Person, kate: Person) -> None:
    async def lines() -> dict[str, str]:
        await kate.says("", **replied("!incident timeline", card))
        found = [line.removeprefix("• ") for line in said(kate).splitlines() if line.startswith("• ")]
        return {words: line for line in found for words in ("Not armed", "One armed", "Armed") if line.endswith(words)}

    card = await declared(ana)
    event = await kate.says("", **replied("Not armed", card))
    assert (await lines())["Not armed"].startswith("2. ")
    first = await kate.says("", **edited("One armed", event))
    last = await kate.says("", **edited("11:45 Armed", event))
    found = await lines()
    assert found["Not armed"].startswith("Replaced by 4: 2. ") and found["One armed"].startswith("Replaced by 4: 3. ")
    assert "in place of 2" in found["Armed"] and found["Armed"].startswith("4. ")
    await kate.says("", **redacted(last))
    assert (await lines())["Not armed"].startswith("Replaced by 3: 2. "), "what was taken back replaces nothing"
    await kate.says("", **redacted(first))
    assert (await lines())["Not armed"].startswith("2. ")


async def test_an_edit_counts_where_nobody_needs_a_translation(world: World) -> None:
    kate = world.person("kate")
    await kate.says("!incident declare Boat type:vessel severity:high")
    said = await kate.says("", **replied("two boats", card_of(world)))
    await kate.says("", **edited("three boats", said))
    assert [entry.text for entry in await entries(world)] == ["Boat", "two boats", "three boats"]


async def test_with_a_redaction_go_the_words(world: World, ana: Person, kate: Person) -> None:
    card = await declared(ana)
    said = await kate.says("", **replied("two boats", card))
    await kate.says("", **edited("three boats", said))
    await kate.says("", **replied("one landed", card))
    await kate.says("", **redacted(said))
    assert [(entry.kind, entry.text, entry.corrects) for entry in await entries(world)][1:] == [
        (N, "", None), (N, "", 2), (N, "one landed", None), (EntryKind.WITHDRAWN, "", 2),
    ]  # fmt: skip
    rows = [
        *await world.database.rows("SELECT * FROM wording"),
        *await world.database.rows("SELECT * FROM translation"),
    ]
    contents = [row["content"].decode() for row in await world.database.rows("SELECT content FROM audit_content")]
    kept = json.dumps([dict(row) for row in rows], default=str) + "".join(contents)
    assert "two boats" not in kept and "three boats" not in kept and "one landed" in kept
    forgotten = 2
    assert len(await world.database.rows("SELECT * FROM audit_entry")) == len(await entries(world)) + forgotten
    await ana.says("", **replied("!incident timeline", card))
    body = ana.last.body.replace("\u2068", "").replace("\u2069", "")
    assert "note 2, taken back" in body and "the message of 2 was taken back" in body
    await kate.says("", **redacted(said))
    assert len(await entries(world)) == 5, "once"


async def test_with_a_redacted_edit_go_its_words_alone(world: World, ana: Person, kate: Person) -> None:
    card = await declared(ana)
    said = await kate.says("", **replied("two boats", card))
    edit = await kate.says("", **edited("three boats", said))
    await kate.says("", **redacted(edit))
    assert [(entry.text, entry.corrects) for entry in await entries(world)][1:] == [
        ("two boats", None), ("", 2), ("", 3),
    ]  # fmt: skip


async def test_another_room_takes_nothing_back(world: World, ana: Person, kate: Person) -> None:
    card = await declared(ana)
    said = await kate.says("", **replied("two boats", card))
    eva = world.person("eva", room=OTHER)
    await world.receives(eva.user_id, "", room=OTHER, **redacted(said))
    await world.settles()
    assert (await entries(world))[-1].text == "two boats"
    assert "fault" not in (await world.outcomes()).values()


async def test_whose_identity_is_in_doubt_enters_nothing(world: World, ana: Person, kate: Person) -> None:
    card = await declared(ana)
    await world.intake.identities_seen({kate.user_id: "first"})
    await world.intake.identities_seen({kate.user_id: "second"})
    await kate.says("", **replied("two boats", card))
    assert kate.hears("encryption identity", ok=False, error="not_allowed")
    assert await kinds(world) == [EntryKind.DECLARED]


@pytest.mark.parametrize(
    ("raw", "words"),
    [({"trusted": False}, "not verified"), ({"encrypted": False}, "unencrypted")],
)
async def test_what_nobody_vouches_for_is_no_note(
    world: World, ana: Person, kate: Person, raw: dict[str, bool], words: str
) -> None:
    card = await declared(ana)
    await kate.says("", **replied("two boats", card), **raw)
    assert kate.hears(words, ok=False, error="not_allowed") and await kinds(world) == [EntryKind.DECLARED]


async def test_who_is_silenced_enters_nothing(world: World, ana: Person, kate: Person) -> None:
    card = await declared(ana)
    world.rooms.levels[kate.user_id] = -1
    await kate.says("", **replied("two boats", card))
    assert kate.hears("below zero", ok=False, error="not_allowed") and await kinds(world) == [EntryKind.DECLARED]
    assert Role.OFFICER and ROOM


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [("TLP:RED two boats", "handling", "TLP:RED"), ("x" * 64 * 1024, "bad_argument", "4,000")],
)
async def test_what_no_record_may_hold_is_refused(
    world: World, ana: Person, kate: Person, text: str, error: str, words: str
) -> None:
    card = await declared(ana)
    await kate.says("", **replied(text, card))
    assert kate.hears(words, ok=False, error=error) and await kinds(world) == [EntryKind.DECLARED]


async def test_what_was_said_while_the_bot_was_away_is_a_note(world: World, ana: Person, kate: Person) -> None:
    card = await declared(ana)
    await world.receives(kate.user_id, "", late=True, **replied("11:40 two boats", card), age=600)
    await world.settles()
    entry = (await entries(world))[-1]
    assert entry.text == "11:40 two boats" and (entry.received_at - entry.sent_at).total_seconds() == 600


async def test_an_answer_about_an_incident_names_it(world: World, ana: Person, kate: Person) -> None:
    await declared(ana)
    answer = world.event_of(ana.last)
    await kate.says("", **replied("!incident note Two people", answer))
    assert kate.hears("entered", ok=True, ref=str(ref_of(world)))
    await kate.says("", **replied("Two more people", answer))
    assert [entry.text for entry in await entries(world)] == [TITLE, "Two people"], "only the card takes plain words"
    assert (await stands(world)).revision == 2 and answers


@pytest.mark.parametrize(
    ("options", "values", "words"),
    [
        ("source:b info:2 as:fact", {"source": "B", "info": "2", "basis": "fact"}, "note, evaluated B2, as a fact"),
        ("as:assessment", {"basis": "assessment"}, "note, as an assessment"),
        ("--info 4", {"info": "4"}, "note, evaluated –4"),
        ("", {}, "note:"),
    ],
)
async def test_a_note_says_how_far_it_is_relied_on(
    world: World, ana: Person, options: str, values: dict[str, str], words: str
) -> None:
    await declared(ana)
    await ana.says(f"!incident note {ref_of(world)} Dois barcos {options}")
    entry = (await entries(world))[-1]
    assert (entry.text, entry.values) == ("Dois barcos", values)
    world.translator.lacking.add(("pt", "en"))
    await ana.says("", **replied("!incident timeline", card_of(world)))
    assert words in ana.last.body.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("option", ["source:D", "info:5", "as:rumour"])
async def test_another_evaluation_is_refused(world: World, ana: Person, option: str) -> None:
    await declared(ana)
    await ana.says(f"!incident note {ref_of(world)} Dois barcos {option}")
    assert ana.hears("not one of the choices", ok=False, error="bad_argument")
    assert await kinds(world) == [EntryKind.DECLARED]


async def test_a_file_without_a_word_is_no_note(world: World, ana: Person, kate: Person) -> None:
    card = await declared(ana)
    photo = {"msgtype": "m.image", "body": "praia.jpg", "filename": "praia.jpg"}
    await kate.says("", content={**photo, "m.relates_to": {"m.in_reply_to": {"event_id": card}}})
    assert kate.hears("📌", ok=False, error="bad_argument") and await kinds(world) == [EntryKind.DECLARED]
    await kate.says("", content={**photo, "body": "Two boats", "m.relates_to": {"m.in_reply_to": {"event_id": card}}})
    assert (await entries(world))[-1].text == "Two boats"


def said(person: Person) -> str:
    return person.last.body.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("typed", ["13:40 two boats", "13:03 two boats", "at 15:00: two boats", "1430 h two boats"])
@pytest.mark.parametrize("way", ["{}", "!incident note {}"])
async def test_a_clock_time_that_is_just_to_come_enters_nothing(
    world: World, ana: Person, kate: Person, typed: str, way: str
) -> None:
    card = await declared(ana)
    await kate.says("", **replied(way.format(typed), card))
    assert kate.hears("has not come yet", ok=False, error="bad_argument")
    assert len(await entries(world)) == 1
    example = said(kate).split("begin with ")[1].split(".")[0].strip("`")
    assert example.startswith("2026-11-21 1")
    await kate.says("", **replied(way.format(f"{example} two boats"), card))
    assert kate.hears(kind="reply") is ("note" in way), "and that enters it"
    moment = (await entries(world))[-1].happened_at
    assert moment and f"{moment.astimezone(ZoneInfo('Europe/Lisbon')):%d}" == "21"


@pytest.mark.parametrize("way", ["{}", "!incident note {}"])
async def test_one_further_away_is_yesterdays_and_its_day_is_said(
    world: World, ana: Person, kate: Person, way: str
) -> None:
    card = await declared(ana)
    await kate.says("", **replied(way.format("15:30 two boats"), card))
    assert kate.hears("entered as of", ok=True) and "21 Nov 2026, 15:30" in said(kate)
    assert (await entries(world))[-1].happened_at == datetime(2026, 11, 21, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(("typed", "day"), [("time:15:30", 21), ("time:10:30", None), ('time:"yesterday 10:30"', 21)])
async def test_a_time_of_its_own_on_another_day_is_said_with_its_day(
    world: World, ana: Person, kate: Person, typed: str, day: int | None
) -> None:
    card = await declared(ana)
    await kate.says("", **replied(f"!incident note two boats {typed}", card))
    assert kate.hears("entered as of", ok=True) is (day is not None)
    assert day is None or "21 Nov 2026, " in said(kate)
    moment = (await entries(world))[-1].happened_at
    assert moment and moment.day == (day or 22)


@pytest.mark.parametrize("typed", ["🚨 Two boats, {}", "!incident declare Two boats type:vessel severity:low time:{}"])
@pytest.mark.parametrize(("hour", "told"), [("15:30", True), ("10:30", False)])
async def test_an_incident_that_is_taken_as_yesterdays_is_said_to_be(
    world: World, ana: Person, kate: Person, typed: str, hour: str, told: bool
) -> None:
    await ana.says(typed.format(hour))
    bodies = [h.post.body for h in world.heard if h.kind == "reply" and h.post]
    assert any("entered as of 21/11/2026, 15:30" in body for body in bodies) is told
    assert any("entered as of" in body for body in bodies) is told
    rings = [h.post for h in world.heard if h.post and h.post.msgtype == "m.text" and ana.user_id in h.post.mentions]
    assert len(rings) == ("🚨" in typed) and all("15:30" not in post.body for post in rings)


@pytest.mark.parametrize("way", ["{}", "!incident note {}"])
@pytest.mark.parametrize(
    ("typed", "hour"), [("1140 two boats", 10), ("1140: two boats", 10), ("1140 kg of tobacco", None)]
)
async def test_four_digits_before_a_text_are_a_clock_time_and_that_is_said(
    world: World, ana: Person, kate: Person, way: str, typed: str, hour: int | None
) -> None:
    card = await declared(ana)
    await kate.says("", **replied(way.format(typed), card))
    moment = datetime(2026, 11, 22, hour, 40, tzinfo=UTC) if hour else None
    assert (await entries(world))[-1].happened_at == moment
    assert kate.hears("entered as of", ok=True) is (hour is not None)


@pytest.mark.parametrize("way", ["{}", "!incident note {}"])
@pytest.mark.parametrize(
    ("typed", "wrong"), [("25:10 two boats", "25:10"), ("11:75 boats", "11:75"), ("11:40 boats", "")]
)
async def test_a_time_that_is_none_is_entered_as_of_now_and_that_is_said(
    world: World, ana: Person, kate: Person, way: str, typed: str, wrong: str
) -> None:
    card = await declared(ana)
    await kate.says("", **replied(way.format(typed), card))
    last = (await entries(world))[-1]
    assert last.text == typed and (last.happened_at is None) is bool(wrong)
    if wrong:
        assert f"{wrong}: there is no such date or time." in said(kate) and "22 Nov 2026, 13:00" in said(kate)
    else:
        assert not kate.hears("no such date")


@pytest.mark.parametrize("way", ["{}", "!incident note {}"])
async def test_the_compass_says_the_day_as_of_which_it_was_entered(
    world: World, ana: Person, kate: Person, way: str
) -> None:
    card = await declared(ana)
    event = await kate.says("", **replied(way.format("15:30 two boats, back by 17:00"), card))
    await kate.says("", **reacted("🧭", event))
    assert "21 Nov 2026, 15:30" in said(kate) and "22 Nov 2026, 17:00" in said(kate)
    assert said(kate).count("if the day of the message is meant") == 1


@pytest.mark.parametrize("typed", ["13:02 two boats", "13:00 two boats", "12:30 two boats", "2026-11-21 13:40 boats"])
async def test_a_watch_may_be_ahead_and_a_day_may_be_said(world: World, ana: Person, kate: Person, typed: str) -> None:
    card = await declared(ana)
    await kate.says("", **replied(typed, card))
    assert not kate.hears(kind="reply") and (await entries(world))[-1].happened_at


async def test_an_edit_to_a_time_that_is_to_come_corrects_nothing(world: World, ana: Person, kate: Person) -> None:
    card = await declared(ana)
    event = await kate.says("", **replied("11:40 two boats", card))
    await kate.says("", **edited("13:40 two boats", event))
    assert kate.hears("has not come yet", ok=False) and len(await entries(world)) == 2


async def test_what_is_declared_or_pinned_to_be_soon_has_not_happened(world: World, ana: Person, kate: Person) -> None:
    await kate.says("🚨 Boat expected 13:40")
    assert (await stands(world)).happened_at is None


async def test_a_note_of_a_closed_incident_is_entered_and_answered(world: World, ana: Person, kate: Person) -> None:
    card = await declared(ana)
    await kate.says("", **replied("two boats", card))
    assert not kate.hears(kind="reply"), "the card says it"
    await world.receives("@lead:example.org", f"!incident close {ref_of(world)} resolved Nobody there")
    await world.settles()
    for note in (replied("three boats", card), {}):
        await kate.says("" if note else f"!incident note {ref_of(world)} four boats", **note)
        assert kate.hears("entered. It is closed", ok=True, ref=str(ref_of(world)))
        assert (await kinds(world))[-1] is EntryKind.NOTE
