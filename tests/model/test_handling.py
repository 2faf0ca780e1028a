"""Labels are read as a reader sees them, and in doubt as the strictest."""

from __future__ import annotations

import pytest

from bot.model.handling import TLP, Handling, label_of, mark_of, read_label, strictest, unlabelled

from ..cost import takes_under

RED, AMBER, GREEN, CLEAR = (Handling(tlp) for tlp in (TLP.RED, TLP.AMBER, TLP.GREEN, TLP.CLEAR))
STRICT = Handling(TLP.AMBER_STRICT)


def codes(*digits: int, tlp: TLP | None = None) -> Handling:
    return Handling(tlp, tuple(f"H{digit}" for digit in digits))


CLEARLY = [
    ("TLP:RED Van at the bridge", RED),
    ("TLP:AMBER Van at the bridge", AMBER),
    ("TLP:AMBER+STRICT Van at the bridge", STRICT),
    ("TLP:GREEN Van at the bridge", GREEN),
    ("TLP:CLEAR Van at the bridge", CLEAR),
    ("TLP:WHITE Van at the bridge", CLEAR),
    ("TLP:RED", RED),
    ("tlp:red van", RED),
    ("Tlp:Amber+Strict van", STRICT),
    ("TLP: RED van", RED),
    ("TLP : RED van", RED),
    ("TLP:\u00a0RED van", RED),
    ("TLP:  AMBER + STRICT van", STRICT),
    ("TLP:RED: van", RED),
    ("TLP:RED, van", RED),
    ("TLP:RED. Van", RED),
    ("TLP:RED\nVan", RED),
    ("TLP:RED — van", RED),
    ("[TLP:RED] van", RED),
    ("(TLP:RED) van", RED),
    ("<TLP:RED> van", RED),
    ("«TLP:RED» van", RED),
    ("【TLP：ＲＥＤ】 van", RED),
    ("ＴＬＰ：ＡＭＢＥＲ＋ＳＴＲＩＣＴ van", STRICT),
    ("𝐓𝐋𝐏:𝐑𝐄𝐃 van", RED),
    ("ⓉⓁⓅ:ⓇⒺⒹ van", RED),
    ("**TLP:RED** van", RED),
    ("**TLP**:RED van", RED),
    ("?pt TLP:RED van", RED),
    ("  ?pt\u00a0[TLP:AMBER] van", AMBER),
    ("?pt\nTLP:RED van", RED),
    ("?pt ?es H1 van", codes(1)),
    ("_TLP:RED_ van", RED),
    ("`TLP:GREEN` van", GREEN),
    ("* TLP:RED van", RED),
    ("- TLP:RED van", RED),
    ("• TLP:RED van", RED),
    ("> TLP:RED van", RED),
    ("# TLP:RED\nvan", RED),
    ("1. TLP:RED van", RED),
    ("a) TLP:RED van", RED),
    ("🔴 TLP:RED van", RED),
    ("1️⃣ TLP:RED van", RED),
    ("  \n\tTLP:RED van", RED),
    ("\u200bT\u200bL\u2060P:RED van", RED),
    ("\u202eTLP:RED van", RED),
    ("TLP:R\u0301ED van", RED),
    ("ТLР:RЕD van", RED),
    ("τlρ:rεd van", RED),
    ("ΤLΡ:ΑΜΒΕR van", AMBER),
    ("ТЛП:RED van", RED),
    ("TLP꞉RED van", RED),
    ("TLP∶GREEN van", GREEN),
    ("H2 van at the bridge", codes(2)),
    ("h2 van", codes(2)),
    ("[H1] van", codes(1)),
    ("Н2 van", codes(2)),
    ("H٢ van", codes(2)),
    ("H1 H2 van", codes(1, 2)),
    ("H2/H1, H3: van", codes(1, 2, 3)),
    ("H0+H3 van", codes(0, 3)),
    ("H2 H2 van", codes(2)),
    ("TLP:AMBER H1 H3 van", codes(1, 3, tlp=TLP.AMBER)),
    ("H2 TLP:GREEN van", codes(2, tlp=TLP.GREEN)),
    ("[TLP:RED][H2] van", codes(2, tlp=TLP.RED)),
    ("TLP:GREEN TLP:RED van", RED),
    ("TLP:AMBER+STRICT TLP:AMBER van", STRICT),
    ("TLP:AMBER. Strict orders at the bridge", AMBER),
]
UNCLEARLY = [
    ("TLP:ORANGE van", RED),
    ("TLP RED van", RED),
    ("TLP GREEN van", RED),
    ("TLP-AMBER van", RED),
    ("TLP=RED van", RED),
    ("TLP_RED van", RED),
    ("TLP::RED van", RED),
    ("TLP;RED van", RED),
    ("TLPRED van", RED),
    ("T.L.P.: RED van", RED),
    ("T L P : RED van", RED),
    ("TLP van", RED),
    ("TLP: van", RED),
    ("TLP", RED),
    ("TLP:", RED),
    ("TLP:GREENISH van", RED),
    ("TLP:ROJO van", RED),
    ("ТЛП:ЧЕРВОНИЙ van", RED),
    ("TLP:GREEN/RED van", RED),
    ("TLP:AMBER STRICT van", STRICT),
    ("TLP:AMBER-STRICT van", STRICT),
    ("TLP:RED+STRICT van", RED),
    ("TLP GREEN H2 van", codes(2, tlp=TLP.RED)),
]
NONE = [
    "",
    " ",
    "?!…",
    "Van at the bridge",
    "The report is TLP:RED",
    "Ok. TLP:RED",
    "RED van",
    "TLPS van",
    "TIP: red van",
    "ТІР: red van",
    "HTLP:RED",
    "H4 van",
    "H20 van",
    "H2O van",
    "H1N1 van",
    "H1.5 van",
    "H van",
    "2 H2",
    "the H2 van",
    "AMBER+STRICT van",
]


