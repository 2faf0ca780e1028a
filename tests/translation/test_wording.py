"""The words of the glossary, with real models and with engines that do as a test wants."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.person import LanguageCode
from bot.model.term import ANY, Glossary, Term
from bot.model.translation import Aids, Flag, Translation
from bot.translation import Translator, mask
from bot.translation.leg import Carried
from bot.translation.pool import Unavailable
from bot.translation.wording import Wording

EN, PT, ES = map(LanguageCode, ("en", "pt", "es"))
TERMS = Glossary(
    1,
    (
        Term(EN, PT, "Copy that", "Recebido"),
        Term(EN, PT, "Roger", "Entendido"),
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
        ("Roger", "en", "pt", "Entendido"),
        ("Roger, we are moving to the bridge.", "en", "pt", "Entendido"),
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


async def test_what_is_kept_is_a_token_that_comes_back_once(translator: Translator) -> None:
    one = await made(translator, "Sea Shield 2 and AA-12-BB: Guarda Nacional stopped.", "en", "pt")
    assert one.protected[0] == "Sea Shield" and "Guarda Nacional" in one.protected


async def test_a_term_along_two_legs_is_that_of_the_ends(translator: Translator) -> None:
    one = await made(translator, "O carro com matrícula 12-AB-34 está perto da ponte.", "pt", "es")
    assert one.route == ("pt", "en", "es") and "placa de matrícula" in one.text and "number plate" not in one.text


async def test_without_a_glossary_the_engine_has_its_way(translator: Translator) -> None:
    assert (await made(translator, "Copy that", "en", "pt", Aids())).text.startswith("Copie")
    assert "Rogério" in (await made(translator, "Roger", "en", "pt", Aids())).text


SEGMENT = "Stop the plate now"
PLATE = Term(EN, PT, "plate", "matrícula", ("placa",))
SLOTTED = f"Stop the {mask.slot(3)} now"


async def settled(
    first: Carried, again: Carried | Exception, term: Term = PLATE, route: tuple[str, ...] = ("en", "pt")
) -> tuple[Carried, list[str]]:
    """Return what comes of *first* when the engine makes *again* of a second attempt, and what it was asked."""
    asked: list[str] = []

    async def carry(segment: str) -> Carried:
        asked.append(segment)
        if isinstance(again, Exception):
            raise again
        return again

    return await Wording(Glossary(1, (term,)), 3).settle(SEGMENT, first, route, carry), asked


async def test_what_says_the_term_already_is_left_alone() -> None:
    first = Carried("Pare as matrículas agora", "fake")
    assert await settled(first, Carried("", "")) == (first, [])


@pytest.mark.parametrize("text", ["Pare o prato agora", "Pare a placa, a matrícula, agora"])
async def test_what_does_not_say_it_or_says_what_is_forbidden_is_done_again(text: str) -> None:
    again = Carried(f"Pare {mask.slot(3)} agora", "fake")
    assert await settled(Carried(text, "fake"), again) == (Carried("Pare matrícula agora", "fake"), [SLOTTED])


@pytest.mark.parametrize(
    "again",
    [
        Unavailable("gone"),
        Carried(SLOTTED, "fake", frozenset({Flag.PLACEHOLDER}), kept=True),
        Carried(f"Não pare {mask.slot(3)}", "fake", frozenset({Flag.NEGATION})),
        Carried(f"Pare a placa {mask.slot(3)}", "fake"),
        Carried("Pare agora", "fake"),
    ],
)
async def test_an_attempt_that_is_no_better_leaves_the_first_and_a_flag(again: Carried | Exception) -> None:
    first = Carried("Pare o prato agora", "fake", frozenset({Flag.LENGTH}), differs=("7",))
    flagged = replace(first, flags=frozenset({Flag.LENGTH, Flag.TERM}), differs=("7", "matrícula"))
    assert await settled(first, again) == (flagged, [SLOTTED])


async def test_what_is_only_forbidden_is_flagged_with_the_word() -> None:
    never = Term(EN, PT, "plate", None, ("placa", "prato"))
    first = Carried("Pare as placas agora", "fake")
    assert await settled(first, Carried("", ""), never) == (
        replace(first, flags=frozenset({Flag.TERM}), differs=("placa/prato",)),
        [],
    )
    fine = Carried("Pare a matrícula agora", "fake")
    assert await settled(fine, Carried("", ""), never) == (fine, [])


async def test_what_the_engine_left_as_it_was_is_left() -> None:
    first = Carried(SEGMENT, "fake", kept=True)
    assert await settled(first, Carried("", "")) == (first, [])
