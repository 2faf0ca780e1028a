"""term: what the task force calls things."""

from __future__ import annotations

import asyncio
import itertools
import time
from pathlib import Path

import pytest

from bot.model.person import LanguageCode
from bot.model.term import Glossary, Term
from bot.model.term.sheet import print_sheet
from bot.services.file import Unfetched

from ..world import World


def terms_of(glossary: Glossary) -> list[tuple[str, str, str, str | None, tuple[str, ...]]]:
    return [(t.source_language, t.target_language, t.source, t.target, t.forbidden) for t in glossary.terms]


async def test_a_term_is_used_once_a_second_person_has_approved_it(world: World) -> None:
    rui, ana = world.person("rui"), world.person("ana", "PRT-GNR")
    await rui.says("!term add plate = matrícula in:en to:pt not:placa")
    assert rui.hears("Proposed as term 1: “plate” = “matrícula” (en → pt), never placa", ok=True, command="term add")
    assert rui.hears("It is not used until somebody else approves it with !term approve 1")
    assert (await world.services.term.glossary()).terms == ()
    await rui.says("!term approve 1")
    assert rui.hears("You proposed term 1 yourself. Somebody else must approve it.", error="not_allowed")
    await ana.says("!term list")
    assert ana.hears("1: “plate” = “matrícula” (en → pt), never placa (proposed by Rui, not used yet)")
    await ana.says("!term approve 1")
    assert ana.hears("Approved: “plate” = “matrícula” (en → pt), never placa", ok=True)
    glossary = await world.services.term.glossary()
    assert terms_of(glossary) == [("en", "pt", "plate", "matrícula", ("placa",))]
    version = await world.services.term.version()
    assert version is not None and (version.number, version.terms) == (1, 1)
    assert ana.hears(f"Glossary version 1: 1 term, hash {version.hash[:12]}.")
    await rui.says("The plate is old")
    assert world.translator.glossaries[-1] == glossary


async def test_what_is_approved_already_does_not_keep_others_from_it(world: World) -> None:
    rui, ana = world.person("rui"), world.person("ana", "PRT-GNR")
    await rui.says("!term add plate = matrícula in:en to:pt")
    await rui.says("!term add bridge = ponte in:en to:pt")
    await ana.says("!term approve 1")
    await ana.says("!term approve 1,2")
    assert ana.hears("Approved: “bridge” = “ponte” (en → pt)", ok=True)
    assert ana.hears("“plate” is in the glossary already, as term 1.") and not ana.hears("Approved: “plate”")
    assert {term.source for term in (await world.services.term.glossary()).terms} == {"plate", "bridge"}
    version = await world.services.term.version()
    await ana.says("!term approve 1,2")
    assert ana.hears("“plate” is in the glossary already, as term 1.", ok=False, error="conflict")
    assert await world.services.term.version() == version, "nothing new makes no version"


async def test_approval_comes_from_another_agency_where_the_room_has_one(world: World) -> None:
    ana, eva = world.person("ana", "PRT-GNR"), world.person("eva", "PRT-GNR")
    await ana.says("!term add fronteira verde = green border to:en")
    await eva.says("!term approve 1")
    assert eva.hears("Approved", ok=True), "nobody of another agency is there"
    claire = world.person("claire", "FRA-PN")
    await ana.says("!term add posto = post to:en")
    await eva.says("!term approve 2")
    assert eva.hears("Somebody of another agency, or a lead, must approve it.", error="not_allowed")
    await claire.says("!term approve 2")
    assert claire.hears("Approved: “posto” = “post” (pt → en)", ok=True)


async def test_an_approved_term_takes_the_place_of_the_one_before(world: World) -> None:
    rui, ana = world.person("rui"), world.person("ana", "PRT-GNR")
    for target in ("placa", "matrícula"):
        await rui.says(f"!term add Plate = {target} in:en to:pt")
        await ana.says(f"!term approve {2 if target == 'matrícula' else 1}")
    assert ana.hears("Approved: “Plate” = “matrícula”") and ana.hears("Removed: “Plate” = “placa”")
    assert [term.target for term in (await world.services.term.glossary()).terms] == ["matrícula"]
    assert [term.target for term in await world.store.term.list_of(1)] == ["placa"], "the old version can be told again"
    await rui.says("!term add plate = matrícula in:en to:pt")
    assert rui.hears("Proposed as term 3"), "in small letters it is another term"
    await rui.says("!term add Plate = matrícula in:en to:pt")
    assert rui.hears("“Plate” is in the glossary already, as term 2.", error="conflict")


