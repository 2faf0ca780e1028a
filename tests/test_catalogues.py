"""Every catalogue says everything that the program says, with the same fields, in every plural form."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Sequence
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from bot import i18n
from bot.router import Router
from commands import COMMANDS

ROOT = Path(__file__).parent.parent
KEYWORDS = parse_keywords(["_", "_n:1,2", "_c:1c,2"])  # what `make messages` extracts
COUNTS = (0, 1, 2, 5, 11, 21, 100, 101, 1_000_000)

# Before every commit the languages that the team reads; with ALL=1, before an issue is closed, every one.
LANGUAGES = [c for c in i18n.INTERFACE_LANGUAGES if c != "en" and (os.environ.get("ALL") or c in ("pt", "es"))]


@pytest.fixture(scope="module")
def template() -> Catalog:
    """Every sentence that the code marks."""
    found = Catalog()
    for package in ("bot", "commands"):
        for _, _, text, _, context in extract_from_dir(ROOT / package, keywords=KEYWORDS):
            found.add(text, context=context)
    return found


@pytest.fixture(scope="module", params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    path = ROOT / "locales" / request.param / "LC_MESSAGES" / "liaison.po"
    with path.open("rb") as file:
        return read_po(file, locale=request.param, abort_invalid=True)


def test_no_sentence_escapes_the_extraction(template: Catalog) -> None:
    # Babel drops a sentence that has another marked one among its values; name that one outside.
    marked = {
        call.args[1 if call.func.id == "_c" else 0].value
        for package in ("bot", "commands")
        for path in (ROOT / package).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "_n", "_c")
        if isinstance(call.args[0], ast.Constant)
    }
    extracted = {text for message in template if message.id for text in words(message.id)}
    assert marked - extracted == set()


def test_it_has_exactly_the_sentences_of_the_code(catalogue: Catalog, template: Catalog) -> None:
    assert keys(template) - keys(catalogue) == set(), "missing: run `make messages`"
    assert keys(catalogue) - keys(template) == set(), "not in the code: run `make messages`"
    assert not catalogue.obsolete


def test_everything_is_translated(catalogue: Catalog) -> None:
    assert [m.id for m in sentences(catalogue) if not all(words(m.string))] == []


def test_nothing_is_fuzzy(catalogue: Catalog) -> None:
    assert not catalogue.fuzzy
    assert [m.id for m in sentences(catalogue) if m.fuzzy] == []


def test_its_plural_rule_is_the_one_of_its_language(catalogue: Catalog) -> None:
    rule = get_plural(str(catalogue.locale))
    assert (catalogue.num_plurals, catalogue.plural_expr) == (rule.num_plurals, rule.plural_expr)


def test_each_form_has_the_fields_of_its_sentence(catalogue: Catalog) -> None:
    assert [m.id for m in sentences(catalogue) if not fields_match(m, catalogue)] == []


def test_no_two_commands_options_or_values_share_a_name() -> None:
    """In its own language and beside the English names, which are always understood: the router refuses such."""
    catalogues = i18n.Catalogues.load()
    assert Router(COMMANDS, catalogues)
    for language in catalogues.languages:
        for command in COMMANDS:
            line = f"!{command.name}"
            assert catalogues.text(i18n.Message(command.noun, context="noun"), language), line


@pytest.mark.parametrize("n", COUNTS)
def test_each_number_is_worded(catalogue: Catalog, n: int) -> None:
    language = str(catalogue.locale)
    loaded = i18n.Catalogues.load([language])
    for message in sentences(catalogue):
        if message.pluralizable:
            singular, plural = message.id
            assert loaded.text(i18n.Message(singular, {"n": n}, plural, message.context), language)


def sentences(catalogue: Catalog) -> list[Message]:
    """Return all messages but the header."""
    return [message for message in catalogue if message.id]


def keys(catalogue: Catalog) -> set[tuple[str | None, tuple[str, ...]]]:
    """Return what gettext finds each sentence by: its context and its English words."""
    return {(message.context, words(message.id)) for message in sentences(catalogue)}


def words(text: str | Sequence[str]) -> tuple[str, ...]:
    """Return the forms of a message's id or string; one if it counts nothing."""
    return (text,) if isinstance(text, str) else tuple(text)


def fields(*texts: str) -> set[str]:
    """Return the names in braces."""
    return set(re.findall(r"\{(\w+)\}", " ".join(texts)))


def fields_match(message: Message, catalogue: Catalog) -> bool:
    """Return whether each form has every field; a form for one number alone may leave out `n`."""
    wanted = fields(*words(message.id))
    form_of = c2py(catalogue.plural_expr)
    used = [form_of(n) for n in range(1000)]
    for form, text in enumerate(words(message.string)):
        spared = {"n"} if message.pluralizable and used.count(form) == 1 else set()
        if text and not wanted - spared <= fields(text) <= wanted:
            return False
    return True
