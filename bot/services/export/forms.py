"""The forms ICS-209 and ICS-214, filled in as far as the record says something: every other block is there, empty.

They keep the numbers and titles of their blocks as FEMA prints them, in English; what stands in the blocks is in the
reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.i18n import Message, Verbatim, _
from bot.model.export import Line
from bot.model.export.ics import ICS209, ICS214, block
from bot.model.incident import EntryKind, Status, worded
from bot.model.places import decimal, grid
from bot.model.report import Template, value_of
from bot.services.export.pages import Pages
from bot.services.paper import Cell

MOST_EVENTS = 20
"""Entries with a text that the summary repeats, the last ones: the whole timeline is beside it."""
COMMANDER = "Incident Commander"
"""The position of the incident's lead."""
NOTHING = Verbatim("")


class Forms(Pages):
    """The forms of one export."""

    def status_summary(self) -> bytes:
        """Return the form ICS-209, Incident Status Summary."""
        paper, filled = self._paper(Verbatim("ICS 209 Incident Status Summary")), self._filled()
        for first, last, title in ((1, 15, ""), (16, 27, "Incident Location Information"),
                                   (28, 36, "Incident Summary"), (37, 47, "Additional Incident Decision Support"),
                                   (48, 53, "Incident Resource Commitment Summary")):  # fmt: skip
            if title:
                paper.heading(_("{text}", text=Verbatim(title)))
            rows = [(Verbatim(block(ICS209, number)), cell) for number in range(first, last + 1)
                    for cell in filled.get(number, [NOTHING])]  # fmt: skip
            paper.table([], rows)
        return paper.file("").data

    def _filled(self) -> Mapping[int, list[Cell]]:
        """Return what the blocks hold of which something is known, by their numbers."""
        case, incident = self._case, self._case.incident
        version = "Final" if incident.status is Status.CLOSED else "Initial" if incident.revision <= 1 else "Update"
        agency = Verbatim(incident.agency or "")
        lead = self._person(incident.lead).text if incident.lead else ""
        place = incident.place
        agencies = dict.fromkeys(one for one in (incident.agency, *(role.agency for role in incident.roles)) if one)
        found: dict[int, list[Cell]] = {
            1: [self._title()],
            2: [Verbatim(str(incident.ref))],
            3: [Verbatim(f"{version}, Rpt # {incident.revision}")],
            4: [Verbatim(f"{lead} ({incident.agency})" if lead and incident.agency else lead or agency.text)],
            5: [agency],
            6: [incident.moment],
            9: [worded(incident.type)] if incident.type else [],
            11: [incident.moment, case.made_at],
            12: [Verbatim(case.asker)],
            13: [case.made_at],
            14: [Verbatim(case.approver)],
            15: [Verbatim(case.agency)],
            28: [*self._events()],
            29: [*self._said(Template.METHANE, "hazards")],
            47: [worded(incident.status), *([worded(incident.severity)] if incident.severity else []), *self._label()],
            48: [Verbatim(one) for one in agencies],
        }
        if place:
            said = " ".join(one for one in (place.name, place.text) if one)
            found |= {
                22: [Verbatim(f"{decimal(place)} (WGS 84, latitude first)")],
                23: [Verbatim(grid(place) or "")],
                25: [Verbatim(said)],
                27: [Verbatim("places.geojson")],
            }
        return {number: cells for number, cells in found.items() if cells}

    def activity_log(self) -> bytes:
        """Return the form ICS-214, Activity Log."""
        case, incident = self._case, self._case.incident
        paper = self._paper(Verbatim("ICS 214 Activity Log"))
        period = Verbatim(block(ICS214, 2))
        rows: list[tuple[Cell, Cell]] = [
            (Verbatim(block(ICS214, 1)), self._title()),
            (period, incident.moment),
            (period, case.made_at),
            (Verbatim(block(ICS214, 3)), self._person(incident.lead) if incident.lead else NOTHING),
            (Verbatim(block(ICS214, 4)), Verbatim(COMMANDER) if incident.lead else NOTHING),
            (Verbatim(block(ICS214, 5)), Verbatim(incident.agency or "")),
        ]
        paper.table([], rows)
        paper.heading(_("{text}", text=Verbatim(block(ICS214, 6))))
        people = [(Verbatim(case.name_of(one.user_id)), Verbatim(one.part), Verbatim(one.agency or ""))
                  for one in incident.roles]  # fmt: skip
        head = [Verbatim("Name"), Verbatim("ICS Position"), Verbatim("Home Agency (and Unit)")]
        paper.table(head, people)
        paper.heading(_("{text}", text=Verbatim(block(ICS214, 7))))
        paper.table([Verbatim("Date/Time"), Verbatim("Notable Activities")], map(self._activity, case.lines))
        signed: list[tuple[Cell, Cell]] = [
            (Verbatim(f"{block(ICS214, 8)}: Name"), Verbatim(case.asker)),
            (Verbatim("Position/Title"), NOTHING),
            (Verbatim("Signature"), NOTHING),
            (Verbatim("Date/Time"), case.made_at),
        ]
        paper.table([], signed)
        return paper.file("").data

    # Parts

    def _activity(self, line: Line) -> tuple[Cell, Cell]:
        entry = line.entry
        if line.withheld:
            return Verbatim("-"), self._told(line)
        return entry.happened_at or entry.sent_at, self._happened(line)

    def _happened(self, line: Line) -> Message:
        text = self._text(line)
        return _("{what}: {text}", what=self._told(line), text=text) if text else self._told(line)

    def _events(self) -> Iterable[Cell]:
        """Return what has happened last, each with its time."""
        shown = [one for one in self._case.lines if one.entry.text and one.entry.kind is not EntryKind.DECLARED]
        for line in shown[-MOST_EVENTS:]:
            at = line.entry.happened_at or line.entry.sent_at
            name = Verbatim(self._case.name_of(line.entry.author))
            yield _("{moment} {name}: {what}", moment=at, name=name, what=self._happened(line))

    def _said(self, template: Template, code: str) -> Iterator[Cell]:
        """Return what the last report by a template says in a field."""
        told = [one for one in self._case.reports if one.report.template is template]
        last = {one.report.ref: one for one in told}
        for one in last.values():
            if code in one.report.values:
                language = self._case.language.base
                yield value_of(one.report, code, one.into(language), language)

    def _label(self) -> list[Cell]:
        label = str(self._case.cleared.mark)
        return [_("Handling: {label}", label=Verbatim(label))] if label else []
