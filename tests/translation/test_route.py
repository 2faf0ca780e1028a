"""Which way a text goes."""

from __future__ import annotations

from pathlib import Path

from bot.translation.engine import Pair
from bot.translation.route import Routes

from ..cost import takes_under

ENGINES = ("argos", "bergamot")


def pair(name: str) -> Pair:
    engine, _, languages = name.partition(":")
    source, target = languages.split("-")
    return Pair(source, target, engine, name, "", Path())


def routes(*names: str) -> Routes:
    return Routes([pair(name) for name in names], ENGINES)


def test_the_shortest_way_wins() -> None:
    found = routes("bergamot:pt-en", "argos:en-es", "argos:pt-es")
    assert found.find("pt", "es") == ("pt", "es")
    assert found.find("en", "pt") is None


def test_a_pivot_joins_engines_and_english_is_preferred() -> None:
    found = routes("argos:pt-fr", "argos:fr-es", "argos:pt-en", "argos:en-es")
    assert found.find("pt", "es") == ("pt", "en", "es")
    found = routes("bergamot:pt-en", "bergamot:en-es", "argos:pt-fr", "argos:fr-es")
    assert found.find("pt", "es") == ("pt", "fr", "es")


def test_no_more_than_three_legs() -> None:
    chain = [f"argos:{a}-{b}" for a, b in ("ab", "bc", "cd", "de")]
    chain = [name.replace(":", ":x").replace("-", "-x") for name in chain]
    assert routes(*chain).find("xa", "xd") == ("xa", "xb", "xc", "xd")
    assert routes(*chain).find("xa", "xe") is None


def test_engines_of_a_leg_stand_in_order_of_preference() -> None:
    found = routes("bergamot:en-pt", "argos:en-pt")
    assert [p.engine for p in found.legs(("en", "pt"))[0]] == ["argos", "bergamot"]


def test_subtags_do_not_matter() -> None:
    assert routes("bergamot:pt-en").find("pt-BR", "en-GB") == ("pt", "en")


def test_a_mesh_of_many_languages_is_searched_at_once() -> None:
    codes = [f"{a}{b}" for a in "abcdefgh" for b in "klmnopqr"]
    found = routes(*(f"argos:{s}-{t}" for s in codes for t in codes if s != t), "argos:xx-ak", "argos:bk-yy")
    assert found.find("xx", "yy") == ("xx", "ak", "bk", "yy")
    assert found.find("ak", "zz") is None and found.find("zz", "ak") is None and found.find("ak", "ak") is None
    assert takes_under(0.05, lambda: (found.find("xx", "yy"), found.find("ak", "zz"), found.find("zz", "ak")))
