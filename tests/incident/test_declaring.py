"""Incidents declared with 🚨, or by a reply to the message that says what has happened."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model.handling import TLP
from bot.model.incident import EntryKind

from ..world import Person, World
from .scene import TITLE, card_of, cards, edited, entries, kinds, ref_of, replied, stands


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


@pytest.mark.parametrize(
    "typed",
    [
        "🚨 Barco na praia",
        "🚨Barco na praia",
        "🚨\ufe0f Barco na praia",
        "  🚨\ufe0eBarco na praia ",
        "🚨🚨 \ufe0f Barco na praia",
        "\u200e🚨 Barco na praia",
    ],
)
async def test_a_siren_declares(world: World, ana: Person, kate: Person, typed: str) -> None:
    await ana.says(typed)
    assert ana.hears("How bad is it?", ok=True, command="incident declare", ref=str(ref_of(world)))
    assert (await stands(world)).title == TITLE and len(cards(world)) == 1


async def test_a_place_and_a_time_in_it_are_taken(world: World, ana: Person, kate: Person) -> None:
    await ana.says("🚨 Type: vessel -- at:29S ND 12345 67890, 10:40, severity: unknown")
    incident = await stands(world)
    assert incident.title == "Type: vessel -- at:29S ND 12345 67890, 10:40, severity: unknown"
    assert incident.place and incident.place.text == "29S ND 12345 67890"
    assert incident.happened_at == datetime(2026, 11, 22, 10, 40, tzinfo=UTC)
    assert incident.type is None and incident.severity is None


@pytest.mark.parametrize(("typed", "place"), [("41.15, -8.61", (41.15, -8.61)), ("41.15, 26.30", (41.15, 26.3))])
async def test_degrees_with_two_decimals_are_its_place(
    world: World, ana: Person, typed: str, place: tuple[float, float]
) -> None:
    await ana.says(f"🚨 Boat at the beach {typed}, 10:40")
    incident = await stands(world)
    assert incident.place and (incident.place.latitude, incident.place.longitude) == place
    assert incident.happened_at == datetime(2026, 11, 22, 10, 40, tzinfo=UTC)


@pytest.mark.parametrize("text", ["expected tomorrow at 10:40", "seen on 2026-11-20", "seen on 20 November"])
async def test_a_time_to_come_or_a_day_alone_is_not_when_it_happened(world: World, ana: Person, text: str) -> None:
    await ana.says(f"🚨 Boat {text}")
    assert (await stands(world)).happened_at is None


async def test_a_siren_within_a_text_is_none(world: World, ana: Person, kate: Person) -> None:
    await ana.says("Barco 🚨")
    assert cards(world) == {} and world.shows()


async def test_a_siren_alone_is_asked_what_it_is_about(world: World, ana: Person) -> None:
    for typed in ("🚨", "🚨\ufe0f ", " 🚨🚨"):
        await ana.says(typed)
        assert ana.hears("what has happened", ok=False, error="bad_argument", command="incident declare")
    assert await world.database.rows("SELECT * FROM incident") == []


async def test_the_same_siren_within_ten_minutes_is_the_same_incident(world: World, ana: Person) -> None:
    await ana.says(f"🚨 {TITLE}")
    world.clock.passes(minutes=9)
    await ana.says(f"🚨{TITLE.upper()}")
    assert ana.hears("just now", ok=True, ref=str(ref_of(world))) and len(cards(world)) == 1


async def test_a_siren_of_a_device_that_nobody_verified_declares_nothing(world: World, ana: Person) -> None:
    await ana.says(f"🚨 {TITLE}", trusted=False)
    assert ana.hears("verified", ok=False, error="not_allowed")
    await ana.says(f"🚨 {TITLE}", encrypted=False)
    assert await world.database.rows("SELECT * FROM incident") == []


async def test_an_edit_that_begins_with_a_siren_declares_nothing(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(TITLE)
    await ana.says("", **edited(f"🚨 {TITLE}", said))
    assert ana.hears("edited", ok=False) and cards(world) == {}


@pytest.mark.parametrize("typed", ["!incident declare", "🚨", "!i declare severity:high type:vessel"])
async def test_a_reply_declares_what_it_replies_to(world: World, ana: Person, kate: Person, typed: str) -> None:
    said = await ana.says("Barco na praia, 10:40, 29S ND 12345 67890")
    world.clock.passes(minutes=5)
    await kate.says("", **replied(typed, said))
    assert kate.hears(ok=True, command="incident declare", ref=str(ref_of(world)))
    incident, [entry] = await stands(world), await entries(world)
    assert (incident.title, incident.language) == ("Barco na praia, 10:40, 29S ND 12345 67890", "pt")
    assert incident.declared_by == kate.user_id and incident.place and incident.happened_at
    assert entry.kind is EntryKind.DECLARED
    assert entry.values["by"] == ana.user_id and entry.values["from"] == said
    await kate.says("", **replied("!incident timeline", next(iter(cards(world)))))
    assert "from a message of Ana" in kate.last.body.replace("\u2068", "").replace("\u2069", "")


async def test_a_translation_of_it_means_the_message(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(TITLE)
    translation = next(iter(world.shows()))
    await kate.says("", **replied("!incident declare", translation))
    [entry] = await entries(world)
    assert entry.values["from"] == said and entry.text == TITLE


async def test_a_title_of_ones_own_counts_before_what_is_replied_to(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(TITLE)
    await kate.says("", **replied("🚨 Boat aground", said))
    assert (await stands(world)).title == "Boat aground"


async def test_what_cannot_be_read_again_is_said(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(TITLE)
    world.events.pop(said)
    await kate.says("", **replied("!incident declare", said))
    assert kate.hears("cannot read", ok=False, error="not_found")
    answer = world.event_of(kate.last)
    await kate.says("", **replied("!incident declare", answer))
    assert kate.hears(ok=False, error="not_found")
    await kate.says("!incident declare")
    assert kate.hears("what has happened", ok=False, error="bad_argument")
    assert cards(world) == {}


async def test_what_was_marked_red_afterwards_is_not_declared(world: World, ana: Person, kate: Person) -> None:
    said = await ana.says(TITLE)
    await ana.says("", **replied("TLP:RED", said))
    await kate.says("", **replied("!incident declare", said))
    assert kate.hears("TLP:RED", ok=False, error="handling") and cards(world) == {}


async def test_a_time_is_given_as_an_option(world: World, ana: Person) -> None:
    await ana.says(f"!incident declare {TITLE} time:10:40")
    assert (await stands(world)).happened_at == datetime(2026, 11, 22, 10, 40, tzinfo=UTC)
    ref = ref_of(world)
    await ana.says(f'!incident note {ref} Two people time:"221030ZNOV26"')
    await ana.says(f"!incident note {ref} 10:45 They have landed")
    _declared, one, two = await entries(world)
    assert (one.text, one.happened_at) == ("Two people", datetime(2026, 11, 22, 10, 30, tzinfo=UTC))
    assert (two.text, two.happened_at) == ("10:45 They have landed", datetime(2026, 11, 22, 10, 45, tzinfo=UTC))
    assert two.entered_at == world.clock.now() and await kinds(world)


@pytest.mark.parametrize(
    "line", ["!incident declare Boat time:2026-11-23T10:40Z", "!incident note {} Boat time:231040ZNOV26"]
)
async def test_an_event_time_is_not_to_come(world: World, ana: Person, line: str) -> None:
    await ana.says(f"!incident declare {TITLE}")
    await ana.says(line.format(ref_of(world)))
    assert ana.hears("still to come", ok=False, error="bad_argument")
    assert await kinds(world) == [EntryKind.DECLARED]


@pytest.mark.parametrize("typed", ["🚨 {}", "!incident declare {}"])
async def test_what_is_longer_than_a_title_opens_at_once_and_is_kept_whole(
    world: World, ana: Person, kate: Person, typed: str
) -> None:
    text = "Barco na praia\n" + "homens armados " * 300 + "fim"
    await ana.says(typed.format(text)[: None if "🚨" in typed else 3_900])
    assert ana.hears("How bad is it?", ok=True, command="incident declare", ref=str(ref_of(world)))
    title = (await stands(world)).title
    assert title.startswith("Barco na praia homens armados") and title.endswith("…") and len(title) <= 200
    assert [entry.kind for entry in await entries(world)][:2] == [EntryKind.DECLARED, EntryKind.NOTE]
    kept = [entry.text for entry in await entries(world) if entry.kind is EntryKind.NOTE]
    assert "".join("".join(kept).split()) == "".join(text.split())[: len("".join("".join(kept).split()))]
    assert ("🚨" not in typed) or ("fim" in kept[-1] and len(kept) == 2)
    await ana.says("!incident undo")
    assert ana.hears("undone", ok=True) and (await stands(world)).ended, "all of it, not its note alone"


async def test_a_title_is_one_line_that_overrides_nothing(world: World, ana: Person, kate: Person) -> None:
    said = await kate.says("Boat\n\u202eon the\u2066 beach\x07\n\n\u200fnow")
    await ana.says("", **replied("!incident declare", said))
    assert (await stands(world)).title == "Boat on the beach now"
    await ana.says("🚨 Barco\n\u202ena praia")
    assert (await stands(world, 1)).title == "Barco na praia"
    assert await kinds(world) == [EntryKind.DECLARED]


async def test_a_long_message_that_declares_is_kept_as_its_authors(world: World, ana: Person, kate: Person) -> None:
    said = await kate.says("Boat on the beach, " + "two men " * 40)
    await ana.says("", **replied("!incident declare", said))
    title, whole = await entries(world)
    assert len(title.text) <= 200 and whole.text == ("Boat on the beach, " + "two men " * 40).strip()
    await ana.says("", **replied("!incident timeline", card_of(world)))
    assert ana.last.body.replace("\u2068", "").replace("\u2069", "").count("declared, from a message of Kate") == 2


async def test_a_siren_that_says_nothing_one_can_see_is_asked_what_has_happened(world: World, ana: Person) -> None:
    await ana.says("🚨 \u202e\u2066\u00ad")
    assert ana.hears("what has happened", ok=False, error="bad_argument")


@pytest.mark.parametrize(
    "typed", ["TLP:GREEN 🚨 Barco", "[TLP:GREEN]\n🚨🚨 Barco", "**TLP:GREEN** 🚨Barco", "🚨 TLP:GREEN Barco"]
)
async def test_a_siren_behind_a_label_declares_under_it(world: World, ana: Person, typed: str) -> None:
    world.person("luc", "FRA-PN")
    await ana.says(typed)
    incident = await stands(world)
    assert incident.handling and incident.handling.tlp is TLP.GREEN and "Barco" in incident.title
    assert "🚨" not in incident.title


async def test_a_siren_behind_a_code_declares_under_it(world: World, ana: Person) -> None:
    await ana.says("H1 🚨 Barco")
    incident = await stands(world)
    assert incident.handling and incident.handling.codes == ("H1",)


async def test_a_siren_under_red_is_passed_on_and_its_sender_told(world: World, ana: Person, kate: Person) -> None:
    await ana.says("TLP:RED 🚨 Barco")
    assert not cards(world) and [post.body for post in world.shows().values()]
    assert ana.hears("TLP:RED goes into no record", kind="reply", ok=False)


async def test_it_costs_no_more_after_many_others(
    world: World, ana: Person, kate: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the same person has declared lately is only looked at where it has the same title."""
    asked: list[str] = []
    rows = world.database.rows

    async def counted(sql: str, *values: object) -> object:
        asked.append(sql)
        return await rows(sql, *values)

    monkeypatch.setattr(world.database, "rows", counted)
    counts = []
    for place in ("beach", "bridge", "harbour", "quarry", "forest", "airport", "village"):
        asked.clear()
        await ana.says(f"!incident declare {place} type:other severity:low")
        counts.append(sum("FROM mark" in sql for sql in asked))
    assert len({*counts[1:]}) == 1, counts
