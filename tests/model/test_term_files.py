"""Files of terms: what comes out goes in again, and of what is broken every fault is told with its line."""

from __future__ import annotations

import asyncio
import time
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.i18n import Catalogues
from bot.model.person import LanguageCode
from bot.model.term import ANY, Term
from bot.model.term.sheet import print_sheet
from bot.model.term.tbx import print_tbx
from bot.services.term.reading import MOST_FAULTS, read

EN, PT, EL = map(LanguageCode, ("en", "pt", "el"))
WORDS = Catalogues({})
ALL = (
    Term(EN, PT, "plate", "matrícula", ("placa", "prato")),
    Term(EN, EL, "green border", "πράσινα σύνορα"),
    Term(EN, PT, "post", None, ("poste",)),
    Term(EN, PT, "Sea Shield"),
    Term(EN, ANY, "Sea Guard"),
    Term(ANY, ANY, "Frontex"),
    Term(PT, EN, "d'água & <b>", "water", ()),
)


def refusals(data: bytes) -> list[str]:
    with pytest.raises(UserError) as raised:
        read(data)
    return [WORDS.text(message, "en").replace("\u2068", "").replace("\u2069", "") for message in raised.value.messages]


def test_what_was_written_as_csv_is_read_again() -> None:
    terms = ALL[:6]
    data = print_sheet(terms)
    assert read(data) == terms
    assert data.startswith(b"\xef\xbb\xbfin,to,source,target,forbidden\r\n")
    assert read(data.decode("utf-8-sig").replace(",", ";").encode("utf-16")) == terms


def test_what_was_written_as_tbx_is_read_again_and_is_what_the_standard_says() -> None:
    terms = tuple(term for term in ALL if term.source != "Sea Shield")[:5]
    data = print_tbx(terms, "Bravo & co", "approved")
    assert set(read(data)) == set(terms)
    # Read by an XML parser of its own, as another program would.
    space = {"t": "urn:iso:std:iso:30042:ed-2"}
    root = ElementTree.fromstring(data)
    assert root.tag == "{urn:iso:std:iso:30042:ed-2}tbx" and (root.get("type"), root.get("style")) == (
        "TBX-Basic",
        "dca",
    )
    assert root.findtext("t:tbxHeader/t:fileDesc/t:titleStmt/t:title", namespaces=space) == "Bravo & co"
    assert root.findtext("t:tbxHeader/t:fileDesc/t:sourceDesc/t:p", namespaces=space) == "approved"
    first = root.find("t:text/t:body/t:conceptEntry", space)
    assert first is not None
    sections = {
        section.get("{http://www.w3.org/XML/1998/namespace}lang"): [
            (one.findtext("t:term", namespaces=space), one.findtext("t:termNote", namespaces=space))
            for one in section.findall("t:termSec", space)
        ]
        for section in first.findall("t:langSec", space)
    }
    assert sections == {
        "en": [("plate", "preferredTerm-admn-sts")],
        "pt": [
            ("matrícula", "preferredTerm-admn-sts"),
            ("placa", "deprecatedTerm-admn-sts"),
            ("prato", "deprecatedTerm-admn-sts"),
        ],
    }


DCT = """<?xml version="1.0" encoding="UTF-8"?>
<tbx style="dct" type="TBX-Basic" xml:lang="de" xmlns="urn:iso:std:iso:30042:ed-2"
 xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic">
<tbxHeader><fileDesc><sourceDesc><p>x</p></sourceDesc></fileDesc></tbxHeader>
<text><body><conceptEntry id="c1"><min:subjectField>law</min:subjectField>
<langSec xml:lang="en"><termSec><term>plate</term><min:partOfSpeech>noun</min:partOfSpeech></termSec></langSec>
<langSec xml:lang="pt-PT"><descripGrp><basic:definition>x</basic:definition></descripGrp>
<termSec><term>placa</term><min:administrativeStatus>deprecatedTerm-admn-sts</min:administrativeStatus></termSec>
<termSec><term>chapa</term><min:administrativeStatus>admittedTerm-admn-sts</min:administrativeStatus></termSec>
<termSec><term>matrícula</term><min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus></termSec>
</langSec><langSec xml:lang="es"><termSec><term>matrícula</term></termSec></langSec>
</conceptEntry></body></text></tbx>"""
OLD = """<?xml version='1.0'?><martif type="TBX" xml:lang="en"><text><body><termEntry id="1">
<langSet xml:lang="en"><tig><term>plate</term></tig></langSet>
<langSet xml:lang="pt"><ntig><termGrp><term>matrícula</term>
<termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></termGrp></ntig></langSet>
</termEntry></body></text></martif>"""


