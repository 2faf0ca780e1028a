"""Words to typed values: the grammar of contract.md, "Commands in a room"."""

from __future__ import annotations

import contextlib
import io
import time
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from gettext import GNUTranslations
from typing import Annotated, Any, Literal

import pytest
from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.arguments import LONGEST, Index, Pill, Reader, Vocabulary, key, names_of
from bot.arguments.kinds import KINDS, Asked
from bot.arguments.languages import OWN_NAMES
from bot.command import Arg, Command, Context, Option, Range, Reply, command
from bot.errors import ErrorCode, UserError
from bot.i18n import INTERFACE_LANGUAGES, Catalogues, Code, _
from bot.model.person import LanguageCode, UserId, Zone
from bot.model.reference import Ref
from bot.model.times import Aim
from commands import COMMANDS
from commands.words import WORDS


class Severity(StrEnum):
    LOW = "low"
    HIGH = "high"
    VERY_HIGH = "very_high"


@command("incident declare", summary=_("Declare"))
async def declare(
    ctx: Context,
    title: Annotated[str, Arg(_("One line that says what is happening"), rest=True)],
    severity: Annotated[Severity, Option(_("How bad it is"))] = Severity.LOW,
    at: Annotated[str | None, Option(_("Where"))] = None,
) -> Reply:
    return Reply()


@command("language", summary=_("Language"))
async def language(
    ctx: Context,
    wanted: Annotated[LanguageCode | Literal["auto"] | None, Arg(_("A language"))] = None,
    reads: Annotated[tuple[LanguageCode, ...] | None, Option(_("Others"))] = None,
) -> Reply:
    return Reply()


@command("timezone", summary=_("Zone"))
async def timezone(ctx: Context, zone: Annotated[Zone, Arg(_("A zone"))]) -> Reply:
    return Reply()


@command("handover item", summary=_("Item"))
async def item(
    ctx: Context,
    number: Annotated[int, Range(1, 20), Arg(_("Which item"))],
    to: Annotated[UserId | None, Arg(_("Who"))] = None,
    count: Annotated[int | None, Option(_("How many"))] = None,
) -> Reply:
    return Reply()


@command("mislaid", summary=_("Lost"))
async def lost(ctx: Context, who: Annotated[tuple[UserId, ...], Arg(_("Who"))]) -> Reply:
    return Reply()


@command("task due", summary=_("Due"))
async def due(
    ctx: Context,
    at: Annotated[datetime, Arg(_("When"))],
    since: Annotated[datetime | None, Aim.BEHIND, Option(_("Since when"))] = None,
) -> Reply:
    return Reply()


TABLE = (declare, language, timezone, item, lost, due)

PO = {
    "pt": {
        ("option", "severity"): "gravidade",
        ("option", "reads"): "lê|le-tambem",
        ("value", "high"): "alta",
        ("value", "very_high"): "muito alta",
        ("value", "low"): "baixa",
        ("value", "auto"): "automático",
        ("noun", "language"): "idioma|língua",
    },
    "tr": {("value", "high"): "KRİTİK", ("option", "severity"): "ciddiyet", ("noun", "incident"): "olay"},
    "el": {("option", "severity"): "σοβαρότης", ("value", "high"): "Υψηλή"},
    "fr": {("option", "severity"): "gravité"},
}


def catalogues(names: dict[str, dict[tuple[str, str], str]] | None = None) -> Catalogues:
    """Return catalogues that hold only *names* of nouns, verbs, options and values."""
    found = {}
    for code, entries in (PO if names is None else names).items():
        blocks = [f'msgctxt "{c}"\nmsgid "{i}"\nmsgstr "{s}"\n' for (c, i), s in entries.items()]
        header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        compiled = io.BytesIO()
        write_mo(compiled, read_po(io.BytesIO((header + "\n".join(blocks)).encode()), locale=code))
        compiled.seek(0)
        found[code] = GNUTranslations(compiled)
    return Catalogues(found)


CATALOGUES = catalogues()
READERS = {code: Reader(code, TABLE, Vocabulary(CATALOGUES)) for code in CATALOGUES.languages}


