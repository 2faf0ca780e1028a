"""Who may see a record: a table of what each mark means, and that nothing ever passes above its mark."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.model.handling import (
    TLP,
    Audience,
    Cleared,
    Handling,
    Hidden,
    Level,
    Mark,
    Marking,
    Member,
    Purpose,
    Record,
    Release,
    aggregate,
    combined,
    decide,
    label_of,
    passing,
    strictest,
)
from bot.model.person import UserId

from ..oracle import leaves

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
GNR, ESP, FRA = "PRT-GNR", "ESP-GC", "FRA-PN"
ANA, RUI = Member(UserId("@ana:a"), GNR), Member(UserId("@rui:a"), GNR)
EVA, LUC = Member(UserId("@eva:a"), ESP), Member(UserId("@luc:a"), FRA)
KATE = Member(UserId("@kate:a"), None)
STRANGER = Member(UserId("@x:elsewhere"), None, served=False)
EVERYONE = frozenset(one.user_id for one in (ANA, RUI, EVA, LUC, KATE))


def mark(text: str = "", rel: tuple[str, ...] | None = None, named: tuple[Member, ...] | None = None) -> Mark:
    return Mark(label_of(text), rel, tuple(one.user_id for one in named) if named is not None else None)


def record(owner: Mark = Mark(), others: Mark = Mark(), *releases: Release) -> Record[str]:  # noqa: B008
    return Record("a boat", GNR, Marking(owner, others), releases, EVERYONE)


def seen(record: Record[str], *members: Member, direct: bool = False, purpose: Purpose = Purpose.READING) -> bool:
    return isinstance(decide(record, Audience(members, direct), purpose, NOW), Cleared)


@pytest.mark.parametrize(
    ("typed", "rel", "who"),
    [
        ("", None, {ANA, RUI, EVA, LUC, KATE, STRANGER}),
        ("TLP:CLEAR", None, {ANA, RUI, EVA, LUC}),
        ("TLP:GREEN", None, {ANA, RUI, EVA, LUC}),
        ("TLP:AMBER", None, {ANA, RUI, EVA, LUC}),
        ("TLP:AMBER", (ESP,), {ANA, RUI, EVA}),
        ("TLP:AMBER", (), {ANA, RUI}),
        ("TLP:AMBER+STRICT", None, {ANA, RUI}),
        ("TLP:AMBER+STRICT", (ESP,), {ANA, RUI, EVA}),
        ("H0", None, {ANA, RUI, EVA, LUC}),
        ("H1", None, {ANA, RUI, EVA, LUC}),
        ("H2", None, {ANA, RUI}),
        ("H2", (FRA,), {ANA, RUI, LUC}),
        ("H3", None, {ANA, RUI}),
        ("TLP:GREEN H2", None, {ANA, RUI}),
        ("", (ESP,), {ANA, RUI, EVA}),
        ("TLP:RED", None, set()),
    ],
)
def test_each_mark_leaves_whom_it_says(typed: str, rel: tuple[str, ...] | None, who: set[Member]) -> None:
    marked = record(mark(typed, rel))
    found = {one for one in (ANA, RUI, EVA, LUC, KATE, STRANGER) if seen(marked, one, direct=True)}
    assert found == who
    # Others who say the same leave the same: but of RED its originator's agency, who else could decide.
    more = {ANA, RUI} if typed == "TLP:RED" else set()
    restricted = record(others=mark(typed, rel))
    assert {one for one in (ANA, RUI, EVA, LUC, KATE, STRANGER) if seen(restricted, one, direct=True)} == who | more


def test_a_room_sees_what_all_of_it_may_see() -> None:
    amber = record(mark("TLP:AMBER", (ESP,)))
    assert seen(amber, ANA, EVA) and not seen(amber, ANA, EVA, LUC) and not seen(amber, ANA, KATE)
    assert not seen(amber) and not seen(amber, ANA, STRANGER)


def test_red_is_for_persons_in_their_direct_rooms() -> None:
    red = record(mark("TLP:RED H2", named=(ANA, EVA)))
    assert seen(red, EVA, direct=True) and not seen(red, EVA) and not seen(red, RUI, direct=True)
    for purpose in set(Purpose) - {Purpose.READING}:
        assert not seen(red, EVA, direct=True, purpose=purpose), purpose
    assert not seen(record(mark("TLP:RED", named=(ANA,)), Mark(), Release(ESP)), EVA, direct=True), "no agency has it"


def test_elsewhere_it_is_for_agencies_that_have_it() -> None:
    away = replace(record(), at_home=frozenset({ANA.user_id}))
    assert not seen(away, EVA) and not seen(away, RUI)
    released = replace(away, releases=(Release(ESP, NOW + timedelta(hours=1)),))
    assert seen(released, EVA, RUI) and not seen(released, EVA, LUC) and not seen(released, KATE)
    ended = replace(away, releases=(Release(ESP, NOW),))
    assert not seen(ended, EVA)
    named = replace(away, marking=Marking(mark("TLP:AMBER", (ESP,))))
    assert seen(named, EVA, RUI) and not seen(named, LUC)
    by_others = replace(away, marking=Marking(Mark(), mark("TLP:AMBER", (ESP,))))
    assert not seen(by_others, EVA), "others let nobody have it"
    red = replace(away, marking=Marking(Mark(), mark("TLP:RED", named=(EVA,))))
    assert not seen(red, EVA, direct=True) and seen(red, ANA, direct=True)


P = Purpose
FORBIDS: dict[tuple[str, tuple[str, ...] | None], set[Purpose]] = {
    ("", None): set(),
    ("TLP:CLEAR", None): set(),
    ("TLP:GREEN", None): set(),
    ("TLP:AMBER", None): {P.MEMORY},
    ("TLP:AMBER+STRICT", None): {P.MEMORY},
    ("TLP:RED", None): {P.CARD, P.SEARCH, P.RING, P.EXPORT, P.JUDICIAL, P.MEMORY},
    ("H0", None): {P.MEMORY},
    ("H1", None): {P.MEMORY, P.JUDICIAL},
    ("H2", None): {P.MEMORY},
    ("H3", None): {P.MEMORY, P.JUDICIAL, P.EXPORT},
    ("TLP:GREEN H1", None): {P.MEMORY, P.JUDICIAL},
    ("TLP:AMBER H1 H3", (GNR,)): {P.MEMORY, P.JUDICIAL, P.EXPORT},
    ("", (GNR,)): {P.MEMORY},
}
"""For what each mark lets nobody have it, who may read it otherwise."""


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("typed", FORBIDS)
def test_what_it_is_wanted_for_counts(typed: tuple[str, tuple[str, ...] | None], purpose: Purpose) -> None:
    label, rel = typed
    by_owner, by_others = record(mark(label, rel, (ANA,))), record(Mark(), mark(label, rel, (ANA,)))
    for marked in (by_owner, by_others):
        assert seen(marked, ANA, direct=True, purpose=purpose) is (purpose not in FORBIDS[typed])
        permitted = replace(marked, permits=frozenset({purpose}))
        assert seen(permitted, ANA, direct=True, purpose=purpose), "with its originator's word"
        for another in set(Purpose) - {purpose}:
            assert seen(permitted, ANA, direct=True, purpose=another) is (another not in FORBIDS[typed])
        assert not seen(replace(permitted, at_home=frozenset()), LUC, purpose=purpose), "it opens it to nobody else"


def test_cut_is_what_rings_and_what_h3_says_of_to_others() -> None:
    def level(record: Record[str], *members: Member, purpose: Purpose = Purpose.READING) -> Level:
        found = decide(record, Audience(members), purpose, NOW)
        assert isinstance(found, Cleared)
        return found.level

    assert level(record(), ANA, purpose=Purpose.RING) is Level.CUT
    special = record(mark("H3", (ESP,)))
    assert level(special, ANA, RUI) is Level.FULL and level(special, ANA, EVA) is Level.CUT
    assert level(record(mark("H2", (ESP,))), ANA, EVA) is Level.FULL


@pytest.mark.parametrize(
    ("marks", "come_to"),
    [
        ([], Mark()),
        ([mark("TLP:GREEN"), mark("H1"), mark("TLP:AMBER H2")], mark("TLP:AMBER H1 H2", ())),
        ([mark("TLP:AMBER", (ESP, FRA)), mark("", (FRA, GNR))], mark("TLP:AMBER", (FRA,))),
        ([mark("TLP:AMBER+STRICT"), mark("TLP:GREEN", (ESP,))], mark("TLP:AMBER+STRICT", ())),
        ([mark("TLP:RED", named=(ANA, EVA)), mark("TLP:RED", named=(EVA,))], mark("TLP:RED", named=(EVA,))),
        ([mark("TLP:RED", named=(ANA,)), mark("TLP:AMBER", (GNR,))], mark("TLP:RED", (GNR,), (ANA,))),
    ],
)
def test_an_aggregate_takes_the_strictest_of_all(marks: list[Mark], come_to: Mark) -> None:
    assert combined(marks) == come_to


def test_anyone_restricts_until_the_originator_decides_and_only_the_originator_relaxes() -> None:
    amber = Marking(mark("TLP:AMBER"))
    assert amber.restricted(mark("TLP:GREEN")) is None, "that would relax it"
    assert amber.restricted(mark("TLP:AMBER")) is None, "that says nothing new"
    stricter = amber.restricted(mark("TLP:GREEN H1", (ESP,)))
    assert stricter and stricter.whole == mark("TLP:AMBER H1", (ESP,)) and stricter.owner == amber.owner
    ruled = stricter.ruled(mark("TLP:GREEN"))
    assert ruled.whole == mark("TLP:GREEN") and ruled.restricted(mark("TLP:RED", named=(EVA,))) is None
    assert ruled.held(mark("H2")).whole.handling == Handling(TLP.GREEN, ("H2",)), "a part of it is marked"


def test_a_release_decides_for_its_agency_alone() -> None:
    shut = Marking(Mark(), mark("H2"))
    assert shut.released(ESP).others.agencies == {ESP} and Marking().released(ESP) == Marking()
    let = replace(record(), marking=shut.released(ESP), releases=(Release(ESP),))
    assert seen(let, EVA, ANA) and not seen(let, LUC)


def test_passing_leaves_no_gap() -> None:
    one = decide(record(), Audience((ANA,)), Purpose.SEARCH, NOW)
    assert passing([Hidden(), one, Hidden()]) == [one]


@pytest.mark.parametrize("made", [mark("TLP:AMBER H1", (ESP,)), Mark(), mark("TLP:RED", named=(ANA,)), mark("H2", ())])
def test_a_mark_is_kept_as_it_is(made: Mark) -> None:
    assert Mark.of_json(made.to_json()) == made


AGENCIES = st.sampled_from([GNR, ESP, FRA, None])
PEOPLE = [Member(UserId(f"@p{n}:a"), agency, served) for n, (agency, served) in enumerate(
    [(GNR, True), (GNR, True), (ESP, True), (FRA, True), (None, True), (GNR, False), (None, False)])]  # fmt: skip
IDS = st.frozensets(st.sampled_from([one.user_id for one in PEOPLE]))
LABELS = st.one_of(
    st.none(),
    st.builds(
        Handling,
        st.sampled_from([None, *TLP]),
        st.sets(st.sampled_from(["H0", "H1", "H2", "H3"])).map(lambda codes: tuple(sorted(codes))),
    ).filter(lambda one: one.tlp or one.codes),
)
CODES = st.lists(st.sampled_from([GNR, ESP, FRA]), unique=True).map(tuple)
MARKS = st.builds(Mark, LABELS, st.one_of(st.none(), CODES), st.one_of(st.none(), IDS.map(tuple)))
ENDS = st.sampled_from([None, NOW - timedelta(1), NOW + timedelta(1)])
RELEASES = st.lists(st.builds(Release, st.sampled_from([GNR, ESP, FRA]), ENDS), max_size=2).map(tuple)
RECORDS = st.builds(
    Record, st.just("secret"), AGENCIES, st.builds(Marking, MARKS, MARKS, st.booleans()), RELEASES, IDS,
    st.frozensets(st.sampled_from(Purpose), max_size=1),
)  # fmt: skip
AUDIENCES = st.lists(st.sampled_from(PEOPLE), unique=True).flatmap(
    lambda members: st.builds(Audience, st.just(tuple(members)), st.just(True) if len(members) == 1 else st.just(False))
)


@settings(max_examples=300, deadline=None)
@given(RECORDS, AUDIENCES, st.sampled_from(Purpose))
@example(Record("secret", None, Marking(mark("TLP:AMBER+STRICT"))), Audience((KATE,)), Purpose.READING)
def test_nothing_passes_above_its_mark(record: Record[str], audience: Audience, purpose: Purpose) -> None:
    found = decide(record, audience, purpose, NOW)
    if isinstance(found, Hidden):
        return
    marking = record.marking
    colours = {mark.handling.tlp for mark in (marking.owner, marking.others) if mark.handling}
    codes = {code for mark in (marking.owner, marking.others) if mark.handling for code in mark.handling.codes}
    for member in audience.members:
        granted = {*(marking.owner.releasable or ()), *(one.agency for one in record.releases if one.stands(NOW))}
        home = member.user_id in record.at_home
        reaches = home or member.agency in granted or (member.agency == record.originator and granted)
        if marking.marked:
            assert member.agency is not None and member.served
            assert leaves(record, member, NOW, owner=True) and leaves(record, member, NOW, owner=False)
        if marking.owner.handling and marking.owner.handling.tlp is TLP.RED:
            reaches = member.user_id in (marking.owner.named or ())
        assert reaches or (not member.served and not marking.marked)
    if TLP.RED in colours:
        assert audience.direct and (purpose is Purpose.READING or purpose in record.permits)
    if purpose not in record.permits:
        assert not (purpose is Purpose.JUDICIAL and codes & {"H1", "H3"})
        assert not (purpose is Purpose.MEMORY and (codes or colours - {TLP.CLEAR, TLP.GREEN, None}))
    foreign = any(member.agency is None or member.agency != record.originator for member in audience.members)
    assert found.level is (Level.CUT if purpose is Purpose.RING or ("H3" in codes and foreign) else Level.FULL)
    assert found.marked == marking.marked


@settings(max_examples=200, deadline=None)
@given(RECORDS, AUDIENCES, st.sampled_from(Purpose), MARKS, st.sampled_from(PEOPLE))
def test_more_of_a_mark_or_more_people_never_let_it_pass(
    record: Record[str], audience: Audience, purpose: Purpose, more: Mark, another: Member
) -> None:
    if isinstance(decide(record, audience, purpose, NOW), Cleared):
        return
    stricter = replace(record, marking=record.marking.held(more))
    assert isinstance(decide(stricter, audience, purpose, NOW), Hidden)
    if audience.members and another not in audience.members:
        wider = Audience((*audience.members, another))
        assert isinstance(decide(record, wider, purpose, NOW), Hidden)
    assert isinstance(decide(replace(record, releases=()), audience, purpose, NOW), Hidden)


@settings(max_examples=300, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=3), st.sampled_from([one for one in PEOPLE if one.agency and one.served]))
@example(
    [
        Record(
            "secret",
            "PRT-GNR",
            Marking(Mark(Handling(TLP.RED), (), ("@p2:a",)), Mark(None, None, None)),
            (Release("ESP-GC", None),),
        )
    ],
    Member("@p2:a", "ESP-GC"),
)
def test_an_aggregate_leaves_whom_all_that_it_is_made_of_leave(records: list[Record[str]], member: Member) -> None:
    here = [replace(one, at_home=frozenset({member.user_id})) for one in records]
    found = aggregate(here, NOW)
    left = found.leaves(member.agency or "", own=False) and (not found.red or member.user_id in (found.named or ()))
    seen_by = all(seen(one, member, direct=True) for one in here)
    assert seen_by if left else found.red or not seen_by
    for one in here:
        assert found.handling is None or strictest([found.handling, one.marking.handling]) == found.handling
        assert found.handling or not one.marking.handling
