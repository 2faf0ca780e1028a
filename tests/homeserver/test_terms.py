"""Terms from a file in an encrypted room to the words of a translation, and back into a file, with another client."""

from __future__ import annotations

from bot.services.term.reading import read

from .conftest import LiaisonFactory, OfficerFactory
from .rooms import asks, border_north, record, translation

TERMS = """in,to,source,target,forbidden
en,pt,Copy that,Recebido,
en,pt,plate,matrícula,placa|prato
mul,mul,Sea Shield,-,
"""


async def test_a_file_of_terms_becomes_the_words_of_translations(
    liaison: LiaisonFactory, officer: OfficerFactory
) -> None:
    ana, kate = await officer("ana", "PRT-GNR"), await officer("kate", "GBR-BF")
    bot = await liaison(roles={"lead": [kate.user_id]})
    room = await border_north(kate, bot, ana)

    faulty = await kate.post_file(room, "terms.csv", TERMS.encode() + b"en,pt,H2,alto,\n")
    refused = await asks(kate, room, "!term import", reply_to=faulty)
    assert record(refused)["error"] == "bad_argument" and "Line 5: " in refused.body
    posted = await kate.post_file(room, "terms.csv", TERMS.encode())
    imported = await asks(kate, room, "!term import", reply_to=posted)
    assert "3 terms are new" in imported.body and "Glossary version 1: 3 terms" in imported.body

    said = await kate.say(room, "Copy that, Sea Shield has seen the plate AA-12-BB.")
    shown = await translation(ana, said)
    words = record(shown)["texts"]["pt"]
    assert all(word in words for word in ("Recebido", "Sea Shield", "matrícula", "AA-12-BB"))
    assert record(shown)["flags"] == {"pt": []}

    await asks(ana, room, "!term add fronteira verde = green border to:en")
    await bot.kill()
    await bot.start()
    assert "version 2: 4 terms" in (await asks(kate, room, "!term approve 4")).body
    said = await ana.say(room, "Passaram a fronteira verde.")
    assert "green border" in record(await translation(kate, said))["texts"]["en"].lower()

    asked = await ana.say(room, "!term export as:tbx")
    for reader in (ana, kate):
        file = await reader.hears(lambda heard: record(heard).get("kind") == "file" and record(heard)["to"] == asked)
        assert file.encrypted and file.trust == "cross-signed-tofu" and file.body == "bravo-terms-2.tbx"
        terms = read(await reader.read_file(file))
        assert {(term.source, term.target) for term in terms} == {
            ("Copy that", "Recebido"),
            ("plate", "matrícula"),
            ("Sea Shield", None),
            ("fronteira verde", "green border"),
        }
