"""Several incidents in one export: named, or by what they are; agreed to once, cut like each, sealed as a whole."""

from __future__ import annotations

import io
import json
import random
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.arguments import Reader, Vocabulary
from bot.i18n import Catalogues
from bot.model.export import request
from bot.model.export.container import Member, container
from bot.model.reference import Reference
from bot.services.export import choosing, service, verify
from commands.incident.export import export

from ..incident.marked import TITLE, asks, marks
from ..incident.scene import redacted, replied
from ..world import Person, World
from .conftest import answers, checked, given, parts
from .test_every_byte import fails, other
from .test_exporting import let
from .test_forms import pins

SECOND = "Camião na fronteira"


@pytest_asyncio.fixture
async def both(world: World, rosa: Person, ref: str) -> list[str]:
    """Return two incidents of one originator that one agency may have, in the order of their references."""
    world.clock.passes(hours=2)
    await rosa.says(f"!incident declare {SECOND} type:vehicle severity:low")
    [second] = {str(h.post.record["ref"]) for h in world.heard if h.kind == "card" and h.post} - {ref}
    for one in (ref, second):
        await let(world, one)
    return sorted([ref, second])


def questions_of(world: World) -> list[str]:
    """Return what was asked of leads about exports."""
    return [
        h.post.body for h in world.heard if h.kind == "question" and h.post and h.post.record["of"] == "incident export"
    ]


@pytest.mark.parametrize("written", ["{0} {1}", "{0},{1}", "{0}, {1}", "{1}, {0},"])
async def test_those_that_are_named_are_agreed_to_once_and_given_in_one_file(
    world: World, ana: Person, rosa: Person, both: list[str], tmp_path: Path, written: str
) -> None:
    told = await asks(rosa, f"!incident export {written.format(*both)} to FRA-PN for cooperation")
    assert told.record["ok"], told.body
    assert all(one in questions_of(world)[-1] for one in both)
    agreed = await answers(ana, "export", both[0])
    assert agreed.record["ok"] and all(one in agreed.body for one in both), agreed.body
    await world.wakes()
    [file] = world.files
    found = parts(file)
    assert {f"{one}-FRA-PN.zip" for one in both} | {"manifest.json", "manifest.sig", "README.txt", "verify.py"} == {
        *found
    }
    path = tmp_path / "set.zip"
    path.write_bytes(file.data)
    done = checked(path)
    assert done.returncode == 0 and f"{both[0]}, {both[1]} of PRT-GNR" in done.stdout, done.stdout
    assert f"{both[1]}: 2 entries of the timeline" in done.stdout or f"{both[1]}: 3 entries" in done.stdout, done.stdout
    for one in both:
        inner = tmp_path / f"{one}.zip"
        inner.write_bytes(found[f"{one}-FRA-PN.zip"])
        assert checked(inner).returncode == 0, "each holds alone as well"
        [kept] = await world.store.export.list_of(Reference(one))
        assert kept.outcome == "exported" and kept.agreed_by == ana.user_id and len(kept.digest) == 64
    assert len([h for h in world.heard if h.kind == "reply" and h.post and "exported to" in h.post.body]) == 1


async def test_a_period_and_what_they_are_choose_and_what_the_agency_may_not_have_is_left_out(
    world: World, ana: Person, rosa: Person, ref: str, both: list[str]
) -> None:
    second = next(one for one in both if one != ref)
    await rosa.says("!incident declare Não é para eles type:vessel severity:low")
    begun = world.clock.now() - timedelta(hours=1)
    line = f"to FRA-PN for cooperation since:{(begun - timedelta(hours=9)):%Y-%m-%dT%H:%MZ}"
    told = await asks(rosa, f"!incident export {line} before:{begun:%Y-%m-%dT%H:%MZ}")
    assert told.record["ok"] and told.record["ref"] == ref and ref in questions_of(world)[-1], told.body
    assert second not in questions_of(world)[-1]
    await answers(ana, "refuse", ref)
    told = await asks(rosa, f"!incident export to FRA-PN for cooperation since:{begun:%Y-%m-%dT%H:%MZ}")
    assert "1 incident was left out" in told.body and told.record["ref"] == second
    await answers(ana, "export", second)
    await world.wakes()
    whole = b"".join(parts(world.files[-1]).values()).decode("utf-8", "replace")
    assert SECOND in whole and TITLE not in whole and "Não é para eles" not in whole
    told = await asks(rosa, "!incident export to FRA-PN for cooperation status:open severity:low")
    assert told.record["ok"] and told.record["ref"] == second
    none = await asks(rosa, "!incident export to FRA-PN for cooperation status:contained")
    assert none.record["error"] == "not_found"


