"""Lines that somebody wrote to stop the bot: whatever looks at a text is done with 100 kB of it in 50 ms."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.errors import UserError
from bot.i18n import Catalogues, Html, Message, Verbatim
from bot.model import names, places, scripts, spelling, times
from bot.model.hint import hinted
from bot.model.incident import moment_in, title_of, whole_of
from bot.model.marks import MOST, calm
from bot.model.person import Actor, LanguageCode, UserId, Zone
from bot.model.term import Glossary, Term
from bot.model.translation import Aids
from bot.router import Addressee, Router
from bot.translation import MAX_CHARACTERS, detect, mixture, normalise, protect
from bot.translation.document import Document
from commands import COMMANDS

from .cost import takes_under

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CATALOGUES = Catalogues.load()
ROUTER = Router(COMMANDS, CATALOGUES)
BOT = Addressee("@liaison:example.org", "Liaison")
ANA = Actor(
    UserId("@ana:gnr.example"), "Ana", frozenset({"officer"}), None, LanguageCode("pt"), LanguageCode("pt"),
    Zone("Europe/Lisbon"), frozenset(),
)  # fmt: skip


def command(text: str) -> None:
    for body in (
        text,
        f"🚨 {text}",
        f"TLP:GREEN 🚨 {text}",
        f"!task {text}",
        f"!timezone {text}",
        f"!language pt reads:{text}",
        f"!{text}",
    ):
        if line := ROUTER.addressed(body, body, BOT):
            try:
                ROUTER.resolve(line, ANA)
            except UserError as error:
                ROUTER.refused(error)


def shown(text: str) -> None:
    message = Message("{name}", {"name": Verbatim(text)})
    CATALOGUES.text(message, "ar")
    CATALOGUES.text(message, "ar", markup=Html("ar"))


PT, EN = LanguageCode("pt"), LanguageCode("en")
TERMS = Glossary(1, tuple(Term(PT, EN, "a " * n + word, "x") for n in range(8) for word in ("a", "b", "ponte", "👩")))


SCANNERS: dict[str, Callable[[str], object]] = {
    "command": command,
    "protect": lambda text: protect.find(text, ["Ana"]),
    "clean": normalise.clean,
    "plain": normalise.plain,
    # Beyond that length nothing is translated, and of a message's language only the beginning is asked.
    "document": lambda text: Document.parse(text[:MAX_CHARACTERS], "pt", Aids(("Ana",))),
    "terms": lambda text: TERMS.find(text[:MAX_CHARACTERS], "pt", "en"),
    "language": lambda text: detect.words(text[: detect.SAMPLE]),
    "times": lambda text: times.find(text, now=NOW, zone="UTC", language="pt"),
    "time": lambda text: times.longest_tail(text.split(), now=NOW, zone="UTC", language="pt"),
    "places": places.find,
    "name": names.skeleton.__wrapped__,
    "name as shown": lambda text: names.shown(text, "@ana:gnr.example"),
    "sentence": shown,
    "marks": calm,
    "mixed scripts": scripts.mixed,
    "words of a search": spelling.stems,
    "title of an incident": title_of,
    "when it happened": lambda text: moment_in(text, LanguageCode("pt"), Zone("UTC"), NOW),
    "parts of what was declared": whole_of,
    "hint": lambda text: hinted(text, {"pt"}.__contains__),
    "pieces": lambda text: mixture.pieces(detect.words(text[: detect.SAMPLE])),
}
UNITS = {
    "marks in two orders": "\u0301\u0316",
    "marks that are letters": "\uff9e\u0301",
    "marks that are two": "\u0f73\u0f71",
    "Arabic vowels": "\u064b\u0650",
    "letters full of marks": "a" + "\u0301\u0316" * 100,
    "one sign for a phrase": "\ufdfa",
    "signs for phrases": "\ufdfa ",
    "syllables": "\u1100\u1161",
    "invisible": "\u200b\u2066",
    "emoji": "👩\u200d",
    "quotes": '"',
    "quoted": '"a ',
    "colons": "a:",
    "dashes": "--a ",
    "brackets": "[a](",
    "tags": "<a ",
    "links": '<a href="',
    "emphasis": "*a _",
    "code": "```a`",
    "digits": "1",
    "numbers": "1 ",
    "decimals": "1.",
    "degrees": "1° ",
    "hours": "14:30 ",
    "grids": "29T NE 12345 67890 ",
    "times": "amanhã às ",
    "user ids": "@a:",
    "plates": "A1-",
    "plates of two alphabets": "А1B-",
    "spaced plates of two alphabets": "АB 12 ",
    "letters of two alphabets": "АB",
    "capitals of another alphabet": "Я",
    "hints": "?pt ",
    "blanks": " ",
    "lines": "> \n",
    "letters": "a",
    "capitals": "ÀB",
    "line ends": "\n",
    "line separators": "\u2028",
    "lines of a letter": "a\n",
    "exclamations": "! ",
    "full stops": ". ",
    "sentences of a letter": "a! ",
    "words of a letter": "a b c d ",
    "clauses of a letter": "; a",
    "bullets": "- ",
    "names": "Ana ",
}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("scanner", SCANNERS)
def test_a_hostile_line_of_100_kb_takes_under_50_ms(scanner: str, unit: str) -> None:
    count = 100_000 // len(UNITS[unit].encode())
    line = "Ana" + UNITS[unit] * count
    assert takes_under(0.05, lambda: SCANNERS[scanner](line))


def test_the_limit_can_be_missed() -> None:
    text = "a " * 50_000
    assert not takes_under(0.05, lambda: [text[:place].count("a") for place in range(0, len(text), 20)])


def test_a_million_marks_on_one_letter() -> None:
    began = time.thread_time()
    text = "a" + "\u0301\u0316" * 500_000
    assert calm(text) == "a" + "\u0301\u0316" * (MOST // 2)
    assert names.skeleton(text) == "a"
    assert normalise.plain(text)[0] == "á"
    assert time.thread_time() - began < 2, "a homeserver lets through 65 kB; a million takes no more than its share"


def test_no_mark_of_an_honest_word_is_lost() -> None:
    for text in ("Ελλάδα", "ṩ", "Việt Nam", "عَرَبِيّ", "s\u0323\u0307", "a" + "\u0301" * MOST, "ｶﾞ"):
        assert calm(text) == text


def test_names_that_look_alike_however_many_marks_they_carry() -> None:
    assert names.confusable("Ana", "A" + "\u0301\u0316" * 5000 + "na")
    assert names.confusable("Ana", "\u200b" * 5000 + "Ana")
    assert not names.confusable("Ana", "Ana Maria")