def read(command: Command, text: str, language: str = "en", pills: tuple[Pill, ...] = ()) -> dict[str, Any]:
    reader = READERS[CATALOGUES.choose(language)]
    return reader.read(command, text, 0, language, pills)


def faults(command: Command, text: str, language: str = "en", pills: tuple[Pill, ...] = ()) -> list[str]:
    with pytest.raises(UserError) as caught:
        read(command, text, language, pills)
    assert caught.value.code is ErrorCode.BAD_ARGUMENT
    *sentences, usage = [CATALOGUES.text(m, "en") for m in caught.value.messages]
    assert usage.startswith("Write it like this: !")
    return sentences


HIGH = {"severity": Severity.HIGH}
GUESS = "Did you mean high?"
NOBODY = "is not a person I can find. Mention the person, or write an id such as @ana:example.org."
BY_CODE = "Write its name, or its code such as pt."
CHOICES = "You can choose low, high, or very_high."


@pytest.mark.parametrize(
    ("text", "title", "options"),
    [
        ("Truck stopped", "Truck stopped", {}),
        ("Truck stopped severity:high", "Truck stopped", HIGH),
        ("Truck stopped severity=high", "Truck stopped", HIGH),
        ("Truck stopped --severity high", "Truck stopped", HIGH),
        ("Truck stopped --severity=high", "Truck stopped", HIGH),
        ("Truck stopped —severity high", "Truck stopped", HIGH),
        ("Truck stopped –severity high", "Truck stopped", HIGH),
        ("Truck stopped severity: high", "Truck stopped", HIGH),
        ("Truck stopped Severity:HIGH", "Truck stopped", HIGH),
        ("Truck stopped ｓeverity：ｈigh", "Truck stopped", HIGH),
        ("severity:high Truck stopped", "Truck stopped", HIGH),
        ("Truck severity:high at the gate", "Truck at the gate", HIGH),
        ("Truck  stopped,\nNOW  severity:high  twice", "Truck  stopped,\nNOW  twice", HIGH),
        ("One\nseverity:high two", "One\ntwo", HIGH),
        ('Truck severity:"very high"', "Truck", {"severity": Severity.VERY_HIGH}),
        ("Truck severity:very-high", "Truck", {"severity": Severity.VERY_HIGH}),
        ("Truck severity:very—high", "Truck", {"severity": Severity.VERY_HIGH}),
        ("Truck at:“Gate 4” moving", "Truck moving", {"at": "Gate 4"}),
        ("Truck at:„Tor 4“ moving", "Truck moving", {"at": "Tor 4"}),
        ("Truck at:«Porte 4» moving", "Truck moving", {"at": "Porte 4"}),
        ("Truck at:‘Gate 4’ moving", "Truck moving", {"at": "Gate 4"}),
        ("“never closed severity:high", "“never closed", HIGH),
        ("Truck at:'gate isn't open' moving", "Truck moving", {"at": "gate isn't open"}),
        ("Truck at:14:30", "Truck", {"at": "14:30"}),
        ("Truck \u200fseverity:high\u200f", "Truck", HIGH),
        ("Truck\u00a0severity:high", "Truck", HIGH),
    ],
)
def test_options_are_taken_out_of_the_text(text: str, title: str, options: dict[str, Any]) -> None:
    expected = {"title": title, "severity": Severity.LOW, "at": None, **options}
    assert read(declare, text) == expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("he said: stop", "he said: stop"),
        ("at14:30 see https://example.org/?severity=1", "at14:30 see https://example.org/?severity=1"),
        ("--unknown high", "--unknown high"),
        ("-- severity:high", "severity:high"),
        ("— severity:high", "severity:high"),
        ("-- severity_x:high", "severity_x:high"),
        ("a severity_x:high b", "a severity_x:high b"),
        ("gravidade:alta Truck", "gravidade:alta Truck"),
        ("severity:low grade:high Truck", "grade:high Truck"),
        ("note:well Truck", "note:well Truck"),
        ("2:high Truck", "2:high Truck"),
        ("Truck -- severity:high", "Truck -- severity:high"),
        ('He wrote "severity:high" there', 'He wrote "severity:high" there'),
        ("He wrote “all severity:high”, then left", "He wrote “all severity:high”, then left"),
        ('"Truck stopped at 14:30"', "Truck stopped at 14:30"),
        ("“Truck stopped”", "Truck stopped"),
        ("the officers' car isn't here", "the officers' car isn't here"),
        ("l’officier n’est pas là", "l’officier n’est pas là"),
        ('5" pipe "never closed', '5" pipe "never closed'),
        ("“never closed", "“never closed"),
        ("Anabela left", "Anabela left"),
        ("  Spaces   KEPT … !  ", "Spaces   KEPT … !"),
        ("Truck — driver fled", "Truck — driver fled"),
    ],
)
def test_everything_else_is_text(text: str, title: str) -> None:
    assert read(declare, text) == {"title": title, "severity": Severity.LOW, "at": None}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("sevrity:2 Truck", "sevrity:2"),
        ("sevrity: Truck", "sevrity:"),
        ("--sevrity high Truck", "--sevrity"),
        ("grade:high Truck", "grade:high"),
        ("Truck stopped grade:high", "grade:high"),
        ("gravidade:high Truck", "gravidade:high"),
    ],
)
def test_a_mistyped_option_at_either_end_of_a_text_is_a_fault(text: str, word: str) -> None:
    expected = f"I do not know what to do with “{word}”. Did you mean severity:low|high|very_high?"
    assert faults(declare, text) == [expected]