def test_the_other_styles_of_tbx_are_read_too() -> None:
    es = LanguageCode("es")
    assert read(DCT.encode()) == (Term(EN, PT, "plate", "matrícula", ("placa",)), Term(EN, es, "plate", "matrícula"))
    assert read(DCT.encode(), PT, EN) == (
        Term(PT, EN, "placa", "plate"),
        Term(PT, EN, "chapa", "plate"),
        Term(PT, EN, "matrícula", "plate"),
    )
    assert read(OLD.encode()) == (Term(EN, PT, "plate", "matrícula"),)


def test_every_fault_of_a_csv_file_is_told_with_its_line() -> None:
    data = (
        "in,to,source,target,forbidden\n"
        "en,pt,plate,matrícula,\n"
        "english,pt,bridge,ponte,\n"
        "en,pt,,ponte,\n"
        '"en","pt","river\ntwo",rio,\n'
        "en,pt,not here,aqui,\n"
        "en,pt,bridge,ponte,a,b,c\n"
        "en,pt,tank,,\n"
        "en,pt,Plate,placa,\n"
        "en,pt,H2,alto,\n"
    )
    assert refusals(data.encode()) == [
        "Nothing was imported. There are 8 faults.",
        "Line 3: “english” in the column in is no language code such as pt",
        "Line 4: the source is empty",
        "Line 7: “not here” cannot be a term: it holds a word that says “not” (English), and no term may change that.",
        "Line 8: there are 7 values, more than the 5 columns; put values with commas into quotation marks",
        "Line 9: the target is empty; write - for what must stay as it is",
        "Line 10: “Plate” is in line 2 already, with another wording",
        "Line 11: “H2” cannot be a term: numbers are kept exactly as they were written.",
        "Line 11: “H2” cannot be a term: marks such as TLP:AMBER are kept exactly as they were written.",
    ]


def test_a_language_that_nobody_knows_and_a_row_without_values_are_faults() -> None:
    data = (
        "in,to,source,target,forbidden\n"
        "zz,pt,plate,matrícula,\n"
        "en,und,plate,matrícula,\n"
        "\n"
        ",,,,\n"
        "en,pt,bridge,ponte,\n"
        "\n"
    )
    assert refusals(data.encode()) == [
        "Nothing was imported. There are 3 faults.",
        "Line 2: “zz” in the column in is no language code such as pt",
        "Line 3: “und” in the column to is no language code such as pt",
        "Line 5: the source is empty",
    ]
    assert refusals(tbx(entry(section("en", "plate"), section("zz", "matrícula")))) == [
        "Nothing was imported. There is 1 fault.",
        "Line 3: “zz” is no language code such as pt",
    ]


def test_a_code_of_three_letters_is_its_language() -> None:
    assert read(b"in,to,source,target\neng,por,bridge,ponte\n\n") == (Term(EN, PT, "bridge", "ponte"),)


