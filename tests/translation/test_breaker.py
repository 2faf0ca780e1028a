"""When a server is left alone, for how long, and how it comes back."""

from __future__ import annotations

from bot.translation.breaker import AT_ONCE, FAILURES, Breaker


def shut(pause: float = 0.0) -> Breaker:
    breaker = Breaker()
    assert breaker.failed(pause)
    return breaker


def test_it_shuts_after_failures_in_a_row_only() -> None:
    breaker = Breaker()
    for _ in range(3):
        for _ in range(FAILURES - 1):
            assert not breaker.failed()
        assert breaker.admits == AT_ONCE
        breaker.succeeded()
    assert [breaker.failed() for _ in range(FAILURES)] == [False] * (FAILURES - 1) + [True]
    assert breaker.admits == 0


def test_it_shuts_at_once_where_that_is_asked_for() -> None:
    assert shut().pause == 2.0
    assert shut(42.0).pause == 42.0


def test_a_light_failure_counts_for_less() -> None:
    breaker = Breaker()
    assert [breaker.failed(weight=0.5) for _ in range(2 * FAILURES)] == [False] * (2 * FAILURES - 1) + [True]


def test_half_open_it_takes_one_request_and_its_answer_decides() -> None:
    breaker = shut()
    breaker.half_open()
    assert breaker.admits == 1
    assert breaker.failed() and breaker.admits == 0
    breaker.half_open()
    breaker.succeeded()
    assert breaker.admits == AT_ONCE and not breaker.failed()


def test_each_pause_is_twice_as_long_up_to_a_minute_and_the_first_again_after_a_success() -> None:
    breaker = shut()
    pauses = [breaker.pause]
    for _ in range(5000):
        breaker.lengthen()
        pauses.append(breaker.pause)
    assert pauses[:7] == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0] and pauses[-1] == 60.0
    breaker.half_open()
    breaker.succeeded()
    assert breaker.failed(0.0) and breaker.pause == 2.0


def test_what_was_under_way_when_it_shut_neither_lengthens_the_pause_nor_ends_it() -> None:
    breaker = shut()
    assert not breaker.failed() and breaker.pause == 2.0
    breaker.succeeded()
    assert breaker.admits == 0
    breaker.half_open()
    assert breaker.admits == 1