def test_a_dash_within_text_does_not_hide_an_option() -> None:
    assert read(declare, "Truck — driver fled severity:high")["severity"] is Severity.HIGH


def test_an_apostrophe_is_no_quote() -> None:
    found = read(declare, "officers' car severity:high drivers' side")
    assert found["title"] == "officers' car drivers' side"
    assert found["severity"] is Severity.HIGH


@pytest.mark.parametrize(
    ("language", "text", "severity"),
    [
        ("pt", "Camião gravidade:alta", Severity.HIGH),
        ("pt", "Camião GRAVIDADE:ALTA", Severity.HIGH),
        ("pt", "Camião gravidade:muito-alta", Severity.VERY_HIGH),
        ("pt", 'Camião gravidade:"muito alta"', Severity.VERY_HIGH),
        ("pt", "Camião severity:high", Severity.HIGH),
        ("tr", "Kamyon ciddiyet:kritik", Severity.HIGH),
        ("tr", "Kamyon CİDDİYET:KRİTİK", Severity.HIGH),
        ("tr", "Kamyon CIDDIYET:KRITIK", Severity.HIGH),
        ("tr", "Kamyon SEVERITY:HIGH", Severity.HIGH),
        ("tr", "Kamyon severıty:hıgh", Severity.HIGH),
        ("el", "Φορτηγό σοβαρότης:υψηλή", Severity.HIGH),
        ("el", "Φορτηγό ΣΟΒΑΡΟΤΗΣ:ΥΨΗΛΗ", Severity.HIGH),
        ("fr", "Camion gravité\u202f: high", Severity.HIGH),
        ("fr", "Camion gravite\u00a0:high", Severity.HIGH),
    ],
)
def test_names_of_the_persons_language(language: str, text: str, severity: Severity) -> None:
    found = read(declare, text, language)
    assert found["severity"] is severity
    assert " " not in found["title"]


def test_only_the_persons_language_and_english() -> None:
    assert read(declare, "Truck gravidade:alta", "el")["title"] == "Truck gravidade:alta"