@pytest.mark.parametrize("language", ["en", "pt", "fr", "tr", "ar"])
def test_the_word_behind_the_references_may_be_that_of_another_language(language: str) -> None:
    words = Vocabulary(Catalogues.load())
    reader = Reader(language, [export], words)
    for to in words.names("value", "to", language):
        found = reader.read(export, f"BRAVO-1D2KW, 9Q7F3 BRAVO-7K3Q0 {to} FRA-PN for court", own=language)
        assert found["refs"] == ("BRAVO-1D2KW", "9Q7F3", "BRAVO-7K3Q0") and found["agency"] == "FRA-PN", to
        none = reader.read(export, f"{to} FRA-PN for court status:open", own=language)
        assert none["refs"] is None and none["status"] == "open"


async def test_what_is_asked_for_must_be_one_thing(world: World, ana: Person, rosa: Person, both: list[str]) -> None:
    nothing = await asks(rosa, "!incident export to FRA-PN for cooperation")
    assert nothing.record["error"] == "bad_argument", nothing.body
    twofold = await asks(rosa, f"!incident export {both[0]} to FRA-PN for cooperation status:open")
    assert twofold.record["error"] == "bad_argument" and "not both" in twofold.body
    wrong = await asks(rosa, f"!incident export {both[0]} BRAVO-ZZZZZ to FRA-PN for cooperation")
    assert wrong.record["error"] == "not_found" and not world.files
    missing = await asks(rosa, f"!incident export {both[0]} {both[1]} FRA-PN for cooperation")
    assert missing.record["error"] == "bad_argument", "behind one alone the word may be left out"
    assert not questions_of(world)


async def test_of_those_that_are_named_none_is_left_out(world: World, ana: Person, rosa: Person, ref: str) -> None:
    await let(world, ref)
    await rosa.says("!incident declare Não é para eles type:vessel severity:low")
    [hidden] = {str(h.post.record["ref"]) for h in world.heard if h.kind == "card" and h.post} - {ref}
    told = await asks(rosa, f"!incident export {ref} {hidden} to FRA-PN for cooperation")
    assert told.record["error"] == "handling" and f"!release {hidden} to FRA-PN" in told.body, told.body
    assert not questions_of(world) and not await world.store.export.list_of(Reference(ref))


async def test_a_mark_on_one_of_them_stops_all_at_the_answer_and_at_the_file(
    world: World, ana: Person, rosa: Person, both: list[str]
) -> None:
    line = f"!incident export {both[0]} {both[1]} to FRA-PN for cooperation"
    await asks(rosa, line)
    await marks(world, both[1], "TLP:AMBER", ("FRA-PN", "PRT-GNR"))
    told = await answers(ana, "export", both[0])
    assert "marked" in told.body
    await asks(rosa, line)
    assert (await answers(ana, "export", both[0])).record["ok"]
    await marks(world, both[1], "TLP:AMBER H2", ("FRA-PN", "PRT-GNR"))
    await world.wakes()
    assert not world.files
    for one in both:
        assert [kept.outcome for kept in await world.store.export.list_of(Reference(one))] == ["marked", "marked"]


async def test_a_part_that_is_marked_is_cut_out_of_its_own_pack(
    world: World, ana: Person, rosa: Person, both: list[str]
) -> None:
    said = await pins(world, rosa, both[1], "O informador chama-se Joaquim")
    await rosa.says("", **replied("TLP:AMBER+STRICT", said))
    await rosa.says(f"!incident note {both[0]} Sem novidade")
    file = await given(world, rosa, ana, f"{both[0]},{both[1]} to FRA-PN for cooperation")
    whole = b""
    for name, data in parts(file).items():
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as found:
                whole += b"".join(found.read(one) for one in found.namelist())
    assert "Sem novidade" in whole.decode("utf-8", "replace") and b"Joaquim" not in whole


async def test_each_originator_is_asked_for_its_own(
    world: World, ana: Person, rosa: Person, rui: Person, ref: str
) -> None:
    luc = world.person("luc", "FRA-PN")
    await luc.says("!incident declare Bateau à la dérive type:vessel severity:low")
    [theirs] = {str(h.post.record["ref"]) for h in world.heard if h.kind == "card" and h.post} - {ref}
    for one in (ref, theirs):
        await let(world, one)
    told = await asks(rosa, f"!incident export {ref} {theirs} to FRA-PN for cooperation")
    assert told.record["ok"], told.body
    assert all((ref in text) != (theirs in text) for text in questions_of(world)), questions_of(world)
    await answers(luc, "refuse", theirs)
    await answers(ana, "export", ref)
    await world.wakes()
    [file] = world.files
    assert json.loads(parts(file)["manifest.json"])["record"] == ref
    assert [kept.outcome for kept in await world.store.export.list_of(Reference(theirs))] == ["refused"]


