"""What is remembered of earlier translations, and how each came about, with real models."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.person import LanguageCode
from bot.model.term import Glossary, Term
from bot.model.translation import Aids, Flag, Translation
from bot.translation import Translator
from bot.translation.pool import Pool

PT, EN = LanguageCode("pt"), LanguageCode("en")
VAN = "A carrinha branca com a matrícula {} está na ponte."


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that a model is asked for."""
    texts: list[str] = []
    translate = Pool.translate

    async def counted(self: Pool, caller: int, pair: object, text: str) -> object:
        texts.append(text)
        return await translate(self, caller, pair, text)  # type: ignore[arg-type]

    monkeypatch.setattr(Pool, "translate", counted)
    return texts


async def translated(translator: Translator, text: str, target: str, aids: Aids, *known: Translation) -> Translation:
    """Return *text* translated with what *known* taught of it."""
    memory = dict(pair for one in known for pair in one.learned)
    keys = translator.keys(text, "pt", [target], aids)
    found = {key: memory[key] for key in keys if key in memory}
    return (await translator.translate(text, "pt", [target], replace(aids, remembered=found)))[target]


@pytest.mark.parametrize(
    ("target", "text"), [("en", f"Atenção. {VAN}"), ("es", "Vemos uma carrinha branca perto da ponte às {}.")]
)
async def test_the_same_words_with_another_token_need_no_engine(
    translator: Translator, asked: list[str], target: str, text: str
) -> None:
    first = await translated(translator, text.format("12-AB-34"), target, Aids())
    assert asked and first.learned and not first.recalled and "12-AB-34" in first.text
    asked.clear()
    made = await translated(translator, text.format("06:15"), target, Aids(), first)
    assert (made.text, asked) == (first.text.replace("12-AB-34", "06:15"), [])
    assert (len(made.recalled), made.learned) == (len(first.learned), ())
    assert replace(made, text="", protected=()) == replace(first, text="", protected=())


async def test_a_sentence_is_known_wherever_it_stands(translator: Translator, asked: list[str]) -> None:
    first = await translated(translator, f"{VAN} {VAN}".format("12-AB-34", "56-CD-78"), "en", Aids())
    assert len(first.learned) == 1
    asked.clear()
    made = await translated(translator, f"- 14:30\n- {VAN}".format("99-ZZ-11"), "en", Aids(), first)
    assert made.text == "- 14:30\n- " + first.text[: len(first.text) // 2].replace("12-AB-34", "99-ZZ-11")
    assert asked == []


async def test_only_what_is_new_in_a_text_is_translated(translator: Translator, asked: list[str]) -> None:
    known = await translated(translator, "A ponte está fechada.", "en", Aids())
    asked.clear()
    made = await translated(translator, "A ponte está fechada. A estrada está aberta.", "en", Aids(), known)
    assert asked == ["A estrada está aberta."]
    assert (made.text, len(made.learned), len(made.recalled)) == ("The bridge is closed. The road is open.", 1, 1)


async def test_what_is_in_doubt_is_not_remembered(translator: Translator) -> None:
    doubtful = "Snow leopards gather 7 quills while jazz ends"
    made = (await translator.translate(doubtful, "en", ["es"]))["es"]
    assert made.flags and made.learned == ()


async def test_another_glossary_is_another_memory(translator: Translator, asked: list[str]) -> None:
    known = await translated(translator, "A ponte está fechada.", "en", Aids())
    asked.clear()
    term = Term(PT, EN, "ponte", "crossing")
    made = await translated(translator, "A ponte está fechada.", "en", Aids(glossary=Glossary(2, (term,))), known)
    assert asked and "rossing is closed." in made.text and not made.recalled
    elsewhere = Glossary(3, (Term(LanguageCode("es"), EN, "puente", "crossing"),))
    asked.clear()
    made = await translated(translator, "A ponte está fechada.", "en", Aids(glossary=elsewhere), known)
    assert (made.text, asked) == ("The bridge is closed.", []), "what holds between other languages changes nothing"


async def test_what_is_remembered_without_a_token_of_the_text_is_not_taken(translator: Translator) -> None:
    text = VAN.format("12-AB-34")
    known = await translated(translator, text, "en", Aids())
    [(key, _)] = known.learned
    made = await translated(translator, text, "en", Aids(), replace(known, learned=((key, "The van is gone."),)))
    assert made.text == known.text and "12-AB-34" in made.text


@pytest.mark.parametrize("target", ["en", "es"])
async def test_how_it_came_about_is_enough_to_make_it_again(models: Path, target: str) -> None:
    """The evidence: on another machine's engine with the same models, the same text becomes the same words."""
    text, aids = "Rosa, vemos uma carrinha branca perto da ponte às 14:30.", Aids(("Rosa Leão", "Rui"))
    first, second = Translator(models), Translator(models)
    await first.start()
    made = (await first.translate(text, "pt", [target], aids))[target]
    await first.close()
    kept = made.provenance
    assert kept.names == ("Rosa Leão",) and kept.pipeline.startswith("liaison ")
    assert [step.pair for step in kept.steps] == [
        "-".join(pair) for pair in zip(made.route, made.route[1:], strict=False)
    ]
    await second.start()
    digests = {f"{pair.engine} {pair}": (pair.digest, pair.version, pair.mask) for pair in second.pairs}
    for step in kept.steps:
        assert digests[f"{step.engine} {step.pair}"] == (step.model, step.version, step.mask)
    again = (await second.translate(text, "pt", [target], Aids(kept.names)))[target]
    await second.close()
    assert (again.text, again.provenance, again.flags) == (made.text, kept, made.flags) and made.text != text


async def test_a_models_digest_is_over_every_file_of_it(translator: Translator) -> None:
    [pair] = [pair for pair in translator.pairs if pair.key == "argos:en-es"]
    files = sorted(p for p in pair.path.rglob("*") if p.is_file())
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(pair.path)}\n" for p in files]
    assert pair.digest == hashlib.sha256("".join(lines).encode()).hexdigest() and len(files) > 3
    assert pair.version.startswith("ctranslate2 ") and "sentencepiece " in pair.version


async def test_what_could_not_be_translated_teaches_nothing(translator: Translator) -> None:
    made = (await translator.translate("a", "pt", ["es"]))["es"]
    assert Flag.UNAVAILABLE in made.flags and made.learned == ()