@pytest.mark.parametrize(
    ("text", "reader", "expected"),
    [
        ("pt", "en", "pt"),
        ("PT-br", "en", "pt-BR"),
        ("pt_BR", "en", "pt-BR"),
        ("zh-hant", "en", "zh-Hant"),
        ("zh-TW", "en", "zh-TW"),
        ("por", "en", "pt"),
        ("português", "en", "pt"),
        ("portugues", "en", "pt"),
        ("Portuguese", "tr", "pt"),
        ("portugués", "es", "pt"),
        ("PORTUGUÊS", "el", "pt"),
        ("Πορτογαλικά", "el", "pt"),
        ("ΠΟΡΤΟΓΑΛΙΚΑ", "el", "pt"),
        ("Brazilian Portuguese", "en", "pt-BR"),
        ('"Brazilian Portuguese"', "en", "pt-BR"),
        ("العربية", "en", "ar"),
        ("auto", "pt", "auto"),
        ("AUTOMATICO", "pt", "auto"),
        ("", "en", None),
    ],
)
def test_languages(text: str, reader: str, expected: str | None) -> None:
    assert read(language, text, reader) == {"wanted": expected, "reads": None}


@pytest.mark.parametrize(
    "text",
    ["reads:en,es", 'reads:"en, es"', "reads:en, es", "reads:English,español", "--reads en,es,",
     "reads:en،es", "reads:en، es", "reads:\u2067en، \u2066es\u2069\u2069", "reads:en; es", "reads:en؛ es"],
)  # fmt: skip
def test_several_languages(text: str) -> None:
    assert read(language, f"pt {text}") == {"wanted": "pt", "reads": ("en", "es")}
    assert read(language, f"{text} pt" if not text.endswith(",") else f"pt {text}")["wanted"] == "pt"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Europe/Lisbon", "Europe/Lisbon"),
        ("europe/lisbon", "Europe/Lisbon"),
        ("EUROPE/LİSBON", "Europe/Lisbon"),
        ("America/New York", "America/New_York"),
        ("america/new_york", "America/New_York"),
        ("utc", "UTC"),
        ("Etc/GMT+3", "Etc/GMT+3"),
        ("Etc/GMT-3", "Etc/GMT-3"),
    ],
)
def test_zones(text: str, expected: str) -> None:
    assert read(timezone, text) == {"zone": expected}


@pytest.mark.parametrize(
    ("text", "reader", "guess"),
    [
        ("Europe/Lisbn", "en", "Europe/Lisbon"),
        ("Lisboa", "pt", "Europe/Lisbon"),
        ("Athens", "en", "Europe/Athens"),
    ],
)
def test_a_zone_is_guessed(text: str, reader: str, guess: str) -> None:
    assert faults(timezone, text, reader) == [f"I do not know the time zone “{text}”. Did you mean {guess}?"]


@pytest.mark.parametrize(
    "text",
    [
        "@ana:example.org",
        "https://matrix.to/#/@ana:example.org",
        "https://matrix.to/#/%40ana%3Aexample.org?via=example.org",
        "[Ana Silva](https://matrix.to/#/@ana:example.org)",
        "matrix:u/ana:example.org",
        "“@ana:example.org”",
    ],
)
def test_a_person(text: str) -> None:
    assert read(item, f"3 {text}")["to"] == "@ana:example.org"


def test_a_person_as_a_pill_and_the_text_as_it_was_typed() -> None:
    pills = (Pill("Ana", "@other:example.org"), Pill("Ana Silva", "@ana:example.org"))
    assert read(item, "3 Ana Silva", pills=pills)["to"] == "@ana:example.org"
    assert read(lost, "Ana Silva, Ana", pills=pills)["who"] == ("@ana:example.org", "@other:example.org")
    assert read(declare, "Ana Silva severity:high left", pills=pills)["title"] == "Ana Silva left"
    assert read(declare, "Ana Silva", pills=pills)["title"] == "Ana Silva"


def test_a_mention_ends_where_the_word_ends() -> None:
    assert "Anabela" in faults(item, "3 Anabela", pills=(Pill("Ana", "@ana:example.org"),))[0]


@pytest.mark.parametrize("code", ["pt-QQ", "pt-999", "pt-001", "en-EU", "und", "tlh", "root", "en-us-posix", "c"])
def test_a_code_that_cannot_be_shown_to_a_reader_is_no_language(code: str) -> None:
    assert faults(language, code)[0].startswith(f"I do not know the language “{code}”.")