async def test_nobody_agrees_to_their_own_and_a_day_ends_it(
    world: World, ana: Person, rui: Person, rosa: Person, both: list[str]
) -> None:
    line = f"!incident export {both[0]} {both[1]} to FRA-PN for cooperation"
    await asks(ana, line)
    assert {h.post.mentions for h in world.heard if h.kind == "question" and h.post} == {(rui.user_id,)}
    assert (await asks(ana, line)).record["error"] == "conflict"
    world.clock.passes(hours=24, minutes=1)
    await world.wakes()
    for one in both:
        assert [kept.outcome for kept in await world.store.export.list_of(Reference(one))] == ["expired"]


async def test_too_many_are_refused_by_number_and_by_length(
    world: World, ana: Person, rosa: Person, both: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = "!incident export to FRA-PN for cooperation status:open"
    assert request.MOST_TOGETHER == 50
    monkeypatch.setattr(service, "MOST_ENTRIES", 1)
    told = await asks(rosa, line)
    assert told.record["error"] == "bad_argument" and "one export takes 1 at most" in told.body
    monkeypatch.setattr(choosing, "MOST_TOGETHER", 1)
    told = await asks(rosa, line)
    assert told.record["error"] == "bad_argument" and "too many for one export" in told.body
    assert not questions_of(world)


@pytest.mark.parametrize("form", ["csv", "cap", "ics209"])
async def test_another_form_is_a_file_of_each_and_signed_as_a_whole(
    world: World, ana: Person, rosa: Person, both: list[str], tmp_path: Path, form: str
) -> None:
    file = await given(world, rosa, ana, f"{both[0]},{both[1]} to FRA-PN for cooperation as:{form}")
    names = [name for name in parts(file) if name.startswith("BRAVO-")]
    assert len(names) == 2 and all(any(name.startswith(one) for name in names) for one in both)
    path = tmp_path / "set.zip"
    path.write_bytes(file.data)
    assert "nothing of what they say" in checked(path).stdout


async def test_no_byte_of_a_set_can_be_changed_and_no_pack_exchanged(
    world: World, ana: Person, rosa: Person, ref: str, both: list[str], tmp_path: Path
) -> None:
    alone = await given(world, rosa, ana, f"{both[0]} to FRA-PN for court")
    file = await given(world, rosa, ana, f"{both[0]},{both[1]} to FRA-PN for cooperation")
    data, chance, path = file.data, random.Random(23), tmp_path / "set.zip"
    path.write_bytes(data)
    assert verify.main([str(path)]) == 0
    for at in sorted(chance.sample(range(len(data)), 150)):
        assert fails(path, other(data, at, chance)), f"byte {at} of {len(data)}"
    found = parts(file)
    stored = {"manifest.json", "manifest.sig"}
    members = {name: (Member.stored if name in stored else Member.deflated)(name, one) for name, one in found.items()}
    assert container(members) == data
    one, two = (f"{name}-FRA-PN.zip" for name in both)
    swapped = {**members, one: replace(members[two], name=one), two: replace(members[one], name=two)}
    assert fails(path, container(swapped)) and fails(path, container({k: v for k, v in members.items() if k != one}))
    assert fails(path, container({**members, one: Member.deflated(one, alone.data)})), "a pack for something else"


async def test_a_set_that_was_signed_is_held_against_what_it_holds(
    world: World, ana: Person, rosa: Person, both: list[str]
) -> None:
    court = await given(world, rosa, ana, f"{both[0]} to FRA-PN for court")
    file = await given(world, rosa, ana, f"{both[0]},{both[1]} to FRA-PN for cooperation")
    found = verify.opened(file.data, None)
    assert isinstance(found, verify.Set)
    name = f"{both[0]}-FRA-PN.zip"
    found.files[name] = found.files[name]._replace(data=court.data)
    with pytest.raises(verify.Wrong, match="something else"):
        found.packs()
    found = verify.opened(file.data, None)
    found.manifest["records"] = [both[0]]
    with pytest.raises(verify.Wrong, match="one pack of each"):
        found.check([])


async def test_words_of_one_that_are_taken_back_while_the_file_waits_are_not_posted(
    world: World, ana: Person, rosa: Person, both: list[str]
) -> None:
    said = await rosa.says(f"!incident note {both[1]} Three persons on board")
    await asks(rosa, f"!incident export {' '.join(both)} to FRA-PN for cooperation as:json")
    await answers(ana, "export", both[0])
    await world.services.due.wake(world.clock.now())  # the homeserver is away: nothing is delivered
    assert len(await world.database.rows("SELECT 1 FROM file")) == 1
    await rosa.says("", **redacted(said))
    assert not world.files and not await world.database.rows("SELECT 1 FROM file")
