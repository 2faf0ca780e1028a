"""What people wrote on events that are no plain messages; more of it in tests/intake/test_written_beside.py."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.content import caption, geo, place, poll, voice


@pytest.mark.parametrize(
    ("content", "written"),
    [
        ({"body": "A ponte", "filename": "a.jpg"}, "A ponte"),
        ({"body": "a.jpg", "filename": "a.jpg"}, ""),
        ({"body": "a.jpg"}, ""),
        ({"filename": "a.jpg"}, ""),
        ({"body": ["a"], "filename": "a.jpg"}, ""),
    ],
)
def test_a_caption(content: dict[str, Any], written: str) -> None:
    assert caption(content) == written


@pytest.mark.parametrize(
    ("content", "written"),
    [
        ({"body": "Location: geo:1,2", "geo_uri": "geo:1,2"}, ""),
        ({"m.location": {"uri": "geo:1,2", "description": "Porto"}}, "Porto"),
        ({"m.location": {"description": "geo:1,2"}}, ""),
        ({"m.location": []}, ""),
    ],
)
def test_a_place(content: dict[str, Any], written: str) -> None:
    assert place(content) == written


def test_a_poll_of_many_long_answers_is_bounded_and_each_is_one_line() -> None:
    answers = [{"org.matrix.msc1767.text": f"a\n{i}"} for i in range(100)]
    asked = {"org.matrix.msc3381.poll.start": {"question": {"body": "Q\n\nQ"}, "answers": answers}}
    lines = poll(asked).split("\n")
    assert (lines[0], lines[1], lines[-1], len(lines)) == ("Q Q", "1. a 0", "20. a 19", 21)


def test_an_answer_without_words_keeps_its_number_from_the_next() -> None:
    asked = {"m.poll": {"question": {"m.text": [{"body": "Q"}]}, "answers": [{}, {"m.text": [{"body": "b"}]}]}}
    assert poll(asked) == "Q\n2. b"


def test_a_voice_message() -> None:
    for key in ("org.matrix.msc3245.voice", "m.voice"):
        found = voice({"msgtype": "m.audio", key: {}, "info": {"duration": 1600}})
        assert found and found.seconds == 2
    assert voice({"msgtype": "m.audio"}) is None
    assert voice({"msgtype": "m.text", "m.voice": {}}) is None
    assert voice({"msgtype": "m.audio", "m.voice": {}, "info": []}) is not None


@pytest.mark.parametrize(
    ("content", "address"),
    [
        ({"geo_uri": "geo:1,2"}, "geo:1,2"),
        ({"geo_uri": "GEO:1,2;u=5"}, "GEO:1,2;u=5"),
        ({"m.location": {"uri": "geo:1,2"}}, "geo:1,2"),
        ({"geo_uri": 5, "org.matrix.msc3488.location": {"uri": "geo:1,2"}}, "geo:1,2"),
        ({"geo_uri": "https://x"}, ""),
        ({"geo_uri": "geo:1,2;" + "x" * 80}, ""),
        ({"m.location": ["geo:1,2"]}, ""),
        ({}, ""),
    ],
)
def test_where_a_shared_place_is(content: dict[str, Any], address: str) -> None:
    assert geo(content) == address