async def test_only_a_lead_removes_what_is_approved_and_everyone_their_own_proposals(world: World) -> None:
    rui, ana, lead = world.person("rui"), world.person("ana", "PRT-GNR"), world.person("lead")
    await rui.says("!term add plate = matrícula in:en to:pt")
    await rui.says("!term add bridge = ponte in:en to:pt")
    await ana.says("!term approve 1")
    await ana.says("!term remove 2")
    assert ana.hears("Only a lead, or who proposed it, may remove term 2.", error="not_allowed")
    await rui.says("!term remove 2")
    assert rui.hears("Removed: “bridge” = “ponte” (en → pt)", ok=True) and not rui.hears("Glossary version")
    await rui.says("!term remove 1")
    assert rui.hears("Only a lead may remove term 1.", error="not_allowed")
    await lead.says("!term remove 1, 7")
    assert lead.hears("There is no term with the number 7.", error="not_found")
    await lead.says("!term remove 1")
    assert lead.hears("Glossary version 2: 0 terms", ok=True)
    assert (await world.services.term.glossary()).terms == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("!term add not armed = desarmado in:en to:pt", "it holds a word that says “not” (English)"),
        ("!term add seguro = not safe in:pt to:en", "it holds a word that says “not” (English)"),
        ("!term add nunca = -", "it holds a word that says “not”"),
        ("!term add TLP:AMBER = TLP:CLEAR in:en to:pt", "marks such as TLP:AMBER are kept exactly"),
        ("!term add tlp = - in:en", "marks such as TLP:AMBER are kept exactly"),
        ("!term add H2 = alto in:en to:pt", "numbers are kept exactly as they were written"),
        ("!term add route 66 = estrada in:en to:pt", "numbers are kept exactly as they were written"),
        ("!term add plate = ½ placa in:en to:pt", "numbers are kept exactly as they were written"),
        ("!term add plate = matrícula in:en", "Say into which language"),
        ("!term add plate matrícula to:pt", "Write an equals sign"),
        ("!term add plate = to:pt", "the target is empty"),
        ("!term add = matrícula to:pt", "the source is empty"),
        ("!term add plate = chapa in:pt to:pt", "Both are Portuguese."),
        ("!term add plate. Now = matrícula in:en to:pt", "only spaces, hyphens and apostrophes may stand in it"),
        ("!term add (plate) = matrícula in:en to:pt", "it must begin with a letter"),
        ("!term add one two three four five six seven eight nine = x in:en to:pt", "is too long for a term"),
        (f"!term add {'a' * 101} = x in:en to:pt", "is too long for a term"),
        ("!term add plate = placa in:en to:pt not:placa", "cannot be both wanted and forbidden"),
        ("!term add plate = - in:en not:placa", "a term that is kept as it is forbids nothing"),
    ],
)
async def test_what_may_not_be_a_term_is_refused_with_the_reason(world: World, line: str, said: str) -> None:
    rui = world.person("rui")
    await rui.says(line)
    assert rui.hears(said, ok=False, error="bad_argument"), rui.last.body
    assert await world.services.term.list_now() == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("!term add Frontex = -", "“Frontex” stays as it is in every language"),
        ("!term add Guarda Nacional = - in:pt", "“Guarda Nacional” (Portuguese) stays as it is"),
        ("!term add Sea Shield = - in:en to:pt", "“Sea Shield” (en → pt) stays as it is"),
        ("!term add plate = in:en to:pt not:placa,prato", "“plate” (en → pt): never placa and prato"),
        ("!term add 'Copy that' → “Recebido” in:en to:pt-BR", "“Copy that” = “Recebido” (en → pt)"),
        ("!term add copy  that -> recebido in:en to:Portuguese", "“copy that” = “recebido” (en → pt)"),
    ],
)
async def test_terms_may_be_written_in_several_ways(world: World, line: str, said: str) -> None:
    rui = world.person("rui")
    await rui.says(line)
    assert rui.hears(f"Proposed as term 1: {said}", ok=True), rui.last.body


