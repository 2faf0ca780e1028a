"""The estimate of what one machine serves: its arithmetic, and that what the page says in words follows from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from . import readme, scale


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a page of rows with round figures in place of the measured ones."""
    page = tmp_path / "measured.md"
    page.write_text(
        "| Processor time a message, … own process | 10.0 ms; for message and post, 50.0 ms | |\n"
        "| 1,000 commands of 10 officers | 40 answers/s (…) | |\n"
        "| Event loop lag p99, bergamot, 64 messages | 2 ms (p50 …; 100 messages/s) | |\n",
        "utf-8",
    )
    monkeypatch.setattr(scale, "MEASURED", page)
    return page


def test_the_arithmetic_of_the_page(rows: Path) -> None:
    one = scale.Setting("", posts=1, legs=3)
    assert (one.home, one.worker) == (pytest.approx(60 / 0.05), pytest.approx(60 / 0.03))
    assert one.cores == pytest.approx(60 / ((0.05 + 0.01 + 0.03) / 2))
    assert (one.first, one.serves) == ("homeserver", pytest.approx(600))
    many = scale.Setting("", posts=9, legs=9)
    assert many.home == pytest.approx(60 / (0.05 + 8 / 40))
    assert many.cores == pytest.approx(60 / ((0.06 + 0.09) / 2 + 8 / 40))
    assert (many.first, many.serves) == ("both cores", pytest.approx(many.cores / 2))


def test_a_row_that_is_gone_or_doubled_or_says_something_else_is_an_error(rows: Path) -> None:
    assert scale.found("posts") == "40"
    text = rows.read_text("utf-8")
    for broken in (
        text * 2,
        text.replace("1,000 commands", "900 commands"),
        text.replace("40 answers/s", "40 a second"),
    ):
        rows.write_text(broken, "utf-8")
        with pytest.raises(KeyError):
            scale.found("posts")


def test_what_the_page_says_in_words_follows_from_its_figures() -> None:
    usual, *_, private = scale.settings()
    assert usual.first == "homeserver", "“The homeserver gives out first”"
    assert private.serves < usual.serves / 5, "“`companion` or `reply` in place of `dm`, before any machine”"
    assert 60 / float(scale.found("bot")) * 1000 > 2 * usual.home, "“the bot itself last”"
    small, one, two = (float(scale.found(name)) for name in ("small", "server", "two"))
    assert one < small and two < small, "“they take cores from the worker and do less with them”"
    assert two < 1.5 * one, "“a second one on two busy cores brings next to nothing”"
    assert 1000 / float(scale.found("ours")) > 200, "“some hundreds a second”"
    files = float(scale.found("files"))
    each = (float(scale.found("all_mib")) - float(scale.found("two_mib"))) / 20
    assert 1.2 < each / files < 1.8, "“files take about half as much again once loaded”"
    assert 22 * files < 4 * 1024 / 6 < 8 * 100, "“with 4 GB”"


def test_the_page_names_only_figures_that_it_has_and_quotes_the_month_as_it_was() -> None:
    page = readme.SCALE.read_text("utf-8")
    formulas = " ".join(re.findall(r"^- .*a minute = .*(?:\n  .*)*", page, re.MULTILINE))
    named = set(re.findall(r"`(\w+)`", formulas))
    assert {"home", "posts", "leg", "bot"} <= named <= set(scale.BASIS)
    [(first, last)] = re.findall(r"from (\d+) to (\d+) MiB", page)
    assert re.search(rf"memory of the bot at the end .*\| {first}, \d+, {last} MiB", readme.README.read_text("utf-8"))
