"""Names that may be taken for one another, however they are built."""

from __future__ import annotations

from bot.model.names import confusable, skeleton

from ..cost import takes_under


def test_names_that_look_alike_are_told() -> None:
    assert confusable("Ana", "\u0410n\u0430")
    assert not confusable("Ana", "Anna")
    assert not confusable("", "")


def test_a_name_of_thousands_of_marks_takes_no_time() -> None:
    """Whoever joins is compared with everyone there: the whole bot would stand still meanwhile."""
    heap = "a" + "\u0301\u0316" * 15_000
    assert takes_under(0.05, lambda: skeleton.__wrapped__(heap))
    assert not confusable(heap, "Ana")