@pytest.mark.parametrize(("text", "handling"), CLEARLY)
def test_a_label_is_read(text: str, handling: Handling) -> None:
    label = read_label(text)
    assert label is not None and (label.handling, label.unclear) == (handling, False)


@pytest.mark.parametrize(("text", "handling"), UNCLEARLY)
def test_a_mistyped_label_is_read_as_the_strictest(text: str, handling: Handling) -> None:
    label = read_label(text)
    assert label is not None and (label.handling, label.unclear) == (handling, True)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_label(text: str) -> None:
    assert label_of(text) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("TLP:RED Van", " Van"),
        ("**TLP: RED** [H2]: van", " van"),
        ('[TLP:RED] "van"', ' "van"'),
        ("TLP:RED (van)", " (van)"),
        ("🔴 TLP:AMBER + STRICT\nvan", "\nvan"),
        ("TLP:ORANGE van", " van"),
        ("TLP: van", " van"),
        ("TLP RED van", " van"),
        ("ⓉⓁⓅ:ⓇⒺⒹ van", " van"),
    ],
)
def test_where_a_label_ends(text: str, rest: str) -> None:
    label = read_label(text)
    assert label is not None and text[label.end :] == rest


@pytest.mark.parametrize(
    ("text", "handling"),
    [
        ("TLP:RED", RED),
        (" [TLP:AMBER] 🟠", AMBER),
        ("**tlp: red!**", RED),
        ("H1 H2.", codes(1, 2)),
        ("TLP ORANGE", RED),
        ("TLP is what", None),
        ("TLP:ORANGE", RED),
        ("TLP RED", RED),
        ("TLP:RED?", None),
        ("TLP?", None),
        ("TLP:RED please", None),
        ("ok", None),
    ],
)
def test_an_answer_that_is_a_label_alone(text: str, handling: Handling | None) -> None:
    mark = mark_of(text)
    assert (mark.handling if mark else None) == handling


@pytest.mark.parametrize(
    "text", ["?pt TLP:RED alto", " ?PT  [TLP:RED] alto", "?pt **TLP:RED** alto", "?xx TLP:RED alto"]
)
def test_a_label_behind_a_hint_of_the_language(text: str) -> None:
    assert label_of(text) == RED and unlabelled(text).strip() == "alto"
    assert label_of(text.replace("TLP:RED", "TLP RED")) == RED and label_of("?pt alto TLP:RED") is None


def test_a_text_without_its_label() -> None:
    assert unlabelled("TLP:RED Van") == " Van"
    assert unlabelled("Van") == "Van"


@pytest.mark.parametrize("handling", [RED, STRICT, CLEAR, codes(1, 2), codes(0, tlp=TLP.AMBER)])
def test_a_label_is_written_as_it_is_read(handling: Handling) -> None:
    assert label_of(str(handling)) == handling


@pytest.mark.parametrize(
    ("handling", "free", "kept"),
    [
        (RED, False, False),
        (STRICT, False, True),
        (AMBER, False, True),
        (GREEN, True, True),
        (CLEAR, True, True),
        (codes(0), False, True),
        (codes(3, tlp=TLP.CLEAR), False, True),
        (codes(2, tlp=TLP.RED), False, False),
        (Handling(), True, True),
    ],
)
def test_what_a_label_allows(handling: Handling, free: bool, kept: bool) -> None:
    assert (handling.travels, handling.remembered, handling.kept) == (free, free, kept)


@pytest.mark.parametrize(
    ("handlings", "result"),
    [
        ([], None),
        ([None, None], None),
        ([None, GREEN], GREEN),
        ([AMBER, RED, CLEAR], RED),
        ([AMBER, STRICT], STRICT),
        ([codes(2), codes(1), GREEN], codes(1, 2, tlp=TLP.GREEN)),
    ],
)
def test_the_strictest_colour_and_all_codes_win(handlings: list[Handling | None], result: Handling | None) -> None:
    assert strictest(handlings) == result


HOSTILE = [
    "TLP:" * 25_000,
    "H1 " * 33_000,
    " " * 100_000,
    "* " * 50_000 + "TLP:RED",
    "[" * 100_000,
    "TLP" + "*" * 100_000 + ":RED",
    "TLP:AMBER" + " " * 100_000 + "+STRICT",
    "TLP:GREEN " + "- " * 50_000 + "TLP:RED",
    "T" * 100_000,
    "1" * 100_000,
    "ﷺ" * 30_000,
    "T" + "\u0301" * 100_000 + "LP:RED",
    "\u200b" * 100_000 + "TLP:RED",
    "TLP:RED" + "/RED" * 25_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:9].strip() + str(n) for n, text in enumerate(HOSTILE)])
def test_a_hostile_text_is_read_in_linear_time(text: str) -> None:
    assert takes_under(0.15, lambda: label_of(text))  # as a table of 100 kB: 10 to 30 ms


def test_what_is_too_long_for_a_label_is_red() -> None:
    assert label_of("H1 " * 33_000) == codes(1, tlp=TLP.RED)
    assert label_of("TLP:GREEN " + "- " * 50_000 + "TLP:RED") == RED
    assert label_of("* " * 50_000 + "TLP:AMBER van") == AMBER
