"""Incidents that are linked, and duplicates: closed, with a redirect, and read on the timeline of the main one."""

from __future__ import annotations

import pytest

from bot.model.incident import EntryKind, Reason, Status

from ..world import Person, World
from .scene import card_of, cards, kinds, ref_of, replied, stands

OTHER = "!other:example.org"


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


@pytest.fixture
def lead(world: World) -> Person:
    return world.person("lead")


@pytest.fixture
def kate(world: World, lead: Person) -> Person:
    return world.person("kate")


async def declared(person: Person, *titles: str) -> list[str]:
    refs = []
    for title in titles:
        await person.says(f"!incident declare {title} severity:low type:other")
        refs.append(str(person.last.record["ref"]))
    return refs


async def card(world: World, ref: str) -> str:
    return next(plain(post.body) for post in cards(world).values() if post.record["ref"] == ref)


async def test_both_are_linked_with_each_other(world: World, lead: Person, kate: Person) -> None:
    one, two = await declared(kate, "grey boat", "white van")
    await kate.says(f"!incident link {one} {two}")
    assert kate.hears("are linked", ok=True, ref=one)
    assert f"Linked with {two}" in await card(world, one) and f"Linked with {one}" in await card(world, two)
    await lead.says(f"!incident show {two}")
    assert f"Linked with {one}" in plain(lead.last.body)
    assert await kinds(world, 0) == await kinds(world, 1) == [EntryKind.DECLARED, EntryKind.LINKED]
    await kate.says(f"!incident link {two} {one}")
    assert kate.hears("linked already", ok=False, error="conflict") and len(await kinds(world, 0)) == 2


async def test_one_is_a_part_of_another(world: World, lead: Person, kate: Person) -> None:
    big, small = await declared(kate, "grey boat", "white van")
    await kate.says(f"!incident parent {small} {big}")
    assert kate.hears(f"{small} is a part of {big} now.", ok=True, ref=small)
    assert f"Part of {big}" in await card(world, small) and f"Its parts: {small}" in await card(world, big)
    for ref, line in ((small, f"Part of {big}"), (big, f"Its parts: {small}")):
        await lead.says(f"!incident show {ref}")
        assert line in plain(lead.last.body)
    await kate.says(f"!incident parent {small} none")
    assert kate.hears(f"{small} is not a part of {big} any more.", ok=True, ref=small)
    assert "art of" not in await card(world, small) and "parts" not in await card(world, big)
    for ref, lines in (
        (small, (f"part of {big}", f"not part of {big} any more")),
        (big, (f"{small} is a part of it", f"{small} is not a part of it any more")),
    ):
        await lead.says(f"!incident timeline {ref}")
        assert all(f": {line}\n" in plain(lead.last.body) + "\n" for line in lines), lead.last.body
    expected = [EntryKind.DECLARED, EntryKind.LINKED, EntryKind.SEPARATED]
    assert await kinds(world, 0) == await kinds(world, 1) == expected
    await kate.says(f"!incident parent {small} none")
    assert kate.hears("part of no other", ok=False, error="conflict")


async def test_one_has_one_parent_and_there_is_no_circle(world: World, kate: Person) -> None:
    big, small, least, other = await declared(kate, "grey boat", "white van", "a third one", "a fourth")
    await kate.says(f"!incident parent {small} {big}")
    await kate.says(f"!incident parent {least} {small}")
    before = [await kinds(world, at) for at in range(4)]
    for one, of in ((small, big), (big, small), (big, least)):
        await kate.says(f"!incident parent {one} {of}")
        assert kate.hears("already", ok=False, error="conflict"), (one, of)
    assert [await kinds(world, at) for at in range(4)] == before
    await kate.says(f"!incident parent {small} {other}")
    assert kate.hears(ok=True) and f"Part of {other}" in await card(world, small)
    assert "parts" not in await card(world, big) and f"Its parts: {small}" in await card(world, other)
    await kate.says(f"!incident parent {big} {least}")
    assert kate.hears(ok=True, ref=big), "it is no part of that one any more"


async def test_a_duplicate_is_closed_and_says_which_one_to_use(world: World, lead: Person, kate: Person) -> None:
    [main], [same] = await declared(lead, "grey boat"), await declared(kate, "a boat")
    await lead.says(f"!incident duplicate {same} of:{main}")
    assert lead.hears("Go on with", ok=True, ref=main)
    found = await stands(world, 1)
    assert (found.status, found.reason, str(found.of)) == (Status.CLOSED, Reason.DUPLICATE, main)
    assert f"Duplicate of {main}: use that one" in await card(world, same)
    assert f"Its duplicates: {same}" in await card(world, main)
    await kate.says(f"!incident show {same}")
    assert f"Duplicate of {main}" in plain(kate.last.body) and "closed (duplicate)" in plain(kate.last.body)
    for line in (f"note {same} x", f"severity {same} high", f"lead {same}", f"validate {same}", f"close {same}",
                 f"status {same} contained", f"duplicate {same} of:{main}"):  # fmt: skip
        await lead.says(f"!incident {line}")
        assert f"Use {main}" in plain(lead.last.body) and lead.hears(ok=False, error="conflict"), line
    await kate.says("", **replied("!incident note seen again", card_of(world, 1)))
    assert f"Use {main}" in plain(kate.last.body)
    assert await kinds(world, 1) == [EntryKind.DECLARED, EntryKind.CLOSED]
    assert await kinds(world, 0) == [EntryKind.DECLARED, EntryKind.DUPLICATED]