def tbx(body: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>\n{head}<tbx type="TBX-Basic"><text><body>\n{body}\n</body></text></tbx>'.encode()


def entry(*sections: str) -> str:
    return f"<conceptEntry>{''.join(sections)}</conceptEntry>"


def section(language: str, *terms: str) -> str:
    said = "".join(f"<termSec><term>{term}</term></termSec>" for term in terms)
    return f'<langSec xml:lang="{language}">{said}</langSec>'


def test_every_fault_of_a_tbx_file_is_told_with_its_line() -> None:
    body = [
        entry(section("en", "plate"), section("pt", "matrícula")),
        entry(section("en", "plate")),
        entry(section("", "plate"), section("pt", "matrícula")),
        entry(section("en"), section("pt", "matrícula")),
        entry(),
        entry(section("en", "bridge"), section("pt", "não")),
        entry(section("en", "PLATE"), section("pt", "placa")),
    ]
    assert refusals(tbx("\n".join(body))) == [
        "Nothing was imported. There are 6 faults.",
        "Line 4: this entry has terms in one language only",
        "Line 5: “” is no language code such as pt",
        "Line 6: there is no term in this language section",
        "Line 7: this entry has no terms",
        "Line 8: “não” cannot be a term: it holds a word that says “not” (Portuguese), and no term may change that.",
        "Line 9: “PLATE” is in line 3 already, with another wording",
    ]
    broken = tbx("\n".join([entry(section("en", "plate")), "<conceptEntry><langSec></conceptEntry>", "<a/>"]))
    assert refusals(broken) == [
        "Nothing was imported. There are 2 faults.",
        "Line 3: this entry has terms in one language only",
        "Line 4: this is not well-formed XML, so I cannot read on from here",
    ]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
PLATE = entry(section("en", "plate"), section("pt", "&x;"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "must name the columns"),
        (b"\n\n\n", "must name the columns"),
        (b"in,to,source,target\n", "There are no terms in it."),
        (b"plate,matricula\n", "and it does not name source, target, in, and to"),
        (b"in,to,source,target\nen,pt,pla\xffte,x\n", "Line 2: this is neither CSV in UTF-8 nor TBX"),
        (b'in,to,source,target\nen,pt,"plate,x\nen,pt,a,b\n', "Line 2: a quotation mark is not where it belongs"),
        (b'in,to,source,target\nen,pt,"pla"te,x\n', "Line 2: a quotation mark is not where it belongs"),
        (b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 50, "neither CSV in UTF-8 nor TBX"),
        (b"\x00" * 1000, "must name the columns"),
        (b"<", "not well-formed"),
        (b"<html><body>plate</body></html>", "this is no TBX file: it begins with html"),
        (b"<tbx/>", "There are no terms in it."),
        (b"<a>" * 100_000, "this is no TBX file that I can read"),
        (tbx(PLATE, f"<!DOCTYPE tbx [<!ENTITY l0 'ha'>{LAUGHS}<!ENTITY x '&l9;'>]>"), "document type or entities"),
        (tbx(PLATE, "<!DOCTYPE tbx [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"), "document type or entities"),
        (tbx(PLATE, "<!DOCTYPE tbx SYSTEM 'http://127.0.0.1:1/x.dtd'>"), "document type or entities"),
        (tbx(PLATE), "not well-formed"),
        (b"<?xml version='1.0' encoding='no-such'?><tbx/>", "this is no TBX file that I can read"),
    ],
)  # fmt: skip
def test_garbage_is_refused_and_nothing_of_it_taken(data: bytes, said: str) -> None:
    assert said in " ".join(refusals(data))


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_no_file_is_anything_but_terms_or_a_refusal(data: bytes) -> None:
    for head in (b"", b"in,to,source,target\n", b"<tbx>"):
        try:
            assert read(head + data)
        except UserError as error:
            assert error.messages


def test_of_very_many_faults_the_first_are_told_and_the_others_counted() -> None:
    said = refusals(("in,to,source,target\n" + "en,pt,,x\n" * 500).encode())
    assert said[0] == "Nothing was imported. There are 500 faults." and said[-1] == "There are 460 more."
    assert len(said) == MOST_FAULTS + 2
    assert "There are 20001 terms in it." in refusals(
        ("in,to,source,target\n" + "".join(f"en,pt,{word(n)},x\n" for n in range(20_001))).encode()
    )[0].replace(",", "")


def word(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


@pytest.mark.usefixtures("own_garbage")
async def test_ten_thousand_terms_are_read_in_seconds_while_others_work() -> None:
    terms = [Term(EN, PT, f"green {word(n)}", f"verde {word(n)}") for n in range(10_000)]
    for data in (print_sheet(terms), print_tbx(terms, "t", "a")):
        longest, begun = 0.0, time.perf_counter()
        reading = asyncio.create_task(asyncio.to_thread(read, data))
        while not reading.done():
            asked = time.perf_counter()
            await asyncio.sleep(0)
            longest = max(longest, time.perf_counter() - asked)
        assert len(await reading) == 10_000
        assert time.perf_counter() - begun < 10 and longest < 0.5
