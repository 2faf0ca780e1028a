"""What is at risk in a handover, how deep it is read back therefore, and what its frozen record holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.handover import (
    Answer,
    Answered,
    Depth,
    Gone,
    Handover,
    Item,
    ItemKind,
    ReadBack,
    Reason,
    Risk,
    Sheet,
    Side,
    State,
    digest_of,
    frozen,
    gone_in,
    risk_of,
)
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.model.shift import PostName

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ANA, RUI = UserId("@ana:gnr.example"), UserId("@rui:gnr.example")
OUT = Side("pt", "PRT-GNR", NOON, NOON)
IN = Side("pt", "PRT-GNR", NOON - timedelta(days=1), NOON - timedelta(days=1))
HANDOVER = Handover(
    Reference("BRAVO-7K3Q0"), PostName("gate"), "!room:example.org", ANA, RUI, State.READY, NOON, Risk()
)


@pytest.mark.parametrize(
    ("incoming", "items", "now", "reasons", "depth"),
    [
        (IN, 9, NOON, (), Depth.NONE),
        (replace(IN, language="el"), 1, NOON, (Reason.LANGUAGE,), Depth.CRITICAL),
        (replace(IN, agency="FRA-PN"), 1, NOON, (Reason.AGENCY,), Depth.CRITICAL),
        (replace(IN, agency=None), 1, NOON, (Reason.AGENCY,), Depth.CRITICAL),
        (replace(IN, anywhere=NOON - timedelta(days=7)), 1, NOON, (), Depth.NONE),
        (replace(IN, anywhere=NOON - timedelta(days=7, seconds=1)), 1, NOON, (Reason.ABSENCE,), Depth.CRITICAL),
        (replace(IN, here=None, anywhere=None), 1, NOON, (Reason.NEW,), Depth.CRITICAL),
        (IN, 1, NOON.replace(hour=21), (Reason.NIGHT,), Depth.CRITICAL),
        (IN, 1, NOON.replace(hour=20, minute=59), (), Depth.NONE),
        (IN, 1, NOON.replace(hour=4, minute=59), (Reason.NIGHT,), Depth.CRITICAL),
        (IN, 1, NOON.replace(hour=5), (), Depth.NONE),
        (IN, 10, NOON, (Reason.LOAD,), Depth.CRITICAL),
        (replace(IN, language="el", agency="GRC-HP"), 1, NOON, (Reason.LANGUAGE, Reason.AGENCY), Depth.EVERY),
        (
            replace(IN, language="el", agency="GRC-HP"), 40, NOON,
            (Reason.LANGUAGE, Reason.AGENCY, Reason.LOAD), Depth.CRITICAL,
        ),
    ],
)  # fmt: skip
def test_what_is_at_risk_decides_how_deep_the_read_back_is(
    incoming: Side, items: int, now: datetime, reasons: tuple[Reason, ...], depth: Depth
) -> None:
    found = risk_of(OUT, incoming, items, now, "Europe/Madrid")
    assert (found.reasons, found.depth) == (reasons, depth)


def item(number: int, **more: object) -> Item:
    """Return an item of that number."""
    return Item(number, f"note BRAVO-7K3Q0 {number}", ItemKind.NOTE, **more)  # type: ignore[arg-type]


def answered(answer: Answer) -> Answered:
    """Return that Rui has said so."""
    return Answered(answer, RUI, NOON)


def test_an_item_is_settled_by_a_tick_a_refusal_or_a_read_back_that_is_right() -> None:
    ticked = item(1, answered=answered(Answer.OK))
    refused = item(2, answered=answered(Answer.REFUSED), critical=True)
    asked = item(3, answered=answered(Answer.ASKED))
    critical = item(4, answered=answered(Answer.OK), critical=True)
    gone = item(5)
    deep = replace(HANDOVER, risk=Risk((Reason.LANGUAGE,)))
    sheet = Sheet(deep, (ticked, refused, asked, critical, gone), {5: Gone.CLOSED}, {})
    assert [one.number for one in sheet.open] == [3, 4]
    assert [one.number for one in sheet.refused] == [2] and [one.number for one in sheet.taken] == [1, 3, 4]
    read = ReadBack(4, 1, RUI, NOON)
    for right, left in ((None, [3, 4]), (False, [3, 4]), (True, [3])):
        assert [one.number for one in replace(sheet, read_back={4: replace(read, right=right)}).open] == left
    assert [one.number for one in replace(sheet, handover=HANDOVER).open] == [3], "nothing is read back there"


def test_the_record_is_the_same_text_for_the_same_handover_and_another_for_any_other() -> None:
    sheet = Sheet(HANDOVER, (item(1, answered=answered(Answer.OK)), item(2)), {2: Gone.HIDDEN}, {})
    record, digest = frozen(sheet, [], [], NOON)
    assert frozen(sheet, [], [], NOON) == (record, digest) and digest == digest_of(record)
    assert gone_in(record) == {2: Gone.HIDDEN}
    assert json.loads(record)["incoming"] == RUI
    for other in (
        replace(sheet, handover=replace(HANDOVER, incoming=ANA)),
        replace(sheet, items=(item(1, answered=answered(Answer.REFUSED)), item(2))),
        replace(sheet, gone={}),
    ):
        assert frozen(other, [], [], NOON)[1] != digest
    assert frozen(sheet, [], [], NOON + timedelta(seconds=1))[1] != digest
    assert frozen(sheet, [], [ReadBack(1, 1, RUI, NOON, right=True)], NOON)[1] != digest
