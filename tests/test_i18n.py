"""Sentences and their values: worded late, escaped, isolated, and the same after a journey through JSON."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import (
    INTERFACE_LANGUAGES,
    AnyOf,
    Catalogues,
    Code,
    Html,
    Language,
    Message,
    Plain,
    Typed,
    Verbatim,
    _,
    _c,
    _n,
    from_json,
    isolate,
    to_json,
)
from bot.i18n.values import lasting

from .fakes import compiled

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"


CATALOGUES = Catalogues(
    {
        "pt": compiled(
            "pt",
            'msgid "Hello {name}"\nmsgstr "Olá, {name}"',
            'msgid "{n} message in {room}"\nmsgid_plural "{n} messages in {room}"\n'
            'msgstr[0] "{n} mensagem em {room}"\nmsgstr[1] "{n} mensagens em {room}"',
            'msgctxt "verb"\nmsgid "open"\nmsgstr "abrir"',
            'msgctxt "status"\nmsgid "open"\nmsgstr "aberto"',
        ),
        "pl": compiled(
            "pl",
            'msgid "{n} file"\nmsgid_plural "{n} files"\n'
            'msgstr[0] "{n} plik"\nmsgstr[1] "{n} pliki"\nmsgstr[2] "{n} plików"',
        ),
        "ar": compiled("ar", 'msgid "Hello {name}"\nmsgstr "مرحبا {name}"'),
    }
)


def said(message: Message, language: str = "en", zone: str = "UTC") -> str:
    return CATALOGUES.text(message, language, zone)


def marked_up(message: Message, language: str = "en") -> str:
    return CATALOGUES.text(message, language, markup=Html(language))


# Wording


def test_a_sentence_is_worded_in_the_readers_language_and_its_values_stay() -> None:
    assert said(_("Hello {name}", name=Verbatim("Ana")), "pt") == "Olá, Ana"


def test_a_sentence_that_no_catalogue_has_is_english() -> None:
    assert said(_("Goodbye {name}", name=Verbatim("Ana")), "pt") == "Goodbye Ana"
    assert said(_("Hello {name}", name=Verbatim("Ana")), "xx") == "Hello Ana"


def test_equal_english_words_are_told_apart_by_their_context() -> None:
    assert (said(_c("verb", "open"), "pt"), said(_c("status", "open"), "pt")) == ("abrir", "aberto")
    assert said(_c("adjective", "open"), "pt") == "open"


@pytest.mark.parametrize(("n", "words"), [(1, "1 plik"), (2, "2 pliki"), (5, "5 plików"), (22, "22 pliki")])
def test_the_catalogue_chooses_the_plural_as_its_language_does(n: int, words: str) -> None:
    assert said(_n("{n} file", "{n} files", n), "pl") == words


def test_english_has_two_forms_without_a_catalogue() -> None:
    counted = [said(_n("{n} file", "{n} files", n)) for n in (0, 1, 2)]
    assert counted == ["0 files", "1 file", "2 files"]


def test_a_plural_takes_further_values() -> None:
    message = _n("{n} message in {room}", "{n} messages in {room}", 3, room=Verbatim("Ops"))
    assert said(message, "pt") == "3 mensagens em Ops"


def test_a_plural_with_a_context_finds_its_form() -> None:
    catalogues = Catalogues(
        {"pt": compiled("pt", 'msgctxt "c"\nmsgid "{n} a"\nmsgid_plural "{n} b"\nmsgstr[0] "{n} x"\nmsgstr[1] "{n} y"')}
    )
    assert catalogues.text(Message("{n} a", {"n": 4}, plural="{n} b", context="c"), "pt") == "4 y"


def test_a_field_without_a_value_stays_visible_and_an_unused_value_does_no_harm() -> None:
    assert said(_("Hello {name}", nome=Verbatim("Ana"))) == "Hello {name}"


def test_braces_in_a_value_are_not_fields() -> None:
    assert said(_("{a} and {b}", a=Verbatim("{b}"), b=Verbatim("{a.__class__} {0}"))) == "{b} and {a.__class__} {0}"


# Values


@pytest.mark.parametrize(
    ("value", "language", "words"),
    [
        (Language("pt"), "en", "Portuguese"),
        (Language("pt"), "pt", "português"),
        (Language("pt-BR"), "en", "Portuguese (Brazil)"),
        (Verbatim("10.000"), "pt", "10.000"),
        (Code("!help"), "pt", "!help"),
        ("word", "pt", "word"),
        (10000, "en", "10,000"),
        (0.5, "es", "0,5"),
        ((Language("en"), Language("es")), "pt", "inglês e espanhol"),
        ((Verbatim("a"), Verbatim("b"), Verbatim("c")), "en", "a, b, and c"),
        ((), "en", "–"),
        (_("Hello {name}", name=Verbatim("Ana")), "pt", "Olá, Ana"),
    ],
)
def test_a_value_is_written_as_the_readers_language_writes_it(value: Any, language: str, words: str) -> None:
    assert said(_("{value}", value=value), language) == words


@pytest.mark.parametrize(
    ("zone", "language", "words"),
    [
        ("UTC", "en", "22 Nov 2026, 19:30 UTC"),
        ("Europe/Madrid", "en", "22 Nov 2026, 20:30 UTC+1"),
        ("Europe/Madrid", "pt", "22/11/2026, 20:30 UTC+1"),
        ("America/St_Johns", "en", "22 Nov 2026, 16:00 UTC-3:30"),
        ("Asia/Kathmandu", "en", "23 Nov 2026, 01:15 UTC+5:45"),
        ("Europe/Istanbul", "tr", "22 Kas 2026 22:30 UTC+3"),
        ("Africa/Cairo", "ar", f"{FSI}22\u200f/11\u200f/2026، 21:30 UTC+2{PDI}"),
    ],
)
def test_a_moment_is_shown_in_24_hours_with_its_offset(zone: str, language: str, words: str) -> None:
    moment = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
    assert said(_("{at}", at=moment), language, zone) == words


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_the_day_stands_before_the_month_in_every_language(language: str) -> None:
    shown = said(_("{at}", at=datetime(2026, 5, 3, tzinfo=UTC)), language)
    assert re.match(r"\W*0?3\D", shown), shown


@pytest.mark.parametrize(("day", "words"), [(1, "1er mars 2026"), (2, "2 mars 2026"), (11, "11 mars 2026")])
def test_french_counts_the_first_day_of_a_month(day: int, words: str) -> None:
    assert said(_("{at}", at=datetime(2026, 3, day, tzinfo=UTC)), "fr") == f"{words}, 00:00 UTC"


def test_midnight_is_never_24_or_12() -> None:
    assert "00:05" in said(_("{at}", at=datetime(2026, 11, 22, 0, 5, tzinfo=UTC)))


@pytest.mark.parametrize("value", [True, None, {"a": 1}, object(), b"x"])
def test_a_value_of_no_known_kind_is_our_fault(value: object) -> None:
    with pytest.raises(TypeError):
        said(_("{value}", value=value))


def test_the_first_wanted_language_that_has_a_catalogue_is_chosen() -> None:
    assert CATALOGUES.choose("de", "pt-BR", "ar") == "pt"
    assert CATALOGUES.choose("PT_br") == "pt"
    assert CATALOGUES.choose(None, "", "de") == "en"
    assert CATALOGUES.choose("en-GB", "pt") == "en"


# Markup and direction


def test_html_escapes_the_values_and_the_catalogues_own_words() -> None:
    message = _("1 < 2 & {name}", name=Verbatim("<b onclick='x'>&amp;</b>"))
    assert marked_up(message) == "1 &lt; 2 &amp; &lt;b onclick='x'&gt;&amp;amp;&lt;/b&gt;"


def test_what_can_be_typed_is_set_as_code_and_escaped() -> None:
    assert marked_up(_("Type {it}", it=Code("!term a = <b>"))) == "Type <code>!term a = &lt;b&gt;</code>"


def test_a_sentence_within_a_sentence_is_escaped_once() -> None:
    inner = _("Hello {name}", name=Verbatim("A & B"))
    assert marked_up(_("{inner}!", inner=inner), "pt") == "Olá, A &amp; B!"


def test_names_in_a_list_are_escaped() -> None:
    assert marked_up(_("{all}", all=(Verbatim("<i>"), Verbatim("&")))) == "&lt;i&gt; and &amp;"


def test_a_line_break_is_one_in_html_too() -> None:
    assert marked_up(_("{text}", text=Verbatim("one\ntwo"))) == "one<br>two"


def test_a_right_to_left_value_is_isolated_in_a_left_to_right_sentence() -> None:
    assert said(_("Hello {name}!", name=Verbatim("مريم"))) == f"Hello {FSI}مريم{PDI}!"
    assert marked_up(_("Hello {name}!", name=Verbatim("מרים"))) == f"Hello {FSI}מרים{PDI}!"


def test_every_value_is_isolated_in_a_right_to_left_sentence() -> None:
    assert said(_("Hello {name}", name=Verbatim("Ana")), "ar") == f"مرحبا {FSI}Ana{PDI}"
    assert Plain("fa").value("Ana", Verbatim("Ana")) == isolate("Ana")


def test_a_left_to_right_value_in_a_left_to_right_sentence_is_left_alone() -> None:
    assert said(_("Hello {name}", name=Verbatim("Ana")), "pt") == "Olá, Ana"


def test_a_whole_is_not_isolated_but_each_of_its_parts() -> None:
    inner = _("Hello {name}", name=Verbatim("Ana"))
    assert said(_("Hello {name}", name=inner), "ar") == f"مرحبا مرحبا {FSI}Ana{PDI}"
    counted = _("Hello {name}", name=(Verbatim("12"), Verbatim("5 km")))
    assert said(counted, "ar") == marked_up(counted, "ar") == f"مرحبا {FSI}12{PDI} و{FSI}5 km{PDI}"


def test_an_item_from_right_to_left_does_not_turn_the_list_round() -> None:
    names = _("{all}", all=(Verbatim("مريم"), Verbatim("3"), Verbatim("Ana")))
    assert said(names) == marked_up(names) == f"{FSI}مريم{PDI}, 3, and Ana"


def test_items_of_a_list_that_can_be_typed_are_set_as_code() -> None:
    assert marked_up(_("{all}", all=AnyOf((Code("ver"), Code("ir <a>")))), "es") == (
        "<code>ver</code> o <code>ir &lt;a&gt;</code>"
    )
    assert marked_up(_("{all}", all=(Code("ver"), Code("ir"))), "es") == "<code>ver</code> e <code>ir</code>"


@pytest.mark.parametrize("language", ["en", "ar", "de", "el", "es", "fr", "it", "pl", "pt", "ro", "tr", "uk"])
@pytest.mark.parametrize("together", [tuple, AnyOf])
def test_a_word_to_type_stands_alone_in_a_list(language: str, together: Any) -> None:
    words = ("xx", "yy", "zz")
    for count in (2, 3):
        text = said(_("{all}", all=together(tuple(Code(word) for word in words[:count]))), language)
        shown = [word.strip(f",،{FSI}{PDI}") for word in text.split()]
        assert set(words[:count]) <= set(shown)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("!هوية تأكيد @ana:example.org", f"!هوية تأكيد {LRI}@ana:example.org{PDI}"),
        ("!لغة pt أقرأ:en,es", f"!لغة {LRI}pt{PDI} أقرأ:{LRI}en,es{PDI}"),
        ("!حادث من:@ana:example.org", f"!حادث من:{LRI}@ana:example.org{PDI}"),
        ("!لغة [LANG] [أقرأ:LANGS]", f"!لغة [{LRI}LANG{PDI}] [أقرأ:{LRI}LANGS{PDI}]"),
        ("!توقيت 2026-11-25 14:30", f"!توقيت {LRI}2026-11-25{PDI} {LRI}14:30{PDI}"),
        ("!مصطلح Zug = قطار", f"!مصطلح {LRI}Zug{PDI} = قطار"),
    ],
)
def test_what_is_typed_from_left_to_right_is_isolated_in_a_command_from_right_to_left(command: str, shown: str) -> None:
    for value in (Code(command), Typed((command,))):
        assert said(_("{it}", it=value)) == f"{FSI}{shown}{PDI}"
        assert marked_up(_("{it}", it=value), "ar") == f"<code>{FSI}{shown}{PDI}</code>"


def test_a_command_without_letters_from_right_to_left_has_no_marks_within() -> None:
    assert said(_("{it}", it=Code("!identity confirm @ana:example.org")), "ar") == (
        f"{FSI}!identity confirm @ana:example.org{PDI}"
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (f"Ana{PDI}", "Ana"),
        (f"{PDI}{PDI}Ana{RLI}", f"Ana{RLI}{PDI}"),
        (f"{LRI}Ana{PDI}{PDI} {FSI}b", f"{LRI}Ana{PDI} {FSI}b{PDI}"),
        ("\u202eanA", "\u202eanA"),
        ("\u200fAna", "\u200fAna"),
    ],
)
def test_no_name_turns_the_rest_of_a_sentence_round(name: str, shown: str) -> None:
    assert said(_("Hello {name}!", name=Verbatim(name))) == f"Hello {FSI}{shown}{PDI}!"
    assert said(_("Hello {name}", name=Verbatim(name)), "ar") == f"مرحبا {FSI}{shown}{PDI}"


def test_each_line_has_its_own_isolate() -> None:
    assert isolate("one\n\ntwo") == f"{FSI}one{PDI}\n\n{FSI}two{PDI}"
    assert isolate("A وب", "ar-EG") == f"{RLI}A وب{PDI}"
    assert isolate("A وب", "en") == f"{FSI}A وب{PDI}"
    assert marked_up(_("{it}", it=Verbatim("one\ntwo")), "ar") == f"{FSI}one{PDI}<br>{FSI}two{PDI}"


# JSON

WORDS = st.text(max_size=20)
NAMES = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]))
SIMPLE = st.one_of(
    WORDS,
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    MOMENTS,
    WORDS.map(Language),
    WORDS.map(Verbatim),
    WORDS.map(Code),
)


def _message(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Message]:
    """Return messages of the shapes that `_`, `_n` and `_c` make."""
    optional = st.none() | WORDS.filter(bool)
    return st.builds(Message, WORDS, st.dictionaries(NAMES, values, max_size=3), optional, optional)


MESSAGES = _message(
    st.recursive(SIMPLE, lambda inner: st.lists(inner, max_size=3).map(tuple) | _message(inner), max_leaves=6)
)


@given(MESSAGES)
def test_a_message_is_the_same_after_a_journey_through_json(message: Message) -> None:
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


def test_a_moment_keeps_its_offset_through_json() -> None:
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert from_json(to_json(_("{at}", at=moment))).values["at"].utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("value", [None, object(), {"a": 1}, True])
def test_what_a_sentence_cannot_hold_is_refused_when_it_is_kept(value: object) -> None:
    with pytest.raises(TypeError):
        to_json(_("{value}", value=value))


def test_a_command_to_be_typed_is_in_the_readers_own_words() -> None:
    catalogues = Catalogues({"pt": compiled("pt", 'msgctxt "noun"\nmsgid "language"\nmsgstr "idioma|língua"')})
    message = _("Type {line}", line=Typed(("!", _c("noun", "language"), " pt")))
    assert catalogues.text(message, "pt") == "Type !idioma pt"
    assert catalogues.text(message, "en", markup=Html("en")) == "Type <code>!language pt</code>"
    assert from_json(to_json(message)) == message


@pytest.mark.parametrize(
    ("language", "values", "text"),
    [
        ("es", ("es", "en"), "español e inglés"),
        ("es", ("fr", "it"), "francés e italiano"),
        ("es", ("en", "es"), "inglés y español"),
        ("pt", ("pl", "cs"), "polaco e checo"),
        ("en", ("pl", "cs"), "Polish and Czech"),
    ],
)
def test_lists_of_languages_are_written_as_officers_write_them(
    language: str, values: tuple[str, ...], text: str
) -> None:
    languages = tuple(Language(code) for code in values)
    assert Catalogues({}).value(languages, language, "UTC") == text


@pytest.mark.parametrize(
    ("language", "text"), [("en", "a, b, or c"), ("pt", "a, b ou c"), ("es", "a, b o c"), ("de", "a, b oder c")]
)
def test_one_of_several_is_meant(language: str, text: str) -> None:
    assert Catalogues({}).value(AnyOf((Code("a"), Code("b"), Code("c"))), language, "UTC") == text
    assert from_json(to_json(AnyOf((Code("a"),)))) == AnyOf((Code("a"),))


def test_one_hour_and_one_minute_are_no_plural_in_portuguese() -> None:
    lengths = [timedelta(minutes=minutes) for minutes in (1, 60, 61, 121, 1440)]
    said = [lasting(length, "pt") for length in lengths]
    assert said == ["1 minuto", "1 hora", "1 hora e 1 minuto", "2 h e 1 minuto", "1 dia"], said
    assert [lasting(length, "en") for length in lengths[:2]] == ["1 min", "1 hr"]
