"""What people read of an export: a page of the whole, the forms ICS-209 and ICS-214, and what a pack is.

The forms keep the titles and numbers of their blocks, in English, as FEMA prints them; what stands in the blocks is in
the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.i18n import Catalogues, Code, Message, Verbatim, _
from bot.model.export import Case, Line
from bot.model.incident import EntryKind, facts, titled, told, worded
from bot.model.report import heading, lines
from bot.model.translation import Translation
from bot.model.uncertainty import doubted
from bot.services.paper import Cell, Paper

VERIFY = "python3 verify.py"
WHAT = _(
    "This pack holds the record as it was entered, the translations with what made them, who has seen it, and the proof"
    " that the log of the task force holds each entry. File names say what is where."
)
LIMITS = _(
    "A pack shows that nothing in it was changed since it was signed. It cannot show that it is complete, that the"
    " times are true, or that a translation is right."
)


class Pages:
    """The pages of one export, in its reader's language and zone."""

    def __init__(self, case: Case, catalogues: Catalogues) -> None:
        self._case = case
        self._catalogues = catalogues

    def whole(self) -> bytes:
        """Return the incident and its timeline as a page."""
        case = self._case
        paper = self._paper(self._title())
        paper.lines([self._given(case), *facts(case.cleared, case.name_of, unvalidated=False)])
        paper.heading(_("Timeline"))
        head = (_("Number"), _("When"), _("Who"), _("What"), _("Text"), _("Translation"))
        paper.table(head, map(self._row, case.lines))
        for one in case.reports:
            paper.heading(heading(one.report, case.name_of))
            language = case.language.base
            paper.lines(lines(one.report, one.before, one.into(language), language))
        return paper.file("").data

    def status_summary(self) -> bytes:
        """Return the form ICS-209, Incident Status Summary."""
        case = self._case
        incident = case.incident
        paper = self._paper(Verbatim("ICS 209 Incident Status Summary"))
        rows: list[tuple[str, Cell]] = [
            ("1. Incident Name", self._title()),
            ("2. Incident Number", Verbatim(str(incident.ref))),
            ("3. Report Version", Verbatim(str(incident.revision))),
            ("4. Incident Commander(s) & Agency", self._person(incident.lead)),
            ("5. Incident Management Organization", Verbatim(incident.agency or "-")),
            ("6. Incident Start Date/Time", incident.moment),
            ("9. Incident Definition", worded(incident.type) if incident.type else Verbatim("-")),
            ("10. Incident Complexity Level", worded(incident.severity) if incident.severity else Verbatim("-")),
            ("11. For Time Period", case.made_at),
            ("12. Prepared By", Verbatim(case.asker)),
            ("13. Date/Time Submitted", case.made_at),
            ("15. Primary Location", self._place()),
            ("28. Significant Events for the Time Period Reported", self._last()),
            ("30. Status", worded(incident.status)),
        ]
        paper.table([], [(Verbatim(name), value) for name, value in rows])
        return paper.file("").data

    def activity_log(self) -> bytes:
        """Return the form ICS-214, Activity Log."""
        case = self._case
        incident = case.incident
        paper = self._paper(Verbatim("ICS 214 Activity Log"))
        rows: list[tuple[Cell, Cell]] = [
            (Verbatim("1. Incident Name"), self._title()),
            (Verbatim("2. Operational Period"), incident.moment),
            (Verbatim("3. Name"), self._person(incident.lead)),
            (Verbatim("5. Home Agency"), Verbatim(incident.agency or "-")),
        ]
        paper.table([], rows)
        paper.heading(_("{text}", text=Verbatim("6. Resources Assigned")))
        people = [(Verbatim(case.name_of(one.user_id)), Verbatim(one.part), Verbatim(one.agency or "-"))
                  for one in incident.roles]  # fmt: skip
        paper.table([Verbatim("Name"), Verbatim("ICS Position"), Verbatim("Home Agency")], people)
        paper.heading(_("{text}", text=Verbatim("7. Activity Log")))
        paper.table([Verbatim("Date/Time"), Verbatim("Notable Activities")], map(self._activity, case.lines))
        paper.table([], [(Verbatim("8. Prepared by"), Verbatim(case.asker)), (Verbatim("Date/Time"), case.made_at)])
        return paper.file("").data

    def readme(self, cases: Sequence[Case] = ()) -> bytes:
        """Return in plain words what a file of these *cases* is, what it can show, and how it is checked."""
        words = self._words(cases or [self._case])
        said = "\n\n".join(self._catalogues.text(one, self._case.language, self._case.zone) for one in words)
        return f"{said}\n".encode()

    def _words(self, cases: Sequence[Case]) -> Iterator[Message]:
        for case in cases:
            yield self._given(case)
        yield WHAT
        yield _(
            "To check it, unpack verify.py and run {command} with the name of this pack behind it. That needs Python,"
            " no network and nothing else.",
            command=Code(VERIFY),
        )
        yield LIMITS
        yield _(
            "Entries that this agency may not read: {withheld}. Messages within two hours of those in the record that"
            " were not put there: {others}.",
            withheld=sum(len(case.withheld) for case in cases),
            others=sum(len(case.unpinned) + case.hidden for case in cases),
        )

    # Parts

    def _paper(self, title: Cell) -> Paper:
        paper = Paper(self._catalogues, self._case.language, self._case.zone)
        paper.title(title if isinstance(title, Message) else _("{text}", text=title))
        return paper

    def _title(self) -> Message:
        case = self._case
        made = case.texts(1).get(case.language.base)
        title = titled(case.incident, made if not case.incident.withheld else None)
        return _("{ref}: {title}", ref=Code(str(case.incident.ref)), title=title)

    def _given(self, case: Case) -> Message:
        return _(
            "{ref} as given to {agency}, {moment}. Handling: {label}",
            ref=Code(str(case.incident.ref)),
            agency=Verbatim(case.agency),
            moment=case.made_at,
            label=Verbatim(str(case.cleared.mark) or "-"),
        )

    def _person(self, user_id: str | None) -> Verbatim:
        return Verbatim(next((name for one, name in self._case.names.items() if one == user_id), "-"))

    def _place(self) -> Cell:
        place = self._case.incident.place
        return Verbatim(
            f"{place.name} {place.text} {place.latitude:.5f} {place.longitude:.5f}".strip() if place else "-"
        )

    def _made(self, line: Line) -> Translation | None:
        language = self._case.language.base
        entry = line.entry
        if not entry.language or entry.language.base == language:
            return None
        return self._case.texts(entry.number).get(language)

    def _row(self, line: Line) -> tuple[Cell, ...]:
        entry, made = line.entry, self._made(line)
        if line.withheld:
            return Verbatim(str(entry.number)), Verbatim(""), Verbatim(entry.agency or "-"), self._told(line), *_BLANK
        author = self._case.name_of(entry.author)
        text = doubted(made.text, made) if made else Verbatim("")
        return (
            Verbatim(str(entry.number)), entry.happened_at or entry.sent_at,
            Verbatim(f"{author} ({entry.agency})" if entry.agency else author), self._told(line),
            Verbatim(entry.text), text,
        )  # fmt: skip

    def _told(self, line: Line) -> Message:
        return told(line.entry, self._case.name_of)

    def _activity(self, line: Line) -> tuple[Cell, Cell]:
        entry = line.entry
        if line.withheld:
            return Verbatim("-"), self._told(line)
        return entry.happened_at or entry.sent_at, self._happened(line)

    def _happened(self, line: Line) -> Message:
        made = self._made(line)
        text = made.text if made else line.entry.text
        if not text:
            return self._told(line)
        return _("{what}: {text}", what=self._told(line), text=doubted(text, made) if made else Verbatim(text))

    def _last(self) -> Cell:
        shown = [one for one in self._case.lines if one.entry.text and one.entry.kind is not EntryKind.DECLARED]
        return self._happened(shown[-1]) if shown else Verbatim("-")


_BLANK = (Verbatim(""), Verbatim(""))
