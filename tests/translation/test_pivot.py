"""What goes by way of another language in which people have corrected it, on real models and a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.model.correction import Correction
from bot.model.person import UserId
from bot.model.translation import Aids, Corrected, Translation
from bot.services.relay.memory import Memory
from bot.store import Store
from bot.translation import Translator
from bot.translation.correcting import Original, compare

from ..fakes import opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOM, OTHER = "!room:example.org", "!other:example.org"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAID, AGAIN = "La furgoneta 1234-BCD está cerca del puente.", "La furgoneta 5678-FGH está cerca del puente."
BETTER = "The lorry 1234-BCD is on the railway bridge."
KATE, ANA = UserId("@kate:example.org"), UserId("@ana:gnr.example")


@pytest_asyncio.fixture(loop_scope="session")
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Return the tables of a database of the test's own."""
    async with opened(tmp_path / "data" / "liaison.db") as (database, _):
        yield Store(database)


async def corrects(store: Store, text: str, better: str, target: str, *, approved: bool = True) -> int:
    """Record what Kate makes of *text*, which is Spanish, in *target*; return its number."""
    original = Original.of(text, "es")
    words = compare(original, better, target).text
    made = Correction(0, original.key(target), ROOM, "$said", "$fix", "es", target, words, KATE, "GBR-BF")
    async with store.transaction():
        number = await store.correction.add(made, NOW)
        if approved:
            await store.correction.approve(number, ANA)
    return number


async def into(memory: Memory, target: str, text: str, room: str = OTHER) -> Translation:
    """Return *text*, which is Spanish, as the memory has it translated."""
    return (await memory.translate(room, text, "es", [target], Aids()))[target]


async def test_it_goes_on_from_the_words_that_were_approved(translator: Translator, store: Store) -> None:
    memory = Memory(store, translator)
    machines = await into(memory, "pt", AGAIN)
    assert machines.route == ("es", "en", "pt") and machines.corrected is None
    number = await corrects(store, SAID, BETTER, "en")
    made = await into(memory, "pt", AGAIN)
    [straight] = (await translator.translate(BETTER.replace("1234-BCD", "5678-FGH"), "en", ["pt"])).values()
    assert made.text == straight.text != machines.text and "5678-FGH" in made.text
    assert (made.source, made.target, made.route) == ("es", "pt", ("es", "en", "pt"))
    by = Corrected(KATE, "GBR-BF", ANA, machine=machines.text, flags=machines.flags, repeats=number, pivot="en")
    assert made.corrected == by and not made.reworded
    assert made.uncorrected == replace(machines, protected=made.protected)


async def test_words_that_nobody_approved_serve_no_other_language(translator: Translator, store: Store) -> None:
    memory = Memory(store, translator)
    await corrects(store, SAID, BETTER, "en", approved=False)
    assert (await into(memory, "pt", AGAIN, ROOM)).corrected is None
    assert (await into(memory, "en", AGAIN, ROOM)).reworded


async def test_a_correction_of_the_language_itself_comes_first(translator: Translator, store: Store) -> None:
    memory = Memory(store, translator)
    await corrects(store, SAID, BETTER, "en")
    await corrects(store, SAID, "O camião 1234-BCD está na ponte.", "pt")
    made = await into(memory, "pt", AGAIN)
    assert (made.text, made.reworded) == ("O camião 5678-FGH está na ponte.", True)


async def test_what_its_label_forbids_to_remember_is_not_looked_up_on_the_way(
    translator: Translator, store: Store
) -> None:
    await corrects(store, SAID, BETTER, "en")
    assert (await into(Memory(store, translator), "pt", f"TLP:RED {AGAIN}")).corrected is None


async def test_what_it_makes_of_them_is_remembered(translator: Translator, store: Store) -> None:
    memory = Memory(store, translator)
    await corrects(store, SAID, BETTER, "en")
    first = await into(memory, "pt", AGAIN)
    assert first.learned and not first.recalled
    async with store.transaction():
        await memory.learn("$first", [first], NOW)
    again = await into(memory, "pt", SAID)
    assert again.recalled and again.text == first.text.replace("5678-FGH", "1234-BCD")