async def test_a_lead_pastes_a_table(world: World) -> None:
    rui, lead = world.person("rui"), world.person("lead")
    table = "source,target,forbidden\nplate,matrícula,placa|prato\nFrontex,-,\n"
    await rui.says(f"!term import in:en to:pt\n{table}")
    assert rui.hears("Only a lead may use !term import.", error="not_allowed")
    await lead.says(f"!term import in:en to:pt\n{table}")
    assert lead.hears("2 terms are new, 0 have changed, and 0 were there already", ok=True), lead.last.body
    await lead.says("!term import\nin;to;source;target\nen;pt;plate;chapa\nen;pt;Frontex;-\nen;es;plate;matrícula")
    assert lead.hears("1 term is new, 1 has changed, and 1 was there already", ok=True), lead.last.body
    assert lead.hears("Glossary version 2: 3 terms")


async def test_a_file_that_is_replied_to_is_taken_in_and_comes_back_the_same(world: World) -> None:
    lead, rui = world.person("lead"), world.person("rui")
    file = {"v": "v2", "url": "mxc://example.org/a", "iv": "i", "hashes": {"sha256": "s"}}
    file["key"] = {"alg": "A256CTR", "k": "k"}
    content = {"msgtype": "m.file", "body": "terms.csv", "file": file}
    posted, others = await lead.says("", content=content), await rui.says("", content=content)
    world.media.files["mxc://example.org/a"] = (
        "in,to,source,target,forbidden\r\nen,pt,plate,matrícula,placa\r\nmul,mul,Frontex,-,\r\nen,pt,post,,poste\r\n"
    ).encode("utf-8-sig")
    reply = {"msgtype": "m.text", "body": "!term import", "m.relates_to": {"m.in_reply_to": {"event_id": posted}}}
    await lead.says("", content=reply)
    assert lead.hears("Imported terms.csv: 3 terms are new", ok=True), lead.last.body
    await lead.says("", content=reply | {"m.relates_to": {"m.in_reply_to": {"event_id": others}}})
    assert lead.hears("That was posted by Rui. Post it yourself", error="not_allowed")
    before = (await world.services.term.glossary()).terms
    for kind in ("csv", "tbx"):
        await rui.says(f"!term export as:{kind}")
        assert rui.hears(f"bravo-terms-1.{kind}", kind="reply", ok=True)
        assert rui.hears(kind="file", name=f"bravo-terms-1.{kind}") and rui.last.msgtype == "m.file"
        read = await world.services.term.read(world.files[-1].data, None, None)
        assert set(read) == set(before), kind
    assert await world.database.rows("SELECT * FROM file") == []


async def test_a_file_that_cannot_be_had_changes_nothing(world: World) -> None:
    lead, rui = world.person("lead"), world.person("rui")
    await lead.says("!term import")
    assert lead.hears("Post the file with the terms (CSV or TBX) here, then reply to it", error="bad_argument")
    plain = await rui.says("", content={"msgtype": "m.file", "body": "terms.csv", "url": "mxc://example.org/plain"})
    file = {"v": "v2", "url": "mxc://example.org/a", "iv": "i", "hashes": {"sha256": "s"}}
    file["key"] = {"alg": "A256CTR", "k": "k"}
    content = {"msgtype": "m.file", "body": "terms.csv", "file": file}
    posted = await lead.says("", content=content)
    unverified = await lead.says("", content=content, trusted=False)
    said = {
        plain: "There is no encrypted file in the message that you replied to.",
        unverified: "came from a device that its owner has not verified",
        posted: "The homeserver does not give me that file.",
        "$nothing": "I cannot read the message that you replied to.",
    }
    for event, sentence in said.items():
        reply = {"msgtype": "m.text", "body": "!term import", "m.relates_to": {"m.in_reply_to": {"event_id": event}}}
        await lead.says("", content=reply)
        assert lead.hears(sentence, ok=False), lead.last.body
    world.media.files["mxc://example.org/a"] = Unfetched.broken()
    await lead.says("", content=reply | {"m.relates_to": {"m.in_reply_to": {"event_id": posted}}})
    assert lead.hears("That file is damaged", error="bad_argument")
    assert await world.services.term.version() is None


