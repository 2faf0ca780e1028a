"""Which tokens are found, and that no line makes the scan slow."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.translation import protect
from bot.translation.protect import find

from ..cost import takes_under


def tokens(text: str, *names: str) -> list[str]:
    return [text[token.start : token.end] for token in find(text, names)]


@pytest.mark.parametrize(
    "token",
    [
        "`rm -rf`", "```a\nb```", "https://example.org/a_(b)?c=1", "http://x.example/#frag", "geo:38.7,-9.1",
        "ana.b+c@gnr.example.pt", "@ana:example.org", "@ana", "@room", "#ops:example.org", "!abc:example.org",
        "[Ana](https://matrix.to/#/@ana:example.org)", "<b>", "snake_case_word",
        "+351 912 345 678", "(+351) 21 123 4567", "912345678", "912 345 678", "0044 20 7946 0958",
        "12345678Z", "XA123456", "X1234567L", "C01X00T47", "P<UTO1234567", "P<D<<MUSTERMANN<<ERIKA<<<<",
        "1 250 000",
        "33UXP0500444998", "29S ND 12345 67890", "29SND1234567890", "33uxp05004449",
        "38.7223", "-9.1393", "38.7223°N", "38°42'36\"N", "38° 42.5' N", "9°8′2″W", "20°C",
        "221430Z NOV 26", "221430ZNOV26", "221430Z", "1430Z", "14:30", "14:30:05", "7:30 am", "7h30", "19h",
        "2026-11-22", "2026-11-22T14:30Z", "22/11/2026", "22.11.2026",
        "1,250.50", "1.250,50 €", "€5.000", "50%", "1½", "10²", "4-6", "£20", "5 %",
        "BRAVO-7K3Q0", "bravo-7k3q0", "JTF2-ABCDE", "TLP:AMBER", "TLP:AMBER+STRICT", "tlp:red", "H2",
        "ALFA21", "Delta-3", "KILO-12",
        "🚨", "👍🏽", "👨‍👩‍👧", "🇵🇹", "➡️", "3️⃣",
    ],
)  # fmt: skip
def test_a_token_is_found_whole(token: str) -> None:
    assert tokens(token) == [token]
    assert tokens(f"vimos ali {token} perto da ponte") == [token]
    assert tokens(f"É ali ({token}), agora.") == [token]


@pytest.mark.parametrize(
    "plate",
    [
        "AA-12-BB", "12-34-AB", "12-AB-34", "AB-12-34", "AA 12 BB", "aa-12-bb", "AA·12·BB",  # Portugal
        "1234 BBB", "1234-BBB", "1234BBB", "1234bbb", "M-1234-AB",  # Spain
        "AB12 CDE", "AB12CDE",  # Great Britain
        "AA-123-BB", "AA 123 BB", "AA123BB",  # France, Italy
        "B-MW 1234", "M-AB 123", "M AB 123", "HH-AB1234E", "MÜ-X 12",  # Germany
        "WA 12345", "KR 5A123", "WA12345", "GD 123AB",  # Poland
        "B 123 ABC", "CJ-12-ABC", "CJ 12 ABC", "B123ABC",  # Romania
        "YZA-1234", "ΥΖΑ-1234", "YZA 1234", "ΥΖΑ1234",  # Greece
        "AA 1234 BB", "АА1234ВВ", "AA1234BB",  # Ukraine
        "34 ABC 123", "06 A 1234", "34ABC123",  # Turkey
        "12345-أ-6", "12345|أ|6", "12345 أ 6", "6-أ-12345", "١٢٣٤٥-ب-٦",  # Morocco
        "12345-112-16", "12345 112 16",  # Algeria
        "123 تونس 4567",  # Tunisia
        "5-12345",  # Libya
        "س ص 1234", "س ص ع ١٢٣",  # Egypt
    ],
)  # fmt: skip
def test_a_plate_is_found_whole(plate: str) -> None:
    assert tokens(f"a matrícula é {plate}, parado") == [plate]
    assert tokens(f"السيارة {plate} عند الجسر") == [plate]


@pytest.mark.parametrize(
    "text",
    [
        "o condutor não parou", "3 pessoas e 20 carros", "well-known co-driver", "COAST-GUARD",
        "guarda-chuva",
        "a vinte e dois",
        "SEND 5 OFFICERS TO THE BRIDGE", "GO TO 5 PEOPLE", "NO 1234 HERE", "20 MEN 15 WOMEN",
        "e.g. this", "fim.Depois", "in 1990 we", "2º andar",
        "he said: stop", "and/or", "C'est l'été", "HA 1234 PESSOAS AQUI",
        "رأيت 12 رجلا و 3 نساء", "من 1234 شخصا", "عدد 20 و 30", "في تونس 40 شخصا", "ب 3 سيارات", "20 و 30",
    ],
)  # fmt: skip
def test_words_and_plain_numbers_are_left_to_the_engine(text: str) -> None:
    assert tokens(text) == []


def test_punctuation_after_an_address_is_the_sentences() -> None:
    assert tokens("Ver https://example.org/x. Depois (https://example.org/y), sim") == [
        "https://example.org/x",
        "https://example.org/y",
    ]


def test_a_name_before_all_else_is_one_token_whatever_the_text_ends_with() -> None:
    assert [(one.start, one.end) for one in find("Ana chegou ", ["Ana"])] == [(0, 3)]


def test_names_are_protected_as_whole_words_only() -> None:
    assert tokens("João Silva e Ana viram a Anabela", "João Silva", "Ana") == ["João Silva", "Ana"]
    assert tokens("ANA, PARA!", "Ana") == ["ANA"]
    assert tokens("marca de carro", "Marca", "de") == []


@given(st.text(max_size=300), st.lists(st.text(max_size=8), max_size=3))
@settings(max_examples=150, deadline=None)
def test_tokens_never_overlap_and_lie_in_the_text(text: str, names: list[str]) -> None:
    at = 0
    for token in find(text, names):
        assert at <= token.start < token.end <= len(text)
        at = token.end


NASTY = (
    "a", "1", "1 ", "A1 ", "a_", "_", "@", "@a", "`", "[", "[a](", "<a", "+1", "(1)", "http://", "a.", "a-",
    "1.", "1,",
    "a@", "1:", "😀", "33U",
    "AA-", "12-", "AB 12 ", "A ", "é", "#a:", " ", "°", "€1 ", "-1.",
    "NO 1234 ", "TLP:", "\u200d", "Ana ", "12 34 ", "1a ", "a'", "`a", "```a", "A-", "0 1", "www.", "1h",
    "1/", "A<", "A<A<",
    "أ ", "1 أ ", "أ 1 ", "1-أ-", "12 ", "تونس ", "س 123 ",
)  # fmt: skip


@pytest.mark.parametrize("unit", NASTY)
def test_a_nasty_line_of_100_kb_takes_under_50_ms(unit: str) -> None:
    line = (unit * 100_000)[:100_000]
    assert takes_under(0.05, lambda: find(line, ["Ana"]))


def test_what_is_left_of_a_text_full_of_tokens_is_one_token() -> None:
    line = "14:30 sim, " * 9000
    assert len(tokens(line)) == 2001
    assert tokens(line)[-1] == line[2000 * 11 :]


@pytest.mark.parametrize(
    ("kept", "tokens"),
    [
        ([], ["a12", "b34"]),
        ([(0, 3)], ["Sea", "a12", "b34"]),
        ([(0, 7)], ["Sea a12", "b34"]),
        ([(4, 11)], ["a12 b34"]),
        ([(0, 11)], ["Sea a12 b34"]),
        ([(5, 11)], ["a12", "b34"]),
        ([(0, 6)], ["a12", "b34"]),
        ([(12, 15)], ["a12", "b34", "end"]),
        ([(0, 3), (12, 15)], ["Sea", "a12", "b34", "end"]),
    ],
)
def test_a_kept_term_swallows_tokens_and_cuts_none(kept: list[tuple[int, int]], tokens: list[str]) -> None:
    text = "Sea a12 b34 end"
    found = [protect.Token(4, 7, "mixed"), protect.Token(8, 11, "mixed")]
    merged = protect.with_kept(found, [protect.Token(start, end, "term") for start, end in kept])
    assert [text[token.start : token.end] for token in merged] == tokens


@pytest.mark.parametrize(
    "token",
    ["\u0410B-12-34", "\u0410\u0412-12-34", "Br\u0430vo-7", "\u0410B 1234 C\u0415", "12-\u0410B-34", "\u0422-72"],
)
def test_plates_in_any_alphabet_or_two_are_kept_as_they_stand(token: str) -> None:
    text = f"a carrinha {token} fugiu"
    assert [text[found.start : found.end] for found in find(text)] == [token]


@pytest.mark.parametrize(
    "text", ["о 14-й годині", "10км далі", "90-х роках", "У 2024 РОЦІ", "3-ГО ВЗВОДУ НЕМАЄ", "10kΩ"]
)
def test_words_with_numbers_in_other_alphabets_are_no_plates(text: str) -> None:
    assert not [found for found in find(text) if found.kind == "foreign"]