def test_a_mention_is_never_an_option() -> None:
    pills = (Pill("severity:high", "@ana:example.org"),)
    found = read(declare, "Truck severity:high", pills=pills)
    assert (found["title"], found["severity"]) == ("Truck severity:high", Severity.LOW)


def test_a_user_id_has_255_characters_at_most() -> None:
    longest = "@" + "a" * 242 + ":example.org"
    assert len(longest) == 255
    assert read(item, f"3 {longest}")["to"] == longest
    assert "is not a person" in faults(item, f"3 @a{longest[1:]}")[0]


@pytest.mark.parametrize("text", ["3", "+3", "３", "03", "٣", "\u200e3"])
def test_a_whole_number(text: str) -> None:
    assert read(item, text)["number"] == 3


@pytest.mark.parametrize(
    ("command", "text", "expected"),
    [
        (item, "0", ["NUMBER must be from 1 to 20."]),
        (item, "-1", ["NUMBER must be from 1 to 20."]),
        (item, "−1", ["NUMBER must be from 1 to 20."]),
        (item, "9" * 90, ["NUMBER must be from 1 to 20."]),
        (item, "3 count:" + "9" * 30, ["count must be 10,000,000,000,000,000 or less."]),
        (item, "0" * 3000 + "5", [f"NUMBER needs a whole number. “{'0' * 59}…” is not one."]),
        (item, "three", ["NUMBER needs a whole number. “three” is not one."]),
        (item, "", ["NUMBER is missing: Which item."]),
        (item, "3 ana", ["“ana” " + NOBODY]),
        (item, "3 @a:b.c more", ["I do not know what to do with “more”."]),
        (item, "3 cuont:4", ["“cuont:4” " + NOBODY]),
        (item, "3 @a:b.c cuont:4", ["I do not know what to do with “cuont:4”. Did you mean count:NUMBER?"]),
        (declare, "", ["TITLE is missing: One line that says what is happening."]),
        (declare, '""', ["TITLE is empty."]),
        (declare, "severity:high", ["TITLE is missing: One line that says what is happening."]),
        (declare, "Truck severity:", ["The option severity has no value."]),
        (declare, "Truck severity:\nhigh", ["The option severity has no value."]),
        (declare, "Truck severity: at:gate", ["The option severity has no value."]),
        (declare, "Truck severity:low severity:high", ["The option severity is given more than once."]),
        (declare, "Truck severity:hihg", ["“hihg” is not one of the choices for severity. " + GUESS]),
        (declare, "Truck severity:x", ["“x” is not one of the choices for severity. " + CHOICES]),
        (language, "pt en", ["I do not know what to do with “en”."]),
        (language, "klingonisch", ["I do not know the language “klingonisch”. " + BY_CODE]),
        (language, "portuguse", ["I do not know the language “portuguse”. Did you mean Portuguese (pt)?"]),
        (language, "pt-QQ", ["I do not know the language “pt-QQ”. " + BY_CODE]),
        (language, "reads:,", ["reads is empty."]),
        (language, "reads:" + ",".join("abcdefghijklmnopqrstu"), ["reads takes 20 values at most."]),
        (lost, "x,@a:b", ["“x” " + NOBODY]),
    ],
)  # fmt: skip
def test_faults(command: Command, text: str, expected: list[str]) -> None:
    assert faults(command, text) == expected


def test_all_faults_at_once() -> None:
    assert faults(language, "klingonisch reads:xx,enlish reads:pt") == [
        "The option reads is given more than once.",
        "I do not know the language “klingonisch”. " + BY_CODE,
        "I do not know the language “xx”. " + BY_CODE,
        "I do not know the language “enlish”. Did you mean English (en)?",
    ]


@pytest.mark.parametrize(
    ("command", "language", "usage"),
    [
        (language, "en", "language [LANG|auto] [reads:LANGS]"),
        (language, "pt", "idioma [LANG|automático] [lê:LANGS]"),
        (declare, "en", "incident declare TITLE [severity:low|high|very_high] [at:AT]"),
        (declare, "pt", "incident declare TITLE [gravidade:baixa|alta|muito-alta] [at:AT]"),
        (item, "en", "handover item NUMBER [@PERSON] [count:NUMBER]"),
    ],
)
def test_the_usage_line(command: Command, language: str, usage: str) -> None:
    assert READERS[language].usage(command) == usage