BROKEN_TBX = (
    '<tbx style="dct" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"><text><body>\n'
    '<conceptEntry><langSec xml:lang="en"><termSec><term>plate</term></termSec></langSec></conceptEntry>\n'
    "<conceptEntry><langSec></conceptEntry>\n"
)


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (
            "in,to,source,target\nen,pt,post,posto\nen,pt,bridge,não\nenglish,pt,plate,placa\nen,pt,,ponte\n",
            ["Line 3: “não” cannot be a term", "Line 4: “english” in the column in", "Line 5: the source is empty"],
        ),
        (BROKEN_TBX, ["Line 2: this entry has terms in one language only", "Line 3: this is not well-formed XML"]),
    ],
)
async def test_of_a_broken_file_every_fault_is_told_with_its_line_and_nothing_taken(
    world: World, data: str, faults: list[str]
) -> None:
    lead = world.person("lead")
    await lead.says("!term import in:en to:pt\nsource,target\npost,posto\n")
    before = (await world.services.term.glossary()).terms
    file = {"v": "v2", "url": "mxc://example.org/a", "iv": "i", "hashes": {"sha256": "s"}}
    file["key"] = {"alg": "A256CTR", "k": "k"}
    world.media.files["mxc://example.org/a"] = data.encode()
    posted = await lead.says("", content={"msgtype": "m.file", "body": "terms", "file": file})
    reply = {"msgtype": "m.text", "body": "!term import", "m.relates_to": {"m.in_reply_to": {"event_id": posted}}}
    await lead.says("", content=reply)
    assert lead.hears(f"Nothing was imported. There are {len(faults)} faults.", error="bad_argument"), lead.last.body
    assert [fault for fault in faults if fault not in lead.last.body] == []
    after = await world.services.term.version()
    assert (await world.services.term.glossary()).terms == before and after is not None and after.number == 1


@pytest.mark.usefixtures("own_garbage")
async def test_ten_thousand_terms_hold_nobody_up(world: World) -> None:
    lead, _ana = world.person("lead"), world.person("ana", "PRT-GNR")
    file = {"v": "v2", "url": "mxc://example.org/a", "iv": "i", "hashes": {"sha256": "s"}}
    file["key"] = {"alg": "A256CTR", "k": "k"}
    world.media.files["mxc://example.org/a"] = print_sheet(
        Term(LanguageCode("en"), LanguageCode("pt"), f"green {word}", f"fronteira {word}ção")
        for word in map("".join, itertools.product("abcdefghij", repeat=4))
    )
    lags: list[float] = []

    async def watch() -> None:
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(0.001)
            lags.append(time.perf_counter() - asked)

    watching = asyncio.create_task(watch())
    posted = await lead.says("", content={"msgtype": "m.file", "body": "terms.csv", "file": file})
    reply = {"msgtype": "m.text", "body": "!term import", "m.relates_to": {"m.in_reply_to": {"event_id": posted}}}
    begun = time.perf_counter()
    await lead.says("", content=reply)
    assert lead.hears("10,000 terms are new", ok=True), lead.last.body
    took = time.perf_counter() - begun
    await lead.says("!term list")
    await lead.says("The plate is old")
    assert len(world.translator.glossaries[-1].terms) == 10_000
    watching.cancel()
    assert took < 10 and max(lags) < 0.25, (took, sorted(lags)[-5:])


async def test_the_glossary_outlives_a_restart(world: World) -> None:
    lead = world.person("lead")
    await lead.says("!term import in:en to:pt\nsource,target\nplate,matrícula\n")
    before = await world.services.term.glossary()
    await world.stop()
    await world.start()
    after = await world.services.term.glossary()
    assert (after, after.hash("en", "pt")) == (before, before.hash("en", "pt"))


async def test_a_long_list_is_cut_and_searched(world: World, tmp_path: Path) -> None:
    lead = world.person("lead")
    words = [a + b for a in "abcdefghij" for b in "klmnopq"]
    await lead.says("!term import in:en to:pt\nsource,target\n" + "\n".join(f"x{w},y{w}" for w in words))
    await lead.says("!term list")
    assert lead.hears("30 more are not shown.") and lead.last.body.count("•") == 40
    await lead.says("!term list XAK")
    assert lead.hears("“xak” = “yak” (en → pt)") and lead.last.body.count("•") == 1
    await lead.says("!term list to:es")
    assert lead.hears("No term is like that.")


async def test_the_usage_line_shows_a_term_as_it_is_typed(world: World) -> None:
    rui = world.person("rui")
    await rui.says("!help term add")
    assert rui.hears("term add SOURCE = TARGET", ok=True)
