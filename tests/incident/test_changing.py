"""Undo, two who change the same at once, and who has which part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.config import Config
from bot.i18n import Catalogues
from bot.model.incident import EntryKind, Part, Reason, Severity, Status, Type
from bot.model.person import Actor, LanguageCode, Role, UserId, Zone
from bot.router import Line, Router
from commands import COMMANDS

from ..fakes import configuration
from ..world import Person, World
from .scene import TITLE, answers, card_of, cards, entries, kinds, reacted, redacted, ref_of, replied, stands, threaded

K = EntryKind
ROUTER = Router(COMMANDS, Catalogues.load())
LEADS = ["@rui:gnr.example", "@eva-pn:example.org"]


def config() -> Config:
    return configuration(roles={"lead": LEADS})


@pytest.fixture
async def world(tmp_path: Any) -> Any:
    world = World(tmp_path / "liaison.db", config())
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
def rui(world: World) -> Person:
    return world.person("rui", "PRT-GNR")


@pytest.fixture
def eva(world: World) -> Person:
    return world.person("eva", "FRA-PN")


@pytest.fixture
def kate(world: World) -> Person:
    return world.person("kate")


async def declared(rui: Person) -> str:
    await rui.says(f"!incident declare {TITLE} type:vessel severity:high")
    return str(ref_of(rui.world))


# Undo


async def test_a_change_is_put_back_by_an_entry(world: World, rui: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident severity {ref} low So it is")
    world.clock.passes(seconds=119)
    await rui.says("!incident undo")
    assert rui.hears("undone", ok=True, ref=ref)
    incident, undone = await stands(world), (await entries(world))[-1]
    assert incident.severity is Severity.HIGH and incident.revision == 3
    assert (undone.kind, undone.corrects) == (K.UNDONE, 2)
    assert cards(world)[card_of(world)].record["severity"] == "high"
    await rui.says("", **replied("!incident timeline", card_of(world)))
    assert "entry 2 undone" in rui.last.body.replace("\u2068", "").replace("\u2069", "")


async def test_the_timeline_says_of_what_was_undone_that_it_was(world: World, rui: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident note {ref} two boats")
    await rui.says(f"!incident note {ref} one boat")
    await rui.says("!incident undo")
    await rui.says(f"!incident timeline {ref}")
    plain = rui.last.body.replace("\u2068", "").replace("\u2069", "")
    undone = [line for line in plain.splitlines() if "Undone: " in line]
    assert len(undone) == 1 and "3." in undone[0] and "one boat" in undone[0]
    assert "Undone: " in rui.last.html


async def test_after_two_minutes_nothing_is_undone(world: World, rui: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident severity {ref} low So it is")
    world.clock.passes(seconds=121)
    await rui.says("!incident undo")
    assert rui.hears("2 minutes", ok=False, error="not_found")
    assert (await stands(world)).severity is Severity.LOW


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("status {} contained", "status", Status.OPEN),
        ("lead {} @eva-pn:example.org", "lead", None),
        ("assign {} deputy @eva-pn:example.org", "roles", ()),
        ("close {} resolved Nobody there", "reason", None),
    ],
)
async def test_every_change_can_be_undone(
    world: World, rui: Person, eva: Person, line: str, field: str, value: Any
) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident {line.format(ref)}")
    assert getattr(await stands(world), field) != value
    await rui.says("!incident undo")
    assert rui.hears(ok=True) and getattr(await stands(world), field) == value


async def test_one_after_the_other_is_undone(world: World, rui: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident severity {ref} medium So it is")
    await rui.says(f"!incident severity {ref} low So it is")
    await rui.says("!incident undo")
    assert (await stands(world)).severity is Severity.MEDIUM
    await rui.says("!incident undo")
    assert (await stands(world)).severity is Severity.HIGH
    await rui.says("!incident undo")
    incident = await stands(world)
    assert (incident.status, incident.reason) == (Status.CLOSED, Reason.CANCELLED), "what was declared is cancelled"
    await rui.says("!incident undo")
    assert rui.hears(ok=False, error="not_found")


async def test_what_others_changed_since_is_not_lost(world: World, rui: Person, eva: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident severity {ref} medium So it is")
    world.clock.passes(seconds=31)
    await eva.says(f"!incident severity {ref} very_high So it is")
    await rui.says("!incident undo")
    assert rui.hears("has gone on from there", ok=False, error="conflict")
    assert (await stands(world)).severity is Severity.VERY_HIGH


async def test_what_others_changed_beside_it_stays(world: World, rui: Person, eva: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident severity {ref} medium So it is")
    await eva.says(f"!incident status {ref} contained")
    await rui.says("!incident undo")
    incident = await stands(world)
    assert (incident.severity, incident.status) == (Severity.HIGH, Status.CONTAINED)


async def test_an_incident_that_others_work_on_is_not_undeclared(world: World, rui: Person, eva: Person) -> None:
    await declared(rui)
    await eva.says("", **replied("two boats", card_of(world)))
    await rui.says("!incident undo")
    assert rui.hears(ok=False, error="conflict") and (await stands(world)).status is Status.OPEN


async def test_a_note_and_a_pin_are_undone(world: World, rui: Person, kate: Person) -> None:
    await declared(rui)
    said = await rui.says("Vi dois barcos")
    await kate.says("", **reacted("📌", said))
    await answers(kate, str(ref_of(world)))
    await kate.says("!incident undo")
    assert (await kinds(world))[-1] is K.UNPINNED
    await kate.says("", **replied("two boats", card_of(world)))
    await kate.says("!incident undo")
    assert (await entries(world))[-1].corrects == 4 and (await kinds(world))[-1] is K.UNDONE
    assert (await entries(world))[3].text == "two boats"
    await kate.says("!incident undo")
    assert kate.hears(ok=False, error="not_found"), "nothing of one's own is left"


async def test_of_several_incidents_the_named_one_is_meant(world: World, rui: Person) -> None:
    first = await declared(rui)
    await rui.says("!incident declare Carro parado type:vehicle severity:low")
    await rui.says(f"!incident severity {first} low So it is")
    await rui.says(f"!incident note {ref_of(world, 1)} Vazio")
    await rui.says(f"!incident undo {first}")
    assert (await stands(world)).severity is Severity.HIGH
    await rui.says("", **replied("!incident undo", card_of(world, 1)))
    assert await kinds(world, 1) == [K.DECLARED, K.NOTE, K.UNDONE]


@pytest.mark.parametrize("line", ["checklist {ref} item:1", "decide {ref} We wait", "link {ref} {other}"])
async def test_an_undo_never_reaches_past_the_last_change(world: World, rui: Person, line: str) -> None:
    other, ref = await declared(rui), ""
    world.clock.passes(minutes=5)
    await rui.says(f"!incident declare {TITLE} no molhe type:vessel severity:high exercise:no")
    ref = next(str(ref_of(world, at)) for at in range(2) if str(ref_of(world, at)) != other)
    await rui.says(f"!incident severity {ref} low So it is")
    world.clock.passes(seconds=5)
    await rui.says("!incident " + line.format(ref=ref, other=other))
    assert rui.hears(ok=True)
    await rui.says("!incident undo")
    assert rui.hears("cannot be undone", ok=False, error="conflict")
    assert K.UNDONE not in [*await kinds(world), *await kinds(world, 1)]


# Two at once


async def test_the_second_of_two_is_told_and_asked(world: World, rui: Person, eva: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident severity {ref} low So it is")
    world.clock.passes(seconds=29)
    await eva.says(f"!incident severity {ref} very_high They are armed")
    plain = "".join(h.post.body for h in world.heard[-2:] if h.post).replace("\u2068", "").replace("\u2069", "")
    assert eva.hears(ok=False, error="conflict", command="incident severity")
    assert "Rui has just changed that" in plain and "severity: low" in plain and "severity: very high" in plain
    assert (await stands(world)).severity is Severity.LOW and await kinds(world) == [K.DECLARED, K.SEVERITY]
    assert eva.last.msgtype == "m.text" and eva.last.mentions == (eva.user_id,) and "Rui" not in eva.last.body
    await answers(eva, "yes")
    entry = (await entries(world))[-1]
    assert (await stands(world)).severity is Severity.VERY_HIGH and entry.text == "They are armed"
    assert eva.hears("entered", ok=True, ref=ref)


async def test_it_may_be_left(world: World, rui: Person, eva: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident severity {ref} low So it is")
    await eva.says(f"!incident severity {ref} very_high So it is")
    await answers(eva, "no")
    assert eva.hears("left it", ok=True) and (await stands(world)).severity is Severity.LOW


async def test_a_third_one_in_between_is_told_of_as_well(world: World, rui: Person, eva: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident severity {ref} low So it is")
    await eva.says(f"!incident severity {ref} very_high So it is")
    question = eva.last
    await rui.says(f"!incident severity {ref} medium So it is")
    digit = next(digit for digit, name in question.record["choices"].items() if name == "yes")
    await eva.says(digit, **replied(digit, world.event_of(question)))
    assert eva.hears(ok=False, error="conflict") and (await stands(world)).severity is Severity.MEDIUM


async def test_it_is_no_conflict(world: World, rui: Person, eva: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident severity {ref} low So it is")
    await rui.says(f"!incident severity {ref} medium So it is")
    assert rui.hears(ok=True), "with oneself"
    await eva.says(f"!incident status {ref} contained")
    assert eva.hears(ok=True), "in another field"
    await eva.says(f"!incident severity {ref} medium")
    assert eva.hears("It is so already") and not eva.hears("just changed"), "where both say the same"
    world.clock.passes(seconds=31)
    await eva.says(f"!incident severity {ref} high So it is")
    assert eva.hears(ok=True), "half a minute later"


async def test_who_is_no_lead_any_more_cannot_insist(world: World, rui: Person, eva: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident severity {ref} low So it is")
    await eva.says(f"!incident severity {ref} very_high So it is")
    question = eva.last
    world.rooms.levels[eva.user_id] = 0
    digit = next(digit for digit, name in question.record["choices"].items() if name == "yes")
    await eva.says(digit, **replied(digit, world.event_of(question)))
    assert eva.hears(ok=False, error="not_allowed") and (await stands(world)).severity is Severity.LOW


# Parts


async def test_parts_are_given_and_shown(world: World, rui: Person, eva: Person, kate: Person) -> None:
    ref = await declared(rui)
    for part, who in (("deputy", eva), ("scribe", kate), ("liaison", rui), ("liaison", eva), ("liaison", kate)):
        await rui.says(f"!incident assign {ref} {part} {who.user_id}")
        assert rui.hears(ok=True, ref=ref)
    assert [(one.part, one.user_id, one.agency) for one in (await stands(world)).roles] == [
        (Part.DEPUTY, eva.user_id, "FRA-PN"), (Part.SCRIBE, kate.user_id, None), (Part.LIAISON, kate.user_id, None),
        (Part.LIAISON, eva.user_id, "FRA-PN"), (Part.LIAISON, rui.user_id, "PRT-GNR"),
    ]  # fmt: skip
    await rui.says("", **replied("!incident assign deputy", card_of(world)))
    assert [one.user_id for one in (await stands(world)).roles if one.part is Part.DEPUTY] == [rui.user_id]
    body = cards(world)[card_of(world)].body.replace("\u2068", "").replace("\u2069", "")
    assert "Deputy: Rui (PRT-GNR)" in body and "Liaison: Eva (FRA-PN)" in body


async def test_a_liaison_takes_over_from_that_of_the_same_agency(world: World, rui: Person, eva: Person) -> None:
    ref, rosa = await declared(rui), world.person("rosa", "PRT-GNR")
    for who in (rui, eva, rosa):
        await rui.says(f"!incident assign {ref} liaison {who.user_id}")
    assert [(one.part, one.user_id) for one in (await stands(world)).roles] == [
        (Part.LIAISON, eva.user_id), (Part.LIAISON, rosa.user_id),
    ]  # fmt: skip


async def test_who_only_asks_who_leads_becomes_no_lead(world: World, rui: Person, eva: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident lead {ref}")
    assert rui.hears(f"Nobody leads {ref} yet.", ok=True) and (await stands(world)).lead is None
    take = rui.last.body.replace("\u2068", "").replace("\u2069", "").split("yourself: ")[1]
    assert take == f"!incident lead {ref} {rui.user_id}"
    await rui.says(take)
    assert rui.hears(f"Rui leads {ref}.", ok=True) and (await stands(world)).lead == rui.user_id
    before = await entries(world)
    await eva.says(f"!incident lead {ref}")
    assert eva.hears(f"Rui leads {ref}.", ok=True) and eva.hears(f"To lead {ref} yourself: ")
    await rui.says(f"!incident lead {ref}")
    assert rui.hears(f"Rui leads {ref}.", ok=True) and not rui.hears("yourself")
    assert await entries(world) == before, "asking changes nothing"


async def test_a_handover_of_command_is_recorded(world: World, rui: Person, eva: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident assign {ref} lead")
    world.clock.passes(minutes=1)
    await eva.says(f"!incident lead {ref} {eva.user_id}")
    entry = (await entries(world))[-1]
    assert (entry.kind, entry.values["lead"], entry.values["from"]) == (K.LEAD, eva.user_id, rui.user_id)
    await rui.says("", **replied("!incident timeline", card_of(world)))
    assert "command handed over by Rui to Eva" in rui.last.body.replace("\u2068", "").replace("\u2069", "")
    assert (await stands(world)).lead == eva.user_id and Type


@pytest.mark.parametrize(
    ("line", "error", "words"),
    [
        ("assign {}", "bad_argument", "which part"),
        ("assign {} deputy @nobody:example.org", "not_found", "not in this room"),
        ("lead {} @nobody:example.org", "not_found", "not in this room"),
        ("assign {} cook", "bad_argument", "cook"),
    ],
)
async def test_what_cannot_be_assigned_is_said(world: World, rui: Person, line: str, error: str, words: str) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident {line.format(ref)}")
    assert rui.hears(words, ok=False, error=error) and await kinds(world) == [K.DECLARED]


async def test_an_officer_assigns_nobody(world: World, rui: Person, kate: Person) -> None:
    ref = await declared(rui)
    await kate.says(f"!incident assign {ref} scribe")
    assert kate.hears(ok=False, error="not_allowed") and await kinds(world) == [K.DECLARED]


@pytest.mark.parametrize(
    ("said", "reason", "text"),
    [
        ("cancelled", Reason.CANCELLED, ""),
        ("Cancelled, it was a drill", Reason.CANCELLED, "it was a drill"),
        ("resolved cancelled", Reason.RESOLVED, "cancelled"),
        ("-- cancelled by all", Reason.CANCELLED, "by all"),
        ("cancelled reason:cancelled a drill", Reason.CANCELLED, "a drill"),
    ],
)
async def test_a_reason_may_stand_bare(world: World, rui: Person, said: str, reason: Reason, text: str) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident close {ref} {said}")
    assert rui.hears("closed", ok=True)
    assert (await stands(world)).reason is reason and (await entries(world))[-1].text == text


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("not resolved, handed over", "cancelled"), ("false alarm", "cancelled"), ("it was cancelled", "cancelled"),
        ("nobody there", "resolved"), ("“cancelled” by them", "resolved"),
    ],
)  # fmt: skip
async def test_words_that_are_no_reason_are_asked_about_and_kept(
    world: World, rui: Person, said: str, answer: str
) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident close {ref} {said}")
    assert rui.hears("resolved or cancelled", ok=True, ref=ref) and (await stands(world)).status is Status.OPEN
    assert rui.last.record["choices"] == {"1": "resolved", "2": "cancelled"}
    await answers(rui, answer)
    assert rui.hears("entered. It is closed", ok=True, ref=ref)
    assert (await stands(world)).reason == answer and (await entries(world))[-1].text == said


async def test_without_a_reason_it_is_asked_why_it_is_closed(world: World, rui: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident close {ref}")
    assert rui.hears(f"Is {ref} resolved or cancelled?", ok=True, ref=ref)
    assert "your words" not in rui.last.body, "there are none"
    assert rui.last.record["choices"] == {"1": "resolved", "2": "cancelled"}
    assert (await stands(world)).status is Status.OPEN
    await answers(rui, "cancelled")
    assert rui.hears("entered. It is closed", ok=True, ref=ref)
    assert ((await stands(world)).reason, (await entries(world))[-1].text) == (Reason.CANCELLED, "")
    await rui.says(f"!incident close {ref}")
    assert rui.hears("It is so already", ok=False, error="conflict"), "nothing is asked of what is closed"


async def test_what_no_record_may_hold_or_was_deleted_is_not_kept_with_the_question(world: World, rui: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident close {ref} TLP:RED the informer left")
    assert rui.hears("goes into no record", ok=False)
    event = await rui.says(f"!incident close {ref} the pier is empty")
    await rui.says("", **redacted(event))
    kept = [row["data"] for row in await world.database.rows("SELECT data FROM question")]
    assert "informer" not in str(kept) and "pier" not in str(kept)


async def test_another_reason_opens_nothing_again(world: World, rui: Person, eva: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident close {ref} resolved")
    await eva.says(f"!incident close {ref} cancelled a drill")
    told = "".join(h.post.body for h in world.heard[-2:] if h.post).replace("\u2068", "").replace("\u2069", "")
    assert "(closed: resolved)" in told and "(closed: cancelled, before: resolved)" in told
    await answers(eva, "yes")
    changed = (await entries(world))[-1]
    assert (changed.kind, changed.text, changed.values["reason"]) == (K.CLOSED, "a drill", "cancelled")
    await rui.says(f"!incident timeline {ref}")
    plain = rui.last.body.replace("\u2068", "").replace("\u2069", "")
    assert "closed: cancelled, before: resolved: a drill" in plain and "reopened" not in plain


async def test_two_reasons_are_none(world: World, rui: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident close {ref} cancelled reason:resolved")
    assert rui.hears("You gave two reasons", ok=False, error="bad_argument")
    assert (await stands(world)).status is Status.OPEN


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("anulada", "cancelled"), ("ANULADO,", "cancelled"), ("annullata", "cancelled"), ("résolue", "resolved"),
        ("erledigt:", "resolved"), ("скасовано", "cancelled"), ("ملغاة", "cancelled"), ("çözüldü", "resolved"),
        ("anulad", None), ("annulé-e", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "pt", "tr"])
def test_a_reason_may_stand_in_any_language(word: str, reason: str | None, language: str) -> None:
    lead = Actor(
        UserId("@rui:gnr.example"), "Rui", frozenset(Role), None, LanguageCode(language), LanguageCode(language),
        Zone("UTC"), frozenset(),
    )  # fmt: skip
    given = ROUTER.resolve(Line(f"incident close BRAVO-7K3Q0 {word} falso alarme", True), lead).arguments
    assert given["word"] == reason
    assert given["text"] == ("falso alarme" if reason else f"{word} falso alarme")


@pytest.mark.parametrize(
    ("language", "word"), [("pt", "muito alta"), ("fr", "très élevée"), ("el", "very high"), ("uk", "very_high")]
)
def test_a_severity_of_several_words_is_read_as_the_catalogues_have_it(language: str, word: str) -> None:
    lead = Actor(
        UserId("@rui:gnr.example"), "Rui", frozenset(Role), None, LanguageCode(language), LanguageCode(language),
        Zone("UTC"), frozenset(),
    )  # fmt: skip
    given = ROUTER.resolve(Line(f"incident severity BRAVO-7K3Q0 {word} na água", True), lead).arguments
    assert (given["severity"], given["text"]) == ("very_high", "na água")


async def test_what_is_contained_is_closed_and_opened_again_for_a_reason(world: World, rui: Person) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident status {ref} contained")
    assert (await stands(world)).status is Status.CONTAINED
    await rui.says(f"!incident close {ref} cancelled")
    assert rui.hears("closed", ok=True) and (await stands(world)).reason is Reason.CANCELLED
    await rui.says(f"!incident reopen {ref}")
    assert rui.hears("Why it is opened again", ok=False, error="bad_argument")
    assert (await stands(world)).status is Status.CLOSED
    await rui.says(f"!incident reopen {ref} It came back")
    assert (await stands(world)).status is Status.OPEN and (await entries(world))[-1].text == "It came back"
    assert await kinds(world) == [K.DECLARED, K.STATUS, K.CLOSED, K.REOPENED]


@pytest.mark.parametrize("line", ["close", "close resolved", "reopen", "reopen It came back"])
@pytest.mark.parametrize("said", [replied, threaded])
async def test_what_ends_it_never_takes_its_reference_from_the_reply(
    world: World, rui: Person, line: str, said: Callable[[str, str], dict[str, Any]]
) -> None:
    ref = await declared(rui)
    if line.startswith("reopen"):
        await rui.says(f"!incident close {ref} resolved")
    before = await stands(world)
    await rui.says("", **said(f"!incident {line}", card_of(world)))
    assert rui.hears(ok=False) and await stands(world) == before


async def test_who_declared_it_does_not_validate_it_and_its_status_stays(
    world: World, rui: Person, eva: Person
) -> None:
    ref = await declared(rui)
    await rui.says(f"!incident status {ref} contained")
    await rui.says(f"!incident validate {ref}")
    assert rui.hears("Who has declared an incident cannot validate it", ok=False, error="not_allowed")
    assert (await stands(world)).validation is None
    await eva.says(f"!incident validate {ref}")
    found = await stands(world)
    assert eva.hears("It is contained", ok=True) and found.status is Status.CONTAINED
    assert found.validation and (found.validation.by, found.validation.agency) == (eva.user_id, "FRA-PN")
    world.clock.passes(minutes=1)
    await eva.says(f"!incident close {ref} resolved")
    closed = await stands(world)
    assert (closed.status, closed.validation) == (Status.CLOSED, found.validation)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET text = 'Two boats'",
        "UPDATE entry SET author = 'x', text = ''",
        "UPDATE entry SET text = '', number = 7",
        "DELETE FROM entry",
    ],
)
async def test_an_entry_is_never_changed_or_deleted(world: World, rui: Person, change: str) -> None:
    await declared(rui)
    before = await entries(world)
    with pytest.raises(Exception, match=r"an entry (is never|goes with its incident)"):
        async with world.store.transaction():
            await world.database.execute(change)
    assert await entries(world) == before and before[0].text == TITLE