def test_two_names_that_collide_are_refused() -> None:
    for names in (
        {("option", "severity"): "onde", ("option", "at"): "ONDE"},
        {("option", "severity"): "at"},
        {("value", "high"): "alta|baixa", ("value", "low"): "baixa"},
    ):
        with pytest.raises(ValueError, match="stands for"):
            Reader("pt", TABLE, Vocabulary(catalogues({"pt": names})))


def test_a_type_that_nothing_reads_is_refused() -> None:
    @command("x", summary=_("X"))
    async def strange(ctx: Context, what: Annotated[float, Arg(_("What"))]) -> Reply:
        return Reply()

    with pytest.raises(TypeError, match="nothing reads"):
        Reader("en", [strange], Vocabulary(CATALOGUES))


def test_an_accent_that_alone_tells_two_names_apart_must_be_typed() -> None:
    index = Index([("año", 1), ("ano", 2), ("días", 3)])
    assert [index.find(word) for word in ("año", "AÑO", "ano", "dias", "DÍAS", "x")] == [1, 1, 2, 3, 3, None]
    both_marked = Index([("pá", 1), ("pà", 2)])
    assert both_marked.find("pa") is None


@pytest.mark.parametrize(
    "text", ["@a:x.org, @b:x.org", "@a:x.org، @b:x.org", "@a:x.org ؛ @b:x.org", "@a:x.org @b:x.org"]
)
def test_several_people(text: str) -> None:
    assert read(lost, text)["who"] == ("@a:x.org", "@b:x.org")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("حالة", "حاله"),
        ("هويه", "هوية"),
        ("أصلي", "اصلى"),
        ("إظهار", "اظهار"),
        ("آخر", "اخر"),
        ("تأكيد", "تاكيد"),
        ("مساعدة", "مســاعـدة"),
        ("مساعدة", "مُسَاعَدَة"),
        ("لغة", "ﻟﻐﺔ"),
        ("تلقائي", "تلقائی"),
        ("كتابة", "کتابه"),
    ],
)
def test_arabic_is_found_as_people_type_it(name: str, typed: str) -> None:
    assert Index([(name, 1), ("عرض", 2)]).find(typed) == 1


def test_arabic_letters_that_alone_tell_two_names_apart_must_be_typed() -> None:
    index = Index([("على", 1), ("علي", 2), ("علم", 3)])
    assert [index.find(word) for word in ("على", "علي", "علـى", "علی", "علم")] == [1, 2, 1, None, 3]
    with pytest.raises(ValueError, match="stands for"):
        Index([("عرض", 1), ("عـرض", 2)])


def test_vowel_signs_of_bengali_are_letters() -> None:
    assert Index([("নাম", 1)]).find("নম") is None
    assert key("\u200fİPTAL\u00a0") == "iptal"


def test_own_names_of_languages_are_what_babel_says() -> None:
    assert {code: Locale.parse(code).languages[code] for code in OWN_NAMES} == OWN_NAMES


def test_a_language_is_known_by_its_name_in_every_interface_language() -> None:
    asked = Asked(Code("LANG"), Vocabulary(Catalogues.load()), "en", "en")
    names = {(named, Locale(of).languages[named]) for of in INTERFACE_LANGUAGES for named in INTERFACE_LANGUAGES}
    assert {(KINDS[LanguageCode].read(name, asked), name) for _named, name in names} == names


NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FORENOON = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def timed(text: str, sent: datetime = NOON) -> dict[str, Any]:
    return READERS["en"].read(due, text, 0, "en", (), "Europe/Lisbon", NOON, sent)


