"""Terms as TBX (ISO 30042), the exchange format of terminologists: TBX-Basic, in either style (DCA, DCT).

The older form (martif, termEntry, langSet, tig) is read too. A concept's first language is its source; every other
one is a target. What is marked as deprecated or superseded in a target is forbidden there. What is kept as it is has
`mul` for its target; there is no other sign for it in TBX-Basic.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import escape, quoteattr
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from bot.i18n import Code, Message, Verbatim, _
from bot.model.person import LanguageCode
from bot.model.term.file import MOST_ROWS, Fault, Row, language_of, term_of
from bot.model.term.term import ANY, Term

_ENTRIES = frozenset({"conceptEntry", "termEntry"})
_LANGUAGES = frozenset({"langSec", "langSet"})
_SECTIONS = frozenset({"termSec", "tig", "ntig"})
_ROOTS = frozenset({"tbx", "martif", "TBX"})
_REFUSED = ("deprecatedTerm", "supersededTerm")
_DEEPEST = 50
_PREFERRED, _DEPRECATED = "preferredTerm-admn-sts", "deprecatedTerm-admn-sts"


class _TooMuch(Exception):
    """The file is nested deeper than terms are, or holds more than anybody has."""


@dataclass(slots=True)
class _Said:
    """A term section: its line, the term, and its status."""

    line: int
    term: str = ""
    status: str = ""

    @property
    def refused(self) -> bool:
        return self.status.startswith(_REFUSED)


@dataclass(slots=True)
class _Section:
    line: int
    language: LanguageCode | None
    code: str
    terms: list[_Said] = field(default_factory=list)


@dataclass(slots=True)
class _Concept:
    line: int
    sections: list[_Section] = field(default_factory=list)


class _Reader(ContentHandler):
    """Collects concepts as they come by, each with its lines."""

    def __init__(self) -> None:
        super().__init__()
        self.concepts: list[_Concept] = []
        self.root = ""
        self._depth = 0
        self._text: list[str] | None = None

    @property
    def _line(self) -> int:
        return int(self._locator.getLineNumber())  # type: ignore[attr-defined]  # ContentHandler has it, untyped

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self._depth += 1
        if self._depth > _DEEPEST or len(self.concepts) > MOST_ROWS:
            raise _TooMuch
        local = name.rpartition(":")[2]
        self.root = self.root or local
        self._text = None
        if local in _ENTRIES:
            self.concepts.append(_Concept(self._line))
        elif local in _LANGUAGES and self.concepts:
            code = attrs.get("xml:lang", attrs.get("lang", ""))
            self.concepts[-1].sections.append(_Section(self._line, language_of(code), code))
        elif (section := self._section) is None:
            return
        elif local in _SECTIONS:
            section.terms.append(_Said(self._line))
        elif local == "term" or "administrativeStatus" in (local, attrs.get("type", "")):
            self._text = []

    def characters(self, content: str) -> None:
        if self._text is not None:
            self._text.append(content)

    def endElement(self, name: str) -> None:
        self._depth -= 1
        local = name.rpartition(":")[2]
        section = self._section
        if self._text is None or section is None or not section.terms:
            return
        said = "".join(self._text).strip()
        if local == "term":
            section.terms[-1].term = said
        else:
            section.terms[-1].status = said
        self._text = None

    @property
    def _section(self) -> _Section | None:
        return self.concepts[-1].sections[-1] if self.concepts and self.concepts[-1].sections else None


def parse_tbx(
    data: bytes, source: LanguageCode | None = None, target: LanguageCode | None = None
) -> tuple[list[Row], list[Fault]]:
    """Return the terms of a TBX file, each with its line, and all that is wrong with it.

    With *source*, the terms in that language are the sources; with *target*, only what is for it is taken.
    """
    reader, faults = _Reader(), list[Fault]()
    try:
        # No document type, so no entities, no files, no network; whatever a file says.
        parser = make_parser()
        parser.forbid_dtd = True
        parser.setContentHandler(reader)
        parser.parse(io.BytesIO(data))
    except SAXParseException as error:
        line = error.getLineNumber() or 1
        faults.append(Fault(line, _("this is not well-formed XML, so I cannot read on from here")))
    except DefusedXmlException:
        faults.append(Fault(1, _("the file has a document type or entities of its own, which I do not read")))
    except (_TooMuch, LookupError, ValueError):
        faults.append(Fault(1, _("this is no TBX file that I can read")))
    if not faults and reader.root not in _ROOTS:
        faults.append(Fault(1, _("this is no TBX file: it begins with {element}", element=Code(reader.root[:60]))))
    rows: list[Row] = []
    # What follows on a fault of the file itself is known of the concepts before it alone.
    whole = reader.concepts[:-1] if faults else reader.concepts
    for concept in whole:
        for line, made in _terms(concept, source, target):
            if isinstance(made, Term):
                rows.append(Row(line, made))
            else:
                faults.append(Fault(line, made))
    return rows, sorted(faults, key=lambda fault: fault.line)


def _terms(
    concept: _Concept, source: LanguageCode | None, target: LanguageCode | None
) -> Iterator[tuple[int, Term | Message]]:
    """Yield the terms that a concept comes to, or what is wrong with it, with their lines."""
    for section in concept.sections:
        if section.language is None:
            yield section.line, _("“{word}” is no language code such as pt", word=Verbatim(section.code[:60]))
            return
        if not any(said.term for said in section.terms):
            yield section.line, _("there is no term in this language section")
            return
    known = [section for section in concept.sections if section.language]
    first = next((s for s in known if source in (None, s.language)), None)
    if first is None:
        if not known:
            yield concept.line, _("this entry has no terms")
        return
    if first.language == ANY and len(known) == 1:
        for said in first.terms:
            yield said.line, term_of(ANY, ANY, said.term, None, kept=True)
        return
    others = [s for s in known if s is not first and target in (None, s.language)]
    if len(known) == 1:
        yield concept.line, _("this entry has terms in one language only")
    for other in others:
        yield from _between(first, other)


def _between(first: _Section, other: _Section) -> Iterator[tuple[int, Term | Message]]:
    assert first.language and other.language
    kept = other.language == ANY
    forbidden = [said.term for said in other.terms if said.refused]
    usable = sorted((s for s in other.terms if not s.refused), key=lambda s: not s.status.startswith("preferred"))
    wanted = next((said.term for said in usable if said.term), None)
    for said in first.terms:
        target = None if kept else wanted
        yield said.line, term_of(first.language, other.language, said.term, target, forbidden, kept=kept)


_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2">
<tbxHeader>
<fileDesc>
<titleStmt><title>{title}</title></titleStmt>
<sourceDesc><p>{about}</p></sourceDesc>
</fileDesc>
</tbxHeader>
<text>
<body>
"""
_FOOT = """</body>
</text>
</tbx>
"""