@pytest.mark.parametrize("between", ["", "of "])
async def test_the_main_one_may_be_typed_as_a_word(world: World, lead: Person, kate: Person, between: str) -> None:
    [main], [same] = await declared(lead, "grey boat"), await declared(kate, "a boat")
    await lead.says(f"!incident duplicate {same}")
    assert lead.hears("of is missing", ok=False, error="bad_argument")
    await lead.says(f"!incident duplicate {same} {between}{main}")
    assert lead.hears("Go on with", ok=True, ref=main) and str((await stands(world, 1)).of) == main


async def test_to_open_it_again_undoes_it(world: World, lead: Person, kate: Person) -> None:
    main, same = await declared(lead, "grey boat", "a boat")
    await lead.says(f"!incident duplicate {same} of:{main}")
    await lead.says(f"!incident reopen {same} two boats after all")
    found = await stands(world, 1)
    assert (found.status, found.reason, found.of) == (Status.OPEN, None, None)
    assert "duplicates" not in await card(world, main) and "Duplicate" not in await card(world, same)
    assert (await kinds(world, 0))[-1] is EntryKind.SEPARATED and (await kinds(world, 1))[-1] is EntryKind.REOPENED
    await kate.says(f"!incident note {same} goes on")
    assert kate.hears("entered", ok=True)
    await kate.says(f"!incident timeline {main}")
    assert "a boat" not in kate.last.body and f"{same} is not its duplicate any more" in plain(kate.last.body)


@pytest.mark.parametrize("undone", [True, False])
async def test_the_first_of_a_chain_is_opened_again_alone(
    world: World, lead: Person, kate: Person, undone: bool
) -> None:
    """A duplicate of B, B of C: A goes on, B is told of it and stays the duplicate of C, which has no entry."""
    a, b, c = await declared(lead, "grey boat", "a boat", "boat of 6 m")
    await lead.says(f"!incident duplicate {a} of:{b}")
    await lead.says(f"!incident duplicate {b} of:{c}")
    if undone:
        await lead.says(f"!incident undo {a}")
    else:
        await lead.says(f"!incident reopen {a} two boats after all")
    assert lead.hears(ok=True, ref=a), lead.last.body
    found = [await stands(world, at) for at in range(3)]
    assert [(one.status, one.reason, one.of and str(one.of)) for one in found] == [
        (Status.OPEN, None, None), (Status.CLOSED, Reason.DUPLICATE, c), (Status.OPEN, None, None)
    ]  # fmt: skip
    assert (await kinds(world, 0))[-1] is (EntryKind.UNDONE if undone else EntryKind.REOPENED)
    assert (await kinds(world, 1))[-1] is EntryKind.SEPARATED and (await kinds(world, 2))[-1] is EntryKind.DUPLICATED
    assert "Duplicate" not in await card(world, a)
    assert f"Duplicate of {c}" in await card(world, b) and "Its duplicates" not in await card(world, b)
    assert f"Its duplicates: {b}" in await card(world, c)
    await kate.says(f"!incident note {b} x")
    assert kate.hears(ok=False, error="conflict") and f"Use {c}" in plain(kate.last.body)
    await kate.says(f"!incident note {a} goes on")
    assert kate.hears(ok=True)
    await kate.says(f"!incident timeline {c}")
    assert "grey boat" not in plain(kate.last.body) and "a boat" in plain(kate.last.body)


async def test_the_middle_of_a_chain_is_opened_again_with_its_duplicates(
    world: World, lead: Person, kate: Person
) -> None:
    """A duplicate of B, B of C: B goes on, A stays its duplicate, and C is told of B alone."""
    a, b, c = await declared(lead, "grey boat", "a boat", "boat of 6 m")
    await lead.says(f"!incident duplicate {a} of:{b}")
    await lead.says(f"!incident duplicate {b} of:{c}")
    await lead.says(f"!incident reopen {b} two boats after all")
    assert lead.hears(ok=True, ref=b)
    found = [await stands(world, at) for at in range(3)]
    assert [(one.status, one.reason, one.of and str(one.of)) for one in found] == [
        (Status.CLOSED, Reason.DUPLICATE, b), (Status.OPEN, None, None), (Status.OPEN, None, None)
    ]  # fmt: skip
    last = [(await kinds(world, at))[-1] for at in range(3)]
    assert last == [EntryKind.CLOSED, EntryKind.REOPENED, EntryKind.SEPARATED]
    assert f"Its duplicates: {a}" in await card(world, b) and "Its duplicates" not in await card(world, c)
    await lead.says(f"!incident reopen {a} three boats")
    assert lead.hears(ok=True, ref=a) and (await stands(world, 0)).of is None
    assert [(await kinds(world, at))[-1] for at in range(3)] == [EntryKind.REOPENED, *[EntryKind.SEPARATED] * 2]