def test_a_time_is_one_of_the_person_who_writes_it() -> None:
    assert timed("tomorrow 14:30 since:09:30") == {
        "at": datetime(2026, 11, 23, 14, 30, tzinfo=UTC), "since": FORENOON,
    }  # fmt: skip
    assert timed("in 2h", NOON - timedelta(minutes=1))["at"] == datetime(2026, 11, 22, 13, 59, tzinfo=UTC)
    assert timed("in 2h", NOON - timedelta(minutes=3))["at"] == datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2026-11-22 11:00", "is past"),
        ("14:30 since:2026-11-23T10:00", "is still to come"),
        ("tomorrow", "does not say the time of day"),
        ("25:00", "does not exist"),
        ("soon", "I do not understand “soon” as a time"),
    ],
)
def test_what_is_no_time_is_said(text: str, fault: str) -> None:
    with pytest.raises(UserError) as caught:
        timed(text)
    assert fault in CATALOGUES.text(caught.value.messages[0], "en")


def test_every_declared_name_is_listed_for_the_catalogues() -> None:
    listed = {(word.context, word.text) for word in WORDS}
    assert sorted(names_of(COMMANDS) - names_of([]) - listed - TYPES) == []
    assert ("noun", "mislaid") in names_of(TABLE) - listed


TYPES = {
    ("placeholder", text)
    for text in ("LANG", "LANGS", "ZONE", "ZONES", "NUMBER", "NUMBERS", "@PERSON", "@PERSONS", "ROOM", "TIME", "LENGTH")
}

PIECES = st.sampled_from(
    ["severity", ":", "=", "--", "—", " ", "\n", '"', "“", "”", "'", "’", "«", "»", ",", "high",
     "reads", "pt", "@a:b",
     "[", "](https://matrix.to/#/", ")", "\u200f", "\u00a0", "İ", "ς", "٣", "Ana", "\ud83d\ude00", "0", "-"]
)  # fmt: skip
SIGNS = ":=：＝-‐‑‒–—―−\"'“”„«»‹›‘’‚["
LINES = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=80).map("".join))


@settings(max_examples=300, deadline=None)
@given(text=LINES, command=st.sampled_from(TABLE), language=st.sampled_from(["en", "pt", "tr", "el", "bn", "x"]))
def test_nothing_but_a_user_error_is_raised(text: str, command: Command, language: str) -> None:
    began = time.thread_time()
    try:
        found = read(command, text, language, (Pill("Ana", "@ana:example.org"),))
    except UserError as error:
        for message in error.messages:
            CATALOGUES.text(message, "pt")
    else:
        assert set(found) == {parameter.name for parameter in command.parameters}
    assert time.thread_time() - began < 0.5


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_characters=SIGNS, exclude_categories=["Cs"])))
def test_text_without_options_stays_as_it_was_typed(text: str) -> None:
    if text.strip() == "" or not any(c.isalnum() for c in text):
        return
    found = read(declare, text)["title"]
    assert found in text
    assert key(found) == key(text)


@pytest.mark.parametrize(
    "unit",
    ['"a ', "“", "“a “b ", "severity: ", "severity:", "--", "-- ", "—", "'a' ", "a", " ", "\u200f", "\u00a0:",
     "reads:x,",
     "[a](", "@a:b ", "0", "x,", "Ana ", "reads:\"", "İ", "ﷺ", "severity:high ", "pt "],
)  # fmt: skip
@pytest.mark.parametrize("command", TABLE)
def test_a_hostile_line_is_read_in_no_time(unit: str, command: Command) -> None:
    pills = tuple(Pill("Ana" + "a" * i, f"@a{i}:b") for i in range(20))
    line = (unit * LONGEST)[:LONGEST]
    best = min(_seconds(command, line, pills) for _i in range(3))
    assert best < 0.05


def _seconds(command: Command, line: str, pills: tuple[Pill, ...]) -> float:
    began = time.thread_time()
    with contextlib.suppress(UserError):
        read(command, line, pills=pills)
    return time.thread_time() - began


@command("incident decide", summary=_("Decide"))
async def decide(
    ctx: Context,
    text: Annotated[str, Arg(_("What"), rest=True)] = "",
    rationale: Annotated[str | None, Option(_("Why"), rest=True)] = None,
    dissent: Annotated[str | None, Option(_("Who not"), rest=True)] = None,
) -> Reply:
    return Reply()


