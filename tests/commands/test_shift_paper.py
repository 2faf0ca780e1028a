"""What a shift leaves on paper and what it takes along: the log and the card, files in the reader's words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.i18n import Catalogues
from bot.model.person import Zone
from bot.model.shift import Rotation

from ..duties import chooses, logged, rings
from ..fakes import BOT, ROOM, compiled
from ..incident.marked import comes, marks
from ..incident.scene import reacted
from ..rosters import GATE, accept, answer, led, sets_up, utc
from ..world import Person, World
from .test_incident import answers


@pytest.fixture
async def lead(world: World) -> Person:
    return await led(world)


@pytest.fixture
async def kate(world: World, lead: Person) -> Person:
    """Kate, whose shift is from 6:00 to 14:00 on weekdays."""
    kate = world.person("kate")
    await sets_up(lead, kate)
    return kate


async def at(world: World, moment: str) -> None:
    """Let it be that moment, and do what is due, then what is planned by that."""
    world.clock.at = utc(moment)
    await world.wakes()
    await world.wakes()


async def declares(person: Person, title: str, room: str = ROOM) -> str:
    await person.says(f"!incident declare {title} severity:high type:vessel", room=room)
    for digit, choice in person.last.record.get("choices", {}).items():
        if choice == "new":
            await answers(person, digit)
    return str(person.last.record["ref"])


def page(world: World, number: int = -1) -> str:
    return world.files[number].data.decode().replace("\u2068", "").replace("\u2069", "")


async def pins(person: Person, ref: str) -> None:
    """Answer the question for which incident the message is pinned."""
    asked = [h.post for h in person.world.heard if h.post and person.user_id in h.post.mentions][-1]
    await chooses(person, asked, ref)


def posted_in(world: World, number: int = -1) -> str:
    return [heard.room for heard in world.heard if heard.kind == "file"][number]


# The log


async def test_a_log_holds_what_those_of_the_shift_have_done(world: World, lead: Person, kate: Person) -> None:
    await at(world, "2026-11-24T06:00")
    await kate.says("!shift start")
    await kate.says("!checkin gate vehicle:A<12>")
    ref = await declares(kate, "Boat <at> the beach")
    await kate.says(f"!incident note {ref} Two people & a dog")
    await kate.says("!checkin status out at the ford")
    await lead.says(f"!incident note {ref} from elsewhere")
    eva = world.person("eva")
    await eva.says(f"!incident note {ref} not of this shift")
    world.clock.at = utc("2026-11-24T09:00")
    await kate.says("!shift log")
    assert kate.hears("ICS-214-gate-2026-11-24.html", ok=True) and posted_in(world) == ROOM
    found = page(world)
    assert "Activity log (ICS-214): gate" in found and "24 Nov 2026, 06:00" in found
    assert f"{ref}</code>: declared: Boat &lt;at&gt; the beach" in found, "and nothing in it is markup of theirs"
    assert "Two people &amp; a dog" in found and "out on patrol: “at the ford”" in found
    assert "checked in, with A&lt;12&gt;" in found and "<td dir='auto'>A&lt;12&gt;</td>" in found
    assert "came to the post" in found
    assert "from elsewhere" in found, "the lead answers for the post"
    assert "not of this shift" not in found
    assert "<script" not in found and "http" not in found.replace("http-equiv", ""), "it loads nothing"
    assert (await logged(world))[-1] == "shift.logged"


async def test_a_log_holds_what_those_of_the_shift_have_pinned(world: World, lead: Person, kate: Person) -> None:
    await at(world, "2026-11-24T06:00")
    eva, ref = world.person("eva"), await declares(lead, "Boat")
    for who, text in ((kate, "I see two boats"), (eva, "And I see a car")):
        said = await eva.says(text)
        await who.says("", **reacted("📌", said))
        await pins(who, ref)
    await eva.says("I have seen nothing else")
    await kate.says("!shift log")
    found = page(world)
    assert "I see two boats" in found and "pinned" in found, "by one of the shift, whoever wrote it"
    assert "And I see a car" not in found and "nothing else" not in found


async def test_a_log_of_one_person_alone(world: World, lead: Person, kate: Person) -> None:
    await at(world, "2026-11-24T06:00")
    await kate.says("!checkin gate vehicle:A12")
    ref = await declares(lead, "Boat")
    await kate.says(f"!incident note {ref} Two people")
    eva = world.person("eva")
    await eva.says(f"!incident note {ref} A dog")
    await lead.says(f"!shift log gate who:{kate.user_id}")
    found = page(world)
    assert "Two people" in found and "checked in, with A12" in found and "<td dir='auto'>A12</td>" in found
    assert "Boat" not in found and "A dog" not in found and "answers for the post from now on" not in found
    await lead.says(f"!shift log who:{eva.user_id} on:2026-11-24")
    assert "A dog" in page(world) and "Two people" not in page(world), "of whoever was elsewhere too"
    await lead.says("!shift log who:nobody")
    assert lead.hears(ok=False, error="bad_argument")


async def test_a_log_is_in_the_readers_language(world: World, lead: Person, kate: Person) -> None:
    portuguese = compiled("pt", 'msgid "What happened"\nmsgstr "O que aconteceu"')
    catalogues = Catalogues({"pt": portuguese})
    world.services.shift_log._catalogues = world.services.person._catalogues = catalogues
    ana = world.person("ana", "PRT-GNR")
    world.translator.spoken["Barco na praia"] = "pt"
    await declares(lead, "Boat on the beach")
    await ana.says("!shift log")
    found = page(world)
    assert '<html lang="pt" dir="ltr">' in found and "O que aconteceu" in found
    assert "Boat on the beach (en to pt)" in found


async def test_a_log_of_a_day(world: World, lead: Person, kate: Person) -> None:
    await at(world, "2026-11-24T08:00")
    ref = await declares(lead, "Boat")
    await at(world, "2026-11-25T08:00")
    await lead.says(f"!incident note {ref} later")
    for line in ("!shift log gate 2026-11-24", "!shift log 2026-11-24", "!shift log on:2026-11-24"):
        await lead.says(line)
        assert "Boat" in page(world) and "later" not in page(world), line
        assert "answers for the post from now on" not in page(world), "that was on the day before"
    await lead.says("!shift log on:yesterday")
    assert lead.hears("Write the day like this", ok=False, error="bad_argument")
    await lead.says("!shift log pier")
    assert lead.hears(ok=False, error="not_found")


async def test_a_log_tells_nothing_that_the_room_may_not_read(world: World, lead: Person, kate: Person) -> None:
    elsewhere = "!elsewhere:example.org"
    world.rooms.joined[elsewhere] = [world.rooms.joined[ROOM][0], lead.user_id]
    hidden = await declares(lead, "Secret boat", elsewhere)
    await lead.says("!shift log")
    assert "Secret" not in page(world) and hidden not in page(world)


async def test_a_log_is_taken_back_if_what_it_tells_is_marked_afterwards(
    world: World, lead: Person, kate: Person
) -> None:
    ref = await declares(lead, "Boat")
    await lead.says("!shift log")
    held = world.event_of(next(heard.post for heard in reversed(world.heard) if heard.kind == "file"))
    await marks(world, ref, "TLP:AMBER", ("FRA-PN",))
    await comes(world, "@luc-pn:example.org", "join")
    assert held in world.redacted, "it says of it what the room may not read any more"


async def test_of_what_the_room_sees_only_cut_a_log_and_a_card_tell_nothing_more(
    world: World, lead: Person, kate: Person
) -> None:
    ref = await declares(lead, "Secret boat")
    await marks(world, ref, "TLP:AMBER H3")
    await lead.says("!shift log")
    assert "Secret" not in page(world) and ref not in page(world)
    await at(world, "2026-11-24T05:00")
    accept(world)
    await at(world, "2026-11-24T06:00")
    assert len(world.files) == 2 and "Secret" not in page(world)


# The card


async def test_who_begins_a_shift_gets_a_card_in_their_direct_room(world: World, lead: Person, kate: Person) -> None:
    ref = await declares(lead, "Boat on the beach")
    await at(world, "2026-11-24T05:00")
    accept(world)
    assert world.files == []
    await at(world, "2026-11-24T06:00")
    [file] = world.files
    assert file.name == "card-gate-2026-11-24.html" and posted_in(world).startswith("!direct")
    assert world.rooms.audience(posted_in(world)) == (BOT, kate.user_id)
    found = page(world)
    assert ref in found and "Boat on the beach" in found and "Lead answers for the post." in found
    assert "PRT-GNR" in found and "Phrases:" in found and "<script" not in found
    await at(world, "2026-11-24T06:01")
    await at(world, "2026-11-24T13:00")
    assert len(world.files) == 1, "once a shift"
    await at(world, "2026-11-25T06:00")
    assert len(world.files) == 2
    assert (await logged(world)).count("shift.card") == 2


async def test_a_card_holds_the_channels_of_its_reader_and_how_each_agency_is_reached(
    world: World, lead: Person, kate: Person
) -> None:
    config = world.config
    agencies = [one.model_copy(update={"contact": f"+351 21 <{one.country}>"}) for one in config.agencies]
    agencies[1] = agencies[1].model_copy(update={"contact": ""})
    world.config = world.current.now = config.model_copy(update={"agencies": tuple(agencies)})
    elsewhere, theirs = "!elsewhere:example.org", "!theirs:example.org"
    world.rooms.joined[elsewhere] = [*world.rooms.joined[ROOM]]
    world.rooms.joined[theirs] = [world.rooms.joined[ROOM][0], lead.user_id, world.person("eva").user_id]
    world.rooms.titles |= {ROOM: "Operations", elsewhere: "Harbour <2>", theirs: "Leads alone"}
    await at(world, "2026-11-24T05:00")
    accept(world)
    await at(world, "2026-11-24T06:00")
    channels, _, contacts = page(world).partition("<h2>Channels</h2>")[2].partition("<h2>Contacts</h2>")
    assert "Operations" in channels and "Harbour &lt;2&gt;" in channels and "Leads alone" not in channels
    contacts = contacts.partition("<h2>")[0]
    assert "PRT-GNR: +351 21 &lt;PT&gt;" in contacts and "FRA-PN: –" in contacts


async def test_a_card_is_in_the_language_of_its_reader(world: World, lead: Person) -> None:
    portuguese = compiled("pt", 'msgid "Channels"\nmsgstr "Canais"', 'msgid "Contacts"\nmsgstr "Contactos"')
    catalogues = Catalogues({"pt": portuguese})
    world.services.grab_card._catalogues = world.services.person._catalogues = catalogues
    # A lead of her agency too: that one alone sets up her shifts.
    ana, rui = world.person("ana", "PRT-GNR"), world.person("rui", "PRT-GNR")
    await sets_up(rui, ana)
    await declares(lead, "Boat on the beach")
    await at(world, "2026-11-24T05:00")
    accept(world)
    await at(world, "2026-11-24T06:00")
    found = page(world)
    assert '<html lang="pt" dir="ltr">' in found and "Canais" in found and "Contactos" in found
    assert "Boat on the beach (en to pt)" in found
    topic = world.phrases.topics[0]
    assert topic.name("pt") in found and topic.phrases[0].wording("pt") in found


async def test_whose_shift_lasts_gets_no_second_card_when_another_begins(
    world: World, lead: Person, kate: Person
) -> None:
    eva = world.person("eva")
    doubled = Rotation(
        "double", GATE, None, (eva.user_id,), datetime(2026, 11, 24, 10), Zone("Europe/Lisbon"), timedelta(hours=8),
        "FREQ=DAILY",
    )  # fmt: skip
    async with world.store.transaction():
        await world.store.shift.add_rotation(doubled, lead.user_id, world.clock.now())
        await world.store.outbox.add(eva.user_id, "open", "eva", {}, world.clock.now())
    await at(world, "2026-11-24T05:00")
    accept(world)
    await at(world, "2026-11-24T06:00")
    await at(world, "2026-11-24T10:00")
    assert [world.rooms.audience(posted_in(world, i))[-1] for i in range(2)] == [kate.user_id, eva.user_id]
    assert len(world.files) == 2


async def test_a_card_holds_what_its_reader_may_see_alone(world: World, lead: Person, kate: Person) -> None:
    elsewhere = "!elsewhere:example.org"
    world.rooms.joined[elsewhere] = [world.rooms.joined[ROOM][0], lead.user_id]
    hidden = await declares(lead, "Secret boat", elsewhere)
    await at(world, "2026-11-24T05:00")
    accept(world)
    await at(world, "2026-11-24T06:00")
    assert "Secret" not in page(world) and hidden not in page(world)


async def test_who_has_no_direct_room_gets_the_card_once_they_are_there(
    world: World, lead: Person, kate: Person
) -> None:
    await at(world, "2026-11-24T06:00")
    assert world.files == []
    await at(world, "2026-11-24T06:02")
    assert world.files == [], "they have not accepted yet"
    accept(world)
    await at(world, "2026-11-24T06:04")
    assert len(world.files) == 1
    await at(world, "2026-11-24T06:06")
    assert len(world.files) == 1


async def test_who_never_comes_to_the_direct_room_gets_none(world: World, lead: Person, kate: Person) -> None:
    await at(world, "2026-11-24T06:00")
    await at(world, "2026-11-24T14:00")
    accept(world)
    await at(world, "2026-11-24T14:02")
    assert world.files == [] and await world.store.due.find("card for", kate.user_id) is None


async def test_a_bot_that_was_away_sends_the_card_of_a_shift_that_still_lasts(
    world: World, lead: Person, kate: Person
) -> None:
    await at(world, "2026-11-24T05:00")
    accept(world)
    config = world.config
    await world.stop()
    await world.start()
    world.current.now = config
    await at(world, "2026-11-24T08:00")
    assert len(world.files) == 1
    await at(world, "2026-11-26T20:00")
    assert len(world.files) == 1, "those of shifts that are over are of no use"


async def test_a_roster_that_changes_before_a_late_card_is_sent_loses_none(
    world: World, lead: Person, kate: Person
) -> None:
    await at(world, "2026-11-24T05:00")
    accept(world)
    world.clock.at = utc("2026-11-24T06:05")
    await lead.says(f"!shift override gate who:{lead.user_id} from:2026-11-26 06:00 until:2026-11-26 14:00")
    assert answer(lead).record["ok"], answer(lead).body
    await at(world, "2026-11-24T06:06")
    assert len(world.files) == 1


async def test_a_card_can_be_asked_for(world: World, lead: Person, kate: Person) -> None:
    await kate.says("!shift card")
    assert kate.hears("once you have accepted the invitation", ok=True)
    await world.wakes()
    accept(world)
    assert world.files == []
    world.clock.passes(minutes=2)
    await world.wakes()
    assert len(world.files) == 1 and posted_in(world) != ROOM
    await kate.says("!shift card gate")
    assert kate.hears("Your card comes in our direct room.", ok=True)
    await world.wakes()
    assert len(world.files) == 2
    await kate.says("!shift card pier")
    assert kate.hears(ok=False, error="not_found")


async def test_somebody_whose_shift_was_taken_away_gets_no_card(world: World, lead: Person, kate: Person) -> None:
    await at(world, "2026-11-24T05:00")
    accept(world)
    await lead.says("!shift roster gate remove:1")
    assert answer(lead).record["ok"], answer(lead).body
    await at(world, "2026-11-24T06:00")
    assert world.files == []


async def test_a_card_is_withheld_if_it_may_not_be_seen_when_it_is_sent(
    world: World, lead: Person, kate: Person
) -> None:
    ref = await declares(lead, "Boat")
    await at(world, "2026-11-24T05:00")
    accept(world)
    world.clock.at = utc("2026-11-24T06:00")
    for _look in range(2):
        await world.services.due.wake(world.clock.now())
    await marks(world, ref, "TLP:AMBER", ("FRA-PN",))
    await world.delivers()
    assert world.files == []


async def test_an_exercise_says_so_on_paper(world: World, lead: Person, kate: Person) -> None:
    await lead.says("!exercise start Sea Shield")
    await declares(lead, "Boat")
    await lead.says("!shift log")
    assert "EXERCISE: " in page(world)
    await at(world, "2026-11-24T05:00")
    accept(world)
    await at(world, "2026-11-24T06:00")
    assert "EXERCISE: " in page(world)


async def test_the_help_of_a_check_in_is_in_the_log(world: World, lead: Person, kate: Person) -> None:
    await at(world, "2026-11-24T06:00")
    await kate.says("!checkin gate every:30m")
    await at(world, "2026-11-24T06:30")
    asked = [post for post in rings(world) if post.record.get("of") == "checkin"]
    await chooses(kate, asked[-1], "help")
    await kate.says("!shift log gate")
    assert "needs help" in page(world) and GATE in page(world)
