"""Files of approved phrases: those that come with Liaison are whole, and a task force's own are told what is wrong."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from bot.config import ConfigError, load
from bot.config.phrases import LONGEST, MOST_OWN, TOPICS, own_phrases, read_phrases, shipped_phrases
from bot.i18n import INTERFACE_LANGUAGES, right_to_left
from bot.services.phrase import phrasebook

from .fakes import configuration

SHIPPED = shipped_phrases()
FOLDER = Path(__file__).parent.parent / "locales" / "phrases"
SCRIPTS = {"el": "GREEK", "uk": "CYRILLIC", "ar": "ARABIC"}
OWN = """
[bravo]
en = "Joint Task Force Bravo"
[bravo.gate]
en = "Open the north gate."
pt = "Abra o portão norte."
es = "Abra la puerta norte."
"""


def test_there_are_enough_of_them_in_the_topics_that_are_listed() -> None:
    assert len(SHIPPED.wordings) >= 45
    assert {code.partition(".")[0] for code in SHIPPED.wordings} == set(TOPICS) == set(SHIPPED.topics)
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_phrase_is_there_in_every_language_and_its_file_is_right(topic: str) -> None:
    text = (FOLDER / f"{topic}.toml").read_text("utf-8")
    assert read_phrases(text, INTERFACE_LANGUAGES)[1] == []
    assert list(SHIPPED.topics[topic]) == list(INTERFACE_LANGUAGES)


@pytest.mark.parametrize(("code", "texts"), SHIPPED.wordings.items())
def test_each_phrase_is_whole(code: str, texts: dict[str, str]) -> None:
    assert list(texts) == list(INTERFACE_LANGUAGES)
    for language, text in texts.items():
        # Nothing is filled in, and each wording is as many sentences, statements, questions or calls as the English.
        assert not re.search(r"[{}%<>_\d]", text), (code, language)
        assert text[-1] in ".!?;؟", (code, language)
        asked = {"el": ";", "ar": "؟"}.get(language, "?")
        assert text.endswith(asked) is texts["en"].endswith("?") or code == "check.name", (code, language)
        script = SCRIPTS.get(language, "LATIN")
        letters = {unicodedata.name(c).split()[0] for c in text if unicodedata.category(c)[0] == "L"}
        assert letters == {script}, (code, language)
    assert len(set(texts.values())) == len(texts), code


def test_no_two_phrases_of_a_language_are_worded_alike() -> None:
    for language in INTERFACE_LANGUAGES:
        worded = [texts[language] for texts in SHIPPED.wordings.values()]
        alike = {text for text in worded if worded.count(text) > 1}
        assert alike == set(), language


def test_spanish_and_french_are_set_as_they_are_printed() -> None:
    for code, texts in SHIPPED.wordings.items():
        assert texts["es"].count("?") == texts["es"].count("¿"), code
        assert texts["es"].count("!") == texts["es"].count("¡"), code
        assert not re.search(r"[^\u202f][!?;]|[^\u00a0]:", texts["fr"]), code


def test_what_is_written_from_right_to_left_holds_no_mark_of_direction() -> None:
    rtl = [language for language in INTERFACE_LANGUAGES if right_to_left(language)]
    assert rtl and all(texts[language].isprintable() for texts in SHIPPED.wordings.values() for language in rtl)


# A task force's own


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (OWN, []),
        ("", []),
        ('[bravo.gate]\nen = "A."\npt = "B."\n', ["line 1: bravo.gate: has no wording in es, a working language"]),
        ('[halt.stop]\nen = "A."\npt = "B."\nes = "C."', ["line 1: halt.stop: comes with Liaison and cannot be"]),
        ('[halt.gate]\nen = "A."\npt-PT = "B."\nes = "C."', []),
        ('\n[halt]\nen = "Stop"', ["line 2: halt: comes with Liaison, and its name cannot be replaced"]),
        (OWN + 'xx1 = "?"\n', ["line 8: bravo.gate.xx1: 'xx1' is not a language code"]),
        (OWN + 'fr = ""\n', ["line 8: bravo.gate.fr: must not be empty"]),
        (OWN + "fr = 3\n", ["line 8: bravo.gate.fr: must be a text in quotes"]),
        (OWN + f'fr = "{"x" * (LONGEST + 1)}"\n', [f"line 8: bravo.gate.fr: has {LONGEST + 1} characters;"]),
        (OWN + 'fr = "a\\nb"\n', ["line 8: bravo.gate.fr: must be one line without invisible characters"]),
        (OWN + 'fr = "a\\u202eb"\n', ["line 8: bravo.gate.fr: must be one line without invisible characters"]),
        ("x = 3\n", ["line 1: x: must be a table of phrases"]),
        ("\n[[x]]\n", ["line 2: x: must be a table of phrases"]),
        (OWN.replace("bravo.gate", "bravo.north-gate"), ["line 4: bravo.north-gate: a code has two parts of small"]),
        (OWN.replace("bravo", "Bravo"), ["line 2: Bravo: a code has two parts"]),
        ("[bravo\n", ["is not TOML: "]),
        ('[bravo]\ngate = { en = "A.", pt = "B.", es = "" }', ["line 2: bravo.gate.es: must not be empty"]),
        ('["bravo"."gate"]\n"en" = ""\npt = "B."\nes = "C."', ["line 2: bravo.gate.en: must not be empty"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_key_and_line(text: str, faults: list[str]) -> None:
    found = read_phrases(text, ["en", "pt", "es"], SHIPPED)[1]
    assert [fault[: len(start)] for fault, start in zip(found, faults, strict=True)] == faults


def test_every_fault_is_told_at_once_and_nothing_is_taken() -> None:
    found, faults = read_phrases('[halt.stop]\nen = ""\n[bravo.gate]\nen = "A."\n', ["en", "pt"], SHIPPED)
    assert [fault.partition(": ")[0] for fault in faults] == ["line 1", "line 2", "line 1", "line 3"]
    assert found.wordings == {}


def test_their_number_is_limited(tmp_path: Path) -> None:
    path = tmp_path / "phrases.toml"
    path.write_text("\n".join(f'[bravo.a{number}]\nen = "A."' for number in range(MOST_OWN + 1)))
    assert own_phrases(path, ["en"])[1] == [f"{path}: has {MOST_OWN + 1} phrases; {MOST_OWN} are the most"]


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "phrases.toml"
    assert own_phrases(path, [])[1] == [f"{path}: there is no such file"]
    path.write_bytes("[força]".encode("latin-1"))
    assert own_phrases(path, [])[1] == [f"{path}: is not a text file (UTF-8)"]
    assert "cannot be read" in own_phrases(tmp_path, [])[1][0]


FILE = """
[matrix]
homeserver = "http://127.0.0.1:8008"
user_id = "@liaison:example.org"
password_file = "password"
[taskforce]
code = "BRAVO"
name = "Joint Task Force Bravo"
languages = ["en", "pt", "es"]
phrases_file = "phrases.toml"
[privacy]
controller = "Joint Operations Centre"
contact = "privacy@example.org"
[access]
servers = []
"""


def test_the_configuration_names_the_file_and_tells_its_faults_with_all_others(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("hunter2")
    (tmp_path / "liaison.toml").write_text(FILE)
    phrases = tmp_path / "phrases.toml"
    phrases.write_text('[bravo.gate]\nen = "A."\npt = "B."\n', "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(tmp_path / "liaison.toml")
    assert refused.value.faults == [
        "access.servers: names no server, so nobody would be served",
        f"taskforce.phrases_file: {phrases}: line 1: bravo.gate: has no wording in es, a working language",
    ]
    phrases.write_text(OWN, "utf-8")
    (tmp_path / "liaison.toml").write_text(FILE.replace("[]", '["example.org"]'))
    book = phrasebook(load(tmp_path / "liaison.toml"))
    assert [topic.code for topic in book.topics] == [*TOPICS, "bravo"]
    phrases.unlink()  # between the check and the start
    with pytest.raises(ConfigError, match=r"taskforce.phrases_file: .*there is no such file"):
        phrasebook(configuration(taskforce={"code": "B", "name": "Bravo", "phrases_file": str(phrases)}))


def test_an_empty_name_is_no_file() -> None:
    assert configuration(taskforce={"code": "B", "name": "Bravo", "phrases_file": ""}).taskforce.phrases_file is None
