"""Formatted translations, and tokens among words from right to left, as a room sees them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.translation import Flag

from .test_render import FSI, PDI, RLI, Room, Tags, into

pytestmark = pytest.mark.usefixtures("room")


@pytest.fixture
def room() -> Room:
    """Return a room with a renderer."""
    return Room()


LABEL = "Machine translation, pt → en, of what Ana wrote."


async def test_a_list_stands_between_its_language_and_its_label(room: Room) -> None:
    made = replace(into("en", "- The *car*"), html="<ul><li>The <em>car</em></li></ul>")
    post = await room.translations(made)
    assert post.body == f"[en] {FSI}- The *car*{PDI}\n{LABEL}"
    assert post.html == f"<p><strong>en</strong></p><ul><li>The <em>car</em></li></ul><p><em>{LABEL}</em></p>"
    assert post.record["texts"] == {"en": "- The *car*"}
    Tags(post.html)


async def test_a_paragraph_begins_beside_its_language(room: Room) -> None:
    made = replace(into("en", "**Go**", Flag.NUMBER), html="<p><strong>Go</strong></p>")
    post = await room.translations(made)
    assert post.html.startswith("<p><strong>en</strong> <strong>Go</strong></p><p><em>⚠ Uncertain")


async def test_a_part_of_a_formatted_text_is_plain(room: Room) -> None:
    room.store.translation.recorded = [replace(into("en", "One two"), html="<p><strong>One two</strong></p>")]
    first, whole = await room.part([["en", 0, 4]]), await room.part([["en", 0, 7]])
    assert f"<strong>en</strong> {FSI}One {PDI}<br>" in first.html
    assert "<strong>One two</strong>" in whole.html


GRID, CLOCK, NAME = "29S ND 12345 67890", "14:30", "أحمد"


async def test_a_grid_in_an_arabic_text_keeps_the_order_of_its_parts(room: Room) -> None:
    made = replace(into("ar", f"الشاحنة عند {GRID} الساعة {CLOCK}\nقف {CLOCK}"), protected=(GRID, CLOCK))
    post = await room.translations(made)
    first = f"{RLI}الشاحنة عند {FSI}{GRID}{PDI} الساعة {FSI}{CLOCK}{PDI}{PDI}"
    second = f"{RLI}قف {FSI}{CLOCK}{PDI}{PDI}"
    assert post.body.startswith(f"[ar] {first}\n{second}\n")
    assert f"<p><strong>ar</strong> {first}<br>{second}<br>" in post.html
    assert post.record["texts"] == {"ar": made.text}, "programs get the text as it is"


async def test_an_arabic_name_in_a_text_from_left_to_right_does_not_take_the_number_behind_it(room: Room) -> None:
    made = replace(into("en", f"The car of {NAME} {CLOCK}", source="ar"), protected=(NAME, CLOCK))
    post = await room.translations(made)
    line = f"{FSI}The car of {FSI}{NAME}{PDI} {CLOCK}{PDI}"
    assert post.body.startswith(f"[en] {line}\n") and f"<strong>en</strong> {line}<br>" in post.html


async def test_of_tokens_that_hold_each_other_the_longer_is_isolated(room: Room) -> None:
    made = replace(into("ar", "في 14:30 و 14:30:15"), protected=("14:30", "14:30:15"))
    post = await room.translations(made)
    assert f"في {FSI}14:30{PDI} و {FSI}14:30:15{PDI}" in post.body