async def test_the_timeline_of_the_main_one_has_the_entries_of_its_duplicates(
    world: World, lead: Person, kate: Person
) -> None:
    main, same, third = await declared(lead, "grey boat", "a boat", "boat of 6 m")
    await kate.says(f"!incident note {same} two aboard")
    world.clock.passes(minutes=1)
    await kate.says(f"!incident note {main} it lands")
    await lead.says(f"!incident duplicate {third} of:{same}")
    await lead.says(f"!incident duplicate {same} of:{main}")
    ana = world.person("ana", "PRT-GNR")
    await ana.says(f"!incident timeline {main}")
    lines = [line for line in plain(ana.last.body).splitlines() if line.startswith("•")]
    assert sum(f"{same}: " in line for line in lines) == 4 and sum(f"{third}: " in line for line in lines) == 2
    [noted] = [line for line in lines if "two aboard (en to pt)" in line]
    assert noted.removeprefix("• ").startswith(f"{same}: ") and "machine translation" in noted
    order = [n for n, line in enumerate(lines) if "two aboard" in line or "it lands" in line]
    assert order == sorted(order) and "two aboard" in lines[order[0]]
    await ana.says(f"!incident timeline {same}")
    assert f"Duplicate of {main}" in plain(ana.last.body) and "it lands" not in ana.last.body


async def test_there_is_no_circle(world: World, lead: Person) -> None:
    one, two, three = await declared(lead, "grey boat", "a boat", "boat of 6 m")
    await lead.says(f"!incident duplicate {one} of:{two}")
    await lead.says(f"!incident duplicate {two} of:{one}")
    assert f"{one} is a duplicate of {two}. Use {two}." in plain(lead.last.body) and lead.hears(error="conflict")
    await lead.says(f"!incident duplicate {two} of:{three}")
    assert lead.hears(ok=True, ref=three)
    for ref in (one, two):
        await lead.says(f"!incident duplicate {three} of:{ref}")
        assert lead.hears(ok=False, error="conflict")
    assert (await stands(world, 2)).of is None


async def test_what_cannot_be_is_said(world: World, lead: Person, kate: Person) -> None:
    one, two = await declared(lead, "grey boat", "a boat")
    await lead.says(f"!incident close {two} resolved")
    for person, line, error, words in (
        (lead, f"duplicate {one} of:{one}", "bad_argument", "same reference twice"),
        (lead, f"link {one} {one}", "bad_argument", "same reference twice"),
        (lead, f"parent {one} {one}", "bad_argument", "same reference twice"),
        (lead, f"parent {one} BRAVO-7K3Q0", "not_found", "no such incident"),
        (lead, f"parent {one}", "bad_argument", "missing"),
        (lead, f"duplicate {two} of:{one}", "conflict", "is closed"),
        (lead, f"duplicate {one}", "bad_argument", "of is missing"),
        (lead, f"duplicate {one} of:BRAVO-7K3Q1", "not_found", "slip"),
        (lead, f"link {one} BRAVO-7K3Q0", "not_found", "no such incident"),
        (lead, f"link {one}", "bad_argument", "missing"),
        (kate, f"duplicate {one} of:{two}", "not_allowed", ""),
    ):
        await person.says(f"!incident {line}")
        assert person.hears(words, ok=False, error=error), (line, person.last.body)
    await lead.says("", **replied(f"!incident duplicate of:{two}", card_of(world)))
    assert lead.hears(ok=False, error="bad_argument"), "its reference is never taken from the reply"
    assert await kinds(world) == [EntryKind.DECLARED]
    await lead.says(f"!incident duplicate {one} of:{two}")
    assert lead.hears(ok=True), "what is told late of a closed one is a duplicate of it"


async def test_another_room_relates_nothing(world: World, lead: Person) -> None:
    world.person("kate")  # who is not in the other one
    [one] = await declared(lead, "grey boat")
    world.person("lead", room=OTHER)
    await world.receives(lead.user_id, "!incident declare white boat severity:low type:other", room=OTHER)
    await world.settles()
    two = str(ref_of(world, 1))
    for line in (f"link {one} {two}", f"parent {one} {two}", f"parent {two} none", f"duplicate {one} of:{two}"):
        await lead.says(f"!incident {line}")
        assert lead.hears("no such incident", ok=False, error="not_found"), line
