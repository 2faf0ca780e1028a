"""What reports say goes with the incident: each revision with its label and its proof, cut as the timeline is."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.model.hold import Hold
from bot.model.reference import Reference
from bot.services.export import verify

from ..fakes import ROOM
from ..incident.scene import redacted, replied
from ..world import Person, World
from .conftest import checked, given, parts
from .test_exporting import let

CAN = "!report can {ref} conditions: Casco partido, actions: Equipa a caminho, needs: Um helicóptero"
MORE = "!report can {ref} needs: Dois helicópteros"


def told(data: bytes) -> list[dict[str, Any]]:
    """Return the revisions of reports in a record."""
    found: list[dict[str, Any]] = json.loads(data)["reports"]
    return found


async def reported(world: World, person: Person, ref: str, *, kate: bool = True) -> list[str]:
    """Let a report have two revisions, with *kate* among people of two languages; return the messages."""
    if kate:
        world.person("kate")
    await let(world, ref)
    return [await person.says(line.format(ref=ref)) for line in (CAN, MORE)]


async def test_each_revision_is_in_the_pack_with_its_translations_and_its_proof(
    world: World, ana: Person, rosa: Person, ref: str, tmp_path: Path
) -> None:
    await reported(world, rosa, ref)
    file = await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation")
    found = parts(file)
    first, second = told(found["record.json"])
    assert (first["template"], first["revision"], second["revision"]) == ("can", 1, 2)
    assert first["ref"] == second["ref"] and first["author"] == rosa.user_id and first["agency"] == "PRT-GNR"
    assert first["values"]["needs"]["typed"] == "Um helicóptero"
    assert second["values"]["needs"]["typed"] == "Dois helicópteros"
    assert second["values"]["conditions"]["meant"] == "Casco partido", "a revision holds all that stands"
    assert {one["target"]: one["text"] for one in second["translations"]["needs"]}["en"].startswith("Dois helic")
    page = found["incident.html"].decode()
    assert page.count("Casco partido") >= 2 and "CAN" in page and "Dois helicópteros" in page
    path = tmp_path / "pack.zip"
    path.write_bytes(file.data)
    assert "2 revisions of reports say what the log says" in checked(path).stdout


async def test_a_table_has_a_row_for_each_field(world: World, ana: Person, rosa: Person, ref: str) -> None:
    await reported(world, rosa, ref)
    text = (await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation as:csv")).data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert all(None not in row and None not in row.values() for row in rows), "all rows are as wide as the head"
    fields = [row for row in rows if row["field"]]
    assert [(row["revision"], row["field"]) for row in fields if row["field"] == "can.needs"] == [
        ("1", "can.needs"), ("2", "can.needs"),
    ]  # fmt: skip
    last = next(row for row in fields if row["text"] == "Dois helicópteros")
    assert last["kind"] == "report" and last["language"] == "pt" and last["text_en"].startswith("Dois helic")
    assert last["author"] == f"'{rosa.user_id}" and last["ref"] == ref


@pytest.mark.parametrize("which", [0, 1])
async def test_of_a_report_of_which_one_revision_is_withheld_nothing_is_told(
    world: World, ana: Person, rosa: Person, ref: str, tmp_path: Path, which: int
) -> None:
    said = await reported(world, rosa, ref, kate=False)
    await rosa.says("", **replied("TLP:AMBER+STRICT", said[which]))
    file = await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation")
    whole = b"".join(parts(file).values()).decode("utf-8", "replace")
    assert "helicóptero" not in whole and "Casco partido" not in whole and told(parts(file)["record.json"]) == []
    path = tmp_path / "pack.zip"
    path.write_bytes(file.data)
    assert checked(path).returncode == 0
    own = await given(world, rosa, ana, f"{ref} to PRT-GNR for cooperation")
    assert len(told(parts(own)["record.json"])) == 2


@pytest.mark.parametrize("held", [False, True])
async def test_what_was_taken_back_is_gone_and_the_rest_still_holds(
    world: World, ana: Person, rosa: Person, ref: str, tmp_path: Path, held: bool
) -> None:
    said = await reported(world, rosa, ref)
    if held:  # then the log still has the words, until the hold is lifted
        now = world.clock.now()
        async with world.store.transaction():
            await world.store.hold.add(Hold(Reference(ref), ana.user_id, "PRT-GNR", now, "", ROOM, "$held"))
    await rosa.says("", **redacted(said[1]))
    file = await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation")
    whole = b"".join(parts(file).values()).decode("utf-8", "replace")
    assert "Dois helic" not in whole and "Um helicóptero" in whole
    path = tmp_path / "pack.zip"
    path.write_bytes(file.data)
    done = checked(path)
    assert done.returncode == 0 and "1 revisions of reports say" in done.stdout and "of 1 more" in done.stdout


async def test_a_report_that_says_something_else_than_the_log_is_found_even_if_it_is_signed(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    await reported(world, rosa, ref)
    found = verify.Pack((await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation")).data, None)
    record = json.loads(found.files["record.json"].data)
    found.check_proofs()
    report = record["reports"][0]
    other = {**report["values"], "needs": {**report["values"]["needs"], "typed": "Nada"}}
    wrong = [{"values": other}, {"agency": "FRA-PN"}, {"made_at": "2020-01-01T00:00:00.000+00:00"}, {"revision": 3},
             {"incident": "BRAVO-00000"}, {"number": 1}, {"logged": 10_000}, {"template": "salute"}]  # fmt: skip
    for one in wrong:
        data = json.dumps({**record, "reports": [report | one]}).encode()
        found.files["record.json"] = verify.Member("record.json", 0, data, data)
        with pytest.raises(verify.Wrong, match="of the report"):
            found.check_reports()