@pytest.mark.parametrize(
    ("line", "text", "rationale", "dissent"),
    [
        ("close it rationale: fog, 14:30 now dissent: Kate: no", "close it", "fog, 14:30 now", "Kate: no"),
        ("close it\nrationale: fog\nand dark\ndissent: none", "close it", "fog\nand dark", "none"),
        ("rationale: fog -- close it", "close it", "fog", None),
        ('rationale: "fog" close it', "close it", "fog", None),
        ('close rationale: he said "rationale: x" and left', "close", 'he said "rationale: x" and left', None),
    ],
)
def test_a_running_option_goes_on_to_the_next_one(line: str, text: str, rationale: str, dissent: str | None) -> None:
    reader = Reader("en", [decide], Vocabulary(Catalogues({})))
    assert reader.read(decide, line) == {"text": text, "rationale": rationale, "dissent": dissent}


def test_what_shows_how_to_write_it_is_not_followed_by_the_same() -> None:
    with pytest.raises(UserError) as caught:
        READERS["en"].read(due, "soonish")
    assert [CATALOGUES.text(m, "en").count("Write it like this") for m in caught.value.messages] == [1]


@command("hand over", summary=_("Hand over"))
async def give(
    ctx: Context,
    ref: Annotated[str, Arg(_("Which"))],
    to: Annotated[Literal["to"], Arg(_("A particle"))],
    agency: Annotated[str, Arg(_("Whom"))],
    severity: Annotated[Severity, Arg(_("How bad it is"))],
    why: Annotated[str | None, Arg(_("Why"), rest=True)] = None,
) -> Reply:
    return Reply()


@command("same", summary=_("Same"))
async def same(
    ctx: Context,
    ref: Annotated[str, Arg(_("Which"))],
    of: Annotated[Ref, Option(_("Of which"))],
) -> Reply:
    return Reply()


SMALL = {code: Reader(code, (give, same), Vocabulary(CATALOGUES)) for code in CATALOGUES.languages}


@pytest.mark.parametrize("text", ["A to B high", "A B high", "A TO B HIGH"])
def test_a_particle_may_be_left_out(text: str) -> None:
    given = {"ref": "A", "to": "to", "agency": "B", "severity": Severity.HIGH, "why": None}
    assert SMALL["en"].read(give, text) == given


def test_where_what_follows_a_particle_is_missing_the_error_is_about_that() -> None:
    with pytest.raises(UserError) as caught:
        SMALL["en"].read(give, "A")
    said = [CATALOGUES.text(m, "en") for m in caught.value.messages]
    assert said == [
        "AGENCY is missing: Whom.",
        "low|high|very_high is missing: How bad it is.",
        "Write it like this: !hand over REF to AGENCY low|high|very_high [WHY]",
    ]


@pytest.mark.parametrize(
    ("language", "text", "why"),
    [
        ("en", "A to B very high", None),
        ("en", "A B very high as people are in the water", "as people are in the water"),
        ("en", "A B very_high x", "x"),
        ("pt", "A B muito alta porque há pessoas", "porque há pessoas"),
        ("pt", "A B Muito-alta", None),
    ],
)
def test_a_choice_of_several_words_is_read_as_its_words(language: str, text: str, why: str | None) -> None:
    found = SMALL[language].read(give, text, own=language)
    assert (found["severity"], found["why"]) == (Severity.VERY_HIGH, why)


def test_quoted_words_are_not_joined_to_a_choice() -> None:
    with pytest.raises(UserError):
        SMALL["en"].read(give, 'A B "very" high')


@pytest.mark.parametrize("text", ["A of:{}", "A {}", "A of {}", "of:{} A"])
def test_an_option_that_must_be_there_takes_the_word_that_is_left(text: str) -> None:
    assert SMALL["en"].read(same, text.format("BRAVO-7K3Q0")) == {"ref": "A", "of": "BRAVO-7K3Q0"}


@pytest.mark.parametrize("text", ["A", "A of", "A BRAVO-7K3Q0 C", "A of:B C", "A now", "A of now"])
def test_what_is_not_plainly_its_value_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        SMALL["en"].read(same, text)