def print_tbx(terms: Iterable[Term], title: str, about: str) -> bytes:
    """Return *terms* as TBX-Basic in UTF-8, with a *title* and what there is to say *about* where they come from."""
    concepts = (_concept(number, term) for number, term in enumerate(terms, 1))
    return "".join([_HEAD.format(title=escape(title), about=escape(about)), *concepts, _FOOT]).encode()


def _concept(number: int, term: Term) -> str:
    sections = [(term.source_language, [(term.source, _PREFERRED)])]
    if term.kept and term.target_language != term.source_language:
        sections.append((term.target_language, [(term.source, _PREFERRED)]))
    elif not term.kept:
        wanted = [(term.target, _PREFERRED)] if term.target else []
        sections.append((term.target_language, [*wanted, *((word, _DEPRECATED) for word in term.forbidden)]))
    return f'<conceptEntry id="c{number}">\n{"".join(_printed(*section) for section in sections)}</conceptEntry>\n'


def _printed(language: str, terms: Iterable[tuple[str, str]]) -> str:
    sections = "".join(
        f'<termSec><term>{escape(term)}</term><termNote type="administrativeStatus">{status}</termNote></termSec>\n'
        for term, status in terms
    )
    return f"<langSec xml:lang={quoteattr(language)}>\n{sections}</langSec>\n"
