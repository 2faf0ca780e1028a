"""The words of the glossary, with real models and with engines that do as a test wants."""

from __future__ import annotations

import pytest

from bot.model.person import LanguageCode
from bot.model.term import ANY, Glossary, Term
from bot.model.translation import Aids, Flag, Translation
from bot.translation import Translator

EN, PT, ES = map(LanguageCode, ("en", "pt", "es"))
TERMS = Glossary(
    1,
    (
        Term(EN, PT, "Copy that", "Recebido"),
        Term(EN, PT, "green border", "fronteira verde"),
        Term(EN, PT, "plate", "matrícula", ("placa", "prato")),
        Term(PT, EN, "matrícula", "number plate", ("registration",)),
        Term(PT, EN, "posto fixo", "static post"),
        Term(EN, ES, "plate", "matrícula"),
        Term(PT, ES, "matrícula", "placa de matrícula"),
        Term(ANY, ANY, "Guarda Nacional"),
        Term(EN, ANY, "Sea Shield"),
    ),
)
AIDS = Aids(glossary=TERMS)


async def made(translator: Translator, text: str, source: str, target: str, aids: Aids = AIDS) -> Translation:
    return (await translator.translate(text, source, [target], aids))[target]


@pytest.mark.parametrize(
    ("text", "source", "target", "held"),
    [
        ("Copy that", "en", "pt", "Recebido"),
        ("Copy that, we are moving to the bridge.", "en", "pt", "Recebido"),
        ("COPY THAT, STOP THE CAR", "en", "pt", "Recebido"),
        ("They crossed the green border at night.", "en", "pt", "fronteira verde"),
        ("The plate is AA-12-BB.", "en", "pt", "matrícula"),
        ("Three cars with false plates near the bridge.", "en", "pt", "matrícula"),
        ("A matrícula é 12-AB-34.", "pt", "en", "number plate"),
        ("Vi duas matrículas falsas.", "pt", "en", "number plate"),
        ("O carro está no posto fixo.", "pt", "en", "static post"),
        ("The plate is 1234 BCD.", "en", "es", "matrícula"),
        ("O carro com matrícula 12-AB-34 está perto da ponte.", "pt", "es", "placa de matrícula"),
        ("Guarda Nacional is at the bridge.", "en", "pt", "Guarda Nacional"),
        ("A Guarda Nacional está na ponte.", "pt", "en", "Guarda Nacional"),
        ("Sea Shield begins at dawn.", "en", "pt", "Sea Shield"),
    ],
)  # fmt: skip
async def test_terms_are_worded_as_the_glossary_has_them(
    translator: Translator, text: str, source: str, target: str, held: str
) -> None:
    one = await made(translator, text, source, target)
    assert held.lower() in one.text.lower()
    assert Flag.TERM not in one.flags
