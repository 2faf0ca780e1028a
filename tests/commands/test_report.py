"""Reports by template: at once or field by field, revised, read in each reader's language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.model.incident import EntryKind
from bot.model.reference import Reference
from bot.model.report import TEMPLATES, Kind, Report, Template

from ..fakes import ROOM, configuration
from ..incident.scene import card_of, entries, kinds, ref_of, replied
from ..incident.test_places import shared
from ..intake.test_wishes import AGENCIES, reacts
from ..world import Person, World

GRID = "29S ND 12345 67890"
METHANE = f"""!report methane
M: yes
E: {GRID}
T: barco virado
H: combustível na água
A: pela estrada do norte
N: 4
E: bombeiros no local, falta um helicóptero"""
CAN = "!report can conditions: Barco na praia, actions: Equipa a caminho, needs: Um helicóptero"
OTHER = "!other:example.org"


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path / "liaison.db", configuration(agencies=AGENCIES))
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def ana(world: World) -> Person:
    return world.person("ana", "PRT-GNR")


@pytest.fixture
def kate(world: World, ana: Person) -> Person:
    return world.person("kate")


def reports(world: World) -> list[Any]:
    """Return what was posted as reports."""
    return [heard.post for heard in world.heard if heard.kind == "report" and heard.post]


async def answers(person: Person, said: str) -> None:
    """Answer what the person was asked last, with words or the digit of a choice."""
    choices = {name: digit for digit, name in person.last.record["choices"].items()}
    text = choices.get(said, said)
    await person.says("", **replied(text, person.world.event_of(person.last)))


def asks(person: Person, field: str) -> bool:
    post = person.last
    return post.msgtype == "m.text" and post.mentions == (person.user_id,) and field in post.body


async def report_of(world: World, at: int = -1) -> Report:
    record = reports(world)[at].record
    found = await world.store.report.find(Reference(record["ref"]), record["revision"])
    assert found
    return found


async def test_at_once_a_field_a_line_by_letters(world: World, ana: Person, kate: Person) -> None:
    await ana.says(METHANE)
    assert ana.hears("revision 1 is on record", ok=True, command="report methane")
    [post] = reports(world)
    assert (post.msgtype, post.mentions) == ("m.notice", ())
    assert post.record["fields"]["casualties"] == 4 and post.record["of"] == "methane"
    english, portuguese = post.body.split("\n\n")
    assert english.split("\n")[1:] == [
        "• M – Major incident declared: yes",
        f"• E – Exact location: {GRID} (39.46050, -8.85649)",
        "• T – Type of incident: barco virado (pt to en) (machine translation)",
        "• H – Hazards present or suspected: combustível na água (pt to en) (machine translation)",
        "• A – Access and egress: pela estrada do norte (pt to en) (machine translation)",
        "• N – Number of casualties: 4",
        "• E – Emergency services present and required:"
        " bombeiros no local, falta um helicóptero (pt to en) (machine translation)",
    ]
    assert "• T – Type of incident: barco virado" in portuguese and "machine" not in portuguese
    assert english.split("\n")[0] == (f"METHANE {post.record['ref']}, revision 1. By Ana (PRT-GNR), 221200Z NOV 26.")


@pytest.mark.parametrize("at", [0, -1])
async def test_a_digit_to_what_it_asked_before_is_told_that_it_is_settled(
    world: World, ana: Person, kate: Person, at: int
) -> None:
    await ana.says("!report can")
    asked = []
    for said in ("Barco na praia", "Equipa a caminho", "Um helicóptero"):
        asked.append(world.event_of(ana.last))
        await answers(ana, said)
    await ana.says("", **replied("1", asked[at]))
    assert ana.hears("That is settled already. Nothing was changed.", ok=False, error="conflict")
    assert len(reports(world)) == 1


async def test_no_major_incident_makes_it_an_ethane(world: World, ana: Person, kate: Person) -> None:
    await ana.says(METHANE.replace("M: yes", "M: no"))
    [post] = reports(world)
    ref = post.record["ref"]
    assert ana.hears(f"ETHANE {ref}: revision 1 is on record", ok=True) and post.record["of"] == "methane"
    english, portuguese = post.body.split("\n\n")
    assert english.startswith(f"ETHANE {ref}, revision 1.") and "• M – Major incident declared: no\n" in english
    assert portuguese.startswith(f"ETHANE {ref}") and "METHANE" not in post.body
    await kate.says(f"!report show {ref}")
    assert kate.hears(f"ETHANE {ref}, revision 1.", ok=True) and not kate.hears("METHANE")
    await kate.says(f"!report methane {ref} major: yes")
    assert reports(world)[-1].body.startswith(f"METHANE {ref}, revision 2."), "it changes when it does"


async def test_at_once_by_names_in_one_line(world: World, ana: Person, kate: Person) -> None:
    await ana.says(CAN)
    values = (await report_of(world)).values
    assert {code: value.meant for code, value in values.items()} == {
        "conditions": "Barco na praia",
        "actions": "Equipa a caminho",
        "needs": "Um helicóptero",
    }
    await ana.says('!report can C: "Actions: none yet" Actions: wait\nN: nada')
    assert (await report_of(world)).values["conditions"].meant == "Actions: none yet"


async def test_of_an_incident_it_is_an_entry_and_its_next_is_a_revision(
    world: World, ana: Person, kate: Person
) -> None:
    await ana.says("!incident declare Barco na praia")
    card = card_of(world)
    await ana.says("", **replied(METHANE, card))
    assert reports(world)[0].reply_to == card and f"about {ref_of(world)}" in reports(world)[0].body
    await kate.says(f"!report methane {ref_of(world)} casualties: 6, hazards: none")
    first, second = await report_of(world, 0), await report_of(world, 1)
    assert (first.ref, first.revision) == (second.ref, 1) and second.revision == 2
    assert second.incident == ref_of(world) and second.values["type"] == first.values["type"]
    body = reports(world)[1].body
    assert (
        "N – Number of casualties: 6 (changed)" in body and "H – Hazards present or suspected: none (changed)" in body
    )
    assert "M – Major incident declared: yes\n" in body and body.count("(changed)") == 4, "in two languages"
    assert (await kinds(world))[-2:] == [EntryKind.REPORT, EntryKind.REPORT]
    assert [entry.values["revision"] for entry in (await entries(world))[-2:]] == [1, 2]
    await kate.says(f"!incident timeline {ref_of(world)}")
    assert f"report METHANE {first.ref}, revision 2" in kate.last.body
    logged = await world.database.rows("SELECT envelope FROM audit_entry ORDER BY position")
    assert [b"report.methane" in row["envelope"] for row in logged].count(True) == 2
    assert len(await world.database.rows("SELECT * FROM report_draft")) == 0


async def test_a_reply_to_it_revises_it_and_a_note_there_is_of_its_incident(
    world: World, ana: Person, kate: Person
) -> None:
    await ana.says(CAN)
    posted = world.event_of(reports(world)[0])
    await kate.says("", **replied("!report can needs: nothing more", posted))
    assert (await report_of(world)).revision == 2
    await kate.says(f"!report can {(await report_of(world)).ref} actions: landed")
    assert (await report_of(world)).revision == 3
    await ana.says("!incident declare Barco na praia")
    await ana.says("", **replied(CAN, card_of(world)))
    await kate.says("", **replied("!incident note Two boats", world.event_of(reports(world)[-1])))
    assert kate.hears(ok=True, ref=str(ref_of(world))) and (await kinds(world))[-1] is EntryKind.NOTE


async def test_what_is_missing_is_asked_and_only_that(world: World, ana: Person, kate: Person) -> None:
    await ana.says("!report can conditions: mau tempo")
    assert asks(ana, "A – Actions?") and ana.last.record["ref"] in ana.last.body
    assert "mau tempo" not in ana.last.body and reports(world) == []
    await answers(ana, "esperamos")
    assert asks(ana, "N – Needs?")
    await answers(ana, "um barco")
    assert ana.hears("revision 1 is on record", ok=True, command="report can")
    assert (await report_of(world)).values["needs"].meant == "um barco"
    assert "um barco (pt to en) (machine translation)" in reports(world)[0].body
    assert world.shows() == {}, "an answer is no message to the room"


async def test_field_by_field_with_digits_words_and_a_shared_place(world: World, ana: Person, kate: Person) -> None:
    await kate.says("!report salute")
    said = ["about 30 people", "walking", "geo:40.6152,-6.8330", "west", "no uniform", "11:40", "two cars", "told"]
    fields = ["Size", "Activity", "Location", "Direction", "Unit", "Time of observation", "Equipment", "Basis"]
    for field, text in zip(fields, said, strict=True):
        assert asks(kate, field), (field, kate.last.body)
        if field == "Location":
            await kate.says("", **shared(text, world.event_of(kate.last)))
        else:
            await answers(kate, text)
    assert asks(kate, "Source") and "leave it out" not in kate.last.body, "who was told names the source"
    await answers(kate, "-")
    assert kate.hears("Source cannot be left out.", ok=False, error="bad_argument")
    await kate.says("", **replied("a fisherman", world.event_of([h.post for h in world.heard if h.post][-2])))
    assert asks(kate, "Observer's own location") and "Reply with - to leave it out." in kate.last.body
    await answers(kate, "–")
    await answers(kate, "-")
    values = (await report_of(world)).values
    assert [*values] == ["size", "activity", "location", "direction", "unit", "time", "equipment", "basis", "source"]
    assert values["time"].meant == "2026-11-22T10:40:00+00:00" and values["direction"].meant == "west"
    assert "Basis: told by somebody else" in reports(world)[0].body
    assert "L – Location: 29T PE 8331 9829" in reports(world)[0].body


async def test_a_choice_is_also_taken_by_its_name(world: World, ana: Person, kate: Person) -> None:
    await kate.says("!report methane")
    assert asks(kate, "Major incident declared") and list(kate.last.record["choices"].values()) == ["yes", "no"]
    await answers(kate, "perhaps")
    assert kate.hears("“perhaps” is none of yes or no", ok=False)
    await kate.says("", **replied("YES", world.event_of([h.post for h in world.heard if h.post][-2])))
    assert asks(kate, "Exact location")


async def test_a_number_is_no_digit_of_a_choice(world: World, ana: Person, kate: Person) -> None:
    await kate.says(f"!report methane major:no location:{GRID}\ntype:x hazards:x access:x services:x")
    assert asks(kate, "Number of casualties")
    await answers(kate, "2")
    assert (await report_of(world)).values["casualties"].meant == 2


async def test_what_others_say_of_a_question_is_said_to_the_room(world: World, ana: Person, kate: Person) -> None:
    await ana.says("!report can")
    question = world.event_of(ana.last)
    await kate.says("", **replied("ask Rui about that", question))
    assert len(world.shows()) == 1 and (await world.store.report.list_drafts(ana.user_id))[0].values == {}
    await kate.says("", **replied("1", question))
    assert kate.hears("I asked somebody else that", ok=False)


async def test_an_untrusted_device_answers_nothing(world: World, ana: Person, kate: Person) -> None:
    await ana.says("!report can")
    await ana.says("", **replied("mau tempo", world.event_of(ana.last)), trusted=False)
    assert ana.hears("verified", ok=False, error="not_allowed")
    assert (await world.store.report.list_drafts(ana.user_id))[0].values == {}


async def test_it_outlives_a_restart(world: World, ana: Person, kate: Person) -> None:
    await ana.says("!report can")
    question = world.event_of(ana.last)
    await world.stop()
    await world.start()
    await ana.says("", **replied("mau tempo", question))
    assert asks(ana, "Actions")
    await world.stop()
    await world.start()
    await answers(ana, "esperamos")
    await answers(ana, "nada")
    values = (await report_of(world)).values
    assert [value.meant for value in values.values()] == ["mau tempo", "esperamos", "nada"]
    assert "mau tempo (pt to en)" in reports(world)[0].body


async def test_after_half_an_hour_it_is_left_as_a_draft_and_taken_up_again(
    world: World, ana: Person, kate: Person
) -> None:
    await ana.says("!report can")
    await answers(ana, "mau tempo")
    question = world.event_of(ana.last)
    world.clock.passes(minutes=29)
    await world.wakes()
    assert (await world.store.report.list_drafts(ana.user_id))[0].asking
    world.clock.passes(minutes=2)
    await world.stop()
    await world.start()
    await world.wakes()
    notice = world.heard[-1].post
    assert notice and notice.msgtype == "m.notice" and "stopped asking for CAN" in notice.body
    heard = len(world.heard)
    await world.wakes()
    assert len(world.heard) == heard
    await ana.says("", **replied("esperamos", question))
    assert (await world.store.report.list_drafts(ana.user_id))[0].values.keys() == {"conditions"}
    assert len(world.shows()) == 1, "what is said later is said to the room"
    await ana.says("!report can")
    assert asks(ana, "A – Actions?") and "where you stopped" in ana.last.body
    await answers(ana, "esperamos")
    await answers(ana, "nada")
    assert (await report_of(world)).values["conditions"].meant == "mau tempo"
    await ana.says("!report can")
    world.clock.passes(hours=25)
    await world.wakes()
    await ana.says("!report can")
    assert asks(ana, "C – Conditions?") and "where you stopped" not in ana.last.body


async def test_one_person_is_asked_for_one_report(world: World, ana: Person, kate: Person) -> None:
    await ana.says("!report can")
    first = world.event_of(ana.last)
    await ana.says("!report spot")
    assert asks(ana, "Who or what")
    await ana.says("", **replied("mau tempo", first))
    assert len(world.shows()) == 1, "it answers nothing any more, so it is said to the room"
    drafts = await world.store.report.list_drafts(ana.user_id)
    assert [(draft.template, draft.asking, dict(draft.values)) for draft in drafts] == [
        (Template.SPOT, True, {}),
        (Template.CAN, False, {}),
    ]


async def test_in_a_revision_each_field_may_stay_as_it_is(world: World, ana: Person, kate: Person) -> None:
    await ana.says(CAN)
    ref = (await report_of(world)).ref
    await kate.says(f"!report can {ref}")
    assert asks(kate, "Conditions") and "leave it as it is" in kate.last.body
    for said in ("-", "two boats are there", "-"):
        await answers(kate, said)
    report = await report_of(world)
    assert report.revision == 2 and report.author == kate.user_id
    assert [value.meant for value in report.values.values()] == [
        "Barco na praia", "two boats are there", "Um helicóptero",
    ]  # fmt: skip
    await kate.says(f"!report can {ref}")
    for said in ("-", "\uff0d", "-"):
        await answers(kate, said)
    assert kate.hears("says the same as revision 2", ok=True)
    assert (await report_of(world)).revision == 2 and not await world.store.report.list_drafts(kate.user_id)


async def test_who_is_slower_gives_the_next_revision(world: World, ana: Person, kate: Person) -> None:
    await ana.says("!incident declare Barco na praia")
    await ana.says("", **replied("!report can", card_of(world)))
    await answers(ana, "mau tempo")
    question = ana.last
    await kate.says(f"!report can {ref_of(world)} conditions: calm\nA: waiting\nN: none")
    await ana.says("", **replied("esperamos", world.event_of(question)))
    await answers(ana, "-")
    first, second = await report_of(world, 0), await report_of(world, 1)
    assert (second.ref, second.revision, second.author) == (first.ref, 2, ana.user_id)
    assert [value.meant for value in second.values.values()] == ["mau tempo", "esperamos", "none"]
    assert "mau tempo (pt to en) (machine translation) (changed)" in reports(world)[1].body


async def test_a_draft_of_a_revision_is_not_taken_for_a_new_one(world: World, ana: Person, kate: Person) -> None:
    await ana.says(CAN)
    await ana.says(f"!report can {(await report_of(world)).ref}")
    await answers(ana, "vento")
    await ana.says("!report can")
    assert asks(ana, "C – Conditions?") and "where you stopped" not in ana.last.body
    await ana.says(f"!report can {(await report_of(world)).ref}")
    assert asks(ana, "A – Actions?") and "where you stopped" in ana.last.body


async def test_a_plain_reply_to_one_that_stands_alone_is_said_to_the_room(
    world: World, ana: Person, kate: Person
) -> None:
    await ana.says(CAN)
    posted = world.event_of(reports(world)[0])
    assert await world.store.incident.find_posted(ROOM, posted) is None
    await kate.says("", **replied("!incident note x", posted))
    assert kate.hears("Say which incident you mean", ok=False)


async def test_others_read_it_in_their_language_by_reaction_or_command(world: World, ana: Person, kate: Person) -> None:
    nikos = world.person("nikos-hp")
    await ana.says(CAN)
    posted = world.event_of(reports(world)[0])
    assert "pt to el" not in reports(world)[0].body, "two languages at most"
    await reacts(nikos, posted)
    assert nikos.last.reply_to == posted
    assert "Barco na praia (pt to el) (machine translation)" in nikos.last.body
    heard = len(world.heard)
    await reacts(nikos, posted, "🌐\ufe0f")
    assert len(world.heard) == heard, "once each"
    await nikos.says(f"!report show {(await report_of(world)).ref}")
    assert nikos.hears("Um helicóptero (pt to el)", ok=True, command="report show")
    await kate.says("", **replied("!report can needs: nothing", posted))
    await nikos.says("", **replied("!report show", posted))
    assert nikos.hears("nothing (en to el) (machine translation) (changed)")
    await nikos.says("", **replied("!report show revision:1", posted))
    assert nikos.hears("Um helicóptero (pt to el)") and "changed" not in nikos.last.body


async def test_all_of_an_incident_are_shown(world: World, ana: Person, kate: Person) -> None:
    await ana.says("!incident declare Barco na praia")
    await kate.says(f"!report show {ref_of(world)}")
    assert kate.hears("has no report yet", ok=False, error="not_found")
    await ana.says("", **replied(CAN, card_of(world)))
    await ana.says("", **replied(METHANE, card_of(world)))
    await kate.says("", **replied("!report show", card_of(world)))
    assert "METHANE BRAVO-" in kate.last.body and "CAN BRAVO-" in kate.last.body


async def test_a_long_one_is_a_post_a_language(world: World, ana: Person, kate: Person) -> None:
    await ana.says(f"!report can conditions: {'mau ' * 240}, actions: {'x ' * 200}, needs: nada")
    bodies = [post.body for post in reports(world)]
    assert len(bodies) == 2 and len({post.record["ref"] for post in reports(world)}) == 1
    assert sorted("machine translation" in body for body in bodies) == [False, True]


async def test_the_nine_lines(world: World, ana: Person, kate: Person) -> None:
    lines = f"1: {GRID}\n2: canal 16, GNR 7\n3: 2 urgent, urgent surgical: 1\n4: hoist\n5: 2 lying; 1 walking"
    lines += "\n6: duas fraturas"
    await kate.says(f"!report 9line\n{lines}\n7: pyrotechnic signal\n8: desconhecida")
    values = (await report_of(world)).values
    assert values["patients"].meant == {"urgent": 2, "urgent_surgical": 1}
    assert values["mobility"].meant == {"litter": 2, "ambulatory": 1}
    assert "3 – Patients by precedence: urgent: 2, urgent surgical: 1" in reports(world)[0].body.replace(" and ", ", ")


async def test_other_rooms_learn_nothing_of_it(world: World, ana: Person, kate: Person) -> None:
    await ana.says(CAN)
    await ana.says("!incident declare Barco na praia")
    await ana.says("", **replied(METHANE, card_of(world)))
    refs = [*{post.record["ref"] for post in reports(world)}, str(ref_of(world))]
    eva = world.person("eva", room=OTHER)
    for ref in refs:
        for line in (f"!report show {ref}", f"!report can {ref} needs: x", f"!report methane {ref} type: x"):
            await world.receives(eva.user_id, line, room=OTHER)
            await world.settles()
            assert eva.hears("I know no such incident or report here.", ok=False, error="not_found"), line
    for post in reports(world):
        await world.receives(eva.user_id, "", room=OTHER, **replied("!report show", world.event_of(post)))
        await world.settles()
        assert eva.hears("Say which report you mean", ok=False)
    assert len(await world.database.rows("SELECT * FROM report")) == 2
    assert ROOM != OTHER


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("!report can nada", "I do not know where “nada” belongs."),
        ("!report can conditions: a\nC: b\nactions: c needs: d", "C – Conditions is given twice."),
        ("!report can conditions: \nactions: c needs: d", "C – Conditions: nothing is said there."),
        (f"!report can C: {'x' * 1001}\nA: c\nN: d", "are the most."),
        ("!report can C: TLP:RED x\nA: c\nN: d", "TLP:RED goes into no report"),
        ("!report methane T: {0}\nH: {0}\nA: {0}\ninjuries: {0}".format("x" * 900), "characters at most, these have"),
        ("!report methane M: talvez", "“talvez” is none of"),
        ("!report methane N: quatro", "“quatro” is not a whole number."),
        ("!report methane N: -1", "“-1” is not a whole number."),
        ("!report methane N: 999999", "is more than"),
        ("!report methane E: 95.0000, 200.0000", "There is no such place as “95.0000, 200.0000”."),
        ("!report methane E: 29S ND 1234 678", "I do not understand “29S ND 1234 678” as a place."),
        ("!report salute T: 221430J NOV 26", "Zone letter J"),
        ("!report salute time: amanhã às 10:00", "still to come"),
        ("!report salute time: 31 de fevereiro às 10:00", "there is no such date or time"),
        ("!report salute time: hoje", "does not say the time of day"),
        ("!report 9line 3: 2 A", "does not mean the same everywhere. Write the word"),
        ("!report 9line 3: 2 A, 1 B", "does not mean the same everywhere"),
        ("!report 9line 3: dois urgent", "Write a number and one of"),
        ("!report 9line 3: 2 urgent, 1 urgent", "each once"),
        ("!report 9line 3: 0 urgent", "That is nobody."),
        ("!report 9line 3: 2 urgent\n5: 3 lying", "Line 3 has 2 patients and line 5 has 3."),
        ("!report sitrep from: 11:00\nuntil: 10:00", "and begins only at"),
        ("!report can BRAVO-7K3Q0 needs: x", "I know no such incident or report here."),
        ("!report can BRAVO-7K3Q1 needs: x", "There is a slip in BRAVO-7K3Q1"),
        ("!report show BRAVO-7K3Q0", "I know no such incident or report here."),
        ("!report show", "Say which report you mean"),
        ("!report show BRAVO-7K3Q0 revision:0", "1"),
        ("!report", "needs one more word"),
        ("!report methan", "Did you mean"),
    ],
)
async def test_what_cannot_be_is_said(world: World, ana: Person, kate: Person, typed: str, words: str) -> None:
    await ana.says(typed)
    assert ana.hears(words, ok=False), ana.last.body
    assert await world.database.rows("SELECT 1 FROM report UNION ALL SELECT 1 FROM report_draft") == []


async def test_a_revision_is_never_changed(world: World, ana: Person, kate: Person) -> None:
    await ana.says(CAN)
    with pytest.raises(Exception, match="a report is never changed"):
        async with world.store.transaction():
            await world.database.execute("UPDATE report SET author = 'x'")


async def test_a_report_of_another_kind_is_not_revised(world: World, ana: Person, kate: Person) -> None:
    await ana.says(CAN)
    await ana.says(f"!report spot {(await report_of(world)).ref} what: x")
    assert ana.hears("is a report of another kind: CAN", ok=False, error="bad_argument")
    await ana.says(f"!report show {(await report_of(world)).ref} revision:7")
    assert ana.hears(ok=False, error="not_found")


def test_each_template_is_whole() -> None:
    for template, fields in TEMPLATES.items():
        codes = [field.code for field in fields]
        assert len(set(codes)) == len(codes) and any(field.required for field in fields), template
        assert all(len(field.choices) <= 9 for field in fields)
        assert all(bool(field.choices) == (field.kind in ("choice", "counts")) for field in fields)


# Answers that go astray


async def test_an_answer_below_the_error_is_taken(world: World, ana: Person, kate: Person) -> None:
    await kate.says(f"!report methane major:no location:{GRID}\ntype:x hazards:x access:x services:x")
    question = world.event_of(kate.last)
    await answers(kate, "many")
    assert kate.hears("is not a whole number", ok=False)
    error = world.event_of(kate.last)
    await kate.says("", **replied("several", error))
    assert kate.hears("is not a whole number", ok=False), "and below the error of that"
    await kate.says("", **replied("2", error))
    assert (await report_of(world)).values["casualties"].meant == 2
    await kate.says("", **replied("3", question))
    assert len(reports(world)) == 1, "it is answered"
    heard = len(world.shows())
    await kate.says("", **replied("four men", error))
    assert len(world.shows()) == heard + 1 or kate.hears(ok=False), "so is what asked it again"


async def test_a_digit_below_the_error_is_taken_too(world: World, ana: Person, kate: Person) -> None:
    await kate.says("!incident declare Boat at the beach")
    await kate.says("", **replied("seven", world.event_of(kate.last)))
    assert kate.hears("Please reply with one of these", ok=False, error="bad_argument")
    await kate.says("", **replied("2", world.event_of(kate.last)))
    assert kate.hears("What kind of incident", ok=True)


async def test_a_place_may_be_told_in_words(world: World, ana: Person, kate: Person) -> None:
    await kate.says("!report spot what:boat location:29S ND 1234 678\ntime:11:40")
    assert kate.hears("29S ND 1234 678", ok=False), "a slip in a grid is no word"
    await ana.says("!report spot what:barco location:perto do moinho velho\ntime:11:40")
    report = await report_of(world)
    assert report.values["location"].meant == "perto do moinho velho"
    plain = reports(world)[0].body.replace("\u2068", "").replace("\u2069", "")
    assert "perto do moinho velho (pt to en) (machine translation) (words only, no position)" in plain
    assert reports(world)[0].record["fields"]["location"] == "perto do moinho velho"


@pytest.mark.parametrize("template", Template)
async def test_the_last_field_may_be_left_out_where_it_is_optional(
    world: World, ana: Person, kate: Person, template: Template
) -> None:
    await kate.says(f"!report {template}")
    typed = {
        Kind.TEXT: "x", Kind.NUMBER: "3", Kind.PLACE: GRID, Kind.TIME: "11:40", Kind.CHOICE: "", Kind.COUNTS: "",
    }  # fmt: skip
    counts = {"patients": "1 urgent", "mobility": "1 litter", "from": "10:00"}
    for field in TEMPLATES[template]:
        if not kate.last.record.get("choices", None) and reports(world):
            break
        code = "yes" if field.code == "major" else field.choices[0] if field.kind is Kind.CHOICE else ""
        if field.when:
            continue
        optional = "to leave it out" in kate.last.body
        await answers(kate, "-" if optional else counts.get(field.code) or code or typed[field.kind])
        assert not kate.hears(ok=False), (field.code, kate.last.body)
    assert len(reports(world)) == 1


@pytest.mark.parametrize(
    ("template", "codes"),
    [
        (
            Template.METHANE,
            "major* location* type* hazards* access* casualties* injuries services*",
        ),
        (
            Template.SALUTE,
            "size* activity* location* direction unit* time* equipment* basis* source position intention",
        ),
        (
            Template.SITREP,
            "classification* subject* from* until* situation* actions* casualties resources intentions requests",
        ),
        (Template.CAN, "conditions* actions* needs*"),
        (
            Template.NINE_LINE,
            "location* frequency* patients* equipment* mobility* wounds* marking* nationality* terrain",
        ),
        (Template.SPOT, "what* location* time* activity actions"),
    ],
)
def test_each_template_asks_for_its_fields(template: Template, codes: str) -> None:
    fields = TEMPLATES[template]
    assert " ".join(field.code + "*" * field.required for field in fields) == codes
    if template is Template.NINE_LINE:
        assert "".join(field.letter for field in fields) == "123456789"


async def test_a_salute_names_its_source_only_where_it_was_told(world: World, ana: Person, kate: Person) -> None:
    said = f"size: 3\nactivity: walking\nlocation: {GRID}\nunit: none\ntime: 11:40\nequipment: none\nbasis: "
    await kate.says(f"!report salute {said}told")
    assert asks(kate, "Source")
    await answers(kate, "a fisherman")
    assert (await report_of(world)).values["source"].meant == "a fisherman"
    await kate.says(f"!report salute {said}seen")
    assert kate.hears("is on record", ok=True) and "source" not in (await report_of(world)).values


async def test_line_9_and_the_fields_of_a_sitrep_and_a_spot_are_shown(world: World, ana: Person, kate: Person) -> None:
    await kate.says(
        f"!report 9line 1: {GRID}\n2: 156.800, Alpha\n3: 2 urgent\n4: hoist\n5: 2 lying\n6: 2 burns\n7: smoke\n"
        "8: two fishermen\n9: open beach"
    )
    assert "• 9 – Terrain: open beach" in reports(world)[-1].body
    await kate.says(
        "!report sitrep classification: TLP:GREEN, subject: The coast, from: 08:00, until: 12:00, situation: calm,"
        " actions: patrol, casualties: 1, resources: two boats, intentions: go on, requests: fuel"
    )
    body = reports(world)[-1].body
    for line in ("Label: TLP:GREEN", "Subject: The coast", "Situation: calm", "Actions: patrol", "Casualties: 1",
                 "Resources: two boats", "Intentions: go on", "Requests: fuel"):  # fmt: skip
        assert f"• {line}\n" in f"{body}\n", line
    await kate.says(f"!report spot what: two men, location: {GRID}, time: 11:40, activity: digging, actions: none")
    body = reports(world)[-1].body
    assert "• Who or what: two men\n" in body and "• Activity: digging\n" in body and "• Actions: none" in body
