"""Labels go untranslated to the front of each translation, once, whatever the direction of its script."""

from __future__ import annotations

import pytest

from bot.translation import Translator
from bot.translation.document import Document

VAN = "a carrinha branca está junto à ponte."


@pytest.mark.parametrize(
    ("label", "kept"),
    [
        ("TLP:RED", "TLP:RED"),
        ("TLP: RED", "TLP: RED"),
        ("[TLP:AMBER+STRICT] [H2]", "[TLP:AMBER+STRICT] [H2]"),
        ("**tlp:green**", "**tlp:green**"),
        ("🔴 TLP:RED —", "🔴 TLP:RED"),
        ("TLP:LARANJA", "TLP:LARANJA"),
        ("H1/H3:", "H1/H3:"),
        ("ТLР:RЕD", "ТLР:RЕD"),
    ],
)
async def test_a_label_stays_in_front_and_as_it_was_written(translator: Translator, label: str, kept: str) -> None:
    plain = (await translator.translate(VAN.capitalize(), "pt", ["en"]))["en"]
    made = (await translator.translate(f"{label} {VAN.capitalize()}", "pt", ["en"]))["en"]
    assert made.text.startswith(kept)
    assert made.text.removeprefix(kept).strip(" —") == plain.text
    assert made.protected[0] == kept and made.flags == plain.flags


async def test_a_label_alone_is_worth_no_translation(translator: Translator) -> None:
    assert not translator.worth("TLP: RED")
    assert not translator.worth("[TLP:LARANJA] H2")
    assert translator.worth("TLP: RED ponte")


async def test_a_label_says_nothing_of_the_language(translator: Translator) -> None:
    found = await translator.detect("TLP:AMBER+STRICT a viatura está na ponte", ["en", "pt"], "en")
    assert (found.language, found.certain) == ("pt", True)


def test_labels_after_the_first_words_are_tokens_like_others() -> None:
    document = Document.parse("TLP:RED Ver TLP:GREEN H2", "pt")
    assert document.protected == ("TLP:RED", "TLP:GREEN", "H2")
    assert document.assemble(document.segments) == "TLP:RED Ver TLP:GREEN H2"
